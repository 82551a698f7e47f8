"""Packing: held records become sealed envelopes in the outbox, and only then leave the hold."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.device.durable import write_durably
from glasswork.device.hold import batches, file
from glasswork.device.hold.batches import State, Waiting
from glasswork.device.hold.clock import Moment
from glasswork.device.hold.deletion import empty
from glasswork.device.hold.handle import Hold
from glasswork.device.hold.leaving import kept_back, leaving
from glasswork.device.hold.records import Record, review
from glasswork.device.hold.tasks import Task, tasks
from glasswork.schema.batch import Batch, batch_of
from glasswork.schema.enrolment import Enrolment
from glasswork.schema.envelope import AROUND, Header, SealingKey, compress, new_batch_id, parse, seal

BATCH_ROWS: Final = 3_500
"""The most actions and markers of a batch: with all their words different they fit the format's 4,096 strings."""
BATCH_BYTES: Final = 3_400_000
"""The most bytes before compression, so that an envelope is never too large, however badly it compresses."""

_ROW_BYTES: Final = 128  # one action's codes and strings in packed columns, generously


def groups(records: Iterable[Record], tasks: Sequence[Task] = ()) -> Iterator[list[Record]]:
    """Cut records, in order, into what can be a batch each: one day, one context, within the limits."""
    encode = msgspec.msgpack.Encoder().encode
    group: list[Record] = []
    seen: set[bytes] = set()
    rows = size = 0
    for record in records:
        screens = {encode(item.screen) for item in record.held if item.screen is not None}
        more_rows = sum(1 for _ in leaving([record], tasks)) + 1  # a gap before it, perhaps
        more = more_rows * _ROW_BYTES
        if group and (
            (record.day, record.context) != (group[0].day, group[0].context)
            or rows + more_rows > BATCH_ROWS
            or size + more + sum(map(len, screens - seen)) > BATCH_BYTES
        ):
            yield group
            group, rows, size = [], 0, 0
            seen = set[bytes]()
        group.append(record)
        rows += more_rows
        size += more + sum(map(len, screens - seen))
        seen |= screens
    if group:
        yield group


def pieces(group: list[Record], tasks: Sequence[Task], size: int) -> Iterator[list[Record]]:
    """Cut a group until each piece fits an envelope of `size` bytes. A record that never does is left out."""
    held = [line.held for line in leaving(group, tasks)]
    if len(compress(batch_of(held))) + AROUND <= size:
        yield group
    elif len(group) > 1:
        yield from pieces(group[: len(group) // 2], tasks, size)
        yield from pieces(group[len(group) // 2 :], tasks, size)


def seal_cover(
    hold: Hold, enrolment: Enrolment, device: Ed25519PrivateKey, key: SealingKey, policy: str, size: int, now: Moment
) -> None:
    """An envelope of `size` bytes with nothing in it, into the outbox. Raises DiskFull."""
    batch = new_batch_id()

    def sealed(sequence: int) -> bytes:
        header = _header(enrolment, batch, key, sequence, policy, "")
        return seal(Batch(()), header, key, device, at_least=size)

    batches.add_cover(hold, batch, key.day, now, sealed)


def empty_outbox(
    hold: Hold,
    enrolment: Enrolment,
    device: Ed25519PrivateKey,
    policy: str,
    keys_of: Callable[[set[date]], dict[date, SealingKey]],
    *,
    everything: bool,
) -> None:
    """Put a cover of the same id, number, day and size in the place of what was forgotten after it was sealed.

    With `everything`, of all that has work in it and waits. One whose day has no key any more goes as a whole. Raises
    what `keys_of` does, and DiskFull.
    """
    waiting = [batch for batch in batches.waiting(hold) if batch.state is not State.REFUSED]
    work = [batch for batch in waiting if batch.state is State.EMPTIED or (everything and batch.actions)]
    keys = keys_of({date.fromisoformat(batch.day) for batch in work}) if work else {}
    for batch in work:
        key, path, cover = keys.get(date.fromisoformat(batch.day)), batches.envelope_path(hold, batch.id), None
        if key is not None:
            header = _header(enrolment, batch.id, key, batch.sequence, policy, "")
            if path.exists():
                header = parse(path.read_bytes()).header
            cover = seal(Batch(()), header, key, device, at_least=batch.bytes)
        empty(hold, batch, cover)


def pack(
    hold: Hold,
    enrolment: Enrolment,
    device: Ed25519PrivateKey,
    keys_of: Callable[[set[date]], dict[date, SealingKey]],
    progress: Callable[[int, int], None],
) -> None:
    """Seal into the outbox what is held, but for what is withheld, or of a task with a part of that.

    What was claimed before a crash keeps its id and its sequence number. Records of a day that `keys_of` has no key
    for stay in the hold. `progress` gets (batches done, of how many). Raises what `keys_of` does, DiskFull, and what
    the hold does.
    """
    finish_sealed(hold)
    claimed = [batch for batch in batches.waiting(hold) if batch.state is State.CLAIMED]
    free, named, records = batches.unclaimed_ids(hold), tasks(hold), review(hold).records
    back = kept_back(records, named, lambda record: False)
    fresh = groups((record for record in records if record.id in free and record.id not in back), named)
    work: list[tuple[Waiting | None, str, Sequence[Record]]] = [(batch, batch.day, ()) for batch in claimed]
    work += [(None, group[0].day, group) for group in fresh]
    if not work:
        return
    keys = keys_of({date.fromisoformat(day) for _, day, _ in work})
    for done, (batch, day, group) in enumerate(work, 1):
        key = keys.get(date.fromisoformat(day))
        if key is not None:
            pack_one(hold, enrolment, device, batch, group, key)
        progress(done, len(work))
    with hold.lock:
        file.rewrite(hold.db)


def pack_one(
    hold: Hold,
    enrolment: Enrolment,
    device: Ed25519PrivateKey,
    waiting: Waiting | None,
    group: Sequence[Record],
    key: SealingKey,
    size: int = 0,
) -> None:
    """Seal one batch, claimed before (`waiting`) or now (`group`), into an envelope of at least `size` bytes."""
    batch = waiting.id if waiting else new_batch_id()
    sequence = waiting.sequence if waiting else batches.claim(hold, batch, group)
    claimed = batches.claimed(hold, batch)
    if sequence is None or claimed is None:
        return  # changed since it was read; what is left of it is packed next time
    context, held = claimed
    header = _header(enrolment, batch, key, sequence, context.policy, context.basis)
    sealed = seal(batch_of(held), header, key, device, at_least=size)
    path = batches.envelope_path(hold, batch)
    write_durably(path, sealed)
    if not batches.settle(hold, batch, len(sealed)):
        path.unlink(missing_ok=True)  # changed or forgotten while it was being sealed


def _header(enrolment: Enrolment, batch: str, key: SealingKey, sequence: int, policy: str, basis: str) -> Header:
    return Header(
        batch=batch,
        key=key.key,
        participant=enrolment.participant,
        device=enrolment.device,
        sequence=sequence,
        scope=enrolment.scope,
        purpose=enrolment.purpose,
        policy=policy,
        basis=basis,
    )


def finish_sealed(hold: Hold) -> None:
    """A crash after an envelope was written and before its records were deleted: delete them now."""
    for batch in batches.waiting(hold):
        path = batches.envelope_path(hold, batch.id)
        if batch.state is State.CLAIMED and path.exists():
            batches.settle(hold, batch.id, path.stat().st_size)
