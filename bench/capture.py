"""What capturing costs beside pynput, fed the same events in turn; what it loses under pressure; what it does idle.

A private X server with a window that receives the input (without one, the server batches for XRecord and flatters
pynput). Injected by XTEST at 1,000 events a second: 80 % pointer moves, 20 % keys. CPU is the kernel's clock of the
recorder's process, all threads, user and system. The arms, each RUNS times, interleaved:

    capture       `desktop.events` read by a loop that counts                       (X11 alone, as pynput)
    pynput        a mouse and a keyboard listener that count
    capture_atspi as `capture`, with accessibility on and a GTK editor in front
    end_to_end    the whole recorder: redacted, reduced, sealed, on disk            (accessibility on, same editor)

pynput 1.8.2 is installed into bench/.peers; where that fails, its arm is skipped and the ratio printed as such.

    python bench/capture.py [RUNS [SECONDS_PER_RUN]]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.device import control
from glasswork.device.errors import AgentAbsent
from glasswork.policy import SignerRole, compile_text, pack, sign
from glasswork.policy.keys import public_text
from glasswork.policy.templates import self_policy

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent / "tests")]
from xclient import WINDOW, child, finish, inject, times  # noqa: E402

from e2e.xsession import running, wait_for_window, wait_until, xdotool, xsession  # noqa: E402

RATE, IDLE_S, BURST = 1000, 10.0, 100_000
PEER = HERE / ".peers" / "capture"
PINNED = "pynput==1.8.2"

CAPTURE = """
import json, sys, threading
from glasswork.device.capture import desktop
from glasswork.schema.raw import RawKind
moves = keys = lost = 0
source = desktop.events(0)
next(source)
print("ready", flush=True)
for event in source:
    kind = event.kind
    if kind is RawKind.MOVE:
        moves += event.count
    elif kind is RawKind.KEY_DOWN or kind is RawKind.KEY_UP:
        keys += 1
    elif kind is RawKind.LOST:
        lost += event.count
print(json.dumps({"events": moves + keys, "lost": lost}), flush=True)
"""

PYNPUT = """
import json, sys
from pynput import keyboard, mouse
seen = 0
def count(*_):
    global seen
    seen += 1
listeners = [mouse.Listener(on_move=count), keyboard.Listener(on_press=count, on_release=count)]
for one in listeners:
    one.start()
for one in listeners:
    one.wait()
print("ready", flush=True)
sys.stdin.read(1)
print(json.dumps({"events": seen, "lost": 0}), flush=True)
"""

AGENT = """
import sys
from pathlib import Path
from glasswork.device import agent
from glasswork.device.capture import desktop
from glasswork.device.indicator import Lease
agent.run(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes(), bytes(range(32)), desktop.events, Lease.start)
"""


@dataclass(frozen=True)
class Run:
    """One run of an arm: CPU seconds of the recorder, wall seconds of the injection, events told, lost."""

    cpu_s: float
    wall_s: float
    events: int
    lost: int

    @property
    def us(self) -> float:
        """CPU microseconds per event."""
        return self.cpu_s / self.events * 1e6

    @property
    def core_pct(self) -> float:
        """Per cent of one core while the events came."""
        return 100 * self.cpu_s / self.wall_s


def main() -> None:
    """Run everything, and end with the one line."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    events = RATE * (int(sys.argv[2]) if len(sys.argv) > 2 else 6)
    peer = peer_python()
    arms: dict[str, list[Run]] = {"capture": [], "capture_atspi": [], "end_to_end": []}
    if peer is not None:
        arms["pynput"] = []
    for _ in range(runs):
        for arm, found in arms.items():
            found.append(measure(arm, RATE, events, peer))
    for arm, found in arms.items():
        us, core = [one.us for one in found], [one.core_pct for one in found]
        told = sorted({one.events for one in found})
        print(
            f"{arm}: {median(us):.1f} us an event ({min(us):.1f} to {max(us):.1f}), {median(core):.2f} % of a core "
            f"({min(core):.2f} to {max(core):.2f}); {events} events sent, told {told}, lost {[r.lost for r in found]}"
        )
        print(f"  each run, % of a core: {' '.join(f'{one:.2f}' for one in core)}")
    ratio, ratios = "skipped", list[float]()
    if peer is not None:
        ratios = [theirs.us / ours.us for ours, theirs in zip(arms["capture"], arms["pynput"], strict=True)]
        ratio = f"{median(ratios):.1f}"
        print(f"pynput / capture: {ratio} ({min(ratios):.1f} to {max(ratios):.1f}, {runs} runs)")
    fast, burst = measure("capture", 8000, 16_000, None), measure("capture", 0, BURST, None)
    print(f"8 kHz: {fast.events} of 16000 told, {fast.us:.1f} us an event; burst: {burst.events} of {BURST} told")
    wakes = idle_wakeups()
    print(f"idle for {IDLE_S:.0f} s: the capture process went to sleep {wakes} times")
    cores = {arm: median(run.core_pct for run in found) for arm, found in arms.items()}
    if peer is not None:
        judge("times less than pynput", median(ratios), at_least=7)
    judge("% of a core for capture", cores["capture"], at_most=0.5)
    judge("% of a core end to end", cores["end_to_end"], at_most=1)
    judge("events lost at 8 kHz", 16_000 - fast.events, at_most=0)
    judge("events lost in a burst", BURST - burst.events, at_most=0)
    judge("wake-ups idle", wakes, at_most=0)
    print(
        f"capture: pynput_ratio={ratio} capture_core_pct={cores['capture']:.2f} "
        f"capture_atspi_core_pct={cores['capture_atspi']:.2f} "
        f"end_to_end_core_pct={cores['end_to_end']:.2f} "
        f"lost_8khz={16_000 - fast.events} lost_burst={BURST - burst.events} idle_wakeups={wakes} "
        f"us_per_event={median(r.us for r in arms['capture']):.1f}"
    )


