"""The indicator's process: show what the recorder says, and say what can be seen and what is wished for.

What it shows is never older than the recorder: if that owes an answer (to a wish, or because somebody works while it
records) and does not give it, or the connection ends, the window turns grey and says so.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
# xcffib is generated code without types.

import argparse
import select
import socket
import time
from contextlib import suppress
from typing import Any, Final

import xcffib
from xcffib import randr, xproto

from glasswork.device.indicator.activity import REST_S, Activity
from glasswork.device.indicator.lease import Wish
from glasswork.device.indicator.lines import Lines, line
from glasswork.device.indicator.look import ENDED, GONE, wish_at
from glasswork.device.indicator.shortcuts import Shortcuts
from glasswork.device.indicator.sight import Sight
from glasswork.device.indicator.window import Window
from glasswork.device.states import State

ANSWER_S: Final = 3.0
"""How long the recorder has to answer before the indicator says that it does not."""

LINGER_S: Final = 10.0
"""How long the indicator tells of a recorder's end that nobody asked for."""

_SENT: Final = 0x80  # another program has made this event up (SendEvent): nobody clicked, and nothing was uncovered


class Indicator:
    """The window, what the recorder has said last, and what it owes."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._lines = connection, Lines()
        self._x = xcffib.connect()
        self._window = Window(self._x)
        self._sight = Sight(self._x, self._window)
        self._shortcuts = Shortcuts(self._x)
        self._activity = Activity(self._x)
        self._state, self._batch = State.OFF, 0
        self._heard = time.monotonic()
        self._owed: float | None = None  # when the answer that the recorder owes is overdue
        self._grey = False
        self._told: tuple[Any, ...] = ()

    def run(self) -> None:
        """Go on until either side or the display ends."""
        self._say(taken=self._shortcuts.taken)
        while True:
            self._sight.look()
            self._take_events()  # last, since any request may bring events along that the socket then hides
            self._sight.look()
            self._tell()
            due = [at for at in (self._sight.raise_at, self._owed) if at is not None]
            patience = max(0.0, min(due) - time.monotonic()) if due else None
            ready = select.select((self._connection, self._x.get_file_descriptor()), (), (), patience)[0]
            if self._connection in ready:
                data = self._connection.recv(4096)
                if not data:
                    return
                for message in self._lines.feed(data):
                    self._show(message)
            elif self._owed is not None and self._owed <= time.monotonic():
                self._owed, self._grey = None, True
                self._window.show_grey(GONE)

    def linger(self) -> None:
        """The recorder is gone: say so for a while, or until a click, unless it was asked to end."""
        if self._state is State.STOPPED:
            return
        self._shortcuts.release()  # the next recorder's indicator wants them
        if self._state is not State.REFUSED:
            self._window.show_grey(ENDED)
        until = time.monotonic() + LINGER_S
        while (left := until - time.monotonic()) > 0:
            while (event := self._x.poll_for_event()) is not None:
                if isinstance(event, xproto.ButtonPressEvent):
                    return
                if isinstance(event, xproto.ExposeEvent):
                    self._window.draw()
            select.select((self._x.get_file_descriptor(),), (), (), left)

    def _show(self, message: dict[str, Any]) -> None:
        self._state, self._batch = State(message["state"]), int(message["batch"])
        self._heard, self._owed, self._grey = time.monotonic(), None, False
        self._window.show(self._state, str(message["text"]))
        self._told = ()  # it waits for an acknowledgement
        self._tell()

    def _tell(self) -> None:
        """Say what can be seen, if that is news. A grey window shows nothing, so nothing may be captured."""
        visible = self._sight.visible and not self._grey
        if self._told != (self._batch, visible, self._window.box):
            self._told = self._batch, visible, self._window.box
            self._say(shown=self._batch, visible=visible, window=self._window.id)

    def _take_events(self) -> None:
        while (event := self._x.poll_for_event()) is not None:
            if event.response_type & _SENT:
                continue
            self._sight.take(event)
            match event:
                case xproto.ButtonPressEvent(detail=1, event_x=x) if not self._grey:  # else there are no buttons
                    self._wish(wish_at(self._state, x))
                case xproto.KeyPressEvent():
                    letter = self._shortcuts.letter(event)
                    toggle = Wish.RESUME if self._state is State.PAUSED else Wish.PAUSE
                    self._wish({"P": toggle, "F": Wish.FORGET, "R": Wish.REVIEW}.get(letter))
                case xproto.MappingNotifyEvent():
                    self._shortcuts.grab()
                    self._say(taken=self._shortcuts.taken)
                case xproto.ExposeEvent(count=0):
                    self._window.draw()
                case xproto.ConfigureNotifyEvent(window=window) if window != self._window.id:
                    if window == self._x.setup.roots[self._x.pref_screen].root:
                        self._window.place(event.width, event.height)
                case randr.ScreenChangeNotifyEvent():
                    self._window.place(event.width, event.height)
                case _ if self._activity.is_alarm(event):
                    # What it said since the rest began may have been of this.
                    if self._state is State.RECORDING and time.monotonic() - self._heard >= REST_S:
                        self._expect_answer()
                case _:
                    pass

    def _wish(self, wish: Wish | None) -> None:
        if wish is not None:
            self._say(wish=wish)
            self._expect_answer()

    def _expect_answer(self) -> None:
        self._owed = self._owed or time.monotonic() + ANSWER_S

    def _say(self, **message: Any) -> None:
        self._connection.sendall(line(message))


def main() -> None:
    """Run the indicator on the socket that `--fd` names."""
    parser = argparse.ArgumentParser(description="Glasswork's indicator. Started by the recorder.")
    parser.add_argument("--fd", type=int, required=True, help="the socket to the recorder")
    connection = socket.socket(fileno=parser.parse_args().fd)
    with connection, suppress(xcffib.ConnectionException):  # without a display no indicator
        indicator = Indicator(connection)
        with suppress(OSError):  # the recorder is gone, which linger tells
            indicator.run()
        indicator.linger()


if __name__ == "__main__":
    main()
