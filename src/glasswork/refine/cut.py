"""Cut: rows with reasons for boundaries become numbered episodes, none shorter than it must be."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (polars names numpy types, and numpy is no part of this project)

from typing import Final

import polars as pl

from glasswork.refine.rules import BITS
from glasswork.schema.episode import BoundaryReason

MIN_ACTIONS: Final = 2
"""Fewer actions than this are no task: they join their neighbour, where no hard boundary is between."""


def cut(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame of `rules.with_rules` with `episode`, `began`, `ended`, `began_sure` and `ended_sure` (see `segment`).

    Soft boundaries are taken away until no segment is short: a short one joins the one before, the first the next.
    """
    so_far = pl.col("_real").cum_sum() - pl.col("_real")
    rows = frame.select("_at", "_begins", "_mask", "_doubt", "_hard", "_none", so_far=so_far)
    heads = rows.filter(pl.col("_mask") != 0)
    actions = frame["_real"].sum()
    few = (pl.col("so_far").shift(-1, fill_value=actions) - pl.col("so_far")) < MIN_ACTIONS
    heads = heads.filter(pl.col("_hard") | ~few)
    # A short segment that is left begins at a hard boundary; the soft one after it, if any, goes too.
    heads = heads.filter(pl.col("_hard") | ~few.shift(1, fill_value=False))
    last = pl.col("_begins").shift(-1, fill_value=True)  # of its partition
    heads = heads.select(
        "_at",
        episode=pl.when(~pl.col("_none")).then((~pl.col("_none")).cum_sum() - 1).cast(pl.UInt32),
        began=pl.col("_mask"),
        ended=pl.when(last).then(pl.lit(BITS[BoundaryReason.END], pl.UInt16)).otherwise(pl.col("_mask").shift(-1)),
        began_sure=1 - pl.col("_doubt"),
        ended_sure=1 - pl.when(last).then(pl.lit(0.0, pl.Float32)).otherwise(pl.col("_doubt").shift(-1)),
    )
    spans = heads.select(pl.col("_at").shift(-1, fill_value=frame.height) - pl.col("_at")).to_series()
    spread = heads.select(pl.exclude("_at").repeat_by(spans).explode())
    return frame.select(pl.exclude("^_.*$")).hstack(spread)
