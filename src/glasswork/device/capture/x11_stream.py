"""What an X server tells: raw input, and notices of who is in front, in the order in which they happened.

The connection of a Stream only listens. Once everything is asked for, its socket is read here and no longer by
libxcb: one `recv` and one `unpack` take the place of a library call and an allocation for each event, and nothing can
be read aside while an answer to a question is awaited. Questions have a connection of their own (`x11.Display`).

Raw events come from devices. What one client sends to another (XSendEvent) never becomes one, and notices that were
sent so are ignored. XTEST is a device: what it types cannot be told from typing.

`xcffib` is generated code without types, hence the file-level exceptions below.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportAttributeAccessIssue=false, reportPrivateImportUsage=false

import os
import socket
from enum import Enum, auto
from struct import Struct
from typing import Final, NamedTuple

import xcffib
from xcffib import xfixes, xinput, xkb, xproto


class Kind(Enum):
    """What an Input tells."""

    KEY = auto()
    BUTTON = auto()
    MOTION = auto()
    SCROLL = auto()
    ACTIVE = auto()  # another window is in front
    TITLE = auto()  # the window in front has another title
    KEYBOARD = auto()  # the window in front gets (`down`) or loses the keyboard; `state` 1: to a client that grabs it
    CLIPBOARD = auto()  # `code` is the window that owns it now
    KEYMAP = auto()  # from here on, keys mean something else


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


_EVENT: Final = Struct("=BxHIHHII")  # type, sequence, length beyond 32 bytes; of XInput2: kind, device, time, detail
_PROPERTY: Final = Struct("=4xIII")  # window, atom, time
_FOCUS: Final = Struct("=xB2xIB")  # detail, window, mode
_SELECTION: Final = Struct("=xB2xIIII")  # subtype, window, owner, selection, time
_XKB_STATE: Final = Struct("=xB2xIxB3xB")  # xkb type, time, effective modifiers, group
_CHANGE_ATTRIBUTES: Final = Struct("=BxHIII")  # opcode, length in words, window, mask, events

_SIZE: Final = 32  # of an event, and of the head of a long one
_READ: Final = 1 << 13
"""A frame at 3 kHz. A larger buffer costs more than the second reading that it saves in a burst."""
_SAME: Final = 12
"""Bytes that a move shares with the next one of the same device: its length and all up to when it happened."""
_FOCUS_IN, _FOCUS_OUT, _PROPERTY_NOTIFY, _MAPPING, _GENERIC = 9, 10, 28, 34, 35
_RAW_KEY_PRESS, _RAW_KEY_RELEASE, _RAW_PRESS, _RAW_RELEASE, _RAW_MOTION = 13, 14, 15, 16, 17
_XKB_NEW_KEYBOARD, _XKB_MAP, _XKB_STATE_NOTIFY = 0, 1, 2
_WHEEL: Final = range(4, 8)
_XKB_CORE_KEYBOARD: Final = 0x100
_ALL_MASTER_DEVICES: Final = 1
# FocusIn/Out details that concern a child or only the pointer, not this window's hold on the keyboard.
_INFERIOR_OR_POINTER: Final = frozenset((2, 5, 6, 7))


class Stream:
    """A connection to an X server that listens and never grabs, so nobody's input waits for it."""

    def __init__(self, name: str | None, atoms: dict[str, int], near: int) -> None:
        """Connect to display `name` and ask for everything that we listen to.

        `near` is the server's time now in milliseconds, unwrapped. Raises what xcffib raises if there is no such
        display, or an extension is missing.
        """
        self._x = xcffib.connect(display=name)
        self._atoms = atoms
        self._last_time = near
        self._front = 0
        self._rest = b""
        self._ended = False
        self._root: int = self._x.setup.roots[self._x.pref_screen].root
        self._select()
        # The server sends nothing that is asked for here before the last flush has been written, so libxcb has read
        # nothing of it.
        self._socket = socket.socket(fileno=os.dup(self._x.get_file_descriptor()))
        self._socket.setblocking(False)

    def _select(self) -> None:
        x, root, selection = self._x, self._root, self._atoms["CLIPBOARD"]
        input_, fixes, keyboard = x(xinput.key), x(xfixes.key), x(xkb.key)
        # The server numbers the events of extensions as it likes.
        self._xkb_event, self._fixes_event = (
            x.core.QueryExtension(len(key.name), key.name).reply().first_event for key in (xkb.key, xfixes.key)
        )
        # From 2.1 on raw events also come while another client grabs a device, as every open menu does.
        input_.XIQueryVersion(2, 2).reply()
        fixes.QueryVersion(5, 0).reply()
        keyboard.UseExtension(1, 0).reply()
        state = keyboard.GetState(_XKB_CORE_KEYBOARD).reply()
        self._state, self._group = state.mods, state.group
        while x.poll_for_event():
            pass  # a MappingNotify, which every client gets; the keyboard is looked at after this
        bits = sum(1 << n for n in range(_RAW_KEY_PRESS, _RAW_MOTION + 1))
        wanted = 1 << _XKB_NEW_KEYBOARD | 1 << _XKB_MAP | 1 << _XKB_STATE_NOTIFY
        input_.XISelectEvents(root, 1, [xinput.EventMask.synthetic(_ALL_MASTER_DEVICES, 1, [bits])])
        fixes.SelectSelectionInput(root, selection, 1)
        keyboard.SelectEvents(_XKB_CORE_KEYBOARD, wanted, 0, wanted, 0xFF, 0xFF, [])
        x.core.ChangeWindowAttributes(root, xproto.CW.EventMask, [xproto.EventMask.PropertyChange])
        x.flush()

    def fileno(self) -> int:
        """The socket to wait on."""
        return self._socket.fileno()

    def close(self) -> None:
        """End the connection; the server then sends nothing more."""
        self._socket.close()
        self._x.disconnect()

    def watch(self, window: int) -> None:
        """Listen to the window in front, and no longer to the one before."""
        events = xproto.EventMask.PropertyChange | xproto.EventMask.FocusChange
        for one, mask in ((self._front, 0), (window, events)):
            if one and one != self._root:
                self._send(_CHANGE_ATTRIBUTES.pack(2, 4, one, xproto.CW.EventMask, mask))
        self._front = window

    def _send(self, request: bytes) -> None:
        try:
            self._socket.sendall(request)
        except OSError:
            self._ended = True

    def drain(self, limit: int = 8192) -> list[Input]:
        """Everything that has arrived, oldest first, without waiting; about `limit` at most beside pointer moves.

        Moves are merged into one Input before the next button or at the end, wheel notches in one direction as long
        as nothing comes between. Raises ConnectionError if the server is gone and nothing is left to read.
        """
        found: list[Input] = []
        moves = moved_at = 0
        unpack, seconds = _EVENT.unpack_from, self._seconds
        while len(found) < limit:
            data = self._rest + self._receive()
            at, end = 0, len(data)
            while end - at >= _SIZE:
                kind, _, more, what, _, stamp, detail = unpack(data, at)
                size = _SIZE + 4 * more if kind == _GENERIC else _SIZE
                if end - at < size:
                    break
                if kind != _GENERIC:
                    self._notice(kind, data[at : at + _SIZE], found)
                elif what == _RAW_MOTION:
                    same = data[at : at + _SAME]
                    while end - at >= size and data.startswith(same, at):  # a run of moves is counted, not read
                        moves += 1
                        at += size
                    moved_at = unpack(data, at - size)[5]
                    continue
                elif what in (_RAW_KEY_PRESS, _RAW_KEY_RELEASE):
                    down = what == _RAW_KEY_PRESS
                    found.append(Input(Kind.KEY, seconds(stamp), detail, down, self._state, self._group))
                elif what in (_RAW_PRESS, _RAW_RELEASE):
                    if moves:
                        found.append(Input(Kind.MOTION, seconds(moved_at), merged=moves))
                        moves = 0
                    self._button(detail, what == _RAW_PRESS, seconds(stamp), found)
                at += size
            self._rest = data[at:]
            if end < _READ:
                break
        if moves:
            found.append(Input(Kind.MOTION, seconds(moved_at), merged=moves))
        if self._ended and not found:
            raise ConnectionError
        return found

    def _receive(self) -> bytes:
        try:
            data = self._socket.recv(_READ)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        self._ended = self._ended or not data
        return data

    def _button(self, button: int, down: bool, at: float, found: list[Input]) -> None:
        if button not in _WHEEL:
            found.append(Input(Kind.BUTTON, at, button, down))
        elif down and found and found[-1].kind is Kind.SCROLL and found[-1].code == button:
            found[-1] = Input(Kind.SCROLL, at, button, merged=found[-1].merged + 1)
        elif down:
            found.append(Input(Kind.SCROLL, at, button))

    def _notice(self, kind: int, data: bytes, found: list[Input]) -> None:
        if kind == self._xkb_event:
            what, _, state, group = _XKB_STATE.unpack_from(data)
            if what == _XKB_STATE_NOTIFY:
                self._state, self._group = state, group
            else:
                _append_once(found, Input(Kind.KEYMAP, self._last_seconds()))
        elif kind == _MAPPING:
            _append_once(found, Input(Kind.KEYMAP, self._last_seconds()))
        elif kind == _PROPERTY_NOTIFY:
            window, atom, stamp = _PROPERTY.unpack_from(data)
            if window == self._root and atom == self._atoms["_NET_ACTIVE_WINDOW"]:
                found.append(Input(Kind.ACTIVE, self._seconds(stamp)))
            elif window == self._front and atom in (self._atoms["_NET_WM_NAME"], xproto.Atom.WM_NAME):
                _append_once(found, Input(Kind.TITLE, self._seconds(stamp), window))
        elif kind in (_FOCUS_IN, _FOCUS_OUT):
            detail, window, mode = _FOCUS.unpack_from(data)
            if window == self._front and detail not in _INFERIOR_OR_POINTER:
                found.append(Input(Kind.KEYBOARD, self._last_seconds(), window, kind == _FOCUS_IN, mode))
        elif kind == self._fixes_event:
            subtype, _, owner, _, stamp = _SELECTION.unpack_from(data)
            if subtype == 0 and owner:
                found.append(Input(Kind.CLIPBOARD, self._seconds(stamp), owner))

    def _seconds(self, stamp: int) -> float:
        self._last_time = at = unwrapped(stamp, self._last_time)
        return at / 1000

    def _last_seconds(self) -> float:
        return self._last_time / 1000


def _append_once(found: list[Input], one: Input) -> None:
    # Both make us look at what is the case by then, so the first of a batch has us see what the others tell of.
    if not any(other.kind is one.kind and other.code == one.code for other in found):
        found.append(one)


def unwrapped(stamp: int, near: int) -> int:
    """The time with these low 32 bits that is nearest to `near`, in milliseconds.

    The server's clock starts anew every 49.7 days, and what it dated before may be read after.
    """
    half = 1 << 31
    return near + (stamp - near + half) % (2 * half) - half
