"""The indicator: a small window on top of all others that shows what the recorder is doing. No indicator, no capture.

It is a process of its own (`python -m glasswork.device.indicator --fd N`), and the recorder holds a `Lease` from it:
capture goes on only while the connection is open, the window can be seen, and what it was last told to show was
acknowledged within a second. Nothing is sent while nothing happens.

Lines of JSON go over one socket. Recorder: `{"state": "recording", "app": "editor", "batch": 7}`. Indicator:
`{"shown": 7, "visible": true}` once the X server has drawn it, and whenever the window is covered or uncovered;
`{"click": "toggle"}` when it was clicked. The end of the socket is the end of the lease, on either side.

A compositing window manager draws covered windows too and tells nobody that they are covered; there, and on a screen
that is switched off, "visible" means "mapped".
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
# xcffib is generated code without types.

import argparse
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any, Final, Self

import xcffib
from xcffib import xproto

ACKNOWLEDGE_S: Final = 1.0
"""How long the indicator has to show what it was told."""


class State(StrEnum):
    """What the recorder is doing, as the indicator shows it."""

    RECORDING = "recording"
    PAUSED = "paused"
    OFF = "off"
    REFUSED = "refused"


COLOURS: Final = {
    State.RECORDING: 0xC62828,
    State.PAUSED: 0xF9A825,
    State.OFF: 0x616161,
    State.REFUSED: 0x4A148C,
}
"""The background of the window in each state, as RGB."""

WIDTH: Final = 240
HEIGHT: Final = 24
MARGIN: Final = 8
"""Size of the window and its distance from the upper right corner of the screen, in pixels."""

_RAISE_EVERY_S: Final = 1.0  # two programs that both insist on being on top must not keep each other busy
_TEXT_LIMIT: Final = 36
_WHITE: Final = 0xFFFFFF
_COVERED: Final = 2  # VisibilityFullyObscured


class Lease:
    """The recorder's side: may it capture, by the leave of an indicator that can be seen?

    Wait for `fileno()` to become readable, then `update()`. Call `show` for every batch of captured events, at most
    some times a second.
    """

    def __init__(self, connection: socket.socket, process: subprocess.Popen[bytes]) -> None:
        self._connection = connection
        self._process = process
        self._lines = _Lines()
        self._batch = 0
        self._shown = 0
        self._asked: dict[int, float] = {}  # what was not acknowledged yet, and when it was sent
        self.visible = False
        """Whether the window can be seen. False until the indicator has said otherwise."""
        self.open = True
        """Whether the connection stands. Once it has ended the lease is over."""

    @classmethod
    def start(cls, env: Mapping[str, str] = {}) -> Self:
        """Start the indicator, with `env` added to this process's environment (its DISPLAY, say)."""
        ours, theirs = socket.socketpair()
        # The hold's passphrase may stand in the recorder's environment, and is nothing that the indicator needs.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GLASSWORK_")}
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "glasswork.device.indicator", "--fd", str(theirs.fileno())],
                env={**inherited, **env},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        ours.setblocking(False)
        return cls(ours, process)

    @property
    def pid(self) -> int:
        """The indicator's process id."""
        return self._process.pid

    def fileno(self) -> int:
        """The socket to wait on."""
        return self._connection.fileno()

    def show(self, state: State, app: str = "") -> None:
        """Tell the indicator the recorder's state and the application that is being recorded now."""
        self._batch += 1
        self._asked[self._batch] = time.monotonic()
        message = {"state": state, "app": app, "batch": self._batch}
        try:
            self._connection.sendall(json.dumps(message).encode() + b"\n")
        except OSError:  # ended, or so far behind that the socket is full
            self.open = False

    def update(self) -> int:
        """Take in what the indicator has said, without waiting. Returns how often it was clicked since."""
        clicks = 0
        while self.open:
            try:
                data = self._connection.recv(4096)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            self.open = bool(data)
            for message in self._lines.feed(data):
                clicks += message.get("click") == "toggle"
                if "shown" in message:
                    self._shown = int(message["shown"])
                    self.visible = message.get("visible") is True
        self._asked = {batch: at for batch, at in self._asked.items() if batch > self._shown}
        return clicks

    def acknowledged(self) -> bool:
        """Whether everything that was to be shown is, or is not overdue yet."""
        return not self._asked or time.monotonic() - min(self._asked.values()) <= ACKNOWLEDGE_S

    def holds(self) -> bool:
        """Whether capture may go on."""
        return self.open and self.visible and self.acknowledged()

    def close(self) -> None:
        """End the lease. The indicator ends too."""
        self.open = False
        self._connection.close()
        try:
            self._process.wait(ACKNOWLEDGE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class _Lines:
    """Lines of JSON out of pieces of a stream. What is no JSON object is left out."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        found: list[dict[str, Any]] = []
        for line in lines:
            with suppress(ValueError):
                message = json.loads(line)
                if isinstance(message, dict):
                    found.append(message)
        return found


class _Window:
    """The window itself."""

    def __init__(self) -> None:
        self._x = xcffib.connect()
        screen = self._x.setup.roots[self._x.pref_screen]
        self._id = self._x.generate_id()
        self._gc = self._x.generate_id()
        font = self._x.generate_id()
        core = self._x.core
        events = (
            xproto.EventMask.Exposure
            | xproto.EventMask.ButtonPress
            | xproto.EventMask.VisibilityChange
            | xproto.EventMask.StructureNotify
        )
        core.CreateWindow(
            screen.root_depth,
            self._id,
            screen.root,
            screen.width_in_pixels - WIDTH - MARGIN,
            MARGIN,
            WIDTH,
            HEIGHT,
            0,
            xproto.WindowClass.InputOutput,
            screen.root_visual,
            xproto.CW.BackPixel | xproto.CW.OverrideRedirect | xproto.CW.EventMask,
            [COLOURS[State.OFF], 1, events],
        )
        core.OpenFont(font, len("fixed"), "fixed")
        core.CreateGC(self._gc, self._id, xproto.GC.Foreground | xproto.GC.Font, [_WHITE, font])
        core.MapWindow(self._id)
        self._x.flush()
        self._state, self._text = State.OFF, ""
        self.visible = False
        self.raise_at: float | None = None
        self._raised = 0.0

    def fileno(self) -> int:
        return self._x.get_file_descriptor()

    def show(self, state: State, app: str) -> None:
        """Draw a state; back when the X server has done it."""
        words = f"{state.capitalize()}{': ' if app else ''}{app}"
        self._state = state
        self._text = "".join(letter if " " <= letter <= "~" else "?" for letter in words[:_TEXT_LIMIT])
        self._draw()
        self._x.core.GetInputFocus().reply()

    def _draw(self) -> None:
        core, colour = self._x.core, COLOURS[self._state]
        core.ChangeWindowAttributes(self._id, xproto.CW.BackPixel, [colour])
        core.ClearArea(False, self._id, 0, 0, 0, 0)
        core.ChangeGC(self._gc, xproto.GC.Background, [colour])
        core.ImageText8(len(self._text), self._id, self._gc, MARGIN, HEIGHT - MARGIN, self._text)
        self._x.flush()

    def take_events(self) -> int:
        """Take in what the X server has said. Returns how often the window was clicked."""
        clicks = 0
        while (event := self._x.poll_for_event()) is not None:
            if isinstance(event, xproto.ButtonPressEvent):
                clicks += event.detail == 1
            elif isinstance(event, xproto.ExposeEvent) and event.count == 0:
                self._draw()
            elif isinstance(event, xproto.VisibilityNotifyEvent):
                self.visible = event.state != _COVERED
                self.raise_at = self._raised + _RAISE_EVERY_S if event.state else None
            elif isinstance(event, xproto.UnmapNotifyEvent):
                self.visible = False
                self.raise_at = self._raised + _RAISE_EVERY_S
        return clicks

    def raise_if_due(self) -> None:
        """Come back to the top if covered, unless that was done just now."""
        now = time.monotonic()
        if self.raise_at is not None and self.raise_at <= now:
            self.raise_at, self._raised = None, now
            self._x.core.MapWindow(self._id)
            self._x.core.ConfigureWindow(self._id, xproto.ConfigWindow.StackMode, [xproto.StackMode.Above])
            self._x.flush()


def run(connection: socket.socket) -> None:
    """Show what the recorder on the other end of `connection` says, until either side or the display ends."""
    window = _Window()
    lines = _Lines()
    batch = 0
    while True:
        visible = window.visible
        window.raise_if_due()
        clicks = window.take_events()  # last, since any request may bring events along that the socket then hides
        answers: list[dict[str, Any]] = [{"click": "toggle"}] * clicks
        if window.visible != visible:
            answers.append({"shown": batch, "visible": window.visible})
        connection.sendall(b"".join(json.dumps(one).encode() + b"\n" for one in answers))
        patience = max(0.0, window.raise_at - time.monotonic()) if window.raise_at else None
        if connection not in select.select((connection, window), (), (), patience)[0]:
            continue
        data = connection.recv(4096)
        if not data:
            return
        for message in lines.feed(data):
            window.show(State(message["state"]), str(message["app"]))
            batch = int(message["batch"])
            answer = {"shown": batch, "visible": window.visible}
            connection.sendall(json.dumps(answer).encode() + b"\n")


def main() -> None:
    """Run the indicator on the socket that `--fd` names."""
    parser = argparse.ArgumentParser(description="Glasswork's indicator. Started by the recorder.")
    parser.add_argument("--fd", type=int, required=True, help="the socket to the recorder")
    connection = socket.socket(fileno=parser.parse_args().fd)
    with connection, suppress(OSError, xcffib.XcffibException):  # the end of either side is the end of the lease
        run(connection)


if __name__ == "__main__":
    main()
