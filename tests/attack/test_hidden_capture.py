"""Somebody wants the recorder to record without being seen.

LINDDUN: unawareness. STRIDE: elevation. Control: nothing is captured but by the leave of an indicator that is
connected, acknowledges what it shows, and whose window the recorder finds on the screen by itself; no option, setting,
variable or policy changes that. Who may replace the recorder's own files is beyond this (docs/threat-model.md).
"""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
import pytest

import glasswork
from e2e.test_controls import count, now, stop, until_recording
from e2e.xsession import MISSING, running, wait_for_window, wait_until, xdotool, xsession
from glasswork.cli.main import COMMANDS, cli
from glasswork.device import settings
from glasswork.device.indicator import Lease
from glasswork.device.indicator.look import HEIGHT, MARGIN, WIDTH
from glasswork.device.indicator.seen import watch
from glasswork.device.states import State
from glasswork.policy.model import Policy
from glasswork.schema.words import ActionKind
from unit.test_agent import Recorder, signed_policy
from unit.test_agent_desktop import AGENT, indicator_pid, recorder, status

needs_desktop = pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")
PLACE = (1280 - WIDTH - MARGIN, MARGIN, WIDTH, HEIGHT)


# The indicator is taken away while it records


@needs_desktop
@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_nothing_is_captured_after_the_indicator_was(sent: signal.Signals, tmp_path: Path) -> None:
    with xsession() as env, running(env, "mousepad"), recorder(env, tmp_path) as process:
        pid = indicator_pid(process)
        wait_for_window(env, "mousepad")
        until_recording(tmp_path)
        wait_until(lambda: now(tmp_path)["field"] == "ordinary")
        os.kill(pid, sent)
        # A frozen one is missed as soon as it has something to acknowledge.
        wait_until(lambda: xdotool(env, "key", "Shift_L") or status(tmp_path)["state"] != "recording")
        xdotool(env, "type", "--delay", "20", "unseen")
        if sent is signal.SIGKILL:
            assert process.wait(20) == 69
        else:
            until_recording(tmp_path)  # by another indicator, which is seen
            stop(process)
    assert count(tmp_path, ActionKind.TYPE_TEXT) == 0


# The indicator is another program

LIAR = """
import json, os, socket, sys
import xcffib, xcffib.xproto as xp
x = xcffib.connect()
LEFT, TOP, W, H = {place}
screen, window = x.setup.roots[0], x.generate_id()
def put(*box):
    mask, values = xp.CW.OverrideRedirect, [1]
    x.core.CreateWindow(screen.root_depth, window, screen.root, *box, 0, 1, screen.root_visual, mask, values)
    x.core.MapWindow(window)
    x.core.GetInputFocus().reply()
{deed}
ours = socket.socket(fileno=int(sys.argv[1]))
with ours.makefile("rb") as told:
    for line in told:
        answer = {{"shown": json.loads(line)["batch"], "visible": True, "window": window}}
        ours.sendall(json.dumps(answer).encode() + b"\\n")
"""

DEEDS = {
    "no window": "",
    "a window of somebody else": "window = int(sys.argv[2])",
    "the whole desktop": "window = screen.root",
    "no number of a window": "window = -(1 << 40)",
    "a window that is not mapped": "put(LEFT, TOP, W, H); x.core.UnmapWindow(window); x.core.GetInputFocus().reply()",
    "a pixel": "put(LEFT, TOP, 1, 1)",
    "a window that lies outside": "put(-5000, TOP, W, H)",
}
HONEST = "put(LEFT, TOP, W, H)"
"""What every one of them would have to do: then it is there for everyone to see, though it may say nothing."""


@contextmanager
def replaced(env: dict[str, str], deed: str, window: int) -> Iterator[Lease]:
    """A lease from a program that has the indicator's place and acknowledges whatever it is told."""

    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-c", LIAR.format(deed=deed, place=PLACE), str(theirs.fileno()), str(window)]
        process = subprocess.Popen(command, env={**os.environ, **env}, pass_fds=[theirs.fileno()])
    ours.setblocking(False)
    lease = Lease(ours, process, watch(process.pid, env["DISPLAY"]))
    yield lease
    lease.close(at_once=True)


