"""Balance: what a data set is made of, part by part, so that what is missing or too much in it is seen beforehand.

All of it follows from the records alone, but for how much came from how many people. That is told only of groups of at
least the policy's `minimum_people`, ordered by how much they gave: never of a person.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from glasswork.assemble.recipe import Part
from glasswork.assemble.record import Record

LENGTHS = (1, 2, 4, 8, 16, 32, 64)
"""Lengths are told as classes, each from one of these on."""

MOST_GROUPS = 4


class Spread(Struct, frozen=True):
    """How often each word occurs: in how many examples, or for commands and roles in how many steps.

    `top` is the share of the most frequent, `evenness` the entropy as a part of the greatest that so many words can
    have: 1 where all are equally frequent, 0 where there is one. Both are 0 of nothing.
    """

    counts: dict[str, int]
    top: float
    evenness: float


class PartBalance(Struct, frozen=True):
    """What one part is made of."""

    examples: int
    steps: int
    families: int
    screens: int
    apps: Spread
    roles: Spread
    commands: Spread
    tools: Spread
    lengths: Spread
    outcomes: Spread
    weeks: Spread


class Given(Struct, frozen=True):
    """How much so many people gave together: a share of all examples."""

    people: int
    share: float


class Balance(Struct, frozen=True):
    """The balance of each part, and how evenly the examples come from people, those who gave least first."""

    parts: dict[str, PartBalance]
    influence: tuple[Given, ...] = ()


class Tally:
    """Records counted one by one: what is in memory is as much as there are different words."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[tuple[str, str]]] = {}
        self._people: Counter[str] = Counter()

    def add(self, record: Record, person: str = "") -> None:
        """Count a record of a person."""
        self._counts.setdefault(record.split, Counter()).update(_words(record))
        self._people[person] += 1

    def balance(self, minimum_people: int) -> Balance:
        """What was counted; about people, only in groups of at least `minimum_people`."""
        parts = {str(part): _part(self._counts[part]) for part in Part if part in self._counts}
        return Balance(parts, influence(list(self._people.values()), minimum_people))


def balance(records: Iterable[Record]) -> Balance:
    """The balance of records, without a word about people."""
    tally = Tally()
    for record in records:
        tally.add(record)
    return Balance(tally.balance(1).parts)


def influence(totals: Sequence[int], minimum_people: int) -> tuple[Given, ...]:
    """What people gave, in groups of about equal size, of at least `minimum_people` each; none of fewer people."""
    ordered, size = sorted(totals), max(minimum_people, 2)
    groups = min(MOST_GROUPS, len(ordered) // size)
    bounds = [len(ordered) * n // groups for n in range(groups + 1)] if groups else []
    parts = (ordered[start:end] for start, end in pairwise(bounds))
    return tuple(Given(len(part), round(sum(part) / sum(ordered), 4)) for part in parts)


def _words(record: Record) -> Iterator[tuple[str, str]]:
    """Everything of a record that is counted, as (what, which)."""
    example = record.example
    yield "examples", ""
    yield from (("families", example.family) for _ in range(bool(example.family)))
    yield from (("screens", "") for _ in range(any(step.screen >= 0 for step in example.steps)))
    yield from (("apps", app) for app in record.apps)
    yield "outcomes", example.outcome
    yield "weeks", example.week
    yield "lengths", _length(len(example.steps))
    for step in example.steps:
        yield "tools", step.tool
        yield from ((name + "s", str(step.arguments[name])) for name in ("role", "command") if name in step.arguments)


def _part(counts: Counter[tuple[str, str]]) -> PartBalance:
    def spread(what: str) -> Spread:
        return spread_of({word: count for (kind, word), count in counts.items() if kind == what})

    tools = spread("tools")
    return PartBalance(
        examples=counts["examples", ""],
        steps=sum(tools.counts.values()),
        families=sum(kind == "families" for kind, _ in counts),
        screens=counts["screens", ""],
        apps=spread("apps"),
        roles=spread("roles"),
        commands=spread("commands"),
        tools=tools,
        lengths=spread("lengths"),
        outcomes=spread("outcomes"),
        weeks=spread("weeks"),
    )


def spread_of(counts: dict[str, int]) -> Spread:
    """Counts as a Spread, by their words in order."""
    total = sum(counts.values())
    shares = [count / total for count in counts.values() if count]
    entropy = -sum(share * math.log(share) for share in shares)
    evenness = entropy / math.log(len(shares)) if len(shares) > 1 else 0.0
    return Spread(dict(sorted(counts.items())), round(max(shares, default=0.0), 4), round(evenness, 4))


def _length(steps: int) -> str:
    """The class of a length; sorted as words they are in order."""
    first = max((limit for limit in LENGTHS if limit <= steps), default=0)
    return f"from {first:02}"
