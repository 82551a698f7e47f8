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
from glasswork.device.indicator import Lease, Wish
from glasswork.device.indicator.look import COLOURS, GREY, HEIGHT, MARGIN, WIDTH, buttons
from glasswork.device.states import State, said

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


def show(lease: Lease, state: State, what: str = "") -> None:
    """Show a state, and wait until the indicator says that it does."""
    lease.show(state, said(state, what))
    wait_until(lambda: readable(lease) and lease.holds() and lease.late_s() == 0)


def click(env: dict[str, str], state: State, wish: Wish) -> None:
    button = next(one for one in buttons(state) if one.wish is wish)
    xdotool(env, "mousemove", str(LEFT + button.x + 5), str(MARGIN + 10), "click", "1")


def wished(lease: Lease) -> list[Wish]:
    """What was wished for, as soon as something is."""
    return wait_until(lease.update)


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
        assert pixel(env) == COLOURS[state].background


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
        lease.show(State.RECORDING, "Recording editor")
        wait_until(lambda: readable(lease) and not lease.holds(), patience_s=3.0)
        assert lease.open
        assert lease.late_s() > 1
    finally:
        os.kill(lease.pid, signal.SIGCONT)
    wait_until(lambda: readable(lease) and lease.holds())


COVER = """
import sys, time, xcffib, xcffib.xproto as xp
x = xcffib.connect()
root = x.setup.roots[0]
window = x.generate_id()
mask, values = xp.CW.OverrideRedirect | xp.CW.EventMask, [1, xp.EventMask.VisibilityChange]
x.core.CreateWindow(0, window, root.root, 600, 0, 680, 60, 0, 1, root.root_visual, mask, values)
x.core.MapWindow(window)
x.flush()
stubborn = sys.argv[1] == "stubborn"
while sys.argv[1] == "insistent":
    x.core.ConfigureWindow(window, xp.ConfigWindow.StackMode, [xp.StackMode.Above])
    x.flush()
    time.sleep(0.1)
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
        wait_until(lambda: b"680x60+600+0" in subprocess.run(tree, env=env, capture_output=True).stdout)
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


def test_a_click_asks_for_what_the_button_says(env: dict[str, str], lease: Lease) -> None:
    show(lease, State.RECORDING, "editor")
    for state, wish in (
        (State.RECORDING, Wish.PAUSE),
        (State.PAUSED, Wish.RESUME),
        (State.RECORDING, Wish.FORGET),
        (State.RECORDING, Wish.REVIEW),
    ):
        show(lease, state)
        click(env, state, wish)
        assert wished(lease) == [wish]
    xdotool(env, "mousemove", str(LEFT + 60), str(MARGIN + 10), "click", "1")  # on the words
    show(lease, State.PAUSED)
    assert lease.update() == []


LOCKS = {"none": [], "caps": ["Caps_Lock"], "num": ["Num_Lock"], "both": ["Caps_Lock", "Num_Lock"]}


@pytest.mark.parametrize("locks", LOCKS.values(), ids=LOCKS.keys())
def test_shortcuts_work_whatever_is_locked(env: dict[str, str], lease: Lease, locks: list[str]) -> None:
    show(lease, State.RECORDING, "editor")
    assert lease.taken == ""
    for key in locks:
        xdotool(env, "key", key)
    try:
        for letter, wish in (("p", Wish.PAUSE), ("f", Wish.FORGET), ("r", Wish.REVIEW)):
            xdotool(env, "key", f"ctrl+alt+shift+{letter}")
            assert wished(lease) == [wish]
            show(lease, State.RECORDING)
    finally:
        for key in locks:
            xdotool(env, "key", key)


def test_a_key_that_is_held_down_asks_once(env: dict[str, str], lease: Lease) -> None:
    show(lease, State.RECORDING, "editor")
    xdotool(env, "keydown", "ctrl", "keydown", "alt", "keydown", "shift", "keydown", "p")
    assert wished(lease) == [Wish.PAUSE]
    show(lease, State.PAUSED)
    time.sleep(1.5)  # the server repeats it meanwhile
    again = lease.update()
    xdotool(env, "keyup", "p", "keyup", "shift", "keyup", "alt", "keyup", "ctrl")
    assert again == []


GRAB = """
import xcffib, xcffib.xproto as xp
x = xcffib.connect()
root = x.setup.roots[0].root
with_p = next(code for code in range(8, 256)
              if x.core.GetKeyboardMapping(code, 1).reply().keysyms[0] == ord("p"))
