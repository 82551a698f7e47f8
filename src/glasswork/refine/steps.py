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
from glasswork.refine.routines import repetitions
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

PREDICTABLE: Final = 0.45
"""Below this share nothing is looked for that repeats itself. Measured: routines with 10 % of each kind of noise 0.46
and more, varied work in forms 0.40 (bench/refine_work.py), in which small recurring pieces look like a routine."""

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
    """The visits in a frame of `rules.with_rules`, as steps, each with `_at`, the row of its first action.

    Partitions of fewer than LEAST_VISITS are left out.
    """
    part, app, window = pl.col("part"), pl.col("app"), pl.col("window")
    place = app + "\x1f" + window.cast(pl.String)
    other = (app != app.shift(1)) | (window != window.shift(1)) | (part != part.shift(1))
    return (
        frame.lazy()
        .filter("_real")
        .select("part", "_at", "app", "window", "gap", "_done", "label")
        .with_columns(visit=other.fill_null(value=True).cum_sum())
        .group_by("visit", maintain_order=True)
        .agg(pl.first("part", "_at", "app", "window", "gap"), completes=pl.col("_done").any(), words="label")
        .filter(pl.len().over("part") >= LEAST_VISITS)
        .select(
            "part",
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
    if steps.is_empty():
        return frame
    found = steps.select("_at", chance=features(steps).select(_shipped_chance()).to_series())
    found = found.filter(pl.col("chance") >= shipped().threshold)
    frame = frame.join(found, on="_at", how="left", maintain_order="left").rename({"chance": "_chance"})
    return with_reason(frame, BoundaryReason.LEARNED, pl.col("_chance").is_not_null(), pl.col("_chance"))


def with_routines(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame of `rules.with_rules` with ROUTINE where repeated work begins anew; within it no soft reason counts."""
    parts = ("kind", "app", "command", "role", "label", "key")
    actions = frame.filter(pl.col("_real")).select("part", "_at", "gap", "_done", *parts)
    found: list[pl.DataFrame] = []
    for number in _predictable(actions.select("part", symbol=pl.struct(parts).hash())):
        own = actions.filter(pl.col("part") == number)
        sure = repetitions(
            own.select(
                symbol=pl.concat_str(pl.col(name).cast(pl.String) for name in parts),
                seconds=pl.when(pl.col("gap") == GapClass.IDLE).then(pl.lit(2 * IDLE_S)),
                completes="_done",
            )
        )
        if sure is not None:
            found.append(own.select("_at", _routine=sure))
    if not found:
        return frame
    frame = frame.join(pl.concat(found), on="_at", how="left", maintain_order="left")
    begins = (pl.col("_routine") > 0).fill_null(value=False)
    near = pl.any_horizontal(
        begins.shift(n, fill_value=False) & (pl.col("part") == pl.col("part").shift(n)) for n in range(-NEAR, NEAR + 1)
    )
    soft = ~pl.col("_hard") & ~near & pl.col("_routine").is_not_null().any().over("part")
    frame = frame.with_columns(
        _mask=pl.when(soft).then(pl.lit(0, pl.UInt16)).otherwise("_mask"),
        _doubt=pl.when(soft).then(pl.lit(1.0, pl.Float32)).otherwise("_doubt"),
    )
    return with_reason(frame, BoundaryReason.ROUTINE, begins, pl.col("_routine"))


def _predictable(actions: pl.DataFrame) -> list[int]:
    """The parts in which PREDICTABLE of all actions are followed by what most often follows such an action."""
    part, symbol = pl.col("part"), pl.col("symbol")
    following = actions.lazy().with_columns(next=pl.when(part == part.shift(-1)).then(symbol.shift(-1)))
    most = following.group_by("part", "symbol", "next").agg(count=pl.len()).group_by("part", "symbol")
    shares = most.agg(pl.col("count").max(), all=pl.col("count").sum()).group_by("part")
    told = shares.agg(share=pl.col("count").sum() / pl.col("all").sum()).filter(pl.col("share") >= PREDICTABLE)
    return told.collect()["part"].sort().to_list()


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
        BoundaryReason.LEARNED: (
            (pl.int_range(pl.len()) > 0) & (pl.lit(chance) >= shipped().threshold),
            pl.lit(chance),
        ),
    }
    mask, doubt = pl.lit(0, pl.UInt16), pl.lit(1.0, pl.Float32)
    for reason, (holds, sure) in reasons.items():
        holds = holds.fill_null(value=False)
        mask = mask | pl.when(holds).then(pl.lit(BITS[reason], pl.UInt16)).otherwise(pl.lit(0, pl.UInt16))
        doubt = doubt * pl.when(holds).then(1 - sure).otherwise(1.0)
    return steps.select(mask=mask, sure=(1 - doubt).cast(pl.Float32))
