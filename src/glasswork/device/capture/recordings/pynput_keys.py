"""pynput's key names in our words, and the modifiers that are held.

A key without a name that we know, and a bare keycode above all, may have written something: it becomes a `char`
without text, never a named key.
"""

from typing import Final

from glasswork.schema.raw import Modifier

MACOS: Final = "Darwin"
WINDOWS: Final = "Windows"

NAMED: Final[dict[str, str]] = {
    "alt": "alt",
    "alt_gr": "alt",
    "alt_l": "alt",
    "alt_r": "alt",
    "backspace": "backspace",
    "caps_lock": "caps_lock",
    "cmd": "super",
    "cmd_l": "super",
    "cmd_r": "super",
    "ctrl": "control",
    "ctrl_l": "control",
    "ctrl_r": "control",
    "delete": "delete",
    "down": "down",
    "end": "end",
    "enter": "enter",
    "esc": "escape",
    "home": "home",
    "insert": "insert",
    "left": "left",
    "menu": "menu",
    "num_lock": "other",
    "page_down": "page_down",
    "page_up": "page_up",
    "pause": "other",
    "print_screen": "other",
    "right": "right",
    "scroll_lock": "other",
    "shift": "shift",
    "shift_l": "shift",
    "shift_r": "shift",
    "space": "space",
    "tab": "tab",
    "up": "up",
    **{f"f{n}": f"f{n}" for n in range(1, 25)},
}
"""`pynput.keyboard.Key` names; `media_*` is `other`."""

MODIFIERS: Final = {
    "shift": Modifier.SHIFT,
    "control": Modifier.CONTROL,
    "alt": Modifier.ALT,
    "super": Modifier.SUPER,
}

# Windows virtual-key codes that write a character on every keyboard layout (winuser.h, VK_*).
_VIRTUAL_KEYS: Final[dict[str, str]] = {
    **{f"<{code}>": chr(code) for code in (*range(48, 58), *range(65, 91))},
    **{f"<{96 + n}>": str(n) for n in range(10)},
    "<106>": "*",
    "<107>": "+",
    "<109>": "-",
    "<110>": ".",
    "<111>": "/",
}


def key_of(name: str | None, system: str) -> tuple[str, str]:
    """The canonical key (`words.KEYS`) and the text of a recorded key, both of which are content.

    `name` is what pynput calls a key: its name (`ctrl_l`, also as `Key.ctrl_l` or `Page Up`), its character, or its
    code (`<84>`, meaningful on Windows only); None for a key that pynput could not name.
    """
    if not name:
        return "char", ""
    if len(name) == 1:
        if name < " ":  # what Control made of the letter
            return "char", chr(ord(name) + 96)
        return ("space", name) if name == " " else ("char", name)
    if name[0] == "<":
        return "char", _VIRTUAL_KEYS.get(name, "") if system == WINDOWS else ""
    if name[0] == name[-1] == "'":
        return "char", name[1:-1]
    known = name.lower().removeprefix("key.").replace(" ", "_")
    canonical = NAMED.get(known)
    if canonical is None:
        return ("other", "") if known.startswith("media_") else ("char", "")
    return canonical, " " if canonical == "space" else ""


class Keyboard:
    """Which modifiers are held, as far as a recording tells."""

    def __init__(self, system: str) -> None:
        """`system` is `platform.system()` of the machine that recorded."""
        self._macos = system == MACOS
        self._held: dict[str, str] = {}
        self._level3 = False
        self._modifiers = Modifier.NONE

    def press(self, name: str | None, key: str) -> None:
        """Note that a key goes down."""
        self._note(name, key, down=True)

    def release(self, name: str | None, key: str) -> None:
        """Note that a key goes up."""
        self._note(name, key, down=False)

    def _note(self, name: str | None, key: str, *, down: bool) -> None:
        if name and name.removeprefix("Key.") == "alt_gr":
            self._level3 = down
        elif key in MODIFIERS and name:
            if down:
                self._held[name] = key
            else:
                self._held.pop(name, None)
            self._modifiers = Modifier.NONE
            for held in self._held.values():
                self._modifiers |= MODIFIERS[held]

    def modifiers(self, key: str) -> Modifier:
        """The modifiers that make a shortcut of `key`, in the words of Linux and Windows.

        Where Command is the command key (macOS) it counts as Control, and Option with a character writes another
        character. AltGr writes characters too; Windows reports it as Control and Alt.
        """
        held = self._modifiers
        if self._level3:
            held &= ~(Modifier.CONTROL | Modifier.ALT)
        if self._macos and held:
            if held & Modifier.SUPER:
                held = held & ~Modifier.SUPER | Modifier.CONTROL
            elif key in ("char", "space") and not held & Modifier.CONTROL:
                held &= ~Modifier.ALT
        return held
