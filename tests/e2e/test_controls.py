"""The participant's controls on a real desktop: what the indicator shows is what happens, and what is asked is done."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from e2e.xsession import MISSING, running, wait_for_window, wait_until, xdotool, xsession
from glasswork.device import control, hold
from glasswork.device.indicator import Wish
from glasswork.device.indicator.look import COLOURS, GREY, HEIGHT, MARGIN, WIDTH, buttons
from glasswork.device.states import State
from glasswork.schema.batch import Held
from glasswork.schema.words import ActionKind
from unit.test_agent import KEY
from unit.test_agent_desktop import indicator_pid, recorder, status

pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}"),
    pytest.mark.slow,
]
LEFT = 1280 - WIDTH - MARGIN


def shown(env: dict[str, str]) -> int:
    """The background of the indicator, from a screenshot."""
    place = f"1x1+{LEFT + WIDTH - 2}+{MARGIN + HEIGHT - 2}"
    command = ["import", "-window", "root", "-crop", place, "-depth", "8", "rgb:-"]
    return int.from_bytes(subprocess.run(command, env=env, check=True, capture_output=True).stdout[:3], "big")


def until_shown(env: dict[str, str], state: State) -> None:
    wait_until(lambda: shown(env) == COLOURS[state].background)


def now(folder: Path) -> dict[str, Any]:
    return control.ask(folder / "device", "now")


def held(folder: Path) -> list[Held]:
    with hold.open_hold(folder / "device", KEY) as handle:
        return [item for record in hold.review(handle).records for item in record.held]


def count(folder: Path, kind: ActionKind) -> int:
    return sum(item.action.kind is kind for item in held(folder))


def click(env: dict[str, str], state: State, wish: Wish) -> None:
    button = next(one for one in buttons(state) if one.wish is wish)
    xdotool(env, "mousemove", str(LEFT + button.x + 5), str(MARGIN + 10), "click", "1")


def until_recording(folder: Path) -> None:
    wait_until(lambda: status(folder)["state"] == "recording")


def stop(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_pause_by_shortcut_resume_by_click_and_neither_is_recorded(tmp_path: Path) -> None:
    with xsession() as env, running(env, "mousepad"), recorder(env, tmp_path) as process:
        wait_for_window(env, "mousepad")
        until_recording(tmp_path)
        wait_until(lambda: now(tmp_path)["app"] == "mousepad" and now(tmp_path)["field"] == "ordinary")
        xdotool(env, "key", "ctrl+alt+shift+p")
        until_shown(env, State.PAUSED)
        assert status(tmp_path)["state"] == "paused"
        xdotool(env, "type", "--delay", "20", "typed in the pause")
        assert not now(tmp_path)["listed"]
        click(env, State.PAUSED, Wish.RESUME)
        until_shown(env, State.RECORDING)
        until_recording(tmp_path)
        xdotool(env, "key", "Tab")
        stop(process)
    assert count(tmp_path, ActionKind.TYPE_TEXT) == 0
    assert count(tmp_path, ActionKind.CLICK) == 0
    assert count(tmp_path, ActionKind.HOTKEY) == 0


def test_what_is_in_front_decides_what_is_shown(tmp_path: Path) -> None:
    with xsession() as env, running(env, "mousepad"), recorder(env, tmp_path):
        wait_for_window(env, "mousepad")
        wait_until(lambda: status(tmp_path).get("state") == "recording" and now(tmp_path)["listed"])
        told = control.follow(tmp_path / "device")
        assert next(told)["app"] == "mousepad"
        with running(env, "xterm"):
            wait_for_window(env, "xterm")
            assert any(one["app"] == "xterm" and not one["typed"] for one in told)
        told.close()


def test_one_shortcut_forgets_and_one_opens_the_review(tmp_path: Path) -> None:
    with xsession() as env, running(env, "mousepad"), recorder(env, tmp_path) as process:
        wait_for_window(env, "mousepad")
        wait_until(lambda: status(tmp_path).get("state") == "recording" and now(tmp_path)["field"] == "ordinary")
        xdotool(env, "type", "--delay", "20", "to be forgotten")
        xdotool(env, "key", "Tab")
        wait_until(lambda: status(tmp_path)["raw"] > 20)
        xdotool(env, "key", "ctrl+alt+shift+f")
        wait_until(lambda: status(tmp_path)["raw"] < 15)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        before = len(children.read_text().split())
        xdotool(env, "key", "ctrl+alt+shift+r")
        review = wait_until(lambda: children.read_text().split()[before:])[0]
        words = wait_until(lambda: Path(f"/proc/{review}/cmdline").read_bytes().split(b"\0"))
        stop(process)
        os.kill(int(review), signal.SIGTERM)
    assert b"glasswork.device.review" in words and KEY not in b"\0".join(words)
    assert count(tmp_path, ActionKind.TYPE_TEXT) == 0


def test_a_stopped_recorder_is_not_shown_as_recording(tmp_path: Path) -> None:
    with xsession() as env, running(env, "mousepad"), recorder(env, tmp_path) as process:
        wait_for_window(env, "mousepad")
        wait_until(lambda: status(tmp_path).get("state") == "recording" and now(tmp_path)["field"] == "ordinary")
        until_shown(env, State.RECORDING)
        process.send_signal(signal.SIGSTOP)

        def grey() -> bool:
            xdotool(env, "key", "x")
            return shown(env) == GREY.background

        wait_until(lambda: grey() or xdotool(env, "sleep", "1.5"))
        xdotool(env, "type", "--delay", "20", "typed while it said that nothing is recorded")
        process.send_signal(signal.SIGCONT)
        until_shown(env, State.RECORDING)
        xdotool(env, "key", "Tab")
        stop(process)
    assert count(tmp_path, ActionKind.TYPE_TEXT) == 0


def test_a_frozen_indicator_is_replaced_so_that_none_tells_what_is_no_longer_so(tmp_path: Path) -> None:
    with xsession() as env, running(env, "mousepad"), recorder(env, tmp_path) as process:
        frozen = indicator_pid(process)
        wait_for_window(env, "mousepad")
        until_recording(tmp_path)
        os.kill(frozen, signal.SIGSTOP)
        xdotool(env, "key", "x")
        wait_until(lambda: status(tmp_path)["state"] == "covered")
        assert indicator_pid(process) != frozen  # the script prints the next one's
        wait_until(lambda: not Path(f"/proc/{frozen}").exists())
        until_recording(tmp_path)
        until_shown(env, State.RECORDING)
        stop(process)


def test_a_killed_recorder_is_told_and_what_it_had_in_memory_is_lost_on_record(tmp_path: Path) -> None:
    with xsession() as env, running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        with recorder(env, tmp_path) as process:
            until_recording(tmp_path)
            until_shown(env, State.RECORDING)
            process.kill()
            wait_until(lambda: shown(env) == GREY.background)
        policy = (tmp_path / "policy").read_bytes()
        with recorder(env, tmp_path, policy) as process:
            until_recording(tmp_path)
            wait_until(lambda: status(tmp_path)["lost"] == 1)
            stop(process)
    assert count(tmp_path, ActionKind.LOST) == 1


def test_the_running_recorder_keeps_its_memory_to_itself(tmp_path: Path) -> None:
    with xsession() as env, recorder(env, tmp_path) as process:
        until_recording(tmp_path)
        at = Path(f"/proc/{process.pid}")
        core = next(line for line in (at / "limits").read_text().splitlines() if line.startswith("Max core file size"))
        assert core.split()[4:6] == ["0", "0"]
        assert (at / "environ").stat().st_uid == 0  # not dumpable: its files in /proc are root's
        locked = next(line for line in (at / "status").read_text().splitlines() if line.startswith("VmLck"))
        assert int(locked.split()[1]) > 0 or any("swap" in one for one in status(tmp_path)["weaknesses"])


def test_both_sleep_while_nothing_happens(tmp_path: Path) -> None:
    with xsession() as env, recorder(env, tmp_path) as process:
        indicator = indicator_pid(process)
        until_recording(tmp_path)

        def wakeups() -> int:
            tasks = [task for pid in (process.pid, indicator) for task in Path(f"/proc/{pid}/task").iterdir()]
            lines = [line for task in tasks for line in (task / "status").read_text().splitlines()]
            return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))

        xdotool(env, "sleep", "13")  # it settles once what was done before, after ten seconds
        before = wakeups()
        xdotool(env, "sleep", "10")
        assert wakeups() == before
