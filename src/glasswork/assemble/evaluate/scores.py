"""Scores: how often models were right, and how sure that is.

Steps of one episode, and of one person, are alike, so intervals are of a bootstrap over whole clusters (Field and Welsh
2007): over the groups that were held out where there are enough of them, else over episodes.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (polars names numpy types, and numpy is no part of this project)

import random
from collections.abc import Sequence
from typing import Annotated, Final

import polars as pl
from msgspec import Meta, Struct

RESAMPLES: Final = 1_000
CONFIDENCE: Final = 0.95


class Estimate(Struct, frozen=True):
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


class Scores(Struct, frozen=True):
    """How often the first answer was right, how often one of the first three was, and the mean F1 of all actions."""

    top1: Estimate
    top3: Estimate
    macro_f1: Annotated[float, Meta(ge=0.0, le=1.0)]


class Resampled:
    """Sums of columns over clusters: as they are, and in RESAMPLES draws of as many clusters."""

    def __init__(self, frame: pl.DataFrame, cluster: str, columns: Sequence[str], seed: int) -> None:
        """For `columns` of a frame; `cluster` is the column that says what is drawn whole."""
        sums = frame.sort(cluster).group_by(cluster, maintain_order=True).agg(pl.col(columns).sum(), of=pl.len())
        sums = sums.drop(cluster).with_columns(pl.all().cast(pl.Float64))
        draw = random.Random(seed)
        self.sums = sums.sum()
        self.draws = pl.concat(
            sums.sample(sums.height, with_replacement=True, seed=draw.getrandbits(32)).sum() for _ in range(RESAMPLES)
        )

    def estimate(self, figure: pl.Expr) -> Estimate:
        """A figure computed from the sums (`of` counts the steps), with its percentile interval."""
        tail = (1 - CONFIDENCE) / 2
        drawn = self.draws.select(figure=figure)["figure"].drop_nulls().drop_nans()
        low, high = drawn.quantile(tail, "linear"), drawn.quantile(1 - tail, "linear")
        value = float(self.sums.select(figure).item())
        return Estimate(value, value if low is None else float(low), value if high is None else float(high))


def macro_f1(frame: pl.DataFrame, truth: str, said: str) -> float:
    """The mean F1 of all values that occur in `truth`, each counting the same."""
    right = frame.filter(pl.col(truth) == pl.col(said)).group_by(value=truth).len("right")
    counts = frame.group_by(value=truth).len("there").join(right, on="value", how="left")
    counts = counts.join(frame.group_by(value=said).len("claimed"), on="value", how="left").fill_null(0).sort("value")
    return float(counts.select((2 * pl.col("right") / (pl.col("there") + pl.col("claimed"))).mean()).item())
