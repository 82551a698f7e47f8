"""A private desktop: its own X server, D-Bus, window manager and home folder, gone without a trace at the end.

Nothing of the caller's session is used, so the demo is the same on a server without a screen, as root or not,
and cannot touch the user's own windows, clipboard or files.
"""

import glob
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from glasswork.cli.demo.errors import NoDesktop
from glasswork.cli.demo.windows import openbox_config

PROGRAMS = ("Xvfb", "dbus-daemon", "openbox", "xdotool", "mousepad", "xterm", "bash", "pcmanfm", "chromium")
# Not programs on the PATH: what brings GTK windows onto the accessibility bus. By Debian package.
PARTS = {
    "at-spi2-core": ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher"),
    "libatk-adaptor": ("/usr/lib/*/gtk-2.0/modules/libatk-bridge.so",),
    "libgail-common": ("/usr/lib/*/gtk-2.0/modules/libgail.so",),
}
SCREEN = (1280, 800)
BROWSER = ".config/chromium"  # below the home folder
START_SECONDS = 10.0
STOP_SECONDS = 5.0

GTK_SETTINGS = """[Settings]
gtk-font-name=DejaVu Sans 10
gtk-enable-animations=0
gtk-cursor-blink=0
"""
# Chromium's offer to save a password would cover the page; and it runs the extension in developer mode only.
BROWSER_SETTINGS = """{"credentials_enable_service": false, "profile": {"password_manager_enabled": false},
 "extensions": {"ui": {"developer_mode": true}}}"""
# The file manager has to know with what it opens a text file.
FILE_TYPES = "[Default Applications]\ntext/plain=org.xfce.mousepad.desktop\n"


def missing() -> list[str]:
    """Names of the programs and packages that the desktop needs and this machine does not have."""
    programs = [name for name in PROGRAMS if shutil.which(name) is None]
    parts = [name for name, paths in PARTS.items() if not any(map(glob.glob, paths))]
    return programs + parts


@dataclass
class Desktop:
    """A running desktop: `env` brings a program onto it, `documents` is the folder that the worker works in.

    `browser` is the folder for the browser's profile.
    """

    env: dict[str, str]
    documents: Path
    browser: Path
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    def start(self, argv: Sequence[str], pass_fds: Sequence[int] = ()) -> subprocess.Popen[bytes]:
        """Start a program on this desktop; it is stopped, with its children, when the desktop ends."""
        process = subprocess.Popen(
            argv,
            env=self.env,
            cwd=self.documents,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=pass_fds,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """End a program that `start` started, with its process group."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
        self._started.remove(process)

    def stop_all(self) -> None:
        """End everything: the newest first, then what D-Bus started on demand for the programs."""
        for process in reversed(self._started.copy()):
            self.stop(process)
        deadline = time.monotonic() + STOP_SECONDS
        while (left := _processes_of(self.env["XDG_RUNTIME_DIR"])) and time.monotonic() < deadline:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)


@contextmanager
def desktop(folder: Path) -> Generator[Desktop]:
    """Bring up a desktop whose files all lie under `folder` (created), and take it down again, errors or not.

    Raises:
        NoDesktop: a program is missing, or the X server, the bus or the window manager did not start.
    """
    if lacking := missing():
        raise NoDesktop(
            f"The demo's desktop needs what this machine does not have: {', '.join(lacking)}. "
            "Install it, or let the demo import its written recording instead."
        )
    folder = folder.resolve()
    home, runtime = folder / "home", folder / "run"
    for path in (home / ".config", home / "Documents", runtime):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    _configure(home / ".config", home / BROWSER)
    place = Desktop(env=_environment(home, runtime), documents=home / "Documents", browser=home / BROWSER)
    try:
        screen = ["-screen", "0", f"{SCREEN[0]}x{SCREEN[1]}x24", "-nolisten", "tcp", "-noreset"]
        place.env["DISPLAY"] = ":" + _answer(place, lambda fd: ["Xvfb", *screen, "-displayfd", str(fd)])
        bus = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={runtime}/bus"]
        place.env["DBUS_SESSION_BUS_ADDRESS"] = _answer(place, lambda fd: [*bus, f"--print-address={fd}"])
        config = folder / "openbox.xml"
        config.write_text(openbox_config())
        place.start(["openbox", "--sm-disable", "--config-file", str(config)])
        _wait_for_window_manager(place)
        yield place
    finally:
        place.stop_all()


def _configure(config: Path, browser: Path) -> None:
    for path, text in (
        (config / "gtk-3.0/settings.ini", GTK_SETTINGS),
        (browser / "Default/Preferences", BROWSER_SETTINGS),
        (config / "mimeapps.list", FILE_TYPES),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _environment(home: Path, runtime: Path) -> dict[str, str]:
    """Nothing of the caller's session but the path to programs: no display, bus, profile or language."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "LANG": "C.UTF-8",
        "PS1": "$ ",
        "GSETTINGS_BACKEND": "memory",
        "GTK_MODULES": "gail:atk-bridge",
    }


def _answer(place: Desktop, argv: Callable[[int], list[str]]) -> str:
    """Start a server, given a file descriptor to write to, and read the one line that says where it is up."""
    reader, writer = os.pipe()
    with os.fdopen(reader) as answer:
        command = argv(writer)
        place.start(command, pass_fds=[writer])
        os.close(writer)
        ready, _, _ = select.select([answer], [], [], START_SECONDS)
        line = answer.readline().strip() if ready else ""
    if not line:
        raise NoDesktop(f"{command[0]} did not start, so there is no desktop to work in. Try it by hand to see why.")
    return line


def _wait_for_window_manager(place: Desktop) -> None:
    deadline = time.monotonic() + START_SECONDS
    ask = ["xdotool", "get_num_desktops"]
    while subprocess.run(ask, env=place.env, capture_output=True, check=False).returncode != 0:
        if time.monotonic() > deadline:
            raise NoDesktop("openbox did not start, so no window could be placed. Try it by hand to see why.")
        time.sleep(0.05)


def _processes_of(runtime: str) -> list[int]:
    """Processes whose environment names this desktop's runtime folder: they were started within it."""
    mark = f"XDG_RUNTIME_DIR={runtime}".encode()
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or belongs to somebody else
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found
