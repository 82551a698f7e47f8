"""Rules: what at an action says that a task ended before it, as bits of a mask, without a loop.

Hard reasons always hold: a `task` marker that the participant set in review, a `gap` marker, idle time, the start of a
batch (how long ago the action before was is not known), and a hole, where actions are missing: what stands on its two
sides was never one demonstration. Soft ones are guesses: what was done was submitted, saved or confirmed, and then the
person went elsewhere or paused; the program was closed; the person is back where tasks are begun. In a task that the
participant named, only its own markers count. Where a frame has several partitions (`part`), nothing reaches from one
to another.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (polars names numpy types, and numpy is no part of this project)

import math
from collections.abc import Iterable
from typing import Final

import polars as pl

from glasswork.schema.episode import BoundaryReason
from glasswork.schema.words import ActionKind, Command, ElementClass, GapClass, Key

MARKERS: Final = (ActionKind.GAP, ActionKind.LOST, ActionKind.SUPPRESSED, ActionKind.TASK)
"""Kinds that say that something is known, not that something was done."""

PAUSES: Final = (GapClass.UNDER_64S, GapClass.UNDER_256S, GapClass.IDLE)
"""Gaps of 16 s and more."""

DECIDING: Final = (ActionKind.CLICK, ActionKind.DOUBLE_CLICK, ActionKind.PRESS_KEY, ActionKind.HOTKEY)
COMPLETING_COMMANDS: Final = (Command.SAVE, Command.CONFIRM)
COMPLETING_CLASSES: Final = (ElementClass.SUBMIT, ElementClass.SAVE)
"""A completion is one of the DECIDING kinds with such a command, or on an element of such a class; but not Tab, which
only leaves the element that it is pressed in."""

CLOSING_COMMANDS: Final = (Command.QUIT, Command.CLOSE)

BITS: Final[dict[BoundaryReason, int]] = {reason: 1 << n for n, reason in enumerate(BoundaryReason)}
"""The bit of each reason in a mask."""

SURE: Final[dict[BoundaryReason, float]] = {
    BoundaryReason.TASK: 1.0,
    BoundaryReason.START: 1.0,
    BoundaryReason.END: 1.0,
    BoundaryReason.GAP: 1.0,
    BoundaryReason.HOLE: 1.0,
    BoundaryReason.IDLE: 0.9,
    BoundaryReason.BATCH: 0.6,
    BoundaryReason.COMPLETED: 0.9,
    BoundaryReason.CLOSED: 0.85,
    BoundaryReason.LEFT: 0.75,
    BoundaryReason.HOME: 0.7,
    BoundaryReason.RESUMED: 0.8,
}
"""How sure each rule is on its own, by construction. The model and the routines say it themselves."""

HOME_SHARE: Final = 0.5
HOME_STARTS: Final = 4
"""A program is home when at least this share of at least this many hard starts lie in it."""


def completion() -> pl.Expr:
    """Whether an action completes something: submits, saves or confirms it."""
    moves_on = (pl.col("kind") == ActionKind.PRESS_KEY) & (pl.col("key") == Key.TAB)
    on_it = (pl.col("has_element") == 1) & _is("element_class", COMPLETING_CLASSES)
    return _is("kind", DECIDING) & ~moves_on & (_is("command", COMPLETING_COMMANDS) | on_it)


def with_rules(frame: pl.DataFrame) -> pl.DataFrame:
    """Actions in order of `part`, which tells partitions apart, with what the rules say of each.

    `_mask` (UInt16) holds the reasons for a boundary before the action, `_doubt` (Float32) the chance that none holds:
    the product of each one's own. `_hard` tells whether a hard reason is among them, `_real` whether the action is no
    marker, `_named` whether it is in a task that the participant named, `_none` whether it is in no episode. `_at` is
    the row, `_start` the first row of its partition.
    """
    at, kind, part = pl.int_range(pl.len(), dtype=pl.Int32), pl.col("kind"), pl.col("part")
    frame = frame.with_columns(_at=at, _begins=(part != part.shift(1)).fill_null(value=True))
    begins, before = pl.col("_begins"), pl.when(~pl.col("_begins")).then(kind.shift(1))
    named = pl.when(kind == ActionKind.TASK).then(pl.col("task") != "").when(begins).then(pl.lit(value=False))
    frame = frame.with_columns(
        _real=~_is("kind", MARKERS),
        _named=named.forward_fill(),
        _done=completion(),
        _shut=_is("kind", DECIDING) & _is("command", CLOSING_COMMANDS),
        _start=pl.when(begins).then("_at").forward_fill(),
    )
    free, task = ~pl.col("_named"), kind == ActionKind.TASK
    ended = (before == ActionKind.TASK) & free
    frame = frame.with_columns(
        _none=((kind == ActionKind.GAP) | task) & free,
        _mask=_bit(BoundaryReason.START, begins)
        | _bit(BoundaryReason.TASK, task | ended)
        | _bit(BoundaryReason.GAP, free & ((kind == ActionKind.GAP) | (before == ActionKind.GAP)))
        | _bit(BoundaryReason.HOLE, free & (before == ActionKind.LOST) & (kind != ActionKind.LOST))
        | _bit(BoundaryReason.IDLE, free & (pl.col("gap") == GapClass.IDLE))
        | _bit(BoundaryReason.BATCH, free & ~begins & (pl.col("batch") != pl.col("batch").shift(1))),
    )
    frame = _with_soft(frame.with_columns(_hard=pl.col("_mask") != 0))
    return frame.with_columns(_doubt=_doubt(frame["_mask"]))


def with_reason(frame: pl.DataFrame, reason: BoundaryReason, where: pl.Expr, sure: pl.Expr) -> pl.DataFrame:
    """The frame with one more reason, wherever `where` holds at an action outside a named task, `sure` in 0..1."""
    holds = (where & pl.col("_real") & ~pl.col("_named")).fill_null(value=False)
    return frame.with_columns(
        _mask=pl.col("_mask") | _bit(reason, holds),
        _doubt=pl.when(holds).then(pl.col("_doubt") * (1 - sure)).otherwise(pl.col("_doubt")).cast(pl.Float32),
    )


def _with_soft(frame: pl.DataFrame) -> pl.DataFrame:
    """The mask with the soft reasons. Only at actions: markers stay with what they follow."""
    switched = pl.col("kind") == ActionKind.SWITCH_APP
    last = pl.when("_real").then("_at").shift(1).forward_fill()
    frame = frame.with_columns(
        # The last action of the same partition.
        _last=pl.when(last >= pl.col("_start")).then(last),
        # The longest gap since then, with whatever markers lie between.
        _paused=pl.when(_is("gap", PAUSES)).then("_at").forward_fill() > last,
        _completed_at=pl.when("_done").then("_at").shift(1).forward_fill(),
    )
    last_one = frame.select(pl.col("app", "category", "_done", "_shut").gather(pl.col("_last")))
    app, category, ended, closed = last_one.get_columns()
    frame = frame.with_columns(_app=app, _category=category)
    free = pl.col("_real") & ~pl.col("_named")
    completed = pl.lit(ended) & (pl.col("_paused") | (pl.col("app") != pl.col("_app")))
    frame = frame.with_columns(
        _mask=pl.col("_mask")
        | _bit(BoundaryReason.COMPLETED, free & completed)
        | _bit(BoundaryReason.CLOSED, free & pl.lit(closed))
    )
    visit = pl.when(switched | (pl.col("_mask") != 0)).then("_at").forward_fill().shift(1)
    left = switched & (pl.col("category") != pl.col("_category")) & (pl.col("_completed_at") >= visit)
    frame = frame.with_columns(_mask=pl.col("_mask") | _bit(BoundaryReason.LEFT, free & left))
    homes = homes_of(frame)
    if homes.is_empty():
        return frame
    frame = frame.join(homes, on="part", how="left", maintain_order="left")
    return frame.with_columns(_mask=pl.col("_mask") | _bit(BoundaryReason.HOME, free & _back_home()))


def homes_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Of each `part` that has one, `_home`: the program in which most work between two hard boundaries begins."""
    actions = frame.lazy().select("part", "app", "_real", section=pl.col("_hard").cum_sum())
    actions = actions.filter(pl.col("_real") & (pl.col("app") != ""))
    first = actions.filter(pl.col("section") != pl.col("section").shift(1, fill_value=0))
    begins = first.group_by("part", "app").agg(count=pl.len()).with_columns(starts=pl.col("count").sum().over("part"))
    most = begins.filter((pl.col("starts") >= HOME_STARTS) & (pl.col("count") >= HOME_SHARE * pl.col("starts")))
    best = most.sort("part", "count", "app", descending=(False, True, False)).unique("part", keep="first")
    return best.select("part", _home="app").collect()


def _back_home() -> pl.Expr:
    """The first return from another program after something was completed in this task."""
    home = pl.col("_home")
    returned = pl.col("_real") & (pl.col("app") == home) & (pl.col("_app") != home)
    since = pl.when(returned | (pl.col("_mask") != 0)).then("_at").forward_fill().shift(1)
    return returned & (pl.col("_completed_at") >= since)


def _is(column: str, words: Iterable[str]) -> pl.Expr:
    return pl.any_horizontal(pl.col(column) == word for word in words)


def _bit(reason: BoundaryReason, holds: pl.Expr) -> pl.Expr:
    return pl.when(holds).then(pl.lit(BITS[reason], pl.UInt16)).otherwise(pl.lit(0, pl.UInt16))


def _doubt(masks: pl.Series) -> pl.Series:
    """The doubt that the reasons in each mask leave; a frame has few different masks."""
    different = masks.unique()
    doubts = [math.prod(1 - sure for reason, sure in SURE.items() if mask & BITS[reason]) for mask in different]
    return masks.replace_strict(different, pl.Series(doubts, dtype=pl.Float32), return_dtype=pl.Float32)
