"""A page's tree as rrweb tells it, a snapshot and then mutations; from it roles, names and which fields are secret.

A name is computed as the ARIA rules do (accname-1.2), shortened: `aria-labelledby`, `aria-label`, the `label` of a
field, `alt`, the element's own text where its role takes it, `title`, `placeholder`. What was typed is no name.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from glasswork.device.capture.recordings.html_roles import role_of
from glasswork.device.capture.recordings.roles import EDITABLE, named_secret
from glasswork.schema.raw import RawNode
from glasswork.schema.words import Role

MAX_NODES: Final = 200_000
"""Nodes of a page that are kept in memory; more are as if they were not there."""

MAX_RAW_NODES: Final = 5_000
"""Nodes with a role that are told of; a Screen has 512 at most."""

LONGEST_NAME: Final = 300
DEEPEST: Final = 256

_ELEMENT: Final = 2
_TEXT: Final = 3
_NAMED_BY_TEXT: Final = frozenset(
    (Role.BUTTON, Role.LINK, Role.HEADING, Role.TAB, Role.OPTION, Role.MENUITEM, Role.MENUITEMCHECKBOX,
     Role.MENUITEMRADIO, Role.CHECKBOX, Role.RADIO, Role.SWITCH, Role.COLUMNHEADER, Role.TREEITEM, Role.LISTITEM)
)  # fmt: skip
_BUTTONS: Final = frozenset(("submit", "button", "reset"))


class Serialized(msgspec.Struct, rename="camel"):
    """A node as rrweb writes it."""

    id: int
    type: int = 0
    tag_name: str = ""
    attributes: dict[str, Any] = {}
    child_nodes: list["Serialized"] = []
    text_content: str | None = None


class Node:
    """A node of the page."""

    __slots__ = ("attributes", "children", "id", "parent", "tag", "text")

    def __init__(self, told: Serialized, parent: int) -> None:
        self.id = told.id
        self.parent = parent
        self.tag = told.tag_name.lower() if told.type == _ELEMENT else ""
        self.attributes = {name: _text(value) for name, value in told.attributes.items() if _is_set(value)}
        self.text = (told.text_content or "") if told.type == _TEXT else ""
        self.children: list[int] = []


def _is_set(value: Any) -> bool:
    return value is not None and value is not False


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ("" if value is True else str(value)[:LONGEST_NAME])


class Page:
    """The tree. Every method takes what a damaged recording may say, and leaves out what makes no sense."""

    def __init__(self) -> None:
        self._nodes: dict[int, Node] = {}
        self._root = 0
        self._named: dict[tuple[str, str], Node] | None = None  # by `id` and by a label's `for`, until one may change
        self._secret: set[int] = set()  # once a password field, always one: "show password" changes the type

    def load(self, told: Serialized) -> None:
        """Start anew with a full snapshot."""
        self._nodes.clear()
        self._secret.clear()
        self._named = None
        self._root = told.id
        self._add(told, 0)

    def insert(self, told: Serialized, parent: int, before: int | None) -> bool:
        """Put a node into the tree; False where its parent is not there (yet)."""
        above = self._nodes.get(parent)
        if above is None:
            return False
        if told.id in self._nodes:
            if told.id in self._above(parent):  # a node within itself
                return True
            self.remove(told.id)
        siblings = above.children
        place = siblings.index(before) if before in siblings else len(siblings)
        if self._add(told, parent):
            siblings.insert(place, told.id)
        return True

    def remove(self, node: int) -> None:
        """Take a node and all below it out of the tree."""
        found = self._nodes.get(node)
        if found is None:
            return
        self._named = None
        above = self._nodes.get(found.parent)
        if above is not None and node in above.children:
            above.children.remove(node)
        todo = [node]
        while todo:
            gone = self._nodes.pop(todo.pop(), None)
            if gone is not None:
                todo += gone.children

    def set_text(self, node: int, text: str | None) -> None:
        """A text node says something else."""
        if node in self._nodes:
            self._nodes[node].text = text or ""

    def set_attributes(self, node: int, changes: Mapping[str, Any]) -> None:
        """Attributes change; null takes one away."""
        found = self._nodes.get(node)
        if found is None:
            return
        self._named = None
        for name, value in changes.items():
            if _is_set(value):
                found.attributes[name] = _text(value)
            else:
                found.attributes.pop(name, None)
        self._note_secret(found)

    def _add(self, told: Serialized, parent: int) -> bool:
        """Add a subtree, without a link from the node above it."""
        self._named = None
        todo = [(told, parent)]
        while todo:
            item, above = todo.pop()
            if item.id in self._nodes or len(self._nodes) >= MAX_NODES:
                if item is told:
                    return False
                continue
            node = Node(item, above)
            self._nodes[item.id] = node
            self._note_secret(node)
            if item is not told:
                self._nodes[above].children.append(item.id)
            todo += [(child, item.id) for child in reversed(item.child_nodes)]
        return True

    def _note_secret(self, node: Node) -> None:
        if node.attributes.get("type", "").lower() == "password" or "data-rr-is-password" in node.attributes:
            self._secret.add(node.id)

    # What an element is

    def find(self, node: int) -> Node | None:
        """The node of this number."""
        return self._nodes.get(node)

    def role(self, node: Node) -> Role:
        """Its role."""
        return role_of(node.tag, node.attributes) if node.tag else Role.NONE

    def aimed_at(self, node: int) -> Node | None:
        """The nearest element with a role at or above a node: a click on the word in a button is one on the button."""
        for number in self._above(node):
            found = self._nodes[number]
            if self.role(found) is not Role.NONE:
                return found
        return self._nodes.get(node)

    def is_secret(self, node: Node) -> bool:
        """Whether what is typed into it is a secret."""
        if node.id in self._secret:
            return True
        if self.role(node) not in EDITABLE:
            return False
        given = node.attributes
        names = (self.name(node), *(given.get(name, "") for name in ("name", "id", "placeholder")))
        return named_secret(
            *names, field_type=given.get("type", ""), autocomplete=given.get("autocomplete", "")[:LONGEST_NAME]
        )

    def name(self, node: Node) -> str:
        """Its accessible name, "" where it has none."""
        given = node.attributes
        labels = (self._by_id(given.get("aria-labelledby", "")), given.get("aria-label", ""))
        if named := next((text.strip() for text in labels if text.strip()), ""):
            return named[:LONGEST_NAME]
        role = self.role(node)
        if node.tag == "input" and given.get("type", "").lower() in _BUTTONS:
            own = given.get("value", "")
        elif node.tag in ("input", "select", "textarea"):
            own = self._label(node)
        elif node.tag == "img":
            own = given.get("alt", "")
        else:
            own = self.text(node) if role in _NAMED_BY_TEXT else ""
        return (own.strip() or given.get("title", "").strip() or given.get("placeholder", "").strip())[:LONGEST_NAME]

    def text(self, node: Node) -> str:
        """The text in it, up to the length of a name."""
        parts: list[str] = []
        length = 0
        todo = [node.id]
        steps = 0
        while todo and length < LONGEST_NAME and steps < 10 * LONGEST_NAME:
            found = self._nodes.get(todo.pop())
            steps += 1
            if found is None or found.tag in ("script", "style", "select", "textarea"):
                continue
            words = " ".join((found.text[:LONGEST_NAME] or found.attributes.get("alt", "")).split())
            if words:
                parts.append(words)
                length += len(words)
            todo += reversed(found.children)
        return " ".join(parts)

    def chosen(self, node: Node, value: str) -> str:
        """What the option of a `select` with this value shows, or the value where none has it."""
        for number in self._below(node.id):
            option = self._nodes[number]
            if option.tag == "option" and option.attributes.get("value", self.text(option)) == value:
                return self.text(option) or value
        return value

    def nodes(self) -> tuple[RawNode, ...]:
        """All elements with a role, in depth-first order. Where they are is not known."""
        found: list[RawNode] = []
        todo = [(self._root, 0)]
        while todo and len(found) < MAX_RAW_NODES:
            number, depth = todo.pop()
            node = self._nodes.get(number)
            if node is None:
                continue
            role = self.role(node)
            if role is not Role.NONE or number == self._root:
                editable = role in EDITABLE
                secret = editable and self.is_secret(node)
                found.append(RawNode(role, depth, label=self.name(node), secret=secret, editable=editable))
                depth += 1
            todo += [(child, depth) for child in reversed(node.children)]
        return tuple(found)

    def _label(self, node: Node) -> str:
        """The text of the `label` around a field, or of the one that names it."""
        for number in self._above(node.parent):
            if self._nodes[number].tag == "label":
                return self.text(self._nodes[number])
        found = self._by("for", node.attributes.get("id", ""))
        return self.text(found) if found else ""

    def _by_id(self, ids: str) -> str:
        found = (self._by("id", name) for name in ids.split()[:4])
        return " ".join(self.text(node) for node in found if node)

    def _by(self, attribute: str, name: str) -> Node | None:
        """The first element with this `id`, or the first label with this `for`."""
        if self._named is None:
            self._named = {}
            for node in self._nodes.values():
                if own := node.attributes.get("id"):
                    self._named.setdefault(("id", own), node)
                if node.tag == "label" and (named := node.attributes.get("for")):
                    self._named.setdefault(("for", named), node)
        return self._named.get((attribute, name))

    def _above(self, node: int) -> Iterator[int]:
        """The node and those it lies in, from the inside out."""
        for _ in range(DEEPEST):
            found = self._nodes.get(node)
            if found is None:
                return
            yield node
            node = found.parent

    def _below(self, node: int) -> Iterator[int]:
        todo = [node]
        while todo:
            found = self._nodes.get(todo.pop())
            if found is not None:
                yield found.id
                todo += reversed(found.children)
