"""Deleting: what a participant drops or forgets, what has expired, and the hold itself.

Whatever goes leaves no trace in the hold's files, and takes its envelope in the outbox along.
"""

import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from glasswork.device.durable import write_durably
from glasswork.device.errors import HoldDamaged
from glasswork.device.hold import batches, clock, file, records
from glasswork.device.hold.batches import SEQUENCE_FILE, State, Waiting
from glasswork.device.hold.clock import Moment
from glasswork.device.hold.handle import OUTBOX, Hold
from glasswork.device.hold.key import forget_key
from glasswork.device.hold.records import Record
from glasswork.device.hold.spans import LAST, Address, Span, whole
from glasswork.device.hold.totals import Totals, totals_of
from glasswork.schema.batch import Held

HOLD_DAYS: Final = 7
"""Days after which unsent work is deleted. A policy can shorten it, never lengthen it."""


def drop(hold: Hold, chosen: Iterable[Span | int]) -> int:
    """Delete what their participant chose in review: spans of actions, or whole records by number.

    What is left of a record is sealed anew. Returns how many actions are gone.
    """
    spans = [whole(item) if isinstance(item, int) else item for item in chosen]
    actions = 0

    def work() -> int:
        nonlocal actions
        actions, changed, left = 0, 0, records.totals(hold)
        touched = _touched(hold, spans)
        for number, record in records.opened(hold, *records.listed(touched)):
            doomed = _cut(hold, number, record, touched[number])
            if doomed is not None:
                changed += 1
                left -= totals_of(doomed)
                actions += len(doomed)
        records.write_totals(hold, left)
        return changed

    _delete(hold, work)
    return actions


def forget(hold: Hold, minutes: float, moment: Moment | None = None) -> int:
    """Delete what was appended in the last `minutes`, and damaged records, whose time nobody knows.

    A batch in the outbox cannot be opened any more, so one that holds anything of that time goes as a whole, and with
    the next sending a cover takes its place. Returns how many actions are gone. Needs the key; works on a full disk.
    """
    now = moment or clock.now()
    actions = 0

    def recent(then: Moment | None) -> bool:
        return then is None or now.since(then) <= minutes * 60

    def work() -> int:
        nonlocal actions
        left, actions, gone = records.totals(hold), 0, 0
        for number, record in records.opened(hold):
            if record is None or recent(record.moment):
                hold.db.execute("DELETE FROM record WHERE id = ?", (number,))
                held = record.held if record else ()
                left -= totals_of(held)
                actions += len(held)
                gone += 1
        for batch, then, counts in batches.opened(hold):
            if recent(then) and batch.actions:  # in a cover there is nothing to forget
                _empty_batch(hold, batch)
                if batch.state is not State.CLAIMED:  # else its records are counted above
                    left -= counts
                    actions += batch.actions
                gone += 1
        records.write_totals(hold, left)
        return gone

    _delete(hold, work)
    return actions


def expire(hold: Hold, days: int = HOLD_DAYS, moment: Moment | None = None) -> int:
    """Delete unsent records and batches that are `days` (at most 7) days old on the hold's own calendar.

    Needs no key. Returns how many are gone.
    """

    def work() -> int:
        last = clock.today(hold.db, moment or clock.now()) - min(days, HOLD_DAYS)
        gone = hold.db.execute("DELETE FROM record WHERE born <= ?", (last,)).rowcount
        for batch, state in hold.db.execute("SELECT id, state FROM batch WHERE born <= ?", (last,)).fetchall():
            _end_batch(hold, batch, State(state))
            gone += 1
        return gone

    return _delete(hold, work)


def empty(hold: Hold, batch: Waiting, cover: bytes | None) -> None:
    """Delete what is in a batch that waits, and let `cover` go in its place: an envelope with the same header.

    Without one the batch goes as a whole. What it had only claimed stays in the hold.
    """
    if cover is not None:
        write_durably(batches.envelope_path(hold, batch.id), cover)

    def work() -> int:
        if batch.state is not State.CLAIMED:
            counts = next((counts for one, _, counts in batches.opened(hold) if one.id == batch.id), Totals())
            records.write_totals(hold, records.totals(hold) - counts)
        hold.db.execute("UPDATE record SET batch = NULL WHERE batch = ?", (batch.id,))
        if cover is None:
            return hold.db.execute("DELETE FROM batch WHERE id = ?", (batch.id,)).rowcount
        return batches.become_empty(hold, batch, State.SEALED, len(cover))

    _delete(hold, work)


