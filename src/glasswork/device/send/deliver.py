"""Delivering: the envelopes in the outbox are posted, in sequence, until the service has each or refuses it."""

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from glasswork.device.errors import SendRefused, ServiceUnreachable
from glasswork.device.hold import batches
from glasswork.device.hold.batches import State, Waiting
from glasswork.device.hold.handle import Hold
from glasswork.device.send import views
from glasswork.device.send.wire import post
from glasswork.schema.enrolment import BATCHES_PATH, Enrolment

ATTEMPTS: Final = 4
FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 30.0
"""A longer Retry-After is honoured by giving up: what waits goes with the next sending."""

REFUSED: Final = "refused"
SPENT: Final = (
    "This device has sent as much today as its policy and settings let it send in a day. The rest waits on this device "
    "and goes with the next sending."
)

T = TypeVar("T")


def patiently(work: Callable[[], T], wait: Callable[[float], object] = time.sleep) -> T:
    """Do something that may raise ServiceUnreachable, up to ATTEMPTS times.

    Between two attempts as long as the service asked for, or exponentially longer with jitter, so that devices that
    failed together do not come back together.
    """
    for attempt in range(ATTEMPTS - 1):
        try:
            return work()
        except ServiceUnreachable as error:
            pause = error.retry_after
            if pause is None:
                pause = FIRST_WAIT_S * 2**attempt * random.uniform(0.5, 1.5)
            if pause > LONGEST_WAIT_S:
                raise
            wait(pause)
    return work()


def deliver(
    hold: Hold,
    enrolment: Enrolment,
    progress: Callable[[int, int], None],
    wait: Callable[[float], object],
    room: Callable[[], int],
) -> list[Waiting]:
    """Post every sealed envelope, as long as there is `room` for its bytes today.

    Returns those that the service has now; each is in the ledger and off the outbox. Raises ServiceUnreachable (also
    where there is no room left), SendRefused at once where the vault's audit log contradicts what was shown of it
    before (`views`), and at the end if one was refused: it then lies in `refused/`.
    """
    views.check(hold.folder)
    due = [batch for batch in batches.waiting(hold) if batch.state in (State.SEALED, State.TRIED)]
    delivered: list[Waiting] = []
    reasons: list[str] = []
    for done, batch in enumerate(due, 1):
        path = batches.envelope_path(hold, batch.id)
        if batch.bytes > room():
            raise ServiceUnreachable(SPENT)
        if not batches.mark(hold, batch.id, State.TRIED) or not path.exists():
            continue  # forgotten while others were being sent
        data = path.read_bytes()
        reply = patiently(
            lambda data=data: post(enrolment, BATCHES_PATH, data, {"Content-Type": "application/octet-stream"}), wait
        )
        if reply.status in (200, 201):
            batches.acknowledge(hold, batch.id)
            path.unlink(missing_ok=True)
            delivered.append(batch)
            views.keep(hold.folder, enrolment, reply.checkpoint())
        else:
            reasons.append(_refuse(hold, batch, reply.reason()))
        progress(done, len(due))
    if reasons:
        raise SendRefused(
            f"The service refused {len(reasons)} of {len(due)} batches: {reasons[0]} They are kept for seven days "
            f"in the outbox, under `{REFUSED}`; the others were sent."
        )
    return delivered


def _refuse(hold: Hold, batch: Waiting, reason: str) -> str:
    batches.mark(hold, batch.id, State.REFUSED, reason)
    folder = hold.outbox / REFUSED
    folder.mkdir(mode=0o700, exist_ok=True)
    path = batches.envelope_path(hold, batch.id)
    if path.exists():
        path.rename(folder / path.name)
    return reason
