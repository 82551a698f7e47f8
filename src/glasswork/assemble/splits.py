"""Splits: which example is in which part, so that no person, week or family is in two, and no near-duplicate is.

Parts are filled one after the other with whole groups: weeks in their order, so that what is held out is later than
what is learned; people and families in an order that the seed draws. Families with near-duplicates are one group.
People and weeks are not joined so, or soon all would be one: everybody saves a file. There, near-duplicates stay in the
part that has most of them, and those in the others are dropped.

A part with few people in it would say that its examples are theirs, and link them. So each has at least as many as the
policy lets be told of together.
"""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2b

import msgspec

from glasswork.assemble.duplicates import Groups
from glasswork.assemble.errors import RecipeRefused
from glasswork.assemble.recipe import By, Part, Recipe
from glasswork.assemble.record import Record, with_id
from glasswork.assemble.selection import Dropped
from glasswork.vault.influence import cap

Verdicts = Mapping[int, Part | Dropped]
"""What becomes of each episode, by `short` of its id."""


def short(identifier: str) -> int:
    """An id in 64 bits: a million of them are a few tens of megabytes."""
    return int.from_bytes(blake2b(identifier.encode(), digest_size=8).digest(), "big")


class Candidates:
    """The records that a recipe's filter takes, as little of each as planning needs: some 700 bytes."""

    def __init__(self, recipe: Recipe, minimum_people: int) -> None:
        """For a plan whose parts have examples of at least `minimum_people` each (1 in a private build)."""
        self.recipe = recipe
        self.minimum_people = minimum_people
        self.ids = array("Q")
        self.draws = array("Q")
        self.people: list[str] = []
        self.weeks: list[str] = []
        self.families: list[str] = []
        self._groups = Groups(recipe.near_duplicates.threshold) if len(recipe.split.shares) > 1 else None
        self._words: dict[str, str] = {}

    def add(self, record: Record, person: str) -> None:
        """Add a record of a person, who is known by a word that stays the same from build to build."""
        self.ids.append(short(record.example.id))
        content = msgspec.json.encode(with_id(record, ""))
        self.draws.append(_draw(self.recipe, content))
        example = record.example
        for column, word in ((self.people, person), (self.weeks, example.week), (self.families, example.family)):
            column.append(self._words.setdefault(word, word))
        if self._groups is not None:
            self._groups.add(record)

    def plan(self) -> Verdicts:
        """The part of each record, or why it is dropped after all.

        Raises RecipeRefused where there are too few groups or people for the parts, or too few people for the cap.
        """
        chosen = _within_share(self.people, self.draws, self.recipe.cap)
        parts: Sequence[Part | Dropped] = [next(iter(self.recipe.split.shares))] * len(chosen)
        if self._groups is not None and chosen:
            duplicates = self._groups.found()
            parts = self._parts(chosen, [duplicates[place] for place in chosen])
        verdicts: dict[int, Part | Dropped] = dict.fromkeys(self.ids, Dropped.SHARE)
        verdicts.update(zip((self.ids[place] for place in chosen), parts, strict=True))
        return verdicts

    def _parts(self, chosen: Sequence[int], duplicates: Sequence[int]) -> list[Part | Dropped]:
        """Of each that is chosen its part, or that it is a near-duplicate of what is in another."""
        by, shares = self.recipe.split.by, self.recipe.split.shares
        column = {By.PARTICIPANT: self.people, By.WEEK: self.weeks, By.FAMILY: self.families}[by]
        groups = [column[place] or f"alone {self.draws[place]}" for place in chosen]
        if by is By.FAMILY:
            groups = _joined(groups, duplicates)
        weights = Counter(groups)
        if by is By.WEEK:
            order = sorted(weights)
        else:
            order = sorted(weights, key=lambda key: (_draw(self.recipe, key.encode()), key))
        least = self.minimum_people if by is By.PARTICIPANT else 1
        filled = fill([(key, weights[key]) for key in order], shares, by, least)
        parts = _uncrossed([filled[key] for key in groups], duplicates)
        for part in shares:
            people = {self.people[place] for place, other in zip(chosen, parts, strict=True) if other is part}
            if len(people) < self.minimum_people:
                raise RecipeRefused(
                    f"In the part `{part}` would be examples of fewer than {self.minimum_people} people (once what is "
                    "nearly the same as in another part is left out), so they would be linked. Nothing was built. "
                    "Split by something else, or into fewer or larger parts."
                )
        return parts


def fill(groups: Sequence[tuple[str, int]], shares: Mapping[Part, float], by: By, least: int = 1) -> dict[str, Part]:
    """The part of each group, given in the order in which they are to be filled in, with its size.

    A group goes to the part in which its middle lies, but that each part gets at least so many groups. Raises
    RecipeRefused where there are too few.
    """
    parts = list(shares)
    if len(groups) < len(parts) * least:
        raise RecipeRefused(
            f"The recipe splits by {by} into {len(parts)} parts, which takes {len(parts) * least} at least, and there "
            f"are only {len(groups)}. Nothing was built. Split by something else, or into fewer parts."
        )
    total = sum(size for _, size in groups)
    found: dict[str, Part] = {}
    at = now = filled = 0
    end = shares[parts[0]] * total
    for place, (key, size) in enumerate(groups):
        after = len(parts) - 1 - now
        needed = len(groups) - place <= after * least  # by the parts that follow
        if after and filled >= least and (at + size / 2 > end or needed):
            now += 1
            end, filled = end + shares[parts[now]] * total, 0
        found[key], filled = parts[now], filled + 1
        at += size
    return found


def _within_share(people: Sequence[str], draws: Sequence[int], share: float) -> list[int]:
    """The places of those that nobody's share excludes, in order; which of a person's they are, the draws say."""
    totals = Counter(people)
    most = cap(totals.values(), share)
    if totals and not most:
        raise RecipeRefused(
            f"The recipe's cap lets nobody have more than {share:.0%} of the examples, and of {len(totals)} people "
            "somebody must. Nothing was built. Raise the cap, or wait for more people."
        )
    seen: Counter[str] = Counter()
    taken: list[int] = []
    for place in sorted(range(len(people)), key=draws.__getitem__):
        seen[people[place]] += 1
        if seen[people[place]] <= most:
            taken.append(place)
    return sorted(taken)


def _joined(groups: Sequence[str], duplicates: Sequence[int]) -> list[str]:
    """The groups, with all that near-duplicates connect as one: its name is the first of their names."""
    parents = {key: key for key in groups}

    def root(key: str) -> str:
        while parents[key] != key:
            parents[key] = key = parents[parents[key]]
        return key

    first: dict[int, str] = {}
    for key, number in zip(groups, duplicates, strict=True):
        one, other = sorted((root(key), root(first.setdefault(number, key))))
        parents[other] = one
    return [root(key) for key in groups]


def _uncrossed(parts: Sequence[Part], duplicates: Sequence[int]) -> list[Part | Dropped]:
    """The parts, with near-duplicates only in that which has most of them, the first of those that are equal."""
    home: dict[int, Part] = {}
    order = list(Part)
    counts = Counter(zip(duplicates, parts, strict=True))
    for number, part in sorted(counts, key=lambda one: (-counts[one], order.index(one[1]))):
        home.setdefault(number, part)
    return [
        part if home[number] is part else Dropped.NEAR_DUPLICATE for number, part in zip(duplicates, parts, strict=True)
    ]


def _draw(recipe: Recipe, content: bytes) -> int:
    """A number that the recipe's seed draws for something, the same every time."""
    return int.from_bytes(blake2b(content, digest_size=8, key=str(recipe.seed).encode()).digest(), "big")
