"""The recorder: its table of states, and the real process driven from outside through its socket and its indicator.

The source is a pipe that the test writes to, the indicator the test's own end of a real socket.
"""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from e2e.xsession import wait_until
from glasswork.device import control, hold, notices
from glasswork.device.accepted import ACCEPTED, approved_policy
from glasswork.device.errors import AgentAbsent, AgentSilent
from glasswork.device.pipeline import QUIET_S, Pipeline
from glasswork.device.states import Cause, State, transition
from glasswork.policy import PolicyRefused, SignerRole, compile_text, pack, sign
from glasswork.policy.keys import public_text
from glasswork.policy.model import REQUIRED_SIGNERS
from glasswork.policy.templates import demo_policy, self_policy
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import ActionKind, Scope

KEY = bytes(range(32))
HOUR = timedelta(hours=1)
SECRET = "correct horse battery staple"

AGENT = """
import json, os, select, socket, subprocess, sys
from pathlib import Path
from glasswork.device import agent
from glasswork.device.capture.x11 import DisplayLost
from glasswork.device.indicator import Lease
from glasswork.schema.errors import GlassworkError
from glasswork.schema.raw import RawEvent, RawKind

def source(stop):
    print("opened", flush=True)
    rest = b""
    try:
        while True:
            if stop in select.select([stop, 0], [], [])[0]:
                return
            data = os.read(0, 65536)
            if not data:
                return
            *lines, rest = (rest + data).split(b"\\n")
            for line in lines:
                fields = json.loads(line)
                if "raise" in fields:
                    raise DisplayLost("The X server went away.") if fields["raise"] == "lost" else ValueError(fields)
                yield RawEvent(RawKind(fields.pop("kind")), fields.pop("time"), **fields)
    finally:
        print("closed", flush=True)

INDICATOR = (1000, 8, 250, 30)

def indicate():
    connection = socket.socket(fileno=int(sys.argv[3]))
    connection.setblocking(False)
    return Lease(connection, subprocess.Popen(["true"]), lambda window: INDICATOR)

try:
    agent.run(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes(), bytes(range(32)), source, indicate)
except GlassworkError as error:
    print(type(error).__name__, error, file=sys.stderr)
    raise SystemExit(error.exit_code)
"""


def test_only_a_seen_indicator_leads_to_recording() -> None:
    for state, cause in product(State, Cause):
        if transition(state, cause) is State.RECORDING and state is not State.RECORDING:
            assert (state, cause) == (State.COVERED, Cause.SHOWN)


def test_recording_ends_for_everything_that_speaks_against_it() -> None:
    ends = {Cause.HIDDEN, Cause.PAUSE, Cause.OUTSIDE, Cause.REFUSED, Cause.STOP}
    assert {c for c in Cause if transition(State.RECORDING, c) is not State.RECORDING} == ends


def test_a_pause_ends_by_the_participants_wish_alone() -> None:
    for cause in set(Cause) - {Cause.RESUME, Cause.REFUSED, Cause.STOP}:
        assert transition(State.PAUSED, cause) is State.PAUSED
    assert transition(State.PAUSED, Cause.RESUME) is State.COVERED


def test_without_a_workspace_there_is_no_recorder(tmp_path: Path) -> None:
    with pytest.raises(AgentAbsent):
        control.ask(tmp_path / "nowhere", "status")


def test_everything_can_be_stopped_and_stays_so() -> None:
    for state in State:
        assert transition(state, Cause.STOP) is State.STOPPED
    for cause in Cause:
        assert transition(State.STOPPED, cause) is State.STOPPED
        if cause is not Cause.STOP:
            assert transition(State.REFUSED, cause) is State.REFUSED


