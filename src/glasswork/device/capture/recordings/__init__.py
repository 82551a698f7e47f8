"""Recordings that others made, as raw events: several formats, each found by what is in a file, not by its name.

    find(path)              the Recording at a path: its format, its sessions, what could not be read
    actions(path, policy)   the same, redacted and reduced
    FORMATS                 every format: its name, how it is recognised and read, and what to know of it

A recording is read as a stream where its format is one; nothing of it is written or kept.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from glasswork.device.capture.recordings import (
    activitywatch,
    agentnet,
    ducktrack,
    openadapt,
    pctracker,
    rrweb,
    uilog,
)
from glasswork.device.capture.recordings.errors import RecordingMissing, RecordingTooLarge, RecordingUnknown
from glasswork.device.redaction import redact_events
from glasswork.device.reduce import reduce
from glasswork.policy.model import Policy
from glasswork.schema.batch import Held
from glasswork.schema.raw import RawEvent, RawKind

__all__ = [
    "FORMATS",
    "Format",
    "Recording",
    "RecordingMissing",
    "RecordingTooLarge",
    "RecordingUnknown",
    "actions",
    "find",
]


class Format(NamedTuple):
    """A format. `read` gives None for an event that tells nothing of an action, and LOST for one that is unreadable.

    `each`: every file of the format in a folder is a session of its own; otherwise the first is the recording.
    """

    name: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], Iterator[RawEvent | None]]
    each: bool
    about: str


FORMATS: Final = (
    Format(
        "openadapt", openadapt.recognises, openadapt.events, False,
        "recording.db of openadapt-capture: pointer, clicks, scrolls, keys, window titles, elements where it has them. "
        "A bare keycode counts as a character that is not known.",
    ),
    Format(
        "agentnet", agentnet.recognises, agentnet.events, False,
        "DuckTrack's events with the siblings of AgentNet/OpenCUA raw recordings: top_window.jsonl, element.jsonl, "
        "a11y.jsonl. Programs, elements and screens are known; labels survive only if they are interface words.",
    ),
    Format(
        "ducktrack", ducktrack.recognises, ducktrack.events, False,
        "events.jsonl (and metadata.json) of DuckTrack: pointer, clicks, scrolls, keys. It knows no programs and no "
        "fields, so typed runs are told apart by what they look like alone.",
    ),
    Format(
        "pctracker", pctracker.recognises, pctracker.events, True,
        "events of PC Tracker (PC Agent), a sentence an action: clicks, drags, scrolls, keys, typed text. Times are "
        "whole seconds; elements have names but no roles, so no label survives.",
    ),
    Format(
        "rrweb", rrweb.recognises, rrweb.events, True,
        "event streams of rrweb, PostHog's exports too: the page's tree is replayed to know roles, names and fields. "
        "Masked input is suppressed, its length included.",
    ),
    Format(
        "activitywatch", activitywatch.recognises, activitywatch.events, True,
        "exported buckets of ActivityWatch: what was in front and when nobody was there, never what was done.",
    ),
    Format(
        "uilog", uilog.recognises, uilog.events, True,
        "UI logs of RPA tools as CSV (Action Logger, smartRPA): clicks, edits, choices, copies and pastes, cells.",
    ),
)  # fmt: skip
"""In the order in which they are tried: a format that another one extends comes after it."""

_FIRST: Final = ("events.jsonl", "recording.db", "capture.db")
"""Files that are looked at before the others of a folder."""


@dataclass(slots=True)
class Recording:
    """A recording that was found. Of what was read so far, `problems` were unreadable, `passed_over` told nothing."""

    format: Format
    files: tuple[Path, ...]
    problems: int = 0
    passed_over: int = 0

    def sessions(self) -> Iterator[Iterator[RawEvent]]:
        """The raw events, in order, of one session after the other. Raises RecordingMissing, RecordingTooLarge."""
        return map(self._session, self.files)

    def events(self) -> Iterator[RawEvent]:
        """The raw events of all sessions."""
        return chain.from_iterable(self.sessions())

    def _session(self, file: Path) -> Iterator[RawEvent]:
        for event in self.format.read(file):
            if event is None:
                self.passed_over += 1
                continue
            if event.kind is RawKind.LOST:
                self.problems += 1
            yield event


def find(path: Path) -> Recording:
    """The recording at `path`: a file, or a folder with its files, whatever they are called.

    Raises RecordingMissing where there is nothing to read, RecordingUnknown where nothing in it is an event,
    RecordingTooLarge.
    """
    try:
        files = [file for file in path.iterdir() if file.is_file()] if path.is_dir() else [path]
        exists = path.exists()
    except OSError:
        files, exists = [], False
    if not exists:
        raise RecordingMissing(
            "There is no file or folder at this path, and nothing was imported. Check it, and that you may read it."
        )
    files.sort(key=lambda file: (file.name not in _FIRST, file.name))
    unread: RecordingMissing | None = None
    for number, file in enumerate(files):
        for format in FORMATS:
            try:
                if format.recognises(file):
                    return Recording(format, (file, *(_others(format, files[number + 1 :]) if format.each else ())))
            except RecordingMissing as error:  # one file of a folder, which need not be the recording
                unread = error
    if unread is not None:
        raise unread
    names = ", ".join(format.name for format in FORMATS)
    raise RecordingUnknown(
        f"Nothing here is a recording that Glasswork reads ({names}), or not one event in it can be read. Nothing was "
        "imported. `glasswork import --list` says what each format is; check that the path is the recording itself."
    )


def _others(format: Format, files: list[Path]) -> Iterator[Path]:
    for file in files:
        with suppress(RecordingMissing):
            if format.recognises(file):
                yield file


def actions(path: Path, policy: Policy) -> Iterator[Held]:
    """The actions of the recording at `path`, found, redacted under `policy` as an import, and reduced.

    Raises what `find` raises, when the first action is asked for.
    """
    for session in find(path).sessions():
        yield from reduce(redact_events(session, policy, imported=True))
