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
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from glasswork.device.capture.atspi import Accessibility, Element, Focus, open_accessibility
from glasswork.device.capture.atspi_tree import smallest_at, tree
from glasswork.device.capture.desktop_front import Front, executable
from glasswork.device.capture.desktop_hold import CAPACITY, Hold, Keystroke
from glasswork.device.capture.roles import MENU_ROLES
from glasswork.device.capture.x11 import Display, DisplayLost, Input, Kind
from glasswork.redact import is_secret_label
from glasswork.schema.raw import RawEvent, RawKind, RawNode
from glasswork.schema.words import Button, Role

REST_S: Final = 0.016
"""The rest after work: events of one such frame are handled together."""
TREE_AFTER_S: Final = 0.1
"""How long a window has to change after what was done to it before its tree is taken."""

CLOCK_ERROR_S: Final = 0.005
"""By how much our idea of the server's clock may be wrong."""

_EARLY_S: Final = 0.25  # by how much the notice of a focus may come before that of its window
_POINTING: Final = frozenset((Kind.MOTION, Kind.SCROLL, Kind.BUTTON))
_CONTAINERS: Final = frozenset((Role.NONE, Role.DOCUMENT, Role.FORM, Role.GROUP, Role.REGION, Role.WINDOW))
"""What a hit test finds where a program answers late or only roughly; the last tree may know better."""
_BUTTONS: Final = {1: Button.LEFT, 2: Button.MIDDLE, 3: Button.RIGHT, 8: Button.BACK, 9: Button.FORWARD}
_NOTCH: Final = {4: (0, -1), 5: (0, 1), 6: (-1, 0), 7: (1, 0)}


def events(
    stop: int,
    *,
    env: Mapping[str, str] = os.environ,
    is_secret: Callable[[str], bool] = is_secret_label,
    capacity: int = CAPACITY,
) -> Iterator[RawEvent]:
    """What happens on the display of `env`, until the file descriptor `stop` becomes readable.

    `is_secret` judges the label of a field. `capacity` bounds the events that wait; what does not fit is counted in
    a LOST event. Closing the iterator disconnects from the display. Raises DisplayLost, after everything that was
    read before, if the display cannot be reached or goes away.
    """
    display = Display(env.get("DISPLAY"))
    accessibility = open_accessibility(env, is_secret)
    try:
        desktop = _Desktop(display, accessibility, capacity)
        while not desktop.wait(stop):
            try:
                desktop.work()
            except DisplayLost:
                yield from desktop.hold.release(float("inf"))
                raise
            yield from desktop.hold.release(time.monotonic())
        yield from desktop.hold.release(float("inf"))
    finally:
        display.close()
        if accessibility is not None:
            accessibility.bus.close()


