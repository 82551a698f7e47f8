"""The global shortcuts: Ctrl+Alt+Shift and a letter. Grabbed passively, so nobody else receives them."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
# xcffib is generated code without types.

from collections.abc import Iterator
from typing import Final

import xcffib
from xcffib import xproto

from glasswork.device.own_input import LETTERS

_WITH: Final = xproto.ModMask.Control | xproto.ModMask._1 | xproto.ModMask.Shift  # pyright: ignore[reportPrivateUsage]
_NUM_LOCK: Final = xproto.ModMask._2  # pyright: ignore[reportPrivateUsage]
_LOCKS: Final = (0, xproto.ModMask.Lock, _NUM_LOCK, xproto.ModMask.Lock | _NUM_LOCK)
_REPEAT_MS: Final = 800  # a key held down repeats itself, at first after up to two thirds of a second


class Shortcuts:
    """`taken` are the letters that could not be had: another program has them, or the keyboard lacks them."""

    def __init__(self, x: xcffib.Connection) -> None:
        self._x = x
        self._root: int = x.setup.roots[x.pref_screen].root
        self._letters: dict[int, str] = {}  # by keycode
        self._pressed: dict[int, int] = {}  # when, by the server's clock
        self.taken = ""
        self.grab()

    def grab(self) -> None:
        """Take the shortcuts, as the keyboard is now."""
        self.release()
        keys = dict(self._keys())
        missing = [letter for letter in LETTERS if letter not in keys.values()]
        for code, letter in keys.items():
            if all(self._grabbed(code, _WITH | locks) for locks in _LOCKS):
                self._letters[code] = letter
            else:
                missing.append(letter)
        self.taken = "".join(sorted(missing))

    def release(self) -> None:
        """Give the shortcuts back."""
        self._letters.clear()
        self._x.core.UngrabKey(0, self._root, xproto.ModMask.Any)  # every key that this client has grabbed
        self._x.flush()

    def letter(self, event: xproto.KeyPressEvent) -> str:
        """The letter of a shortcut that was pressed; "" for a key that repeats itself."""
        before = self._pressed.get(event.detail)
        self._pressed[event.detail] = event.time
        if before is not None and event.time - before < _REPEAT_MS:
            return ""
        return self._letters.get(event.detail, "")

    def _grabbed(self, code: int, modifiers: int) -> bool:
        mode = xproto.GrabMode.Async
        try:
            self._x.core.GrabKey(False, self._root, modifiers, code, mode, mode, is_checked=True).check()
        except xcffib.Error:
            return False
        return True

    def _keys(self) -> Iterator[tuple[int, str]]:
        first, last = self._x.setup.min_keycode, self._x.setup.max_keycode
        reply = self._x.core.GetKeyboardMapping(first, last - first + 1).reply()
        each, symbols = reply.keysyms_per_keycode, list(reply.keysyms)
        for letter in LETTERS:
            wanted = (ord(letter), ord(letter.lower()))  # Latin-1 keysyms are the characters' own numbers
            at = next((n for n, symbol in enumerate(symbols) if symbol in wanted), None)
            if at is not None:
                yield first + at // each, letter