x.core.GrabKey(False, root, 1 | 4 | 8, with_p, 1, 1, is_checked=True).check()
print("ready", flush=True)
x.wait_for_event()
x.wait_for_event()
"""


def test_a_shortcut_that_another_program_has_is_told(env: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", GRAB], env={**os.environ, **env}, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == "ready\n"
        lease = Lease.start(env)
        wait_until(lambda: readable(lease) and lease.taken == "P")
        show(lease, State.RECORDING, "editor")
        xdotool(env, "key", "ctrl+alt+shift+f")
        assert wished(lease) == [Wish.FORGET]
        lease.close()
        other.kill()


def test_a_recorder_that_does_not_answer_is_not_shown_as_recording(env: dict[str, str], lease: Lease) -> None:
    show(lease, State.RECORDING, "editor")
    click(env, State.RECORDING, Wish.PAUSE)
    wait_until(lambda: pixel(env) == GREY.background)
    wait_until(lambda: readable(lease) and not lease.holds())  # what is not shown may not be captured
    show(lease, State.RECORDING, "editor")
    assert pixel(env) == COLOURS[State.RECORDING].background


def test_work_that_the_recorder_says_nothing_of_turns_it_grey(env: dict[str, str], lease: Lease) -> None:
    show(lease, State.RECORDING, "editor")
    time.sleep(1.2)  # a rest, as between two sentences
    xdotool(env, "key", "x")
    wait_until(lambda: pixel(env) == GREY.background)


def test_nobody_is_asked_for_an_answer_while_it_is_paused(env: dict[str, str], lease: Lease) -> None:
    show(lease, State.PAUSED)
    time.sleep(1.2)
    xdotool(env, "key", "x")
    time.sleep(4)
    assert pixel(env) == COLOURS[State.PAUSED].background


def test_a_screen_saver_hides_it(env: dict[str, str], lease: Lease) -> None:
    show(lease, State.RECORDING, "editor")
    force = "import sys, xcffib, xcffib.xproto; x = xcffib.connect(); x.core.ForceScreenSaver(int(sys.argv[1])); "
    force += "x.core.GetInputFocus().reply()"
    for active in (1, 0):
        subprocess.run([sys.executable, "-c", force, str(active)], env={**os.environ, **env}, check=True)
        wait_until(lambda active=active: readable(lease) and lease.visible == (active == 0))


@pytest.mark.skipif(shutil.which("picom") is None, reason="missing: picom")
def test_a_compositor_does_not_hide_what_covers_it(env: dict[str, str], lease: Lease) -> None:
    show(lease, State.RECORDING, "editor")
    with running(env, "picom", "--backend", "xrender"):
        wait_until(lambda: "window id" in _said(env, "xprop", "-root", "-f", "x", "32x", "_NET_SUPPORTING_WM_CHECK"))
        time.sleep(1)  # until it has redirected the windows
        readable(lease)
        assert lease.visible
        with running(env, sys.executable, "-c", COVER, "insistent"):  # a compositor tells no window that it is covered
            wait_until(lambda: readable(lease) and not lease.visible)
        wait_until(lambda: readable(lease) and lease.visible)  # back on top


RESIZE = """
import xcffib, xcffib.xproto
from xcffib import randr
x = xcffib.connect()
extension, root = x(randr.key), x.setup.roots[0].root
extension.QueryVersion(1, 5).reply()
resources = extension.GetScreenResources(root).reply()
extension.SetCrtcConfig(resources.crtcs[0], 0, resources.config_timestamp, 0, 0, 0, 1, 0, []).reply()
extension.SetScreenSize(root, 1000, 700, 260, 180, is_checked=True).check()
"""


def test_a_smaller_screen_does_not_leave_it_outside() -> None:
    with xsession(window_manager=False) as env:
        lease = Lease.start(env)
        show(lease, State.RECORDING, "editor")
        subprocess.run([sys.executable, "-c", RESIZE], env={**os.environ, **env}, check=True)
        wait_until(lambda: readable(lease) and lease.box == (1000 - WIDTH - MARGIN, MARGIN, WIDTH, HEIGHT))
        wait_until(lambda: readable(lease) and lease.visible)
        lease.close()


def _said(env: dict[str, str], *command: str) -> str:
    return subprocess.run(command, env=env, capture_output=True, text=True).stdout


def test_it_sleeps_while_nothing_happens(env: dict[str, str], lease: Lease) -> None:
    show(lease, State.RECORDING, "editor")
    time.sleep(0.5)
    before = _wakeups(lease.pid)
    time.sleep(5)
    assert _wakeups(lease.pid) == before


def _wakeups(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return sum(int(line.split()[1]) for line in status if "ctxt_switches" in line)


def start_alone(env: dict[str, str], state: str) -> tuple[socket.socket, "subprocess.Popen[bytes]"]:
    """An indicator whose recorder is this test, and which shows this state."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "glasswork.device.indicator", "--fd", str(theirs.fileno())]
    process = subprocess.Popen(command, env={**os.environ, **env}, pass_fds=[theirs.fileno()])
    theirs.close()
    ours.sendall(json.dumps({"state": state, "text": state, "batch": 1}).encode() + b"\n")
    with ours.makefile() as lines:
        while json.loads(lines.readline()).get("shown") != 1:
            pass
    return ours, process


def test_an_end_that_was_asked_for_is_the_end_of_the_indicator(env: dict[str, str]) -> None:
    ours, process = start_alone(env, "stopped")
    with process:
        ours.close()
        assert process.wait(5) == 0


def test_an_end_that_nobody_asked_for_is_told_until_a_click(env: dict[str, str]) -> None:
    ours, process = start_alone(env, "recording")
    with process:
        ours.close()
        wait_until(lambda: pixel(env) == GREY.background)
        next_one = Lease.start(env)  # the shortcuts are free for it
        wait_until(lambda: readable(next_one) and next_one.box is not None)
        assert next_one.taken == ""
        next_one.close()
        xdotool(env, "mousemove", str(LEFT + 60), str(MARGIN + 10), "click", "1")
        assert process.wait(5) == 0


def test_without_a_display_there_is_no_lease(env: dict[str, str]) -> None:
    lease = Lease.start({**env, "DISPLAY": ":65000"})
    wait_until(lambda: readable(lease) and not lease.open)
    assert not lease.holds()
    lease.close()
