"""Pair: what a preference says, with the evidence for it; and what makes two attempts comparable."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from glasswork.assemble.examples import NOTES
from glasswork.schema.episode import Example, Label, Signal, Source, Step

HISTORY: Final = 16
"""Steps before, at most, that a prompt has: so the rows of an example grow with its length and not with its square."""

UNSURE: Final = 0.5
"""How sure it is that a task went well of which neither a completion nor an end was seen."""


class Kind(StrEnum):
    """Where a pair comes from."""

    ERROR_RECOVERY = "error_recovery"
    SHORTER_ROUTE = "shorter_route"
    SHORTCUT_OVER_MENU = "shortcut_over_menu"
    HUMAN_PREFERENCE = "human_preference"
    AI_FEEDBACK = "ai_feedback"
    OUTCOME = "outcome"  # unpaired


class Reason(StrEnum):
    """Why something that looked like a pair is none."""

    NO_GOAL = "no_goal"
    NO_FAMILY = "no_family"
    NOT_COMPLETED = "not_completed"
    INTERRUPTED = "interrupted"
    NO_OBSERVATION = "no_observation"
    OTHER_STATE = "other_state"
    NOTHING_UNDONE = "nothing_undone"
    AMOUNT_UNKNOWN = "amount_unknown"
    TOO_LONG = "too_long"
    NOTHING_AFTER = "nothing_after"
    SOMETHING_BETWEEN = "something_between"
    FAILED_AGAIN = "failed_again"
    FOUND_ALREADY = "found_already"
    NO_EFFECT = "no_effect"
    CARRIES_A_VALUE = "carries_a_value"
    NO_PARTNER = "no_partner"
    NOT_LONGER = "not_longer"
    ALIKE = "alike"
    ENOUGH = "enough"


class Prompt(msgspec.Struct, frozen=True, kw_only=True):
    """Where a choice is made: the goal, what was done so far, and what is seen now.

    `before` are the last HISTORY steps at most, `earlier` counts those that came before them.
    """

    goal: str
    observation: str
    before: tuple[Step, ...] = ()
    earlier: int = 0


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """At the prompt, `chosen` is better than `rejected`, says the evidence, which is so sure (0 to 1).

    `evidence` names the signals, rules or counts behind it and `source` who says so. A pair names no example and no
    person, and lies within one `split`. No step in it refers to a screen: pairs are text.
    """

    kind: Kind
    prompt: Prompt
    chosen: tuple[Step, ...]
    rejected: tuple[Step, ...]
    evidence: str
    confidence: float
    source: Source
    split: str


class Rejected(msgspec.Struct, frozen=True):
    """No pair, and why."""

    kind: Kind
    reason: Reason


def state(observation: str) -> str:
    """What was seen, without the notes above it: two moments with the same text are the same abstract state."""
    lines = observation.split("\n")
    notes = next((place for place, line in enumerate(lines) if line not in _NOTES), len(lines))
    return "\n".join(lines[notes:])


def noted(step: Step) -> bool:
    """Whether something lay before the step that is not known: a pause, a loss, what the recorder left out."""
    return step.observation.partition("\n")[0] in _NOTES


def prompt_at(example: Example, place: int) -> Prompt:
    """The prompt before the step at a place; after the last one, nothing is seen."""
    first = max(0, place - HISTORY)
    return Prompt(
        goal=example.goal,
        observation=state(example.steps[place].observation) if place < len(example.steps) else "",
        before=bare(example.steps[first:place]),
        earlier=first,
    )


def bare(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps that refer to no screen."""
    return tuple(msgspec.structs.replace(step, screen=-1) if step.screen != -1 else step for step in steps)


def alike(one: Sequence[Step], other: Sequence[Step], before: Iterable[Step]) -> bool:
    """Whether a model could not tell one from the other: they are the same as far as both go.

    A slot that was not seen before the choice is only "something new": which new value it is, nobody can know.
    """
    known = {step.arguments.get("value") for step in before}
    return all(a == b for a, b in zip(_acts(one, known), _acts(other, known), strict=False))


def surely(labels: Iterable[Label], signal: Signal) -> Label | None:
    """The surest label of a signal."""
    return max((label for label in labels if label.signal is signal), key=lambda label: label.confidence, default=None)


def _acts(steps: Iterable[Step], known: set[str | int | None]) -> list[tuple[str, dict[str, str | int]]]:
    new: dict[str | int, int] = {}
    acts: list[tuple[str, dict[str, str | int]]] = []
    for step in steps:
        value = step.arguments.get("value")
        said = step.arguments
        if value is not None and value not in known:
            said = {name: word for name, word in said.items() if name not in _OF_A_VALUE}
            said["value"] = new.setdefault(value, len(new))
        acts.append((step.tool, said))
    return acts


_NOTES: Final = frozenset(NOTES.values())
_OF_A_VALUE: Final = ("value", "length", "origin")