def renew(folder: Path) -> int:
    """Start anew where the key is gone (HoldKeyGone): delete what nobody can open. Returns how many records went.

    The ledger of what was sent, the sequence, and what is sealed in the outbox stay.
    """
    db = file.connect(folder)
    try:

        def work() -> int:
            forget_key(db)
            db.execute("DELETE FROM batch WHERE state = ?", (State.CLAIMED,))
            db.execute("DELETE FROM task")
            return db.execute("DELETE FROM record").rowcount

        return file.delete(db, work)
    finally:
        db.close()


def erase(folder: Path) -> None:
    """Delete a hold with its key, its outbox and its ledger. Nothing of it can be opened afterwards."""
    if (folder / file.FILE).exists():
        with suppress(HoldDamaged):
            renew(folder)
    for name in (file.FILE, f"{file.FILE}-journal", SEQUENCE_FILE):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / OUTBOX, ignore_errors=True)


def sweep(hold: Hold) -> None:
    """Delete what lies in the outbox and is no batch of this hold: its participant forgot it, or a crash left it."""
    with hold.lock:
        known = {batch.id for batch in batches.waiting(hold) if batch.state is not State.EMPTIED}
        for path in hold.outbox.glob("**/*"):
            if path.suffix in (".envelope", ".part") and path.stem not in known:
                path.unlink(missing_ok=True)


def _delete(hold: Hold, work: Callable[[], int]) -> int:
    def tidied() -> int:
        gone = work()
        hold.db.execute("UPDATE record SET batch = NULL WHERE batch NOT IN (SELECT id FROM batch)")
        hold.db.execute(
            "DELETE FROM batch WHERE state = ? AND id NOT IN (SELECT batch FROM record WHERE batch IS NOT NULL)",
            (State.CLAIMED,),
        )
        batches.end_tasks(hold)
        return gone

    with hold.lock:
        gone = file.delete(hold.db, tidied)
        sweep(hold)
    return gone


def _cut(hold: Hold, number: int, record: Record | None, spans: Sequence[Span]) -> Sequence[Held] | None:
    """Delete of one record what these spans name, and return that; None where they name nothing of it.

    A damaged record goes only as a whole.
    """
    doomed: list[Held] = []
    kept: list[tuple[Address, Held]] = []
    for address, item in record.addressed() if record else ():
        if any(address in span for span in spans):
            doomed.append(item)
        else:
            kept.append((address, item))
    wholly = any(span.first <= (number, 1) and (number, LAST) <= span.last for span in spans)
    if not (doomed if record else wholly):
        return None
    records.unclaim(hold, [number])
    if record and kept:
        held, numbers = tuple(item for _, item in kept), tuple(address[1] for address, _ in kept)
        records.rewrite(hold, replace(record, held=held, numbers=numbers))
    else:
        hold.db.execute("DELETE FROM record WHERE id = ?", (number,))
    return doomed


def _touched(hold: Hold, spans: Iterable[Span]) -> dict[int, list[Span]]:
    """The numbers of the records in which spans lie, with those spans."""
    touched: dict[int, list[Span]] = {}
    for span in spans:
        for (number,) in hold.db.execute(
            "SELECT id FROM record WHERE id BETWEEN ? AND ?", (span.first[0], span.last[0])
        ):
            touched.setdefault(number, []).append(span)
    return touched


def _empty_batch(hold: Hold, batch: Waiting) -> None:
    """Forget what is in a batch. One that was sealed keeps its number: without it, a day would have one less."""
    if batch.state not in (State.SEALED, State.TRIED):
        _end_batch(hold, batch.id, batch.state)
        return
    if batch.state is State.TRIED:
        batches.enter(hold, batch.id)
    batches.become_empty(hold, batch, State.EMPTIED, batch.bytes)


def _end_batch(hold: Hold, batch: str, state: State) -> None:
    """Delete a batch. One that may have reached the vault goes into the ledger, so that nobody believes it did not."""
    if state is State.TRIED:
        batches.enter(hold, batch)
    hold.db.execute("DELETE FROM batch WHERE id = ?", (batch,))
