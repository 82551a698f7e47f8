"""Rows: frames of the vault's zones as the words of the schema, and back."""

from collections.abc import Iterable
from typing import Any

import msgspec
import polars as pl

from glasswork.schema.action import Action, Screen
from glasswork.schema.batch import ABSENT
from glasswork.schema.episode import Episode


def actions_of(frame: pl.DataFrame) -> tuple[tuple[Action, ...], tuple[Screen, ...]]:
    """The Actions in the rows of a frame of zone `actions`, in order, and the Screens they refer to, each once."""
    trees: dict[str, int] = {}
    rows: list[list[Any]] = []
    for row in frame.iter_rows(named=True):
        tree = row["screen_tree"]
        box = None if row["box_x"] == ABSENT else [row[f"box_{side}"] for side in ("x", "y", "width", "height")]
        element = [row["role"], row["label"], row["element_class"], row["element_key"], row["node"], box]
        value = [row["slot"], row["value_kind"], row["length"], row["origin"]]
        rows.append(
            [
                *(row[name] for name in ("kind", "gap", "modality", "button", "key", "command", "app", "category")),
                row["window"],
                element if row["has_element"] else None,
                value if row["slot"] else None,
                *(row[name] for name in ("erased", "pace", "effect", "direction", "amount", "reason", "task")),
                -1 if tree is None else trees.setdefault(tree, len(trees)),
                row["preferred"],
            ]
        )
    screens = tuple(msgspec.json.decode(tree, type=Screen) for tree in trees)
    return msgspec.convert(rows, tuple[Action, ...]), screens


EPISODES: pl.Schema = pl.Schema({"id": pl.String, "actions": pl.UInt32, "episode": pl.String})
"""A frame of zone `episodes`: the Episode as JSON, its random id, and how many actions (markers included) it has."""


def frame_of(episodes: Iterable[Episode]) -> pl.DataFrame:
    """Episodes as a frame of zone `episodes`, one a row."""
    encode = msgspec.json.Encoder().encode
    rows = [(episode.id, len(episode.actions), encode(episode).decode()) for episode in episodes]
    return pl.DataFrame(rows, schema=EPISODES, orient="row")


def episodes_of(frame: pl.DataFrame) -> list[Episode]:
    """The Episodes in a frame of zone `episodes`; the inverse of `frame_of`."""
    decode = msgspec.json.Decoder(Episode).decode
    return [decode(text) for text in frame["episode"]]
