"""What was done in one page that rrweb recorded: its tree, its fields, and the mouse button that is held.

A press waits until it is known what it was: rrweb does not say which button, but only the left one gives a click and
only the right one a context menu. A click without a press came from the keyboard, from a touch, or from the click
just before it (on a field's label, or that sent a form).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from glasswork.device.capture.recordings.dom import Page
from glasswork.device.capture.recordings.entries import Entries, click, is_masked
from glasswork.device.capture.recordings.files import attempt, unreadable
from glasswork.device.capture.recordings.places import Windows, page_of
from glasswork.device.capture.recordings.roles import EDITABLE
from glasswork.device.capture.recordings.rrweb_events import (
    CUSTOM,
    INCREMENTAL,
    META,
    SNAPSHOT,
    SOURCES,
    Event,
    Input,
    Mouse,
    Moves,
    Mutation,
    Scroll,
    Told,
)
from glasswork.device.capture.recordings.times import seconds
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Button, Role

WHEEL_PX: Final = 100.0
"""Pixels that a notch of the wheel scrolls in today's browsers."""

SAME_CLICK_S: Final = 0.05
"""A click without a press within this time of another is its consequence."""

_TOGGLES: Final = frozenset((Role.CHECKBOX, Role.RADIO, Role.SWITCH, Role.MENUITEMCHECKBOX, Role.MENUITEMRADIO))


@dataclass(slots=True)
class _Press:
    """A mouse button that went down, and where and when it came up again."""

    target: int
    time: float
    at: tuple[float, float]
    up: tuple[float, float, float] | None = None