def test_the_whole_table() -> None:
    changes = {
        (state, cause, transition(state, cause))
        for state, cause in product(State, Cause)
        if transition(state, cause) is not state
    }
    running = (State.COVERED, State.RECORDING, State.PAUSED, State.RESTING)
    assert changes == {
        (State.OFF, Cause.APPROVED, State.COVERED),
        (State.OFF, Cause.REFUSED, State.REFUSED),
        (State.COVERED, Cause.SHOWN, State.RECORDING),
        (State.COVERED, Cause.OUTSIDE, State.RESTING),
        (State.RECORDING, Cause.HIDDEN, State.COVERED),
        (State.RECORDING, Cause.OUTSIDE, State.RESTING),
        (State.RESTING, Cause.INSIDE, State.COVERED),
        (State.PAUSED, Cause.RESUME, State.COVERED),
        *((state, Cause.PAUSE, State.PAUSED) for state in running if state is not State.PAUSED),
        *((state, Cause.REFUSED, State.REFUSED) for state in running),
        *((state, Cause.STOP, State.STOPPED) for state in (State.OFF, State.REFUSED, *running)),
    }


def signed_policy(change: Callable[[str], str] = lambda text: text, *, age: timedelta = timedelta(0)) -> bytes:
    owner, now = Ed25519PrivateKey.generate(), datetime.now(UTC) - age
    text = self_policy(public_text(owner), now=now, sink_url="http://127.0.0.1:1")
    bundle = compile_text(change(text))
    return pack(bundle, [sign(bundle, SignerRole.OWNER, owner, now=now)])


def expiring(text: str, ends: datetime) -> str:
    """The policy with another expiry."""
    return re.sub(r"expires = \S+", f"expires = {ends:%Y-%m-%dT%H:%M:%SZ}", text)


