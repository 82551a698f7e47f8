"""Records: actions wait here, encrypted, until their participant reviews, sends or forgets them.

One record is one appended group, or a part of it. Without the key only its number, its day and whether it is withheld
can be read; number and day are bound to what is sealed, so no record passes for another.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from glasswork.device.hold import box, clock, file
from glasswork.device.hold.clock import Moment
from glasswork.device.hold.handle import Hold
from glasswork.device.hold.spans import Address
from glasswork.device.hold.totals import Counts, Totals, totals_of
from glasswork.schema.batch import Batch, Held, batch_of
from glasswork.schema.envelope import Hex32
from glasswork.schema.errors import FormatError
from glasswork.schema.words import Reason

RECORD_ACTIONS: Final = 25
"""The most actions of one record. Even with the largest Screens it fits an envelope, so every record can be sent."""

MAX_BASIS: Final = 200
"""Characters of the longest basis, as in an envelope's header."""


class Context(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What actions were captured under. Actions of different contexts never share a batch.

    `session` is random for each run of the recorder (element keys mean something only within it), `policy` is the
    approved policy's hash, `basis` the stated basis of an import, and empty for what was recorded.
    """

    session: Annotated[str, Meta(max_length=32)]
    policy: Hex32
    basis: Annotated[str, Meta(max_length=MAX_BASIS)] = ""


class _Sealed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What is inside a record."""

    moment: Moment
    context: Context
    batch: Batch
    counts: tuple[Counts, ...]
    numbers: tuple[int, ...]
    appended: int


@dataclass(frozen=True, slots=True)
class Record:
    """A record, opened: its number, the ISO date of capture, when it was appended, and its actions in order.

    `numbers` are the numbers of those actions; of the `appended` ones, counted from 1, some may have been deleted.
    """

    id: int
    day: str
    moment: Moment
    context: Context
    held: tuple[Held, ...]
    numbers: tuple[int, ...]
    appended: int
    withheld: bool = False

    def age_days(self, now: Moment) -> int:
        """Whole days since it was appended."""
        return max(0, int(now.since(self.moment) // clock.DAY_S))

    def addressed(self) -> Iterator[tuple[Address, Held]]:
        """Its actions, each with its address."""
        for number, item in zip(self.numbers, self.held, strict=True):
            yield (self.id, number), item


@dataclass(frozen=True, slots=True)
class Review:
    """Every record that can be read, in order, and how many cannot: those are damaged, and expire like the others."""

    records: tuple[Record, ...]
    damaged: int


def append(hold: Hold, held: Sequence[Held], context: Context, moment: Moment | None = None) -> None:
    """Store actions in order, all or none of them; they are durable when it returns.

    Raises DiskFull, HoldBusy, HoldDamaged, HoldLocked, or FormatError for too long a basis: then none is stored.
    """
    if not held:
        return
    if len(context.basis) > MAX_BASIS:
        raise FormatError(f"A basis may have {MAX_BASIS} characters. Nothing was stored. Say it in fewer.")
    held = [_uncounted(item) for item in held]
    key, moment = hold.secret(), moment or clock.now()
    day = moment.day.isoformat()
    with hold.lock, file.writing(hold.db):
        born = clock.today(hold.db, moment)
        (last,) = hold.db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'record'").fetchone() or (0,)
        for number, start in enumerate(range(0, len(held), RECORD_ACTIONS), last + 1):
            part = tuple(held[start : start + RECORD_ACTIONS])
            record = Record(number, day, moment, context, part, tuple(range(1, len(part) + 1)), len(part))
            hold.db.execute(
                "INSERT INTO record VALUES (?, ?, ?, NULL, FALSE, ?, ?)", (number, day, born, *_seal(key, record))
            )
        write_totals(hold, totals(hold) + totals_of(held))


def rewrite(hold: Hold, record: Record) -> None:
    """Put what is left of a record in the place of what it was, within a write transaction."""
    hold.db.execute("UPDATE record SET size = ?, sealed = ? WHERE id = ?", (*_seal(hold.secret(), record), record.id))


def review(hold: Hold, day: str | None = None) -> Review:
    """What is held, of one day (ISO date) or of all. Raises HoldLocked, HoldBusy or HoldDamaged."""
    with hold.lock, file.reading(hold.db):
        records = [record for _, record in (opened(hold) if day is None else opened(hold, "day = ?", day))]
    good = tuple(record for record in records if record is not None)
    return Review(good, len(records) - len(good))


def find(hold: Hold, number: int) -> Record | None:
    """The record of this number; None where there is none (any more), or it is damaged. Raises as `review` does."""
    with hold.lock, file.reading(hold.db):
        return next((record for _, record in opened(hold, "id = ?", number)), None)


def days(hold: Hold) -> list[str]:
    """The days (ISO dates) of which something is held. Needs no key."""
    with hold.lock, file.reading(hold.db):
        return [day for (day,) in hold.db.execute("SELECT DISTINCT day FROM record ORDER BY day")]


def count(hold: Hold) -> int:
    """How many actions are held. Opens none of them: each record's size is sealed apart. Raises as `review` does."""
    with hold.lock, file.reading(hold.db):
        rows = hold.db.execute("SELECT id, size FROM record").fetchall()
    return sum(_size(hold.secret(), number, size) for number, size in rows)


def totals(hold: Hold) -> Totals:
    """Exact counts of everything appended to this hold and not forgotten since, whether or not it was sent."""
    with hold.lock:
        row = hold.db.execute("SELECT value FROM meta WHERE name = 'totals'").fetchone()
    try:
        return Totals() if row is None else box.unseal(hold.secret(), "totals", row[0], Totals)
    except box.Unreadable:
        return Totals()


def write_totals(hold: Hold, value: Totals) -> None:
    """Replace the totals, within a write transaction."""
    hold.db.execute("INSERT OR REPLACE INTO meta VALUES ('totals', ?)", (box.seal(hold.secret(), "totals", value),))


def opened(hold: Hold, where: str = "TRUE", *values: object) -> Iterator[tuple[int, Record | None]]:
    """The number of every record of which an SQL condition holds, and the record, or None where it is damaged.

    Within a transaction.
    """
    key = hold.secret()
    rows = hold.db.execute(f"SELECT id, day, withheld, sealed FROM record WHERE {where} ORDER BY id", values).fetchall()
    for number, day, withheld, sealed in rows:
        try:
            inside = box.unseal(key, _bound(number, day), sealed, _Sealed)
        except box.Unreadable:
            yield number, None
        else:
            yield (
                number,
                Record(
                    number,
                    day,
                    inside.moment,
                    inside.context,
                    tuple(_held(inside)),
                    inside.numbers,
                    inside.appended,
                    bool(withheld),
                ),
            )


def listed(numbers: Collection[int]) -> tuple[str, str]:
    """The SQL condition that a record is one of these, and its value."""
    return "id IN (SELECT value FROM json_each(?))", json.dumps(list(numbers))


def unclaim(hold: Hold, numbers: Collection[int]) -> None:
    """End the batches that have claimed these records, within a write transaction: they would seal what was before."""
    condition, value = listed(numbers)
    hold.db.execute(f"DELETE FROM batch WHERE id IN (SELECT batch FROM record WHERE {condition})", (value,))
    hold.db.execute("UPDATE record SET batch = NULL WHERE batch NOT IN (SELECT id FROM batch)")


def _seal(key: bytes, record: Record) -> tuple[bytes, bytes]:
    """A record's size, and the record, each sealed."""
    sealed = _Sealed(
        record.moment,
        record.context,
        batch_of(record.held),
        tuple(item.counts for item in record.held),
        record.numbers,
        record.appended,
    )
    size = box.seal(key, f"size/{record.id}", len(record.held))
    return size, box.seal(key, _bound(record.id, record.day), sealed)


def _size(key: bytes, number: int, sealed: bytes) -> int:
    try:
        return box.unseal(key, f"size/{number}", sealed, int)
    except box.Unreadable:
        return 0


def _uncounted(item: Held) -> Held:
    """The action; without its counts if it was secret. How many keys a secret took is its length, on this disk too."""
    return msgspec.structs.replace(item, counts={}) if item.action.reason is Reason.SECRET_FIELD else item


def _held(inside: _Sealed) -> Iterator[Held]:
    screens = inside.batch.screens
    for action, counts in zip(inside.batch.actions, inside.counts, strict=True):
        screen = screens[action.screen] if action.screen >= 0 else None
        yield Held(msgspec.structs.replace(action, screen=-1), screen, counts)


def _bound(number: int, day: str) -> str:
    return f"record/{number}/{day}"
