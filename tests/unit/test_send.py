"""Sending by example, against a real HTTP service that follows docs/formats/ingest.md and keeps what it gets."""

import base64
import http.server
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from glasswork.device import hold
from glasswork.device.errors import SendRefused, ServiceUnreachable
from glasswork.device.hold.records import Record
from glasswork.device.send import Sent, send
from glasswork.device.send.pack import BATCH_ACTIONS, BATCH_BYTES, groups
from glasswork.device.send.wire import check_address
from glasswork.policy import Approved, SignerRole, check, compile_text, pack, sign
from glasswork.policy.keys import public_text
from glasswork.policy.templates import self_policy
from glasswork.schema import envelope
from glasswork.schema.action import Action, Node, Screen
from glasswork.schema.batch import Batch, Held
from glasswork.schema.enrolment import BATCHES_PATH, KEYS_PATH, SIGNATURE_HEADER, Answer, Enrolment, KeysRequest
from glasswork.schema.errors import FormatError
from glasswork.schema.words import ActionKind, Role, Scope

KEY = bytes(range(32))
DAY = 86_400.0
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
CONTEXT = hold.Context("session", "0" * 64)


def at(days: float) -> hold.Moment:
    return hold.Moment(NOON + days * DAY, 1000 + days * DAY, "boot")


def task(name: str) -> Held:
    return Held(Action(kind=ActionKind.TASK, task=name), None, {})


class Service:
    """A service on loopback. `script` has answers (status, Retry-After) to give instead of storing, in order."""

    def __init__(self, port: int = 0) -> None:
        self.signer = Ed25519PrivateKey.generate()
        self.private: dict[date, X25519PrivateKey] = {}
        self.stored: dict[str, bytes] = {}
        self.script: list[tuple[int, str | None]] = []
        self.posts = 0
        self.on_stored: Callable[[], None] = lambda: None
        self.device = Ed25519PrivateKey.generate()
        self.closed_days: set[date] = set()
        self._start(port)

    def _start(self, port: int) -> None:
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer, later = service.answer(self.path, body, self.headers.get(SIGNATURE_HEADER, ""))
                self.send_response(status)
                if later is not None:
                    self.send_header("Retry-After", later)
                self.end_headers()
                self.wfile.write(msgspec.json.encode(answer))

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def restart(self) -> None:
        self._start(self.port)

    def answer(self, path: str, body: bytes, signature: str) -> tuple[int, object, str | None]:
        self.posts += 1
        if path == KEYS_PATH:
            self.device.public_key().verify(base64.b64decode(signature), body)
            request = msgspec.json.decode(body, type=KeysRequest)
            first = date.fromisoformat(request.first)
            days = {first + timedelta(n) for n in range(request.days)} - self.closed_days
            return 200, [self.key(day, request.participant) for day in sorted(days)], None
        if self.script:
            status, later = self.script.pop(0)
            return status, Answer(status="scripted", message="as\x1b[2J told."), later
        assert path == BATCHES_PATH
        sealed = envelope.parse(body)
        envelope.verify(sealed, self.device.public_key())
        before = self.stored.setdefault(sealed.header.batch, body)
        self.on_stored()
        if before != body:
            return 409, Answer(status="conflict"), None
        return (201, Answer(status="stored"), None) if before is body else (200, Answer(status="already_stored"), None)

    def key(self, day: date, participant: str) -> envelope.SealingKey:
        public = self.private.setdefault(day, X25519PrivateKey.generate()).public_key().public_bytes_raw()
        plain = envelope.SealingKey(key=f"{day.toordinal():032x}", participant=participant, day=day, public=public)
        return msgspec.structs.replace(plain, signature=self.signer.sign(plain.signed_part()))

    def enrolment(self) -> Enrolment:
        return Enrolment(
            participant="me",
            device="laptop",
            scope=Scope.SELF,
            purpose="personal_use",
            service=f"http://127.0.0.1:{self.port}",
            key_service=self.signer.public_key().public_bytes_raw(),
        )

    def signed_policy(self) -> bytes:
        owner, now = Ed25519PrivateKey.generate(), datetime.fromtimestamp(NOON, UTC)
        text = self_policy(public_text(owner), now=now, sink_url=f"http://127.0.0.1:{self.port}")
        bundle = compile_text(text)
        return pack(bundle, [sign(bundle, SignerRole.OWNER, owner, now=now)])

    def approved(self) -> Approved:
        return check(self.signed_policy(), now=datetime.fromtimestamp(NOON, UTC), last_epoch=0)

    def batches(self) -> list[tuple[envelope.Header, Batch]]:
        """What was stored, opened, in sequence."""
        opened: list[tuple[envelope.Header, Batch]] = []
        for data in self.stored.values():
            sealed = envelope.parse(data)
            private = self.private[date.fromordinal(int(sealed.header.key, 16))]
            opened.append((sealed.header, envelope.unseal(sealed, private)))
        return sorted(opened, key=lambda pair: pair[0].sequence)

    def names(self) -> list[str]:
        return [action.task for _, batch in self.batches() for action in batch.actions]

    def take(self, handle: hold.Hold, days: float = 0) -> Sent:
        """One sending, without waiting between attempts."""
        return send(handle, self.enrolment(), self.device, self.approved(), moment=at(days), wait=lambda seconds: None)


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.stop()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[hold.Hold]:
    with hold.open_hold(tmp_path, KEY) as handle:
        yield handle


