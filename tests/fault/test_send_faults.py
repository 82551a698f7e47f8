"""Sending when things break: whatever stops in the middle, everything arrives and nothing arrives twice."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from glasswork.device import hold
from glasswork.device.durable import write_durably
from glasswork.device.errors import SendRefused, ServiceUnreachable
from glasswork.device.hold import batches
from glasswork.device.send import send
from glasswork.schema import envelope
from glasswork.schema.batch import batch_of
from unit.test_send import CONTEXT, KEY, Service, at, task

SENDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from glasswork.device import hold
from glasswork.device.send import send
from glasswork.policy import check
from glasswork.schema.enrolment import Enrolment
from unit.test_send import KEY, CONTEXT, NOON, at, task
folder = Path(sys.argv[1])
approved = check((folder / "policy").read_bytes(), now=datetime.fromtimestamp(NOON, UTC))
enrolment = msgspec.json.decode((folder / "enrolment").read_bytes(), type=Enrolment)
device = Ed25519PrivateKey.from_private_bytes((folder / "key").read_bytes())
with hold.open_hold(folder / "device", KEY) as handle:
    for number in range(int(sys.argv[2]), 1_000_000):
        hold.append(handle, [task(str(number))], CONTEXT, at(0))
        print(number, flush=True)
        if number % 2:
            send(handle, enrolment, device, approved, moment=at(0))
"""


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.stop()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[hold.Hold]:
    with hold.open_hold(tmp_path / "device", KEY) as handle:
        yield handle


def start_sender(folder: Path, service: Service, first: int) -> "subprocess.Popen[str]":
    (folder / "policy").write_bytes(service.signed_policy())
    (folder / "enrolment").write_bytes(msgspec.json.encode(service.enrolment()))
    (folder / "key").write_bytes(service.device.private_bytes_raw())
    tests = str(Path(__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, "-c", SENDER, folder, str(first)], stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": tests}
    )


def check_all_arrived_once(folder: Path, service: Service, at_least: int) -> int:
    with hold.open_hold(folder / "device", KEY) as handle:
        service.take(handle)
        assert hold.count(handle) == 0 and not hold.waiting(handle)
        assert sum(day.actions for day in hold.sent(handle)) == len(service.names())
    numbers = [int(name) for name in service.names()]
    assert numbers == list(range(len(numbers))) and len(numbers) >= at_least
    return len(numbers)


@pytest.mark.slow
def test_killed_at_any_moment(tmp_path: Path, service: Service) -> None:
    arrived = 0
    for _ in range(8):
        sender = start_sender(tmp_path, service, arrived)
        assert sender.stdout is not None
        for _ in range(random.randint(1, 12)):
            last = int(sender.stdout.readline())
        sender.send_signal(signal.SIGKILL)
        sender.communicate()
        arrived = check_all_arrived_once(tmp_path, service, last + 1)


def test_killed_after_the_service_stored_and_before_it_answered(tmp_path: Path, service: Service) -> None:
    sender = start_sender(tmp_path, service, 0)
    service.on_stored = lambda: sender.send_signal(signal.SIGKILL)
    assert sender.wait() == -signal.SIGKILL
    sender.communicate()
    service.on_stored = lambda: None
    assert len(service.stored) == 1
    assert check_all_arrived_once(tmp_path, service, 2) == 2
    assert len(service.stored) == 1  # the same envelope went again, and was known


def test_stopped_after_claiming(service: Service, opened: hold.Hold) -> None:
    hold.append(opened, [task("a")], CONTEXT, at(0))
    batch = envelope.new_batch_id()
    assert batches.claim(opened, batch, hold.review(opened).records) == 1
    hold.append(opened, [task("b")], CONTEXT, at(0))
    service.take(opened)
    assert [(header.sequence, header.batch == batch) for header, _ in service.batches()] == [(1, True), (2, False)]
    assert service.names() == ["a", "b"]


def test_stopped_between_writing_the_envelope_and_deleting_its_records(service: Service, opened: hold.Hold) -> None:
    hold.append(opened, [task("a")], CONTEXT, at(0))
    records, batch = hold.review(opened).records, envelope.new_batch_id()
    sequence = batches.claim(opened, batch, records)
    assert sequence is not None
    enrolment = service.enrolment()
    header = envelope.Header(
        batch=batch,
        key=service.key(at(0).day, "me").key,
        participant="me",
        device="laptop",
        sequence=sequence,
        scope=enrolment.scope,
        purpose=enrolment.purpose,
        policy=CONTEXT.policy,
    )
    sealed = envelope.seal(batch_of(records[0].held), header, service.key(at(0).day, "me"), service.device)
    opened.outbox.mkdir()
    write_durably(batches.envelope_path(opened, batch), sealed)
    service.take(opened)
    assert list(service.stored.values()) == [sealed] and hold.count(opened) == 0


def test_a_service_that_goes_and_comes_back(service: Service, opened: hold.Hold) -> None:
    hold.append(opened, [task("before")], CONTEXT, at(0))
    service.take(opened)
    service.stop()
    hold.append(opened, [task("while it is away")], CONTEXT, at(0))
    with pytest.raises(ServiceUnreachable):
        service.take(opened)
    assert [batch.state for batch in hold.waiting(opened)] == [hold.State.TRIED]  # sealed with a key fetched ahead
    service.restart()
    assert service.take(opened).actions == 1
    assert service.names() == ["before", "while it is away"]


