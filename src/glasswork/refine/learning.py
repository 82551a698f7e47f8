"""Learning: a boundary model of one's own log, from a part of it in which the tasks are known.

Beside the features of `cohesion`, which know no name, such a model has tables of what was seen in the known part: how
often a task began at each program, symbol and pair of them, and in which tasks each word occurred. While it is learnt,
each fold (a day, or a group of days) is described by tables of all other folds: described by its own, it would be known
by heart and the model would trust the tables more than it may.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (polars names numpy types, and numpy is no part of this project)

from dataclasses import dataclass
from typing import Final

import msgspec
import polars as pl

from glasswork.refine.boost import Model, best_threshold, fit, probability
from glasswork.refine.cohesion import features
from glasswork.refine.routines import repetitions

PRIOR: Final = 6.0
"""Steps that the mean of all weighs in a table's entry."""

TASKS_OF_A_WORD: Final = 12
"""Of how many tasks a word is remembered, those it occurred in most."""

TASKS_OF_A_STEP: Final = 6
"""How many tasks a step may belong to, those its words say most of."""

INNER: Final = 3
SIDES: Final = (1, 3)
"""Steps on each side whose tasks are compared."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A model and its tables: `rates` per key (`key`, `steps`, `starts`), `words` (`word`, `task`, `steps`)."""

    model: Model
    rates: dict[str, pl.DataFrame]
    words: pl.DataFrame
    prior: float


def learn(steps: pl.DataFrame, begins: pl.Series, tasks: pl.Series, folds: pl.Series) -> Learned:
    """A boundary model of a log in which the `tasks` of all steps are known.

    `steps` as in `cohesion`, with `clock` (Float32, hours of the day, null where unknown).
    `begins` says where a task begins, `tasks` which it is (null where that is not known), `folds` (numbers) which steps
    are learnt together, such as those of a day.
    The threshold is the one of the best F1 over the folds, each judged by a model that has not seen it.
    """
    known = _keys(steps).with_columns(begins=begins, fold=folds)
    prior = float(begins.cast(pl.Float64).mean() or 0.0)  # pyright: ignore[reportArgumentType]
    names = [name for name in known.columns if name not in ("begins", "fold")]
    rates = {name: _rates(known, name) for name in names}
    words = _words(steps, tasks, folds)
    frame = features(steps).hstack(pl.DataFrame([_rate(known, name, rates[name], prior, own=True) for name in names]))
    frame = frame.hstack(_affinity(steps, words, folds))
    outside = pl.repeat(0.0, steps.height, dtype=pl.Float32, eager=True)
    order = folds.rank("dense").cast(pl.UInt32) % INNER
    for part in range(INNER):
        inside = order != part
        if inside.all() or not inside.any():
            continue
        model = fit(frame.filter(inside), begins.filter(inside))
        outside = pl.select(
            pl.when(inside).then(outside).otherwise(frame.select(probability(model)).to_series())
        ).to_series()
    model = msgspec.structs.replace(fit(frame, begins), threshold=best_threshold(outside, begins))
    totals = {name: table.group_by("key").agg(pl.col("steps", "starts").sum()) for name, table in rates.items()}
    return Learned(model, totals, words.group_by("word", "task").agg(pl.col("steps").sum()), prior)


def chance(learned: Learned, steps: pl.DataFrame) -> pl.Series:
    """How likely a task begins with each of the steps, which are of the same log but were not learnt from."""
    known = _keys(steps)
    tables = learned.rates.items()
    frame = _features(steps).hstack([_rate(known, name, table, learned.prior, own=False) for name, table in tables])
    frame = frame.hstack(_affinity(steps, learned.words, None))
    return frame.select(probability(learned.model)).to_series()


def _features(steps: pl.DataFrame) -> pl.DataFrame:
    """What needs no table: the features of `cohesion`, and where a routine begins anew if the log has one."""
    routine = repetitions(steps)
    return features(steps).with_columns(routine=pl.lit(0.0, pl.Float32) if routine is None else routine)


def _keys(steps: pl.DataFrame) -> pl.DataFrame:
    """Of each step the names by which starts are counted, and the hour and place in the day."""
    app, symbol = pl.col("app"), pl.col("symbol")
    before = app.shift(1, fill_value=""), symbol.shift(1, fill_value="")
    return steps.select(
        rate_app=app,
        rate_app_before=before[0],
        rate_apps=before[0] + "\x1f" + app,
        rate_apps_after=app + "\x1f" + app.shift(-1, fill_value=""),
        rate_symbol=symbol,
        rate_symbol_before=before[1],
        rate_symbols=before[1] + "\x1f" + symbol,
        rate_hour=pl.col("clock").floor().cast(pl.String),
        rate_pause=app + "\x1f" + pl.col("seconds").fill_null(-1).clip(-1, 1e6).log1p().floor().cast(pl.String),
    )


def _rates(known: pl.DataFrame, name: str) -> pl.DataFrame:
    return known.group_by(key=pl.col(name), fold="fold").agg(steps=pl.len(), starts=pl.col("begins").sum())


