"""Frames: a batch's packed columns as a table, and a table as sealed bytes (docs/formats/objects.md).

No row objects are made: a packed column's bytes are reinterpreted as a Polars column, and its codes as words.
"""
# pyright: reportUnknownMemberType=false
# (Polars' signatures name numpy, which is not installed)

import io
import os
from dataclasses import dataclass
from datetime import date

import msgspec
import polars as pl
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from glasswork.schema.action import Screen
from glasswork.schema.batch import COLUMNS, Column, Packed
from glasswork.schema.words import Scope
from glasswork.vault.errors import Damaged

NONCE = 12
ENUMS: dict[str, pl.Enum] = {column.name: pl.Enum(column.words) for column in COLUMNS if column.words is not None}
"""The type of each column whose codes are words."""

_NUMBERS: dict[str, type[pl.UInt8 | pl.UInt16 | pl.Int16]] = {"B": pl.UInt8, "H": pl.UInt16, "h": pl.Int16}


@dataclass(frozen=True, slots=True)
class Provenance:
    """What every action of a batch has in common: the constant columns of its frame."""

    day: date
    basis: str
    scope: Scope
    policy: str


def frame_of(packed: Packed, number: int, provenance: Provenance) -> pl.DataFrame:
    """The frame of a batch that `schema.batch.unpack` has checked: one row an action.

    Columns: `day` (Date), `basis`, `scope`, `policy` (String), `batch` (UInt32, = `number`), `row` (UInt32), those of
    `schema.batch.COLUMNS` but `screen` (words as Enum, text as String, numbers as they are packed), and `screen_tree`
    (String: the Screen as JSON, null where there is none).
    """
    strings = pl.Series(packed.strings, dtype=pl.String)
    trees = pl.Series([msgspec.json.encode(screen).decode() for screen in packed.screens], dtype=pl.String)
    packed_columns = pl.DataFrame([packed.columns], schema={c.name: pl.Binary for c in COLUMNS}, orient="row")
    screen = pl.col("screen")
    return packed_columns.select(_unpacked(column, packed.rows, strings) for column in COLUMNS).select(
        pl.lit(provenance.day).alias("day"),
        pl.lit(provenance.basis).alias("basis"),
        pl.lit(provenance.scope.value).alias("scope"),
        pl.lit(provenance.policy).alias("policy"),
        pl.lit(number, pl.UInt32).alias("batch"),
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
        pl.exclude("screen"),
        pl.lit(trees).gather(pl.when(screen >= 0).then(screen)).alias("screen_tree"),
    )


def with_current_words(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of actions that an older version stored, with today's Enums: words are only ever appended."""
    return frame.with_columns(pl.col(name).cast(words) for name, words in ENUMS.items())


def screen_of(tree: str) -> Screen:
    """The Screen in a `screen_tree` cell."""
    return msgspec.json.decode(tree, type=Screen)


def seal_frame(frame: pl.DataFrame, key: bytes, bound: bytes) -> bytes:
    """The frame as Parquet (zstd) under AES-256-GCM, with `bound` as associated data: noise, from its first byte."""
    plain = io.BytesIO()
    frame.write_parquet(plain, compression="zstd")
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain.getbuffer(), bound)


def open_frame(data: bytes, key: bytes, bound: bytes) -> pl.DataFrame:
    """The frame in sealed bytes; the inverse of `seal_frame`. Raises Damaged."""
    try:
        plain = AESGCM(key).decrypt(data[:NONCE], memoryview(data)[NONCE:], bound)
    except (InvalidTag, ValueError):
        plain = None
    if plain is None:
        raise Damaged(
            "A stored object does not open with its own key: its bytes were altered, or swapped with another's. "
            "Nothing of it was used. Report it to the security officer."
        )
    return pl.read_parquet(plain)


def _unpacked(column: Column, rows: int, strings: pl.Series) -> pl.Expr:
    """A packed column's codes, or the words or strings that they stand for. One query for all is three times faster
    than a Series for each.
    """
    codes = (
        pl.col(column.name).bin.reinterpret(dtype=pl.Array(_NUMBERS[column.code], rows), endianness="little").explode()
    )
    if column.words is not None:
        return codes.cat.to(ENUMS[column.name])
    return pl.lit(strings).gather(codes).alias(column.name) if column.text else codes
