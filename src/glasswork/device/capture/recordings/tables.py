"""Tables of text: CSV by whatever separates it, with whatever encoding and quotes, as a stream of rows."""

import csv
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Final, TypeVar

from glasswork.device.capture.recordings.files import opened

Columns = TypeVar("Columns")

SEPARATORS: Final = (",", ";", "\t")
LONGEST_ROW: Final = 1 << 20
"""Characters of the longest line that is read at once."""


def rows(
    path: Path, columns_of: Callable[[Sequence[str]], Columns | None]
) -> Iterator[tuple[Columns, list[str]] | None]:
    """What `columns_of` makes of the first row, with the cells of each other row; None for a row that is none.

    Nothing where `columns_of` makes nothing of the first row. Raises what `opened` raises.
    """
    with opened(path) as file:
        mark = file.peek(2)[:2]
        encoding = "utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        text = TextIOWrapper(file, encoding, "replace", newline="")
        columns, separator = _header(text.readline(LONGEST_ROW), columns_of)
        if not columns:
            return
        reader = csv.reader(iter(lambda: text.readline(LONGEST_ROW), ""), delimiter=separator)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield None
                continue
            if cells:
                yield columns, cells


def _header(line: str, columns_of: Callable[[Sequence[str]], Columns | None]) -> tuple[Columns | None, str]:
    """What the first row is, and what separates it."""
    for separator in SEPARATORS:
        try:
            columns = columns_of(next(csv.reader([line], delimiter=separator), list[str]()))
        except csv.Error:
            continue
        if columns:
            return columns, separator
    return None, ""
