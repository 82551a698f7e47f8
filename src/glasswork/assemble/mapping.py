"""Mapping: one table of what each canonical action becomes in formats that know a screen's pixels, and what that loses.

Canonical steps name an element, a command and a slot; such formats know a mouse, a keyboard and a place. Between the
two lie a few gestures (formats/gestures.py). SAYINGS has what an action becomes, FORMS how each format writes a
gesture, SAYINGS and LOST_MORE what cannot be read back. What a format has no word for is refused with a reason
(`Unsaid`), never invented. docs/formats/exports.md is rendered from here, and tests hold the losses declared to those
observed.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from glasswork.assemble.tools import TOOLS
from glasswork.schema.episode import Example
from glasswork.schema.words import ActionKind, Button, Command, CountBucket


class Unsaid(StrEnum):
    """Why a format cannot say a record."""

    NO_GOAL = "no goal"
    NO_STEPS = "no steps"
    UNKNOWN_ACTION = "an action that is not in the vocabulary"
    NO_SCREEN = "no screens"
    EMPTY_SCREEN = "an empty screen"
    NO_TARGET = "target not on screen"
    NO_DESTINATION = "where it was dragged to is not known"
    NO_KEY = "which key it was is not known"
    NO_SHORTCUT = "a command without a usual shortcut"
    NO_DIRECTION = "where it scrolled to is not known"
    NO_FORM = "an action that the format does not have"
    NO_HAND = "nothing that was done by hand"


class Form(StrEnum):
    """What a hand does."""

    CLICK = "click"
    RIGHT_CLICK = "right click"
    MIDDLE_CLICK = "middle click"
    BACK_CLICK = "back button"
    FORWARD_CLICK = "forward button"
    DOUBLE_CLICK = "double click"
    SCROLL = "scroll"
    SCROLL_ASIDE = "scroll sideways"
    TYPE = "type"
    PRESS = "press"
    HOTKEY = "chord"
    WAIT = "wait"


HIDDEN: Final = "<secret>"
"""What is typed where not even a slot is known: the text of a secret field."""

TIMES: Final[Mapping[str, int]] = {
    CountBucket.ONE: 1,
    CountBucket.TO_3: 2,
    CountBucket.TO_15: 4,
    CountBucket.OVER_15: 16,
}
"""How often an amount is done: the least of its bucket, which can be read back."""

DEFAULTS: Final[Mapping[str, str]] = {"amount": CountBucket.ONE, "button": Button.LEFT}
"""What an argument that is absent means."""

CHORDS: Final[Mapping[str, tuple[str, ...]]] = {
    Command.COPY: ("ctrl", "c"),
    Command.CUT: ("ctrl", "x"),
    Command.PASTE: ("ctrl", "v"),
    Command.UNDO: ("ctrl", "z"),
    Command.REDO: ("ctrl", "y"),
    Command.SAVE: ("ctrl", "s"),
    Command.SAVE_AS: ("ctrl", "shift", "s"),
    Command.OPEN: ("ctrl", "o"),
    Command.NEW: ("ctrl", "n"),
    Command.CLOSE: ("ctrl", "w"),
    Command.PRINT: ("ctrl", "p"),
    Command.FIND: ("ctrl", "f"),
    Command.REPLACE: ("ctrl", "h"),
    Command.SELECT_ALL: ("ctrl", "a"),
    Command.QUIT: ("ctrl", "q"),
    Command.NEXT_TAB: ("ctrl", "tab"),
    Command.PREVIOUS_TAB: ("ctrl", "shift", "tab"),
    Command.SWITCH_APP: ("alt", "tab"),
    Command.BACK: ("alt", "left"),
    Command.FORWARD: ("alt", "right"),
    Command.RELOAD: ("f5",),
    Command.LOCATION: ("ctrl", "l"),
    Command.HELP: ("f1",),
    Command.RENAME: ("f2",),
    Command.DELETE: ("delete",),
    Command.BOLD: ("ctrl", "b"),
    Command.ITALIC: ("ctrl", "i"),
    Command.UNDERLINE: ("ctrl", "u"),
    Command.ZOOM_IN: ("ctrl", "="),
    Command.ZOOM_OUT: ("ctrl", "-"),
    Command.CANCEL: ("escape",),
    Command.CONFIRM: ("ctrl", "enter"),
    Command.INTERRUPT: ("ctrl", "c"),
}
"""The usual shortcut of a command on Linux and Windows: a convention, for which shortcut it was is not recorded."""


class Saying(NamedTuple):
    """What an action becomes, in words, and the arguments that cannot be read back (`tool`: nor which tool it was)."""

    becomes: str
    lost: tuple[str, ...]


_ON: Final = ("role", "label", "command", "modality")
_ANYWHERE: Final = ("ref", *_ON)
_PLACE: Final = ("tool", "app", "category", "command", "modality")
_SEEN: Final = "nothing where an action before it brought it about"

SAYINGS: Final[Mapping[ActionKind, Saying]] = {
    ActionKind.CLICK: Saying("a click in the middle of the element", (*_ON, "value", "length")),
    ActionKind.DOUBLE_CLICK: Saying("a double click there, of the left button only", _ON),
    ActionKind.DRAG: Saying(f"refused: {Unsaid.NO_DESTINATION}", ()),
    ActionKind.SCROLL: Saying("the wheel over the element, the least of the amount", _ON),
    ActionKind.TYPE_TEXT: Saying(
        f"the slot, typed where the focus is; `{HIDDEN}` for a secret", (*_ANYWHERE, "length", "origin")
    ),
    ActionKind.PRESS_KEY: Saying("the key, the least of the amount", _ANYWHERE),
    ActionKind.HOTKEY: Saying("the command's usual shortcut", ("tool", *_ANYWHERE, "value", "length")),
    ActionKind.SELECT_OPTION: Saying("a click on the option", ("tool", *_ON, "value", "origin")),
    ActionKind.CLEAR_FIELD: Saying("select all, then delete", _ANYWHERE),
    ActionKind.SWITCH_APP: Saying(f"{_SEEN}, else alt+tab", _PLACE),
    ActionKind.OPEN: Saying(f"{_SEEN}, else a wait", _PLACE),
    ActionKind.CLOSE: Saying(f"{_SEEN}, else a wait", _PLACE),
    ActionKind.NAVIGATE: Saying(f"{_SEEN}, else a wait", _PLACE),
    ActionKind.WAIT: Saying("a wait", ()),
}
"""What every format with pixels makes of an action, and loses of it."""

LOST_MORE: Final[Mapping[tuple[str, ActionKind], tuple[str, ...]]] = {("uitars", ActionKind.SCROLL): ("amount",)}
"""What a format loses beyond that."""

FORMS: Final[Mapping[str, Mapping[Form, str]]] = {
    "opencua": {
        Form.CLICK: "pyautogui.click(x={x}, y={y})",
        Form.RIGHT_CLICK: "pyautogui.rightClick(x={x}, y={y})",
        Form.MIDDLE_CLICK: "pyautogui.middleClick(x={x}, y={y})",
        Form.DOUBLE_CLICK: "pyautogui.doubleClick(x={x}, y={y})",
        Form.SCROLL: "pyautogui.moveTo(x={x}, y={y})\npyautogui.scroll({notches})",
        Form.SCROLL_ASIDE: "pyautogui.moveTo(x={x}, y={y})\npyautogui.hscroll({notches})",
        Form.TYPE: "pyautogui.write(message={text})",
        Form.PRESS: "pyautogui.press({keys})",
        Form.HOTKEY: "pyautogui.hotkey({keys})",
        Form.WAIT: "computer.wait()",
    },
    "uitars": {
        Form.CLICK: "click(point='<point>{x} {y}</point>')",
        Form.RIGHT_CLICK: "right_single(point='<point>{x} {y}</point>')",
        Form.DOUBLE_CLICK: "left_double(point='<point>{x} {y}</point>')",
        Form.SCROLL: "scroll(point='<point>{x} {y}</point>', direction='{direction}')",
        Form.SCROLL_ASIDE: "scroll(point='<point>{x} {y}</point>', direction='{direction}')",
        Form.TYPE: "type(content='{text}')",
        Form.PRESS: "hotkey(key='{keys}')",
        Form.HOTKEY: "hotkey(key='{keys}')",
        Form.WAIT: "wait()",
    },
    "anthropic_computer": {
        Form.CLICK: "left_click",
        Form.RIGHT_CLICK: "right_click",
        Form.MIDDLE_CLICK: "middle_click",
        Form.DOUBLE_CLICK: "double_click",
        Form.SCROLL: "scroll",
        Form.SCROLL_ASIDE: "scroll",
        Form.TYPE: "type",
        Form.PRESS: "key",
        Form.HOTKEY: "key",
        Form.WAIT: "wait",
    },
    "openai_computer": {
        Form.CLICK: "click left",
        Form.RIGHT_CLICK: "click right",
        Form.MIDDLE_CLICK: "click wheel",
        Form.BACK_CLICK: "click back",
        Form.FORWARD_CLICK: "click forward",
        Form.DOUBLE_CLICK: "double_click",
        Form.SCROLL: "scroll",
        Form.SCROLL_ASIDE: "scroll",
        Form.TYPE: "type",
        Form.PRESS: "keypress",
        Form.HOTKEY: "keypress",
        Form.WAIT: "wait",
    },
}
"""How each format writes a gesture: a template, or the name of its action (and the button)."""

_PYAUTOGUI: Final = {"escape": "esc", "page_up": "pageup", "page_down": "pagedown", "menu": "apps"}

KEYS: Final[Mapping[str, Mapping[str, str]]] = {
    "opencua": _PYAUTOGUI,
    "uitars": _PYAUTOGUI,
    "anthropic_computer": {
        "enter": "Return",
        "tab": "Tab",
        "escape": "Escape",
        "backspace": "BackSpace",
        "delete": "Delete",
        "up": "Up",
        "down": "Down",
        "left": "Left",
        "right": "Right",
        "home": "Home",
        "end": "End",
        "page_up": "Page_Up",
        "page_down": "Page_Down",
        "menu": "Menu",
        "f1": "F1",
        "f2": "F2",
        "f5": "F5",
        "=": "equal",
        "-": "minus",
    },
    "openai_computer": {
        "escape": "ESC",
        "page_up": "PAGEUP",
        "page_down": "PAGEDOWN",
        "up": "ARROWUP",
        "down": "ARROWDOWN",
        "left": "ARROWLEFT",
        "right": "ARROWRIGHT",
    },
}
"""What a format calls a key, where it is not our word for it (OpenAI's are in capitals besides)."""

CARRIED: Final[Mapping[str, tuple[str, ...]]] = {
    "trl_sft": ("goal", "observation", "effect"),
    "atif": ("id", "goal", "observation", "effect", "outcome", "week", "labels", "scope", "policy", "basis"),
    "openai_chat": ("goal", "observation", "effect"),
    "llama_factory": ("goal", "observation"),
    "adp": (
        *("id", "goal", "observation", "effect", "outcome", "week", "labels", "family", "preferred"),
        *("split", "scope", "policy", "basis"),
    ),
    "opencua": ("id", "goal"),
    "uitars": ("goal",),
    "anthropic_computer": ("goal", "effect"),
    "openai_computer": ("goal",),
    "xes": (
        *("id", "goal", "effect", "outcome", "week", "family", "preferred"),
        *("split", "apps", "scope", "policy", "basis"),
    ),
    "csv_log": ("id", "effect", "outcome", "week", "split"),
}
"""What can be read back of a record from each format, whole, besides the actions."""

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {str(kind): names for kind, (_, names) in TOOLS.items()}


def fault_of(example: Example, goal: bool = True) -> Unsaid | None:
    """What is wrong with an example whatever the format: no steps, no goal, a tool or argument that there is not."""
    if not example.steps:
        return Unsaid.NO_STEPS
    if goal and not example.goal.strip():
        return Unsaid.NO_GOAL
    known = all(step.tool in _NAMES and set(step.arguments) <= set(_NAMES[step.tool]) for step in example.steps)
    return None if known else Unsaid.UNKNOWN_ACTION


def lost(name: str, kind: ActionKind) -> frozenset[str]:
    """What the format `name`, one of FORMS, loses of an action of this kind."""
    return frozenset(SAYINGS[kind].lost + LOST_MORE.get((name, kind), ()))
