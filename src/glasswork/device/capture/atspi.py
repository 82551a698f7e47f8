"""Accessible elements by AT-SPI: what holds the focus, what lies under the pointer, what a menu key chooses.

Everything here is optional. Without an accessibility bus, or for a program that is not on it, nothing is known,
and what is not known counts as secret further down. The tree of a window is in `atspi_tree`.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from glasswork.device.capture import roles
from glasswork.device.capture.atspi_bus import ACCESSIBLE, DESKTOP, DRIVER, Bus, Call, Ref, connect
from glasswork.device.capture.roles import MENU_ROLES, State
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Role

Box = tuple[int, int, int, int]

SCREEN: Final = 0
WINDOW: Final = 1
"""What boxes are measured from. A Wayland client does not know where on the screen its windows are."""

DESCRIBE_S: Final = 0.25
"""How long a program may take to say what its focused element is."""
HIT_S: Final = 0.06
"""How long the search for the element under the pointer may take."""
CONFIRM_S: Final = 0.03
"""A program that answers later than this is too busy to be believed about its focus."""

_DESCENT: Final = 32  # no interface is nested deeper
_SIBLINGS: Final = 64  # of more children than this the program itself is asked which one is meant
_LABELLED_BY: Final = 2
_POPPED_UP: Final = MENU_ROLES - {Role.MENUBAR}
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_COMPONENT: Final = "org.a11y.atspi.Component"
_ACTION: Final = "org.a11y.atspi.Action"
_DOCUMENT: Final = "org.a11y.atspi.Document"


class Element(NamedTuple):
    """An accessible element. `secret` is True, False (surely not) or None; `number` is AT-SPI's role."""

    ref: Ref
    process: int
    number: int
    role: Role
    label: str
    editable: bool
    secret: bool | None
    box: Box | None
    site: str

    @property
    def field(self) -> str:
        """A name that stays the same for this element, and says nothing."""
        return _field(self.ref)

    def event(self, time: float, app: str, window: int, window_box: Box | None = None) -> RawEvent:
        """The ELEMENT event that tells of it, in a window of `app`."""
        return RawEvent(
            RawKind.ELEMENT,
            time,
            app=app,
            window=window,
            window_box=window_box,
            site=self.site,
            role=self.role,
            label=self.label,
            field=self.field,
            box=self.box,
            editable=self.editable,
            secret=self.secret,
        )


@lru_cache(maxsize=64)  # it is looked at with every key
def _field(ref: Ref) -> str:
    return blake2b("\0".join(ref).encode(), digest_size=8).hexdigest()


class Focus(NamedTuple):
    """The focus went to `element` (None: nobody can say to what), noticed at `arrived` (time.monotonic())."""

    ref: Ref
    element: Element | None
    arrived: float