class Replay:
    """The page in one window."""

    def __init__(self, windows: Windows, name: str) -> None:
        self.time = 0.0
        self._windows = windows
        self._name = name
        self._page = Page()
        self._entries = Entries()
        self._box: tuple[int, int, int, int] | None = None
        self._host, self._address = "", ""
        self._press: _Press | None = None
        self._clicked = (0, float("-inf"))
        self._scrolled: dict[int, tuple[float, float]] = {}
        self._changed_at: float | None = None  # the first change that no TREE has told of
        self._told: int | None = None  # the element that was told of last
        self._front_due = True

    def comes_to_front(self, time: float) -> None:
        """Another window was in front; this one is from now on."""
        self.time = max(self.time, time)
        self._front_due, self._told = True, None

    def feed(self, event: Event) -> Iterator[RawEvent | None]:
        """What the event tells, or None for nothing, or LOST where it cannot be read."""
        stated = seconds(event.timestamp)
        self.time = stated if stated is not None and stated > 0 else self.time + 1.0
        said: object = True
        match event.type:
            case 2:
                if said := attempt(event.data, SNAPSHOT):
                    self._page.load(said.node)
                    self._changed()
            case 3:
                if said := attempt(event.data, INCREMENTAL):
                    reader = SOURCES.get(said.source)
                    if reader is not None and (said := attempt(event.data, reader)):
                        done = self._happened(said)
                        yield next(done, None)
                        yield from done
                        return
            case 4:
                if said := attempt(event.data, META):
                    yield from self._at(said.href, said.width, said.height)
                    return
            case 5:
                if moved := attempt(event.data, CUSTOM):
                    yield from self._at(moved.payload.href, 0, 0)
                    return
            case _:
                pass
        yield None if said else unreadable(self.time)

    def finish(self) -> Iterator[RawEvent]:
        """The press that still waits."""
        if press := self._press:
            yield from self._pressed(press, Button.LEFT)

    def _at(self, href: str, width: float, height: float) -> Iterator[RawEvent | None]:
        """The page is that of an address, in a view of this size."""
        if width >= 1 and height >= 1:
            self._box = (0, 0, int(min(width, 1e6)), int(min(height, 1e6)))
        host, address = page_of(href)
        if not href or address == self._address:
            yield None
            return
        yield from self.finish()
        self._host, self._address = host, address
        self._told = None
        if self._changed_at is not None:  # what changed before is of the page before
            self._changed_at = self.time
        yield self._front()

    def _front(self) -> RawEvent:
        self._front_due = False
        window = self._windows.number(self._name)
        return RawEvent(
            RawKind.FOCUS, self.time, window=window, window_box=self._box, site=self._host, field=self._address
        )

    def _changed(self) -> None:
        self._told = None
        if self._changed_at is None:
            self._changed_at = self.time

    def _happened(self, told: Told) -> Iterator[RawEvent]:
        match told:
            case Mutation():
                self._mutate(told)
            case Moves(positions=[*_, last]):
                yield RawEvent(RawKind.MOVE, self.time, x=last.x, y=last.y, count=len(told.positions))
            case Moves():
                pass
            case Mouse():
                yield from self._mouse(told)
            case Scroll():
                yield from self._scroll(told)
            case Input():
                yield from self._input(told)

    def _mutate(self, told: Mutation) -> None:
        """In the order of rrweb's own replayer; a node may be told before the one it goes into."""
        for gone in told.removes:
            self._page.remove(gone.id)
        waiting = told.adds
        while waiting:
            left = [add for add in waiting if not self._page.insert(add.node, add.parent_id, add.next_id)]
            if len(left) == len(waiting):
                break
            waiting = left
        for said in told.texts:
            self._page.set_text(said.id, said.value)
        for changed in told.attributes:
            self._page.set_attributes(changed.id, changed.attributes)
        self._changed()

    # What was done

    def _approach(self, number: int) -> Iterator[RawEvent]:
        """Tell what is in front and what is aimed at, as far as it was not told before."""
        if self._front_due:
            yield self._front()
        if self._changed_at is not None:
            yield RawEvent(RawKind.TREE, self._changed_at, nodes=self._page.nodes(), window_box=self._box)
            self._changed_at = None
        node = self._page.aimed_at(number)
        aimed = node.id if node else number
        if aimed == self._told:
            return
        self._told = aimed
        field = f"{self._name} {self._address} {aimed}"
        if node is None:
            yield RawEvent(RawKind.ELEMENT, self.time, field=field)
            return
        role = self._page.role(node)
        yield RawEvent(
            RawKind.ELEMENT,
            self.time,
            role=role,
            label=self._page.name(node),
            field=field,
            editable=role in EDITABLE,
            secret=self._page.is_secret(node),
        )

    def _place(self, told: Mouse) -> tuple[float, float]:
        """Where it was; without a place, one for each element, so that two of them are not one double click."""
        if told.x is None or told.y is None:
            return 20.0 * (told.id % 10_000), 0.0
        return told.x, told.y

    def _mouse(self, told: Mouse) -> Iterator[RawEvent]:
        press = self._press
        at = self._place(told)
        match told.type:
            case 0 if press is not None and press.up is None:
                press.up = (self.time, *at)
            case 1:
                yield from self.finish()
                yield from self._approach(told.id)
                self._press = _Press(told.id, self.time, at)
            case 2:
                consequence = self.time - self._clicked[1] <= SAME_CLICK_S
                self._clicked = (told.id, self.time)
                if press is not None:
                    yield from self._pressed(press, Button.LEFT)
                elif not consequence:
                    yield from self._approach(told.id)
                    yield from click(self.time, at, Button.LEFT)
            case 3:
                if press is not None:
                    yield from self._pressed(press, Button.RIGHT)
                else:
                    yield from self._approach(told.id)
                    yield from click(self.time, at, Button.RIGHT)
            case _:
                pass

    def _pressed(self, press: _Press, button: Button) -> Iterator[RawEvent]:
        self._press = None
        self._entries.left()
        up = press.up or (press.time, *press.at)
        yield RawEvent(RawKind.PRESS, press.time, x=press.at[0], y=press.at[1], button=button)
        yield RawEvent(RawKind.RELEASE, up[0], x=up[1], y=up[2], button=button)

    def _scroll(self, told: Scroll) -> Iterator[RawEvent]:
        to = (told.x, told.y)
        before = self._scrolled.get(told.id, (0.0, 0.0))
        self._scrolled[told.id] = to
        dx, dy = (to[0] - before[0]) / WHEEL_PX, (to[1] - before[1]) / WHEEL_PX
        if dx or dy:
            yield from self.finish()
            yield from self._approach(told.id)
            yield RawEvent(RawKind.SCROLL, self.time, dx=dx, dy=dy)

    def _input(self, told: Input) -> Iterator[RawEvent]:
        text = told.text or ""
        node = self._page.find(told.id)
        field = f"{self._address} {told.id}"
        if not told.user_triggered:
            self._entries.known(field, text)
            return
        yield from self.finish()
        role = self._page.role(node) if node else Role.NONE
        if role in _TOGGLES:
            if told.is_checked and self._clicked[0] != told.id:
                yield from self._chosen(told.id, "")
        elif node is not None and node.tag == "select":
            yield from self._chosen(told.id, "" if is_masked(text) else self._page.chosen(node, text))
        elif node is not None and role not in EDITABLE:
            yield from self._chosen(told.id, "")
        else:
            yield from self._approach(told.id)
            if node is not None and "value" in node.attributes and not self._entries.has(field):
                self._entries.known(field, node.attributes["value"])
            secret = None if node is None else self._page.is_secret(node)
            yield from self._entries.typed(field, text, self.time, secret=secret)

    def _chosen(self, number: int, text: str) -> Iterator[RawEvent]:
        yield from self._approach(number)
        yield RawEvent(RawKind.CHOOSE, self.time, text=text)
