"""Held actions in plain words, exactly as they would leave: for the review."""

from collections.abc import Iterator

from glasswork.schema.action import Action, Element, Value
from glasswork.schema.batch import Held
from glasswork.schema.words import (
    ActionKind,
    Button,
    Command,
    CountBucket,
    Direction,
    Effect,
    ElementClass,
    GapClass,
    Key,
    LengthBucket,
    Modality,
    Origin,
    Pace,
    Preference,
    Reason,
    Role,
    ValueKind,
)

_GAPS = {
    GapClass.UNDER_4S: "1 to 4 seconds later",
    GapClass.UNDER_16S: "4 to 16 seconds later",
    GapClass.UNDER_64S: "16 to 64 seconds later",
    GapClass.UNDER_256S: "1 to 4 minutes later",
    GapClass.IDLE: "more than 4 minutes later",
}
_KINDS = {
    ActionKind.CLICK: "clicked",
    ActionKind.DOUBLE_CLICK: "double-clicked",
    ActionKind.DRAG: "dragged",
    ActionKind.SCROLL: "scrolled",
    ActionKind.TYPE_TEXT: "typed",
    ActionKind.PRESS_KEY: "pressed",
    ActionKind.HOTKEY: "used a shortcut",
    ActionKind.SELECT_OPTION: "chose an option",
    ActionKind.CLEAR_FIELD: "emptied a field",
    ActionKind.SWITCH_APP: "switched",
    ActionKind.OPEN: "opened",
    ActionKind.CLOSE: "closed",
    ActionKind.NAVIGATE: "went to another page",
    ActionKind.WAIT: "waited",
    ActionKind.GAP: "nothing is known of a while",
    ActionKind.LOST: "something was missed by the recorder",
    ActionKind.SUPPRESSED: "something was left out",
    ActionKind.TASK: "a task begins",
}
_REASONS = {
    Reason.SECRET_FIELD: "a secret field",
    Reason.UNKNOWN_FIELD: "a field that may be secret",
    Reason.NOT_LISTED: "nothing that the policy lists",
    Reason.MONSTER: "a text that no honest program has",
    Reason.OVERFLOW: "more at once than the recorder could take",
    Reason.SOURCE: "reported by the system",
    Reason.UNREADABLE: "unreadable in the recording",
}
_ORIGINS = {
    Origin.PASTED: "pasted",
    Origin.PICKED: "picked",
    Origin.COPIED: "copied",
}

_PREPOSITIONS = {
    ActionKind.TYPE_TEXT: "into ",
    ActionKind.SELECT_OPTION: "in ",
    ActionKind.NAVIGATE: "in ",
    ActionKind.SWITCH_APP: "to ",
    ActionKind.OPEN: "",
    ActionKind.CLOSE: "",
}
_IN_A_PROGRAM = frozenset(ActionKind) - {
    ActionKind.GAP,
    ActionKind.LOST,
    ActionKind.SUPPRESSED,
    ActionKind.TASK,
    ActionKind.WAIT,
}


def words(held: Held) -> str:
    """One held action as a line of plain words, with everything that it would tell. Its exact counts stay here."""
    parts = [" ".join(_main(held.action)), *_remarks(held.action)]
    if held.screen is not None:
        parts.append(f"with the structure of the window ({len(held.screen.nodes)} parts)")
    return "; ".join(parts)


def _main(action: Action) -> Iterator[str]:
    if action.kind is ActionKind.TASK:
        yield f"a task begins, which you named “{action.task}”" if action.task else "a task ends"
        if action.preferred is not Preference.NONE:
            yield f"(the {action.preferred} way, you said)"
        return
    yield _KINDS[action.kind]
    if action.button not in (Button.NONE, Button.LEFT):
        yield f"with the {action.button} button"
    if action.key is not Key.NONE:
        yield f"the key {action.key.replace('_', ' ')}"
    if action.command is not Command.NONE:
        yield f"for “{action.command.replace('_', ' ')}”"
    if action.direction is not Direction.NONE:
        yield action.direction
    if action.amount is not CountBucket.NONE:
        yield "once" if action.amount is CountBucket.ONE else f"{action.amount} times"
    if action.value is not None:
        yield _value(action.value)
    if action.element is not None:
        yield f"{_PREPOSITIONS.get(action.kind, 'on ')}{_element(action.element)}"
    elif action.kind in (ActionKind.OPEN, ActionKind.CLOSE):
        yield "a window"
    if action.app or action.kind in _IN_A_PROGRAM:
        yield f"in {action.app or 'a program'} ({action.category}, window {action.window})"
    if action.reason is not Reason.NONE:
        yield f"({_REASONS[action.reason]})"


def _value(value: Value) -> str:
    kind = "a text" if value.kind is ValueKind.TEXT else f"a value of the kind “{value.kind.replace('_', ' ')}”"
    length = "" if value.length is LengthBucket.NONE else f" of {value.length.replace('-', '–')} characters"
    origin = f", {_ORIGINS[value.origin]}" if value.origin in _ORIGINS else ""
    return f"{kind}{length} (number {value.slot}{origin})"


def _element(element: Element) -> str:
    role = "an element" if element.role is Role.NONE else f"{_article(element.role)} {element.role}"
    label = f" “{element.label}”" if element.label else ""
    purpose = "" if element.cls is ElementClass.OTHER else f" to {element.cls}"
    place = "" if element.box is None else " at cell {},{} of size {}×{}".format(*element.box)
    return f"{role}{label}{purpose}{place} (element {element.key})"


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _remarks(action: Action) -> Iterator[str]:
    if action.erased is not CountBucket.NONE:
        yield f"deleted {'once' if action.erased is CountBucket.ONE else f'{action.erased} times'}"
    if action.pace is not Pace.UNKNOWN:
        yield f"{action.pace} pace for you"
    if action.modality not in (Modality.UNKNOWN, Modality.SYSTEM):
        yield f"by {action.modality}"
    if action.effect is not Effect.UNKNOWN:
        yield "the screen changed" if action.effect is Effect.CHANGED else "the screen did not change"
    if action.gap in _GAPS:
        yield _GAPS[action.gap]