def judge(what: str, value: float, *, at_least: float = -inf, at_most: float = inf) -> None:
    """Say whether a bar is met."""
    print(f"{what}: {value:.2f}, {'met' if at_least <= value <= at_most else 'LOST'}")


def measure(arm: str, rate: float, events: int, peer: str | None) -> Run:
    """One run of an arm on a server of its own."""
    with ExitStack() as stack:
        env = stack.enter_context(xsession(window_manager=arm in ("capture_atspi", "end_to_end")))
        if arm == "end_to_end":
            return stack.enter_context(recorder(env)).measure(rate, events)
        if arm == "capture_atspi":
            stack.enter_context(running(env, "mousepad"))
            wait_for_window(env, "mousepad")
        else:
            del env["DBUS_SESSION_BUS_ADDRESS"]
            window = stack.enter_context(child(env, sys.executable, WINDOW))
        program = [peer, PYNPUT] if arm == "pynput" else [sys.executable, CAPTURE]
        with child(env, *program) as process:
            time.sleep(1)  # what starting brings along is over
            before, began = cpu(process.pid), time.monotonic()
            inject(env, rate, events)
            wall = time.monotonic() - began
            time.sleep(1)  # keys may wait for 250 ms; both arms sleep alike
            used = cpu(process.pid) - before
            found = json.loads(finish(process))
        if arm in ("capture", "pynput"):
            received = len(times(finish(window)))
            assert received == events, f"the window received {received} of {events} events"
        return Run(used, wall, found["events"], found["lost"])


class Recorder:
    """The whole recorder, in a process of its own, with the editor in front."""

    def __init__(self, env: dict[str, str], folder: Path, pid: int) -> None:
        self._env, self._folder, self._pid = env, folder, pid

    def status(self) -> dict[str, int]:
        """What it says of itself."""
        return control.ask(self._folder, "status")

    def measure(self, rate: float, events: int) -> Run:
        """Inject, and see what it took until all of it was told."""
        at_first, before, began = self.status(), cpu(self._pid), time.monotonic()
        inject(self._env, rate, events)
        wall = time.monotonic() - began
        xdotool(self._env, "key", *2 * ["Tab"])  # ends the run of typing, which is counted only then
        events += 4
        time.sleep(1)
        used, at_last = cpu(self._pid) - before, self.status()
        print(f"  of those suppressed: {at_last['suppressed'] - at_first['suppressed']}")
        return Run(used, wall, at_last["raw"] - at_first["raw"], at_last["lost"] - at_first["lost"])


@contextmanager
def recorder(env: dict[str, str]) -> Iterator[Recorder]:
    """Run the recorder beside an editor until both have settled; it ends with the block."""
    owner, now = Ed25519PrivateKey.generate(), datetime.now(UTC)
    bundle = compile_text(self_policy(public_text(owner), now=now, sink_url="http://127.0.0.1:1"))
    with tempfile.TemporaryDirectory() as folder, running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        policy, device = Path(folder) / "policy", Path(folder) / "device"
        policy.write_bytes(pack(bundle, [sign(bundle, SignerRole.OWNER, owner, now=now)]))
        command = [sys.executable, "-c", AGENT, str(device), str(policy)]
        with subprocess.Popen(command, env={**os.environ, **env}, stderr=subprocess.PIPE, text=True) as process:
            try:
                wait_until(lambda: process.poll() is not None or state(device) == "recording")
                time.sleep(2)
                if process.poll() is not None:
                    raise SystemExit(f"The recorder ended before it was measured:\n{process.communicate()[1]}")
                yield Recorder(env, device, process.pid)
            finally:
                process.terminate()


def state(device: Path) -> str:
    """What the recorder says that it does; "" before it can be asked."""
    try:
        return str(control.ask(device, "status")["state"])
    except AgentAbsent:
        return ""


def idle_wakeups() -> int:
    """How often the threads of a capture process go to sleep in IDLE_S without input: each is one wake-up."""
    with xsession() as env, running(env, "mousepad"):
        wait_for_window(env, "mousepad")
        with child(env, sys.executable, CAPTURE) as process:
            inject(env, RATE, 100)
            time.sleep(3)  # the last tree has been taken, the caret of the editor blinks on
            before = sleeps(process.pid)
            time.sleep(IDLE_S)
            found = sleeps(process.pid) - before
            finish(process)
    return found


def cpu(pid: int) -> float:
    """CPU seconds of a process so far, all its threads: the kernel's clock of another process (clock_getcpuclockid)."""
    return time.clock_gettime(~pid << 3 | 2)


def sleeps(pid: int) -> int:
    """How often the threads of a process went to sleep by themselves."""
    lines = [line for status in Path(f"/proc/{pid}/task").glob("*/status") for line in status.read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


def peer_python() -> str | None:
    """The interpreter of an environment that has pynput; None, with a word about it, where it cannot be installed."""
    python = PEER / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", PEER], check=True, capture_output=True)
        command = [python, "-m", "pip", "install", "--quiet", PINNED]
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        print(f"pynput: skipped, {PINNED} cannot be installed here")
        return None
    return str(python)


if __name__ == "__main__":
    main()
