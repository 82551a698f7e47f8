"""Label: signals about how a task went, each with its rule, its confidence and the actions it was seen in.

A signal is evidence, never a verdict: undoing is also how people explore (Dix and Abowd), and an undo or a burst of
deletions is where Akers et al. (CHI 2009) found most of the severe problems of a program, not of its user.
Confidence is how far the rule can be trusted from what it saw, by construction; it is not measured yet.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from glasswork.refine.segment import COMPLETING_CLASSES, COMPLETING_COMMANDS, DECIDING, MARKERS
from glasswork.schema.action import Action, Screen
from glasswork.schema.episode import Label, Signal
from glasswork.schema.words import ActionKind, Command, CountBucket, ElementClass, Key, Modality, Role

CLICKS: Final = (ActionKind.CLICK, ActionKind.DOUBLE_CLICK)
DIALOGS: Final = (Role.DIALOG, Role.ALERTDIALOG)
MENU_ITEMS: Final = (Role.MENUITEM, Role.MENUITEMCHECKBOX, Role.MENUITEMRADIO)
NOT_COMMANDS: Final = (Command.NONE, Command.OTHER)


def labels(actions: Sequence[Action], screens: Sequence[Screen] = ()) -> tuple[Label, ...]:
    """All signals in the actions of an episode, in order of where they start."""
    found = [
        *_completed(actions),
        *_undo_episodes(actions),
        *_erase_bursts(actions),
        *_dialogs_cancelled(actions, screens),
        *_routes(actions),
    ]
    return tuple(sorted(found, key=lambda label: (label.start, label.end, label.signal)))


def completes(action: Action) -> bool:
    """Whether an action submits, saves or confirms something (`segment.completion` for one row)."""
    return action.kind in DECIDING and (
        action.command in COMPLETING_COMMANDS
        or (action.element is not None and action.element.cls in COMPLETING_CLASSES)
    )


def cancels(action: Action) -> bool:
    """Whether an action takes a step back out of what is open: Escape, the command, or an element made for it."""
    return (
        action.command is Command.CANCEL
        or (action.kind is ActionKind.PRESS_KEY and action.key is Key.ESCAPE)
        or (action.kind in CLICKS and action.element is not None and action.element.cls is ElementClass.CANCEL)
    )


def _completed(actions: Sequence[Action]) -> Iterator[Label]:
    """The last completion that nothing took back; surer where nothing was done after it."""
    real = [index for index, action in enumerate(actions) if action.kind not in MARKERS]
    for place in reversed(range(len(real))):
        action = actions[real[place]]
        if action.command is Command.UNDO or cancels(action):
            return
        if completes(action):
            last = place == len(real) - 1
            yield Label(Signal.COMPLETED, "completion_action", 0.9 if last else 0.7, real[place], real[place] + 1)
            return


def _undo_episodes(actions: Sequence[Action]) -> Iterator[Label]:
    """Undo, by whatever means; undos that follow each other are one."""
    for start, end in _runs(actions, lambda action: action.command is Command.UNDO):
        yield Label(Signal.UNDO_EPISODE, "undo_command", 1.0, start, end)


def _erase_bursts(actions: Sequence[Action]) -> Iterator[Label]:
    """Four deletions or more in one entry."""
    for index, action in enumerate(actions):
        if action.erased in (CountBucket.TO_15, CountBucket.OVER_15):
            sure = 0.9 if action.erased is CountBucket.OVER_15 else 0.7
            yield Label(Signal.ERASE_BURST, "erased_4_or_more", sure, index, index + 1)


def _dialogs_cancelled(actions: Sequence[Action], screens: Sequence[Screen]) -> Iterator[Label]:
    """A dialog was open, or in front, and a cancelling action is the last thing that was done in it."""
    opened: int | None = None
    for index, action in enumerate(actions):
        if action.element is None or action.element.role not in DIALOGS:
            continue
        if action.kind is ActionKind.OPEN:
            opened = index
        elif action.kind is ActionKind.CLOSE and opened is not None:
            if cancels(actions[index - 1]):
                yield Label(Signal.DIALOG_CANCELLED, "opened_cancelled_closed", 0.9, opened, index + 1)
            opened = None
    with_dialog = [any(node.role in DIALOGS for node in screen.nodes) for screen in screens]

    def in_dialog(action: Action) -> bool:
        return action.screen >= 0 and with_dialog[action.screen]

    for start, end in _runs(actions, in_dialog):
        if cancels(actions[end - 1]):
            yield Label(Signal.DIALOG_CANCELLED, "dialog_then_cancel", 0.9, start, end)
    for index, action in enumerate(actions):
        if action.screen < 0 and action.kind in CLICKS and cancels(action):
            yield Label(Signal.DIALOG_CANCELLED, "cancel_element", 0.6, index, index + 1)


def _routes(actions: Sequence[Action]) -> Iterator[Label]:
    """The means by which a command was given, where there are two."""
    for index, action in enumerate(actions):
        if action.command in NOT_COMMANDS:
            continue
        role = Role.NONE if action.element is None else action.element.role
        if action.kind in CLICKS and role in (*MENU_ITEMS, Role.BUTTON):
            yield Label(Signal.BY_MENU, "command_by_click", 0.9, index, index + 1)
        elif action.kind is ActionKind.HOTKEY and role in MENU_ITEMS:
            yield Label(Signal.BY_MENU, "command_by_menu_key", 0.9, index, index + 1)
        elif action.kind is ActionKind.HOTKEY and action.modality is Modality.KEYBOARD:
            yield Label(Signal.BY_SHORTCUT, "command_by_hotkey", 1.0, index, index + 1)


def _runs(actions: Sequence[Action], of: Callable[[Action], bool]) -> Iterator[tuple[int, int]]:
    """The longest stretches (start, end exclusive) of actions for which `of` holds."""
    start = None
    for index, action in enumerate(actions):
        if of(action):
            start = index if start is None else start
        elif start is not None:
            yield start, index
            start = None
    if start is not None:
        yield start, len(actions)
