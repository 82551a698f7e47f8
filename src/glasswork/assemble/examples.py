"""Examples: an Episode as goal → (observation → action)* → outcome.

The observation is the Screen before the action, never after. Markers are no tools: what the recorder suppressed or
lost, or a pause inside a named task, becomes a note at the top of the next observation, so that a model is not
taught that a step follows from the one before when something lay between.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from itertools import accumulate
from typing import Final

import msgspec

from glasswork.assemble.observe import NO_SCREEN, reference, tree
from glasswork.assemble.tools import TOOLS
from glasswork.refine.segment import MARKERS, MIN_ACTIONS
from glasswork.schema.action import Action
from glasswork.schema.episode import Episode, Example, Label, Signal, Step
from glasswork.schema.words import (
    ActionKind,
    Button,
    Command,
    CountBucket,
    Direction,
    Key,
    LengthBucket,
    Modality,
    Origin,
    Preference,
    Role,
)

NOTES: Final[dict[ActionKind, str]] = {
    ActionKind.GAP: "(a pause)",
    ActionKind.LOST: "(something may be missing here)",
    ActionKind.SUPPRESSED: "(something was done here that is not recorded)",
}


OUTCOMES: Final = (Signal.COMPLETED, Signal.ABANDONED, Signal.INTERRUPTED)
"""What an example's outcome may be, the first that the episode has a signal of; else it is UNKNOWN."""

UNKNOWN: Final = "unknown"


class Refusal(StrEnum):
    """Why an episode becomes no example."""

    TOO_SHORT = "too_short"
    ONLY_SUPPRESSED = "only_suppressed"


def example(episode: Episode) -> Example | Refusal:
    """The Example of an episode, or why there is none."""
    real = sum(action.kind not in MARKERS for action in episode.actions)
    if not real and any(action.kind is ActionKind.SUPPRESSED for action in episode.actions):
        return Refusal.ONLY_SUPPRESSED
    if real < MIN_ACTIONS:
        return Refusal.TOO_SHORT
    signals = {label.signal for label in episode.labels}
    return Example(
        id=episode.id,
        goal=episode.goal,
        steps=tuple(_steps(episode.actions, [tree(screen) for screen in episode.screens])),
        outcome=next((str(outcome) for outcome in OUTCOMES if outcome in signals), UNKNOWN),
        week=episode.week,
        labels=_over_steps(episode),
        family=episode.family,
        preferred=next((a.preferred for a in episode.actions if a.preferred is not Preference.NONE), Preference.NONE),
        screens=episode.screens,
    )


def _over_steps(episode: Episode) -> tuple[Label, ...]:
    """The labels with spans that count steps: markers are none. One over markers alone is left out."""
    before = [0, *accumulate(int(action.kind not in MARKERS) for action in episode.actions)]
    moved = (
        msgspec.structs.replace(label, start=before[label.start], end=before[label.end]) for label in episode.labels
    )
    return tuple(label for label in moved if label.start < label.end)


def _steps(actions: Sequence[Action], trees: Sequence[str]) -> Iterator[Step]:
    notes: list[str] = []
    for action in actions:
        if action.kind in MARKERS:
            note = NOTES.get(action.kind, "")
            notes += [note] if note and note not in notes else []
            continue
        screen = trees[action.screen] if action.screen >= 0 else NO_SCREEN
        yield Step(
            observation="\n".join([*notes, screen] if screen else notes),
            tool=action.kind,
            arguments=arguments(action),
            effect=action.effect,
            screen=action.screen,
        )
        notes = []


_ABSENT: Final = frozenset(
    {"", Button.NONE, Button.LEFT, Command.NONE, CountBucket.NONE, Direction.NONE, Key.NONE, LengthBucket.NONE}
    | {Modality.UNKNOWN, Origin.UNKNOWN, Role.NONE}
)
"""Words that say nothing: no argument has one of them as its value."""

_READ: Final[dict[str, Callable[[Action], str]]] = {
    "ref": lambda a: reference(a.element.node) if a.element is not None and a.element.node >= 0 else "",
    "role": lambda a: a.element.role if a.element is not None else "",
    "label": lambda a: a.element.label if a.element is not None else "",
    "button": lambda a: a.button,
    "value": lambda a: f"<{a.value.kind}_{a.value.slot}>" if a.value is not None else "",
    "length": lambda a: a.value.length if a.value is not None else "",
    "origin": lambda a: a.value.origin if a.value is not None else "",
    "command": lambda a: a.command,
    "modality": lambda a: a.modality,
    "direction": lambda a: a.direction,
    "amount": lambda a: a.amount,
    "key": lambda a: a.key,
    "app": lambda a: a.app,
    "category": lambda a: a.category,
}


def arguments(action: Action) -> dict[str, str | int]:
    """The arguments of an action's tool: only those that have a value."""
    _, names = TOOLS[action.kind]
    found = ((name, str(_READ[name](action))) for name in names)
    return {name: value for name, value in found if value not in _ABSENT}
