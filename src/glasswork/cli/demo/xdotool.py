"""A hand on the real desktop: xdotool from outside, so that the recorder sees what it would see of a person."""

import os
import re
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress

from glasswork.api.browser import extension_folder
from glasswork.cli.demo.errors import WorkerStumbled
from glasswork.cli.demo.pace import Pace
from glasswork.cli.demo.server import Pages
from glasswork.cli.demo.session import Desktop
from glasswork.cli.demo.windows import Box, Place, Window

WAIT_SECONDS = 10.0
# The extension starts with the browser, and its host after it.
TOLD_SECONDS = 8.0
# A new window takes keys a moment after it became active.
SETTLE_SECONDS = 0.15
STEP_PIXELS = 22

CHROMIUM = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    "--password-store=basic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
)


class DesktopHand:
    """Does what `hand.Hand` says on a `Desktop`. `typed` collects the strings that it typed.

    `told` says whether the recorder knows which page is in front: nothing is done in a page before. `extension` is
    False once that took too long, as in a browser that does not load it; from then on, it is not waited for.
    """

    def __init__(self, desktop: Desktop, pages: Pages, pace: Pace, told: Callable[[], bool] = lambda: True) -> None:
        self.desktop = desktop
        self.pages = pages
        self.pace = pace
        self.typed: list[str] = []
        self.extension = True
        self._told = told
        self._running: dict[Window, subprocess.Popen[bytes]] = {}

    def open(self, window: Window, argument: str = "", title: str = "") -> None:
        self.think(0.2)
        self._running[window] = self.desktop.start(self._command(window.program, argument))
        self.see(window, title)

    def see(self, window: Window, title: str = "") -> None:
        pattern = re.compile(title or window.title)
        self._until(lambda: pattern.search(self._active_title()) is not None, f"{window.program}'s window")
        if window.program == "chromium":
            self._wait_until_told()
        time.sleep(SETTLE_SECONDS)

    def close(self, window: Window, keys: str) -> None:
        self.press(keys)
        self._until(lambda: not self._visible(window), f"{window.program} to close")
        if process := self._running.pop(window, None):
            with suppress(subprocess.TimeoutExpired):  # it may still be writing its settings
                process.wait(WAIT_SECONDS)
            self.desktop.stop(process)

    def type(self, text: str) -> None:
        self.typed.append(text)
        self._keys([f"U{ord(character):04x}" for character in text])

    def press(self, *keys: str) -> None:
        self._keys(list(keys))
        self.think(0.06)

    def click(self, place: Place, times: int = 1) -> None:
        self._move(self._locate(place))
        self._xdotool("click", "--repeat", str(times), "--delay", "90", "1")
        self.think(0.15)

    def scroll(self, place: Place, notches: int) -> None:
        self._move(self._locate(place))
        self._xdotool("click", "--repeat", str(abs(notches)), "--delay", "60", "5" if notches > 0 else "4")
        self.think(0.5)

    def think(self, seconds: float) -> None:
        time.sleep(self.pace.pause(seconds))

    def drop_everything(self) -> None:
        """End the programs that this hand opened, saved or not."""
        for process in self._running.values():
            self.desktop.stop(process)
        self._running.clear()

    def _command(self, program: str, argument: str) -> list[str]:
        document = self.desktop.documents / argument
        if program == "mousepad":
            return ["mousepad", *([str(document)] if argument else [])]
        if program == "pcmanfm":
            return ["pcmanfm", str(document)]
        if program == "xterm":
            shell = ["bash", "--norc", "--noprofile"]
            return ["xterm", "-T", "Terminal", "-fa", "DejaVu Sans Mono", "-fs", "10", "-e", *shell]
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        own = [f"--user-data-dir={self.desktop.browser}", f"--load-extension={extension_folder()}"]
        return ["chromium", *root, *CHROMIUM, *own, f"{self.pages.url}/{argument}"]

    def _wait_until_told(self) -> None:
        deadline = time.monotonic() + TOLD_SECONDS
        while self.extension and not self._told():
            self.extension = time.monotonic() < deadline
            time.sleep(0.03)

    def _locate(self, place: Place) -> Box:
        if place.page:
            self._until(lambda: self.pages.where(place.page) is not None, "a page to load")
            return self.pages.where(place.page) or place.box
        left, top, width, height = place.box
        return (place.window.box[0] + left, place.window.box[1] + top, width, height)

    def _move(self, box: Box) -> None:
        """By small relative steps: a warp makes no raw motion, and no person can do it."""
        end = self.pace.aim(box)
        here = self._pointer()
        steps: list[str] = []
        for x, y in self.pace.path(here, end, STEP_PIXELS):
            steps += ["mousemove_relative", "--", str(x - here[0]), str(y - here[1]), "sleep", "0.008"]
            here = (x, y)
        self._xdotool(*steps)
        if self._pointer() != end:
            raise WorkerStumbled("The pointer did not follow the worker's hand; somebody else may be moving it.")
        self.think(0.06)

    def _pointer(self) -> tuple[int, int]:
        found = dict(re.findall(r"^(X|Y)=(\d+)$", self._xdotool("getmouselocation", "--shell"), re.MULTILINE))
        return int(found["X"]), int(found["Y"])

    def _keys(self, names: list[str]) -> None:
        steps: list[str] = []
        for name in names:
            steps += ["key", "--delay", "0", name, "sleep", f"{self.pace.key():.3f}"]
        self._xdotool(*steps)

    def _active_title(self) -> str:
        return self._xdotool("getactivewindow", "getwindowname", check=False)

    def _visible(self, window: Window) -> bool:
        return bool(self._xdotool("search", "--onlyvisible", "--name", window.title, check=False))

    def _until(self, done: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not done():
            if time.monotonic() > deadline:
                raise WorkerStumbled(f"The worker waited {WAIT_SECONDS:.0f} seconds for {what}, in vain.")
            time.sleep(0.03)

    def _xdotool(self, *argv: str, check: bool = True) -> str:
        done = subprocess.run(["xdotool", *argv], env=self.desktop.env, capture_output=True, text=True, check=False)
        if check and done.returncode != 0:
            raise WorkerStumbled("xdotool could not do what the worker wanted; the desktop may have gone away.")
        return done.stdout.strip()
