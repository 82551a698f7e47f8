"""Steps: actions, and any other log, in the one form that the model and the routines read (see `cohesion`).

The model judges visits: all that is done in one window before another comes to the front is one step, as it is in the
logs of window switches that it was trained on. Routines are made of single actions.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (polars names numpy types, and numpy is no part of this project)

from functools import cache
from pathlib import Path
from typing import Final

import msgspec
import polars as pl

from glasswork.refine.boost import Model, probability
from glasswork.refine.cohesion import features
from glasswork.refine.routines import MOST_ROWS, repetitions
from glasswork.refine.rules import BITS, SURE, with_reason
from glasswork.schema.episode import BoundaryReason
from glasswork.schema.words import GAP_LIMITS_S, IDLE_S, GapClass

SECONDS: Final[dict[str, float | None]] = {
    GapClass.NONE: None,
    **dict(zip(list(GapClass)[1:-1], (limit / 2 for limit in GAP_LIMITS_S), strict=True)),
    GapClass.IDLE: 2 * IDLE_S,
}
"""A time of each class: the geometric middle of its limits, which lie a factor 4 apart."""

PAUSE_S: Final = 16.0
LEAST_VISITS: Final = 12
"""Fewer visits than this have too little around them to be judged by the model."""

NEAR: Final = 2
"""Steps from a routine's beginning within which a rule means the same boundary."""


@cache
def shipped() -> Model:
    """The boundary model in this package: its recipe is scripts/train_boundary.py, its card docs/segmentation.md."""
    return msgspec.json.decode((Path(__file__).parent / "boundary_model.json").read_bytes(), type=Model)


@cache
def _shipped_chance() -> pl.Expr:
    return probability(shipped())


def visits(frame: pl.DataFrame) -> pl.DataFrame:
    """The visits in a frame of `rules.with_rules`, as steps, each with `_at`, the row of its first action."""
    app, window = pl.col("app"), pl.col("window")
    place = app + "\x1f" + window.cast(pl.String)
    return (
        frame.lazy()
        .filter("_real")
        .select("_at", "app", "window", "gap", "_done", "label")
        .with_columns(visit=((app != app.shift(1)) | (window != window.shift(1))).cum_sum())
        .group_by("visit", maintain_order=True)
        .agg(pl.col("_at", "app", "window", "gap").first(), completes=pl.col("_done").any(), words="label")
        .select(
            "_at",
            "app",
            "completes",
            symbol=place,
            seconds=pl.col("gap").cast(pl.String).replace_strict(SECONDS, return_dtype=pl.Float32),
            words=pl.concat_list("words", place),
        )
        .collect()
    )


def with_learned(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame of `rules.with_rules` with LEARNED where the shipped model says that a visit begins a task."""
    steps = visits(frame)
    if steps.height < LEAST_VISITS:
        return frame
    found = steps.select("_at", chance=features(steps).select(_shipped_chance()).to_series())
    found = found.filter(pl.col("chance") >= shipped().threshold)
    frame = frame.join(found, on="_at", how="left", maintain_order="left").rename({"chance": "_chance"})
    return with_reason(frame, BoundaryReason.LEARNED, pl.col("_chance").is_not_null(), pl.col("_chance"))


def with_routines(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame of `rules.with_rules` with ROUTINE where repeated work begins anew; within it no soft reason counts."""
    parts = ("kind", "app", "command", "role", "label", "key")
    actions = (
        frame.lazy()
        .filter("_real")
        .select(
            "_at",
            symbol=pl.concat_str(pl.col(part).cast(pl.String) for part in parts),
            seconds=pl.when(pl.col("gap") == GapClass.IDLE).then(pl.lit(2 * IDLE_S)),
            completes="_done",
        )
    )
    # Of most frames the first part tells that nothing repeats itself; the rest is then not even named.
    if repetitions(actions.head(MOST_ROWS).collect()) is None:
        return frame
    every = actions.collect()
    sure = repetitions(every)
    if sure is None:
        return frame
    frame = frame.join(every.select("_at", _routine=sure), on="_at", how="left", maintain_order="left")
    begins = (pl.col("_routine") > 0).fill_null(value=False)
    near = begins.cast(pl.UInt8).rolling_max(2 * NEAR + 1, center=True, min_samples=1) == 1
    soft = ~pl.col("_hard") & ~near
    frame = frame.with_columns(
        _mask=pl.when(soft).then(pl.lit(0, pl.UInt16)).otherwise("_mask"),
        _doubt=pl.when(soft).then(pl.lit(1.0, pl.Float32)).otherwise("_doubt"),
    )
    return with_reason(frame, BoundaryReason.ROUTINE, begins, pl.col("_routine"))


def judge(steps: pl.DataFrame) -> pl.DataFrame:
    """The boundaries in a log of others, by the same layers: `mask` and `sure` before each of its steps.

    Where work repeats itself clearly, the routines decide alone: what such logs call a pause or a confirmation is
    mostly a part of what is repeated. Elsewhere the model does, with pauses and completions as further reasons.
    """
    routine = repetitions(steps)
    if routine is not None:
        first = pl.int_range(pl.len()) == 0
        bit = pl.when(first).then(BITS[BoundaryReason.START]).when(routine > 0).then(BITS[BoundaryReason.ROUTINE])
        return steps.select(mask=bit.otherwise(0).cast(pl.UInt16), sure=pl.when(first).then(1.0).otherwise(routine))
    chance = features(steps).select(_shipped_chance().alias("chance")).to_series()
    completed = pl.col("completes").shift(1) & (
        (pl.col("seconds") >= PAUSE_S) | (pl.col("app") != pl.col("app").shift(1))
    )
    reasons = {
        BoundaryReason.START: (pl.int_range(pl.len()) == 0, 1.0),
        BoundaryReason.COMPLETED: (completed, SURE[BoundaryReason.COMPLETED]),
        BoundaryReason.LEARNED: (pl.lit(chance) >= shipped().threshold, pl.lit(chance)),
    }
    mask, doubt = pl.lit(0, pl.UInt16), pl.lit(1.0, pl.Float32)
    for reason, (holds, sure) in reasons.items():
        holds = holds.fill_null(value=False)
        mask = mask | pl.when(holds).then(pl.lit(BITS[reason], pl.UInt16)).otherwise(pl.lit(0, pl.UInt16))
        doubt = doubt * pl.when(holds).then(1 - sure).otherwise(1.0)
    return steps.select(mask=mask, sure=(1 - doubt).cast(pl.Float32))
