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
from glasswork.device.hold import batches
from glasswork.device.hold.handing import start
from glasswork.device.hold.records import Record
from glasswork.device.participation import opt_out
from glasswork.device.send import Choice, Sent, choice, choose, send, send_own
from glasswork.device.send.by_itself import WINDOW_S, draw
from glasswork.device.send.pack import BATCH_BYTES, BATCH_ROWS, groups
from glasswork.device.send.slots import ENVELOPES, SIZE, due, shape
from glasswork.device.send.wire import check_address
from glasswork.policy import Approved, PolicyRefused, SignerRole, check, compile_text, pack, sign
from glasswork.policy.keys import new_key, public_text
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


def local(days: float) -> hold.Moment:
    """So many days after a midnight of the participant's own calendar."""
    return hold.Moment(datetime(2026, 11, 24).timestamp() + days * DAY, 1000 + days * DAY, "boot")


def yesterday() -> hold.Moment:
    now = hold.now()
    return hold.Moment(now.wall - DAY, now.boot - DAY, now.boot_id)


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
        return check(self.signed_policy(), now=datetime.fromtimestamp(NOON, UTC))

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
    assert service.posts == asked + 2  # the batch, and keys up to fourteen days again
    hold.append(opened, [task("the same day")], CONTEXT, at(13))
    service.take(opened, 13)
    assert service.posts == asked + 3  # the batch; its key was there already
    service.stop()
    hold.append(opened, [task("without the service")], CONTEXT, at(20))
    with pytest.raises(ServiceUnreachable):
        service.take(opened, 20)
    assert hold.count(opened) == 0 and len(hold.waiting(opened)) == 1  # sealed: the keys there are enough
    service.restart()


def test_what_waits_with_work_in_it_becomes_a_cover_when_its_participant_opts_out(
    service: Service, opened: hold.Hold
) -> None:
    """Same ids, numbers, days and sizes; in one envelope the work that is already gone, and in the ledger no action."""
    hold.append(opened, [click(1)], CONTEXT, local(0.5))
    service.script = [(503, "3600")]
    with pytest.raises(ServiceUnreachable):
        send(opened, service.enrolment(), service.device, service.approved(), after_hours=4, moment=local(1.3))
    before = {(batch.id, batch.sequence, batch.day, batch.bytes) for batch in hold.waiting(opened)}
    opt_out(opened.folder)
    send(opened, service.enrolment(), service.device, service.approved(), after_hours=4, moment=local(1.31))
    after = {
        (
            header.batch,
            header.sequence,
            date.fromordinal(int(header.key, 16)).isoformat(),
            len(service.stored[header.batch]),
        )
        for header, _ in service.batches()
    }
    assert after == before
    assert service.names() == [] and {header.policy for header, _ in service.batches()} >= {CONTEXT.policy}
    assert sum(day.actions for day in hold.sent(opened)) == 0
    assert hold.totals(opened) == hold.Totals()


def test_who_opts_out_while_it_sends_sends_no_more(service: Service, opened: hold.Hold) -> None:
    for number in range(3):
        hold.append(opened, [task(str(number))], CONTEXT, at(number))
    service.on_stored = lambda: opt_out(opened.folder)
    with pytest.raises(PolicyRefused):
        service.take(opened, 2)
    assert service.names() == ["0"]
    with pytest.raises(PolicyRefused):
        service.take(opened, 2)
    assert service.names() == ["0"]


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


def test_what_is_withheld_stays_and_leaves_once_it_is_released(service: Service, opened: hold.Hold) -> None:
    for name in ("a", "b", "c"):
        hold.append(opened, [task(name)], CONTEXT, at(0))
    hold.withhold(opened, [hold.whole(2)])
    sent = service.take(opened)
    assert (sent.actions, sent.pending) == (3, 1)  # with a gap where the one was
    ((_, batch),) = service.batches()
    assert [action.kind for action in batch.actions] == [ActionKind.TASK, ActionKind.GAP, ActionKind.TASK]
    hold.withhold(opened, [hold.whole(2)], withheld=False)
    service.take(opened)
    assert service.names() == ["a", "", "c", "b"]


def click(window: int) -> Held:
    return Held(Action(kind=ActionKind.CLICK, window=window), None, {})


def test_a_named_task_leaves_in_its_markers_and_as_a_whole(service: Service, opened: hold.Hold) -> None:
    for number in range(4):
        hold.append(opened, [click(number), click(10 + number)], CONTEXT, at(0))
    hold.name_task(opened, "file it", hold.parse("2:2-3:1"))
    hold.withhold(opened, [hold.whole(3)])
    assert service.take(opened).pending == 4  # records 2 and 3
    assert service.names() == [""] * 5
    hold.withhold(opened, [hold.whole(3)], withheld=False)
    assert service.take(opened).actions == 6
    kinds = [(action.kind, action.task or action.window) for action in service.batches()[1][1].actions]
    assert kinds == [("click", 1), ("task", "file it"), ("click", 11), ("click", 2), ("task", 0), ("click", 12)]
    assert hold.tasks(opened) == [] and [day.actions for day in hold.sent(opened)] == [11]