class Accessibility:
    """The programs on the accessibility bus. Every method answers within its time, if need be with nothing."""

    def __init__(self, bus: Bus, is_secret: Callable[[str], bool], origin: int = SCREEN) -> None:
        """`is_secret` judges a label: True if a field so called holds a secret. `origin`: of the boxes it describes."""
        self.bus = bus
        self.origin: Final = origin
        self._is_secret = is_secret
        self._processes: dict[str, int] = {}
        self._seen_secret: set[Ref] = set()  # a password field stays one, even after "show password"

    def focus_changes(self) -> list[Focus]:
        """Where the focus went since the last call, oldest first, each target described once."""
        latest = {
            signal.ref: signal.arrived
            for signal in self.bus.signals()
            if signal.name == "Focus.Focus" or signal.detail == ("focused", 1)
        }
        return [Focus(ref, self.describe(ref), arrived) for ref, arrived in latest.items()]

    def describe(self, ref: Ref, patience_s: float = DESCRIBE_S) -> Element | None:
        """What an object is; None if it is gone or its program does not answer in time."""
        deadline = time.monotonic() + patience_s
        role, name, states, box, attributes, relations = self.bus.call(
            [
                Call(ref, ACCESSIBLE, "GetRole"),
                _property(ref, "Name"),
                Call(ref, ACCESSIBLE, "GetState"),
                Call(ref, _COMPONENT, "GetExtents", "u", (self.origin,)),
                Call(ref, ACCESSIBLE, "GetAttributes"),
                Call(ref, ACCESSIBLE, "GetRelationSet"),
            ],
            deadline,
        )
        process = self.process(ref.bus, deadline)
        if role is None or states is None or not process:
            return None
        number = int(role[0])
        label = label_of(name) or self._labelled_by(relations, deadline)
        editable = has_state(states, State.EDITABLE)
        in_page = attributes is not None and "tag" in attributes[0]
        secret = self.secrecy(ref, number, label)
        # A page can call anything a text field: without a name it cannot be judged, and editors that are pages have
        # terminals in them, of which nobody sees the echo.
        if secret is False and editable and in_page and (not label or label.casefold().startswith("terminal")):
            secret = None
        site = self._site(ref, deadline) if in_page else ""
        role = roles.aria(number)
        return Element(ref, process, number, role, label, editable, secret, self.place(role, box), site)

    def place(self, role: Role, answer: Sequence[Any] | None) -> Box | None:
        """The answer to GetExtents as a box. None in an open menu, which is a window of its own."""
        return None if self.origin == WINDOW and role in _POPPED_UP else box_of(answer)

    def secrecy(self, ref: Ref, number: int, label: str) -> bool | None:
        """Whether the element holds a secret, by its role, its label and what it was before."""
        secret = roles.is_secret_role(number)
        if secret or ref in self._seen_secret or (label and self._is_secret(label)):
            self._seen_secret.add(ref)
            return True
        return secret

    def still_focused(self, element: Element, patience_s: float = CONFIRM_S) -> bool:
        """Whether the program says, at once, that the element has the focus now."""
        asked = Call(element.ref, ACCESSIBLE, "GetState")
        (states,) = self.bus.call([asked], time.monotonic() + patience_s)
        if states is None or has_state(states, State.DEFUNCT):
            return False
        # GTK 2 sets no state on the item of an open menu; menus close with a change of focus.
        return element.role in MENU_ROLES or has_state(states, State.FOCUSED)

    def process(self, name: str, deadline: float) -> int:
        """The id of the process behind a name on the bus, as the bus knows it from its socket; 0 if gone."""
        if name not in self._processes:
            asked = Call(DRIVER, DRIVER.bus, "GetConnectionUnixProcessID", "s", (name,))
            (answer,) = self.bus.call([asked], deadline)
            if answer is None:
                return 0
            self._processes[name] = int(answer[0])
        return self._processes[name]

    def frame(self, process: int, deadline: float) -> Ref | None:
        """The window of a process that is in front; None if the process is not on the bus."""
        (programs,) = self.bus.call([Call(DESKTOP, ACCESSIBLE, "GetChildren")], deadline)
        for bus, path in programs[0] if programs else ():
            if self.process(bus, deadline) != process:
                continue
            frames = self.children(Ref(bus, path), deadline)
            states = self.bus.call([Call(one, ACCESSIBLE, "GetState") for one in frames], deadline)
            active = [
                one
                for one, state in zip(frames, states, strict=True)
                if state is not None and has_state(state, State.ACTIVE)
            ]
            if active:
                return active[-1]
            showing = [
                one
                for one, state in zip(frames, states, strict=True)
                if state is not None and has_state(state, State.SHOWING)
            ]
            return showing[0] if len(showing) == 1 else None
        return None

    def children(self, ref: Ref, deadline: float) -> list[Ref]:
        """The children of an object; empty if there are none or its program is late."""
        (answer,) = self.bus.call([Call(ref, ACCESSIBLE, "GetChildren")], deadline)
        return [Ref(*one) for one in answer[0]] if answer else []

    def element_at(self, process: int, x: int, y: int, menu: Element | None) -> Element | None:
        """The element of the front window of `process` at a point of the screen; None if it is not found in time.

        `menu` is the item of an open menu that was last chosen. Menus lie outside their parents' boxes, so the search
        down the tree does not find them, and by the time of the search they may be closed.
        """
        if menu is not None and contains(menu.box, x, y):
            return menu
        deadline = time.monotonic() + HIT_S
        here = self.frame(process, deadline)
        if here is None:
            return None
        for _ in range(_DESCENT):
            below = self._child_at(here, x, y, deadline)
            if below is None:
                break
            here = below
        left = deadline - time.monotonic()
        return self.describe(here, left) if left > 0 else None

    def _child_at(self, ref: Ref, x: int, y: int, deadline: float) -> Ref | None:
        role, count = self.bus.call([Call(ref, ACCESSIBLE, "GetRole"), _property(ref, "ChildCount")], deadline)
        if not role or not count or not count[0]:
            return None
        if role[0] == roles.DOCUMENT_WEB or count[0] > _SIBLINGS:
            asked = Call(ref, _COMPONENT, "GetAccessibleAtPoint", "iiu", (x, y, SCREEN))
            (found,) = self.bus.call([asked], deadline)
            child = Ref(*found[0]) if found else ref
            return None if child == ref or child.path.endswith("/null") else child
        children = self.children(ref, deadline)
        states = [Call(child, ACCESSIBLE, "GetState") for child in children]
        boxes = [Call(child, _COMPONENT, "GetExtents", "u", (SCREEN,)) for child in children]
        answers = self.bus.call(states + boxes, deadline)
        page: Ref | None = None
        for child, state, box in zip(children, answers, answers[len(children) :], strict=False):
            if not state or not has_state(state, State.SHOWING):
                continue
            if contains(box_of(box), x, y):
                return child
            if role[0] == roles.PAGE_TAB_LIST and has_state(state, State.SELECTED):
                page = child  # the box of a tab is its handle, its children are the page
        return page

    def mnemonics(self, item: Element) -> dict[str, Element]:
        """The letters that choose an item of the open menu around `item`, and those items.

        Asked for when the menu opens: once a letter was pressed its program may be too busy with it to answer.
        """
        deadline = time.monotonic() + DESCRIBE_S
        (parent,) = self.bus.call([_property(item.ref, "Parent")], deadline)
        items = self.children(Ref(*parent[0]), deadline)[:_SIBLINGS] if parent else []
        answers = self.bus.call([call for one in items for call in _menu_questions(one)], deadline)
        found: dict[str, Element] = {}
        for n, ref in enumerate(items):
            role, name, keys, box = answers[4 * n : 4 * n + 4]
            # "s;<Alt>f:s;<Control>s": the letter in the menu, the way from outside, the shortcut.
            letter = str(keys[0]).split(";")[0].lower() if keys else ""
            if role and letter and letter not in found:
                number = int(role[0])
                found[letter] = item._replace(
                    ref=ref, number=number, role=roles.aria(number), label=label_of(name), box=box_of(box)
                )
        return found

    def _labelled_by(self, relations: tuple[Any, ...] | None, deadline: float) -> str:
        for kind, targets in relations[0] if relations else ():
            if kind == _LABELLED_BY and targets:
                (name,) = self.bus.call([_property(Ref(*targets[0]), "Name")], deadline)
                return label_of(name)
        return ""

    def _site(self, ref: Ref, deadline: float) -> str:
        # Outermost document of the chain: a frame inside the page is not where the person is.
        site = ""
        for _ in range(_DESCENT):
            role, parent = self.bus.call([Call(ref, ACCESSIBLE, "GetRole"), _property(ref, "Parent")], deadline)
            if role and role[0] == roles.DOCUMENT_WEB:
                named = [Call(ref, _DOCUMENT, "GetAttributeValue", "s", (name,)) for name in ("DocURL", "URI")]
                for address in self.bus.call(named, deadline):
                    site = (host(address[0]) if address else "") or site
            if not parent or parent[0][1].endswith("/null"):
                break
            ref = Ref(*parent[0])
        return site


