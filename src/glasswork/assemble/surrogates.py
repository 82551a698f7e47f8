"""Surrogates: slots filled with values that look like their kind, and that nobody can have.

A slot `<email_2>` says that an e-mail address stood there, and nothing of which. A surrogate is drawn from the slot's
name, its length bucket, the example's id and a seed, so it cannot say more. Equal slots of an example get equal values,
different slots different ones. Where a kind has a range that is reserved for documentation, tests or fiction, values
come from there (docs/surrogates.md has the ranges and who reserves them); the canonical Parquet keeps the slots.
"""

import re
from typing import Final

import msgspec

from glasswork.assemble.record import Record
from glasswork.assemble.surrogate_values import value as value_of
from glasswork.schema.episode import Example
from glasswork.schema.words import LengthBucket, ValueKind

NOTICE: Final = (
    "Values are surrogates, drawn from a seed and never from what was typed: from ranges that are reserved for "
    "documentation, tests or fiction where there are any. They belong to nobody and mean nothing."
)
"""What a card says of a data set whose exports were filled."""

TRIES: Final = 64
"""Draws for a value that no other slot of the example has; a slot that gets none keeps its name."""

SLOT: Final = re.compile(rf"<(?:{'|'.join(ValueKind)})_[1-9][0-9]{{0,4}}>")


def fill(example: Example, seed: bytes) -> dict[str, str]:
    """A value for every slot of an example: `{"<email_2>": "k41@example.org"}`, each in its slot's length bucket.

    The values depend on `seed`, the example's id and the slots alone: the same release and seed give the same ones.
    """
    lengths: dict[str, str] = {}
    for step in example.steps:
        slot = str(step.arguments.get("value", ""))
        if SLOT.fullmatch(slot):
            lengths[slot] = lengths.get(slot) or str(step.arguments.get("length", ""))
    values: dict[str, str] = {}
    taken: set[str] = set()
    for slot in sorted(lengths):  # so that which of two has to draw again depends on their names alone
        drawn = (_draw(slot, lengths[slot], seed, example.id, attempt) for attempt in range(TRIES))
        values[slot] = next((value for value in drawn if value not in taken), slot)
        taken.add(values[slot])
    return values


def filled(record: Record, seed: bytes) -> Record:
    """The record with surrogates in the place of its slots, for exports only; goal and observations have no slots.

    The tools' schema asks for slots: whoever exports this says NOTICE, and leaves that pattern out.
    """
    values = fill(record.example, seed)
    replace = msgspec.structs.replace
    steps = tuple(
        replace(step, arguments=step.arguments | {"value": values[slot]})
        if (slot := str(step.arguments.get("value", ""))) in values
        else step
        for step in record.example.steps
    )
    return replace(record, example=replace(record.example, steps=steps))


def _draw(slot: str, length: str, seed: bytes, example: str, attempt: int) -> str:
    kind = ValueKind(slot[1:].rpartition("_")[0])
    return value_of(kind, LengthBucket(length or "none"), seed, *map(str.encode, (example, slot, length, str(attempt))))
