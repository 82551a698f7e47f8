"""Whether the indicator's window can be seen, as far as an X server tells, and bringing it back where it cannot.

Without a compositor the server says by itself when it is covered (VisibilityNotify). With one, it calls every window
unobscured; so whenever a window has moved, what is left of this one is reckoned (`seen`). A screen that is off without
its screen saver is not noticed.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportAttributeAccessIssue=false
# xcffib is generated code without types.

import time
from typing import Any, Final

import xcffib
from xcffib import screensaver, shape, xproto

from glasswork.device.indicator.seen import seen
from glasswork.device.indicator.window import Window

_RAISE_EVERY_S: Final = 1.0  # two programs that both insist on being on top must not keep each other busy
_COVERED: Final = 2  # VisibilityFullyObscured
_SAVER_OFF: Final = (0, 3)  # off, disabled
_MOVES: Final = (
    xproto.ConfigureNotifyEvent,
    xproto.CreateNotifyEvent,
    xproto.MapNotifyEvent,
    xproto.UnmapNotifyEvent,
    xproto.ReparentNotifyEvent,
    xproto.CirculateNotifyEvent,
    shape.NotifyEvent,
)


class Sight:
    """Feed it every event, then `look`. `visible` is the answer; `raise_at` (time.monotonic()) when to come back up."""

    def __init__(self, x: xcffib.Connection, window: Window) -> None:
        self._x, self._core, self._window = x, x.core, window
        root: int = x.setup.roots[x.pref_screen].root
        self._obscured, self._there, self._saver, self._moved = _COVERED, False, False, True
        self._raised = 0.0
        self.visible = False
        self.raise_at: float | None = None
        wanted = xproto.EventMask.SubstructureNotify | xproto.EventMask.StructureNotify
        self._core.ChangeWindowAttributes(root, xproto.CW.EventMask, [wanted])
        if self._core.QueryExtension(len(screensaver.key.name), screensaver.key.name).reply().present:
            saver = x(screensaver.key)
            saver.SelectInput(root, screensaver.Event.NotifyMask)
            self._saver = saver.QueryInfo(root).reply().state not in _SAVER_OFF

    def take(self, event: Any) -> None:
        """Take in one event of the X server."""
        if isinstance(event, xproto.VisibilityNotifyEvent):
            self._obscured = event.state
        elif isinstance(event, screensaver.NotifyEvent):
            self._saver = event.state not in _SAVER_OFF
        elif isinstance(event, _MOVES):
            self._moved = True
            if isinstance(event, xproto.UnmapNotifyEvent) and event.window == self._window.id:
                self._obscured = _COVERED

    def look(self) -> None:
        """Bring `visible` and `raise_at` up to what is the case, and come back to the top where that is due."""
        touched = self._obscured != 0
        if self._moved:
            self._moved = False
            now = seen(self._x, self._window.id)
            self._there = now.box == self._window.box
            touched = touched or now.touched or not self._there
            self.raise_at = self._raised + _RAISE_EVERY_S if touched else None
        elif touched and self.raise_at is None:
            self.raise_at = self._raised + _RAISE_EVERY_S
        at = time.monotonic()
        if self.raise_at is not None and self.raise_at <= at:
            self.raise_at, self._raised = None, at
            self._window.restore()
        self.visible = self._obscured != _COVERED and self._there and not self._saver