def test_it_comes_back_while_we_try(service: Service, opened: hold.Hold) -> None:
    service.script = [(503, None), (500, None), (503, "1")]
    hold.append(opened, [task("a")], CONTEXT, at(0))
    assert service.take(opened).actions == 1


def test_waits_grow_are_jittered_and_do_as_the_service_asks(service: Service, opened: hold.Hold) -> None:
    service.script = [(503, None), (503, "7"), (503, None)]
    hold.append(opened, [task("a")], CONTEXT, at(0))
    waits: list[float] = []
    send(opened, service.enrolment(), service.device, service.approved(), moment=at(0), wait=waits.append)
    first, asked, third = waits
    assert 0.25 <= first <= 0.75 and asked == 7.0 and 1.0 <= third <= 3.0


@pytest.mark.parametrize("script", [[(503, None)] * 4, [(429, "43200")]])
def test_giving_up_keeps_everything_for_the_next_time(
    service: Service, opened: hold.Hold, script: list[tuple[int, str | None]]
) -> None:
    service.script = list(script)
    hold.append(opened, [task("a")], CONTEXT, at(0))
    with pytest.raises(ServiceUnreachable) as later:
        service.take(opened)
    assert not service.script and not service.stored  # tried as often as allowed, and not once more
    assert later.value.retry_after == (43200 if script[0][0] == 429 else None)
    assert service.take(opened).actions == 1
    assert service.names() == ["a"]


@pytest.mark.parametrize("status", [400, 403, 409, 413])
def test_what_is_refused_is_kept_aside_and_the_rest_goes(service: Service, opened: hold.Hold, status: int) -> None:
    service.script = [(status, None)]
    hold.append(opened, [task("refused")], CONTEXT, at(0))
    hold.append(opened, [task("taken")], CONTEXT, at(1))
    with pytest.raises(SendRefused) as refused:
        service.take(opened, 1)
    assert refused.value.exit_code == 77 and "told." in str(refused.value) and "\x1b" not in str(refused.value)
    assert service.names() == ["taken"]
    (kept,) = hold.waiting(opened)
    assert kept.state is hold.State.REFUSED and kept.actions == 1
    assert [path.stem for path in (opened.outbox / "refused").iterdir()] == [kept.id]
    assert service.take(opened, 1).batches == 0  # it is not tried again
    assert hold.expire(opened, moment=at(8)) == 1
    assert list((opened.outbox / "refused").iterdir()) == []


def unsent(service: Service, handle: hold.Hold, *names: str) -> None:
    """Actions of days one after the other, sealed, tried, and not sent."""
    service.script = [(503, "99")]
    for day, name in enumerate(names):
        hold.append(handle, [task(name)], CONTEXT, at(day))
    with pytest.raises(ServiceUnreachable):
        service.take(handle, len(names) - 1)
    assert hold.count(handle) == 0


def test_forgetting_reaches_the_outbox(service: Service, opened: hold.Hold) -> None:
    unsent(service, opened, "keep", "forget")
    assert hold.forget(opened, 60, at(1.01)) == 1
    assert len(list(opened.outbox.glob("*.envelope"))) == 1
    service.take(opened, 1)
    assert service.names() == ["keep"]


def test_what_may_have_arrived_counts_as_sent_when_it_is_forgotten(service: Service, opened: hold.Hold) -> None:
    unsent(service, opened, "tried", "not tried")
    assert hold.forget(opened, float("inf"), at(1)) == 2
    assert [(day.day, day.actions) for day in hold.sent(opened)] == [(at(0).day.isoformat(), 1)]


def test_unsent_envelopes_expire_like_what_is_held(service: Service, opened: hold.Hold) -> None:
    unsent(service, opened, "old", "new")
    service.take(opened, 7)
    assert service.names() == ["new"]
    assert list(opened.outbox.glob("*.envelope")) == []


def test_an_envelope_that_nobody_knows_is_deleted_and_not_sent(service: Service, opened: hold.Hold) -> None:
    opened.outbox.mkdir()
    (opened.outbox / f"{'0' * 32}.envelope").write_bytes(b"left by a crash")
    (opened.outbox / f"{'1' * 32}.part").write_bytes(b"left by a crash")
    service.take(opened)
    assert service.posts == 0 and list(opened.outbox.iterdir()) == []


def test_dropping_a_record_that_was_claimed_releases_the_others(service: Service, opened: hold.Hold) -> None:
    for name in ("a", "b"):
        hold.append(opened, [task(name)], CONTEXT, at(0))
    batches.claim(opened, envelope.new_batch_id(), hold.review(opened).records)
    assert hold.drop(opened, [1]) == 1
    service.take(opened)
    assert service.names() == ["b"]


def test_forgotten_while_it_is_being_sealed(service: Service, opened: hold.Hold) -> None:
    hold.append(opened, [task("a")], CONTEXT, at(0))
    records = hold.review(opened).records
    hold.forget(opened, float("inf"), at(0))
    assert batches.claim(opened, envelope.new_batch_id(), records) is None
    assert not batches.settle(opened, "0" * 32, 100)