def test_a_day_leaves_by_itself_as_a_whole_so_that_nothing_tells_when_in_it_there_was_work(
    service: Service, opened: hold.Hold
) -> None:
    for number, when in enumerate((0.01, 0.4, 0.99, 1.01)):
        hold.append(opened, [click(number)], CONTEXT, local(when))
    enrolment, approved = service.enrolment(), service.approved()

    def sent(when: float, hours: int) -> tuple[int, int]:
        done = send(opened, enrolment, service.device, approved, after_hours=hours, moment=local(when))
        return done.actions, done.pending

    assert sent(0.999, 0) == (0, 4)
    assert sent(1.1, 4) == (0, 4)
    assert sent(1.2, 4) == (3, 1)
    assert sent(1.9, 0) == (0, 1)


def slot(service: Service, handle: hold.Hold, when: float, hours: int = 0) -> list[tuple[date, int, int]]:
    """What one slot sends: of each envelope its day, its size and how many actions are in it."""
    before, approved = set(service.stored), service.approved()
    quotas = msgspec.structs.replace(approved.policy.quotas, bytes_per_day=100_000_000)
    approved = msgspec.structs.replace(approved, policy=msgspec.structs.replace(approved.policy, quotas=quotas))
    send(handle, service.enrolment(), service.device, approved, after_hours=hours, moment=local(when))
    return [
        (date.fromordinal(int(header.key, 16)), len(service.stored[header.batch]), len(batch.actions))
        for header, batch in service.batches()
        if header.batch not in before
    ]


def test_every_day_gets_the_same_envelopes_whatever_was_in_it(service: Service, opened: hold.Hold) -> None:
    first = slot(service, opened, 0.1)
    assert len(first) == 6 * ENVELOPES  # the days that could still be held
    hold.append(opened, [click(1)] * 20, CONTEXT, local(0.5))
    worked, rested = slot(service, opened, 1.1), slot(service, opened, 2.1)
    assert sum(actions for _, _, actions in worked) == 20 and sum(actions for _, _, actions in rested) == 0
    for day, sent in ((0, worked), (1, rested)):
        assert [(when, size) for when, size, _ in sent] == [(local(day).day, SIZE)] * ENVELOPES
    assert slot(service, opened, 2.5) == []  # once a day


def test_a_missed_slot_is_made_up_for_with_what_it_would_have_had(service: Service, opened: hold.Hold) -> None:
    slot(service, opened, 0.1)
    hold.append(opened, [click(1)], CONTEXT, local(1.5))
    sent = slot(service, opened, 4.1)
    assert [day for day, _, _ in sent] == [local(day).day for day in range(4) for _ in range(ENVELOPES)]
    assert [header.sequence for header, _ in service.batches()] == list(range(1, 10 * ENVELOPES + 1))


def test_a_day_that_is_too_large_for_its_slot_looks_like_any_other(service: Service, opened: hold.Hold) -> None:
    slot(service, opened, 0.1)
    for run in range(2 * ENVELOPES):
        hold.append(opened, [click(run)], hold.Context(f"run {run}", "0" * 64), local(0.5))
    hold.append(opened, [click(99)], hold.Context("run", "0" * 64, "published sample"), local(0.6))
    sent = slot(service, opened, 1.1)
    assert [(size, actions) for _, size, actions in sent] == [(SIZE, 1)] * ENVELOPES
    assert hold.count(opened) == ENVELOPES + 1  # it waits for its participant, as an import does


def test_a_slot_that_was_interrupted_goes_on(service: Service, opened: hold.Hold) -> None:
    slot(service, opened, 0.1)
    hold.append(opened, [click(1)], CONTEXT, local(0.5))
    service.script = [(503, "99")]
    with pytest.raises(ServiceUnreachable):
        slot(service, opened, 1.1)
    sent = slot(service, opened, 1.2)
    assert [day for day, _, _ in sent] == [local(0).day] * ENVELOPES


def test_the_shape_of_a_slot_follows_the_policy_alone(service: Service) -> None:
    policy = service.approved().policy
    for most, expected in ((10**8, (8, 65_536)), (400_000, (8, 16_384)), (10_000, (2, 4_096))):
        quotas = msgspec.structs.replace(policy.quotas, bytes_per_day=most)
        assert shape(msgspec.structs.replace(policy, quotas=quotas)) == expected


def test_a_clock_that_was_wrong_stops_no_slots() -> None:
    assert due(date(2030, 1, 1), local(0.1), 0, 7) == due(date.min, local(0.1), 0, 7)
    assert due(local(-1).day, local(0.1), 0, 7) == []
    assert due(local(-1).day, local(0.1), 24, 7) == []


def test_the_moment_is_drawn_in_its_window_or_the_next() -> None:
    for now in (0.0, 1e4, 2.87e4):
        for _ in range(200):
            assert now <= draw(0, now) < 2 * WINDOW_S


