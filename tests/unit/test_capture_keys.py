"""Keycodes to key names and characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasswork.device.capture.keys import CONTROL, LOCK, MOD1, MOD2, MOD4, MOD5, SHIFT, Keymap, character
from glasswork.device.capture.x11_stream import unwrapped
from glasswork.schema.raw import Modifier
from glasswork.schema.words import KEYS

# Keycode from 10 up, six symbols each: group 1 levels 1-2, group 2 levels 1-2, group 1 levels 3-4.
_ROWS = (
    (0x61, 0x41, 0x6C6, 0x6E6, 0xE6, 0xC6),  # a A, Cyrillic ef, æ Æ
    (0x31, 0x21, 0, 0, 0xB9, 0xA1),  # 1 !
    (0xFF97, 0xFFB8, 0, 0, 0, 0),  # keypad: up, 8
    (0xFF0D, 0, 0, 0, 0, 0),  # Return
    (0x20, 0, 0, 0, 0, 0),
    (0xFE51, 0xFE50, 0, 0, 0, 0),  # dead accents
    (0xFFC9, 0, 0, 0, 0, 0),  # F12
    (0x7A, 0, 0, 0, 0, 0),  # z alone: its capital is implied
    (0xFF7F, 0, 0, 0, 0, 0),  # 18: Num_Lock
    (0xFE03, 0, 0, 0, 0, 0),  # 19: ISO_Level3_Shift
    (0xFFE9, 0, 0, 0, 0, 0),  # 20: Alt_L
    (0xFFEB, 0, 0, 0, 0, 0),  # 21: Super_L
)
_MODIFIERS = (0, 0, 0, 20, 18, 0, 21, 19)
KEYMAP = Keymap(10, 6, [symbol for row in _ROWS for symbol in row], _MODIFIERS)


@pytest.mark.parametrize(
    ("keycode", "state", "group", "expected"),
    [
        (10, 0, 0, ("char", "a")),
        (10, SHIFT, 0, ("char", "A")),
        (10, LOCK, 0, ("char", "A")),
        (10, LOCK | SHIFT, 0, ("char", "a")),
        (10, CONTROL, 0, ("char", "a")),
        (10, 0, 1, ("char", "ф")),
        (10, SHIFT, 1, ("char", "Ф")),
        (10, MOD5, 0, ("char", "æ")),
        (10, MOD5 | SHIFT, 0, ("char", "Æ")),
        (11, LOCK, 0, ("char", "1")),
        (11, 0, 1, ("char", "1")),  # no symbol in that group: that of the first
        (12, 0, 0, ("up", "")),
        (12, MOD2, 0, ("char", "8")),
        (12, MOD2 | SHIFT, 0, ("up", "")),
        (13, 0, 0, ("enter", "")),
        (14, SHIFT, 0, ("space", " ")),
        (15, 0, 0, ("other", "")),
        (16, 0, 0, ("f12", "")),
        (17, SHIFT, 0, ("char", "Z")),
        (200, 0, 0, ("other", "")),
        (3, 0, 0, ("other", "")),
    ],
)
def test_a_key_writes_what_the_layout_says(keycode: int, state: int, group: int, expected: tuple[str, str]) -> None:
    assert KEYMAP.translate(keycode, state, group) == expected


@pytest.mark.parametrize(
    ("keysym", "expected"),
    [
        (0x1B1, "ą"),
        (0x6C1, "а"),
        (0x7C1, "Α"),
        (0x7B1, "ά"),
        (0x7AB, "Ώ"),
        (0xCE0, "א"),
        (0x20AC, "€"),
        (0x1000416, "Ж"),
        (0x101F600, "😀"),
        (0xFFAF, "/"),
        (0xFFFFFF, ""),
        (0, ""),
    ],
)
def test_a_keysym_is_one_character(keysym: int, expected: str) -> None:
    assert character(keysym) == expected


def test_modifiers_are_named_by_what_their_keys_are() -> None:
    assert KEYMAP.modifiers(SHIFT | CONTROL) == Modifier.SHIFT | Modifier.CONTROL
    assert KEYMAP.modifiers(MOD1 | MOD4) == Modifier.ALT | Modifier.SUPER
    assert KEYMAP.modifiers(MOD5 | MOD2 | LOCK) == Modifier.NONE


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 3))
def test_any_key_in_any_state_has_a_canonical_name(keycode: int, state: int, group: int) -> None:
    key, text = KEYMAP.translate(keycode, state, group)
    assert key in KEYS
    assert bool(text) == (key in ("char", "space"))


@given(st.integers(0, 0x1FFFFFFF))
def test_any_keysym_is_at_most_one_character(keysym: int) -> None:
    assert len(character(keysym)) <= 1


def test_the_servers_clock_goes_on_where_its_32_bits_start_anew() -> None:
    day = 86_400_000
    assert unwrapped(5, near=0) == 5
    assert unwrapped((1 << 32) - 7, near=(1 << 32) - 9) == (1 << 32) - 7
    assert unwrapped(3, near=(1 << 32) - 9) == (1 << 32) + 3
    assert unwrapped((1 << 32) - 7, near=(1 << 32) + 3) == (1 << 32) - 7  # dated before, read after
    assert unwrapped(day, near=5 * (1 << 32)) == 5 * (1 << 32) + day
