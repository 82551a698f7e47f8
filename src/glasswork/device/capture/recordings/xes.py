"""XES (IEEE 1849) as a stream: one event in memory at a time, and no tree.

Expat is used as it is, for three rules that make it safe, which defusedxml has only one of: a document type is refused
(so there are no entities to expand and nothing to fetch), nesting has a bound, and so has what one token may hold. Of
an event only the attributes that tell a time, a program, an action and an element are looked at; of a trace only that
it begins. Behind damage nothing can be read, since XML has no lines to start anew at.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final
from xml.parsers import expat

from glasswork.device.capture.recordings import log_events
from glasswork.device.capture.recordings.errors import RecordingRefused
from glasswork.device.capture.recordings.files import LOOKED_AT, opened
from glasswork.device.capture.recordings.log_order import LONGEST_CELL, Row
from glasswork.device.capture.recordings.notes import Note
from glasswork.device.capture.recordings.times import reader_of
from glasswork.schema.raw import RawEvent

KEYS: Final = {"time": "time:timestamp", "app": "app", "action": "concept:name", "element": "element"}
"""The attribute that tells each thing, unless whoever imports the log says another one."""

DEEPEST: Final = 64
"""Elements within each other; the standard's own are four, and attributes of attributes some more."""

LONGEST_TOKEN: Final = 1 << 20
"""Bytes of the longest tag; expat looks at a tag anew with each piece that it gets of it."""

_PIECE: Final = 1 << 16


def recognises(path: Path, columns: Mapping[str, str] | None = None) -> bool:
    """Whether the file is a log with an event in it. Raises RecordingRefused for a log with a document type."""
    return any(row is not None for row in islice(_rows(path, columns or {}), 1))


def events(path: Path, columns: Mapping[str, str] | None = None) -> Iterator[RawEvent | Note | None]:
    """The raw events of the file and the notes of its events, as `log_events.events` has them.

    A log of which none of the first events has a time is told in its own order, a second apart. Raises RecordingMissing
    where the file cannot be read, RecordingRefused.
    """
    first = [row.time for row in islice(_rows(path, columns or {}), LOOKED_AT) if row is not None]
    rows = _rows(path, columns or {})
    if not any(first):
        yield Note.NO_TIMES
        rows = (row and row._replace(time=str(second), digest=second) for second, row in enumerate(rows))
    yield from log_events.events(rows, reader_of(first), by_case=True)


def _rows(path: Path, columns: Mapping[str, str]) -> Iterator[Row | None]:
    """Each event, by the number of its trace; None where damage ends the log. Nothing where the file is no log."""
    reader = _Reader({**KEYS, **columns})
    with opened(path) as file:
        last = False
        while not last:
            piece = file.read(_PIECE)
            last = not piece
            whole = reader.feed(piece, last=last)
            while reader.rows:
                yield reader.rows.popleft()
            if not whole:
                if reader.is_log:
                    yield None
                return


class _Damaged(Exception):
    """Raised in a handler to end the parsing."""


class _Reader:
    """The handlers of one document. `rows` are the events that ended and were not taken yet."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self.rows: deque[Row] = deque()
        self.is_log = False
        self._told_by = {key: told for told, key in keys.items()}
        self._read = 0
        self._depth = 0
        self._trace = 0
        self._event = 0  # the depth of the event that is open, 0 for none
        self._cells: dict[str, str] = {}
        self._digest = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, piece: bytes, *, last: bool) -> bool:
        """Read a piece. False where the document is damaged, or is no log."""
        try:
            self._parser.Parse(piece, last)
        except (expat.ExpatError, _Damaged, ValueError, LookupError):  # the last two: an encoding that nobody knows
            return False
        self._read += len(piece)
        return self._read - max(0, self._parser.CurrentByteIndex) <= LONGEST_TOKEN

    def _document_type(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        if _local(name) != "log":
            raise _Damaged
        raise RecordingRefused(
            "This XES log declares a document type (<!DOCTYPE …>), which no XES log needs and which can make a small "
            "file fill the memory or fetch others. Nothing was imported. If you know where it comes from, take that "
            "line out and import it again."
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        self._depth += 1
        if self._depth == 1:
            self.is_log = name == "log"
        if self._depth > DEEPEST or not self.is_log:
            raise _Damaged
        if self._event:
            if self._depth == self._event + 1:
                key, value = attributes.get("key", ""), attributes.get("value", "")
                self._digest = hash((self._digest, key, value))
                if told := self._told_by.get(key):
                    self._cells[told] = value.strip()[:LONGEST_CELL]
        elif name == "trace" and self._depth == 2:
            self._trace += 1
        elif name == "event":
            self._event, self._digest, self._cells = self._depth, 0, {}

    def _end(self, tag: str) -> None:
        if self._depth == self._event:
            cell = self._cells.get
            told = (cell("time", ""), cell("app", ""), cell("action", ""), cell("element", ""))
            self.rows.append(Row(*told, str(self._trace), self._digest))
            self._event = 0
        self._depth -= 1


def _local(tag: str) -> str:
    """A tag without its prefix."""
    return tag.rpartition(":")[2]
