"""Action, Element, Value and Screen: what may leave a device."""

from typing import Annotated

import msgspec
from msgspec import Meta

from glasswork.schema.words import (
    ActionKind,
    AppCategory,
    Button,
    Command,
    CountBucket,
    Direction,
    Effect,
    ElementClass,
    GapClass,
    Key,
    LengthBucket,
    Modality,
    Origin,
    Pace,
    Preference,
    Reason,
    Role,
    ValueKind,
)

GRID = 128
"""Boxes are given on a grid of GRID × GRID cells over the window they are in."""

MAX_LABEL = 64
"""Characters of the longest label, application id or task name."""

MAX_NODES = 512
"""Nodes of the largest Screen."""

Cell = Annotated[int, Meta(ge=0, le=GRID)]
Box = tuple[Cell, Cell, Cell, Cell]
"""(x, y, width, height) in cells of the window's grid."""

Label = Annotated[str, Meta(max_length=MAX_LABEL)]
Small = Annotated[int, Meta(ge=0, le=0xFFFF)]


class Node(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One node of a Screen; `depth` counts from the root (0), nodes stand in depth-first order."""

    role: Role
    depth: Annotated[int, Meta(ge=0, le=64)]
    label: Label = ""
    box: Box | None = None


class Screen(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The redacted accessibility tree of a window: roles, boxes and surviving labels, never pixels.

    `cut` says how many nodes were left out (long lists are cut). What is checked, chosen or written in a
    node is no part of a Screen.
    """

    nodes: Annotated[tuple[Node, ...], Meta(max_length=MAX_NODES)]
    cut: CountBucket = CountBucket.NONE


class Element(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The target of an action. `key` is equal for the same element within a session and means nothing outside.

    `node` is the element's index in the action's Screen, -1 where it is not known. An option chosen from a list
    has neither box nor node: which one it was is content.
    """

    role: Role
    label: Label = ""
    cls: ElementClass = ElementClass.OTHER
    key: Small = 0
    node: Annotated[int, Meta(ge=-1, lt=MAX_NODES)] = -1
    box: Box | None = None


class Value(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What was entered, as a slot. Equal values share a slot until the next idle boundary; slots count from 1.

    A secret field has no Value at all, not even a length.
    """

    slot: Annotated[int, Meta(ge=1, le=0xFFFF)]
    kind: ValueKind = ValueKind.TEXT
    length: LengthBucket = LengthBucket.NONE
    origin: Origin = Origin.UNKNOWN


class Action(msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True):
    """The unit that may leave the device.

    `gap` is the time since the action before, as a class. `app` is the policy's id of the program, `window` a
    number within the session. `erased` counts deletions, `amount` repetitions (wheel notches, key presses), both
    as buckets. `screen` is the index of the Screen in front in the batch, -1 where there is none. `task` is a name
    that the participant gave in review (`kind` is then `task`; an empty name ends a task); `preferred` says that of the
    ways in which a task of this name was done, this one was the better or the worse.
    """

    kind: ActionKind
    gap: GapClass = GapClass.NONE
    modality: Modality = Modality.UNKNOWN
    button: Button = Button.NONE
    key: Key = Key.NONE
    command: Command = Command.NONE
    app: Label = ""
    category: AppCategory = AppCategory.OTHER
    window: Small = 0
    element: Element | None = None
    value: Value | None = None
    erased: CountBucket = CountBucket.NONE
    pace: Pace = Pace.UNKNOWN
    effect: Effect = Effect.UNKNOWN
    direction: Direction = Direction.NONE
    amount: CountBucket = CountBucket.NONE
    reason: Reason = Reason.NONE
    task: Label = ""
    screen: Annotated[int, Meta(ge=-1, lt=0x7FFF)] = -1
    preferred: Preference = Preference.NONE
