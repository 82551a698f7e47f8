"""The recorder's side of the indicator: may it capture, by the leave of a window that can be seen?"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final, Self

from glasswork.device.indicator.lines import Lines, line
from glasswork.device.states import State

ACKNOWLEDGE_S: Final = 1.0
"""How long the indicator has to show what it was told."""

FORGET_MINUTES: Final = 5
"""What one click or shortcut forgets."""

Look = Callable[[int], tuple[int, int, int, int] | None]
"""The recorder's own look at a window of its indicator: where on the screen it shows, None if it does not."""


class Wish(StrEnum):
    """What a participant asks for with one click or one shortcut."""

    PAUSE = "pause"
    RESUME = "resume"
    FORGET = "forget"
    REVIEW = "review"


class Lease:
    """Wait for `fileno()` to become readable, then `update()`. Call `show` for every batch of captured events."""

    def __init__(self, connection: socket.socket, process: subprocess.Popen[bytes], look: Look) -> None:
        self._connection = connection
        self._process = process
        self._look = look
        self._window = 0  # the one that is said to be visible; 0 while none is
        self._lines = Lines()
        self._batch = 0
        self._shown = 0
        self._asked: dict[int, float] = {}  # what was not acknowledged yet, and when it was sent
        self.visible = False
        """Whether the window can be seen: the indicator says so, and the recorder's own look agrees."""
        self.open = True
        """Whether the connection stands. Once it has ended the lease is over."""
        self.box: tuple[int, int, int, int] | None = None
        """Where the window was seen last, in pixels of the screen; None until it was."""
        self.taken = ""
        """The letters of the shortcuts that another program has, or that the keyboard lacks."""

    @classmethod
    def start(cls, env: Mapping[str, str] = {}) -> Self:
        """Start the indicator, with `env` added to this process's environment (its DISPLAY, say)."""
        from glasswork.device.indicator.seen import watch  # it needs the display's library, which the lease does not

        ours, theirs = socket.socketpair()
        # The hold's passphrase may stand in the recorder's environment, and is nothing that the indicator needs.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GLASSWORK_")}
        with theirs:
            process = subprocess.Popen(
                # -P: or a folder called glasswork where the recorder was started would be the indicator.
                [sys.executable, "-P", "-m", "glasswork.device.indicator", "--fd", str(theirs.fileno())],
                env={**inherited, **env},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        ours.setblocking(False)
        return cls(ours, process, watch(process.pid, env.get("DISPLAY")))

    @property
    def pid(self) -> int:
        """The indicator's process id."""
        return self._process.pid

    def fileno(self) -> int:
        """The socket to wait on."""
        return self._connection.fileno()

    def show(self, state: State, text: str) -> None:
        """Tell the indicator the recorder's state, in words."""
        self._batch += 1
        self._asked[self._batch] = time.monotonic()
        try:
            self._connection.sendall(line({"state": state, "text": text, "batch": self._batch}))
        except OSError:  # ended, or so far behind that the socket is full
            self.open = False

    def update(self) -> list[Wish]:
        """Take in what the indicator has said, without waiting. Returns what was wished for since."""
        wishes: list[Wish] = []
        while self.open:
            try:
                data = self._connection.recv(4096)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            self.open = bool(data)
            for message in self._lines.feed(data):
                self._take(message, wishes)
        self._asked = {batch: at for batch, at in self._asked.items() if batch > self._shown}
        if self.doubted():
            self._see()
        return wishes

    def _take(self, message: dict[str, Any], wishes: list[Wish]) -> None:
        match message:
            case {"shown": int() as shown, "visible": bool() as visible, "window": int() as window}:
                self._shown, self._window = shown, window if visible else 0
                self._see()
            case {"wish": str() as wish} if wish in frozenset(Wish):
                wishes.append(Wish(wish))
            case {"taken": str() as taken}:
                self.taken = taken
            case _:
                pass

    def _see(self) -> None:
        box = self._look(self._window) if self._window else None
        self.visible, self.box = box is not None, box or self.box

    def doubted(self) -> bool:
        """Whether a window is said to be visible that the recorder does not see: `update` looks for it again."""
        return self._window != 0 and not self.visible

    def late_s(self) -> float:
        """For how long it has owed an acknowledgement, in seconds; 0 where it owes none."""
        return time.monotonic() - min(self._asked.values()) if self._asked else 0.0

    def holds(self) -> bool:
        """Whether capture may go on."""
        return self.open and self.visible and self.late_s() <= ACKNOWLEDGE_S

    def close(self, *, at_once: bool = False) -> None:
        """End the lease and the indicator; `at_once` for one that does not answer, whose window would stay."""
        self.open = False
        self._connection.close()
        try:
            self._process.wait(0 if at_once else ACKNOWLEDGE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def leave(self) -> None:
        """End the lease, and leave it to the indicator to say for a while what it was told last."""
        self.open = False
        self._connection.close()
