"""Batches on their way out: which records one has claimed, and how far it has come.

    claimed → sealed → tried → sent          a batch that the vault has
                 ↑  └──────┤  └──→ refused   one that it does not take
                 └─ emptied ←┘               one whose content its participant forgot

`claimed`: the records are still in the hold, and nothing has left. `sealed`: the envelope lies in the outbox, and the
records are gone. `tried`: it may have reached the vault. So a crash in between loses nothing and sends nothing twice:
a claimed batch is sealed again under the same id and sequence, a sealed one is posted again as it is. In the place of
an `emptied` one a cover of the same number, day and size is sealed, so that nobody sees that something was forgotten.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from glasswork.device.durable import write_durably
from glasswork.device.hold import box, clock, file
from glasswork.device.hold.clock import Moment
from glasswork.device.hold.handle import Hold
from glasswork.device.hold.leaving import leaving
from glasswork.device.hold.records import Context, Record, listed
from glasswork.device.hold.records import opened as opened_records
from glasswork.device.hold.tasks import opened as opened_tasks
from glasswork.device.hold.totals import Totals, totals_of
from glasswork.schema.batch import Held

SEQUENCE_FILE: Final = "sequence"
"""Beside the hold and not in it: the sequence must go on even where the hold is damaged or made anew."""


class State(StrEnum):
    """How far a batch has come."""

    CLAIMED = "claimed"
    SEALED = "sealed"
    TRIED = "tried"
    EMPTIED = "emptied"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A batch that is not in the vault yet. `bytes` is the size of its envelope, 0 before there is one."""

    id: str
    sequence: int
    day: str
    state: State
    actions: int
    bytes: int
    reason: str


@dataclass(frozen=True, slots=True)
class SentDay:
    """What has left of one day's work (ISO date): batches, actions, and bytes of envelopes."""

    day: str
    batches: int
    actions: int
    bytes: int


def claim(hold: Hold, batch: str, records: Sequence[Record]) -> int | None:
    """Claim records of one day for a batch, and give it the device's next sequence number.

    Returns None, and claims nothing, where one of them has been deleted, withheld or claimed since it was read. From
    then on `claimed` is what to seal: any change to a claimed record ends its batch.
    """
    with hold.lock, file.writing(hold.db):
        condition, value = listed([record.id for record in records])
        free = f"{condition} AND batch IS NULL AND NOT withheld"
        found = [record for _, record in opened_records(hold, free, value) if record is not None]
        if len(found) < len(records):
            return None
        items = [line.held for line in leaving(found, opened_tasks(hold))]
        sealed = box.seal(hold.secret(), _bound(batch), (found[-1].moment, totals_of(items)))
        sequence = _next_sequence(hold.folder)
        hold.db.execute(
            f"INSERT INTO batch SELECT ?, ?, ?, min(born), ?, ?, 0, '', ? FROM record WHERE {condition}",
            (batch, sequence, found[0].day, State.CLAIMED, len(items), sealed, value),
        )
        hold.db.execute(f"UPDATE record SET batch = ? WHERE {condition}", (batch, value))
    return sequence


def add_cover(hold: Hold, batch: str, day: date, moment: Moment, seal: Callable[[int], bytes]) -> None:
    """Put a batch without actions into the outbox, for a day: from here on it is like any other, expiry included.

    `seal` makes the envelope for a sequence number. Raises what it does, and DiskFull.
    """
    sealed = _nothing(hold, batch, day, moment)
    with hold.lock, file.writing(hold.db):
        sequence = _next_sequence(hold.folder)
        envelope = seal(sequence)
        write_durably(envelope_path(hold, batch), envelope)
        born = clock.today(hold.db, moment) - (moment.day - day).days
        hold.db.execute(
            "INSERT INTO batch VALUES (?, ?, ?, ?, ?, 0, ?, '', ?)",
            (batch, sequence, day.isoformat(), born, State.SEALED, len(envelope), sealed),
        )


def become_empty(hold: Hold, batch: Waiting, state: State, size: int) -> int:
    """A batch has nothing in it any more, within a write transaction. Returns how many there were: 1, or 0."""
    sealed = _nothing(hold, batch.id, date.fromisoformat(batch.day), clock.now())
    return hold.db.execute(
        "UPDATE batch SET state = ?, actions = 0, bytes = ?, sealed = ? WHERE id = ?", (state, size, sealed, batch.id)
    ).rowcount


def _nothing(hold: Hold, batch: str, day: date, moment: Moment) -> bytes:
    """What is kept of a batch that holds nothing: no counts, and the end of its day as its moment."""
    midnight = datetime.combine(day + timedelta(days=1), time()).timestamp()
    end = Moment(midnight, moment.boot - (moment.wall - midnight), moment.boot_id)
    return box.seal(hold.secret(), _bound(batch), (end, Totals()))