def test_another_key_for_the_same_day_is_refused(service: Service, opened: hold.Hold) -> None:
    hold.append(opened, [click(1)], CONTEXT, at(0))
    service.take(opened)
    service.private.clear()  # an old answer of another key ring, or a service that lost its keys
    hold.append(opened, [click(2)], CONTEXT, at(0))
    hold.append(opened, [click(3)], CONTEXT, at(16))
    with pytest.raises(FormatError, match="another sealing key"):
        service.take(opened, 6)


@pytest.mark.parametrize("change", ["delete", "withhold", "name"])
def test_what_changes_after_it_was_claimed_is_not_sealed_as_it_was(
    service: Service, opened: hold.Hold, change: str
) -> None:
    hold.append(opened, [click(1), click(2)], CONTEXT, at(0))
    hold.append(opened, [click(3)], CONTEXT, at(0))
    assert batches.claim(opened, envelope.new_batch_id(), hold.review(opened).records) == 1
    if change == "delete":
        hold.drop(opened, [hold.parse("1:2")])
    elif change == "withhold":
        hold.withhold(opened, [hold.whole(1)])
    else:
        hold.name_task(opened, "named", hold.parse("1:2"))
    assert not hold.waiting(opened)
    service.take(opened)
    ((header, batch),) = service.batches()
    assert header.sequence == 2  # the first was for what is not so any more
    told = {"delete": ["1", "gap", "3"], "withhold": ["3"], "name": ["1", "named", "2", "task", "3"]}
    assert [a.task or (str(a.window) if a.kind == "click" else a.kind) for a in batch.actions] == told[change]


def test_the_choice_to_send_by_itself_is_off_until_it_is_made(tmp_path: Path) -> None:
    assert choice(tmp_path) == Choice()
    assert not choice(tmp_path).by_itself
    choose(tmp_path, Choice(by_itself=True, after_hours=4))
    assert choice(tmp_path) == Choice(by_itself=True, after_hours=4)
    for senseless in (b'{"by_itself": true, "after_hours": 900}', b'{"\xff": 1}', b"{"):
        (tmp_path / "sending.json").write_bytes(senseless)
        assert choice(tmp_path) == Choice()


def own_workspace(folder: Path, service: Service) -> Path:
    """The files that a device needs to send by itself, as a workspace has them. Returns the device's folder."""
    device = folder / "device"
    device.mkdir(parents=True)
    (folder / "policy").mkdir()
    owner, now = Ed25519PrivateKey.generate(), datetime.now(UTC)
    text = self_policy(public_text(owner), now=now, sink_url=f"http://127.0.0.1:{service.port}")
    bundle = compile_text(text)
    signed = pack(bundle, [sign(bundle, SignerRole.OWNER, owner, now=now)])
    (folder / "policy" / "bundle.json").write_bytes(signed)
    accepted = check(signed, now=now).accepted
    (folder / "workspace.json").write_bytes(msgspec.json.encode({"device": "laptop", "accepted": accepted}))
    (device / "laptop.json").write_bytes(msgspec.json.encode(service.enrolment()))
    service.device = new_key(device / "laptop.key")
    return device


@pytest.mark.parametrize(("chosen", "went"), [(None, 0), (Choice(by_itself=True, after_hours=0), 6 * ENVELOPES)])
def test_the_sender_takes_its_key_from_a_pipe_and_does_what_was_chosen(
    service: Service, tmp_path: Path, chosen: Choice | None, went: int
) -> None:
    device = own_workspace(tmp_path, service)
    with hold.open_hold(device, KEY) as handle:
        hold.append(handle, [click(1)], CONTEXT, yesterday())
    if chosen is not None:
        choose(device, chosen)
    sender = start("glasswork.device.send", device, KEY)
    command = Path(f"/proc/{sender.pid}/cmdline").read_bytes()
    assert KEY not in command and KEY.hex().encode() not in command
    assert sender.wait(60) == 0
    assert len(service.stored) == went
    assert sum(len(batch.actions) for _, batch in service.batches()) == (1 if went else 0)


def test_a_service_that_is_away_makes_the_sender_wait(service: Service, tmp_path: Path) -> None:
    device = own_workspace(tmp_path, service)
    choose(device, Choice(by_itself=True, after_hours=0))
    with hold.open_hold(device, KEY) as handle:
        hold.append(handle, [click(1)], CONTEXT, yesterday())
        service.stop()
        assert start("glasswork.device.send", device, KEY).wait(60) == 69
        service.restart()
        assert hold.count(handle) == 1
        assert send_own(handle).actions == 1


def test_a_workspace_that_is_not_whole_sends_nothing(tmp_path: Path) -> None:
    with hold.open_hold(tmp_path / "device", KEY) as handle, pytest.raises(SendRefused):
        send_own(handle)


def record(number: int, screen: Screen | None, actions: int = 25) -> Record:
    held = (Held(Action(kind=ActionKind.CLICK), screen, {}),) * actions
    return Record(number, "2026-11-24", at(0), CONTEXT, held, tuple(range(1, actions + 1)), actions)


def test_batches_are_cut_before_they_are_too_large() -> None:
    many = [record(number, None) for number in range(400)]
    assert all(sum(len(r.held) for r in group) <= BATCH_ROWS for group in groups(many))
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
