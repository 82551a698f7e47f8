"""`glasswork record` when the ground goes from under it: it says what happened, and what was good is held."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from glasswork.api import workspace
from glasswork.cli.demo import session

PROGRAM = Path(sys.executable).with_name("glasswork")
pytestmark = pytest.mark.skipif(bool(session.missing()), reason=f"this machine lacks {', '.join(session.missing())}")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    own = workspace.create(tmp_path / "workspace")
    yield own.folder
    subprocess.run([PROGRAM, "--workspace", own.folder, "uninstall", "--yes"], check=False, capture_output=True)


def start(folder: Path, env: dict[str, str]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [PROGRAM, "--workspace", folder, "record"],
        env=env,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    deadline = time.monotonic() + 20
    while status(folder)["state"] != "recording":
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.1)
    return process


def status(folder: Path) -> dict[str, object]:
    done = subprocess.run([PROGRAM, "--workspace", folder, "status", "--json"], capture_output=True, text=True)
    return json.loads(done.stdout)["recorder"]


def test_without_a_display_it_does_not_start(folder: Path) -> None:
    env = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
    done = subprocess.run([PROGRAM, "--workspace", folder, "record"], env=env, capture_output=True, text=True)
    assert done.returncode == 69 and "Traceback" not in done.stderr, done.stderr


def test_the_display_goes_away(folder: Path, tmp_path: Path) -> None:
    with session.desktop(tmp_path / "desktop") as desktop:
        process = start(folder, desktop.env)
        desktop.start(["mousepad"])
        time.sleep(2)
        subprocess.run(["xdotool", "key", "--delay", "200", "F1", "Escape", "ctrl+a"], env=desktop.env, check=True)
        time.sleep(1)
        display = desktop._started[0]  # the X server is what a desktop starts first
        display.kill()
        _, said = process.communicate(timeout=20)
    assert process.returncode == 69, said
    assert "Traceback" not in said and "glasswork:" in said
    assert status(folder)["held_actions"] != 0


def test_the_indicator_is_killed(folder: Path, tmp_path: Path) -> None:
    with session.desktop(tmp_path / "desktop") as desktop:
        process = start(folder, desktop.env)
        indicators = subprocess.run(
            ["pgrep", "-P", str(process.pid), "-f", "glasswork.device.indicator"], capture_output=True, text=True
        )
        os.kill(int(indicators.stdout), signal.SIGKILL)
        _, said = process.communicate(timeout=10)
    assert process.returncode == 69
    assert "nothing is recorded that is not shown" in said
