"""Held and Batch: actions on the device, and actions packed for the vault.

A Batch is encoded as packed columns in MessagePack (docs/formats/batch.md): one `bytes` a column, one code a
row. `COLUMNS` is the one registry from which rows, columns and the zone's frames are all derived.
"""

import array
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from glasswork.schema.action import GRID, MAX_LABEL, Action, Element, Screen, Value
from glasswork.schema.errors import FormatError, VersionError
from glasswork.schema.raw import RawKind
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

BATCH_VERSION = 2
MAX_ACTIONS = 20_000
MAX_SCREENS = 4_096
MAX_STRINGS = 4_096
ABSENT = 0xFF  # the code of a box coordinate that is not there (the grid ends at 128)
_CELLS = bytes((*range(GRID + 1), ABSENT))
_WHERE_ABSENT = bytes(code == ABSENT for code in range(256))


class Held(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An action as the device holds it: with its Screen, and with the exact number of raw events it came from.

    The counts never leave the device: how many keys an entry took is its length, twice over.
    """

    action: Action
    screen: Screen | None
    counts: dict[RawKind, Annotated[int, Meta(ge=0)]]


class Batch(msgspec.Struct, frozen=True):
    """Actions in order, and the Screens they refer to by index, each structure once."""

    actions: tuple[Action, ...]
    screens: tuple[Screen, ...] = ()


def batch_of(held: Sequence[Held]) -> Batch:
    """The Batch of held actions: equal Screens are stored once, exact counts are left behind."""
    index: dict[bytes, int] = {}
    screens: list[Screen] = []
    actions: list[Action] = []
    encode = msgspec.msgpack.Encoder().encode
    for item in held:
        number = -1
        if item.screen is not None:
            number = index.setdefault(encode(item.screen), len(screens))
            if number == len(screens):
                screens.append(item.screen)
        actions.append(msgspec.structs.replace(item.action, screen=number))
    return Batch(tuple(actions), tuple(screens))


@dataclass(frozen=True, slots=True)
class Column:
    """One packed column: name, `array` type code, what it holds of an Action, and what its codes stand for.

    `words` is the vocabulary that codes index; `text` says that they index the batch's string table.
    """

    name: str
    code: Literal["B", "H", "h"]
    of: Callable[[Action], Any]
    words: type[StrEnum] | None = None
    text: bool = False


def _element(read: Callable[[Element], Any], absent: Any) -> Callable[[Action], Any]:
    return lambda action: absent if action.element is None else read(action.element)


def _box(corner: int) -> Callable[[Action], int]:
    def read(element: Element) -> int:
        return ABSENT if element.box is None else element.box[corner]

    return _element(read, ABSENT)


def _value(read: Callable[[Value], Any], absent: Any) -> Callable[[Action], Any]:
    return lambda action: absent if action.value is None else read(action.value)


COLUMNS: tuple[Column, ...] = (
    Column("kind", "B", lambda a: a.kind, ActionKind),
    Column("gap", "B", lambda a: a.gap, GapClass),
    Column("modality", "B", lambda a: a.modality, Modality),
    Column("button", "B", lambda a: a.button, Button),
    Column("key", "B", lambda a: a.key, Key),
    Column("command", "B", lambda a: a.command, Command),
    Column("app", "H", lambda a: a.app, text=True),
    Column("category", "B", lambda a: a.category, AppCategory),
    Column("window", "H", lambda a: a.window),
    Column("has_element", "B", lambda a: int(a.element is not None)),
    Column("role", "B", _element(lambda e: e.role, Role.NONE), Role),
    Column("label", "H", _element(lambda e: e.label, ""), text=True),
    Column("element_class", "B", _element(lambda e: e.cls, ElementClass.OTHER), ElementClass),
    Column("element_key", "H", _element(lambda e: e.key, 0)),
    Column("node", "h", _element(lambda e: e.node, -1)),
    Column("box_x", "B", _box(0)),
    Column("box_y", "B", _box(1)),
    Column("box_width", "B", _box(2)),
    Column("box_height", "B", _box(3)),
    Column("slot", "H", _value(lambda v: v.slot, 0)),
    Column("value_kind", "B", _value(lambda v: v.kind, ValueKind.TEXT), ValueKind),
    Column("length", "B", _value(lambda v: v.length, LengthBucket.NONE), LengthBucket),
    Column("origin", "B", _value(lambda v: v.origin, Origin.UNKNOWN), Origin),
    Column("erased", "B", lambda a: a.erased, CountBucket),
    Column("pace", "B", lambda a: a.pace, Pace),
    Column("effect", "B", lambda a: a.effect, Effect),
    Column("direction", "B", lambda a: a.direction, Direction),
    Column("amount", "B", lambda a: a.amount, CountBucket),
    Column("reason", "B", lambda a: a.reason, Reason),
    Column("task", "H", lambda a: a.task, text=True),
    Column("screen", "h", lambda a: a.screen),
    Column("preferred", "B", lambda a: a.preferred, Preference),
)


class Packed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A Batch as it is encoded: version, number of rows, string table, columns (in the order of COLUMNS), Screens."""

    version: int
    rows: Annotated[int, Meta(ge=0, le=MAX_ACTIONS)]
    strings: Annotated[list[Annotated[str, Meta(max_length=MAX_LABEL)]], Meta(max_length=MAX_STRINGS)]
    columns: list[bytes]
    screens: Annotated[tuple[Screen, ...], Meta(max_length=MAX_SCREENS)]


_CODES: dict[type[StrEnum], dict[StrEnum, int]] = {
    column.words: {word: code for code, word in enumerate(column.words)}
    for column in COLUMNS
    if column.words is not None
}


def encode_batch(batch: Batch) -> bytes:
    """The Batch as packed columns in MessagePack. Raises FormatError where it is larger than a batch may be."""
    if len(batch.actions) > MAX_ACTIONS or len(batch.screens) > MAX_SCREENS:
        raise FormatError(
            f"A batch may have {MAX_ACTIONS} actions and {MAX_SCREENS} screens; this one has more, and a receiver "
            "would refuse it. Send it in parts."
        )
    strings: dict[str, int] = {}
    columns: list[bytes] = []
    for column in COLUMNS:
        values = map(column.of, batch.actions)
        if column.text:
            values = (strings.setdefault(text, len(strings)) for text in values)
        elif column.words is not None:
            values = map(_CODES[column.words].__getitem__, values)
        packed = array.array(column.code, values)
        if sys.byteorder == "big":
            packed.byteswap()
        columns.append(packed.tobytes())
    return msgspec.msgpack.encode(Packed(BATCH_VERSION, len(batch.actions), list(strings), columns, batch.screens))


def unpack(data: bytes) -> tuple[Packed, dict[str, "array.array[int]"]]:
    """Decode packed columns and check every code, index and limit, without making row objects.

    Returns the envelope-free parts and one integer array a column, all of `rows` length. Raises FormatError
    (VersionError for another version) and uses nothing of data that is not wholly valid.
    """
    try:
        packed = msgspec.msgpack.decode(data, type=Packed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _bad("not the MessagePack of a batch") from None
    if packed.version != BATCH_VERSION:
        raise VersionError(
            f"A batch has version {packed.version}; this program reads version {BATCH_VERSION}. Nothing of it was "
            "used. Update the older of the two sides."
        )
    if len(packed.columns) != len(COLUMNS):
        raise _bad("it lacks a column or has an unknown one")
    arrays: dict[str, array.array[int]] = {}
    for column, raw in zip(COLUMNS, packed.columns, strict=True):
        values: array.array[int] = array.array(column.code)
        if len(raw) != packed.rows * values.itemsize:
            raise _bad(f"column {column.name} has another length than {packed.rows} rows")
        values.frombytes(raw)
        if sys.byteorder == "big":
            values.byteswap()
        if column.text:
            known = not values or max(values) < len(packed.strings)
        else:
            known = column.words is None or not raw.translate(None, bytes(range(len(column.words))))
        if not known:
            raise _bad(f"column {column.name} has a code that stands for nothing")
        arrays[column.name] = values
    _check_references(packed, arrays)
    return packed, arrays


def decode_batch(data: bytes) -> Batch:
    """The Batch of packed columns; the inverse of `encode_batch`. Raises FormatError as `unpack` does."""
    packed, arrays = unpack(data)
    words: list[Sequence[Any]] = []
    for column in COLUMNS:
        values = arrays[column.name]
        table: Sequence[str] | None = packed.strings if column.text else column.words and tuple(column.words)
        words.append(values if table is None else [table[code] for code in values])
    return Batch(tuple(_action(*row) for row in zip(*words, strict=True)), packed.screens)


def _action(
    kind: Any, gap: Any, modality: Any, button: Any, key: Any, command: Any, app: Any, category: Any, window: Any,
    has_element: Any, role: Any, label: Any, cls: Any, element_key: Any, node: Any, x: Any, y: Any, width: Any,
    height: Any, slot: Any, value_kind: Any, length: Any, origin: Any, erased: Any, pace: Any, effect: Any,
    direction: Any, amount: Any, reason: Any, task: Any, screen: Any,
    preferred: Any,
) -> Action:  # fmt: skip
    """One row, in the order of COLUMNS, as an Action."""
    box = None if x == ABSENT else (x, y, width, height)
    return Action(
        kind=kind, gap=gap, modality=modality, button=button, key=key, command=command, app=app,
        category=category, window=window,
        element=Element(role, label, cls, element_key, node, box) if has_element else None,
        value=Value(slot, value_kind, length, origin) if slot else None,
        erased=erased, pace=pace, effect=effect, direction=direction, amount=amount, reason=reason, task=task,
        screen=screen, preferred=preferred,
    )  # fmt: skip


def _check_references(packed: Packed, arrays: dict[str, "array.array[int]"]) -> None:
    # Whole columns at once, since a vault reads millions of rows: `translate` deletes what may stand there.
    raw = {column.name: data for column, data in zip(COLUMNS, packed.columns, strict=True)}
    boxes = [raw[f"box_{side}"] for side in ("x", "y", "width", "height")]
    if len({corner.translate(_WHERE_ABSENT) for corner in boxes}) > 1 or any(
        corner.translate(None, _CELLS) for corner in boxes
    ):
        raise _bad("a box lies outside the grid")
    if raw["has_element"].translate(None, b"\0\1"):
        raise _bad("column has_element is neither 0 nor 1")
    for screen, node in set(zip(arrays["screen"], arrays["node"], strict=True)):
        if not -1 <= screen < len(packed.screens):
            raise _bad("an action refers to a screen that is not there")
        if not -1 <= node < (len(packed.screens[screen].nodes) if screen >= 0 else 0):
            raise _bad("an element refers to a node that is not there")


def _bad(what: str) -> FormatError:
    return FormatError(
        f"A batch is damaged or was not written by Glasswork: {what}. Nothing of it was used. Send it again; "
        "if it comes back, keep the file and report it."
    )
