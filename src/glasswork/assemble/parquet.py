"""Parquet: the canonical store of a data set, and its reader.

`steps`, `labels` and `screens` are JSON columns (the Arrow type `arrow.json`): as structs, every tool argument that one
row has would appear as a null in all others, and trainers learn those nulls.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false, reportAttributeAccessIssue=false
# (pyarrow has no types)

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from glasswork.assemble.record import COLUMNS, Record, frame_of, records_of
from glasswork.schema.errors import FormatError

JSON_COLUMNS: Final = ("steps", "labels", "screens")
ROW_GROUP: Final = 2_000
_JSON: Final = pa.json_(pa.string())


def write_records(records: Iterable[Record], path: Path) -> None:
    """Write records as canonical Parquet (zstd, row groups of ROW_GROUP), in order."""
    table = frame_of(records).to_arrow(compat_level=pl.CompatLevel.oldest())
    for name in JSON_COLUMNS:
        place = table.schema.get_field_index(name)
        column = table[name].cast(pa.string()).combine_chunks()
        table = table.set_column(place, pa.field(name, _JSON), _JSON.wrap_array(column))
    pq.write_table(table, path, compression="zstd", row_group_size=ROW_GROUP)


def read_records(path: Path) -> list[Record]:
    """Read what `write_records` wrote. Raises FormatError for anything else."""
    try:
        table = pq.read_table(path)
        if table.column_names != list(COLUMNS):
            raise ValueError
        plain = {name: table[name].cast(pa.string()) if name in JSON_COLUMNS else table[name] for name in COLUMNS}
        return records_of(pl.DataFrame(pl.from_arrow(pa.table(plain)), schema=COLUMNS))
    except (OSError, ValueError, TypeError, msgspec.DecodeError, pa.ArrowException, pl.exceptions.PolarsError):
        raise FormatError(
            f"{path.name} is not the Parquet of a Glasswork data set, or it is damaged. Nothing of it was used. "
            "Get the release again and check it with `glasswork verify release`."
        ) from None


def write_json_rows(rows: Sequence[dict[str, list[dict[str, Any]]]], names: Sequence[str], path: Path) -> None:
    """Write rows whose values are lists of JSON objects as Parquet columns of type list<arrow.json>."""

    def column(name: str) -> Any:
        offsets, texts = [0], []
        for row in rows:
            texts += [msgspec.json.encode(item).decode() for item in row[name]]
            offsets.append(len(texts))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), _JSON.wrap_array(pa.array(texts, pa.string())))

    table = pa.table({name: column(name) for name in names})
    pq.write_table(table, path, compression="zstd", row_group_size=ROW_GROUP)
