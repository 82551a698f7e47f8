"""Parquet: the canonical store of a data set, and its reader.

`steps`, `labels` and `screens` are JSON columns (the Arrow type `arrow.json`): as structs, every tool argument that one
row has would appear as a null in all others, and trainers learn those nulls.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false, reportAttributeAccessIssue=false
# (pyarrow has no types)

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
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
IMAGE_ROW_GROUP: Final = 64
_JSON: Final = pa.json_(pa.string())


def write_records(records: Iterable[Record], path: Path) -> None:
    """Write records as canonical Parquet (zstd, row groups of ROW_GROUP), in order, a row group in memory at a time."""
    with _rows(path, _table_of) as put:
        for record in records:
            put(record)


def _table_of(records: Sequence[Record]) -> Any:
    table = frame_of(records).to_arrow(compat_level=pl.CompatLevel.oldest())
    for name in JSON_COLUMNS:
        place = table.schema.get_field_index(name)
        column = table[name].cast(pa.string()).combine_chunks()
        table = table.set_column(place, pa.field(name, _JSON), _JSON.wrap_array(column))
    return table


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


def write_json_rows(rows: Iterable[dict[str, Any]], names: Sequence[str], path: Path) -> None:
    """Write rows as `json_rows` does, with these columns."""
    with json_rows(path, names) as put:
        for row in rows:
            put(row)


def json_rows(path: Path, names: Sequence[str] = ()) -> AbstractContextManager[Callable[[dict[str, Any]], None]]:
    """What takes rows for a Parquet file: a list of JSON objects as list<arrow.json>, anything else as it is.

    The columns are `names`, by default those of the first row.
    """

    def column(rows: Sequence[dict[str, Any]], name: str) -> Any:
        if rows and not isinstance(rows[0][name], list):
            return pa.array([row[name] for row in rows])
        offsets, texts = [0], []
        for row in rows:
            texts += [msgspec.json.encode(item).decode() for item in row[name]]
            offsets.append(len(texts))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), _JSON.wrap_array(pa.array(texts, pa.string())))

    def table_of(rows: Sequence[dict[str, Any]]) -> Any:
        return pa.table({name: column(rows, name) for name in names or rows[0]})

    return _rows(path, table_of)


def image_rows(path: Path) -> AbstractContextManager[Callable[[tuple[dict[str, Any], dict[str, bytes]]], None]]:
    """What takes rows with the PNGs that they may name, by name: `row` is JSON, `images` those that the row names.

    Loaders decode `images` (structs of `bytes` and `path`) into pictures: the schema says so in the words of datasets.
    """
    kinds = {"row": {"_type": "Json"}, "images": {"feature": {"_type": "Image"}, "_type": "List"}}
    said = {"huggingface": msgspec.json.encode({"info": {"features": kinds}})}
    image = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    schema = pa.schema([pa.field("row", _JSON), pa.field("images", pa.list_(image))], said)

    def table_of(rows: Sequence[tuple[dict[str, Any], dict[str, bytes]]]) -> Any:
        texts = [msgspec.json.encode(row).decode() for row, _ in rows]
        shown = [
            [{"bytes": png, "path": name} for name, png in images.items() if f'"{name}"' in text]
            for text, (_, images) in zip(texts, rows, strict=True)
        ]
        return pa.table([_JSON.wrap_array(pa.array(texts, pa.string())), pa.array(shown, schema.types[1])], schema)

    return _rows(path, table_of, IMAGE_ROW_GROUP)


@contextmanager
def _rows(
    path: Path, table_of: Callable[[Sequence[Any]], Any], at_once: int = ROW_GROUP
) -> Generator[Callable[[Any], None]]:
    """What takes rows and writes so many `at_once`; `table_of` makes their table. Without any, one of no rows."""
    waiting: list[Any] = []
    with ExitStack() as stack:

        @cache
        def writer(schema: Any) -> Any:
            return stack.enter_context(pq.ParquetWriter(path, schema, compression="zstd"))

        def write() -> None:
            table = table_of(waiting)
            writer(table.schema).write_table(table, row_group_size=at_once)
            waiting.clear()

        def put(row: Any) -> None:
            waiting.append(row)
            if len(waiting) == at_once:
                write()

        yield put
        if waiting or not path.exists():
            write()
