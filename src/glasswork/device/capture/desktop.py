"""The desktop as a source of RawEvents: input, windows, elements, trees and the clipboard's owner.

    for event in desktop.events(stop):
        ...

One thread waits for the display and the accessibility bus and is asleep when nothing happens. After work it rests
for a frame, so that a moving pointer wakes it sixty times a second and not a thousand; the server dates each event,
so nothing is lost by reading it late. The recorder only listens: input never waits for it.

Order: an event that says where keys go (FOCUS, ELEMENT) comes before those keys. Keys carry `secret` (see
`desktop_hold`). ELEMENT before PRESS is what lies under the pointer, otherwise what has the focus.
"""

import os
import select
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Final

from glasswork.device.capture.atspi import HIT_S, Accessibility, Element, Focus, open_accessibility
from glasswork.device.capture.atspi_tree import Spot, Tree, smallest_at, walk
from glasswork.device.capture.away import Away
from glasswork.device.capture.browser.pages import Pages
from glasswork.device.capture.desktop_front import Front, executable
from glasswork.device.capture.desktop_hold import CAPACITY, Hold, Keystroke
from glasswork.device.capture.roles import MENU_ROLES
from glasswork.device.capture.x11 import Display, DisplayLost
from glasswork.device.capture.x11_stream import Input, Kind
from glasswork.redact import is_secret_label
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Role

REST_S: Final = 0.033
"""The rest after work: events of one such frame are handled together."""
ASK_AGAIN_S: Final = 0.1
"""How long before a program is asked again where its focus is. Keys wait longer than this."""
HURRY_S: Final = 0.1
"""How long a tree is taken at once where it may tell what has the focus, for which keys wait."""
TREE_AFTER_S: Final = 0.1
"""How long a window has to change after what was done to it before its tree is taken."""
START_S: Final = 1.0
"""How long it may take at the start to find what has the focus."""
CLOCK_ERROR_S: Final = 0.005
"""By how much our idea of the server's clock may be wrong."""

_EARLY_S: Final = 0.25  # by how much the notice of a focus may come before that of its window
_CONTAINERS: Final = frozenset((Role.NONE, Role.DOCUMENT, Role.FORM, Role.GROUP, Role.REGION, Role.WINDOW))
"""What a hit test finds where a program answers late or only roughly; the last tree may know better."""


def events(
    stop: int,
    *,
    env: Mapping[str, str] = os.environ,
    is_secret: Callable[[str], bool] = is_secret_label,
    capacity: int = CAPACITY,
    pages: Pages | None = None,
    pace: Callable[[], float] = lambda: 1.0,
) -> Iterator[RawEvent]:
    """What happens on the display of `env`, until the file descriptor `stop` becomes readable.

    `is_secret` judges the label of a field. `capacity` bounds the events that wait; what does not fit is counted in
    a LOST event. `pages` are the browsers that tell of their own pages: where one is in front, it is the source, and
    the display's keys are dropped. `pace` says how many times longer than usual to rest between two looks, and to wait
    with a tree. Closing the iterator disconnects from the display. Raises DisplayLost, after everything that was read
    before, if the display cannot be reached or goes away.
    """
    display = Display(env.get("DISPLAY"))
    accessibility = open_accessibility(env, is_secret)
    try:
        desktop = _Desktop(display, accessibility, capacity, pages, pace)
        desktop.find_focus(stop)
        while not desktop.wait(stop):
            try:
                desktop.work()
            except DisplayLost:
                yield from desktop.release(float("inf"))
                raise
            yield from desktop.release(time.monotonic())
        yield from desktop.release(float("inf"))
    finally:
        if pages is not None:
            pages.end()
        display.close()
        if accessibility is not None:
            accessibility.bus.close()


