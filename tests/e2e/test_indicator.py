"""No indicator, no capture: the lease, on a real X server."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.xsession import MISSING, running, wait_until, xdotool, xsession
from glasswork.device.indicator import COLOURS, HEIGHT, MARGIN, WIDTH, Lease, State

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")

SCREEN = (1280, 800)
LEFT = SCREEN[0] - WIDTH - MARGIN


@pytest.fixture(scope="module")
def env() -> Iterator[dict[str, str]]:
    with xsession(size=f"{SCREEN[0]}x{SCREEN[1]}") as session:
        yield session


@pytest.fixture
def lease(env: dict[str, str]) -> Iterator[Lease]:
    started = Lease.start(env)
    show(started, State.OFF)
    yield started
    started.close()


def show(lease: Lease, state: State, app: str = "") -> None:
    """Show a state, and wait until the indicator says that it does."""
    lease.show(state, app)
    wait_until(lambda: lease.update() or (lease.holds() and not lease._asked))  # pyright: ignore[reportPrivateUsage]


def pixel(env: dict[str, str]) -> int:
    """The colour at the window's edge, from a screenshot."""
    place = f"1x1+{LEFT + WIDTH - 2}+{MARGIN + HEIGHT - 2}"
    command = ["import", "-window", "root", "-crop", place, "-depth", "8", "rgb:-"]
    data = subprocess.run(command, env=env, check=True, capture_output=True).stdout
    return int.from_bytes(data[:3], "big")


def readable(lease: Lease) -> bool:
    lease.update()
    return True


@pytest.mark.skipif(shutil.which("import") is None, reason="missing: ImageMagick")
def test_each_state_has_its_colour(env: dict[str, str], lease: Lease) -> None:
    for state in State:
        show(lease, state, "editor")
        assert pixel(env) == COLOURS[state]


def test_nothing_holds_before_the_window_was_seen(env: dict[str, str]) -> None:
    lease = Lease.start(env)
    assert not lease.holds()
    wait_until(lambda: readable(lease) and lease.holds())
    lease.close()


def test_the_holds_passphrase_does_not_reach_it(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSWORK_PASSPHRASE", "of-the-hold")
    lease = Lease.start(env)
    wait_until(lambda: readable(lease) and lease.holds())
    environment = Path(f"/proc/{lease.pid}/environ").read_bytes()
    lease.close()
    assert b"DISPLAY=" in environment and b"of-the-hold" not in environment


def test_killed_ends_the_lease_within_a_second(lease: Lease) -> None:
    assert lease.holds()
    killed = time.monotonic()
    os.kill(lease.pid, signal.SIGKILL)
    wait_until(lambda: readable(lease) and not lease.holds(), patience_s=1.0)
    assert time.monotonic() - killed < 1.0  # the promise itself
    assert not lease.open


def test_stopped_ends_the_lease_once_something_is_to_be_shown(lease: Lease) -> None:
    os.kill(lease.pid, signal.SIGSTOP)
    try:
        assert lease.holds()  # nothing was to be shown, so nothing is late
        lease.show(State.RECORDING, "editor")
        wait_until(lambda: readable(lease) and not lease.holds(), patience_s=3.0)
        assert lease.open
        assert not lease.acknowledged()
    finally:
        os.kill(lease.pid, signal.SIGCONT)
    wait_until(lambda: readable(lease) and lease.holds())


COVER = """
import sys, xcffib, xcffib.xproto as xp
x = xcffib.connect()
root = x.setup.roots[0]
window = x.generate_id()
mask, values = xp.CW.OverrideRedirect | xp.CW.EventMask, [1, xp.EventMask.VisibilityChange]
x.core.CreateWindow(0, window, root.root, 900, 0, 380, 60, 0, 1, root.root_visual, mask, values)
x.core.MapWindow(window)
x.flush()
stubborn = sys.argv[1] == "stubborn"
while True:
    event = x.wait_for_event()
    if stubborn and isinstance(event, xp.VisibilityNotifyEvent) and event.state:
        x.core.ConfigureWindow(window, xp.ConfigWindow.StackMode, [xp.StackMode.Above])
        x.flush()
"""


def test_covered_ends_the_lease_and_it_comes_back_on_top(env: dict[str, str], lease: Lease) -> None:
    with running(env, sys.executable, "-c", COVER, "stubborn"):
        wait_until(lambda: readable(lease) and not lease.visible)
        assert lease.open
        assert not lease.holds()
    wait_until(lambda: readable(lease) and lease.holds())
    with running(env, sys.executable, "-c", COVER, "once") as cover:
        tree = ["xwininfo", "-root", "-tree"]
        wait_until(lambda: b"380x60+900+0" in subprocess.run(tree, env=env, capture_output=True).stdout)
        wait_until(lambda: readable(lease) and lease.holds())  # back on top
        assert cover.poll() is None


def test_two_that_insist_on_the_top_do_not_keep_each_other_busy(env: dict[str, str], lease: Lease) -> None:
    with running(env, sys.executable, "-c", COVER, "stubborn"):
        wait_until(lambda: readable(lease) and not lease.visible)
        before = _cpu_ticks(lease.pid)
        time.sleep(3)
        assert _cpu_ticks(lease.pid) - before <= 10  # 0.1 s in 3 s
    wait_until(lambda: readable(lease) and lease.visible)


def _cpu_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def test_a_click_asks_to_pause(env: dict[str, str], lease: Lease) -> None:
    xdotool(env, "mousemove", str(LEFT + 10), str(MARGIN + 10), "click", "1")
    assert wait_until(lease.update) == 1


def test_the_end_of_the_recorder_is_the_end_of_the_indicator(env: dict[str, str]) -> None:
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "glasswork.device.indicator", "--fd", str(theirs.fileno())]
    with subprocess.Popen(command, env={**os.environ, **env}, pass_fds=[theirs.fileno()]) as process:
        theirs.close()
        ours.sendall(b'{"state": "recording", "app": "editor", "batch": 1}\n')
        lines = ours.makefile()
        while json.loads(lines.readline()).get("shown") != 1:
            pass
        lines.close()
        ours.close()
        assert process.wait(5) == 0


def test_without_a_display_there_is_no_lease(env: dict[str, str]) -> None:
    lease = Lease.start({**env, "DISPLAY": ":65000"})
    wait_until(lambda: readable(lease) and not lease.open)
    assert not lease.holds()
    lease.close()
