"""Boost: small boosted trees that say how likely something is, grown and evaluated with Polars alone.

Gradient boosting of the logistic loss on histograms (Friedman 2001; the gain of a split and the value of a leaf are
those of Chen and Guestrin 2016, eq. 6 and 7). A tree is complete: its splits lie in the order of a heap, so that a
model is a few lists of numbers which anyone can read, and which evaluate as one expression without a loop over rows.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (polars names numpy types, and numpy is no part of this project)

import math
import random
from collections.abc import Sequence
from typing import Final

import msgspec
import polars as pl

BINS: Final = 32
"""Values of a feature that a split can lie between."""


class Tree(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A complete binary tree: split n sends what is below `limits[n]` to 2n + 1, the rest to 2n + 2.

    `features[n]` is an index into the model's features, -1 where there is no split (everything goes to 2n + 1).
    """

    features: tuple[int, ...]
    limits: tuple[float, ...]
    leaves: tuple[float, ...]


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Log odds are `base` plus one leaf of each tree; `threshold` is the probability from which the answer is yes."""

    features: tuple[str, ...]
    base: float
    trees: tuple[Tree, ...]
    threshold: float = 0.5


def probability(model: Model) -> pl.Expr:
    """How likely it is, 0..1 (Float32), of each row of a frame that has the model's features (none of them null)."""
    score = pl.repeat(model.base, pl.len(), dtype=pl.Float32)
    for tree in model.trees:
        score = score + _value(model, tree, 0)
    return 1 / (1 + (-score).exp())


def fit(
    frame: pl.DataFrame,
    target: pl.Series,
    *,
    trees: int = 70,
    depth: int = 3,
    rate: float = 0.12,
    share: float = 0.4,
    ridge: float = 4.0,
    seed: int = 0,
) -> Model:
    """A model of `target` (Boolean) from all columns of `frame` (numbers without null).

    Each tree sees a random `share` of the features; `ridge` draws leaves to 0; the same input gives the same model.
    """
    names = frame.columns
    limits = [_limits(frame[name]) for name in names]
    rate_of_yes = min(max(float(target.mean() or 0.0), 1e-4), 1 - 1e-4)  # pyright: ignore[reportArgumentType]
    base = math.log(rate_of_yes / (1 - rate_of_yes))
    bins = [
        limit.search_sorted(frame[name].cast(pl.Float64), side="right")
        for name, limit in zip(names, limits, strict=True)
    ]
    wanted = target.cast(pl.Float64)
    score = pl.Series([base], dtype=pl.Float64).new_from_index(0, frame.height)
    grown: list[Tree] = []
    draw = random.Random(seed)
    rows = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
    codes = [pl.DataFrame({"row": rows, "code": (bins[n] + n * BINS).cast(pl.UInt32)}) for n in range(len(names))]
    for _ in range(trees):
        chance = 1 / (1 + (-score).exp())
        sums = pl.DataFrame({"pull": wanted - chance, "weight": chance * (1 - chance)})
        seen = sorted(draw.sample(range(len(names)), max(1, round(share * len(names)))))
        long = pl.concat([codes[n] for n in seen])
        tree, leaf = _grow(sums, long, bins, limits, depth, ridge, rate)
        grown.append(tree)
        score = score + pl.Series(tree.leaves, dtype=pl.Float64).gather(leaf)
    return Model(tuple(names), base, tuple(grown))


def best_threshold(chance: pl.Series, target: pl.Series) -> float:
    """The probability at which precision and recall of `target` have the greatest harmonic mean (F1)."""
    ranked = pl.DataFrame({"chance": chance, "hit": target.cast(pl.UInt32)}).sort("chance", descending=True)
    scored = ranked.with_columns(
        f1=2 * pl.col("hit").cum_sum() / (pl.int_range(1, pl.len() + 1) + pl.col("hit").sum()),
        last=pl.col("chance") != pl.col("chance").shift(-1, fill_value=-1.0),
    ).filter("last")
    best = scored["f1"].arg_max()
    return 0.5 if best is None else float(scored["chance"][best])