def _rate(known: pl.DataFrame, name: str, table: pl.DataFrame, prior: float, *, own: bool) -> pl.Series:
    """The share of starts among the steps of the same key, drawn to the share in all; with `own`, of other folds."""
    totals = table.group_by("key").agg(pl.col("steps", "starts").sum())
    rows = known.select(pl.col(name).alias("key"), *(["fold"] if own else []))
    rows = rows.join(totals, on="key", how="left", maintain_order="left")
    steps, starts = pl.col("steps").fill_null(0), pl.col("starts").fill_null(0)
    if own:
        rows = rows.join(table, on=("key", "fold"), how="left", suffix="_own", maintain_order="left")
        steps, starts = steps - pl.col("steps_own").fill_null(0), starts - pl.col("starts_own").fill_null(0)
    share = (starts + PRIOR * prior) / (steps + PRIOR)
    return rows.select(share.cast(pl.Float32)).to_series().alias(name)


def _words(steps: pl.DataFrame, tasks: pl.Series, folds: pl.Series) -> pl.DataFrame:
    """How many steps of each task, by fold, have each word."""
    rows = _said(steps)
    rows = rows.with_columns(task=tasks.gather(rows["at"]), fold=folds.gather(rows["at"]))
    return rows.drop_nulls("task").group_by("word", "task", "fold").agg(steps=pl.len())


def _said(steps: pl.DataFrame) -> pl.DataFrame:
    """One row for each word of each step; the symbol as a whole is a word too."""
    rows = steps.select(
        at=pl.int_range(pl.len(), dtype=pl.UInt32), word=pl.concat_list("words", "\x1f" + pl.col("symbol"))
    )
    return rows.explode("word", empty_as_null=True).drop_nulls("word").unique(maintain_order=True)


def _affinity(steps: pl.DataFrame, words: pl.DataFrame, folds: pl.Series | None) -> pl.DataFrame:
    """How much what is before each step and what is from it on belong to the same tasks, by the words they have.

    A step's tasks are those in which its words occurred, each word giving what it has to those it occurred in; the
    affinity of two sides is the cosine between their tasks, -1 where one side has none. With `folds`, a step's own
    fold is not counted.
    """
    totals = words.group_by("word", "task").agg(pl.col("steps").sum())
    totals = totals.sort("steps", "task", descending=True).group_by("word", maintain_order=True).head(TASKS_OF_A_WORD)
    said = _said(steps)
    rows = said.join(totals, on="word")
    if folds is not None:
        rows = rows.with_columns(fold=folds.gather(rows["at"]))
        own = words.rename({"steps": "own"})
        rows = rows.join(own, on=("word", "task", "fold"), how="left")
        rows = rows.with_columns(steps=pl.col("steps") - pl.col("own").fill_null(0)).filter(pl.col("steps") > 0)
    weight = pl.col("steps") / (pl.col("steps").sum().over("at", "word") + 1)
    # A word of many tasks tells little: squared, its shares count for less.
    tasks = rows.select("at", "task", weight=weight**2).group_by("at", "task").agg(pl.col("weight").sum())
    tasks = tasks.filter(pl.col("weight").rank("ordinal", descending=True).over("at") <= TASKS_OF_A_STEP)
    every = pl.DataFrame({"at": pl.int_range(steps.height, dtype=pl.UInt32, eager=True)})
    found = every
    for side in SIDES:
        left = _windowed(tasks, [n + 1 for n in range(side)])
        right = _windowed(tasks, [-n for n in range(side)])
        both = left.join(right, on=("at", "task"), suffix="_right")
        dot = both.group_by("at").agg(dot=(pl.col("weight") * pl.col("weight_right")).sum())
        norms = [
            part.group_by("at").agg(pl.col("weight").pow(2).sum().sqrt().alias(name))
            for part, name in ((left, "a"), (right, "b"))
        ]
        joined = every.join(dot, on="at", how="left")
        for norm in norms:
            joined = joined.join(norm, on="at", how="left")
        joined = joined.sort("at").select(
            pl.when((pl.col("a") > 0) & (pl.col("b") > 0))
            .then(pl.col("dot").fill_null(0.0) / (pl.col("a") * pl.col("b")))
            .otherwise(-1.0)
            .fill_null(-1.0)
            .cast(pl.Float32)
            .alias(f"same_task_{side}"),
            (pl.col("a").fill_null(0.0)).cast(pl.Float32).alias(f"known_before_{side}"),
            (pl.col("b").fill_null(0.0)).cast(pl.Float32).alias(f"known_after_{side}"),
        )
        found = found.hstack(joined)
    return found.drop("at")


def _windowed(tasks: pl.DataFrame, offsets: list[int]) -> pl.DataFrame:
    """The tasks of several steps as those of one: of step at + n for each offset n."""
    moved = [tasks.select((pl.col("at").cast(pl.Int64) + n).alias("at"), "task", "weight") for n in offsets]
    joined = pl.concat(moved).filter(pl.col("at") >= 0)
    return joined.group_by(pl.col("at").cast(pl.UInt32), "task").agg(pl.col("weight").sum())
