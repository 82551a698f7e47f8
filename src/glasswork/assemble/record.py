"""Record: an Example with where it comes from, as it lies in the zone `datasets` and in a release."""

import hashlib
from collections.abc import Iterable
from typing import Final

import msgspec
import polars as pl
import rfc8785

from glasswork.schema.action import Screen
from glasswork.schema.episode import Example, Label, Step
from glasswork.schema.words import Preference, Scope

TRAIN: Final = "train"


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of a data set.

    `apps` are the programs of the episode (ids of the policy, or categories), sorted; `suppressed` counts the markers
    of what the recorder left out; `policy` is the hash of the bundle that it was recorded under, `basis` what an import
    stated. `split` is the part of the data set that it belongs to.
    """

    example: Example
    apps: tuple[str, ...]
    suppressed: int
    scope: Scope
    policy: str
    basis: str
    split: str = TRAIN


COLUMNS: Final = pl.Schema(
    {
        "id": pl.String,
        "week": pl.String,
        "goal": pl.String,
        "outcome": pl.String,
        "steps": pl.String,
        "labels": pl.String,
        "screens": pl.String,
        "family": pl.String,
        "preferred": pl.String,
        "split": pl.String,
        "apps": pl.List(pl.String),
        "suppressed": pl.UInt32,
        "scope": pl.String,
        "policy": pl.String,
        "basis": pl.String,
    }
)
"""The columns of a Record; `steps`, `labels` and `screens` are JSON."""


def frame_of(records: Iterable[Record]) -> pl.DataFrame:
    """Records as a frame with COLUMNS, one a row, in order."""
    encode = msgspec.json.Encoder().encode
    rows = [
        (
            *(record.example.id, record.example.week, record.example.goal, record.example.outcome),
            encode(record.example.steps).decode(),
            encode(record.example.labels).decode(),
            encode(record.example.screens).decode(),
            *(record.example.family, record.example.preferred, record.split),
            list(record.apps),
            record.suppressed,
            *(record.scope, record.policy, record.basis),
        )
        for record in records
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def records_of(frame: pl.DataFrame) -> list[Record]:
    """The Records in a frame with COLUMNS (others are ignored); the inverse of `frame_of`."""
    steps = msgspec.json.Decoder(tuple[Step, ...])
    labels = msgspec.json.Decoder(tuple[Label, ...])
    screens = msgspec.json.Decoder(tuple[Screen, ...])
    return [
        Record(
            example=Example(
                id=row["id"],
                goal=row["goal"],
                steps=steps.decode(row["steps"]),
                outcome=row["outcome"],
                week=row["week"],
                labels=labels.decode(row["labels"]),
                family=row["family"],
                preferred=Preference(row["preferred"]),
                screens=screens.decode(row["screens"]),
            ),
            split=row["split"],
            apps=tuple(row["apps"]),
            suppressed=row["suppressed"],
            scope=Scope(row["scope"]),
            policy=row["policy"],
            basis=row["basis"],
        )
        for row in frame.iter_rows(named=True)
    ]


def content_hash(records: Iterable[Record]) -> str:
    """SHA-256 (hex) of what the records say, whatever their ids and order.

    So the hash that the attacks and the board saw can be found again in a release, whose ids and order are random:
    SHA-256 over `glasswork-dataset-v1\\n` and the sorted SHA-256 of each record as RFC 8785 JSON with an empty id.
    """
    digests = sorted(
        hashlib.sha256(rfc8785.dumps(msgspec.to_builtins(with_id(record, "")))).digest() for record in records
    )
    return hashlib.sha256(b"glasswork-dataset-v1\n" + b"".join(digests)).hexdigest()


def with_id(record: Record, new: str) -> Record:
    """The record under another id."""
    return msgspec.structs.replace(record, example=msgspec.structs.replace(record.example, id=new))
