"""Whether the indicator's window can be seen, as far as an X server tells.

Without a compositor the server says so itself (VisibilityNotify). With one, it calls every window unobscured; there
the order of the windows is looked at whenever one of them has moved. Two windows that only together cover it, and a
screen that is off without its screen saver, are not noticed; one that covers it and is translucent counts as cover.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportAttributeAccessIssue=false
# xcffib is generated code without types.

import time
from typing import Any, Final

import xcffib
from xcffib import screensaver, xproto

from glasswork.device.indicator.window import Window

_RAISE_EVERY_S: Final = 1.0  # two programs that both insist on being on top must not keep each other busy
_COVERED: Final = 2  # VisibilityFullyObscured
_SAVER_OFF: Final = (0, 3)  # off, disabled
_VIEWABLE: Final = 2
_MOVES: Final = (
    xproto.ConfigureNotifyEvent,
    xproto.MapNotifyEvent,
    xproto.UnmapNotifyEvent,
    xproto.ReparentNotifyEvent,
    xproto.CirculateNotifyEvent,
)


class Sight:
    """Feed it every event, then `look`. `visible` is the answer; `raise_at` (time.monotonic()) when to come back up."""

    def __init__(self, x: xcffib.Connection, window: Window) -> None:
        self._x, self._core, self._window = x, x.core, window
        self._root: int = x.setup.roots[x.pref_screen].root
        self._obscured, self._overlaid, self._saver, self._moved = _COVERED, False, False, True
        self._raised = 0.0
        self.visible = False
        self.raise_at: float | None = None
        wanted = xproto.EventMask.SubstructureNotify | xproto.EventMask.StructureNotify
        self._core.ChangeWindowAttributes(self._root, xproto.CW.EventMask, [wanted])
        if self._core.QueryExtension(len(screensaver.key.name), screensaver.key.name).reply().present:
            saver = x(screensaver.key)
            saver.SelectInput(self._root, screensaver.Event.NotifyMask)
            self._saver = saver.QueryInfo(self._root).reply().state not in _SAVER_OFF

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
            self._overlaid, overlapped = self._above()
            touched = touched or overlapped
            self.raise_at = self._raised + _RAISE_EVERY_S if touched else None
        elif touched and self.raise_at is None:
            self.raise_at = self._raised + _RAISE_EVERY_S
        now = time.monotonic()
        if self.raise_at is not None and self.raise_at <= now:
            self.raise_at, self._raised = None, now
            self._core.MapWindow(self._window.id)
            self._core.ConfigureWindow(self._window.id, xproto.ConfigWindow.StackMode, [xproto.StackMode.Above])
            self._x.flush()
        self.visible = self._obscured != _COVERED and not self._overlaid and not self._saver

    def _above(self) -> tuple[bool, bool]:
        """Whether a window above this one covers it, and whether one overlaps it."""
        windows = list(self._core.QueryTree(self._root).reply().children)
        if self._window.id not in windows:
            return True, True
        above = windows[windows.index(self._window.id) + 1 :]
        asked = [(self._core.GetWindowAttributes(one), self._core.GetGeometry(one)) for one in above]
        covers = overlaps = False
        x, y, width, height = self._window.box
        for attributes, geometry in asked:
            try:
                window, at = attributes.reply(), geometry.reply()
            except xcffib.Error:  # it is gone
                continue
            if window.map_state != _VIEWABLE or window._class != xproto.WindowClass.InputOutput:  # pyright: ignore[reportPrivateUsage]
                continue
            right, bottom = at.x + at.width + 2 * at.border_width, at.y + at.height + 2 * at.border_width
            overlaps = overlaps or (at.x < x + width and right > x and at.y < y + height and bottom > y)
            covers = covers or (at.x <= x and right >= x + width and at.y <= y and bottom >= y + height)
        return covers, overlaps
