"""Which command a shortcut stands for, on Linux and Windows. A shortcut that is not here is `other`: which key it
was is content.
"""

from typing import Final

from glasswork.schema.raw import Modifier, RawEvent
from glasswork.schema.words import AppCategory, Command, Key

_C, _S, _A, _W = Modifier.CONTROL, Modifier.SHIFT, Modifier.ALT, Modifier.SUPER

_EVERYWHERE: Final[dict[tuple[Modifier, str], Command]] = {
    (_A, "f4"): Command.CLOSE,
    (_A, "tab"): Command.SWITCH_APP,
    (_A | _S, "tab"): Command.SWITCH_APP,
    (_W, "tab"): Command.SWITCH_APP,
    (_S, "insert"): Command.PASTE,
    (Modifier.NONE, "f1"): Command.HELP,
}

_TERMINAL: Final[dict[tuple[Modifier, str], Command]] = {
    **_EVERYWHERE,
    (_C, "c"): Command.INTERRUPT,
    (_C | _S, "c"): Command.COPY,
    (_C | _S, "v"): Command.PASTE,
    (_C | _S, "f"): Command.FIND,
    (_C | _S, "n"): Command.NEW,
    (_C | _S, "t"): Command.NEW,
    (_C | _S, "w"): Command.CLOSE,
    (_C | _S, "q"): Command.QUIT,
    (_C, "page_down"): Command.NEXT_TAB,
    (_C, "page_up"): Command.PREVIOUS_TAB,
}

_DESKTOP: Final[dict[tuple[Modifier, str], Command]] = {
    **_EVERYWHERE,
    (_C, "c"): Command.COPY,
    (_C, "insert"): Command.COPY,
    (_C, "x"): Command.CUT,
    (_S, "delete"): Command.CUT,
    (_C, "v"): Command.PASTE,
    (_C | _S, "v"): Command.PASTE,
    (_C, "z"): Command.UNDO,
    (_C | _S, "z"): Command.REDO,
    (_C, "y"): Command.REDO,
    (_C, "s"): Command.SAVE,
    (_C | _S, "s"): Command.SAVE_AS,
    (_C, "o"): Command.OPEN,
    (_C, "n"): Command.NEW,
    (_C, "t"): Command.NEW,
    (_C, "w"): Command.CLOSE,
    (_C, "q"): Command.QUIT,
    (_C, "p"): Command.PRINT,
    (_C, "f"): Command.FIND,
    (Modifier.NONE, "f3"): Command.FIND,
    (_C, "h"): Command.REPLACE,
    (_C, "a"): Command.SELECT_ALL,
    (_C, "l"): Command.LOCATION,
    (_C, "r"): Command.RELOAD,
    (Modifier.NONE, "f5"): Command.RELOAD,
    (Modifier.NONE, "f2"): Command.RENAME,
    (_C, "tab"): Command.NEXT_TAB,
    (_C | _S, "tab"): Command.PREVIOUS_TAB,
    (_C, "page_down"): Command.NEXT_TAB,
    (_C, "page_up"): Command.PREVIOUS_TAB,
    (_A, "left"): Command.BACK,
    (_A, "right"): Command.FORWARD,
    (_C, "b"): Command.BOLD,
    (_C, "i"): Command.ITALIC,
    (_C, "u"): Command.UNDERLINE,
    (_C, "+"): Command.ZOOM_IN,
    (_C | _S, "+"): Command.ZOOM_IN,
    (_C, "="): Command.ZOOM_IN,
    (_C, "-"): Command.ZOOM_OUT,
    (_C, "enter"): Command.CONFIRM,
}

NAMED: Final[dict[str, Key]] = {
    "enter": Key.ENTER,
    "tab": Key.TAB,
    "escape": Key.ESCAPE,
    "backspace": Key.BACKSPACE,
    "delete": Key.DELETE,
    "up": Key.UP,
    "down": Key.DOWN,
    "left": Key.LEFT,
    "right": Key.RIGHT,
    "home": Key.HOME,
    "end": Key.END,
    "page_up": Key.PAGE_UP,
    "page_down": Key.PAGE_DOWN,
    "menu": Key.MENU,
    **{f"f{n}": Key.FUNCTION for n in range(1, 25)},
}
"""Canonical key name to the Key of an event; what is missing is `other`."""

WRITES_NOTHING: Final = frozenset(("shift", "control", "alt", "super", "caps_lock", "other"))
"""Keys that do nothing by themselves; `other` is AltGr, a dead key, the volume."""

CARET_KEYS: Final = frozenset(("left", "right", "home", "end"))
"""Keys that move within the line being typed."""

ERASING_KEYS: Final = frozenset(("backspace", "delete"))


def chord(raw: RawEvent, category: AppCategory) -> Command | None:
    """The command of a key press that is a shortcut, `other` for an unknown one, None if it is no shortcut.

    Editing within a line (Control+Left, Control+Backspace, Shift+Home) is typing, not a shortcut.
    """
    held = raw.modifiers
    if not held and raw.key in ("char", "space"):
        return None  # almost every key press there is
    name = raw.text.lower() if raw.key == "char" else raw.key
    table = _TERMINAL if category is AppCategory.TERMINAL else _DESKTOP
    known = table.get((held, name))
    if known is not None:
        return known
    edits = raw.key in CARET_KEYS or raw.key in ERASING_KEYS
    return Command.OTHER if held & ~_S and not edits else None
