"""Rules: what at an action says that a task ended before it, as bits of a mask, without a loop.

Hard reasons always hold: a `task` marker that the participant set in review, a `gap` marker, idle time, the start of a
batch (how long ago the action before was is not known), and a hole, where actions are missing: what stands on its two
sides was never one demonstration. Soft ones are guesses: what was done was submitted, saved or confirmed, and then the
person went elsewhere or paused; the program was closed; the person is back where tasks are begun. In a task that the
participant named, only its own markers count.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (polars names numpy types, and numpy is no part of this project)

from collections.abc import Iterable
from typing import Final

import polars as pl

from glasswork.schema.episode import BoundaryReason
from glasswork.schema.words import ActionKind, Command, ElementClass, GapClass

MARKERS: Final = (ActionKind.GAP, ActionKind.LOST, ActionKind.SUPPRESSED, ActionKind.TASK)
"""Kinds that say that something is known, not that something was done."""

PAUSES: Final = (GapClass.UNDER_64S, GapClass.UNDER_256S, GapClass.IDLE)
"""Gaps of 16 s and more."""

DECIDING: Final = (ActionKind.CLICK, ActionKind.DOUBLE_CLICK, ActionKind.PRESS_KEY, ActionKind.HOTKEY)
COMPLETING_COMMANDS: Final = (Command.SAVE, Command.CONFIRM)
COMPLETING_CLASSES: Final = (ElementClass.SUBMIT, ElementClass.SAVE)
"""A completion is one of the DECIDING kinds with such a command, or on an element of such a class."""

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
}
"""How sure each rule is on its own, by construction. The model and the routines say it themselves."""

HOME_SHARE: Final = 0.5
HOME_STARTS: Final = 4
"""A program is home when at least this share of at least this many hard starts lie in it."""


def completion() -> pl.Expr:
    """Whether an action completes something: submits, saves or confirms it."""
    return _is("kind", DECIDING) & (
        _is("command", COMPLETING_COMMANDS) | ((pl.col("has_element") == 1) & _is("element_class", COMPLETING_CLASSES))
    )


def with_rules(frame: pl.DataFrame) -> pl.DataFrame:
    """Actions in order, with what the rules say of each.

    `_mask` (UInt16) holds the reasons for a boundary before the action, `_doubt` (Float32) the chance that none holds:
    the product of each one's own. `_hard` tells whether a hard reason is among them, `_real` whether the action is no
    marker, `_named` whether it is in a task that the participant named, `_none` whether it is in no episode.
    """
    kind, before = pl.col("kind"), pl.col("kind").shift(1)
    named = pl.when(kind == ActionKind.TASK).then(pl.col("task") != "").forward_fill().fill_null(value=False)
    frame = frame.with_columns(
        _real=~_is("kind", MARKERS),
        _named=named,
        _done=completion(),
        _shut=_is("kind", DECIDING) & _is("command", CLOSING_COMMANDS),
        _none=((kind == ActionKind.GAP) | (kind == ActionKind.TASK)) & ~named,
        _at=pl.int_range(pl.len(), dtype=pl.Int32),
    )
    ended = (before == ActionKind.TASK) & ~pl.col("_named")
    free = ~pl.col("_named")
    frame = frame.with_columns(
        _mask=_bit(BoundaryReason.START, pl.col("_at") == 0)
        | _bit(BoundaryReason.TASK, (kind == ActionKind.TASK) | ended)
        | _bit(BoundaryReason.GAP, free & ((kind == ActionKind.GAP) | (before == ActionKind.GAP)))
        | _bit(BoundaryReason.HOLE, free & (before == ActionKind.LOST) & (kind != ActionKind.LOST))
        | _bit(BoundaryReason.IDLE, free & (pl.col("gap") == GapClass.IDLE))
        | _bit(BoundaryReason.BATCH, free & (pl.col("batch") != pl.col("batch").shift(1)))
    )
    frame = _with_soft(frame.with_columns(_hard=pl.col("_mask") != 0))
    return frame.with_columns(_doubt=_doubt())


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
        _last=last,
        # The longest gap since the action before, with whatever markers lie between.
        _paused=pl.when(_is("gap", PAUSES)).then("_at").forward_fill() > last,
        _app=_of_last_action("app"),
        _category=_of_last_action("category"),
        _ended=_of_last_action("_done"),
        _closed=_of_last_action("_shut"),
        _completed_at=pl.when("_done").then("_at").shift(1).forward_fill(),
    )
    free = pl.col("_real") & ~pl.col("_named")
    completed = pl.col("_ended") & (pl.col("_paused") | (pl.col("app") != pl.col("_app")))
    frame = frame.with_columns(
        _mask=pl.col("_mask")
        | _bit(BoundaryReason.COMPLETED, free & completed)
        | _bit(BoundaryReason.CLOSED, free & pl.col("_closed"))
    )
    visit = pl.when(switched | (pl.col("_mask") != 0)).then("_at").forward_fill().shift(1)
    left = switched & (pl.col("category") != pl.col("_category")) & (pl.col("_completed_at") >= visit)
    frame = frame.with_columns(_mask=pl.col("_mask") | _bit(BoundaryReason.LEFT, free & left))
    return frame.with_columns(_mask=pl.col("_mask") | _bit(BoundaryReason.HOME, free & _back_home(home_of(frame))))


def home_of(frame: pl.DataFrame) -> str | None:
    """The program in which most of the work between two hard boundaries begins, if there is one."""
    actions = (
        frame.lazy().with_columns(section=pl.col("_hard").cum_sum()).filter(pl.col("_real") & (pl.col("app") != ""))
    )
    first = actions.filter(pl.col("section") != pl.col("section").shift(1, fill_value=0))
    begins = first.group_by("app").agg(count=pl.len()).sort("count", "app", descending=(True, False)).collect()
    starts = int(begins["count"].sum())
    if starts < HOME_STARTS or begins.item(0, "count") < HOME_SHARE * starts:
        return None
    return str(begins.item(0, "app"))


def _back_home(home: str | None) -> pl.Expr:
    """The first return from another program after something was completed in this task."""
    if home is None:
        return pl.lit(value=False)
    returned = pl.col("_real") & (pl.col("app") == home) & (pl.col("_app") != home)
    since = pl.when(returned | (pl.col("_mask") != 0)).then("_at").forward_fill().shift(1)
    return returned & (pl.col("_completed_at") >= since)


def _of_last_action(column: str) -> pl.Expr:
    """The column's value at the last action before this row."""
    return pl.when("_real").then(column).shift(1).forward_fill()


def _is(column: str, words: Iterable[str]) -> pl.Expr:
    return pl.any_horizontal(pl.col(column) == word for word in words)


def _bit(reason: BoundaryReason, holds: pl.Expr) -> pl.Expr:
    return pl.when(holds).then(pl.lit(BITS[reason], pl.UInt16)).otherwise(pl.lit(0, pl.UInt16))


def _doubt() -> pl.Expr:
    doubt = pl.lit(1.0, pl.Float32)
    for reason, sure in SURE.items():
        doubt = doubt * pl.when(pl.col("_mask") & BITS[reason] != 0).then(pl.lit(1 - sure, pl.Float32)).otherwise(
            pl.lit(1.0, pl.Float32)
        )
    return doubt