def test_what_is_held_arrives_by_day_and_context_and_leaves_the_device(service: Service, opened: hold.Hold) -> None:
    hold.append(opened, [task("a"), task("b")], CONTEXT, at(0))
    hold.append(opened, [task("c")], CONTEXT, at(0.01))
    hold.append(opened, [task("d")], hold.Context("session", "1" * 64, "published sample"), at(0.02))
    hold.append(opened, [task("e")], CONTEXT, at(1))
    sent = service.take(opened, 1)
    assert (sent.batches, sent.actions, sent.pending) == (3, 5, 0)
    assert sent.bytes == sum(map(len, service.stored.values()))
    headers = [header for header, _ in service.batches()]
    assert [header.sequence for header in headers] == [1, 2, 3]
    assert [header.basis for header in headers] == ["", "published sample", ""]
    assert [header.policy[0] for header in headers] == ["0", "1", "0"]
    assert [[a.task for a in batch.actions] for _, batch in service.batches()] == [["a", "b", "c"], ["d"], ["e"]]
    assert hold.count(opened) == 0 and not hold.waiting(opened) and not list(opened.outbox.glob("*.envelope"))
    assert [(day.batches, day.actions) for day in hold.sent(opened)] == [(2, 4), (1, 1)]


def test_nothing_held_is_nothing_sent(service: Service, opened: hold.Hold) -> None:
    assert service.take(opened) == Sent(0, 0, 0, 0)
    assert service.posts == 0


def test_keys_are_fetched_ahead_and_kept(service: Service, opened: hold.Hold) -> None:
    hold.append(opened, [task("today")], CONTEXT, at(0))
    service.take(opened)
    asked = service.posts
    hold.append(opened, [task("later")], CONTEXT, at(13))
    service.take(opened, 13)
    assert service.posts == asked + 1  # the batch; its key was there already


def test_a_key_that_the_key_service_did_not_sign_is_not_sealed_to(service: Service, opened: hold.Hold) -> None:
    hold.append(opened, [task("kept")], CONTEXT, at(0))
    enrolment = msgspec.structs.replace(service.enrolment(), key_service=bytes(32))
    with pytest.raises(FormatError):
        send(opened, enrolment, service.device, service.approved(), moment=at(0))
    assert hold.count(opened) == 1 and not service.stored


def test_kept_keys_are_checked_again_when_they_are_used(service: Service, opened: hold.Hold) -> None:
    hold.append(opened, [task("first")], CONTEXT, at(0))
    service.take(opened)
    path = opened.folder / "sealing-keys.json"
    path.write_bytes(path.read_bytes().replace(b'"public":"', b'"public":"AAAA'))
    hold.append(opened, [task("second")], CONTEXT, at(0))
    service.take(opened)
    assert service.names() == ["first", "second"]


def test_work_of_a_day_that_is_closed_stays_and_the_rest_goes(service: Service, opened: hold.Hold) -> None:
    service.closed_days = {at(0).day}
    hold.append(opened, [task("old")], CONTEXT, at(0))
    hold.append(opened, [task("new")], CONTEXT, at(1))
    assert service.take(opened, 1).pending == 1
    assert service.names() == ["new"] and hold.count(opened) == 1


def test_sequence_numbers_go_on_after_a_new_hold(service: Service, tmp_path: Path) -> None:
    for number in range(2):
        with hold.open_hold(tmp_path, KEY) as handle:
            hold.append(handle, [task(str(number))], CONTEXT, at(0))
            service.take(handle)
        (tmp_path / "hold.sqlite3").unlink()
    assert [header.sequence for header, _ in service.batches()] == [1, 2]


def test_only_a_service_of_the_policy_and_only_a_private_way(service: Service) -> None:
    policy, enrolment = service.approved().policy, service.enrolment()
    check_address(enrolment, policy)
    for address in ("http://127.0.0.1:1", f"https://127.0.0.1:{service.port}", "http://192.0.2.1:80"):
        with pytest.raises(SendRefused):
            check_address(msgspec.structs.replace(enrolment, service=address), policy)


def test_a_service_that_is_not_there(service: Service, opened: hold.Hold) -> None:
    hold.append(opened, [task("kept")], CONTEXT, at(0))
    service.stop()
    with pytest.raises(ServiceUnreachable) as error:
        service.take(opened)
    assert error.value.exit_code == 69 and hold.count(opened) == 1
    service.restart()


def record(number: int, screen: Screen | None, actions: int = 25) -> Record:
    return Record(number, "2026-11-24", at(0), CONTEXT, (Held(Action(kind=ActionKind.CLICK), screen, {}),) * actions)


def test_batches_are_cut_before_they_are_too_large() -> None:
    many = [record(number, None) for number in range(400)]
    assert all(sum(len(r.held) for r in group) <= BATCH_ACTIONS for group in groups(many))
    assert [r for group in groups(many) for r in group] == many
    large = [
        record(number, Screen(tuple(Node(Role.BUTTON, 1, f"{number}-{n}" + "x" * 50) for n in range(512))))
        for number in range(300)
    ]
    cut = list(groups(large))
    assert [r for group in cut for r in group] == large and len(cut) > 2
    for group in cut:
        screens = {msgspec.msgpack.encode(item.screen) for r in group for item in r.held}
        assert sum(map(len, screens)) <= BATCH_BYTES


def test_equal_screens_count_once() -> None:
    screen = Screen(tuple(Node(Role.BUTTON, 1, "x" * 60) for _ in range(512)))
    assert len(list(groups([record(number, screen) for number in range(100)]))) == 1
