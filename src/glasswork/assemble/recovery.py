"""Recovery: what was done in vain, and what was done instead from the same state, in one example.

A label says that an attempt failed and where (docs/labels.md). The pair needs more: the state before the attempt and
the state after it was taken back must be the same text, nothing unknown may lie between, and what follows must not fail
as well.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from glasswork.assemble.pair import (
    UNSURE,
    Kind,
    Pair,
    Reason,
    Rejected,
    alike,
    bare,
    noted,
    prompt_at,
    state,
    surely,
)
from glasswork.assemble.record import Record
from glasswork.refine.family import NO_STEPS
from glasswork.schema.episode import Example, Label, Signal, Step
from glasswork.schema.words import ActionKind, Command, CountBucket, Key

FAILURES: Final = (
    *(Signal.UNDO_EPISODE, Signal.RETRY_LOOP, Signal.DIALOG_CANCELLED),
    *(Signal.QUICK_BACK, Signal.OVERWRITE, Signal.DEAD_CLICK),
)
"""Signals of an attempt that was given up and may be followed by another one."""

LONGEST: Final = 8
"""Steps of the longest failed attempt; a longer one is a piece of work, and no error that was mended."""

_ENTRIES: Final = (ActionKind.TYPE_TEXT, ActionKind.SELECT_OPTION, ActionKind.CLEAR_FIELD, ActionKind.DRAG)
_EDITS: Final = (
    *(Command.PASTE, Command.CUT, Command.REPLACE, Command.DELETE),
    *(Command.BOLD, Command.ITALIC, Command.UNDERLINE),
)
_DELETIONS: Final = (Key.BACKSPACE, Key.DELETE)
_FOLLOWING: Final = (ActionKind.OPEN, ActionKind.CLOSE, ActionKind.NAVIGATE)
"""What windows and pages do after an action: no attempt begins with it."""


class _Attempt(NamedTuple):
    """Steps `first` to `last` (exclusive) failed, were taken back up to `back` (exclusive); `after` begins the next."""

    label: Label
    first: int
    last: int
    back: int
    after: int


def recoveries(record: Record) -> Iterator[Pair | Rejected]:
    """A pair for every failed attempt of a record that was followed by another one, or why there is none."""
    example = record.example
    found = [_attempt(example.steps, label) for label in example.labels if label.signal in FAILURES]
    attempts = [item for item in found if isinstance(item, _Attempt)]
    failed = _failed(len(example.steps), attempts)
    yield from (Rejected(Kind.ERROR_RECOVERY, item) for item in found if isinstance(item, Reason))
    seen: set[tuple[int, int]] = set()
    for attempt in sorted(attempts, key=lambda each: (each.first, each.after, -each.label.confidence)):
        told = (attempt.first, attempt.after) in seen
        seen.add((attempt.first, attempt.after))
        pair = Reason.FOUND_ALREADY if told else _pair(record, attempt, failed)
        yield pair if isinstance(pair, Pair) else Rejected(Kind.ERROR_RECOVERY, pair)


def _attempt(steps: Sequence[Step], label: Label) -> _Attempt | Reason:
    first, last, back, after = label.start, label.end, label.end, label.end
    match label.signal:
        case Signal.UNDO_EPISODE:
            if any(step.arguments.get("amount", CountBucket.ONE) != CountBucket.ONE for step in steps[first:last]):
                return Reason.AMOUNT_UNKNOWN
            edits = [place for place in range(max(0, first - LONGEST), first) if _edits(steps[place])]
            if len(edits) < last - first:
                return Reason.NOTHING_UNDONE
            first, last = edits[first - last], first
        case Signal.DIALOG_CANCELLED:
            first = max(0, first - 1)  # what opened it
        case Signal.OVERWRITE:
            last = back = first + 1
            after -= 1
        case _:
            pass
    while first > 0 and steps[first].tool in _FOLLOWING and last - first <= LONGEST:
        first -= 1
    while after < len(steps) and steps[after].tool in _FOLLOWING and after - back <= LONGEST:
        after += 1
    return _Attempt(label, first, last, back, after) if last - first <= LONGEST else Reason.TOO_LONG


def _edits(step: Step) -> bool:
    said = step.arguments
    return step.tool in _ENTRIES or said.get("command") in _EDITS or said.get("key") in _DELETIONS


def _failed(steps: int, attempts: Sequence[_Attempt]) -> list[bool]:
    """Of each step, whether it belongs to a failed attempt, or takes one back."""
    edges = [0] * (steps + 1)
    for attempt in attempts:
        edges[attempt.first] += 1
        edges[attempt.back] -= 1
    return [depth > 0 for depth in accumulate(edges)]


def _pair(record: Record, attempt: _Attempt, failed: Sequence[bool]) -> Pair | Reason:
    example, (label, first, last, _, after) = record.example, attempt
    reason = _incomparable(example, attempt, failed)
    if reason is not None:
        return reason
    prompt = prompt_at(example, first)
    rejected = bare(example.steps[first:last])
    chosen = bare(_mended(example.steps, after, len(rejected), failed))
    if all(step.tool in NO_STEPS for step in chosen):
        return Reason.NOTHING_AFTER
    if alike(chosen, rejected, prompt.before):
        return Reason.ALIKE
    completed = surely(example.labels, Signal.COMPLETED)
    return Pair(
        kind=Kind.ERROR_RECOVERY,
        prompt=prompt,
        chosen=chosen,
        rejected=rejected,
        evidence=" ".join((label.signal, label.rule, *((Signal.COMPLETED, completed.rule) if completed else ()))),
        confidence=round(label.confidence * (completed.confidence if completed else UNSURE), 4),
        source=label.source,
        split=record.split,
    )


def _mended(steps: Sequence[Step], after: int, length: int, failed: Sequence[bool]) -> Sequence[Step]:
    """The first steps of the next attempt: as many as failed, and more where they only scroll or wait."""
    end = after + 1
    while end < min(after + LONGEST, len(steps)) and not (failed[end] or noted(steps[end])):
        if end - after >= length and steps[end - 1].tool not in NO_STEPS:
            break
        end += 1
    return steps[after:end]


def _incomparable(example: Example, attempt: _Attempt, failed: Sequence[bool]) -> Reason | None:
    """Why the two attempts do not start from the same state, or the second is no better."""
    _, first, _, _, after = attempt
    if not example.goal:
        return Reason.NO_GOAL
    if example.outcome == Signal.ABANDONED:
        return Reason.NOT_COMPLETED
    if after >= len(example.steps):
        return Reason.NOTHING_AFTER
    if any(map(noted, example.steps[first + 1 : after + 1])):
        return Reason.SOMETHING_BETWEEN
    before, again = state(example.steps[first].observation), state(example.steps[after].observation)
    if not before or not again:
        return Reason.NO_OBSERVATION
    if before != again:
        return Reason.OTHER_STATE
    return Reason.FAILED_AGAIN if failed[after] else None
