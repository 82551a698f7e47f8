"""The two X clients of the benchmarks of capturing: one injects input by XTEST, the other, the application, gets it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

INJECT = """
import sys, time, xcffib, xcffib.xproto, xcffib.xtest
x = xcffib.connect()
test, root = x(xcffib.xtest.key), x.setup.roots[0].root
rate, events, ahead, times = float(sys.argv[1]), int(sys.argv[2]), 0.0, []
keys = [38, 39, 40, 41, 43, 44, 45, 46] + 8 * [22]  # eight letters, and backspace as often
began = time.monotonic()
for n in range(events):
    times.append(time.monotonic_ns())
    if n % 10 < 8:
        test.FakeInput(6, 0, 0, root, 200 + n % 300, 200, 0)
    else:
        test.FakeInput(2 + n % 2, keys[n // 10 % 16], 0, 0, 0, 0, 0)
    x.flush()
    ahead = began + (n + 1) / rate - time.monotonic() if rate else 0
    if ahead > 0:
        time.sleep(ahead)
x.core.GetInputFocus().reply()
print(*times)
"""

WINDOW = """
import sys, select, time, xcffib, xcffib.xproto as xp
x = xcffib.connect()
screen, window = x.setup.roots[0], x.generate_id()
mask = xp.EventMask.PointerMotion | xp.EventMask.KeyPress | xp.EventMask.KeyRelease
attributes = xp.CW.OverrideRedirect | xp.CW.EventMask
x.core.CreateWindow(0, window, screen.root, 0, 0, 900, 600, 0, 1, screen.root_visual, attributes, [1, mask])
x.core.MapWindow(window)
x.core.SetInputFocus(1, window, 0, is_checked=True).check()
print("mapped", flush=True)
times = []
while True:
    if sys.stdin in select.select([sys.stdin, x.get_file_descriptor()], [], [])[0]:
        break
    while event := x.poll_for_event():
        if isinstance(event, (xp.KeyPressEvent, xp.KeyReleaseEvent, xp.MotionNotifyEvent)):
            times.append(time.monotonic_ns())
print(*times, flush=True)
"""


def inject(env: dict[str, str], rate: float, events: int) -> list[int]:
    """Send this many events at this rate (0: as fast as it goes): when each was, in ns of CLOCK_MONOTONIC."""
    command = [sys.executable, "-c", INJECT, str(rate), str(events)]
    return times(subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout)


def times(said: str) -> list[int]:
    """The times that a client printed."""
    return [int(time) for time in said.split()]


@contextmanager
def child(env: dict[str, str], python: str, program: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a program that says one line when it is ready, and ends when its input does."""
    with subprocess.Popen(
        [python, "-c", program], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline().strip() in ("ready", "mapped")
            yield process
        finally:
            process.kill()


def finish(process: "subprocess.Popen[str]") -> str:
    """End a program started by `child`, and give what it printed."""
    return process.communicate("", timeout=60)[0]
