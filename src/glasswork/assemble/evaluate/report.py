"""Report: what a data set teaches, as numbers (JSON) and as a page (Markdown); the plot is drawn from the same numbers.

There is no number of one person in it. Programs are named where enough people work in them; how accuracy differs
between people is said as a mean and a standard deviation over all of them.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Literal

import msgspec
from msgspec import Struct

from glasswork.assemble.evaluate.curve import Trend
from glasswork.assemble.evaluate.scores import Estimate, Scores


class HeldOut(StrEnum):
    """What a model has not learnt from and is judged on: people, a part of the data set, or families of tasks."""

    PEOPLE = "people"
    SPLIT = "split"
    FAMILY = "family"


class AppScore(Struct, frozen=True):
    """Top-1 accuracy in the steps before which this program was in front ("" where the record does not say which)."""

    app: str
    steps: int
    majority: float
    boosted: float


class Between(Struct, frozen=True):
    """How top-1 accuracy (boosted) differs between people: each person's share counts the same."""

    people: int
    mean: float
    deviation: float


class Point(Struct, frozen=True):
    """Top-1 accuracy after learning from a share of the data: `steps` on average over the folds."""

    share: float
    steps: float
    ngram: float
    boosted: float


class Kept(Struct, frozen=True):
    """Top-1 accuracy (boosted) with what is released and with the most detailed view; `share` is released / detailed.

    `gained` is the same of what either view has above the majority: a stricter figure, and less certain; None where the
    detailed view has nothing above it.
    """

    released: float
    detailed: float
    share: Estimate
    gained: Estimate | None


class Evaluation(Struct, frozen=True, kw_only=True):
    """The report. `people` is 0 where it is not known whose the records are; `clusters` are what intervals draw whole.

    `over_majority` and `over_bigram` are top-1 accuracies of the boosted model less those of the other, in points of 1.
    """

    version: Literal[1] = 1
    name: str
    seed: int
    held_out: HeldOut
    folds: int
    people: int
    episodes: int
    steps: int
    left_out: int
    actions: int
    judged: int
    clusters: str
    models: dict[str, Scores]
    over_majority: Estimate
    over_bigram: Estimate
    apps: tuple[AppScore, ...]
    between: Between | None
    curve: tuple[Point, ...]
    trend: Trend
    kept: Kept | None

    @property
    def json(self) -> bytes:
        """The report as JSON."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


def markdown(found: Evaluation, plot: str = "") -> str:
    """The report as a page; `plot` is the name of the image beside it."""
    return "\n".join(_lines(found, plot)) + "\n"


def _lines(found: Evaluation, plot: str) -> Iterator[str]:
    yield f"# What the data set `{found.name}` teaches"
    yield ""
    yield (
        f"{found.judged} steps of {found.episodes} episodes were foretold by small models that had not seen "
        f"{_HELD_OUT[found.held_out]} ({found.folds} fold{'s' * (found.folds > 1)}, seed {found.seed}). An action is a "
        f"tool, the role of its element and its command; {found.actions} occur. Intervals are of 95 %, over whole "
        f"{found.clusters}."
    )
    if found.left_out:
        yield f"{found.left_out} further episodes, drawn at random, were not used, to bound time and memory."
    yield ""
    yield from _table(
        ("model", "right at first", "among the first three", "macro-F1"),
        (
            (name, _estimate(scores.top1), _estimate(scores.top3), _share(scores.macro_f1))
            for name, scores in found.models.items()
        ),
    )
    yield f"Boosted over majority: {_estimate(found.over_majority)}; over bigram: {_estimate(found.over_bigram)}."
    if found.between is not None:
        yield (
            f"Between {found.between.people} people (each counting the same) the mean is {_share(found.between.mean)} "
            f"and the standard deviation {_share(found.between.deviation)}."
        )
    yield ""
    yield "## How much data"
    yield ""
    if plot:
        yield f"![Accuracy over the amount of data]({plot})"
        yield ""
    yield from _table(
        ("share of the data", "steps learnt from", "n-gram", "boosted"),
        ((_fraction(p.share), f"{p.steps:.0f}", _share(p.ngram), _share(p.boosted)) for p in found.curve),
    )
    trend = found.trend
    yield (
        f"Wrong answers after n steps: {trend.a:.3g} · n^-{trend.b:.2f} + {trend.c:.3f}. At all of the data they fall "
        f"by {-trend.slope:.4f} for each factor e, and twice the data would make {trend.doubling:.4f} fewer, if the "
        "line goes on so. Three numbers are fitted to four points: it describes more than it foretells."
    )
    yield ""
    yield "## What abstraction costs"
    yield ""
    if found.kept is None:
        yield "Not measured: the episodes that the data set was made of are not here, or not all of them."
    else:
        yield (
            f"Right at first with what is released: {_share(found.kept.released)}; with the most detailed view that "
            f"may be opened: {_share(found.kept.detailed)}. Kept: {_estimate(found.kept.share)}"
            + (f"; of what is above the majority: {_estimate(found.kept.gained)}." if found.kept.gained else ".")
        )
    if found.apps:
        yield ""
        yield "## By program"
        yield ""
        yield from _table(
            ("in front before the step", "steps", "majority", "boosted"),
            (
                (app.app or "(not said)", str(app.steps), _share(app.majority), _share(app.boosted))
                for app in found.apps
            ),
        )


_HELD_OUT = {
    HeldOut.PEOPLE: "the people who did them",
    HeldOut.SPLIT: "the part of the data set that they are in",
    HeldOut.FAMILY: "the family of tasks that they belong to",
}


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def _share(value: float) -> str:
    return f"{value:.3f}"


def _estimate(found: Estimate) -> str:
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


def _fraction(share: float) -> str:
    return f"1/{round(1 / share)}"
