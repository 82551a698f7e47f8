"""Describe: a title, a goal and a list of steps in plain words, from the actions alone.

The same actions always give the same words, and nothing is said that is not in the actions: labels that survived
redaction stand in quotation marks, values are named by their slot and kind.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import msgspec

from glasswork.refine.phrases import COMMANDS, KEYS, LENGTHS, PLACES, ROLES, VALUES
from glasswork.refine.segment import MARKERS
from glasswork.schema.action import Action, Element, Screen, Value
from glasswork.schema.episode import Episode
from glasswork.schema.words import (
    ActionKind,
    AppCategory,
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

WRITING: Final = "write a text"
LOOKING: Final = "look around"
ENTRIES: Final = (ActionKind.TYPE_TEXT, ActionKind.SELECT_OPTION)

SEPARATOR: Final = " — "
"""Between the name that the participant gave a task and what was done in it; no name or label keeps it inside."""

PARTS: Final = (Role.FORM, Role.DIALOG, Role.ALERTDIALOG)
"""What a field is said to be in, where it has a label."""


def describe(episode: Episode) -> Episode:
    """The episode with `title`, `goal` and `steps` made anew from its actions and Screens."""
    real = [action for action in episode.actions if action.kind not in MARKERS]
    named = next((action.task for action in episode.actions if action.kind is ActionKind.TASK and action.task), "")
    task = named.replace(SEPARATOR, " - ")
    visits = list(_visits(real, episode.screens))
    goal = "; then ".join(f"{_join(doings)} in {place}" for place, doings in visits)
    return msgspec.structs.replace(
        episode,
        title=task or _title(visits),
        goal=(f"{task}{SEPARATOR}{goal}." if task else _capital(f"{goal}.")) if real else "",
        steps=tuple(_capital(step(action)) for action in real),
    )


def task_in(goal: str) -> str:
    """The task's name in a goal that `describe` made; empty where the participant named none."""
    task, separator, _ = goal.partition(SEPARATOR)
    return task if separator else ""


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
    return _named(element.role, element.label) if element.label else ROLES.get(element.role, f"the {element.role}")


def _slot(value: Value | None) -> str:
    if value is None:
        return ""
    length = "" if value.length is LengthBucket.NONE else f", {LENGTHS[value.length]}"
    return f" (value {value.slot}{length})"


def _title(visits: Sequence[tuple[str, list[str]]]) -> str:
    """What was done first and what was done last, of what is worth a title."""
    told = [doing for _, doings in visits for doing in doings if doing not in ("correct it", LOOKING)]
    if not told:
        return _capital(f"{LOOKING} in {visits[0][0]}") if visits else "Nothing that is known"
    return _capital(" and ".join(dict.fromkeys((told[0], told[-1]))))


def _visits(actions: Sequence[Action], screens: Sequence[Screen]) -> Iterator[tuple[str, list[str]]]:
    """For each stay in one category of program: the place, and what was done there, each thing once, in order.

    A value that was copied in one place and entered in another is told once, where it was entered.
    """
    came_from: dict[int, AppCategory] = {}
    carried = set(_carried(actions))
    for category, stay in groupby(actions, key=lambda action: action.category):
        members = list(stay)
        doings: dict[str, None] = {}
        for action in members:
            slot = action.value.slot if action.value is not None else 0
            source = came_from.setdefault(slot, category) if slot else category
            if slot in carried and action.command in (Command.COPY, Command.CUT):
                came_from[slot] = category
            elif doing := _doing(action, screens, source):
                doings[doing] = None
        told = list(doings)
        wrote = next((place for place, one in enumerate(told) if one.startswith(WRITING)), None)
        if wrote is not None and any(a.erased is not CountBucket.NONE or a.command is Command.UNDO for a in members):
            told.insert(wrote + 1, "correct it")
        if told or not any(action.value is not None and action.value.slot in carried for action in members):
            yield (
                PLACES[category],
                [f"{one} it" if one == "save" and wrote is not None else one for one in told] or [LOOKING],
            )


def _carried(actions: Sequence[Action]) -> Iterator[int]:
    """The slots that were copied or cut, and later entered in another category of program."""
    copied: dict[int, AppCategory] = {}
    for action in actions:
        if action.value is None:
            continue
        if action.command in (Command.COPY, Command.CUT):
            copied[action.value.slot] = action.category
        elif action.kind in ENTRIES and copied.get(action.value.slot, action.category) is not action.category:
            yield action.value.slot


def _doing(action: Action, screens: Sequence[Screen], source: AppCategory) -> str:
    """What an action adds to the goal; nothing for clicks and keys on the way. `source`: where its value was first."""
    element, value = action.element, action.value
    if action.kind is ActionKind.TYPE_TEXT:
        if element is not None and (element.role is Role.SEARCHBOX or element.cls is ElementClass.SEARCH):
            return "search for something"
        into = _into(action, screens)
        if value is None:
            return f"enter something that is not recorded{into}"
        if source is not action.category:
            return f"copy {VALUES[value.kind]} from {PLACES[source]}{into or ' into it'}"
        if value.origin is Origin.PASTED:
            return f"paste {VALUES[value.kind]}{into}"
        if element is not None and element.role is Role.TERMINAL:
            return "give a command"
        return f"{'write' if value.kind is ValueKind.TEXT else 'enter'} {VALUES[value.kind]}{into}"
    if action.kind is ActionKind.SELECT_OPTION:
        return f"choose an option{_into(action, screens).replace(' into', ' in', 1)}"
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


def _into(action: Action, screens: Sequence[Screen]) -> str:
    """` into the form “Leave”`: the labelled form or dialog that the field is in, else the field by its own label."""
    element = action.element
    if element is None:
        return ""
    if action.screen >= 0 and element.node >= 0:
        nodes = screens[action.screen].nodes
        depth = nodes[element.node].depth
        for node in reversed(nodes[: element.node]):
            if node.depth < depth:
                depth = node.depth
                if node.role in PARTS and node.label:
                    return f" into {_named(node.role, node.label)}"
    return f" into {_named(element.role, element.label)}" if element.label else ""


def _named(role: Role, label: str) -> str:
    return f"{ROLES.get(role, f'the {role}')} “{label.replace(SEPARATOR, ' - ')}”"


def _join(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _many(amount: CountBucket) -> bool:
    return amount not in (CountBucket.NONE, CountBucket.ONE)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
