"""Budgets and local settings in the real recorder: a process of its own, driven through its socket and its indicator.

Its source is a pipe that the test writes to. The disk is real; the batteries are files like those of sysfs; the
network's manager is a service on a real bus.
"""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.api import held as api_held
from glasswork.api import workspace as workspaces
from glasswork.device import control, hold
from glasswork.device.errors import SendRefused, ServiceUnreachable
from glasswork.device.hold.batches import sent_today
from glasswork.device.network import metered
from glasswork.device.send.ceilings import check_network
from glasswork.device.settings import FILE
from glasswork.policy import SignerRole, compile_text, pack, sign
from glasswork.policy.keys import public_text
from glasswork.policy.templates import self_policy
from glasswork.schema.action import Action
from glasswork.schema.batch import Held
from glasswork.schema.enrolment import Enrolment
from glasswork.schema.words import ActionKind, Reason, Scope

KEY = bytes(range(32))
PROGRAM = Path(sys.executable).with_name("glasswork")
AGENT = """
import json, os, select, socket, subprocess, sys
from pathlib import Path
from glasswork.device import agent
from glasswork.device.indicator import Lease
from glasswork.device.meter import Meter
from glasswork.schema.errors import GlassworkError
from glasswork.schema.raw import RawEvent, RawKind

folder, policy, fd, supplies = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])

def source(stop):
    rest = b""
    while stop not in select.select([stop, 0], [], [])[0]:
        *lines, rest = (rest + os.read(0, 65536)).split(b"\\n")
        for line in lines:
            fields = json.loads(line)
            yield RawEvent(RawKind(fields.pop("kind")), fields.pop("time"), **fields)

def indicate():
    connection = socket.socket(fileno=fd)
    connection.setblocking(False)
    return Lease(connection, subprocess.Popen(["true"]), lambda window: (1000, 8, 250, 30))

try:
    agent.run(folder, policy.read_bytes(), bytes(range(32)), source, indicate, Meter(folder, supplies=supplies))
except GlassworkError as error:
    print(error, file=sys.stderr)
    raise SystemExit(error.exit_code)
"""


