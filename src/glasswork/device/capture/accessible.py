"""A session whose input nobody may read (Wayland) as a source: windows, elements and trees, as programs tell them.

    for event in accessible.events(stop, pages=companion):
        ...

There are no keys, no clicks and no text here, and none is asked for. What is told is which window is in front, which
element of it has the focus, and what the window shows; pages tell of themselves as they do beside a display.

Which program is in front is taken from the bus, which knows the process behind each connection from its socket. That
it is in front is the program's own word: one that lies is taken for itself and for nobody else, since elements count
only where the process of the window has them.
"""

import os
import select
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Final

from glasswork.device.capture.accessible_front import Front, active_window, front_of
from glasswork.device.capture.atspi import (
    DESCRIBE_S,
    WINDOW,
    Accessibility,
    Element,
    label_of,
    open_accessibility,
)
from glasswork.device.capture.atspi_bus import ACCESSIBLE, DESKTOP, Call, Signal
from glasswork.device.capture.atspi_tree import Tree, walk
from glasswork.device.capture.browser import pages as browser_pages
from glasswork.device.capture.browser.pages import Pages
from glasswork.device.capture.desktop import REST_S, TREE_AFTER_S
from glasswork.device.capture.terminal import TERMINALS
from glasswork.redact import is_secret_label
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Reason, Role

_EVENTS: Final = ("window:activate", "window:deactivate", "window:destroy", "object:property-change:accessible-name")
_WINDOWS: Final = "type='signal',interface='org.a11y.atspi.Event.Window',member='{}'"
_PROGRAMS: Final = (
    "type='signal',interface='org.a11y.atspi.Event.Object',member='ChildrenChanged',"
    f"sender='{DESKTOP.bus}',path='{DESKTOP.path}'"
)
"""A program came to the bus or left it: the registry says so unasked."""
_RULES: Final = (*map(_WINDOWS.format, ("Activate", "Deactivate", "Destroy")), _PROGRAMS)
_TITLE: Final = (
    "type='signal',interface='org.a11y.atspi.Event.Object',member='PropertyChange',arg0='accessible-name',"
    "sender='{0.bus}',path='{0.path}'"
)
_LATE: Final = (0.4, 1.6, 6.4)
"""After how long a tree is taken again whose program was too busy to answer, as most are while they start."""
_LOOKS: Final = (0.1, 0.4, 1.6)
"""After how long it is asked who is in front where nobody is known to be: a program that starts may not say so."""
_LEFT: Final = ("Window.Deactivate", "Window.Destroy")


def events(
    stop: int,
    *,
    env: Mapping[str, str] = os.environ,
    is_secret: Callable[[str], bool] = is_secret_label,
    pages: Pages | None = None,
    pace: Callable[[], float] = lambda: 1.0,
) -> Iterator[RawEvent]:
    """What programs and pages tell in the session of `env`, until the file descriptor `stop` becomes readable.

    Parameters as those of `desktop.events`. Times are of time.monotonic(); boxes are measured from the window. Without
    an accessibility bus, pages alone tell; where it ends in between, a LOST event says so.
    """
    accessibility = open_accessibility(env, is_secret, WINDOW)
    if accessibility is not None:
        try:
            if accessibility.bus.listen(_RULES, _EVENTS):
                yield from _listen(stop, accessibility, pages, pace)
        finally:
            accessibility.bus.close()
        if accessibility.bus.ended:
            now = time.monotonic()
            yield RawEvent(RawKind.LOST, now, count=1, reason=Reason.SOURCE)
            yield RawEvent(RawKind.FOCUS, now, role=Role.WINDOW)
    if pages is not None:
        yield from browser_pages.events(stop, pages)
    else:
        select.select((stop,), (), ())


