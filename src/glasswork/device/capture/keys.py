"""From keycodes to canonical key names and the characters they produce, by the core keyboard mapping.

The order of symbols within a keycode is that of the XKB protocol specification, "Core Keyboard Mapping to XKB":
group 1 levels 1-2, group 2 levels 1-2, then group 1 levels 3-4, group 2 levels 3-4. What an input method or a
dead key composes out of several keys is not known here: such a key writes nothing or its own letter.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from glasswork.schema.raw import Modifier

SHIFT, LOCK, CONTROL, MOD1, MOD2, MOD3, MOD4, MOD5 = (1 << bit for bit in range(8))
"""Bits of the modifier state of the core protocol."""

_NAMED: Final[dict[int, str]] = {
    0x0020: "space",
    0xFF80: "space",
    0xFF0D: "enter",
    0xFF8D: "enter",
    0xFF09: "tab",
    0xFE20: "tab",  # ISO_Left_Tab, which is Shift+Tab
    0xFF89: "tab",
    0xFF1B: "escape",
    0xFF08: "backspace",
    0xFFFF: "delete",
    0xFF9F: "delete",
    0xFF63: "insert",
    0xFF9E: "insert",
    0xFF52: "up",
    0xFF97: "up",
    0xFF54: "down",
    0xFF99: "down",
    0xFF51: "left",
    0xFF96: "left",
    0xFF53: "right",
    0xFF98: "right",
    0xFF50: "home",
    0xFF95: "home",
    0xFF57: "end",
    0xFF9C: "end",
    0xFF55: "page_up",
    0xFF9A: "page_up",
    0xFF56: "page_down",
    0xFF9B: "page_down",
    0xFF67: "menu",
    0xFFE1: "shift",
    0xFFE2: "shift",
    0xFFE3: "control",
    0xFFE4: "control",
    0xFFE7: "alt",  # Meta
    0xFFE8: "alt",
    0xFFE9: "alt",
    0xFFEA: "alt",
    0xFFEB: "super",
    0xFFEC: "super",
    0xFFED: "super",  # Hyper
    0xFFEE: "super",
    0xFFE5: "caps_lock",
    **{0xFFBE + n: f"f{n + 1}" for n in range(24)},
}

_NUM_LOCK: Final = 0xFF7F
_LEVEL3: Final = frozenset((0xFE03, 0xFE04, 0xFE05))
_ALT: Final = frozenset((0xFFE7, 0xFFE8, 0xFFE9, 0xFFEA))
_SUPER: Final = frozenset((0xFFEB, 0xFFEC))

# Old keysyms carry their character set in the second byte (X protocol, appendix A).
_CHARSETS: Final[dict[int, str]] = {
    0x01: "iso8859-2",
    0x02: "iso8859-3",
    0x03: "iso8859-4",
    0x05: "iso8859-6",
    0x06: "koi8-u",
    0x0C: "iso8859-8",
    0x0D: "tis-620",
    0x13: "iso8859-15",
}


def character(keysym: int) -> str:
    """The character that a keysym stands for, or "" if it stands for none (X protocol, appendix A)."""
    if 0x20 <= keysym <= 0x7E or 0xA0 <= keysym <= 0xFF:
        return chr(keysym)
    if 0x01000100 <= keysym <= 0x0110FFFF:
        return chr(keysym - 0x01000000)
    if 0xFFAA <= keysym <= 0xFFB9 or keysym == 0xFFBD:  # keypad: the ASCII character with 0xFF80 added
        return chr(keysym - 0xFF80)
    high, low = keysym >> 8, keysym & 0xFF
    if high == 0x20:  # currency signs: the keysym is the code point
        return chr(keysym)
    if high == 0x07:
        return _greek(low)
    charset = _CHARSETS.get(high)
    return bytes((low,)).decode(charset, "replace").replace("�", "") if charset else ""


def _greek(low: int) -> str:
    accented = "ΆΈΉΊΪ ΌΎΫ Ώ     άέήίϊΐόύϋΰώ"
    if 0xA1 <= low < 0xA1 + len(accented):
        return accented[low - 0xA1].strip()
    return bytes((low,)).decode("iso8859-7", "replace").replace("�", "")


_WRITING: Final = frozenset(("char", "space", "backspace", "delete", "shift", "caps_lock", "other"))


class Stroke(NamedTuple):
    """What a key means: its canonical name, its text, the modifiers held, and whether it may be part of a text."""

    key: str
    text: str
    modifiers: Modifier
    writes: bool


def writes(key: str, modifiers: Modifier) -> bool:
    """Whether a key may be part of what is written. Shortcuts and keys that only move are not.

    Control with Alt is how some systems say AltGr, which writes.
    """
    command = modifiers & (Modifier.CONTROL | Modifier.ALT | Modifier.SUPER)
    return key in _WRITING and (not command or command == Modifier.CONTROL | Modifier.ALT)


class Keymap:
    """A snapshot of the server's keyboard mapping. Make a new one after a MappingNotify."""

    def __init__(self, first: int, width: int, keysyms: Sequence[int], modifier_keys: Sequence[int]) -> None:
        """`keysyms` holds `width` symbols for each keycode from `first` up; `modifier_keys` holds the keycodes
        of the eight modifiers in order, the same number for each, padded with 0 (GetModifierMapping)."""
        self._first = first
        self._width = width
        self._keysyms = keysyms
        by_bit = len(modifier_keys) // 8
        held = [
            (1 << bit, self._symbols(code))
            for bit in range(8)
            for code in modifier_keys[bit * by_bit : (bit + 1) * by_bit]
            if code
        ]

        def bits_of(wanted: frozenset[int]) -> int:
            return sum({bit for bit, symbols in held if wanted.intersection(symbols)})

        self._num_lock = bits_of(frozenset((_NUM_LOCK,)))
        self._level3 = bits_of(_LEVEL3)
        self._alt = bits_of(_ALT) & ~(SHIFT | LOCK | CONTROL) or MOD1
        self._super = bits_of(_SUPER) & ~(SHIFT | LOCK | CONTROL | self._alt)
        self._strokes: dict[tuple[int, int, int], Stroke] = {}

    def _symbols(self, keycode: int) -> Sequence[int]:
        at = (keycode - self._first) * self._width
        return self._keysyms[at : at + self._width] if at >= 0 else ()

    def keysym(self, keycode: int, state: int, group: int = 0) -> int:
        """The symbol of a key under a modifier state and keyboard group (0 or 1); 0 if it has none."""
        symbols = self._symbols(keycode)
        column = 2 * (group & 1)
        if state & self._level3 and any(symbols[4 + column : 6 + column]):
            column += 4
        plain, shifted = (*symbols[column : column + 2], 0, 0)[:2]
        if not plain and not shifted and group:
            return self.keysym(keycode, state, 0)
        keypad = 0xFF80 <= shifted <= 0xFFBD
        letter = character(plain).isalpha() and character(shifted or plain).isalpha()
        locked = (keypad and state & self._num_lock) or (letter and state & LOCK)
        shift = bool(state & SHIFT) != bool(locked)
        symbol = (shifted or plain) if shift else plain
        if shift and not shifted and 0x61 <= plain <= 0x7A:  # one symbol, a letter: its capital is implied
            return plain - 0x20
        return symbol

    def stroke(self, keycode: int, state: int, group: int) -> "Stroke":
        """`translate` and `modifiers` in one, worked out once for each combination."""
        which = (keycode, state, group)
        found = self._strokes.get(which)
        if found is None:
            key, text = self.translate(*which)
            modifiers = self.modifiers(state)
            found = self._strokes[which] = Stroke(key, text, modifiers, writes(key, modifiers))
        return found

    def translate(self, keycode: int, state: int, group: int = 0) -> tuple[str, str]:
        """The canonical name (`schema.words.KEYS`) and the text that a key produces under a modifier state."""
        symbol = self.keysym(keycode, state, group)
        name = _NAMED.get(symbol)
        if name is not None:
            return name, " " if name == "space" else ""
        text = character(symbol)
        return ("char", text) if text else ("other", "")

    def modifiers(self, state: int) -> Modifier:
        """The modifiers held. The key for third-level symbols (AltGr) is not one: it writes characters."""
        held = Modifier.NONE
        for bits, modifier in (
            (SHIFT, Modifier.SHIFT),
            (CONTROL, Modifier.CONTROL),
            (self._alt, Modifier.ALT),
            (self._super, Modifier.SUPER),
        ):
            if state & bits:
                held |= modifier
        return held
