"""`send`: from the hold to the service in one call."""

import fcntl
import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.device.hold import batches, clock
from glasswork.device.hold.batches import State
from glasswork.device.hold.clock import Moment
from glasswork.device.hold.deletion import expire, sweep
from glasswork.device.hold.handle import Hold
from glasswork.device.hold.records import count
from glasswork.device.participation import check_participation, takes_part
from glasswork.device.send.ceilings import check_network, room_today
from glasswork.device.send.deliver import deliver, patiently
from glasswork.device.send.keys import sealing_keys
from glasswork.device.send.pack import empty_outbox, pack
from glasswork.device.send.slots import fill
from glasswork.device.send.wire import check_address
from glasswork.policy import Approved
from glasswork.schema.enrolment import Enrolment
from glasswork.schema.envelope import SealingKey


@dataclass(frozen=True, slots=True)
class Sent:
    """What one sending did: batches, actions and bytes of envelopes that the service has, and actions still here."""

    batches: int
    actions: int
    bytes: int
    pending: int


def send(
    hold: Hold,
    enrolment: Enrolment,
    device: Ed25519PrivateKey,
    approved: Approved,
    *,
    after_hours: int | None = None,
    moment: Moment | None = None,
    progress: Callable[[str, int, int], None] = lambda step, done, total: None,
    wait: Callable[[float], object] = time.sleep,
) -> Sent:
    """Seal what is held and not withheld, and post everything sealed, to the service of the enrolment.

    What has expired by `approved.policy.hold_days` is deleted first. With `after_hours` it is a slot of a schedule:
    each day that ended so many hours ago gets the same envelopes (`slots`), all of them covers where the participant
    does not take part. A task goes as a whole or waits.
    `progress` gets a step ("seal", "send") and how far it is; `wait` is called with seconds between two attempts.

    Raises PolicyRefused where who does not take part sends by hand, or opts out meanwhile (what has not left stays),
    ServiceUnreachable (everything waits, and goes with the next call), SendRefused (what was refused is kept for seven
    days), FormatError (sealing keys that the key service did not sign), DiskFull, and what the hold raises.
    """
    check_address(enrolment, approved.policy)
    check_network(enrolment, approved.policy)
    now = moment or clock.now()
    taking_part = takes_part(hold.folder, approved.policy)
    if after_hours is None:
        check_participation(hold.folder, approved.policy)
    with _alone(hold):
        expire(hold, approved.policy.hold_days, now)
        sweep(hold)

        def keys_of(days: set[date]) -> dict[date, SealingKey]:
            return patiently(lambda: sealing_keys(hold.folder, enrolment, device, days, now.day), wait)

        def sealed(done: int, total: int) -> None:
            progress("seal", done, total)

        if after_hours is None:
            empty_outbox(hold, enrolment, device, approved.hash, keys_of, everything=False)
            pack(hold, enrolment, device, keys_of, sealed)
        else:
            fill(hold, enrolment, device, approved, after_hours, now, keys_of, sealed, taking_part)

        def room() -> int:
            if taking_part:
                check_participation(hold.folder, approved.policy)
            return room_today(hold, approved.policy)

        delivered = deliver(
            hold,
            enrolment,
            lambda done, total: progress("send", done, total),
            wait,
            room,
        )
        left = sum(batch.actions for batch in batches.waiting(hold) if batch.state in (State.SEALED, State.TRIED))
    return Sent(
        batches=len(delivered),
        actions=sum(batch.actions for batch in delivered),
        bytes=sum(batch.bytes for batch in delivered),
        pending=left + count(hold),
    )


@contextmanager
def _alone(hold: Hold) -> Generator[None]:
    """One sender at a time in a workspace; another waits for its turn."""
    descriptor = os.open(hold.folder / "sending.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