class _Desktop:
    """What the loop remembers between two turns."""

    def __init__(self, display: Display, accessibility: Accessibility | None, capacity: int) -> None:
        self.hold = Hold(capacity)
        self._display = display
        self._accessibility = accessibility
        self._latest: Focus | None = None  # the last change of focus, of whichever program
        self._told = ""  # the element of which the last ELEMENT event told
        self._was_secret = False
        self._secret_until = 0.0  # the server's time up to which keys count as secret, whatever is known now
        self._mnemonics: dict[str, Element] = {}  # of the open menu
        self._tree_due: float | None = None
        self._nodes: tuple[RawNode, ...] = ()  # of the last tree, as long as nothing was scrolled
        self._rest = True  # starting has brought events along that the display will not announce again
        self._bring_to_front(display.now())

    def wait(self, stop: int) -> bool:
        """Sleep until there is work. True if `stop` says that there will be no more."""
        if self._rest:
            self._rest = False
            return bool(select.select((stop,), (), (), REST_S)[0])
        now = time.monotonic()
        due = [at for at in (self.hold.due(now, REST_S), self._tree_at()) if at is not None]
        sources: list[int] = [stop, self._display.fileno()]
        if self._accessibility is not None:
            sources.append(self._accessibility.bus.fileno())
        ready = select.select(sources, (), (), max(0.0, min(due) - now) if due else None)[0]
        return stop in ready

    def work(self) -> None:
        """Take in everything that has arrived."""
        while inputs := self._display.drain():
            self._rest = True
            self._take(inputs)
        self._ask()
        if self._accessibility is None:
            return
        if self._accessibility.bus.ended:
            self._accessibility = None  # from now on no element is known
            self._front.forget()
        elif self._accessibility.bus.waiting():
            self._rest = True

    def _ask(self) -> None:
        asked = time.monotonic()
        if self.hold.wants_confirmation(asked):
            confirmed = self._front.confirms(self._accessibility)
            self._observe()
            self._take_focus_changes()  # what came before the answer counts more than the answer
            if confirmed and self._front.secret() is False:
                self.hold.confirm(asked)
        else:
            self._take_focus_changes()
        tree_at = self._tree_at()
        if tree_at is not None and tree_at <= time.monotonic():
            self._take_tree()

    def _take(self, inputs: list[Input]) -> None:
        arrived = time.monotonic()
        self._front.probe()
        self._observe()
        x, y = self._display.pointer() if any(one.kind in _POINTING for one in inputs) else (0, 0)
        for one in inputs:
            self._take_one(one, arrived, x, y)

    def _take_one(self, one: Input, arrived: float, x: int, y: int) -> None:
        match one.kind:
            case Kind.KEY:
                self._take_key(one, arrived)
            case Kind.MOTION:
                self.hold.push(RawEvent(RawKind.MOVE, one.time, x=x, y=y, count=one.merged))
            case Kind.SCROLL:
                self._take_scroll(one, x, y)
            case Kind.BUTTON:
                self._take_button(one, x, y)
            case Kind.ACTIVE:
                self._change_front(one.time)
            case Kind.TITLE if one.code == self._front.window:
                title = self._display.title(one.code)
                if hash(title) != self._front.title_hash:
                    self.hold.push(self._front.focus_event(one.time, title))
            case Kind.KEYBOARD if one.code == self._front.window:
                self._front.keyboard = one.down
                self._observe()
            case Kind.TITLE | Kind.KEYBOARD:
                pass  # of a window that is no longer in front
            case Kind.CLIPBOARD:
                owner = executable(self._display.process(one.code))
                self.hold.push(RawEvent(RawKind.COPY, one.time, app=owner, window=self._front.window))

    def _take_key(self, one: Input, arrived: float) -> None:
        front, keymap = self._front, self._display.keymap
        key, text = keymap.translate(one.code, one.state, one.group)
        element = front.element
        if one.down and element is not None:
            if element.role in MENU_ROLES:
                element = self._mnemonics.get(text.lower(), element)
            self._tell(element, one.time)
        secret = True if one.time <= self._secret_until else front.secret()
        self.hold.push(
            Keystroke(
                one.time,
                arrived,
                one.code,
                one.down,
                key,
                text,
                keymap.modifiers(one.state),
                front.app,
                front.window,
                secret,
                doubted=secret is None and not front.settling(arrived),
            )
        )

    def _take_button(self, one: Input, x: int, y: int) -> None:
        front = self._front
        if one.down and self._accessibility is not None and front.process and not front.is_terminal:
            menu = front.element if front.element and front.element.role in MENU_ROLES else None
            under = self._accessibility.element_at(front.process, x, y, menu)
            node = smallest_at(self._nodes, x, y) if under is None or under.role in _CONTAINERS else None
            if node is not None:
                self._told = ""
                self.hold.push(front.node_event(node, "" if under is None else under.site, one.time))
            elif under is not None:
                self._tell(under, one.time)
        if one.down:
            self._expect_tree()
        self.hold.push(
            RawEvent(
                RawKind.PRESS if one.down else RawKind.RELEASE,
                one.time,
                x=x,
                y=y,
                button=_BUTTONS.get(one.code, Button.NONE),
                app=front.app,
                window=front.window,
            )
        )

    def _take_scroll(self, one: Input, x: int, y: int) -> None:
        self._nodes = ()
        dx, dy = _NOTCH[one.code]
        self.hold.push(
            RawEvent(
                RawKind.SCROLL,
                one.time,
                x=x,
                y=y,
                dx=dx * one.merged,
                dy=dy * one.merged,
                count=one.merged,
                app=self._front.app,
                window=self._front.window,
            )
        )

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
        self.hold.push(self._front.focus_event(since, self._display.title(window) if window else ""))
        self._told = ""
        self._nodes = ()
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
        if front.is_terminal or (element is not None and element.process != front.process):
            return  # a window that is not in front, or not yet
        if element is None:
            if front.element is not None and focus.ref.bus == front.element.ref.bus:
                front.element = None
            return
        if front.element is None or front.element.ref != element.ref:
            noticed = max(front.since, focus.arrived - self._display.offset)
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
            self._tree_due = time.monotonic() + TREE_AFTER_S

    def _tree_at(self) -> float | None:
        # Taking a tree takes time, so keys that wait come first, unless it may tell where they went.
        return None if self.hold and self._front.element is not None else self._tree_due

    def _take_tree(self) -> None:
        self._tree_due = None
        front = self._front
        if self._accessibility is None or not front.app or front.is_terminal:
            return
        at = self._display.now()
        taken = tree(self._accessibility, front.process)
        front.box = self._display.box(front.window)  # it may have been moved
        self._rest = True
        if front.element is None and taken.focused is not None:
            self._focus(Focus(taken.focused.ref, taken.focused, front.since + self._display.offset))
        self._nodes = taken.nodes
        if taken.nodes:
            self.hold.push(
                RawEvent(
                    RawKind.TREE,
                    at,
                    app=front.app,
                    window=front.window,
                    window_box=front.box,
                    nodes=taken.nodes,
                )
            )
