"""One X display: what it tells (`x11_stream`), and the questions that can be asked of it.

Nothing here polls: `fileno` is readable when there is something to `drain`.

`xcffib` is generated code without types, hence the file-level exceptions below.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportAttributeAccessIssue=false, reportPrivateImportUsage=false

import time
from collections.abc import Callable
from functools import wraps
from struct import Struct
from typing import Final, ParamSpec, TypeVar

import xcffib
from xcffib import res, xproto

from glasswork.device.capture.keys import Keymap
from glasswork.device.capture.x11_stream import Input, Stream
from glasswork.schema.errors import GlassworkError

P = ParamSpec("P")
T = TypeVar("T")


class DisplayLost(GlassworkError):
    """The X server could not be reached, or went away. Everything read before is valid."""

    exit_code = 69


_ATOM: Final = Struct("=I")


def _connected(method: Callable[P, T]) -> Callable[P, T]:
    """Make the end of the connection a DisplayLost, wherever it shows."""

    @wraps(method)
    def guarded(*args: P.args, **named: P.kwargs) -> T:
        try:
            return method(*args, **named)
        except (xcffib.ConnectionException, ConnectionError):
            raise _lost(None) from None

    return guarded


class Display:
    """A connection to an X server that listens and never grabs, so nobody's input waits for it."""

    def __init__(self, name: str | None = None) -> None:
        """Connect to `name` (default: the DISPLAY variable) and ask for everything that we listen to.

        Raises DisplayLost if there is no such display, or the server lacks XInput 2.2, XFixes or XKB.
        """
        try:
            self._name = name
            self._x = xcffib.connect(display=name)
            self._listen()
        except (xcffib.XcffibException, AttributeError) as error:
            raise _lost(error) from None

    def _listen(self) -> None:
        x = self._x
        self.root: int = x.setup.roots[x.pref_screen].root
        self._atoms = {
            name: x.core.InternAtom(False, len(name), name).reply().atom
            for name in (
                "_NET_ACTIVE_WINDOW",
                "_NET_WM_NAME",
                "_NET_WM_WINDOW_TYPE",
                "_NET_WM_WINDOW_TYPE_DIALOG",
                "UTF8_STRING",
                "CLIPBOARD",
                "GLASSWORK_CLOCK",
            )
        }
        self._res = x(res.key)
        self._res.QueryVersion(1, 2).reply()
        now = self._server_ms()
        self.offset = time.monotonic() - now / 1000
        """Seconds to subtract from `time.monotonic()` for the server's time: how a notice from elsewhere is dated."""
        self._stream = Stream(self._name, self._atoms, now)
        self.keymap = self._keymap()
        self.watch(self.active_window())

    def fileno(self) -> int:
        """The socket to wait on."""
        return self._stream.fileno()

    def close(self) -> None:
        """End the connections; the server then sends nothing more."""
        self._stream.close()
        self._x.disconnect()

    @_connected
    def drain(self) -> list[Input]:
        """Everything that has arrived (`Stream.drain`), under the keyboard's mapping as it is now.

        Raises DisplayLost if the server is gone and nothing is left to read.
        """
        return self._stream.drain()

    @_connected
    def remap(self) -> None:
        """Read the keyboard's mapping anew."""
        while self._x.poll_for_event():
            pass  # every client is told of a new mapping, this one as well
        self.keymap = self._keymap()

    def now(self) -> float:
        """The server's time now, in seconds."""
        return time.monotonic() - self.offset

    def _server_ms(self) -> int:
        # The server tells its time only in events.
        core = self._x.core
        screen = self._x.setup.roots[self._x.pref_screen]
        window = self._x.generate_id()
        mask, wanted = xproto.CW.EventMask, [xproto.EventMask.PropertyChange]
        core.CreateWindow(0, window, self.root, -1, -1, 1, 1, 0, 2, screen.root_visual, mask, wanted)
        core.ChangeProperty(
            xproto.PropMode.Replace, window, self._atoms["GLASSWORK_CLOCK"], xproto.Atom.INTEGER, 32, 1, [0]
        )
        self._x.flush()
        while True:
            event = self._x.wait_for_event()
            if isinstance(event, xproto.PropertyNotifyEvent) and event.window == window:
                break
        core.DestroyWindow(window)
        return int(event.time)

    def _keymap(self) -> Keymap:
        first, last = self._x.setup.min_keycode, self._x.setup.max_keycode
        symbols = self._x.core.GetKeyboardMapping(first, last - first + 1)
        modifiers = self._x.core.GetModifierMapping()
        reply = symbols.reply()
        held = modifiers.reply()
        return Keymap(first, reply.keysyms_per_keycode, tuple(reply.keysyms), tuple(held.keycodes))

    @_connected
    def pointer(self) -> tuple[int, int]:
        """Where the pointer is now, in pixels of the screen."""
        reply = self._x.core.QueryPointer(self.root).reply()
        return reply.root_x, reply.root_y

    def watch(self, window: int) -> None:
        """Listen to the window in front, and no longer to the one before."""
        self._stream.watch(window)

    @_connected
    def active_window(self) -> int:
        """The window that the window manager calls active; 0 if it names none."""
        value = self._property(self.root, self._atoms["_NET_ACTIVE_WINDOW"], xproto.Atom.WINDOW)
        return int.from_bytes(value[:4], "little")

    @_connected
    def title(self, window: int) -> str:
        """The title of a window, "" if it has none."""
        value = self._property(window, self._atoms["_NET_WM_NAME"], self._atoms["UTF8_STRING"])
        if value:
            return value.decode("utf-8", "replace")
        return self._property(window, xproto.Atom.WM_NAME, 0).decode("latin-1")

    @_connected
    def is_dialog(self, window: int) -> bool:
        """Whether a window says that it is a dialog (EWMH). It only names what was opened; nothing is allowed by it."""
        types = self._property(window, self._atoms["_NET_WM_WINDOW_TYPE"], xproto.Atom.ATOM)
        dialog = _ATOM.pack(self._atoms["_NET_WM_WINDOW_TYPE_DIALOG"])
        return any(types[at : at + _ATOM.size] == dialog for at in range(0, len(types), _ATOM.size))

    def _property(self, window: int, atom: int, kind: int) -> bytes:
        try:
            return self._x.core.GetProperty(False, window, atom, kind, 0, 256).reply().value.raw
        except xproto.WindowError:
            return b""

    @_connected
    def box(self, window: int) -> tuple[int, int, int, int] | None:
        """(x, y, width, height) of a window in pixels of the screen; None if it is gone."""
        try:
            size = self._x.core.GetGeometry(window).reply()
            at = self._x.core.TranslateCoordinates(window, self.root, 0, 0).reply()
        except (xproto.WindowError, xproto.DrawableError):
            return None
        return at.dst_x, at.dst_y, size.width, size.height

    @_connected
    def has_popup(self, process: int) -> bool:
        """Whether a process shows a window past the window manager, as menus and lists that drop down are."""
        for window in self._x.core.QueryTree(self.root).reply().children:
            try:
                found = self._x.core.GetWindowAttributes(window).reply()
            except xproto.WindowError:
                continue
            popup = found.override_redirect and found.map_state == xproto.MapState.Viewable
            if popup and self.process(window) == process:
                return True
        return False

    @_connected
    def process(self, window: int) -> int:
        """The id of the process that made a window, as the server knows it from its socket; 0 if it does not.

        This is X-Resource 1.2's LocalClientPID. What a client says of itself (_NET_WM_PID, WM_CLASS) is not asked.
        """
        spec = res.ClientIdSpec.synthetic(window, res.ClientIdMask.LocalClientPID)
        try:
            reply = self._res.QueryClientIds(1, [spec]).reply()
        except xcffib.Error:
            return 0
        return next((one.value[0] for one in reply.ids if len(one.value)), 0)


def _lost(error: Exception | None) -> DisplayLost:
    if error is None or isinstance(error, xcffib.ConnectionException):
        return DisplayLost(
            "The X server cannot be reached or has ended. Nothing more is recorded; what was recorded before is "
            "kept. Check that the DISPLAY variable names a running X server, and start recording again."
        )
    return DisplayLost(
        "The X server lacks an extension that recording needs (XInput 2.2, XFixes, XKB, X-Resource 1.2). Nothing is "
        "recorded. Use an Xorg or Xvfb server that has them; on Wayland accessibility and the browser extension record."
    )