class _Desktop:
    """What the loop remembers between two turns."""

    def __init__(
        self,
        display: Display,
        accessibility: Accessibility | None,
        capacity: int,
        pages: Pages | None,
        pace: Callable[[], float],
    ) -> None:
        self.hold = Hold(capacity)
        self._pace = pace
        self._pages = pages
        if pages is not None:
            pages.begin()
        self._display = display
        self._accessibility = accessibility
        self._latest: Focus | None = None  # the last change of focus, of whichever program
        self._told = ""  # the element of which the last ELEMENT event told
        self._was_secret = False
        self._secret_until = 0.0  # the server's time up to which keys count as secret, whatever is known now
        self._mnemonics: dict[str, Element] = {}  # of the open menu
        self._tree_due: float | None = None
        self._walk: Generator[None, None, Tree] | None = None  # the tree that is being taken
        self._shape = 0  # of the tree that was told last
        self._spots: tuple[Spot, ...] = ()  # of the last tree, as long as nothing was scrolled
        self._rest_s = REST_S  # 0: do not rest
        self._ask_at = 0.0  # when a program may be asked again where its focus is
        self._away = Away(display)
        self._bring_to_front(display.now())

    def find_focus(self, stop: int) -> None:
        """At the start: what has the focus. Before anything is told, so that who reads knows that keys are judged."""
        until = time.monotonic() + START_S
        while self._front.element is None and self._tree_due is not None and time.monotonic() < until:
            self._take_tree()
            self._take_focus_changes()
            if self._walk is None and self._front.element is None:
                if select.select((stop,), (), (), REST_S)[0]:
                    return
                self._expect_tree()
        # Nobody looked where the keys went that came until now.
        self._secret_until = self._display.now() + CLOCK_ERROR_S

    def wait(self, stop: int) -> bool:
        """Sleep until there is work. True if `stop` says that there will be no more."""
        if self._rest_s:
            rest, self._rest_s = self._rest_s, 0.0
            return bool(select.select((stop,), (), (), rest * self._pace())[0])
        now = time.monotonic()
        dues = (self.hold.due(now, self._ask_at), self._tree_at(), self._away.due())
        due = [at for at in dues if at is not None]
        sources: list[int] = [stop, self._display.fileno()]
        if self._accessibility is not None:
            sources.append(self._accessibility.bus.fileno())
        if self._pages is not None:
            sources += self._pages.filenos()
            if (page_due := self._pages.due()) is not None:
                due.append(page_due)
        ready = select.select(sources, (), (), max(0.0, min(due) - now) if due else None)[0]
        return stop in ready

    def work(self) -> None:
        """Take in everything that has arrived."""
        now = time.monotonic()
        if self._away.look(self._front, now):
            self.hold.doubt()
            self.hold.push(RawEvent(RawKind.AWAY, self._display.now()))
        if inputs := self._display.drain():
            self._rest_s = REST_S
            self._take(inputs, now)
        self._ask(now)
        if self._accessibility is None:
            return
        if self._accessibility.bus.ended:
            self._accessibility = None  # from now on no element is known
            self._front.forget()
        elif self._accessibility.bus.waiting():
            self._rest_s = REST_S

    def release(self, now: float) -> Iterator[RawEvent]:
        """Everything that need not wait any more, in order; with an infinite `now` everything."""
        found = self.hold.release(now)
        return found if self._pages is None else self._pages.merged(found, self._display.offset, now)

    def _told_by_page(self) -> bool:
        return self._pages is not None and self._pages.covers(self._front.process)

    def _ask(self, asked: float) -> None:
        if asked >= self._ask_at and self.hold.wants_confirmation(asked):
            confirmed = self._front.confirms(self._accessibility)
            self._ask_at = asked + (ASK_AGAIN_S if confirmed else REST_S)
            self._observe()
            self._take_focus_changes()  # what came before the answer counts more than the answer
            if confirmed and self._front.secret() is False:
                self.hold.confirm(asked)
        else:
            self._take_focus_changes()
        tree_at = self._tree_at()
        if tree_at is not None and tree_at <= asked:
            self._take_tree()

    def _take(self, inputs: list[Input], arrived: float) -> None:
        self._front.probe()
        self._observe()
        where: tuple[int, int] | None = None
        for one in inputs:
            kind = one.kind
            if kind is Kind.KEY:
                if not self._told_by_page():
                    self._take_key(one, arrived)
            elif kind is Kind.MOTION:  # where to is not asked: that costs more than the rest, and nobody wants to know
                self.hold.push(RawEvent(RawKind.MOVE, one.time, count=one.merged))
            elif kind is Kind.BUTTON or kind is Kind.SCROLL:
                x, y = where = where or self._display.pointer()
                take = self._take_button if kind is Kind.BUTTON else self._take_scroll
                take(one, x, y)
            else:
                self._take_notice(one)

    def _take_notice(self, one: Input) -> None:
        match one.kind:
            case Kind.ACTIVE:
                self._change_front(one.time)
            case Kind.TITLE if one.code == self._front.window and not self._told_by_page():
                title = self._display.title(one.code)
                if hash(title) != self._front.title_hash:
                    self.hold.push(self._front.focus_event(one.time, title))
                    self._shape = 0  # what is shown may be another screen, of which the same tree has to be told
            case Kind.KEYBOARD if one.code == self._front.window:
                self._front.keyboard = one.down
                self._away.keyboard(one.down, grabbed=one.state == 1)
                self._observe()
            case Kind.KEYMAP:
                self._display.remap()
            case Kind.CLIPBOARD:
                owner = executable(self._display.process(one.code))
                self.hold.push(RawEvent(RawKind.COPY, one.time, app=owner, window=self._front.window))
            case _:
                pass  # a title or the keyboard of a window that is no longer in front

    def _take_key(self, one: Input, arrived: float) -> None:
        front = self._front
        stroke = self._display.keymap.stroke(one.code, one.state, one.group)
        element = front.element
        if one.down and element is not None:
            if element.role in MENU_ROLES:
                element = self._mnemonics.get(stroke.text.lower(), element)
            self._tell(element, one.time)
        secret = True if one.time <= self._secret_until else front.secret()
        self.hold.push(
            Keystroke(
                one.time,
                arrived,
                one.code,
                one.down,
                stroke,
                front.app,
                front.window,
                secret,
                doubted=secret is None and not front.settling(arrived),
            )
        )

    def _take_button(self, one: Input, x: int, y: int) -> None:
        front = self._front
        known = front.is_terminal or self._told_by_page()
        if one.down and self._accessibility is not None and front.process and not known:
            menu = front.element if front.element and front.element.role in MENU_ROLES else None
            under = self._accessibility.element_at(front.process, x, y, menu)
            if under is None or under.role in _CONTAINERS:
                spot = smallest_at(self._spots, x, y)
                under = under if spot is None else self._accessibility.describe(spot.ref, HIT_S) or under
            if under is not None:
                self._tell(under, one.time)
        if one.down:
            self._expect_tree()
        self.hold.push(front.button_event(one, x, y))

    def _take_scroll(self, one: Input, x: int, y: int) -> None:
        self._spots = ()
        self.hold.push(self._front.scroll_event(one, x, y))

    def _observe(self) -> None:
        # What was secret at the last look and is not now stopped being so at some moment in between: what was typed
        # until now may have been part of it.
        secret = self._front.secret()
        if secret or self._was_secret:
            self._secret_until = self._display.now() + CLOCK_ERROR_S
        self._was_secret = secret is True
        self.hold.learn(secret)

    def _change_front(self, since: float) -> None:
        window = self._display.active_window()
        # The server gives the numbers of windows that are gone to new ones, hence the look at the process.
        if window != self._front.window or self._display.process(window) != self._front.process:
            self.hold.doubt()
            self._bring_to_front(since)

    def _bring_to_front(self, since: float) -> None:
        window = self._display.active_window()
        self._display.watch(window)
        self._front = Front(self._display, window, since, time.monotonic())
        if self._pages is not None:
            self._pages.show(self._front.process, window, since)
        self.hold.push(self._front.focus_event(since, self._display.title(window) if window else ""))
        self._told = ""
        self._walk, self._shape, self._spots = None, 0, ()
        self._expect_tree()
        latest = self._latest
        if self._front.element is not None:
            self._tell(self._front.element, since)
        elif latest is not None and latest.arrived - self._display.offset > since - _EARLY_S:
            self._focus(latest)

    def _take_focus_changes(self) -> None:
        if self._accessibility is None:
            return
        for focus in self._accessibility.focus_changes():
            self._latest = focus
            self._focus(focus)

    def _focus(self, focus: Focus) -> None:
        front, element = self._front, focus.element
        if front.is_terminal or (element is not None and element.process != front.process) or self._told_by_page():
            return  # a window that is not in front, or not yet, or that tells of its elements itself
        if element is None:
            if front.element is not None and focus.ref.bus == front.element.ref.bus:
                front.element = None
            return
        if front.element is None or front.element.ref != element.ref:
            # The first element of a window had the focus since it came; the notice was read a rest later.
            noticed = max(front.since, focus.arrived - self._display.offset) if self._told else front.since
            if self._told != element.field:
                self.hold.insert(lambda at: front.element_event(element, at), noticed)
                self._told = element.field
            self._expect_tree()
            items = {item.ref for item in self._mnemonics.values()}
            if element.role in MENU_ROLES and element.ref not in items and self._accessibility is not None:
                self._mnemonics = self._accessibility.mnemonics(element)
        front.element = element
        self._observe()

    def _tell(self, element: Element, at: float) -> None:
        if element.field != self._told:
            self._told = element.field
            self.hold.push(self._front.element_event(element, at))

    def _expect_tree(self) -> None:
        if self._tree_due is None and self._accessibility is not None:
            self._tree_due = time.monotonic() + TREE_AFTER_S * self._pace()

    def _tree_at(self) -> float | None:
        # Taking a tree takes time, so keys that wait come first, unless it may tell where they went.
        return None if self.hold and self._front.element is not None else self._tree_due

    def _take_tree(self) -> None:
        """One step of taking the tree."""
        front = self._front
        if self._accessibility is None or not front.app or front.is_terminal or self._told_by_page():
            self._tree_due = self._walk = None
            return
        if self._walk is None:
            self._walk = walk(self._accessibility, front.process)
        hurry = time.monotonic() + (HURRY_S if front.element is None else 0.0)
        try:
            next(self._walk)
            while time.monotonic() < hurry:
                next(self._walk)
            self._tree_due = time.monotonic()
        except StopIteration as done:
            self._tree_due = self._walk = None
            self._tell_tree(done.value)

    def _tell_tree(self, taken: Tree) -> None:
        front = self._front
        if front.element is None and taken.focused is not None:
            self._focus(Focus(taken.focused.ref, taken.focused, front.since + self._display.offset))
        front.box = self._display.box(front.window)  # it may have been moved
        self._spots = taken.spots
        shape = hash((taken.shape, front.box))
        if taken.nodes and shape != self._shape:
            self._shape = shape
            self.hold.push(
                RawEvent(
                    RawKind.TREE,
                    self._display.now(),
                    app=front.app,
                    window=front.window,
                    window_box=front.box,
                    nodes=taken.nodes,
                )
            )
