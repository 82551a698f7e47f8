"""Recordings that others made, as raw events: several formats, each found by what is in a file, not by its name.

    find(path, columns)     the Recording at a path: its format, its sessions, what could not be read or is odd
    actions(path, policy)   the same, redacted and reduced
    FORMATS                 every format: its name, how it is recognised and read, and what to know of it

A recording is read as a stream where its format is one; nothing of it is written or kept.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from glasswork.device.capture.recordings import (
    activitywatch,
    agentnet,
    ducktrack,
    eventlog,
    openadapt,
    pctracker,
    rrweb,
    uilog,
    xes,
)
from glasswork.device.capture.recordings.errors import (
    RecordingMissing,
    RecordingRefused,
    RecordingTooLarge,
    RecordingUnknown,
)
from glasswork.device.capture.recordings.notes import SET_ASIDE, Note
from glasswork.device.redaction import redact_events
from glasswork.device.reduce import reduce
from glasswork.policy.lookup import app_of
from glasswork.policy.model import Policy
from glasswork.schema.batch import Held
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Reason, Role

__all__ = [
    "FORMATS",
    "SET_ASIDE",
    "Format",
    "Note",
    "Recording",
    "RecordingMissing",
    "RecordingRefused",
    "RecordingTooLarge",
    "RecordingUnknown",
    "actions",
    "find",
]


class Format(NamedTuple):
    """A format. `read` gives None for an event that tells nothing of an action, LOST for one that is unreadable, and
    the Notes of the rows of a log.

    `each`: every file of the format in a folder is a session of its own; otherwise the first is the recording.
    """

    name: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path], Iterator[RawEvent | Note | None]]
    each: bool
    about: str


def _logs(columns: Mapping[str, str] | None) -> tuple[Format, Format]:
    """The formats whose columns, or attributes, may have any name; `columns` are those that were named."""
    own = eventlog.OWN_NAMES if columns is None else columns
    return (
        Format(
            "xes", partial(xes.recognises, columns=columns), partial(xes.events, columns=columns), True,
            "XES event logs (IEEE 1849), each trace a case: what was done, by the words of an attribute. Boundaries "
            "between traces are kept; names of traces, people and resources are never read.",
        ),
        Format(
            "eventlog", partial(eventlog.recognises, columns=own), partial(eventlog.events, columns=own), True,
            "event logs as CSV whose columns are named with --columns time=COL,app=COL and, where there are such, "
            "action=COL,element=COL,case=COL. Boundaries between cases are kept where cases do not overlap.",
        ),
    )  # fmt: skip


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
    *_logs(None),
)  # fmt: skip
"""In the order in which they are tried: a format that another one extends comes after it."""

_FIRST: Final = ("events.jsonl", "recording.db", "capture.db")
"""Files that are looked at before the others of a folder."""


@dataclass(slots=True)
class Recording:
    """A recording that was found. Of what was read so far, `problems` were unreadable, `passed_over` told nothing.

    `notes` count what was odd, and the rows of a log that were taken and set aside. With `policy`, programs that it
    does not list are odd too.
    """

    format: Format
    files: tuple[Path, ...]
    policy: Policy | None = None
    problems: int = 0
    passed_over: int = 0
    notes: Counter[Note] = field(default_factory=Counter[Note])

    def sessions(self) -> Iterator[Iterator[RawEvent]]:
        """The raw events, in order, of one session after the other.

        Raises RecordingMissing, RecordingTooLarge, RecordingRefused.
        """
        return map(self._session, self.files)

    def events(self) -> Iterator[RawEvent]:
        """The raw events of all sessions."""
        return chain.from_iterable(self.sessions())

    def _session(self, file: Path) -> Iterator[RawEvent]:
        for event in self.format.read(file):
            if event is None:
                self.passed_over += 1
                continue
            if isinstance(event, Note):
                self.notes[event] += 1
                continue
            match event.kind:
                case RawKind.LOST if event.reason == Reason.UNREADABLE:
                    self.problems += 1
                case RawKind.ELEMENT if event.role is Role.NONE:
                    self.notes[Note.UNKNOWN_ROLE] += 1
                case RawKind.FOCUS if event.app and self.policy and app_of(self.policy, event.app) is None:
                    self.notes[Note.UNKNOWN_APP] += 1
                case _:
                    pass
            yield event


def find(path: Path, columns: Mapping[str, str] | None = None, policy: Policy | None = None) -> Recording:
    """The recording at `path`: a file, or a folder with its files, whatever they are called.

    `columns` says which column of a log tells what (`eventlog.TOLD`); only logs are then looked for. `policy` is that
    of the Recording. Raises RecordingMissing where there is nothing to read, RecordingUnknown where nothing in it is
    an event, RecordingTooLarge, RecordingRefused.
    """
    formats = FORMATS if columns is None else _logs(columns)
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
        for format in formats:
            try:
                if format.recognises(file):
                    others = _others(format, files[number + 1 :]) if format.each else ()
                    return Recording(format, (file, *others), policy)
            except RecordingMissing as error:  # one file of a folder, which need not be the recording
                unread = error
    if unread is not None:
        raise unread
    if columns is not None:
        raise RecordingUnknown(
            "Nothing here is an event log with all the columns that --columns names, or not one row of it can be read. "
            "Nothing was imported. Compare them with the first row of the log; small and capital letters are the same."
        )
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