def _listen(
    stop: int, accessibility: Accessibility, pages: Pages | None, pace: Callable[[], float]
) -> Iterator[RawEvent]:
    """Until `stop` is readable or the bus has ended."""

    def merged(found: list[RawEvent], now: float) -> Iterator[RawEvent]:
        return iter(found) if pages is None else pages.merged(found, 0.0, now)

    session = _Session(accessibility, pages, pace)
    try:
        yield from merged(session.begin(), time.monotonic())
        while not (accessibility.bus.ended or session.wait(stop)):
            yield from merged(session.work(), time.monotonic())  # nothing of it stays here while `wait` sleeps
        yield from merged([], float("inf"))
    finally:
        session.end()


class _Session:
    """What the loop remembers between two turns."""

    def __init__(self, accessibility: Accessibility, pages: Pages | None, pace: Callable[[], float]) -> None:
        self._accessibility = accessibility
        self._bus = accessibility.bus
        self._pages = pages
        self._pace = pace
        self._front: Front | None = None
        self._looks: list[float] = []  # when to ask who is in front
        self._title: int | None = None  # a hash of the title that was told last; the title itself is not kept
        self._told = ""  # the element of which the last ELEMENT event told
        self._tree_due: float | None = None
        self._walk: Generator[None, None, Tree] | None = None  # the tree that is being taken
        self._shape = 0  # of the tree that was told last
        self._late = 0  # how often in a row a tree was taken too early

    def begin(self) -> list[RawEvent]:
        """The window that is in front already."""
        if self._pages is not None:
            self._pages.begin()
        ref, now = active_window(self._accessibility), time.monotonic()
        return list(self._bring_to_front(ref and front_of(self._accessibility, ref, now), now))

    def end(self) -> None:
        """Pages no longer listen, and nothing is held open."""
        self._leave()
        if self._pages is not None:
            self._pages.end()

    def wait(self, stop: int) -> bool:
        """Sleep until there is work. True if `stop` says that there will be no more."""
        sources = [stop, self._bus.fileno()]
        due = [*self._looks[:1]] if self._tree_due is None else [self._tree_due]
        if self._front is not None:
            sources.append(self._front.ended)
        if self._pages is not None:
            sources += self._pages.filenos()
            if (page_due := self._pages.due()) is not None:
                due.append(page_due)
        if self._bus.waiting():
            due.append(0.0)
        ready = select.select(sources, (), (), max(0.0, min(due) - time.monotonic()) if due else None)[0]
        if stop not in ready and self._bus.fileno() in ready:
            # What belongs together (one window goes, another comes) is read together.
            ready = select.select((stop,), (), (), REST_S * self._pace())[0]
        return stop in ready

    def work(self) -> list[RawEvent]:
        """Take in everything that has arrived."""
        signals = self._bus.signals()
        out = [*self._windows(signals), *self._look(), *self._focuses(signals)]
        if self._tree_due is not None and self._tree_due <= time.monotonic():
            out += self._take_tree()
        return out

    # Windows

    def _windows(self, signals: list[Signal]) -> Iterator[RawEvent]:
        before = front = self._front.ref if self._front else None
        since = time.monotonic()
        for signal in signals:
            if signal.name == "Window.Activate":
                front, since = signal.ref, signal.arrived
            elif signal.name in _LEFT and signal.ref == front:
                front, since = None, signal.arrived
        if front is not None and front == before and self._has_ended():
            front = None
        if front != before:
            yield from self._bring_to_front(front and front_of(self._accessibility, front, since), since)
        elif front is None and any(signal.name == "Object.ChildrenChanged" for signal in signals):
            self._expect_somebody()
        elif any(signal.ref == front and signal.name == "Object.PropertyChange" for signal in signals):
            yield from self._tell_title()

    def _expect_somebody(self) -> None:
        now = time.monotonic()
        self._looks = [now + after for after in _LOOKS]

    def _look(self) -> Iterator[RawEvent]:
        now = time.monotonic()
        if not self._looks or self._looks[0] > now:
            return
        self._looks = [at for at in self._looks if at > now]
        ref = active_window(self._accessibility)
        if ref is not None and (front := front_of(self._accessibility, ref, now)) is not None:
            yield from self._bring_to_front(front, now)

    def _has_ended(self) -> bool:
        return self._front is not None and bool(select.select((self._front.ended,), (), (), 0)[0])

    def _bring_to_front(self, front: Front | None, since: float) -> Iterator[RawEvent]:
        self._leave()
        self._front = front
        self._told, self._shape, self._late, self._walk, self._tree_due = "", 0, 0, None, None
        self._looks = []
        if front is None:
            self._expect_somebody()
            if self._pages is not None:
                self._pages.hide()
            yield RawEvent(RawKind.FOCUS, since, role=Role.WINDOW)
            return
        if self._pages is not None:
            self._pages.show(front.process, front.window, since)
        self._bus.listen((_TITLE.format(front.ref),), ())
        self._title = None
        yield from self._tell_title()

    def _leave(self) -> None:
        if self._front is not None:
            self._bus.ignore(_TITLE.format(self._front.ref))
            os.close(self._front.ended)
            self._front = None

    def _tell_title(self) -> Iterator[RawEvent]:
        front = self._front
        if front is None or (self._title is not None and self._told_by_page()):
            return
        asked = Call(front.ref, "org.freedesktop.DBus.Properties", "Get", "ss", (ACCESSIBLE, "Name"))
        title = label_of(self._bus.call([asked], time.monotonic() + DESCRIBE_S)[0])
        if hash(title) == self._title:
            return
        at = front.since if self._title is None else time.monotonic()
        self._title, self._shape = hash(title), 0  # it may be another screen, of which the same tree has to be told
        self._expect_tree()
        yield RawEvent(
            RawKind.FOCUS, at, app=front.app, title=title, role=front.role, window=front.window, window_box=front.box
        )

    def _told_by_page(self) -> bool:
        return self._pages is not None and self._front is not None and self._pages.covers(self._front.process)

    def _looked_into(self) -> Front | None:
        """The window in front, if accessibility is what tells of its elements."""
        front = self._front
        return None if front is None or not front.app or front.app in TERMINALS or self._told_by_page() else front

    # Elements and trees

    def _focuses(self, signals: list[Signal]) -> Iterator[RawEvent]:
        latest = {
            signal.ref: signal.arrived
            for signal in signals
            if signal.name == "Focus.Focus" or signal.detail == ("focused", 1)
        }
        for ref, arrived in latest.items():
            if (front := self._looked_into()) is None:
                return
            if self._accessibility.process(ref.bus, time.monotonic() + DESCRIBE_S) == front.process:
                yield from self._focus(front, self._accessibility.describe(ref), arrived)

    def _focus(self, front: Front, element: Element | None, arrived: float) -> Iterator[RawEvent]:
        if element is None or element.process != front.process or element.field == self._told:
            return
        # The first element of a window had the focus since it came.
        at = max(front.since, arrived) if self._told else front.since
        self._told = element.field
        self._expect_tree()
        yield element.event(at, front.app, front.window, front.box)

    def _expect_tree(self) -> None:
        if self._tree_due is None and self._looked_into() is not None:
            self._tree_due = time.monotonic() + TREE_AFTER_S * self._pace()

    def _take_tree(self) -> Iterator[RawEvent]:
        """One step of taking the tree."""
        if (front := self._looked_into()) is None:
            self._tree_due = self._walk = None
            return
        if self._walk is None:
            self._walk = walk(self._accessibility, front.process, front.ref)
        try:
            next(self._walk)
            self._tree_due = time.monotonic()
        except StopIteration as done:
            self._tree_due = self._walk = None
            yield from self._tell_tree(front, done.value)

    def _tell_tree(self, front: Front, taken: Tree) -> Iterator[RawEvent]:
        if not self._told:
            yield from self._focus(front, taken.focused, front.since)
        if taken.late and self._late < len(_LATE):
            self._tree_due = time.monotonic() + _LATE[self._late] * self._pace()
            self._late += 1
            return
        self._late = 0
        box = taken.nodes[0].box if taken.nodes else None  # its size may have changed
        if taken.nodes and taken.shape != self._shape:
            self._shape = taken.shape
            yield RawEvent(
                RawKind.TREE,
                time.monotonic(),
                app=front.app,
                window=front.window,
                window_box=box or front.box,
                nodes=taken.nodes,
            )
