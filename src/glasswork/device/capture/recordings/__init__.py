"""Recordings that others made, as raw events: DuckTrack and AgentNet (OpenCUA), found by what is in them.

    find(path)              the Recording at a path: its format, its raw events, how many lines were unreadable
    actions(path, policy)   the same, redacted and reduced

A recording is read as a stream; nothing of it is written or kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from glasswork.device.capture.recordings import agentnet, ducktrack
from glasswork.device.capture.recordings.errors import RecordingMissing, RecordingUnknown
from glasswork.device.capture.recordings.lines import decoded
from glasswork.device.redaction import redact_events
from glasswork.device.reduce import reduce
from glasswork.policy.model import Policy
from glasswork.schema.batch import Held
from glasswork.schema.raw import RawEvent, RawKind

__all__ = ["Format", "Recording", "RecordingMissing", "RecordingUnknown", "actions", "find"]

LOOKED_AT = 1000
"""Lines of a file that are tried before it counts as no recording."""


class Format(StrEnum):
    """The formats that can be read."""

    DUCKTRACK = "ducktrack"
    AGENTNET = "agentnet"


@dataclass(slots=True)
class Recording:
    """A recording that was found. `problems` counts the lines that `events` could not read, while it reads."""

    format: Format
    path: Path
    problems: int = 0

    def events(self) -> Iterator[RawEvent]:
        """The raw events, in order. Raises RecordingMissing where a file can no longer be read."""
        read = agentnet.events if self.format is Format.AGENTNET else ducktrack.events
        for event in read(self.path):
            if event.kind is RawKind.LOST:
                self.problems += 1
            yield event


def find(path: Path) -> Recording:
    """The recording at `path`: its folder, or the file with its events, whatever that is called.

    Raises RecordingMissing where there is nothing to read, RecordingUnknown where nothing in it is an event.
    """
    try:
        is_folder = path.is_dir()
        files = sorted(path.glob("*.jsonl"), key=lambda file: (file.name != "events.jsonl", file.name))
        exists = is_folder or path.is_file()
    except OSError:
        is_folder, files, exists = False, [], False
    if not exists:
        raise RecordingMissing(
            "There is no file or folder at this path, and nothing was imported. Check it, and that you may read it."
        )
    for file in files if is_folder else [path]:
        if any(line is not None for line in islice(decoded(file, ducktrack.LINE), LOOKED_AT)):
            return Recording(Format.AGENTNET if agentnet.recognise(file.parent) else Format.DUCKTRACK, file)
    raise RecordingUnknown(
        "Nothing here is a recording that Glasswork reads (DuckTrack or AgentNet: a folder with events.jsonl, or that "
        "file), or not one event in it can be read. Nothing was imported. Check that the path is the recording itself."
    )


def actions(path: Path, policy: Policy) -> Iterator[Held]:
    """The actions of the recording at `path`, found, redacted under `policy` as an import, and reduced.

    Raises what `find` raises, when the first action is asked for.
    """
    yield from reduce(redact_events(find(path).events(), policy, imported=True))
