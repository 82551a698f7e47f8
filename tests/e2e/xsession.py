"""A private desktop for a test: Xvfb, a session bus and openbox, with an empty home. Import it, do not copy it.

    with xsession() as env:
        with running(env, "mousepad"):
            xdotool(env, "type", "hello")

Everything started here is stopped by its process handle; other displays and sessions are left alone.
"""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from glasswork.device.capture import desktop
from glasswork.schema.raw import RawEvent, RawKind

T = TypeVar("T")

NEEDED = ("Xvfb", "openbox", "xdotool", "dbus-daemon")
MISSING = [program for program in NEEDED if shutil.which(program) is None]
"""Programs that a desktop test cannot do without and that this machine lacks."""

PATIENCE_S = 15.0
"""How long a test waits for something that should happen at once."""


@contextmanager
def xsession(*, size: str = "1280x800", window_manager: bool = True) -> Iterator[dict[str, str]]:
    """Start a private X server, bus and window manager; give the environment for programs that use them.

    Beside the usual variables the environment holds `XSERVER_PID`, for tests that take the server away.
    """
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="glasswork-desktop-")))
        (home / "run").mkdir(mode=0o700)
        server, display = _server(size)
        stack.callback(_stop, server)
        env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home / "run"),
            "DISPLAY": display,
            "XSERVER_PID": str(server.pid),
            "GSETTINGS_BACKEND": "memory",
            "GTK_MODULES": "gail:atk-bridge",  # GTK 2 is not accessible without
            "NO_AT_BRIDGE": "0",
        }
        bus, address = _bus(env)
        stack.callback(_stop, bus)
        env["DBUS_SESSION_BUS_ADDRESS"] = address
        if window_manager:
            stack.enter_context(running(env, "openbox"))
            wait_until(lambda: "window id" in _output(env, "xprop", "-root", "_NET_SUPPORTING_WM_CHECK"))
        yield env


@contextmanager
def running(env: dict[str, str], *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in the session until the block ends."""
    process = subprocess.Popen(
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        _stop(process)


def xdotool(env: dict[str, str], *arguments: str) -> str:
    """Run one xdotool command and return what it printed."""
    return subprocess.run(
        ["xdotool", *arguments], env=env, check=True, capture_output=True, text=True, timeout=60
    ).stdout.strip()


def wait_for_window(env: dict[str, str], pattern: str, by: str = "--class") -> str:
    """The id of a visible window, as soon as one matches `pattern` and is the active one."""

    def active() -> str:
        found = _output(env, "xdotool", "search", "--onlyvisible", by, pattern).split()
        front = _output(env, "xdotool", "getactivewindow").strip()
        if found and front not in found:
            _output(env, "xdotool", "windowactivate", found[-1])
        return front if front in found else ""

    return wait_until(active)


def front_title(env: dict[str, str]) -> str:
    """The title of the active window; "" while none is, as between two windows."""
    return _output(env, "xdotool", "getactivewindow", "getwindowname")


def wait_until(condition: Callable[[], T], patience_s: float = PATIENCE_S) -> T:
    """Ask again and again until the answer is true, and return it. Fails after `patience_s`."""
    deadline = time.monotonic() + patience_s
    while not (answer := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return answer


class Recording:
    """The events of a session as they come. `error` is what ended the recording, if something did."""

    def __init__(self) -> None:
        self.events: list[RawEvent] = []
        self.error: BaseException | None = None

    def of(self, *kinds: RawKind) -> list[RawEvent]:
        """The events so far of some kinds."""
        return [event for event in list(self.events) if event.kind in kinds]

    def wait_for(self, kind: RawKind, **fields: Any) -> RawEvent:
        """The first event of a kind that has these values, as soon as there is one."""

        def found() -> list[RawEvent]:
            return [
                event for event in self.of(kind) if all(getattr(event, name) == value for name, value in fields.items())
            ]

        return wait_until(found)[0]

    def typed(self) -> list[tuple[str, bool | None]]:
        """What the writing keys produced so far, and what was said of their secrecy."""
        return [(event.text, event.secret) for event in self.of(RawKind.KEY_DOWN) if event.text]

    def clear(self) -> None:
        """Forget the events so far."""
        self.events.clear()


@contextmanager
def recording(
    env: dict[str, str], source: Callable[..., Iterator[RawEvent]] = desktop.events, **options: Any
) -> Iterator[Recording]:
    """Record the session in a thread until the block ends."""
    taken = Recording()
    reading, stop = os.pipe()

    def record() -> None:
        try:
            for event in source(reading, env=env, **options):
                taken.events.append(event)
        except BaseException as error:
            taken.error = error

    thread = threading.Thread(target=record, name="recording")
    thread.start()
    try:
        taken.wait_for(RawKind.FOCUS)
        yield taken
    finally:
        os.write(stop, b"x")
        thread.join(PATIENCE_S)
        os.close(reading)
        os.close(stop)
    assert not thread.is_alive()


def _server(size: str) -> tuple[subprocess.Popen[bytes], str]:
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as number:
        display = number.readline().strip()
    assert display, "Xvfb did not start"
    return server, f":{display}"


def _bus(env: dict[str, str]) -> tuple[subprocess.Popen[bytes], str]:
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert bus.stdout is not None
    return bus, bus.stdout.readline().decode().strip()


def _output(env: dict[str, str], *command: str) -> str:
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60).stdout


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdout is not None:
        process.stdout.close()
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
