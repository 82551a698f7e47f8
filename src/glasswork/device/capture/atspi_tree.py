"""The accessibility tree of a window: what shows, in depth-first order, taken in steps within a budget."""

import time
from collections import deque
from collections.abc import Generator, Sequence
from typing import Any, Final, NamedTuple

from glasswork.device.capture import roles
from glasswork.device.capture.atspi import Accessibility, Box, Element, contains, has_state, label_of
from glasswork.device.capture.atspi_bus import ACCESSIBLE, Call, Ref
from glasswork.device.capture.roles import CHECKABLE, State
from glasswork.schema.raw import RawNode
from glasswork.schema.words import Role

NODES: Final = 400
"""How many nodes a tree may have."""
TREE_S: Final = 1.0
"""After how long the rest of a tree is left out: what was seen first has changed by then."""
STEP_S: Final = 0.05
"""How long its program may take to answer for one step."""
_STEP: Final = 32  # nodes asked for at once: some 10 ms of work
_CHILDREN: Final = 100  # of one parent; the rest of a long list looks the same


class Spot(NamedTuple):
    """Where something that can be used lies. What it is called is not kept: it is asked for when it is used."""

    ref: Ref
    role: Role
    box: Box


class Tree(NamedTuple):
    """The nodes that show, the element that has the focus, if it is among them, and what can be used.

    `late`: the program did not answer everything in time, so that parts may be missing.
    """

    nodes: tuple[RawNode, ...]
    focused: Element | None
    spots: tuple[Spot, ...]
    late: bool

    @property
    def shape(self) -> int:
        """A number that is the same for the same tree within this process, and says nothing."""
        return hash(tuple((one.role, one.depth, one.box, one.label, one.value, one.secret) for one in self.nodes))


_PASSIVE: Final = frozenset(
    (Role.NONE, Role.TEXT, Role.DOCUMENT, Role.FORM, Role.GROUP, Role.REGION, Role.WINDOW, Role.DIALOG)
)


def smallest_at(spots: Sequence[Spot], x: int, y: int) -> Spot | None:
    """The smallest of what can be used (a button, a field, a link …) that holds this point, if any does."""
    hit = [spot for spot in spots if contains(spot.box, x, y)]
    return min(hit, key=lambda spot: spot.box[2] * spot.box[3], default=None)


def walk(accessibility: Accessibility, process: int, window: Ref | None = None) -> Generator[None, None, Tree]:
    """The tree of `window`, or of that of `process` that is in front; empty if its program is not on the bus.

    It is asked for level by level, a few nodes at a time; between two steps the caller may do something else. Subtrees
    that do not show are not entered.
    """
    began = time.monotonic()
    root = window or accessibility.frame(process, began + STEP_S)
    pending = deque([(root, 0)] if root else [])
    found: dict[Ref, RawNode] = {}
    below: dict[Ref, list[Ref]] = {}
    focused: Ref | None = None
    late = root is None
    while pending and len(found) < NODES and time.monotonic() - began < TREE_S:
        yield
        step = [pending.popleft() for _ in range(min(_STEP, len(pending), NODES - len(found)))]
        questions = [call for ref, _ in step for call in _questions(ref, accessibility.origin)]
        deadline = time.monotonic() + STEP_S
        answers = accessibility.bus.call(questions, deadline)
        late = late or time.monotonic() >= deadline
        for n, (ref, depth) in enumerate(step):
            role, name, states, box, children = answers[5 * n : 5 * n + 5]
            if role is None or states is None or not has_state(states, State.SHOWING):
                continue
            found[ref] = _node(accessibility, ref, role[0], depth, label_of(name), states, box)
            if has_state(states, State.FOCUSED):
                focused = ref
            below[ref] = [Ref(*child) for child in children[0][:_CHILDREN]] if children else []
            pending.extend((child, depth + 1) for child in below[ref])
    spots = tuple(Spot(ref, one.role, one.box) for ref, one in found.items() if one.box and one.role not in _PASSIVE)
    nodes: list[RawNode] = []
    order = [root] if root else []
    while order:
        ref = order.pop()
        if ref in found:
            nodes.append(found.pop(ref))  # popped, so that a tree with a cycle still ends
            order += reversed(below[ref])
    return Tree(tuple(nodes), accessibility.describe(focused, STEP_S) if focused else None, spots, late)


def _questions(ref: Ref, origin: int) -> list[Call]:
    return [
        Call(ref, ACCESSIBLE, "GetRole"),
        Call(ref, "org.freedesktop.DBus.Properties", "Get", "ss", (ACCESSIBLE, "Name")),
        Call(ref, ACCESSIBLE, "GetState"),
        Call(ref, "org.a11y.atspi.Component", "GetExtents", "u", (origin,)),
        Call(ref, ACCESSIBLE, "GetChildren"),
    ]


def _node(
    accessibility: Accessibility,
    ref: Ref,
    number: int,
    depth: int,
    label: str,
    states: tuple[Any, ...],
    box: tuple[Any, ...] | None,
) -> RawNode:
    role = roles.aria(number)
    value = ""
    if role in CHECKABLE:
        value = "checked" if has_state(states, State.CHECKED) else "unchecked"
    return RawNode(
        role,
        depth,
        label=label,
        value=value,
        box=accessibility.place(role, box),
        secret=accessibility.secrecy(ref, number, label) is True,
        editable=has_state(states, State.EDITABLE),
    )
