"""The recorder with its real parts: a display, programs, the desktop source, the indicator."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from e2e.xsession import MISSING, running, wait_for_window, wait_until, xdotool, xsession
from glasswork.device import control, hold
from glasswork.device.errors import AgentAbsent
from glasswork.device.participation import opt_out
from glasswork.schema.words import ActionKind, LengthBucket
from unit.test_agent import KEY, signed_policy

pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}"),
    pytest.mark.slow,
]

AGENT = """
import sys
from functools import partial
from pathlib import Path
from glasswork import redact
from glasswork.device import agent
from glasswork.device.capture import desktop
from glasswork.device.indicator import Lease
from glasswork.schema.errors import GlassworkError

def indicate():
    lease = Lease.start()
    print(lease.pid, flush=True)
    return lease

try:
    source = partial(desktop.events, is_secret=redact.is_secret_label)
    agent.run(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes(), bytes(range(32)), source, indicate)
except GlassworkError as error:
    print(type(error).__name__, file=sys.stderr)
    raise SystemExit(error.exit_code)
"""

SENTENCE = "the quick brown fox keeps a secret"


@contextmanager
def recorder(env: dict[str, str], folder: Path, policy: bytes | None = None) -> Iterator["subprocess.Popen[str]"]:
    (folder / "policy").write_bytes(policy or signed_policy())
    process = subprocess.Popen(
        [sys.executable, "-c", AGENT, folder / "device", folder / "policy"],
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def status(folder: Path) -> dict[str, Any]:
    try:
        return control.ask(folder / "device", "status")
    except AgentAbsent:
        return {"state": "", "raw": 0}


def indicator_pid(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def test_what_is_typed_is_held_as_actions_and_nowhere_as_text(tmp_path: Path) -> None:
    with xsession() as env, running(env, "mousepad"), recorder(env, tmp_path) as process:
        wait_for_window(env, "mousepad")
        wait_until(lambda: status(tmp_path)["raw"] > 0)  # it has seen which window is in front
        xdotool(env, "type", "--delay", "20", SENTENCE)
        xdotool(env, "key", "Tab")  # ends the run of typing, so that it is counted
        wait_until(lambda: status(tmp_path)["raw"] > 2 * len(SENTENCE))
        assert control.ask(tmp_path / "device", "pause")["state"] == "paused"
        xdotool(env, "type", "--delay", "20", "typed during the pause")
        before = status(tmp_path)["raw"]
        assert control.ask(tmp_path / "device", "resume")["ok"]
        wait_until(lambda: status(tmp_path)["state"] == "recording")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    with hold.open_hold(tmp_path / "device", KEY) as handle:
        held = [item for record in hold.review(handle).records for item in record.held]
        assert hold.totals(handle).raw.keys() and before > 0
    typed = [item.action for item in held if item.action.kind is ActionKind.TYPE_TEXT]
    assert [(one.app, one.value and one.value.length) for one in typed] == [("mousepad", LengthBucket.TO_64)]
    assert ActionKind.GAP in {item.action.kind for item in held}
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or SENTENCE.encode() not in path.read_bytes()


def test_killing_the_indicator_ends_the_recorder(tmp_path: Path) -> None:
    with xsession() as env, running(env, "mousepad"), recorder(env, tmp_path) as process:
        indicator = indicator_pid(process)
        wait_until(lambda: status(tmp_path)["state"] == "recording")
        os.kill(indicator, signal.SIGKILL)
        assert process.wait(20) == 69
        assert process.stderr is not None and process.stderr.read().strip() == "IndicatorLost"


def test_a_stopped_indicator_ends_capture(tmp_path: Path) -> None:
    with xsession() as env, running(env, "mousepad"), recorder(env, tmp_path) as process:
        indicator = indicator_pid(process)
        wait_for_window(env, "mousepad")
        wait_until(lambda: status(tmp_path)["state"] == "recording")
        os.kill(indicator, signal.SIGSTOP)
        xdotool(env, "type", "x")
        wait_until(lambda: status(tmp_path)["state"] == "covered")
        os.kill(indicator, signal.SIGCONT)
        wait_until(lambda: status(tmp_path)["state"] == "recording")


def test_a_display_that_goes_away_ends_it_with_a_typed_error(tmp_path: Path) -> None:
    with xsession() as env, recorder(env, tmp_path) as process:
        wait_until(lambda: status(tmp_path)["state"] == "recording")
        os.kill(int(env["XSERVER_PID"]), signal.SIGKILL)
        assert process.wait(20) != 0
        assert process.stderr is not None and process.stderr.read().strip() in ("DisplayLost", "IndicatorLost")


@pytest.mark.parametrize("working", [True, False])
def test_an_opt_out_ends_it_at_once_and_nothing_after_it_is_held(tmp_path: Path, working: bool) -> None:
    with xsession() as env, running(env, "mousepad"), recorder(env, tmp_path) as process:
        wait_for_window(env, "mousepad")
        wait_until(lambda: status(tmp_path)["raw"] > 0)
        xdotool(env, "type", "--delay", "20", SENTENCE)
        xdotool(env, "key", "Tab")
        wait_until(lambda: status(tmp_path)["raw"] > 2 * len(SENTENCE))
        opt_out(tmp_path / "device")
        if not working:  # nothing comes that it could notice: it is told
            control.ask(tmp_path / "device", "status")
        xdotool(env, "type", "--delay", "20", "typed after the opt-out")
        xdotool(env, "key", "Tab")
        assert process.wait(20) == 78
        assert process.stderr is not None and process.stderr.read().strip() == "PolicyRefused"
    with hold.open_hold(tmp_path / "device", KEY) as handle:
        held = [item.action for record in hold.review(handle).records for item in record.held]
    typed = [one.value.length for one in held if one.kind is ActionKind.TYPE_TEXT and one.value]
    assert typed == [LengthBucket.TO_64]
