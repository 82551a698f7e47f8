"""Writes the vectors beside this file. Run it only when the format changes, and look at the difference."""

import json
from pathlib import Path

import msgspec

from glasswork.schema.action import Action, Element, Node, Screen, Value
from glasswork.schema.batch import COLUMNS, Batch, Packed, encode_batch
from glasswork.schema.words import (
    ActionKind,
    AppCategory,
    Command,
    CountBucket,
    ElementClass,
    GapClass,
    LengthBucket,
    Modality,
    Origin,
    Pace,
    Reason,
    Role,
    ValueKind,
)

HERE = Path(__file__).parent
SCREEN = Screen((Node(Role.WINDOW, 0), Node(Role.BUTTON, 1, "Save", (100, 120, 20, 6))), CountBucket.NONE)
GOOD = {
    "empty": Batch(()),
    "save_by_shortcut_and_by_button": Batch(
        (
            Action(
                kind=ActionKind.TYPE_TEXT, modality=Modality.KEYBOARD, app="editor", category=AppCategory.EDITOR,
                element=Element(Role.TEXTBOX, "", ElementClass.EDIT, 1),
                value=Value(1, ValueKind.EMAIL, LengthBucket.TO_64, Origin.TYPED),
                erased=CountBucket.TO_3, pace=Pace.TYPICAL,
            ),
            Action(
                kind=ActionKind.HOTKEY, gap=GapClass.UNDER_4S, modality=Modality.KEYBOARD, command=Command.SAVE,
                app="editor", category=AppCategory.EDITOR,
            ),
            Action(
                kind=ActionKind.CLICK, gap=GapClass.UNDER_16S, modality=Modality.MOUSE, command=Command.SAVE,
                app="editor", category=AppCategory.EDITOR, screen=0,
                element=Element(Role.BUTTON, "Save", ElementClass.SAVE, 2, 1, (100, 120, 20, 6)),
            ),
            Action(kind=ActionKind.SUPPRESSED, reason=Reason.SECRET_FIELD),
        ),
        (SCREEN,),
    ),
}  # fmt: skip


def main() -> None:
    for name, batch in GOOD.items():
        write(name, True, encode_batch(batch), msgspec.to_builtins(batch))
    packed = msgspec.msgpack.decode(encode_batch(GOOD["save_by_shortcut_and_by_button"]), type=Packed)
    whole = msgspec.msgpack.encode(packed)

    def with_column(name: str, data: bytes) -> bytes:
        columns = [data if column.name == name else old for column, old in zip(COLUMNS, packed.columns, strict=True)]
        return msgspec.msgpack.encode(msgspec.structs.replace(packed, columns=columns))

    write("truncated", False, whole[:-3])
    write("not_messagepack", False, b"{}")
    write("future_version", False, msgspec.msgpack.encode(msgspec.structs.replace(packed, version=3)))
    write("unknown_word", False, with_column("kind", b"\xc8\x00\x00\x00"))
    write("short_column", False, with_column("gap", b"\x00"))
    write("string_index_beyond_table", False, with_column("label", b"\x63\x00" * 4))
    write("screen_that_is_not_there", False, with_column("screen", b"\x07\x00" * 4))
    write("box_off_the_grid", False, with_column("box_x", b"\xfe\xff\xfe\xff"))
    one_more = msgspec.structs.replace(packed, columns=[*packed.columns, bytes(packed.rows)])
    write("unknown_column", False, msgspec.msgpack.encode(one_more))
    long_label = msgspec.structs.replace(packed, strings=["x" * 65])
    write("label_over_64_characters", False, msgspec.msgpack.encode(long_label))


def write(name: str, good: bool, data: bytes, batch: object = None) -> None:
    vector = {"good": good, "bytes": data.hex()} | ({"batch": batch} if good else {})
    (HERE / f"{name}.json").write_text(json.dumps(vector, indent=1) + "\n")


if __name__ == "__main__":
    main()
