"""Splits, whatever the records: nothing that may not be in two parts is, and no near-duplicates are.

Near-duplicates are looked for again by comparing every pair, as sets of n-grams.
"""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasswork.assemble.duplicates import Groups, N
from glasswork.assemble.errors import RecipeRefused
from glasswork.assemble.recipe import By, NearDuplicates, Part, Recipe, Split
from glasswork.assemble.record import Record
from glasswork.assemble.selection import Dropped
from glasswork.assemble.splits import Candidates, fill, short
from glasswork.schema.episode import Example, Step
from glasswork.schema.words import Scope

LABELS = ["save", "open", "name", "send"]


def record(number: int, labels: list[int], week: int = 1, family: int = 0) -> Record:
    steps = tuple(Step(observation="", tool="click", arguments={"label": LABELS[label]}) for label in labels)
    example = Example(
        id=str(number),
        goal="",
        steps=steps,
        outcome="unknown",
        week=f"2026-W{week:02}",
        family=f"{family:016x}" if family else "",
    )
    return Record(example=example, apps=(), suppressed=0, scope=Scope.PROGRAMME, policy="", basis="")


def alike(one: Record, other: Record) -> float:
    """The Jaccard similarity of two records, from their words alone."""

    def grams(record: Record) -> set[tuple[str, ...]]:
        words = ["begin", *(str(step.arguments["label"]) for step in record.example.steps), "end"]
        return {tuple(words[at : at + N]) for at in range(max(1, len(words) - N + 1))}

    return len(grams(one) & grams(other)) / len(grams(one) | grams(other))


@st.composite
def corpora(draw: st.DrawFn) -> list[tuple[Record, str]]:
    """Records of some people, many of them variations of each other."""
    randomly = random.Random(draw(st.integers(0, 2**32)))
    bases = [[randomly.randrange(4) for _ in range(randomly.randint(1, 40))] for _ in range(draw(st.integers(1, 8)))]
    found: list[tuple[Record, str]] = []
    for number in range(draw(st.integers(1, 60))):
        labels = list(randomly.choice(bases))
        for _ in range(randomly.randint(0, 3)):
            labels[randomly.randrange(len(labels))] = randomly.randrange(4)
        made = record(number, labels, randomly.randint(1, 6), randomly.randint(0, 8))
        found.append((made, f"p-{randomly.randrange(9)}"))
    return found


def shares(numbers: list[int]) -> Split:
    train, validation, test = (number / sum(numbers) for number in numbers)
    return Split(train=train, validation=validation, test=test)


splits = st.lists(st.integers(0, 8), min_size=3, max_size=3).filter(any).map(shares)


@given(corpora(), splits, st.sampled_from(By), st.sampled_from([0.5, 0.8, 1.0]), st.integers(1, 3), st.integers(0, 9))
@settings(max_examples=250, deadline=None)
def test_nothing_crosses(
    corpus: list[tuple[Record, str]], split: Split, by: By, threshold: float, people: int, seed: int
) -> None:
    split = Split(by=by, train=split.train, validation=split.validation, test=split.test)
    recipe = Recipe(name="a", seed=seed, split=split, near_duplicates=NearDuplicates(threshold=threshold))
    candidates = Candidates(recipe, people)
    for one, person in corpus:
        candidates.add(one, person)
    try:
        verdicts = candidates.plan()
    except RecipeRefused:
        assert len(split.shares) > 1
        return
    assert verdicts.keys() == {short(one.example.id) for one, _ in corpus}
    placed = [(one, who, part) for one, who in corpus if isinstance(part := verdicts[short(one.example.id)], Part)]
    assert {part for _, _, part in placed} == set(split.shares)
    if len(split.shares) == 1:
        return
    for part in split.shares:
        assert len({who for _, who, other in placed if other is part}) >= people
    if by is By.FAMILY:
        assert Dropped.NEAR_DUPLICATE not in verdicts.values()
    for (one, who, part), (other, whose, another) in combinations(placed, 2):
        if part is not another:
            assert by is not By.PARTICIPANT or who != whose
            assert by is not By.FAMILY or not one.example.family or one.example.family != other.example.family
            assert by is not By.WEEK or one.example.week != other.example.week
            assert alike(one, other) < threshold


@given(corpora(), st.sampled_from([0.3, 0.5, 0.8, 0.95, 1.0]))
@settings(max_examples=150, deadline=None)
def test_groups_are_what_pairs_connect(corpus: list[tuple[Record, str]], threshold: float) -> None:
    records = [one for one, _ in corpus]
    groups = Groups(threshold)
    for one in records:
        groups.add(one)
    parents = list(range(len(records)))
    for one, other in combinations(range(len(records)), 2):
        if alike(records[one], records[other]) >= threshold:
            first, second = parents[one], parents[other]
            parents = [first if parent == second else parent for parent in parents]
    found = groups.found()
    same = {(one, other) for one, other in combinations(range(len(records)), 2) if found[one] == found[other]}
    assert same == {(a, b) for a, b in combinations(range(len(records)), 2) if parents[a] == parents[b]}


@given(corpora(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_they_come_changes_no_group(
    corpus: list[tuple[Record, str]], randomly: random.Random
) -> None:
    def grouped(records: list[Record]) -> set[frozenset[str]]:
        groups = Groups(0.8)
        for one in records:
            groups.add(one)
        found: dict[int, set[str]] = {}
        for one, number in zip(records, groups.found(), strict=True):
            found.setdefault(number, set()).add(one.example.id)
        return set(map(frozenset, found.values()))

    records = [one for one, _ in corpus]
    assert grouped(records) == grouped(randomly.sample(records, len(records)))


@given(st.lists(st.integers(1, 50), min_size=1, max_size=30), splits, st.integers(1, 4))
def test_parts_are_filled_in_order_and_none_has_too_few(sizes: list[int], split: Split, least: int) -> None:
    groups = [(f"{place:02}", size) for place, size in enumerate(sizes)]
    if len(groups) < least * len(split.shares):
        with pytest.raises(RecipeRefused, match="at least"):
            fill(groups, split.shares, By.WEEK, least)
        return
    found = fill(groups, split.shares, By.WEEK, least)
    order = [list(split.shares).index(found[key]) for key, _ in groups]
    assert order == sorted(order) and all(order.count(place) >= least for place in range(len(split.shares)))
