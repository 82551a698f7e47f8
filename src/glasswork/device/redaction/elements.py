"""A raw element becomes an Element: role, the label if it is the program's own word, class, place and number."""

from dataclasses import dataclass
from typing import Final

import msgspec

from glasswork.device.choices import CHOICES
from glasswork.device.redaction.boxes import Pixels, on_grid
from glasswork.device.redaction.slots import Numbers
from glasswork.redact import Vocabulary, command, element_class, is_secret_label, kind_of
from glasswork.redact import label as surviving_label
from glasswork.redact.finding import Names
from glasswork.schema.action import Element, Value
from glasswork.schema.raw import RawEvent
from glasswork.schema.words import Command, Origin, Role, ValueKind, length_bucket

_CONTENT: Final = CHOICES | {Role.ROW, Role.CELL, Role.GRIDCELL}
"""Roles whose place says what they hold."""

EDITABLE: Final = frozenset((Role.TEXTBOX, Role.SEARCHBOX, Role.COMBOBOX, Role.SPINBUTTON, Role.TERMINAL))

MENU_ITEMS: Final = frozenset((Role.MENUITEM, Role.MENUITEMCHECKBOX, Role.MENUITEMRADIO, Role.MENU, Role.MENUBAR))
ACTIVATED: Final = MENU_ITEMS | {Role.BUTTON, Role.LINK, Role.SWITCH, Role.TAB}
"""Roles that Enter or Space activates as a click would."""


@dataclass(frozen=True, slots=True)
class Target:
    """An element that events may be aimed at. `pixels` and `choice` (a digest of the label) stay in memory."""

    element: Element
    command: Command
    editable: bool
    secret: bool
    identity: int
    pixels: Pixels | None
    choice: bytes = b""
    kind: ValueKind = ValueKind.TEXT
    length: int = 0

    def picked(self, slots: Numbers) -> Value | None:
        """The Value of choosing this element, if it is a choice and no secret."""
        if not self.choice or self.kind is ValueKind.SECRET:
            return None
        return Value(slots.number(self.choice), self.kind, length_bucket(self.length), Origin.PICKED)


def target_of(
    raw: RawEvent,
    window: Pixels | None,
    vocabulary: Vocabulary,
    numbers: Numbers,
    slots: Numbers,
    names: Names | None = None,
) -> Target:
    """The Target of a raw `element` event; its element's node is set where it is used. Raises RedactionFailed."""
    role = raw.role
    label = surviving_label(raw.label, role, vocabulary)
    # By what survives of the label, never by all of it: a key that changes with what is shown could be asked for it.
    identity = numbers.of(f"field {raw.field}" if raw.field else f"element {role} {raw.box} {label}")
    # A terminal asks for a password now and then, and its keys say when; elsewhere an element stays what it is.
    secret = (raw.secret is True and role is not Role.TERMINAL) or is_secret_label(raw.label)
    editable = raw.editable or role in EDITABLE
    if role in _CONTENT:
        shown = raw.label.strip()
        return Target(
            Element(role),
            Command.NONE,
            editable,
            secret,
            identity,
            raw.box,
            slots.digest(shown) if shown and role in CHOICES else b"",
            kind_of(shown, names),
            len(shown),
        )
    element = Element(role, label, element_class(label, role), identity, box=on_grid(raw.box, window))
    return Target(element, command(label, role), editable, secret, identity, raw.box)


def picked(choice: str, slots: Numbers, names: Names | None = None) -> Value | None:
    """The Value of a choice that was made without a click on its option, unless it looks like a secret.

    Raises RedactionFailed.
    """
    shown = choice.strip()
    kind = kind_of(shown, names)
    if not shown or kind is ValueKind.SECRET:
        return None
    return Value(slots.of(shown), kind, length_bucket(len(shown)), Origin.PICKED)


def with_node(element: Element, node: int) -> Element:
    """The element at its place in the Screen in front."""
    return msgspec.structs.replace(element, node=node) if node >= 0 else element
