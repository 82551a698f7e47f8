"""Describe: a title, a goal and a list of steps in plain words, from the actions alone.

The same actions always give the same words, and nothing is said that is not in the actions: labels that survived
redaction stand in quotation marks, values are named by their slot and kind.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from glasswork.refine.phrases import COMMANDS, KEYS, LENGTHS, PLACES, ROLES, VALUES
from glasswork.refine.segment import MARKERS
from glasswork.schema.action import Action, Element, Value
from glasswork.schema.episode import Episode
from glasswork.schema.words import (
    ActionKind,
    Button,
    Command,
    CountBucket,
    ElementClass,
    LengthBucket,
    Modality,
    Origin,
    Role,
    ValueKind,
)


def describe(episode: Episode) -> Episode:
    """The episode with `title`, `goal` and `steps` made anew from its actions."""
    real = [action for action in episode.actions if action.kind not in MARKERS]
    task = next((action.task for action in episode.actions if action.kind is ActionKind.TASK and action.task), "")
    visits = list(_visits(real))
    goal = "; then ".join(f"in {place}: {_join(doings)}" for place, doings in visits)
    title = task or _capital(visits[0][1][-1] if visits else "nothing that is known")
    return msgspec.structs.replace(
        episode,
        title=title,
        goal=_capital(f"{task} ({goal})" if task else goal) + "." if real else "",
        steps=tuple(_capital(step(action)) for action in real),
    )


def task_in(goal: str) -> str:
    """The task's name in a goal that `describe` made, with a capital; empty where the participant named none."""
    named = re.fullmatch(r"(.+) \(in .+\)\.", goal, re.DOTALL)
    return named[1] if named else ""


def step(action: Action) -> str:
    """One action as a verb phrase, such as `type a text (value 3, 17–64 characters) into the textbox "Name"`."""
    if action.kind in (ActionKind.TYPE_TEXT, ActionKind.SELECT_OPTION, ActionKind.CLEAR_FIELD):
        return _entry(action)
    if action.command in COMMANDS:
        return _command(action)
    target = _target(action.element)
    match action.kind:
        case ActionKind.CLICK:
            button = {Button.RIGHT: "right-click", Button.MIDDLE: "middle-click"}.get(action.button, "click")
            return f"{button} {target}"
        case ActionKind.DOUBLE_CLICK:
            return f"double-click {target}"
        case ActionKind.DRAG:
            return f"drag {target}"
        case ActionKind.SCROLL:
            return f"scroll {action.direction}" if action.direction != "none" else "scroll"
        case ActionKind.PRESS_KEY:
            return f"press {KEYS[action.key]}" + (" several times" if _many(action.amount) else "")
        case ActionKind.HOTKEY:
            return "use a shortcut"
        case ActionKind.SWITCH_APP | ActionKind.OPEN | ActionKind.CLOSE:
            verb = {ActionKind.OPEN: "open", ActionKind.CLOSE: "close"}.get(action.kind, "go to")
            return f"{verb} {PLACES[action.category]}" + (f" ({action.app})" if action.app else "")
        case ActionKind.NAVIGATE:
            return "go to another page"
        case _:
            return "wait"


def _entry(action: Action) -> str:
    target = _target(action.element)
    if action.kind is ActionKind.CLEAR_FIELD:
        return f"clear {target}"
    if action.kind is ActionKind.SELECT_OPTION:
        return f"choose an option{_slot(action.value)} in {target}"
    if action.value is None:
        return f"enter something that is not recorded into {target}"
    corrected = ", correcting it on the way" if action.erased is not CountBucket.NONE else ""
    what = VALUES[action.value.kind]
    if action.value.origin is Origin.PASTED:
        return f"paste {what}{_slot(action.value)} into {target}{corrected}"
    return f"type {what}{_slot(action.value)} into {target}{corrected}"


def _command(action: Action) -> str:
    what = COMMANDS[action.command]
    if action.value is not None and action.command in (Command.COPY, Command.CUT, Command.PASTE):
        what += f" {VALUES[action.value.kind]}{_slot(action.value)}"
    if action.kind is ActionKind.HOTKEY or action.modality is Modality.KEYBOARD:
        return f"{what} with the keyboard" if action.kind is ActionKind.PRESS_KEY else f"{what} with the shortcut"
    return f"{what} with {_target(action.element)}" if action.element is not None else what


def _target(element: Element | None) -> str:
    if element is None:
        return "something"
    role = ROLES.get(element.role, f"the {element.role}")
    return f"{role} “{element.label}”" if element.label else role


def _slot(value: Value | None) -> str:
    if value is None:
        return ""
    length = "" if value.length is LengthBucket.NONE else f", {LENGTHS[value.length]}"
    return f" (value {value.slot}{length})"


def _visits(actions: Sequence[Action]) -> Iterator[tuple[str, list[str]]]:
    """For each stay in one category of program: the place, and what was done there, each thing once, in order."""
    for category, stay in groupby(actions, key=lambda action: action.category):
        members = list(stay)
        doings = list(dict.fromkeys(doing for doing in map(_doing, members) if doing))
        wrote = "write a text" in doings
        if any(action.erased is not CountBucket.NONE or action.command is Command.UNDO for action in members) and wrote:
            doings.insert(doings.index("write a text") + 1, "correct it")
        yield (
            PLACES[category],
            [f"{doing} it" if doing == "save" and wrote else doing for doing in doings] or ["look around"],
        )


def _doing(action: Action) -> str:
    """What an action adds to the goal; nothing for clicks and keys on the way."""
    element, value = action.element, action.value
    if action.kind is ActionKind.TYPE_TEXT:
        if element is not None and (element.role is Role.SEARCHBOX or element.cls is ElementClass.SEARCH):
            return "search for something"
        if value is None:
            return "enter something that is not recorded"
        if value.origin is Origin.PASTED:
            return f"paste {VALUES[value.kind]}"
        if element is not None and element.role is Role.TERMINAL:
            return "give a command"
        return "write a text" if value.kind is ValueKind.TEXT else f"enter {VALUES[value.kind]}"
    if action.kind is ActionKind.SELECT_OPTION:
        return "choose an option"
    if action.kind is ActionKind.NAVIGATE:
        return "go to another page"
    if action.command in (Command.UNDO, Command.REDO, Command.CONFIRM, Command.SELECT_ALL, Command.SWITCH_APP):
        return ""
    if action.command in (Command.COPY, Command.CUT, Command.PASTE) and value is not None:
        return f"{COMMANDS[action.command]} {VALUES[value.kind]}"
    if action.command in COMMANDS:
        return COMMANDS[action.command]
    if element is None or action.kind not in (ActionKind.CLICK, ActionKind.DOUBLE_CLICK, ActionKind.PRESS_KEY):
        return ""
    return {
        ElementClass.SUBMIT: "send it",
        ElementClass.SAVE: "save",
        ElementClass.CANCEL: "cancel",
        ElementClass.DELETE: "delete something",
        ElementClass.OPEN: "open something",
    }.get(element.cls, "")


def _join(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _many(amount: CountBucket) -> bool:
    return amount not in (CountBucket.NONE, CountBucket.ONE)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
