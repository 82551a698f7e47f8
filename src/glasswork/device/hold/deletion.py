"""Deleting: what a participant drops or forgets, what has expired, and the hold itself.

Whatever goes leaves no trace in the hold's files, and takes its envelope in the outbox along.
"""

import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from glasswork.device.errors import HoldDamaged
from glasswork.device.hold import batches, clock, file, records
from glasswork.device.hold.batches import SEQUENCE_FILE, State
from glasswork.device.hold.clock import Moment
from glasswork.device.hold.handle import OUTBOX, Hold
from glasswork.device.hold.key import forget_key
from glasswork.device.hold.totals import totals_of

HOLD_DAYS: Final = 7
"""Days after which unsent work is deleted. A policy can shorten it, never lengthen it."""


def drop(hold: Hold, ids: Collection[int]) -> int:
    """Delete records by number, as their participant decided in review. Returns how many actions went with them."""
    actions = 0

    def work() -> int:
        nonlocal actions
        doomed = [record for number, record in records.opened(hold) if number in ids and record is not None]
        held = [item for record in doomed for item in record.held]
        records.write_totals(hold, records.totals(hold) - totals_of(held))
        actions, gone = len(held), 0
        for number in ids:
            hold.db.execute("DELETE FROM batch WHERE id = (SELECT batch FROM record WHERE id = ?)", (number,))
            gone += hold.db.execute("DELETE FROM record WHERE id = ?", (number,)).rowcount
        return gone

    _delete(hold, work)
    return actions


def forget(hold: Hold, minutes: float, moment: Moment | None = None) -> int:
    """Delete what was appended in the last `minutes`, and damaged records, whose time nobody knows.

    A batch in the outbox cannot be opened any more, so one that holds anything of that time goes as a whole. Returns
    how many actions are gone. Needs the key; works on a full disk.
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
            if recent(then):
                _end_batch(hold, batch.id, batch.state)
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


def renew(folder: Path) -> int:
    """Start anew where the key is gone (HoldKeyGone): delete what nobody can open. Returns how many records went.

    The ledger of what was sent, the sequence, and what is sealed in the outbox stay.
    """
    db = file.connect(folder)
    try:

        def work() -> int:
            forget_key(db)
            db.execute("DELETE FROM batch WHERE state = ?", (State.CLAIMED,))
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
        known = {batch.id for batch in batches.waiting(hold)}
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
        return gone

    with hold.lock:
        gone = file.delete(hold.db, tidied)
        sweep(hold)
    return gone


def _end_batch(hold: Hold, batch: str, state: State) -> None:
    """Delete a batch. One that may have reached the vault goes into the ledger, so that nobody believes it did not."""
    if state is State.TRIED:
        batches.enter(hold, batch)
    hold.db.execute("DELETE FROM batch WHERE id = ?", (batch,))
