"""The rows of an event log in order of time, and where its cases part, in bounded memory.

Rows wait in a window of WINDOW rows. One that is later than a row behind it in the file is put in its place there; one
that comes too late even for that is set aside. A boundary lies where the case changes and no case that has begun has
rows in the window: cases that overlap are one stretch, since no span of rows is one of them alone.

A log that is told case by case (every XES log, and many a CSV) goes back in time where a case begins. Each case is then
in order by itself, and the order of the cases is that of the file.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from math import inf
from typing import Final, NamedTuple

from glasswork.device.capture.recordings.notes import Note
from glasswork.schema.words import IDLE_S

WINDOW: Final = 4_096
"""Rows within which a row may be out of place, and a case must go on so as to be seen to go on."""

LONGEST_CELL: Final = 256
"""Characters of a cell that are kept: no word of an interface has more, and WINDOW rows must fit into memory."""

GIANT: Final = 20_000
"""Rows without a boundary or an idle time from which a session is noted as giant."""

DAY_S: Final = 86_400.0


class Row(NamedTuple):
    """What is looked at of a row, as text; `case` is "" where none is told. `digest` stands for all of its columns."""

    time: str
    app: str
    action: str
    element: str
    case: str
    digest: int


Placed = tuple[float, Row | Note | None]
"""A time in seconds and what is there: a row, a note, or None for something unreadable."""


def in_order(
    rows: Iterable[Row | None], read: Callable[[str], float | None], now: float, *, by_case: bool = False
) -> Iterator[Placed]:
    """The rows in order, each exactly once as itself, as the note for which it is set aside, or as None.

    Notes of what is odd stand before the row that they are of. `read` reads a time, in seconds; `now` is the present
    moment. `by_case`: the log is told case by case.
    """
    order = _Order(read, now, by_case)
    for row in rows:
        yield from order.feed(row)
    yield from order.flush()
    yield from order.end_session()


class _Order:
    def __init__(self, read: Callable[[str], float | None], now: float, by_case: bool) -> None:
        self._read = read
        self._until = now + DAY_S
        self._by_case = by_case
        self._window: list[tuple[float, int, Row | Note | None]] = []
        self._number = 0  # of the row, so that rows of one moment stay as they are
        self._read_case = ""  # of the row that was read last
        self._latest = -inf  # time of what was read so far
        self._case: str = ""  # of the row that was placed last
        self._placed = -inf  # its time
        self._digest: int | None = None
        self._ahead: Counter[str] = Counter()  # rows in the window, by case
        self._begun: set[str] = set()  # cases that have begun and have rows in the window
        self._session = 0  # rows since the last boundary or idle time

    def feed(self, row: Row | None) -> Iterator[Placed]:
        """Take a row into the window; what leaves it."""
        time, item = self._judged(row)
        if isinstance(item, Row):
            if item.case != self._read_case and (self._by_case or time < self._placed):
                yield from self.flush()
                if not self._by_case:
                    yield time, Note.CASE_EARLIER
            self._read_case = item.case
            if time < self._placed:
                time, item = self._latest, Note.OUT_OF_ORDER
            elif time < self._latest:
                yield time, Note.RESORTED
        if isinstance(item, Row) and item.case:
            self._ahead[item.case] += 1
        self._latest = max(self._latest, time)
        heappush(self._window, (time, self._number, item))
        self._number += 1
        if len(self._window) > WINDOW:
            yield from self._place()

    def flush(self) -> Iterator[Placed]:
        """Let everything leave the window; what comes next may be earlier."""
        while self._window:
            yield from self._place()
        self._latest = self._placed = -inf

    def end_session(self) -> Iterator[Placed]:
        """What is to be noted of the session that is over."""
        if self._session == 1:
            yield self._placed, Note.ONE_ROW_SESSION
        self._session = 0

    def _judged(self, row: Row | None) -> tuple[float, Row | Note | None]:
        """The time of a row, or why it has none; what has none stays behind the row that it follows in the file."""
        if row is None:
            return self._latest, None
        time = self._read(row.time)
        if time is None:
            return self._latest, Note.UNKNOWN_TIME if row.time else Note.NO_TIME
        if time < 0:
            return self._latest, Note.NEGATIVE_TIME
        return (time, row) if time <= self._until else (self._latest, Note.FUTURE_TIME)

    def _place(self) -> Iterator[Placed]:
        time, _, item = heappop(self._window)
        if not isinstance(item, Row):
            yield time, item
            return
        going_on = bool(self._begun)
        if item.case:
            self._ahead[item.case] -= 1
            if self._ahead[item.case]:
                self._begun.add(item.case)
            else:
                del self._ahead[item.case]
                self._begun.discard(item.case)
        if item.digest == self._digest:
            yield time, Note.DUPLICATE
            return
        changed = bool(item.case and self._case) and item.case != self._case
        parted = changed and not going_on
        if parted or time - self._placed >= IDLE_S:
            yield from self.end_session()
        if changed:
            yield time, Note.CASE_PARTED if parted else Note.CASE_INTERLEAVED
        self._session += 1
        if self._session == GIANT:
            yield time, Note.GIANT_SESSION
        self._case = item.case or self._case
        self._placed, self._digest = time, item.digest
        yield time, item
