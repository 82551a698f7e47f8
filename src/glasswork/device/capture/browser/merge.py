"""Two sources become one: what the display tells, and what a browser tells of the same input a little later.

While a browser that tells is in front, everything waits for MERGE_S, is put in the order in which it happened, and
what was told twice is told once: as the page told it, because the page knows the element.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from glasswork.schema.raw import RawEvent, RawKind

MERGE_S: Final = 0.25
"""How long an event of the display waits for its twin: a page's batch, its way here, and a busy machine."""
TWIN_S: Final = 0.05
"""How far apart the two accounts of one press may be."""
ELSEWHERE: Final = -1_000_000.0
"""Where the browser's own controls are said to be: left of every page, so that no element of a page is there."""

_TWICE: Final = (RawKind.PRESS, RawKind.RELEASE)
_DISPLAY_KNOWS: Final = (RawKind.SCROLL, RawKind.COPY)
_AIMED: Final = (*_TWICE, RawKind.SCROLL)


class Merge:
    """The events that wait. `Waiting` tuples are (time, number, due, from a page, event)."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, float, bool, RawEvent]] = []
        self._twins: list[tuple[RawEvent, float]] = []  # presses of pages whose twin has not come yet
        self._count = 0
        self._last = 0.0

    def due(self) -> float | None:
        """When (time.monotonic()) the next event may go; None if none waits."""
        return min((due for _, _, due, _, _ in self._waiting), default=None)

    def display(self, events: Iterable[RawEvent], now: float, in_page: bool) -> Iterator[RawEvent]:
        """Events of the display, now; they come out at once if none waits and no page is in front.

        Their order is kept, whatever their times say.
        """
        for event in events:
            if not in_page and not self._waiting:
                yield event
            elif not (event.kind in _TWICE and self._drop_twin(event)):
                moved = _elsewhere(event) if in_page and event.kind in _AIMED else event
                self._last = max(self._last, event.time)
                self._add(self._last, now + MERGE_S, False, moved)

    def page(self, events: Iterable[RawEvent], now: float) -> None:
        """Events of a page, which wait for what happened before them."""
        for event in events:
            if event.kind in _DISPLAY_KNOWS:
                continue
            if event.kind in _TWICE and not self._drop_display_twin(event):
                self._twins.append((event, now))
            self._add(event.time, now + MERGE_S / 2, True, event)

    def release(self, now: float) -> list[RawEvent]:
        """What need not wait any more, in order; with an infinite `now` everything."""
        self._twins = [(event, at) for event, at in self._twins if now - at < MERGE_S]
        self._waiting.sort(key=lambda one: one[:2])
        ready = max((n for n, one in enumerate(self._waiting, 1) if one[2] <= now), default=0)
        out = [event for _, _, _, _, event in self._waiting[:ready]]
        del self._waiting[:ready]
        return out

    def _add(self, time: float, due: float, page: bool, event: RawEvent) -> None:
        self._count += 1
        self._waiting.append((time, self._count, due, page, event))

    def _drop_display_twin(self, event: RawEvent) -> bool:
        """The display has told of this press already: take it out."""
        for n, (_, _, _, page, other) in enumerate(self._waiting):
            if not page and _twins(event, other):
                del self._waiting[n]
                return True
        return False

    def _drop_twin(self, event: RawEvent) -> bool:
        """A page has told of this press already."""
        for n, (other, _) in enumerate(self._twins):
            if _twins(event, other):
                del self._twins[n]
                return True
        return False


def _twins(one: RawEvent, other: RawEvent) -> bool:
    return one.kind is other.kind and one.button is other.button and abs(one.time - other.time) <= TWIN_S


def _elsewhere(event: RawEvent) -> RawEvent:
    return RawEvent(
        event.kind,
        event.time,
        x=event.x + ELSEWHERE,
        y=event.y,
        dx=event.dx,
        dy=event.dy,
        button=event.button,
        count=event.count,
        app=event.app,
        window=event.window,
    )