@pytest.fixture(scope="module")
def desktop() -> Iterator[dict[str, str]]:
    with xsession(window_manager=False) as env:
        yield env


@needs_desktop
@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())
def test_a_program_that_only_says_that_it_shows_gets_no_capture(desktop: dict[str, str], deed: str) -> None:
    real = Lease.start(desktop)
    real.show(State.RECORDING, "Recording editor")
    wait_until(lambda: real.update() or real.holds())
    with replaced(desktop, deed, real._window) as lease:
        for _ in range(3):
            lease.show(State.RECORDING, "Recording editor")
            wait_until(lambda: lease.update() or lease.late_s() == 0)
            assert lease.open
            assert not lease.holds()
    real.close()
    with replaced(desktop, HONEST, 0) as lease:  # the test's own control: it is not refused for another reason
        lease.show(State.RECORDING, "Recording editor")
        wait_until(lambda: lease.update() or lease.holds())


@needs_desktop
@pytest.mark.slow
def test_a_folder_in_which_the_recorder_is_started_does_not_become_its_indicator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("indicator", "review", "send"):
        trap = tmp_path / "glasswork" / "device" / name
        trap.mkdir(parents=True)
        for folder in (trap, trap.parent, trap.parent.parent):
            (folder / "__init__.py").touch()
        (trap / "__main__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    starts = "import sys; sys.path.pop(0)\n"  # as the command does, which has no folder of its own before the library
    monkeypatch.setattr("unit.test_agent_desktop.AGENT", starts + AGENT)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own").mkdir()
    with xsession() as env, recorder(env, tmp_path / "own") as process:
        until_recording(tmp_path / "own")
        assert b"-P" in Path(f"/proc/{indicator_pid(process)}/cmdline").read_bytes().split(b"\0")
        xdotool(env, "key", "ctrl+alt+shift+r")  # the review is handed the hold's key
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        review = int(wait_until(lambda: children.read_text().split()[1:])[0])
        wait_until(lambda: b"glasswork.device.review" in Path(f"/proc/{review}/cmdline").read_bytes())
        stop(process)
        os.kill(review, signal.SIGTERM)
    assert not (tmp_path / "ran").exists()


# A switch that hides it


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


COVERT = re.compile(r"indicat|hid(e|den)|silent|stealth|covert|invisib|headless|no-window|unseen")


def test_no_option_of_any_command_lets_it_record_unseen() -> None:
    found = dict(commands(cli))
    assert {path[0] for path in found} == set(COMMANDS)
    assert found[("record",)].params == []  # what `record` does has no other way
    assert {param.name for param in cli.params} == {"workspace", "version"}
    options = {option for _, command in found.items() for param in command.params for option in param.opts}
    assert not [option for option in options if COVERT.search(option)]


def test_no_word_of_a_policy_or_a_setting_speaks_of_the_indicator() -> None:
    schema = msgspec.json.schema(Policy)
    words = set(re.findall(r'"([a-z_]+)":', msgspec.json.encode(schema).decode())) | set(settings.KEYS)
    assert "event_kinds" in words
    assert not [word for word in words if COVERT.search(word)]


VARIABLES = set(
    re.findall(
        r"[\"'](GLASSWORK_[A-Z_]+)[\"']",
        "".join(path.read_text() for path in Path(glasswork.__file__).parent.rglob("*.py")),
    )
)


def test_no_variable_lets_it_record_unseen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variable that the program knows of is set, and whatever else might have been thought of."""
    assert VARIABLES
    for name in VARIABLES | {f"GLASSWORK_{word}" for word in ("NO_INDICATOR", "HEADLESS", "DEBUG", "TEST", "CI")}:
        monkeypatch.setenv(name, "1")
    started = Recorder(tmp_path, signed_policy())
    try:
        assert started.show() == "covered"
        for _ in range(3):
            started.answer(visible=False)
            started.ask("resume")
            assert started.ask("status")["state"] == "covered"
        started.say(shown=started.batch + 1_000, visible=False, window=1)
        assert started.ask("status")["state"] == "covered"
    finally:
        started.process.kill()
        out, _ = started.process.communicate()
        started.indicator.close()
    assert b"opened" not in out  # the source was never asked for anything
