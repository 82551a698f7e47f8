"""Gestures: what a hand on a mouse and a keyboard does in a canonical step, as assemble/mapping.py has it in words."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from glasswork.assemble.mapping import CHORDS, DEFAULTS, HIDDEN, TIMES, Form, Unsaid
from glasswork.schema.episode import Step
from glasswork.schema.words import ActionKind, Button, Command, Direction, Key, Modality

_REF: Final = re.compile("e([1-9][0-9]{0,2})")
_CLICKS: Final[Mapping[str, Form]] = {
    Button.LEFT: Form.CLICK,
    Button.RIGHT: Form.RIGHT_CLICK,
    Button.MIDDLE: Form.MIDDLE_CLICK,
    Button.BACK: Form.BACK_CLICK,
    Button.FORWARD: Form.FORWARD_CLICK,
}

_BY_HAND: Final = (Modality.MOUSE, Modality.KEYBOARD, Modality.TOUCH)
_UNNAMED: Final = (Key.NONE, Key.FUNCTION, Key.OTHER)
_KEYS: Final = frozenset(str(key) for key in Key if key not in _UNNAMED)


class Gesture(NamedTuple):
    """A form with what it needs: the node aimed at and, once it was drawn, its pixel; keys; a text; how often."""

    form: Form
    node: int = -1
    x: int = 0
    y: int = 0
    keys: tuple[str, ...] = ()
    text: str = ""
    direction: str = ""
    times: int = 1


def chord(keys: tuple[str, ...], times: int = 1) -> Gesture:
    """One key, or several at once."""
    return Gesture(Form.PRESS if len(keys) == 1 else Form.HOTKEY, keys=keys, times=times)


def gestures(step: Step) -> tuple[Gesture, ...] | Unsaid:
    """What a hand does in a step, not yet aimed at a pixel; none where the step only tells what an earlier one did."""
    said = {name: str(value) for name, value in step.arguments.items()}
    ref = _REF.fullmatch(said.get("ref", ""))
    node = int(ref[1]) - 1 if ref else -1
    times = TIMES.get(said.get("amount", DEFAULTS["amount"]), 1)
    match step.tool:
        case ActionKind.DRAG:
            return Unsaid.NO_DESTINATION
        case ActionKind.TYPE_TEXT:
            return (Gesture(Form.TYPE, text=said.get("value", HIDDEN)),)
        case ActionKind.PRESS_KEY:
            return (chord((said["key"],), times),) if said.get("key") in _KEYS else Unsaid.NO_KEY
        case ActionKind.HOTKEY:
            keys = CHORDS.get(said.get("command", ""))
            return (chord(keys, times),) if keys else Unsaid.NO_SHORTCUT
        case ActionKind.CLEAR_FIELD:
            return chord(CHORDS[Command.SELECT_ALL]), chord(CHORDS[Command.DELETE])
        case ActionKind.WAIT:
            return (Gesture(Form.WAIT),)
        case ActionKind.SWITCH_APP | ActionKind.OPEN | ActionKind.CLOSE | ActionKind.NAVIGATE:
            if said.get("modality") in _BY_HAND:
                return ()
            switched = step.tool == ActionKind.SWITCH_APP
            return (chord(CHORDS[Command.SWITCH_APP]) if switched else Gesture(Form.WAIT),)
        case _ if node < 0:
            return Unsaid.NO_TARGET
        case ActionKind.SCROLL:
            return _scroll(node, said.get("direction", ""), times)
        case ActionKind.DOUBLE_CLICK:
            left = said.get("button", Button.LEFT) == Button.LEFT
            return (Gesture(Form.DOUBLE_CLICK, node),) if left else Unsaid.NO_FORM
        case _:
            form = _CLICKS.get(said.get("button", Button.LEFT))
            return (Gesture(form, node),) if form else Unsaid.NO_FORM


def _scroll(node: int, direction: str, times: int) -> tuple[Gesture, ...] | Unsaid:
    if direction in (Direction.UP, Direction.DOWN):
        return (Gesture(Form.SCROLL, node, direction=direction, times=times),)
    if direction in (Direction.LEFT, Direction.RIGHT):
        return (Gesture(Form.SCROLL_ASIDE, node, direction=direction, times=times),)
    return Unsaid.NO_DIRECTION
