"""Measure: learn from some of a data set, foretell the rest, and say how well that went."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (polars names numpy types, and numpy is no part of this project)

import random
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, takewhile
from typing import Any, Final, NamedTuple

import polars as pl

from glasswork.assemble.evaluate import curve
from glasswork.assemble.evaluate.errors import TooFewPeople, TooLittle
from glasswork.assemble.evaluate.features import Moment
from glasswork.assemble.evaluate.models import MODELS, Steps, foretell, steps
from glasswork.assemble.evaluate.report import AppScore, Between, Evaluation, HeldOut, Kept, Point
from glasswork.assemble.evaluate.scores import Resampled, Scores, macro_f1
from glasswork.assemble.record import TRAIN

FOLDS: Final = 5
SHARES: Final = (1 / 8, 1 / 4, 1 / 2, 1.0)
MIN_STEPS: Final = 200
"""Below, no figure would mean anything."""
MIN_LEARNT: Final = 8
"""Episodes to learn from: with fewer there is no eighth of them."""
MOST_STEPS: Final = 50_000
"""More is drawn from at random: the figures would hardly move, and time and memory would grow."""
MIN_GROUPS: Final = 10
"""From so many groups on, intervals are over groups; over fewer, a bootstrap is not worth its name."""
MIN_APP_STEPS: Final = 30


Moments = Sequence[Moment]


class Case(NamedTuple):
    """One episode to learn from or to foretell: `group` is what is held out together; `person` says who is the same
    person, -1 where that is not known; `detailed` is None where only the released view is there."""

    id: str
    group: str
    split: str
    person: int
    released: Moments
    detailed: Moments | None = None


class _Fold(NamedTuple):
    """Numbers of the episodes that are learnt from, in the order in which more are taken, and of those foretold."""

    train: list[int]
    test: list[int]


def drawn(sizes: Iterable[tuple[str, int]], seed: int) -> set[str]:
    """The ids of episodes (given with their steps) that an evaluation uses: at random, MOST_STEPS at most."""
    ordered = sorted(sizes)
    random.Random(seed).shuffle(ordered)
    room = takewhile(lambda total: total <= MOST_STEPS, accumulate(size for _, size in ordered))
    return {identifier for (identifier, _), _ in zip(ordered, room, strict=False)}


def measure(
    name: str,
    cases: Sequence[Case],
    held_out: HeldOut,
    *,
    minimum_people: int = 1,
    left_out: int = 0,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """What the cases teach. The same cases and seed give the same numbers, in whatever order they come.

    `minimum_people` is how many people a number must be about, where it is known who is who. `progress` is called with
    how many of the runs over all folds are done, and of how many. Raises TooFewPeople, and TooLittle where there are
    fewer than MIN_STEPS steps or two groups, or than MIN_LEARNT episodes to learn from.
    """
    cases = sorted(cases, key=lambda case: case.id)
    people = {case.person for case in cases} - {-1}
    if people and len(people) < minimum_people:
        raise TooFewPeople(
            f"A report may be about {minimum_people} people or more, and this would be about {len(people)}. Nothing "
            "was measured. Build a data set of more people, or one of your own with --private."
        )
    first = {case.group: case.id for case in reversed(cases)}
    numbers = {group: number for number, group in enumerate(sorted(first, key=lambda group: first[group]))}
    groups = [numbers[case.group] for case in cases]
    released = steps((group, case.released) for group, case in zip(groups, cases, strict=True))
    folds = _folds(cases, groups, held_out, seed)
    if released.frame.height < MIN_STEPS or not all(len(fold.train) >= MIN_LEARNT and fold.test for fold in folds):
        raise TooLittle(
            f"There are {released.frame.height} steps in {len(cases)} episodes of {len(numbers)} groups here. To say "
            f"what data teach takes {MIN_STEPS} steps, and two groups: one to be asked about, and {MIN_LEARNT} "
            "episodes of others to learn from. Nothing was measured. Record more, or choose a larger data set."
        )
    views = [case.detailed for case in cases if case.detailed is not None]
    full = len(views) == len(cases)
    runs = [(released.frame, share) for share in SHARES]
    if full:
        runs.append((steps(zip(groups, views, strict=True)).frame, 1.0))
    results: list[pl.DataFrame] = []
    points: list[Point] = []
    for run, (frame, share) in enumerate(runs):
        found, learnt = _over_folds(frame, folds, share, seed)
        results.append(found)
        points.append(Point(share, learnt, _mean(found, "right_ngram"), _mean(found, "right_boosted")))
        if progress is not None:
            progress(run + 1, len(runs))
    best, points = results[len(SHARES) - 1], points[: len(SHARES)]
    if full:
        best = best.with_columns(right_detailed=results[-1]["right_boosted"])
    persons = pl.Series([case.person for case in cases], dtype=pl.Int64)
    best = best.with_columns(person=persons.gather(best["episode"]))
    many = best["group"].n_unique() >= MIN_GROUPS
    right = [name for name in best.columns if name.startswith("right_")]
    sampled = Resampled(best, "group" if many else "episode", right, seed)

    def rate(column: str) -> pl.Expr:
        return pl.col(column) / pl.col("of")

    return Evaluation(
        name=name,
        seed=seed,
        held_out=held_out,
        folds=len(folds),
        people=len(people),
        episodes=len(cases),
        steps=released.frame.height,
        left_out=left_out,
        actions=len(released.targets),
        judged=best.height,
        clusters=("people" if held_out is HeldOut.PEOPLE else "families") if many else "episodes",
        models={
            model: Scores(
                top1=sampled.estimate(rate(f"right_{model}")),
                top3=sampled.estimate(rate(f"right_3_{model}")),
                macro_f1=macro_f1(best, "target", f"first_{model}"),
            )
            for model in MODELS
        },
        over_majority=sampled.estimate(rate("right_boosted") - rate("right_majority")),
        over_bigram=sampled.estimate(rate("right_boosted") - rate("right_bigram")),
        apps=tuple(_apps(best, released, minimum_people if people else 0)),
        between=_between(best) if len(people) >= max(minimum_people, 2) else None,
        curve=tuple(points),
        trend=curve.fit([(point.steps, 1 - point.boosted) for point in points]),
        kept=_kept(sampled) if full else None,
    )


def _folds(cases: Sequence[Case], groups: Sequence[int], held_out: HeldOut, seed: int) -> list[_Fold]:
    """What is learnt from and foretold. Groups are dealt to FOLDS folds, the largest first, to the smallest fold."""
    order = list(range(len(cases)))
    random.Random(seed).shuffle(order)
    if held_out is HeldOut.SPLIT:
        train = [one for one in order if cases[one].split == TRAIN]
        return [_Fold(train, [one for one in order if cases[one].split != TRAIN])]
    sizes = [0] * (max(groups, default=-1) + 1)
    for case, group in zip(cases, groups, strict=True):
        sizes[group] += len(case.released)
    filled = [0] * min(FOLDS, len(sizes))
    fold_of: dict[int, int] = {}
    for group in sorted(range(len(sizes)), key=lambda group: -sizes[group]):
        fold_of[group] = filled.index(min(filled))
        filled[fold_of[group]] += sizes[group]
    return [
        _Fold(
            [one for one in order if fold_of[groups[one]] != fold],
            [one for one in order if fold_of[groups[one]] == fold],
        )
        for fold in range(len(filled))
    ]


def _over_folds(frame: pl.DataFrame, folds: Sequence[_Fold], share: float, seed: int) -> tuple[pl.DataFrame, float]:
    """All steps that are foretold, in order, each by models that learnt from a share of the other folds; and how many
    steps that was on average."""
    parts = [_run(frame, fold, share, seed) for fold in folds]
    return pl.concat(found for found, _ in parts).sort("row"), sum(height for _, height in parts) / len(parts)


def _run(frame: pl.DataFrame, fold: _Fold, share: float, seed: int) -> tuple[pl.DataFrame, int]:
    """The steps of a fold with what the models said after a share of the others, and how many steps that was."""
    some = fold.train[: max(1, round(share * len(fold.train)))]
    train = frame.filter(pl.col("episode").is_in(some))
    test = frame.filter(pl.col("episode").is_in(fold.test))
    found = test.select("row", "episode", "group", "target", "app").join(foretell(train, test, seed=seed), on="row")
    right = [
        (pl.col(f"place_{model}") <= most).fill_null(value=False).alias(f"right_{'3_' * (most > 1)}{model}")
        for model in MODELS
        for most in (1, 3)
    ]
    return found.with_columns(right), train.height


def _mean(frame: pl.DataFrame, column: str) -> float:
    return float(frame.select(pl.col(column).mean()).item())


def _apps(best: pl.DataFrame, released: Steps, people: int) -> Iterable[AppScore]:
    """Accuracy by program, where there are enough steps, of enough people.

    All the others together are also of enough people, or of nobody: what is left when the named ones are taken from the
    whole would else be a number of few.
    """
    right = (pl.col(f"right_{model}").mean().alias(model) for model in ("majority", "boosted"))
    found = best.group_by("app").agg(pl.col("person").unique(), pl.len().alias("steps"), *right)
    named: list[dict[str, Any]] = []
    rest: list[dict[str, Any]] = []
    for row in found.sort("steps", "app", descending=(True, False)).iter_rows(named=True):
        enough = row["steps"] >= MIN_APP_STEPS and len(row["person"]) >= people
        (named if enough else rest).append(row)
    while rest and named and len({person for row in rest for person in row["person"]}) < people:
        rest.append(named.pop())
    for row in named:
        yield AppScore(released.apps[row["app"]], row["steps"], row["majority"], row["boosted"])


def _between(best: pl.DataFrame) -> Between:
    own = best.group_by("person").agg(pl.col("right_boosted").mean()).sort("person")["right_boosted"]
    return Between(own.len(), float(own.sum()) / own.len(), float(own.to_frame().select(pl.first().std()).item()))


def _kept(sampled: Resampled) -> Kept:
    def of(column: str) -> pl.Expr:
        return pl.col(f"right_{column}")

    more = of("detailed") - of("majority")
    gained = pl.when(more > 0).then((of("boosted") - of("majority")) / more)
    learns = sampled.sums.select(more > 0).item()
    return Kept(
        released=float(sampled.sums.select(of("boosted") / pl.col("of")).item()),
        detailed=float(sampled.sums.select(of("detailed") / pl.col("of")).item()),
        share=sampled.estimate(of("boosted") / of("detailed")),
        gained=sampled.estimate(gained) if learns else None,
    )
