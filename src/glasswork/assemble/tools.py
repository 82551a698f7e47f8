"""Tools: the actions an agent may call, as JSON Schema, derived from the vocabulary."""

from enum import StrEnum
from functools import cache
from typing import Any, Final

from glasswork.schema.words import (
    ActionKind,
    AppCategory,
    Button,
    Command,
    CountBucket,
    Direction,
    Key,
    LengthBucket,
    Modality,
    Origin,
    Role,
)

_ELEMENT: Final = ("ref", "role", "label")
_HOW: Final = ("command", "modality")

TOOLS: Final[dict[ActionKind, tuple[str, tuple[str, ...]]]] = {
    ActionKind.CLICK: ("Click an element.", (*_ELEMENT, "button", "value", "length", *_HOW)),
    ActionKind.DOUBLE_CLICK: ("Double-click an element.", (*_ELEMENT, "button", *_HOW)),
    ActionKind.DRAG: ("Drag an element.", (*_ELEMENT, "button", *_HOW)),
    ActionKind.SCROLL: ("Scroll.", (*_ELEMENT, "direction", "amount", *_HOW)),
    ActionKind.TYPE_TEXT: ("Enter a value into a field.", (*_ELEMENT, "value", "length", "origin", *_HOW)),
    ActionKind.PRESS_KEY: ("Press a key that writes nothing.", (*_ELEMENT, "key", "amount", *_HOW)),
    ActionKind.HOTKEY: ("Give a command by its shortcut.", (*_ELEMENT, "value", "length", "amount", *_HOW)),
    ActionKind.SELECT_OPTION: ("Choose an option of a list.", (*_ELEMENT, "value", "origin", *_HOW)),
    ActionKind.CLEAR_FIELD: ("Empty a field.", (*_ELEMENT, *_HOW)),
    ActionKind.SWITCH_APP: ("Go to another program.", ("app", "category", *_HOW)),
    ActionKind.OPEN: ("Open a program or window.", ("app", "category", *_HOW)),
    ActionKind.CLOSE: ("Close a program or window.", ("app", "category", *_HOW)),
    ActionKind.NAVIGATE: ("Go to another page.", ("app", "category", *_HOW)),
    ActionKind.WAIT: ("Wait.", ()),
}
"""What each tool is for, and the arguments it may have. Markers are no tools."""

_WORDS: Final[dict[str, tuple[str, type[StrEnum]]]] = {
    "role": ("ARIA role of the element", Role),
    "button": ("mouse button, where it is not the left one", Button),
    "command": ("what the program is asked to do", Command),
    "modality": ("by what means", Modality),
    "direction": ("where to scroll", Direction),
    "amount": ("how often, as a bucket", CountBucket),
    "key": ("the key", Key),
    "length": ("characters of the value, as a bucket", LengthBucket),
    "origin": ("where the value comes from", Origin),
    "category": ("kind of program", AppCategory),
}

_PATTERNS: Final[dict[str, tuple[str, str]]] = {
    "ref": ("the element in the observation", "^e[1-9][0-9]{0,2}$"),
    "value": ("a slot: equal ones hold the same value", "^<[a-z_]+_[1-9][0-9]{0,4}>$"),
}

_TEXTS: Final[dict[str, str]] = {"label": "name of the element", "app": "the program"}

ARGUMENTS: Final = frozenset((*_WORDS, *_PATTERNS, *_TEXTS))


def argument_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one argument."""
    if name in _WORDS:
        meaning, words = _WORDS[name]
        return {"type": "string", "description": meaning, "enum": list(words)}
    if name in _PATTERNS:
        meaning, pattern = _PATTERNS[name]
        return {"type": "string", "description": meaning, "pattern": pattern}
    return {"type": "string", "description": _TEXTS[name]}


def _shown(kind: ActionKind, name: str) -> dict[str, Any]:
    """An argument's schema as a trainer reads it: the long vocabularies once or never, they would be most of a row."""
    schema = argument_schema(name)
    if name == "role" or (name == "command" and kind is not ActionKind.HOTKEY):
        del schema["enum"]
    if name == "value":  # exports may have surrogates in the place of slots
        del schema["pattern"]
    return schema


@cache
def definitions() -> list[dict[str, Any]]:
    """All tools in the function-calling form, in the order of the vocabulary. No argument is required.

    Made once and shared by every row: not to be changed.
    """
    return [
        {
            "type": "function",
            "function": {
                "name": str(kind),
                "description": description,
                "parameters": {
                    "type": "object",
                    "properties": {name: _shown(kind, name) for name in names},
                    "additionalProperties": False,
                },
            },
        }
        for kind, (description, names) in TOOLS.items()
    ]
