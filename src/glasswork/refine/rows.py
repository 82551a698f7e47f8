"""Rows: the zone `episodes` as a frame, one episode a row, and the Episodes that are read from it.

Stored is what cannot be made anew. Title, goal and steps follow from the actions, so they are made when it is read.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (polars names numpy types, and numpy is no part of this project)

from itertools import islice
from typing import Any, Final

import msgspec
import polars as pl

from glasswork.refine.describe import describe
from glasswork.refine.segment import boundary_of
from glasswork.schema.action import Action, Screen
from glasswork.schema.batch import ABSENT, COLUMNS
from glasswork.schema.episode import Episode, Label, Signal, Source
from glasswork.schema.words import Scope
from glasswork.vault.frames import ENUMS

_NUMBERS: Final = {"B": pl.UInt8, "H": pl.UInt16, "h": pl.Int16}

ACTION: Final = pl.Struct(
    {column.name: pl.String if column.text else ENUMS.get(column.name, _NUMBERS[column.code]) for column in COLUMNS}
)
"""One action: the columns of a batch; `screen` is an index into the Screens of its episode, -1 where there is none."""

LABELS: Final = pl.Schema(
    {
        "signal": pl.Enum(Signal),
        "rule": pl.String,
        "confidence": pl.Float64,
        "start": pl.UInt32,
        "end": pl.UInt32,
        "source": pl.Enum(Source),
    }
)
"""One label; a frame of labels has also `episode` (UInt32) in front."""

EPISODES: Final = pl.Schema(
    {
        "id": pl.String,
        "week": pl.String,
        "scope": pl.String,
        "policy": pl.String,
        "basis": pl.String,
        "actions": pl.List(ACTION),
        "screens": pl.List(pl.String),
        "labels": pl.List(pl.Struct(LABELS)),
        "began": pl.UInt16,
        "began_sure": pl.Float32,
        "ended": pl.UInt16,
        "ended_sure": pl.Float32,
        "holes": pl.List(pl.UInt32),
        "family": pl.String,
    }
)
"""A frame of zone `episodes` (docs/formats/episode.md); `screens` are JSON, `began` and `ended` masks of reasons."""


def episodes_of(frame: pl.DataFrame) -> list[Episode]:
    """The Episodes in a frame with the columns of EPISODES (others are ignored), in order, each with its description.

    Raises msgspec.ValidationError where a cell holds what no such frame can.
    """
    if frame.is_empty():
        return []
    screen = msgspec.json.Decoder(Screen).decode
    actions = iter(actions_of(frame["actions"].explode().struct.unnest()))
    counts = frame["actions"].list.len()
    found: list[Episode] = []
    for row, count in zip(frame.drop("actions").iter_rows(named=True), counts, strict=True):
        episode = Episode(
            id=row["id"],
            week=row["week"],
            scope=Scope(row["scope"]),
            policy=row["policy"],
            basis=row["basis"],
            actions=tuple(islice(actions, count)),
            screens=tuple(map(screen, row["screens"])),
            labels=msgspec.convert(row["labels"], tuple[Label, ...]),
            began=boundary_of(row["began"], round(row["began_sure"], 4)),
            ended=boundary_of(row["ended"], round(row["ended_sure"], 4)),
            holes=tuple(row["holes"]),
            family=row["family"],
        )
        found.append(describe(episode))
    return found


def actions_of(frame: pl.DataFrame) -> tuple[Action, ...]:
    """The Actions in the rows of a frame with the columns of ACTION (others are ignored), in order."""
    columns = (frame[column.name].to_list() for column in COLUMNS)
    return msgspec.convert([_fields(*row) for row in zip(*columns, strict=True)], tuple[Action, ...])


def _fields(
    kind: Any, gap: Any, modality: Any, button: Any, key: Any, command: Any, app: Any, category: Any, window: Any,
    has_element: Any, role: Any, label: Any, cls: Any, element_key: Any, node: Any, x: Any, y: Any, width: Any,
    height: Any, slot: Any, value_kind: Any, length: Any, origin: Any, *rest: Any,
) -> list[Any]:  # fmt: skip
    """One row, in the order of COLUMNS, as the fields of an Action."""
    box = None if x == ABSENT else (x, y, width, height)
    element = (role, label, cls, element_key, node, box) if has_element else None
    value = (slot, value_kind, length, origin) if slot else None
    return [kind, gap, modality, button, key, command, app, category, window, element, value, *rest]
