"""Segment: where one task ends and the next begins, over one frame of actions, without a loop.

Boundaries are hard or soft. Hard ones always hold: a `task` marker that the participant set in review, a `gap` marker,
idle time, the start of a batch (how long ago the action before was is not known). Soft ones are guesses: what was
done was submitted, saved or confirmed, and then the person went elsewhere or paused; or the program was closed. In a
task that the participant named, only its own markers count. tests/property/test_refine.py holds the same rules as
a plain loop.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (polars names numpy types, and numpy is no part of this project)

from typing import Final

import polars as pl

from glasswork.schema.episode import BoundaryReason
from glasswork.schema.words import ActionKind, Command, ElementClass, GapClass

MARKERS: Final = (ActionKind.GAP, ActionKind.LOST, ActionKind.SUPPRESSED, ActionKind.TASK)
"""Kinds that say that something is known, not that something was done."""

MIN_ACTIONS: Final = 2
"""Fewer actions than this are no task: they join their neighbour, where no hard boundary is between."""

PAUSES: Final = (GapClass.UNDER_64S, GapClass.UNDER_256S, GapClass.IDLE)
"""Gaps of 16 s and more."""

DECIDING: Final = (ActionKind.CLICK, ActionKind.DOUBLE_CLICK, ActionKind.PRESS_KEY, ActionKind.HOTKEY)
COMPLETING_COMMANDS: Final = (Command.SAVE, Command.CONFIRM)
COMPLETING_CLASSES: Final = (ElementClass.SUBMIT, ElementClass.SAVE)
"""A completion is one of the DECIDING kinds with such a command, or on an element of such a class."""

CLOSING_COMMANDS: Final = (Command.QUIT, Command.CLOSE)


def completion() -> pl.Expr:
    """Whether an action completes something: submits, saves or confirms it."""
    return pl.col("kind").is_in(DECIDING) & (
        pl.col("command").is_in(COMPLETING_COMMANDS)
        | ((pl.col("has_element") == 1) & pl.col("element_class").is_in(COMPLETING_CLASSES))
    )


def segment(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in order of `batch` and `row`, with `episode`, `began` and `ended`.

    `episode` counts from 0 and is null for rows of no episode (gap markers outside named tasks, markers that end a
    task). Every other row is in exactly one, and an episode's rows follow each other. Each episode has MIN_ACTIONS
    actions or all that lie between two hard boundaries.
    """
    kind, before = pl.col("kind"), pl.col("kind").shift(1)
    real = ~kind.is_in(MARKERS)
    named = pl.when(kind == ActionKind.TASK).then(pl.col("task") != "").forward_fill().fill_null(value=False)
    frame = frame.sort("batch", "row").with_columns(
        _real=real,
        _named=named,
        _done=completion(),
        _closing=kind.is_in(DECIDING) & pl.col("command").is_in(CLOSING_COMMANDS),
        _none=((kind == ActionKind.GAP) | (kind == ActionKind.TASK)) & ~named,
    )
    hard = (
        pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(BoundaryReason.START))
        .when((kind == ActionKind.TASK) | ((before == ActionKind.TASK) & ~pl.col("_named")))
        .then(pl.lit(BoundaryReason.TASK))
        .when(pl.col("_named")).then(None)
        .when((kind == ActionKind.GAP) | (before == ActionKind.GAP)).then(pl.lit(BoundaryReason.GAP))
        .when(pl.col("gap") == GapClass.IDLE).then(pl.lit(BoundaryReason.IDLE))
        .when(pl.col("batch") != pl.col("batch").shift(1)).then(pl.lit(BoundaryReason.BATCH))
    )  # fmt: skip
    frame = _soft(frame.with_columns(_reason=hard, _hard=hard.is_not_null()))
    frame = _join_short(frame)
    frame = frame.with_columns(
        episode=pl.when(~pl.col("_none")).then((pl.col("_reason").is_not_null() & ~pl.col("_none")).cum_sum() - 1),
        began=pl.col("_reason").forward_fill(),
        ended=pl.col("_reason").shift(-1).backward_fill().fill_null(BoundaryReason.END),
    )
    return frame.select(pl.exclude("^_.*$")).with_columns(pl.col("episode").cast(pl.UInt32))


def _soft(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill `_reason` where a completion ends a task. Only at actions: markers stay with what they follow."""
    # The longest gap since the action before, with whatever markers lie between.
    since = pl.col("_real").shift(1, fill_value=False).cum_sum()
    paused = pl.col("gap").is_in(PAUSES).cum_max().over(since)
    frame = frame.with_columns(_app=_last_real("app"), _category=_last_real("category"), _ended=_last_real("_done"))
    frame = frame.with_columns(_shut=_last_real("_closing"))
    completed = pl.col("_ended") & (paused | (pl.col("app") != pl.col("_app")))
    frame = _fill(frame, completed, BoundaryReason.COMPLETED)
    frame = _fill(frame, pl.col("_shut"), BoundaryReason.CLOSED)
    switched = (pl.col("kind") == ActionKind.SWITCH_APP) & (pl.col("category") != pl.col("_category"))
    visit = ((pl.col("kind") == ActionKind.SWITCH_APP) | pl.col("_reason").is_not_null()).cum_sum()
    frame = frame.with_columns(_visited=pl.col("_done").cum_max().over(visit).shift(1, fill_value=False))
    return _fill(frame, switched & pl.col("_visited"), BoundaryReason.LEFT)


def _last_real(column: str) -> pl.Expr:
    """The column's value at the last action before this row."""
    return pl.when(pl.col("_real")).then(pl.col(column)).shift(1).forward_fill()


def _fill(frame: pl.DataFrame, where: pl.Expr, reason: BoundaryReason) -> pl.DataFrame:
    free = pl.col("_reason").is_null() & pl.col("_real") & ~pl.col("_named")
    return frame.with_columns(_reason=pl.when(free & where).then(pl.lit(reason)).otherwise(pl.col("_reason")))


def _join_short(frame: pl.DataFrame) -> pl.DataFrame:
    """Take soft boundaries away until no segment is short: a short one joins the one before, the first one the next."""
    few = pl.col("_real").sum().over(pl.col("_reason").is_not_null().cum_sum()) < MIN_ACTIONS
    frame = frame.with_columns(_reason=pl.when(pl.col("_hard") | ~few).then(pl.col("_reason")))
    # A short segment that is left begins at a hard boundary; the soft one after it, if any, goes too.
    frame = frame.with_columns(_before=few.shift(1, fill_value=False))
    return frame.with_columns(_reason=pl.when(pl.col("_hard") | ~pl.col("_before")).then(pl.col("_reason")))