class Recorder:
    """A recorder, its input, and the other end of its indicator's socket."""

    def __init__(self, folder: Path, budget: str = "") -> None:
        self.folder, self.supplies = folder / "device", folder / "supplies"
        self.folder.mkdir(exist_ok=True)
        self.supplies.mkdir(exist_ok=True)
        owner, now = Ed25519PrivateKey.generate(), datetime.now(UTC)
        text = self_policy(public_text(owner), now=now, sink_url="http://127.0.0.1:1")
        # the first run of a test may meet a busy machine: only the ceilings that it is about are low
        text = text.replace("cpu_percent = 5 ", "cpu_percent = 100 ").replace("memory_mb = 200", "memory_mb = 2_000")
        if budget:
            name = budget.partition(" ")[0]
            text = "\n".join(budget if line.startswith(f"{name} =") else line for line in text.splitlines())
        self.bundle = compile_text(text)
        signed = folder / "policy"
        signed.write_bytes(pack(self.bundle, [sign(self.bundle, SignerRole.OWNER, owner, now=now)]))
        self.indicator, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [sys.executable, "-c", AGENT, self.folder, signed, str(theirs.fileno()), self.supplies],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        Thread(target=self._show, daemon=True).start()

    def _show(self) -> None:
        """Be a good indicator, whatever the test does meanwhile."""
        with suppress(OSError), self.indicator.makefile("rb") as told:
            for line in told:
                answer = {"shown": json.loads(line)["batch"], "visible": True, "window": 1}
                self.indicator.sendall(json.dumps(answer).encode() + b"\n")

    def until(self, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Ask for the status until it is as it should be."""
        while True:
            time.sleep(0.02)
            try:
                status = control.ask(self.folder, "status")
            except control.AgentAbsent:
                assert self.process.poll() is None, self.process.communicate()[1].decode()
                continue
            if reached(status):
                return status

    def until_state(self, state: str) -> dict[str, Any]:
        return self.until(lambda status: status["state"] == state)

    def write(self, *events: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"".join(json.dumps(event).encode() + b"\n" for event in events))
        self.process.stdin.flush()

    def records(self) -> list[hold.Record]:
        with hold.open_hold(self.folder, KEY) as handle:
            return list(hold.review(handle).records)

    def actions(self) -> list[Action]:
        return [item.action for record in self.records() for item in record.held]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Recorder]]:
    started: list[Recorder] = []

    def begin(budget: str = "") -> Recorder:
        started.append(Recorder(tmp_path, budget))
        return started[-1]

    yield begin
    for recorder in started:
        recorder.indicator.close()
        recorder.process.kill()
        with recorder.process:
            pass


def click(at: float) -> list[dict[str, Any]]:
    """A window in front, and a click in it."""
    return [
        {"kind": "focus", "time": at, "app": "mousepad", "window": 7},
        {"kind": "press", "time": at + 1, "x": 9, "y": 9, "button": "left"},
        {"kind": "release", "time": at + 1.1, "x": 9, "y": 9, "button": "left"},
    ]


def raw(number: int) -> Callable[[dict[str, Any]], bool]:
    return lambda status: status["raw"] >= number


def test_it_stops_before_the_disk_fills_keeps_what_is_held_and_goes_on_by_itself(
    start: Callable[..., Recorder],
) -> None:
    recorder = start("disk_mb = 1")
    recorder.until_state("recording")
    recorder.write(*click(1))
    recorder.until(raw(3))
    ballast = recorder.folder / "outbox" / "other.envelope"
    ballast.parent.mkdir(exist_ok=True)
    ballast.write_bytes(bytes(1_000_000))
    status = recorder.until_state("resting")
    assert "MB of disk, of 1 MB" in status["reason"]
    assert status["meter"]["level"] == "stop" and status["meter"]["figures"]["disk_mb"] >= 1
    assert [action.kind for action in recorder.actions()] == [ActionKind.SWITCH_APP, ActionKind.CLICK]
    ballast.write_bytes(bytes(850_000))  # below the ceiling, and not yet below where it slowed down
    assert recorder.until(lambda status: status["meter"]["figures"]["disk_mb"] < 1)["state"] == "resting"
    ballast.unlink()
    assert recorder.until_state("recording")["meter"]["level"] == "normal"
    recorder.write(*click(500))
    recorder.until(raw(6))
    control.ask(recorder.folder, "stop")
    recorder.process.wait(30)
    assert ActionKind.GAP in [action.kind for action in recorder.actions()]
    assert [action.kind for action in recorder.actions()].count(ActionKind.CLICK) == 2


def test_its_memory_has_a_ceiling(start: Callable[..., Recorder]) -> None:
    recorder = start("memory_mb = 50")
    status = recorder.until_state("resting")  # with the redactor's lists it needs more from the beginning
    assert "MB of memory, of 50 MB" in status["reason"] and status["meter"]["figures"]["memory_mb"] >= 50


def test_its_processor_time_has_a_ceiling(start: Callable[..., Recorder]) -> None:
    recorder = start("cpu_percent = 1")
    recorder.until_state("recording")
    at = 1.0
    while True:  # 0.6 seconds of its work are one percent of a minute
        recorder.write(*(event for n in range(100) for event in click(at + 10 * n)))
        at += 1_000
        status = recorder.until(lambda status: True)
        if status["state"] == "resting":
            break
    assert "of a core in the last minute, of 1 %" in status["reason"]


def test_on_battery_it_records_above_a_charge_only(start: Callable[..., Recorder], tmp_path: Path) -> None:
    (tmp_path / "supplies" / "BAT0").mkdir(parents=True)
    for name, value in (("type", "Battery"), ("status", "Discharging"), ("capacity", "20")):
        (tmp_path / "supplies" / "BAT0" / name).write_text(value)
    recorder = start()
    status = recorder.until_state("resting")
    assert "20 % of the battery is left" in status["reason"] and status["meter"]["figures"]["battery"] == 20
    assert recorder.actions() == []


def test_with_settings_that_are_too_wide_nothing_begins(start: Callable[..., Recorder], tmp_path: Path) -> None:
    (tmp_path / "device").mkdir()
    (tmp_path / "device" / FILE).write_text("[budget]\ndisk_mb = 51\n")
    recorder = start()
    assert recorder.process.wait(30) == 78
    assert recorder.process.stderr is not None
    said = recorder.process.stderr.read().decode()
    assert "megabytes of disk from 50 to 51" in said and "nothing is recorded" in said
    assert recorder.indicator.recv(100) == b""  # no indicator was started, and so nothing was captured
    assert not (recorder.folder / "hold.sqlite3").exists()


def test_settings_narrow_what_is_recorded_and_batches_name_what_was_signed(
    start: Callable[..., Recorder], tmp_path: Path
) -> None:
    (tmp_path / "device").mkdir()
    (tmp_path / "device" / FILE).write_text("keys = []\n")
    recorder = start()
    recorder.until_state("recording")
    typed = [
        {"kind": kind, "time": 3 + n, "key": "char", "text": "x", "app": "mousepad", "window": 7, "secret": False}
        for n in range(3)
        for kind in ("key_down", "key_up")
    ]
    recorder.write(*click(1), *typed)
    recorder.until(raw(9))
    control.ask(recorder.folder, "stop")
    recorder.process.wait(30)
    kinds = [action.kind for action in recorder.actions()]
    assert ActionKind.CLICK in kinds and ActionKind.TYPE_TEXT not in kinds
    assert {record.context.policy for record in recorder.records()} == {recorder.bundle.hash}


def test_a_resume_reads_the_settings_anew_or_stays_paused(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_state("recording")
    recorder.write(*click(1))
    recorder.until(raw(3))
    control.ask(recorder.folder, "pause")
    (recorder.folder / FILE).write_text("hold_days = 8\n")
    answer = control.ask(recorder.folder, "resume")
    assert not answer["ok"] and "hold_days" in answer["message"]
    assert recorder.until_state("paused")["reason"] == ""
    (recorder.folder / FILE).write_text('apps = ["xterm"]\n')
    assert control.ask(recorder.folder, "resume")["ok"]
    recorder.until_state("recording")
    recorder.write(*click(500))
    recorder.until(raw(6))
    control.ask(recorder.folder, "stop")
    recorder.process.wait(30)
    actions = recorder.actions()
    assert [action.kind for action in actions].count(ActionKind.CLICK) == 1
    assert Reason.NOT_LISTED in [action.reason for action in actions]


def test_the_bytes_of_a_day_are_a_ceiling_and_nothing_is_lost(tmp_path: Path) -> None:
    own = workspaces.create(tmp_path / "own")
    (own.device / FILE).write_text("[budget]\nbytes_per_day = 10_000\n")
    with api_held.open_hold(own) as handle:
        policy = workspaces.approved(own).hash
        for n in range(12):  # each of another session, so each a batch of its own
            item = Held(Action(kind=ActionKind.TASK, task=f"task {n}"), None, {})
            hold.append(handle, [item], hold.Context(f"{n:032}", policy))
    with pytest.raises(ServiceUnreachable, match="as much today as"):
        api_held.send(own)
    with api_held.open_hold(own) as handle:
        posted = sum(day.bytes for day in hold.sent(handle))
        assert 0 < posted == sent_today(handle) <= 10_000
        waiting = [batch.bytes for batch in hold.waiting(handle)]
        assert waiting and posted + waiting[0] > 10_000
        assert sum(day.batches for day in hold.sent(handle)) + len(waiting) == 12
    (own.device / FILE).unlink()
    assert api_held.send(own).pending == 0


MANAGER = """
import os, sys
from jeepney import DBusAddress, MessageType, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
with open_dbus_connection("SYSTEM") as bus:
    bus.send_and_get_reply(message_bus.RequestName("org.freedesktop.NetworkManager"))
    print("ready", flush=True)
    while True:
        call = bus.receive()
        if call.header.message_type is MessageType.method_call:
            bus.send(new_method_return(call, "v", (("u", int(sys.argv[1])),)))
"""
POLICY = compile_text(
    self_policy(public_text(Ed25519PrivateKey.generate()), now=datetime.now(UTC), sink_url="https://a.example")
)


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """A system bus of the test's own, and a NetworkManager on it that says how metered it is."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("needs dbus-daemon")
    address = f"unix:path={tmp_path}/bus"
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", f"--address={address}", "--print-address"], stdout=subprocess.PIPE
    )
    assert daemon.stdout is not None
    daemon.stdout.readline()
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    running = [daemon]

    def says(word: int) -> None:
        manager = subprocess.Popen([sys.executable, "-c", MANAGER, str(word)], stdout=subprocess.PIPE)
        running.append(manager)
        assert manager.stdout is not None and manager.stdout.readline() == b"ready\n"

    yield says
    for process in reversed(running):
        process.kill()
        with process:
            pass


