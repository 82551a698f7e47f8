"""Segment: where one task ends and the next begins, over one frame of actions, without a loop.

tests/property/test_segment.py holds the rules as a plain loop; docs/segmentation.md says what it was measured on.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (polars names numpy types, and numpy is no part of this project)

import polars as pl

from glasswork.refine.cut import MIN_ACTIONS, cut
from glasswork.refine.resume import joined, with_resumed
from glasswork.refine.rules import (
    BITS,
    COMPLETING_CLASSES,
    COMPLETING_COMMANDS,
    DECIDING,
    MARKERS,
    SURE,
    completion,
    with_rules,
)
from glasswork.refine.steps import with_learned, with_routines
from glasswork.schema.episode import Boundary, BoundaryReason, Source

__all__ = [
    "COMPLETING_CLASSES",
    "COMPLETING_COMMANDS",
    "DECIDING",
    "MARKERS",
    "MIN_ACTIONS",
    "boundary_of",
    "completion",
    "reasons_of",
    "segment",
]

_MODELS = (BoundaryReason.LEARNED, BoundaryReason.ROUTINE)


def segment(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in order of `batch` and `row`, with five columns more.

    A frame of several partitions has a column `part` (UInt32), by which it is ordered first; nothing reaches from one
    to another, so that each is cut as it would be alone.

    `episode` (UInt32) counts from 0 and is null for rows of no episode: gap markers outside named tasks, markers that
    end a task. Every other row is in exactly one. An episode's rows follow each other, but for a task that was left and
    taken up again (see `resume`). Each has MIN_ACTIONS actions or all that lie between two hard boundaries. `began` and
    `ended` (UInt16) are the reasons for its two boundaries as masks (see `reasons_of`), `began_sure` and `ended_sure`
    (Float32, 0..1) how sure those make them.
    """
    several = "part" in frame.columns
    order = pl.col("batch").cast(pl.UInt64) * 2**32 + pl.col("row")
    frame = frame if several else frame.with_columns(part=pl.lit(0, pl.UInt32))
    part = pl.col("part")
    unsorted = (part < part.shift(1)) | ((part == part.shift(1)) & (order < order.shift(1)))
    if frame.select(unsorted.any()).item():
        frame = frame.sort("part", "batch", "row")
    told, resumed = with_resumed(with_routines(with_learned(with_rules(frame))))
    found = joined(cut(told), resumed)
    return found if several else found.drop("part")


def reasons_of(mask: int) -> tuple[BoundaryReason, ...]:
    """The reasons in a mask (bit n is the n-th member of BoundaryReason), strongest first."""
    held = [reason for reason, bit in BITS.items() if mask & bit]
    return tuple(sorted(held, key=lambda reason: -SURE.get(reason, 0.0)))


def boundary_of(mask: int, sure: float) -> Boundary:
    """The Boundary of an episode: said by the person where they set a marker, by a model where no rule agrees."""
    reasons = reasons_of(mask)
    if BoundaryReason.TASK in reasons:
        source = Source.PERSON
    else:
        source = Source.MODEL if reasons and all(reason in _MODELS for reason in reasons) else Source.RULE
    return Boundary(reasons, min(1.0, max(0.0, sure)), source)
