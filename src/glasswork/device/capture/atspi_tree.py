"""The accessibility tree of a window: what shows, in depth-first order, within a budget."""

import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from glasswork.device.capture import roles
from glasswork.device.capture.atspi import Accessibility, Element, box_of, contains, has_state, label_of
from glasswork.device.capture.atspi_bus import ACCESSIBLE, Call, Ref
from glasswork.device.capture.roles import CHECKABLE, State
from glasswork.schema.raw import RawNode
from glasswork.schema.words import Role

NODES: Final = 400
"""How many nodes a tree may have."""
TREE_S: Final = 0.25
"""How long taking one may last."""
_CHILDREN: Final = 100  # of one parent; the rest of a long list looks the same


class Tree(NamedTuple):
    """The nodes that show, and the element that has the focus, if it is among them."""

    nodes: tuple[RawNode, ...]
    focused: Element | None


_PASSIVE: Final = frozenset(
    (Role.NONE, Role.TEXT, Role.DOCUMENT, Role.FORM, Role.GROUP, Role.REGION, Role.WINDOW, Role.DIALOG)
)


def smallest_at(nodes: Sequence[RawNode], x: int, y: int) -> RawNode | None:
    """The smallest node of a tree that can be used (a button, a field, a link …) and holds this point, if any does."""
    hit = [node for node in nodes if node.role not in _PASSIVE and contains(node.box, x, y)]
    return min(hit, key=lambda node: node.box[2] * node.box[3] if node.box else 0, default=None)


def tree(accessibility: Accessibility, process: int) -> Tree:
    """The tree of the window of `process` that is in front; empty if its program is not on the bus.

    One level of the tree is asked for at a time, all its nodes at once. Subtrees that do not show are not entered.
    """
    deadline = time.monotonic() + TREE_S
    root = accessibility.frame(process, deadline)
    level = [root] if root else []
    found: dict[Ref, RawNode] = {}
    below: dict[Ref, list[Ref]] = {}
    focused: Ref | None = None
    depth = 0
    while level and len(found) < NODES and time.monotonic() < deadline:
        wanted: list[Ref] = []
        answers = accessibility.bus.call([call for ref in level for call in _questions(ref)], deadline)
        for n, ref in enumerate(level):
            role, name, states, box, children = answers[5 * n : 5 * n + 5]
            if role is None or states is None or not has_state(states, State.SHOWING):
                continue
            found[ref] = _node(accessibility, ref, role[0], depth, label_of(name), states, box)
            if has_state(states, State.FOCUSED):
                focused = ref
            below[ref] = [Ref(*child) for child in children[0][:_CHILDREN]] if children else []
            wanted += below[ref]
        level = wanted[: NODES - len(found)]
        depth += 1
    nodes: list[RawNode] = []
    pending = [root] if root else []
    while pending:
        ref = pending.pop()
        if ref in found:
            nodes.append(found.pop(ref))  # popped, so that a tree with a cycle still ends
            pending += reversed(below[ref])
    return Tree(tuple(nodes), accessibility.describe(focused) if focused else None)


def _questions(ref: Ref) -> list[Call]:
    return [
        Call(ref, ACCESSIBLE, "GetRole"),
        Call(ref, "org.freedesktop.DBus.Properties", "Get", "ss", (ACCESSIBLE, "Name")),
        Call(ref, ACCESSIBLE, "GetState"),
        Call(ref, "org.a11y.atspi.Component", "GetExtents", "u", (0,)),
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
        box=box_of(box),
        secret=accessibility.secrecy(ref, number, label) is True,
        editable=has_state(states, State.EDITABLE),
    )
