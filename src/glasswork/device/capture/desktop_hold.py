"""The queue between the display and the rest of the recorder: keys wait here until it is known where they went.

A key that writes leaves as "not secret" only when, some time after it was pressed, the program itself has said
that the same harmless element still has the focus. Whatever is learned in between can only make it more secret. A
key for which nothing is confirmed in time leaves as "not known", which the redactor suppresses.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from glasswork.device.capture.keys import Stroke
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Reason

HOLD_S: Final = 0.25
"""How long a key waits for certainty about its focus."""
SETTLE_S: Final = 0.03
"""How long a program gets to act on a key before it is asked where the focus is."""
CAPACITY: Final = 1 << 15
"""How many events may wait. Under pressure pointer moves go first; what goes is counted."""


class Keystroke:
    """A key that went down or up and waits. `secret` is what was known of the focus when it arrived.

    `time` is the server's clock, `arrived` is `time.monotonic()`, both in seconds. It carries content, so like a
    RawEvent it is never printed or stored.
    """

    __slots__ = (
        "app",
        "arrived",
        "code",
        "confirmed",
        "doubted",
        "down",
        "secret",
        "stroke",
        "time",
        "window",
        "writes",
    )

    def __init__(
        self,
        time: float,
        arrived: float,
        code: int,
        down: bool,
        stroke: Stroke,
        app: str,
        window: int,
        secret: bool | None,
        doubted: bool,
    ) -> None:
        self.time: Final = time
        self.arrived: Final = arrived
        self.code: Final = code
        self.down: Final = down
        self.stroke: Final = stroke
        self.writes: Final = stroke.writes
        self.app: Final = app
        self.window: Final = window
        self.secret = secret
        self.doubted = doubted  # nothing that comes can tell where it went
        self.confirmed = False

    def decided(self, now: float) -> bool:
        """Whether there is nothing left to wait for."""
        if self.secret is True or self.doubted or self.confirmed or now - self.arrived >= HOLD_S:
            return True
        return self.secret is not None and not self.writes

    def verdict(self) -> bool | None:
        """True (secret), False (surely not) or None, once it is decided."""
        if self.secret is False and self.writes and not self.confirmed:
            return None
        return self.secret

    def release(self, secret: bool | None) -> RawEvent:
        """The event that goes out."""
        key, text, modifiers, _ = self.stroke
        return RawEvent(
            RawKind.KEY_DOWN if self.down else RawKind.KEY_UP,
            self.time,
            key=key,
            text=text,
            modifiers=modifiers,
            app=self.app,
            window=self.window,
            secret=secret,
        )


class Hold:
    """First in, first out, with keys waiting and everything behind them waiting too."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._queue: deque[RawEvent | Keystroke] = deque()
        self._capacity = capacity
        self._held_down: dict[int, bool | None] = {}  # keycode -> what was said of its press
        self._lost = 0
        self._lost_at = 0.0

    def __bool__(self) -> bool:
        return bool(self._queue) or self._lost > 0

    def push(self, event: RawEvent | Keystroke) -> None:
        """Put an event at the end. If there is no room moves are dropped, then this event, and counted."""
        if len(self._queue) >= self._capacity and _droppable(event):
            if not _is_move(event):
                self._drop_moves()
            if len(self._queue) >= self._capacity:
                self._lose(event)
                return
        self._queue.append(event)

    def insert(self, event: Callable[[float], RawEvent], time: float) -> None:
        """Put a change of focus, noticed at `time` (server's clock), behind what caused it.

        `event` makes it for the time that its place gives it.

        That is the last press, shortcut, moving key or change of window before it; the notice of it comes some
        milliseconds later than the keys that already go to the new place. Without such a cause it goes by time.
        """
        by_time = next((n for n in range(len(self._queue), 0, -1) if self._queue[n - 1].time <= time), 0)
        cause = next((n for n in range(by_time, 0, -1) if _moves_focus(self._queue[n - 1])), by_time)
        if cause < len(self._queue):
            time = min(time, self._queue[cause].time)
        self._queue.insert(cause, event(time))

    def learn(self, secret: bool | None) -> None:
        """The focus is now on something secret, harmless or unknown: what that says of the keys that wait."""
        for one in self._keys():
            if secret is True and one.writes:
                one.secret = True
            elif one.secret is None and not one.doubted:
                one.secret = secret

    def doubt(self) -> None:
        """Another window is in front: keys not confirmed by now may have gone to either."""
        for one in self._keys():
            if one.secret is None or (one.writes and not one.confirmed):
                one.doubted = True

    def wants_confirmation(self, now: float) -> bool:
        """Whether a key has waited long enough that asking where the focus is would decide it."""
        return any(now - one.arrived >= SETTLE_S and not one.decided(now) for one in self._keys())

    def confirm(self, asked: float) -> None:
        """A program asked at `asked` (time.monotonic()) has said that the same harmless element has the focus."""
        for one in self._keys():
            if one.secret is False and not one.doubted and asked - one.arrived >= SETTLE_S:
                one.confirmed = True

    def due(self, now: float, ask_at: float) -> float | None:
        """When (time.monotonic()) to look again; None if nothing waits. Nobody is asked anything before `ask_at`."""
        head = self._queue[0] if self._queue else None
        if not isinstance(head, Keystroke):
            return now if self else None
        return min(max(head.arrived + SETTLE_S, ask_at), head.arrived + HOLD_S)

    def release(self, now: float) -> Iterator[RawEvent]:
        """Everything that need not wait any more, in order. `now` = infinity: everything, decided or not."""
        if self._lost:
            yield RawEvent(RawKind.LOST, self._lost_at, count=self._lost, reason=Reason.OVERFLOW)
            self._lost = 0
        while self._queue:
            head = self._queue[0]
            if isinstance(head, RawEvent):
                self._queue.popleft()
                yield head
                continue
            known = not head.down and head.code in self._held_down  # a release is as secret as its press
            if not known and not head.decided(now):
                return
            self._queue.popleft()
            secret = self._held_down.pop(head.code) if known else head.verdict()
            if head.down:
                self._held_down[head.code] = secret
            yield head.release(secret)

    def _keys(self) -> Iterator[Keystroke]:
        return (one for one in self._queue if isinstance(one, Keystroke))

    def _drop_moves(self) -> None:
        for one in self._queue:
            if _is_move(one):
                self._lose(one)
        self._queue = deque(one for one in self._queue if not _is_move(one))

    def _lose(self, event: RawEvent | Keystroke) -> None:
        self._lost += max(1, event.count) if isinstance(event, RawEvent) else 1
        self._lost_at = event.time


def _is_move(event: RawEvent | Keystroke) -> bool:
    return isinstance(event, RawEvent) and event.kind is RawKind.MOVE


def _droppable(event: RawEvent | Keystroke) -> bool:
    return isinstance(event, Keystroke) or event.kind in (RawKind.MOVE, RawKind.SCROLL)


def _moves_focus(event: RawEvent | Keystroke) -> bool:
    if isinstance(event, Keystroke):
        return event.down and not event.writes
    return event.kind in (RawKind.PRESS, RawKind.FOCUS, RawKind.ELEMENT)