@pytest.mark.parametrize(("word", "answer"), [(0, None), (1, True), (2, False), (3, True), (4, False)])
def test_the_networks_manager_is_asked(network: Callable[[int], None], word: int, answer: bool | None) -> None:
    assert metered() is None  # a bus without a manager
    network(word)
    assert metered() is answer


def test_nothing_is_sent_over_a_metered_network(network: Callable[[int], None]) -> None:
    network(1)
    far = Enrolment(
        participant="p",
        device="d",
        scope=Scope.SELF,
        purpose="personal_use",
        service="https://a.example",
        key_service="A" * 43 + "=",
    )
    with pytest.raises(SendRefused, match="metered"):
        check_network(far, POLICY.policy)
    near = Enrolment(**{name: getattr(far, name) for name in far.__struct_fields__} | {"service": "http://127.0.0.1:1"})
    check_network(near, POLICY.policy)  # this machine needs no network


def test_without_a_bus_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    assert metered() is None


def glasswork(folder: Path, *words: str, code: int = 0) -> str:
    done = subprocess.run(
        [PROGRAM, "--workspace", folder, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_the_command_line_narrows_and_never_widens(tmp_path: Path) -> None:
    own = tmp_path / "own"
    glasswork(own, "init")
    glasswork(own, "settings", "set", "apps", "mousepad,xterm")
    assert "from 5 to 6" in glasswork(own, "settings", "set", "budget.cpu_percent", "6", code=78)
    found = {one["key"]: one for one in json.loads(glasswork(own, "settings", "--json"))}
    assert found["apps"] == {"key": "apps", "value": ["mousepad", "xterm"], "source": "you"}
    assert found["budget.cpu_percent"]["source"] == "policy"
    glasswork(own, "settings", "unset", "apps")
    assert "mousepad, pcmanfm" in glasswork(own, "settings")
    assert json.loads(glasswork(own, "status", "--json"))["recorder"]["meter"] is None


def test_an_owner_allows_one_more_program_and_site(tmp_path: Path) -> None:
    own = tmp_path / "own"
    glasswork(own, "init")
    before = glasswork(own, "policy", "show")
    assert "take it into use?" in glasswork(own, "policy", "allow", "app", "gedit", code=130)  # nobody says yes
    assert glasswork(own, "policy", "show") == before
    said = glasswork(own, "policy", "allow", "app", "gedit", "--category", "editor", "--keys", "--yes")
    assert "wider: adds the program “gedit” as part of the app gedit" in said and "version 2" in said
    glasswork(own, "policy", "allow", "site", "orders.example.org", "--yes")
    shown = glasswork(own, "policy", "show")
    assert "epoch 3" in shown and "record/site/orders.example.org/pointer/click" in shown
    assert "record/app/gedit/keys/typed_length_class" in shown
    assert "twice" in glasswork(own, "policy", "allow", "app", "gedit", "--yes", code=65)
    assert glasswork(own, "policy", "show") == shown
    assert "epoch = 3" in (own / "policy" / "policy.toml").read_text()


def test_nobody_allows_anything_in_a_programme_alone(tmp_path: Path) -> None:
    own = workspaces.create_demo(tmp_path / "demo")
    said = glasswork(own.folder, "policy", "allow", "site", "orders.example.org", "--yes", code=78)
    assert "programme" in said
