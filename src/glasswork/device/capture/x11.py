"""One X display, read as a stream: raw input, and notices of who is in front.

Raw input is XInput2, parsed from libxcb's own memory without an object per event; building objects is where the
time of other recorders goes. Nothing here polls: `fileno` is readable when there is something to `drain`.

`xcffib` is generated code without types, hence the file-level exceptions below.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportAttributeAccessIssue=false, reportPrivateImportUsage=false
# pyright: reportPrivateUsage=false

import time
from collections.abc import Callable
from enum import Enum, auto
from functools import wraps
from struct import Struct
from typing import Final, NamedTuple, ParamSpec, TypeVar

import xcffib
from xcffib import res, xfixes, xinput, xkb, xproto

from glasswork.device.capture.keys import Keymap
from glasswork.schema.errors import GlassworkError

P = ParamSpec("P")
T = TypeVar("T")


class DisplayLost(GlassworkError):
    """The X server could not be reached, or went away. Everything read before is valid."""

    exit_code = 69


class Kind(Enum):
    """What an Input tells."""

    KEY = auto()
    BUTTON = auto()
    MOTION = auto()
    SCROLL = auto()
    ACTIVE = auto()  # another window is in front
    TITLE = auto()  # the window in front has another title
    KEYBOARD = auto()  # the window in front gets (`down`) or loses the keyboard
    CLIPBOARD = auto()  # `code` is the window that owns it now


class Input(NamedTuple):
    """One thing read from the display.

    `time` is the server's, in seconds. `code` is a keycode, a button number or a window. `state` and `group` are the
    keyboard's modifier bits and layout at that moment. `merged` is how many moves or wheel notches were merged.
    """

    kind: Kind
    time: float
    code: int = 0
    down: bool = False
    state: int = 0
    group: int = 0
    merged: int = 1


_HEAD: Final = Struct("=8xHHIIH")  # a GenericEvent of XInput2: event type, device, time, detail, source
_PROPERTY: Final = Struct("=4xIII")  # window, atom, time
_FOCUS: Final = Struct("=xB2xIB")  # detail, window, mode
_SELECTION: Final = Struct("=xB2xIIII")  # subtype, window, owner, selection, time
_ATOM: Final = Struct("=I")
_XKB_STATE: Final = Struct("=xB2xIxB3xB")  # xkb type, time, effective modifiers, group

_GENERIC, _MAPPING, _FOCUS_IN, _FOCUS_OUT, _PROPERTY_NOTIFY = 35, 34, 9, 10, 28
_RAW_KEY_PRESS, _RAW_KEY_RELEASE, _RAW_PRESS, _RAW_RELEASE, _RAW_MOTION = 13, 14, 15, 16, 17
_XKB_NEW_KEYBOARD, _XKB_MAP, _XKB_STATE_NOTIFY = 0, 1, 2
_WHEEL: Final = range(4, 8)
_XKB_CORE_KEYBOARD: Final = 0x100
_ALL_MASTER_DEVICES: Final = 1
# FocusIn/Out details that concern a child or only the pointer, not this window's hold on the keyboard.
_INFERIOR_OR_POINTER: Final = frozenset((2, 5, 6, 7))


def _connected(method: Callable[P, T]) -> Callable[P, T]:
    """Make the end of the connection a DisplayLost, wherever it shows."""

    @wraps(method)
    def guarded(*args: P.args, **named: P.kwargs) -> T:
        try:
            return method(*args, **named)
        except xcffib.ConnectionException:
            raise _lost(None) from None

    return guarded


class Display:
    """A connection to an X server that listens and never grabs, so nobody's input waits for it."""

    def __init__(self, name: str | None = None) -> None:
        """Connect to `name` (default: the DISPLAY variable) and ask for everything that we listen to.

        Raises DisplayLost if there is no such display, or the server lacks XInput 2.2, XFixes or XKB.
        """
        try:
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
        self._xinput, self._fixes, self._xkb, self._res = (
            x(xinput.key),
            x(xfixes.key),
            x(xkb.key),
            x(res.key),
        )
        # From 2.1 on raw events also come while another client grabs a device, as every open menu does.
        self._xinput.XIQueryVersion(2, 2).reply()
        bits = sum(1 << n for n in range(_RAW_KEY_PRESS, _RAW_MOTION + 1))
        mask = xinput.EventMask.synthetic(_ALL_MASTER_DEVICES, 1, [bits])
        self._xinput.XISelectEvents(self.root, 1, [mask], is_checked=True).check()
        self._fixes.QueryVersion(5, 0).reply()
        self._fixes.SelectSelectionInput(self.root, self._atoms["CLIPBOARD"], 1)
        self._xkb.UseExtension(1, 0).reply()
        wanted = 1 << _XKB_NEW_KEYBOARD | 1 << _XKB_MAP | 1 << _XKB_STATE_NOTIFY
        self._xkb.SelectEvents(_XKB_CORE_KEYBOARD, wanted, 0, wanted, 0xFF, 0xFF, [], is_checked=True).check()
        # The server numbers the events of extensions as it likes.
        self._xkb_event, self._fixes_event = (
            x.core.QueryExtension(len(key.name), key.name).reply().first_event for key in (xkb.key, xfixes.key)
        )
        x.core.ChangeWindowAttributes(self.root, xproto.CW.EventMask, [xproto.EventMask.PropertyChange])
        state = self._xkb.GetState(_XKB_CORE_KEYBOARD).reply()
        self._state, self._group = state.mods, state.group
        self._front = 0
        self._last_time = 0  # milliseconds
        self._res.QueryVersion(1, 2).reply()
        self.keymap = self._keymap()
        self.offset = self._clock_offset()
        self.watch(self.active_window())

    def fileno(self) -> int:
        """The socket to wait on."""
        return self._x.get_file_descriptor()

    def close(self) -> None:
        """End the connection; the server then sends nothing more."""
        self._x.disconnect()

    @_connected
    def drain(self, limit: int = 8192) -> list[Input]:
        """Everything that has arrived, oldest first, without waiting; at most `limit` beside the pointer's moves.

        Moves are merged into one Input before the next button or at the end, wheel notches in one direction as long
        as nothing comes between. Raises DisplayLost if the connection is gone and nothing is left to read.
        """
        found: list[Input] = []
        poll, connection, buffer = xcffib.lib.xcb_poll_for_event, self._x._conn, xcffib.ffi.buffer
        moves, moved_at, remap = 0, 0, False
        while len(found) < limit:
            event = poll(connection)
            if not event:
                break
            kind = event.response_type & 0x7F
            data = buffer(event, 32)
            if kind == _GENERIC:
                what, _, stamp, detail, _ = _HEAD.unpack_from(data)
                if what == _RAW_MOTION:
                    moves += 1
                    moved_at = stamp
                elif what in (_RAW_KEY_PRESS, _RAW_KEY_RELEASE):
                    down = what == _RAW_KEY_PRESS
                    at = self._seconds(stamp)
                    found.append(Input(Kind.KEY, at, detail, down, self._state, self._group))
                elif what in (_RAW_PRESS, _RAW_RELEASE):
                    if moves:
                        found.append(Input(Kind.MOTION, self._seconds(moved_at), merged=moves))
                        moves = 0
                    at, down = self._seconds(stamp), what == _RAW_PRESS
                    if detail not in _WHEEL:
                        found.append(Input(Kind.BUTTON, at, detail, down))
                    elif down and found and found[-1].kind is Kind.SCROLL and found[-1].code == detail:
                        found[-1] = Input(Kind.SCROLL, at, detail, merged=found[-1].merged + 1)
                    elif down:
                        found.append(Input(Kind.SCROLL, at, detail))
            elif kind == self._xkb_event:
                what, _, state, group = _XKB_STATE.unpack_from(data)
                if what == _XKB_STATE_NOTIFY:
                    self._state, self._group = state, group
                else:
                    remap = True
            elif kind == _MAPPING:
                remap = True
            elif kind:  # 0 is an error: a window closed while we looked at it
                found.extend(self._notice(kind, bytes(data)))
            xcffib.c_free(event)
        if moves:
            found.append(Input(Kind.MOTION, self._seconds(moved_at), merged=moves))
        if not found and self._x.has_error():
            raise _lost(None)
        if remap:
            self.keymap = self._keymap()
        return found

    def _notice(self, kind: int, data: bytes) -> list[Input]:
        if kind == _PROPERTY_NOTIFY:
            window, atom, stamp = _PROPERTY.unpack_from(data)
            if window == self.root and atom == self._atoms["_NET_ACTIVE_WINDOW"]:
                return [Input(Kind.ACTIVE, self._seconds(stamp))]
            if window == self._front and atom in (self._atoms["_NET_WM_NAME"], xproto.Atom.WM_NAME):
                return [Input(Kind.TITLE, self._seconds(stamp), window)]
        elif kind in (_FOCUS_IN, _FOCUS_OUT):
            detail, window, _ = _FOCUS.unpack_from(data)
            if window == self._front and detail not in _INFERIOR_OR_POINTER:
                return [Input(Kind.KEYBOARD, self._last_seconds(), window, kind == _FOCUS_IN)]
        elif kind == self._fixes_event:
            subtype, _, owner, _, stamp = _SELECTION.unpack_from(data)
            if subtype == 0 and owner:
                return [Input(Kind.CLIPBOARD, self._seconds(stamp), owner)]
        return []

    def _seconds(self, stamp: int) -> float:
        self._last_time = unwrapped(stamp, self._last_time)
        return self._last_seconds()

    def _last_seconds(self) -> float:
        return self._last_time / 1000

    def now(self) -> float:
        """The server's time now, in seconds."""
        return time.monotonic() - self.offset

    def _clock_offset(self) -> float:
        """Seconds to subtract from `time.monotonic()` for the server's time: how a notice from elsewhere is dated."""
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
        return time.monotonic() - self._seconds(event.time)

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

    @_connected
    def watch(self, window: int) -> None:
        """Listen to the window in front, and no longer to the one before."""
        events = xproto.EventMask.PropertyChange | xproto.EventMask.FocusChange
        for one, mask in ((self._front, 0), (window, events)):
            if one and one != self.root:
                self._x.core.ChangeWindowAttributes(one, xproto.CW.EventMask, [mask])
        self._front = window
        self._x.flush()

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


def unwrapped(stamp: int, near: int) -> int:
    """The time with these low 32 bits that is nearest to `near`, in milliseconds.

    The server's clock starts anew every 49.7 days, and what it dated before may be read after.
    """
    half = 1 << 31
    return near + (stamp - near + half) % (2 * half) - half


def _lost(error: Exception | None) -> DisplayLost:
    if error is None or isinstance(error, xcffib.ConnectionException):
        return DisplayLost(
            "The X server cannot be reached or has ended. Nothing more is recorded; what was recorded before is "
            "kept. Check that the DISPLAY variable names a running X server, and start recording again."
        )
    return DisplayLost(
        "The X server lacks an extension that recording needs (XInput 2.2, XFixes, XKB, X-Resource 1.2). Nothing is "
        "recorded. Use an Xorg or Xvfb server that has them; on Wayland only the browser extension records."
    )
