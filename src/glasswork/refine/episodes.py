"""Episodes: frames of actions become frames of episodes, cut, labelled and named by what was reached.

Everything is done on columns; no action becomes an object here.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (polars names numpy types, and numpy is no part of this project)

import secrets
from collections.abc import Sequence
from typing import Final

import polars as pl

from glasswork.refine.family import detours, families
from glasswork.refine.label import label_frame
from glasswork.refine.rows import ACTION, EPISODES, LABELS
from glasswork.refine.segment import segment

WEEK: Final = pl.col("day").dt.to_string("%G-W%V")
"""The ISO week of a day, such as `2026-W48`."""


def episodes(frames: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """The episodes in frames of zone `actions` (each of one participant and day) as frames of zone `episodes`.

    Nothing crosses from one frame to another: done together, they only cost less than each alone. Episodes are in
    order, each with a random id and the Screens that its own actions refer to; time is kept as the ISO week.
    """
    numbered = (frame.with_columns(part=pl.lit(number, pl.UInt32)) for number, frame in enumerate(frames))
    rows, screens = with_own_screens(placed(segment(pl.concat(numbered))))
    signs = label_frame(rows).select("episode", *(pl.col(name).cast(dtype) for name, dtype in LABELS.items()))
    signs = signs.with_columns(pl.col("confidence").round(3))  # as it was meant, before it was a Float32
    reached = families(rows, signs)
    signs = pl.concat([signs, detours(reached)]).sort("episode", "start", "end", "signal")
    whole = rows.group_by("episode", maintain_order=True).agg(
        WEEK.first().alias("week"),
        pl.first("scope", "policy", "basis", "began", "began_sure", "ended", "ended_sure"),
        pl.struct(field.name for field in ACTION.fields).alias("actions"),
        pl.col("place").filter("hole").alias("holes"),
    )
    for part in (
        screens.group_by("episode").agg(pl.col("screen_tree").alias("screens")),
        signs.group_by("episode").agg(pl.struct(LABELS.names()).alias("labels")),
        reached.select("episode", "part", "family"),
    ):
        whole = whole.join(part, on="episode", how="left", maintain_order="left")
    whole = whole.with_columns(
        pl.Series("id", _ids(whole.height), dtype=pl.String), pl.col("screens", "labels").fill_null([])
    ).select("part", *(pl.col(name).cast(dtype) for name, dtype in EPISODES.items()))
    parts = whole.partition_by("part", as_dict=True, include_key=False, maintain_order=True)
    return [parts.get((number,), EPISODES.to_frame()) for number in range(len(frames))]


def placed(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of episodes, each episode's together and in order, with `place` (UInt32) in it and `hole`.

    A hole is before a row when rows of other episodes lie between it and the one before it.
    """
    rows = rows.filter(pl.col("episode").is_not_null()).with_row_index("_at")
    if not rows["episode"].is_sorted():
        rows = rows.sort("episode", maintain_order=True)
    began = (pl.col("episode") != pl.col("episode").shift(1)).fill_null(value=True)
    at = pl.int_range(pl.len(), dtype=pl.UInt32)
    return rows.with_columns(
        pl.col("episode").set_sorted(),
        place=at - pl.when(began).then(at).forward_fill(),
        hole=~began & (pl.col("_at") != pl.col("_at").shift(1) + 1),
    )


def with_own_screens(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with `screen` (Int16), which numbers the Screens of each episode from 0 as they are first met.

    Also `tree` (UInt32, null where there is none), which is the same number for the same Screen in all episodes.

    The second frame holds those Screens: `episode`, `screen_tree`, in order. Trees are long and seldom change, so only
    those that differ from the row before are compared with others.
    """
    text, episode = pl.col("screen_tree"), pl.col("episode")
    change = (text.ne_missing(text.shift(1)) | (episode != episode.shift(1))).fill_null(value=True)
    rows = rows.with_columns(_run=change.cum_sum() - 1)
    runs = rows.filter(change).select("episode", "screen_tree", tree=text.cast(pl.Categorical).to_physical())
    screens = runs.drop_nulls("tree").unique(("episode", "tree"), keep="first", maintain_order=True)
    at = pl.int_range(pl.len(), dtype=pl.Int32)
    began = (episode != episode.shift(1)).fill_null(value=True)
    numbered = screens.select("episode", "tree", screen=(at - pl.when(began).then(at).forward_fill()).cast(pl.Int16))
    numbers = runs.join(numbered, on=("episode", "tree"), how="left", maintain_order="left")
    rows = rows.with_columns(
        screen=numbers["screen"].fill_null(-1).gather(rows["_run"]), tree=numbers["tree"].gather(rows["_run"])
    )
    return rows.drop("_run"), screens.drop("tree")


def _ids(count: int) -> list[str]:
    """Random ids of 32 hex digits."""
    digits = secrets.token_hex(16 * count)
    return [digits[at : at + 32] for at in range(0, len(digits), 32)]
