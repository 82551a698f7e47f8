"""Decontamination: records that a benchmark's tasks would be recognised in are left out.

A model that was trained on a benchmark's own tasks looks better than it is. The tasks are in a local file, one a line:

    Rename the selected report and save it          what is asked for, in words
    actions: click button, type_text textbox, save  what is done: a tool with its target's role, or its command

A record is contaminated where WORDS words in a row of a line stand in its goal too, or STEPS steps in a row among its
own; of a shorter line, all of it. Case and punctuation do not count. Lines that begin with `#` are comments.
"""

import re
from collections.abc import Iterator, Sequence, Set
from itertools import islice
from typing import Final

from msgspec import Struct

from glasswork.assemble.record import Record
from glasswork.schema.episode import Step

WORDS: Final = 8
STEPS: Final = 6
ACTIONS: Final = "actions:"

_Runs = frozenset[tuple[str, ...]]


class Tasks(Struct, frozen=True):
    """The runs of words and of steps that no record may have."""

    words: _Runs = frozenset()
    steps: _Runs = frozenset()

    @property
    def sizes(self) -> tuple[Set[int], Set[int]]:
        """The lengths of the runs of words, and of steps."""
        return set(map(len, self.words)), set(map(len, self.steps))


NONE: Final = Tasks()


def tasks_in(text: str) -> Tasks:
    """The tasks in a list; without any where no line has one."""
    lines = [line.strip() for line in text.splitlines()]
    told = [line for line in lines if line and not line.startswith("#")]
    goals = [line for line in told if not line.lower().startswith(ACTIONS)]
    done = [line[len(ACTIONS) :].lower().split(",") for line in told if line not in goals]
    steps = ([" ".join(step.split()) for step in line] for line in done)
    return Tasks(
        frozenset(run for goal in goals for run in _runs(_words(goal), WORDS)),
        frozenset(run for line in steps for run in _runs(line, STEPS)),
    )


def contaminated(record: Record, tasks: Tasks) -> bool:
    """Whether one of the tasks would be recognised in a record."""
    words, steps = tasks.sizes
    goal = _words(record.example.goal) if words else []
    done = list(map(_said, record.example.steps)) if steps else []
    return any(run in tasks.words for size in words for run in _runs(goal, size) if len(run) == size) or any(
        run in tasks.steps for size in steps for run in _runs(done, size) if len(run) == size
    )


def _said(step: Step) -> str:
    told = step.arguments.get("command", "") or " ".join([step.tool, str(step.arguments.get("role", ""))])
    return str(told).strip()


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _runs(items: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """Every run of `size` items, or the whole where there are fewer; none of nothing."""
    if items:
        yield from (tuple(islice(items, at, at + size)) for at in range(max(1, len(items) - size + 1)))