def claimed(hold: Hold, batch: str) -> tuple[Context, list[Held]] | None:
    """What a batch has claimed and what is still there, as it leaves, with its context; None where nothing is."""
    with hold.lock, file.reading(hold.db):
        found = [record for _, record in opened_records(hold, "batch = ?", batch) if record is not None]
        named = opened_tasks(hold)
    return (found[0].context, [line.held for line in leaving(found, named)]) if found else None


def unclaimed_ids(hold: Hold) -> set[int]:
    """The numbers of the records that no batch has claimed."""
    with hold.lock:
        return {number for (number,) in hold.db.execute("SELECT id FROM record WHERE batch IS NULL")}


def settle(hold: Hold, batch: str, size: int) -> bool:
    """The envelope is safe in the outbox: delete its records. False where the batch was forgotten meanwhile."""
    with hold.lock, file.writing(hold.db):
        changed = hold.db.execute(
            "UPDATE batch SET state = ?, bytes = ? WHERE id = ? AND state = ?",
            (State.SEALED, size, batch, State.CLAIMED),
        )
        hold.db.execute("DELETE FROM record WHERE batch = ?", (batch,))
        end_tasks(hold)
        return changed.rowcount == 1


def end_tasks(hold: Hold) -> None:
    """Delete the tasks of which no record is left, within a write transaction. Needs no key."""
    hold.db.execute(
        "DELETE FROM task WHERE NOT EXISTS (SELECT 1 FROM record WHERE id BETWEEN task.first AND task.last)"
    )


def mark(hold: Hold, batch: str, state: State, reason: str = "") -> bool:
    """Say how far a batch has come. False where it was forgotten meanwhile."""
    with hold.lock, file.writing(hold.db):
        changed = hold.db.execute("UPDATE batch SET state = ?, reason = ? WHERE id = ?", (state, reason, batch))
        return changed.rowcount == 1


def acknowledge(hold: Hold, batch: str) -> None:
    """The vault has it: it goes into the ledger of what was sent."""
    with hold.lock, file.writing(hold.db):
        enter(hold, batch)
        hold.db.execute("DELETE FROM batch WHERE id = ?", (batch,))


def enter(hold: Hold, batch: str) -> None:
    """Write a batch into the ledger, once, within a write transaction."""
    entered = hold.db.execute(
        "INSERT OR IGNORE INTO sent SELECT id, day, actions, bytes FROM batch WHERE id = ?", (batch,)
    )
    if entered.rowcount:
        (size,) = hold.db.execute("SELECT bytes FROM sent WHERE batch = ?", (batch,)).fetchone()
        posted = msgspec.msgpack.encode((date.today(), sent_today(hold) + size))
        hold.db.execute("INSERT OR REPLACE INTO meta VALUES ('posted', ?)", (posted,))


def sent_today(hold: Hold) -> int:
    """How many bytes of envelopes have left this device since midnight, whatever day's work was in them."""
    with hold.lock:
        row = hold.db.execute("SELECT value FROM meta WHERE name = 'posted'").fetchone()
    day, size = msgspec.msgpack.decode(row[0], type=tuple[date, int]) if row else (date.min, 0)
    return size if day == date.today() else 0


def waiting(hold: Hold) -> list[Waiting]:
    """Every batch that is not in the vault, in sequence."""
    with hold.lock, file.reading(hold.db):
        return [batch for batch, _ in _rows(hold)]


def sent(hold: Hold) -> list[SentDay]:
    """What has left this device, by day of work. Needs no key.

    A batch that was on its way when its participant forgot it counts as sent: it may have arrived.
    """
    with hold.lock, file.reading(hold.db):
        rows = hold.db.execute(
            "SELECT day, count(*), sum(actions), sum(bytes) FROM sent GROUP BY day ORDER BY day"
        ).fetchall()
    return [SentDay(*row) for row in rows]


def opened(hold: Hold) -> Iterator[tuple[Waiting, Moment | None, Totals]]:
    """Every batch, the moment of its last record and its counts; None and none where damaged. In a transaction."""
    for batch, sealed in _rows(hold):
        try:
            moment, counts = box.unseal(hold.secret(), _bound(batch.id), sealed, tuple[Moment, Totals])
        except box.Unreadable:
            moment, counts = None, Totals()
        yield batch, moment, counts


def _rows(hold: Hold) -> list[tuple[Waiting, bytes]]:
    rows = hold.db.execute(
        "SELECT id, sequence, day, state, actions, bytes, reason, sealed FROM batch ORDER BY sequence"
    ).fetchall()
    return [
        (Waiting(batch, sequence, day, State(state), actions, size, reason), sealed)
        for batch, sequence, day, state, actions, size, reason, sealed in rows
    ]


def envelope_path(hold: Hold, batch: str) -> Path:
    """Where a batch's envelope lies in the outbox."""
    return hold.outbox / f"{batch}.envelope"


def _next_sequence(folder: Path) -> int:
    """The next number, durable before it is used. Called under the hold's write lock."""
    path = folder / SEQUENCE_FILE
    number = int(path.read_text(encoding="ascii")) + 1 if path.exists() else 1
    write_durably(path, str(number).encode())
    return number


def _bound(batch: str) -> str:
    return f"batch/{batch}"
