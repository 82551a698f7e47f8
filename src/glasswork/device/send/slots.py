"""Slots: what leaves by itself, the same number of envelopes of the same size for every day, whatever was in it.

A day that is over gets its envelopes once. What was recorded in it fills as many as it needs; the rest are covers,
sealed like the others and empty. A day of work, a pause, a holiday and an opt-out so look alike to whoever sees what
passes, and to the service. A day whose slot was missed, because the machine was off, is made up for in the next one
with exactly what it would have had. What does not fit waits for its participant to send it.
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.device.durable import write_durably
from glasswork.device.hold import batches, file
from glasswork.device.hold.batches import State
from glasswork.device.hold.clock import Moment
from glasswork.device.hold.handle import Hold
from glasswork.device.hold.leaving import kept_back
from glasswork.device.hold.records import Record, review
from glasswork.device.hold.tasks import tasks
from glasswork.device.send.pack import empty_outbox, finish_sealed, groups, pack_one, pieces, seal_cover
from glasswork.policy import Approved, Policy
from glasswork.schema.enrolment import Enrolment
from glasswork.schema.envelope import SIZES, SealingKey

FILE: Final = "slots.json"
ENVELOPES: Final = 8
SIZE: Final = 64 * 1024
LEAST: Final = 4 * 1024
"""A smaller envelope holds next to no work."""
HOUR_S: Final = 3600
REMEMBERED: Final = timedelta(days=21)
"""For how long the policy of a day is kept: longer than anything waits."""


class Slots(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done (`through` the last day that had its slot), and the policy that was in force on recent days."""

    through: date = date.min
    policies: dict[date, str] = {}


def shape(policy: Policy) -> tuple[int, int]:
    """How many envelopes a day has, and their size in bytes: 8 of 64 KiB, or less where the policy sends less a day."""
    room = policy.quotas.bytes_per_day
    fitting = [size for size in SIZES if LEAST <= size <= SIZE and size * ENVELOPES <= room]
    size = max(fitting, default=LEAST)
    return min(ENVELOPES, room // size), size


def due(through: date, now: Moment, after_hours: int, hold_days: int) -> list[date]:
    """The days that ended `after_hours` ago, are still held, and had no slot yet.

    A `through` in the future was written under a clock that was wrong, and counts for nothing.
    """
    last = date.fromtimestamp(now.wall - after_hours * HOUR_S) - timedelta(days=1)
    first = now.day - timedelta(days=hold_days - 1)
    if first <= through < now.day:
        first = through + timedelta(days=1)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def fill(
    hold: Hold,
    enrolment: Enrolment,
    device: Ed25519PrivateKey,
    approved: Approved,
    after_hours: int,
    now: Moment,
    keys_of: Callable[[set[date]], dict[date, SealingKey]],
    progress: Callable[[int, int], None],
    takes_part: bool,
) -> None:
    """Put the envelopes of every day that is due into the outbox. A day that `keys_of` has no key for gets none.

    For a participant who does not take part, all are covers, and what waits with work in it becomes one.
    Interrupted anywhere, the next call goes on with what is there. Raises what `pack` does.
    """
    finish_sealed(hold)
    empty_outbox(hold, enrolment, device, approved.hash, keys_of, everything=not takes_part)
    path = hold.folder / FILE
    slots = _noted(_read(path), now.day, approved)
    write_durably(path, msgspec.json.encode(slots))
    days = due(slots.through, now, after_hours, approved.policy.hold_days)
    if not days:
        return
    keys = keys_of(set(days))
    due_days = {day.isoformat() for day in days}
    count, size = shape(approved.policy)
    for done, day in enumerate(days, 1):
        if day in keys:
            if takes_part:
                _seal_work(hold, enrolment, device, keys[day], due_days, count, size)
            policy = _policy_on(day, slots) or approved.hash
            while len(_ready(hold, day)) < count:
                seal_cover(hold, enrolment, device, keys[day], policy, size, now)
        progress(done, len(days))
    write_durably(path, msgspec.json.encode(msgspec.structs.replace(slots, through=days[-1])))
    with hold.lock:
        file.rewrite(hold.db)


def _seal_work(
    hold: Hold, enrolment: Enrolment, device: Ed25519PrivateKey, key: SealingKey, due: set[str], count: int, size: int
) -> None:
    """What was recorded on the key's day, as far as it fits. An import names its basis: it never leaves by itself."""
    day = key.day.isoformat()
    ready = _ready(hold, key.day)
    for batch in ready:
        if batch.state is State.CLAIMED:
            pack_one(hold, enrolment, device, batch, (), key, size)

    def stays(record: Record) -> bool:
        return record.day not in due or bool(record.context.basis)

    free, named, records = batches.unclaimed_ids(hold), tasks(hold), review(hold).records
    back = kept_back(records, named, stays)
    leaves = [record for record in records if record.day == day and record.id in free and record.id not in back]
    cut = [piece for group in groups(leaves, named) for piece in pieces(group, named, size)]
    for piece in cut[: max(0, count - len(ready))]:
        pack_one(hold, enrolment, device, None, piece, key, size)


def _ready(hold: Hold, day: date) -> list[batches.Waiting]:
    waiting = batches.waiting(hold)
    return [batch for batch in waiting if batch.day == day.isoformat() and batch.state is not State.REFUSED]


def _noted(slots: Slots, today: date, approved: Approved) -> Slots:
    """With the policy of today. Covers name it, so that they do not name one which the day's work could not have."""
    kept = {day: hash_ for day, hash_ in slots.policies.items() if day > today - REMEMBERED}
    return msgspec.structs.replace(slots, policies={today: approved.hash} | kept)


def _policy_on(day: date, slots: Slots) -> str:
    """The policy in force on a day: the one noted on it, else the last one before; empty where none was."""
    return max(((noted, hash_) for noted, hash_ in slots.policies.items() if noted <= day), default=(day, ""))[1]


def _read(path: Path) -> Slots:
    """What is done. A file that is missing or damaged says nothing: the days that are held get their slots (again)."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Slots)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Slots()
