"""Packing: held records become sealed envelopes in the outbox, and only then leave the hold."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.device.hold import batches, file
from glasswork.device.hold.batches import State, Waiting
from glasswork.device.hold.handle import Hold
from glasswork.device.hold.records import Record, review
from glasswork.schema.batch import batch_of
from glasswork.schema.enrolment import Enrolment
from glasswork.schema.envelope import Header, SealingKey, new_batch_id, seal

BATCH_ACTIONS: Final = 3_500
"""The most actions of a batch: with all their labels different they still fit the format's 4,096 strings."""
BATCH_BYTES: Final = 3_400_000
"""The most bytes before compression, so that an envelope is never too large, however badly it compresses."""

_ROW_BYTES: Final = 128  # one action's codes and strings in packed columns, generously


def groups(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Cut records, in order, into what can be a batch each: one day, one context, within the limits."""
    encode = msgspec.msgpack.Encoder().encode
    group: list[Record] = []
    seen: set[bytes] = set()
    actions = size = 0
    for record in records:
        screens = {encode(item.screen) for item in record.held if item.screen is not None}
        more = len(record.held) * _ROW_BYTES
        if group and (
            (record.day, record.context) != (group[0].day, group[0].context)
            or actions + len(record.held) > BATCH_ACTIONS
            or size + more + sum(map(len, screens - seen)) > BATCH_BYTES
        ):
            yield group
            group, actions, size = [], 0, 0
            seen = set[bytes]()
        group.append(record)
        actions += len(record.held)
        size += more + sum(map(len, screens - seen))
        seen |= screens
    if group:
        yield group


def pack(
    hold: Hold,
    enrolment: Enrolment,
    device: Ed25519PrivateKey,
    keys_of: Callable[[set[date]], dict[date, SealingKey]],
    progress: Callable[[int, int], None],
) -> None:
    """Seal everything held into the outbox. What was claimed before a crash keeps its id and its sequence number.

    Records of a day that `keys_of` has no key for stay in the hold. `progress` gets (batches done, of how many).
    Raises what `keys_of` does, DiskFull, and what the hold does.
    """
    _finish_sealed(hold)
    records = {record.id: record for record in review(hold).records}
    claimed = [batch for batch in batches.waiting(hold) if batch.state is State.CLAIMED]
    free = batches.unclaimed_ids(hold)
    fresh = list(groups(record for record in records.values() if record.id in free))
    work = [(batch, _claimed(hold, batch, records)) for batch in claimed] + [(None, group) for group in fresh]
    work = [(batch, group) for batch, group in work if group]
    if not work:
        return
    keys = keys_of({date.fromisoformat(group[0].day) for _, group in work})
    for done, (batch, group) in enumerate(work, 1):
        key = keys.get(date.fromisoformat(group[0].day))
        if key is not None:
            _pack_one(hold, enrolment, device, batch, group, key)
        progress(done, len(work))
    with hold.lock:
        file.rewrite(hold.db)


def _pack_one(
    hold: Hold,
    enrolment: Enrolment,
    device: Ed25519PrivateKey,
    claimed: Waiting | None,
    group: Sequence[Record],
    key: SealingKey,
) -> None:
    batch = claimed.id if claimed else new_batch_id()
    sequence = claimed.sequence if claimed else batches.claim(hold, batch, group)
    if sequence is None:
        return  # dropped, forgotten or expired since it was read; what is left of it is packed next time
    header = Header(
        batch=batch,
        key=key.key,
        participant=enrolment.participant,
        device=enrolment.device,
        sequence=sequence,
        scope=enrolment.scope,
        purpose=enrolment.purpose,
        policy=group[0].context.policy,
        basis=group[0].context.basis,
    )
    sealed = seal(batch_of([item for record in group for item in record.held]), header, key, device)
    path = batches.envelope_path(hold, batch)
    batches.write_durably(path, sealed)
    if not batches.settle(hold, batch, len(sealed)):
        path.unlink(missing_ok=True)  # forgotten while it was being sealed


def _finish_sealed(hold: Hold) -> None:
    """A crash after an envelope was written and before its records were deleted: delete them now."""
    for batch in batches.waiting(hold):
        path = batches.envelope_path(hold, batch.id)
        if batch.state is State.CLAIMED and path.exists():
            batches.settle(hold, batch.id, path.stat().st_size)


def _claimed(hold: Hold, batch: Waiting, records: dict[int, Record]) -> list[Record]:
    return [records[number] for number in sorted(batches.claimed_ids(hold, batch.id)) if number in records]