def _limits(column: pl.Series) -> pl.Series:
    """Where a split of a feature may lie: between its distinct values where these are few, else at its quantiles."""
    values = column.unique().sort().cast(pl.Float64)
    if values.len() <= BINS:
        return ((values + values.shift(1)) / 2).slice(1)
    quantiles = [column.quantile(n / BINS, "nearest") for n in range(1, BINS)]
    return pl.Series(quantiles, dtype=pl.Float64).unique().sort()


def _grow(
    sums: pl.DataFrame,
    long: pl.DataFrame,
    bins: Sequence[pl.Series],
    limits: Sequence[pl.Series],
    depth: int,
    ridge: float,
    rate: float,
) -> tuple[Tree, pl.Series]:
    """One tree, level by level, and the leaf in which each row ends."""
    features: list[int] = []
    cuts: list[float] = []
    node = pl.zeros(sums.height, dtype=pl.UInt32, eager=True)
    for level in range(depth):
        best = _best_splits(sums, long, node, ridge)
        right = pl.zeros(sums.height, dtype=pl.UInt32, eager=True)
        for place in range(2**level):
            feature, cut = best.get(place, (-1, 0))
            features.append(feature)
            cuts.append(0.0 if feature < 0 else float(limits[feature][cut]))
            if feature >= 0:
                right = right + ((node == place) & (bins[feature] > cut)).cast(pl.UInt32)
        node = node * 2 + right
    leaves = pl.DataFrame({"node": node}).hstack(sums).group_by("node").agg(pl.col("pull", "weight").sum())
    values = dict.fromkeys(range(2**depth), 0.0)
    for place, pull, weight in leaves.iter_rows():
        values[place] = round(rate * pull / (weight + ridge), 5)
    return Tree(tuple(features), tuple(cuts), tuple(values.values())), node


def _best_splits(sums: pl.DataFrame, long: pl.DataFrame, node: pl.Series, ridge: float) -> dict[int, tuple[int, int]]:
    """Of each node the feature and the limit whose split gains most, where one gains anything."""
    cells = (
        long.lazy()
        .select(
            (pl.lit(node).gather(pl.col("row")) * 2**16 + pl.col("code")).alias("cell"),
            pl.lit(sums["pull"]).gather(pl.col("row")).alias("pull"),
            pl.lit(sums["weight"]).gather(pl.col("row")).alias("weight"),
        )
        .group_by("cell")
        .agg(pl.col("pull", "weight").sum())
        .sort("cell")
        .with_columns(of=pl.col("cell") // BINS)
    )
    left, weight = pl.col("pull").cum_sum().over("of"), pl.col("weight").cum_sum().over("of")
    pull, total = pl.col("pull").sum().over("of"), pl.col("weight").sum().over("of")
    gain = left**2 / (weight + ridge) + (pull - left) ** 2 / (total - weight + ridge) - pull**2 / (total + ridge)
    found = (
        cells.with_columns(gain=pl.when((weight > 1) & (total - weight > 1)).then(gain))
        .filter(pl.col("gain") > 1e-6)
        .group_by(node=pl.col("cell") // 2**16)
        .agg(pl.col("cell").sort_by("gain", "cell", descending=(True, False)).first())
        .collect()
    )
    return {place: (cell % 2**16 // BINS, cell % BINS) for place, cell in found.iter_rows()}


def _value(model: Model, tree: Tree, place: int) -> pl.Expr:
    """The leaf of a tree below a place in its heap, as an expression."""
    if place >= len(tree.features):
        return pl.lit(tree.leaves[place - len(tree.features)], pl.Float32)
    left = _value(model, tree, 2 * place + 1)
    feature = tree.features[place]
    if feature < 0:
        return left
    right = _value(model, tree, 2 * place + 2)
    return pl.when(pl.col(model.features[feature]) < tree.limits[place]).then(left).otherwise(right)