class Recorder:
    """A recorder in a process of its own, its input, and the other end of its indicator's socket."""

    def __init__(self, folder: Path, policy: bytes) -> None:
        self.folder = folder / "device"
        (folder / "policy").write_bytes(policy)
        self.indicator, theirs = socket.socketpair()
        self.indicator.settimeout(20)
        self.process = subprocess.Popen(
            [sys.executable, "-c", AGENT, self.folder, folder / "policy", str(theirs.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        self._said = b""
        self.batch = 0

    def show(self) -> str:
        """Wait until the recorder has something shown, and return the state."""
        while b"\n" not in self._said:
            self._said += self.indicator.recv(4096)
        line, self._said = self._said.split(b"\n", 1)
        message = json.loads(line)
        self.batch = message["batch"]
        self.text: str = message["text"]
        state: str = message["state"]
        return state

    def answer(self, *, visible: bool = True) -> None:
        self.say(shown=self.batch, visible=visible, window=1)

    def say(self, **message: Any) -> None:
        self.indicator.sendall(json.dumps(message).encode() + b"\n")

    def until_recording(self) -> None:
        """Be a good indicator until capture has begun."""
        while self.show() != "recording":
            self.answer()
        self.answer()
        assert self.printed() == "opened"

    def printed(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode().strip()

    def write(self, *events: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"".join(json.dumps(event).encode() + b"\n" for event in events))
        self.process.stdin.flush()

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        return control.ask(self.folder, command, **arguments)

    def until(self, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Ask for the status, being a good indicator, until it is as it should be."""
        while True:
            self.attend()
            status = self.ask("status")
            if reached(status):
                return status

    def attend(self) -> None:
        """Be a good indicator for what was to be shown until now."""
        self.indicator.setblocking(False)
        try:
            while True:
                self.show()
                self.answer()
        except BlockingIOError:
            pass
        finally:
            self.indicator.settimeout(20)

    def end(self) -> tuple[int, str]:
        """Wait for the end. Returns the exit code and what was said."""
        code = self.process.wait(30)
        assert self.process.stderr is not None
        return code, self.process.stderr.read().decode()

    def held(self) -> list[Any]:
        with hold.open_hold(self.folder, KEY) as handle:
            return [item for record in hold.review(handle).records for item in record.held]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Recorder]]:
    started: list[Recorder] = []

    def begin(policy: bytes | None = None) -> Recorder:
        started.append(Recorder(tmp_path, policy or signed_policy()))
        return started[-1]

    yield begin
    for recorder in started:
        recorder.indicator.close()
        if recorder.process.poll() is None:
            recorder.process.kill()
        with recorder.process:  # waits, and closes its pipes
            pass


def clicks(at: float, number: int = 1) -> list[dict[str, Any]]:
    """A window in front, and clicks in it, seconds apart."""
    events: list[dict[str, Any]] = [{"kind": "focus", "time": at, "app": "mousepad", "window": 7, "title": SECRET}]
    for n in range(number):
        events.append({"kind": "press", "time": at + 2 * n, "x": 9, "y": 9, "button": "left"})
        events.append({"kind": "release", "time": at + 2 * n + 0.1, "x": 9, "y": 9, "button": "left"})
    return events


def kinds(recorder: Recorder) -> list[ActionKind]:
    return [item.action.kind for item in recorder.held()]


def test_it_records_and_stops_when_asked(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    recorder.write(*clicks(1, 3))
    status = recorder.until(lambda status: status["raw"] == 7)
    assert (status["state"], status["reason"], status["suppressed"], status["lost"]) == ("recording", "", 0, 0)
    assert recorder.ask("stop")["ok"]
    assert recorder.end() == (0, "")
    assert kinds(recorder) == [ActionKind.SWITCH_APP, *[ActionKind.CLICK] * 3]
    with hold.open_hold(recorder.folder, KEY) as handle:
        assert hold.totals(handle).raw == {RawKind.FOCUS: 1, RawKind.PRESS: 3, RawKind.RELEASE: 3}
    with pytest.raises(AgentAbsent):
        recorder.ask("status")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_cleanly(start: Callable[..., Recorder], number: int) -> None:
    recorder = start()
    recorder.until_recording()
    recorder.write(*clicks(1))
    recorder.until(lambda status: status["raw"] == 3)
    recorder.process.send_signal(number)
    assert recorder.end() == (0, "")
    assert kinds(recorder) == [ActionKind.SWITCH_APP, ActionKind.CLICK]


def test_the_end_of_the_source_is_the_end(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    recorder.write(*clicks(1))
    assert recorder.process.stdin is not None
    recorder.process.stdin.close()
    assert recorder.end() == (0, "")
    assert kinds(recorder) == [ActionKind.SWITCH_APP, ActionKind.CLICK]


def test_nothing_is_captured_before_the_indicator_is_seen(start: Callable[..., Recorder]) -> None:
    recorder = start()
    assert recorder.show() == "covered"
    recorder.answer(visible=False)
    assert recorder.ask("status")["state"] == "covered"
    recorder.say(shown=recorder.batch, visible=True, window=1)
    recorder.until_recording()


def test_a_pause_closes_the_source_and_looks_like_a_lunch(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    recorder.write(*clicks(1))
    recorder.until(lambda status: status["raw"] == 3)
    status = recorder.ask("pause")
    assert (status["state"], status["reason"]) == ("paused", "")
    assert recorder.printed() == "closed"
    assert kinds(recorder) == [ActionKind.SWITCH_APP, ActionKind.CLICK]  # held already, before the pause ends
    recorder.until(lambda status: status["state"] == "paused")
    recorder.ask("resume")
    recorder.until_recording()
    recorder.write(*clicks(1000), *clicks(2000))
    recorder.until(lambda status: status["raw"] == 10)
    recorder.ask("stop")
    recorder.end()
    paused, lunch = kinds(recorder)[2:4], kinds(recorder)[4:]
    assert paused == lunch == [ActionKind.GAP, ActionKind.CLICK]
    gaps = [(item.action, item.screen) for item in recorder.held() if item.action.kind is ActionKind.GAP]
    assert gaps[0] == gaps[1]


def programme(*edits: tuple[str, str], keys: dict[SignerRole, Ed25519PrivateKey]) -> bytes:
    now = datetime.now(UTC)
    text = demo_policy({role: public_text(key) for role, key in keys.items()}, now=now, sink_url="http://127.0.0.1:1")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    bundle = compile_text(text)
    return pack(bundle, [sign(bundle, role, key, now=now) for role, key in keys.items()])


def test_a_new_policy_pauses_the_recorder_until_its_notice_was_shown(start: Callable[..., Recorder]) -> None:
    keys = {role: Ed25519PrivateKey.generate() for role in REQUIRED_SIGNERS[Scope.PROGRAMME]}
    for signed in (
        programme(keys=keys),
        programme(("epoch = 1 ", "epoch = 2 "), ("hold_days = 7", "hold_days = 6"), keys=keys),
    ):
        recorder = start(signed)
        while recorder.show() != "paused":
            recorder.answer()
        assert "new" in recorder.text
        refused = recorder.ask("resume")
        assert not refused["ok"] and "policy notice" in refused["message"]
        assert recorder.ask("status")["state"] == "paused"
        notices.acknowledge(recorder.folder, approved_policy(recorder.folder, signed))
        assert recorder.ask("resume")["ok"]
        assert recorder.printed() == "opened", "the source, for the first time"
        recorder.ask("stop")
        assert recorder.end()[0] == 0


def test_a_click_on_the_indicator_pauses_and_resumes(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    recorder.say(wish="pause")
    recorder.until(lambda status: status["state"] == "paused")
    recorder.say(wish="resume")
    recorder.until(lambda status: status["state"] == "recording")


def test_each_wish_is_answered_so_that_nobody_takes_the_recorder_for_stuck(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    for wish, state, text in (
        ("resume", "recording", "Recording"),
        ("forget", "recording", "forgotten"),
        ("pause", "paused", "Paused"),
        ("pause", "paused", "Paused"),
        ("forget", "paused", "forgotten"),
    ):
        recorder.say(wish=wish)
        while not (recorder.show() == state and text in recorder.text):
            recorder.answer()
        recorder.answer()


def test_what_is_shown_is_what_is_in_front_and_not_what_was(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    assert recorder.text == "Recording: waiting for the first window"
    for app, text in (("mousepad", "Recording mousepad"), ("unheard-of", "Recording nothing: not listed")):
        recorder.write({"kind": "focus", "time": 1, "app": app, "window": 7, "title": SECRET})
        while recorder.show() == "recording" and recorder.text != text:
            recorder.answer()
        assert recorder.text == text
        recorder.answer()


def test_what_would_be_recorded_now(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    now = recorder.ask("now")
    assert now["ok"] and not now["listed"] and not now["kinds"]
    focus = {"kind": "focus", "time": 1, "app": "mousepad", "window": 7, "title": SECRET}
    field = {"kind": "element", "time": 2, "app": "mousepad", "role": "textbox", "label": SECRET, "editable": True}
    recorder.write(focus, field | {"secret": False, "field": "a"})
    recorder.until(lambda status: status["raw"] == 2)
    now = recorder.ask("now")
    assert (now["state"], now["app"], now["listed"], now["typed"]) == ("recording", "mousepad", True, True)
    assert now["field"] == "ordinary" and "keys" in now["kinds"] and now["words"].startswith("Recording mousepad")
    recorder.write(field | {"secret": True, "field": "b"})
    recorder.until(lambda status: recorder.ask("now")["field"] == "secret")
    now = recorder.ask("now")
    assert "secret: nothing that is typed" in now["words"] and SECRET not in json.dumps(now)
    recorder.write(focus | {"app": "unheard-of", "window": 8})
    recorder.until(lambda status: not recorder.ask("now")["listed"])
    now = recorder.ask("now")
    assert (now["app"], now["kinds"], now["typed"]) == ("", [], False)
    recorder.ask("pause")
    now = recorder.ask("now")
    assert now["words"].startswith("Paused") and not now["listed"]
    assert SECRET not in json.dumps(now)


def test_who_watches_is_told_of_every_change_until_the_end(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    told = control.follow(recorder.folder)
    assert next(told)["state"] == "recording"
    recorder.ask("pause")
    assert next(told)["state"] == "paused"
    recorder.ask("stop")
    assert [one["state"] for one in told] == ["stopped"] and recorder.end()[0] == 0


def test_a_watcher_that_does_not_read_keeps_nobody_waiting() -> None:
    watchers = control.Watchers()
    deaf, end = socket.socketpair()
    watchers.add(end, {})
    for number in range(100):
        watchers.tell(lambda number=number: {"words": f"{number}" * 10_000})
    assert end.fileno() == -1  # hung up on
    deaf.close()


def test_clicks_on_the_indicator_and_shortcuts_are_not_recorded(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    shortcut = {"key": "char", "text": "P", "modifiers": 7, "secret": False}
    recorder.write(
        *clicks(1),
        {"kind": "press", "time": 3, "x": 1010, "y": 20, "button": "left"},
        {"kind": "release", "time": 3.1, "x": 300, "y": 300, "button": "left"},
        {"kind": "key_down", "time": 4} | shortcut,
        {"kind": "key_up", "time": 4.1} | shortcut,
        *clicks(5)[1:],
    )
    recorder.until(lambda status: status["raw"] == 5)
    recorder.ask("stop")
    recorder.end()
    assert kinds(recorder) == [ActionKind.SWITCH_APP, *[ActionKind.CLICK] * 2]


def test_what_was_in_memory_of_a_killed_recorder_becomes_a_lost_record(
    start: Callable[..., Recorder], tmp_path: Path
) -> None:
    first = start()
    first.until_recording()
    first.write(*clicks(1, 3))
    first.until(lambda status: status["raw"] == 7)
    first.process.kill()
    first.process.wait()
    second = Recorder(tmp_path, (tmp_path / "policy").read_bytes())
    second.until_recording()
    second.write(*clicks(1))
    second.until(lambda status: status["raw"] >= 3 and status["lost"] == 1)
    second.ask("stop")
    assert second.end() == (0, "")
    assert kinds(second) == [ActionKind.LOST, ActionKind.SWITCH_APP, ActionKind.CLICK]
    third = Recorder(tmp_path, (tmp_path / "policy").read_bytes())
    third.until_recording()
    third.ask("stop")
    assert third.end() == (0, "")
    assert kinds(third).count(ActionKind.LOST) == 1  # a good end loses nothing


def test_forgetting_reaches_what_is_still_in_memory(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    recorder.write(*clicks(1, 5))
    recorder.until(lambda status: status["raw"] == 11)
    assert recorder.ask("forget", minutes=1)["ok"]
    status = recorder.until(lambda status: status["state"] == "recording")
    assert (status["raw"], status["held_actions"]) == (0, 0)
    recorder.write(*clicks(50))
    recorder.until(lambda status: status["raw"] == 3)
    recorder.ask("stop")
    recorder.end()
    assert kinds(recorder) == [ActionKind.SWITCH_APP, ActionKind.CLICK]


def test_what_was_typed_does_not_stay_because_the_pointer_moves(tmp_path: Path) -> None:
    now = 100.0
    with hold.open_hold(tmp_path, KEY) as handle:
        one = Pipeline(handle, approved_policy(tmp_path, signed_policy()), clock=lambda: now)
        one.feed(RawEvent(RawKind.FOCUS, 1.0, app="mousepad", window=7))
        one.feed(RawEvent(RawKind.KEY_DOWN, 2.0, key="char", text="x", secret=False))
        for _ in range(3):
            now += QUIET_S / 2
            one.feed(RawEvent(RawKind.MOVE, now, x=now))
            one.settle()
        typed = [item.action.value for record in hold.review(handle).records for item in record.held]
        one.feed(RawEvent(RawKind.PRESS, now, x=1.0, y=1.0))  # lets the typed run leave the reducer
        one.away()
        assert typed == [None]  # the window; the run has ended, and waits for the action after it
        held = [item for record in hold.review(handle).records for item in record.held]
        assert [item.action.kind for item in held] == [
            ActionKind.SWITCH_APP, ActionKind.TYPE_TEXT, ActionKind.CLICK
        ]  # fmt: skip
        assert held[1].counts == {RawKind.KEY_DOWN: 1, RawKind.MOVE: 3}
        one.close()


@pytest.mark.slow
def test_what_comes_right_after_a_resume_does_not_stay_in_memory_until_something_else_happens(
    start: Callable[..., Recorder],
) -> None:
    recorder = start()
    recorder.until_recording()
    recorder.write(*clicks(1, 2))
    recorder.until(lambda status: status["raw"] == 5)
    wait_until(lambda: recorder.attend() or ActionKind.CLICK in kinds(recorder), 3 * QUIET_S)  # nothing is due now
    recorder.ask("pause")
    assert recorder.printed() == "closed"
    recorder.until(lambda status: status["state"] == "paused")
    recorder.ask("resume")
    recorder.until_recording()
    before = len(kinds(recorder))
    recorder.write(*clicks(100, 2))  # the indicator was told a moment ago, so it is not told anew
    wait_until(lambda: len(kinds(recorder)) > before, 3 * QUIET_S)


def test_a_pause_shows_even_where_the_disk_is_full(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    recorder.write(*clicks(1, 3))
    recorder.until(lambda status: status["raw"] == 7)
    try:
        resource.prlimit(recorder.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    except PermissionError:
        pytest.skip("only root may limit a process that is closed to debuggers")
    assert not recorder.ask("pause")["ok"]
    while (shown := recorder.show()) in ("recording", "covered"):
        recorder.answer()
    assert shown == "paused"
    resource.prlimit(recorder.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert recorder.ask("stop")["ok"]
    assert recorder.end()[0] == 0
    assert kinds(recorder)[:4] == [ActionKind.SWITCH_APP, ActionKind.CLICK, ActionKind.CLICK, ActionKind.CLICK]


def test_where_nothing_can_be_written_a_resume_does_not_show_recording_while_nothing_is_captured(
    start: Callable[..., Recorder],
) -> None:
    recorder = start()
    recorder.until_recording()
    assert recorder.ask("pause")["ok"]
    while recorder.show() != "paused":
        recorder.answer()
    recorder.answer()
    (recorder.folder / "unfinished.part").mkdir()  # in the way of the mark that recording begins with
    assert not recorder.ask("resume")["ok"]
    code, said = recorder.end()
    assert code == 73 and said.startswith("DiskFull")


def test_a_stopped_recorder_is_not_said_to_be_off(
    start: Callable[..., Recorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "ANSWER_S", 0.2)
    recorder = start()
    recorder.until_recording()
    recorder.process.send_signal(signal.SIGSTOP)
    with pytest.raises(AgentSilent):
        recorder.ask("status")
    recorder.process.send_signal(signal.SIGCONT)


def test_a_covered_indicator_ends_capture_until_it_is_seen_again(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    recorder.say(shown=recorder.batch, visible=False, window=1)
    assert recorder.printed() == "closed"
    assert recorder.ask("status")["reason"] == "the indicator cannot be seen"
    recorder.show()
    recorder.answer(visible=True)
    recorder.until_recording()


def test_an_indicator_that_does_not_answer_ends_capture(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    recorder.write(*clicks(1))
    while recorder.show() != "covered":  # it tells of the click, hears nothing, and takes itself off
        pass
    assert recorder.printed() == "closed"
    assert recorder.ask("status")["state"] == "covered"


def test_without_the_indicator_there_is_no_recorder(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    recorder.write(*clicks(1))
    recorder.until(lambda status: status["raw"] == 3)
    recorder.indicator.close()
    code, said = recorder.end()
    assert code == 69 and said.startswith("IndicatorLost")
    assert kinds(recorder) == [ActionKind.SWITCH_APP, ActionKind.CLICK]


def test_a_display_that_goes_away_leaves_what_was_recorded(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    recorder.write(*clicks(1), {"raise": "lost"})
    code, said = recorder.end()
    assert code != 0 and said.startswith("DisplayLost")
    assert kinds(recorder) == [ActionKind.SWITCH_APP, ActionKind.CLICK]


def test_a_fault_is_named_by_its_type_and_shows_nothing(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    recorder.write(*clicks(1), {"raise": SECRET})
    code, said = recorder.end()
    assert code == 1 and said.startswith("CaptureFailed") and "ValueError" in said
    assert SECRET not in said and "Traceback" not in said


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (b"no bundle at all", "not a signed policy"),
        (signed_policy(lambda text: expiring(text, datetime.now(UTC) - HOUR), age=2 * HOUR), "expired"),
        (signed_policy().replace(b"mousepad", b"notepads"), "altered"),
    ],
)
def test_no_approval_no_capture(start: Callable[..., Recorder], policy: bytes, why: str) -> None:
    recorder = start(policy)
    code, said = recorder.end()
    assert code == 78 and why in said and said.count("\n") == 1
    assert not (recorder.folder / "hold.sqlite3").exists()


def test_a_policy_that_expires_ends_a_running_recorder(start: Callable[..., Recorder]) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=4)
    recorder = start(signed_policy(lambda text: expiring(text, ends)))
    recorder.until_recording()
    code, said = recorder.end()
    assert code == 78 and "expired" in said


def test_outside_its_hours_it_rests(start: Callable[..., Recorder]) -> None:
    tomorrow = (datetime.now().astimezone() + timedelta(days=1, hours=2)).strftime("%A").lower()
    recorder = start(signed_policy(lambda text: re.sub(r"days = \[[^]]*\]", f"days = ['{tomorrow}']", text)))
    recorder.show()
    recorder.answer()
    recorder.until(lambda status: status["state"] == "resting")
    recorder.ask("stop")
    assert recorder.end()[0] == 0 and recorder.held() == []


def test_one_recorder_at_a_time(start: Callable[..., Recorder], tmp_path: Path) -> None:
    first = start()
    first.until_recording()
    second = Recorder(tmp_path, (tmp_path / "policy").read_bytes())
    code, said = second.end()
    assert code == 1 and said.startswith("AgentRunning")
    assert first.ask("status")["state"] == "recording"


def test_senseless_requests_harm_nobody(start: Callable[..., Recorder]) -> None:
    recorder = start()
    recorder.until_recording()
    assert not recorder.ask("forget", minutes="all")["ok"]
    assert not recorder.ask("record_everything")["ok"]
    descriptor = os.open(recorder.folder, os.O_RDONLY)
    odd = (b"\n", b"not json\n", b"[1]\n", b"x" * 10_000, b'{"command":"\xff"}\n', b'{"a":' + b"[" * 3_000 + b"\n")
    for data in odd:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(f"/proc/self/fd/{descriptor}/agent.sock")
            client.sendall(data)
    os.close(descriptor)
    assert recorder.ask("status")["state"] == "recording"
    assert (recorder.folder / "agent.sock").stat().st_mode & 0o777 == 0o600


def test_an_accepted_epoch_never_goes_back_and_keys_stay_pinned(tmp_path: Path) -> None:
    owner, now = Ed25519PrivateKey.generate(), datetime.now(UTC)

    def bundle(epoch: int, key: Ed25519PrivateKey = owner) -> bytes:
        text = self_policy(public_text(key), now=now, sink_url="http://127.0.0.1:1")
        made = compile_text(text.replace("epoch = 1", f"epoch = {epoch}"))
        return pack(made, [sign(made, SignerRole.OWNER, key, now=now)])

    assert approved_policy(tmp_path, bundle(2)).policy.epoch == 2
    with pytest.raises(PolicyRefused):
        approved_policy(tmp_path, bundle(1))
    with pytest.raises(PolicyRefused):
        approved_policy(tmp_path, bundle(3, Ed25519PrivateKey.generate()))
    assert approved_policy(tmp_path, bundle(3)).policy.epoch == 3
    for damaged in (b"{", b'{"keys": {"owner": "\xff"}}'):
        (tmp_path / ACCEPTED).write_bytes(damaged)
        with pytest.raises(PolicyRefused) as refused:
            approved_policy(tmp_path, bundle(3))
        assert refused.value.exit_code == 78