def open_accessibility(
    env: Mapping[str, str], is_secret: Callable[[str], bool], origin: int = SCREEN
) -> Accessibility | None:
    """The accessibility of the session in `env`; None where there is no bus for it."""
    bus = connect(env)
    return Accessibility(bus, is_secret, origin) if bus else None


def host(address: str) -> str:
    """The host of a web address in lower case; "" for anything that is not http or https."""
    scheme, separator, rest = address.partition("://")
    if not separator or scheme.lower() not in ("http", "https"):
        return ""
    authority = rest.split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]
    return authority.rsplit("@", 1)[-1].rsplit(":", 1)[0].lower()


def has_state(answer: Sequence[Any], state: State) -> bool:
    """Whether a state is set in the answer to GetState, which is two words of 32 bits."""
    words = answer[0]
    return len(words) > state // 32 and bool(words[state // 32] >> state % 32 & 1)


def box_of(answer: Sequence[Any] | None) -> Box | None:
    """The answer to GetExtents as a box; None for what is not on the screen (its x is the least integer)."""
    if not answer:
        return None
    x, y, width, height = answer[0]
    return (x, y, width, height) if x > -(1 << 31) and width > 0 and height > 0 else None


def contains(box: Box | None, x: int, y: int) -> bool:
    """Whether a point lies in a box."""
    return box is not None and box[0] <= x < box[0] + box[2] and box[1] <= y < box[1] + box[3]


def label_of(answer: Sequence[Any] | None) -> str:
    """The answer to a request for the property Name; GTK pads the names of menu items with spaces."""
    return str(answer[0]).strip() if answer else ""


def _menu_questions(ref: Ref) -> list[Call]:
    return [
        Call(ref, ACCESSIBLE, "GetRole"),
        _property(ref, "Name"),
        Call(ref, _ACTION, "GetKeyBinding", "i", (0,)),
        Call(ref, _COMPONENT, "GetExtents", "u", (SCREEN,)),
    ]


def _property(ref: Ref, name: str) -> Call:
    return Call(ref, _PROPERTIES, "Get", "ss", (ACCESSIBLE, name))
