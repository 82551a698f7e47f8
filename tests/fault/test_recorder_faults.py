"""The recorder on a real desktop when the disk is full, or the X server ends and another one comes."""

import os
import resource
import signal
from pathlib import Path

import pytest

from e2e.test_controls import count, now, until_recording
from e2e.xsession import MISSING, running, wait_for_window, wait_until, xdotool, xsession
from glasswork.device import hold
from glasswork.schema.words import ActionKind
from unit.test_agent import KEY
from unit.test_agent_desktop import recorder, status

pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}"),
    pytest.mark.slow,
]


def test_a_full_disk_ends_it_with_its_exit_code_and_the_loss_is_on_record(tmp_path: Path) -> None:
    with xsession() as env, running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        with recorder(env, tmp_path) as process:
            wait_until(lambda: status(tmp_path).get("state") == "recording" and now(tmp_path)["listed"])
            try:
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            except PermissionError:
                pytest.skip("only root may limit a process that is closed to debuggers")

            def ended() -> bool:
                xdotool(env, "mousemove_relative", "1", "1", "click", "1")
                return process.poll() is not None

            wait_until(ended)
            assert process.returncode == 73
            assert process.stderr is not None and process.stderr.read().strip().endswith("DiskFull")
        with recorder(env, tmp_path, (tmp_path / "policy").read_bytes()) as process:
            until_recording(tmp_path)
            wait_until(lambda: status(tmp_path)["lost"] == 1)
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
    assert count(tmp_path, ActionKind.LOST) == 1


def test_after_another_x_server_has_come_nothing_is_there_twice(tmp_path: Path) -> None:
    before = 0
    for attempt in range(2):
        with xsession() as env, running(env, "mousepad"):
            wait_for_window(env, "mousepad")
            policy = (tmp_path / "policy").read_bytes() if attempt else None
            with recorder(env, tmp_path, policy) as process:
                wait_until(lambda: status(tmp_path).get("state") == "recording" and now(tmp_path)["listed"])
                for _ in range(3):
                    xdotool(env, "key", "F1", "Escape")
                wait_until(lambda before=before: status(tmp_path)["raw"] >= before + 12)
                os.kill(int(env["XSERVER_PID"]), signal.SIGKILL)
                assert process.wait(20) == 69
        with hold.open_hold(tmp_path / "device", KEY) as handle:
            totals, held = hold.totals(handle), [one for record in hold.review(handle).records for one in record.held]
        assert totals.lost == 0
        assert sum(totals.raw.values()) == sum(number for one in held for number in one.counts.values())
        before = sum(totals.raw.values())
