"""Event logs as CSV, one row an event, with columns of any name: `time`, `app` and what else there is of them.

Which column is which is said by whoever imports the log; without that, columns of these very names are. No other column
is ever looked at, except to tell whether a row is the same as the one before.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from glasswork.device.capture.recordings import log_events, tables
from glasswork.device.capture.recordings.files import LOOKED_AT
from glasswork.device.capture.recordings.log_order import LONGEST_CELL, Row
from glasswork.device.capture.recordings.notes import Note
from glasswork.device.capture.recordings.times import reader_of
from glasswork.schema.raw import RawEvent

TOLD: Final = ("time", "app", "action", "element", "case")
"""What a column may tell."""

NEEDED: Final = frozenset(("time", "app"))

OWN_NAMES: Final = {told: told for told in TOLD}


def recognises(path: Path, columns: Mapping[str, str] = OWN_NAMES) -> bool:
    """Whether the first row names the columns of a log, and one of the next can be read."""
    return any(row is not None for row in islice(_rows(path, columns), LOOKED_AT))


def events(path: Path, columns: Mapping[str, str] = OWN_NAMES) -> Iterator[RawEvent | Note | None]:
    """The raw events of the file and the notes of its rows, as `log_events.events` has them.

    Raises RecordingMissing where the file cannot be read.
    """
    first = [row.time for row in islice(_rows(path, columns), LOOKED_AT) if row is not None]
    yield from log_events.events(_rows(path, columns), reader_of(first))


def _rows(path: Path, columns: Mapping[str, str]) -> Iterator[Row | None]:
    """Each row; None for one that cannot be read."""
    for row in tables.rows(path, lambda header: _places(header, columns)):
        if row is None:
            yield None
            continue
        places, cells = row
        told = {name: cells[place].strip()[:LONGEST_CELL] for name, place in places.items() if place < len(cells)}
        time, app, action, element, case = (told.get(name, "") for name in TOLD)
        yield Row(time, app, action, element, case, hash(tuple(cells)))


def _places(header: Sequence[str], columns: Mapping[str, str]) -> dict[str, int] | None:
    """Where in a row each thing is told; None where a column that was named, or is needed, is not there."""
    names = [name.strip().strip("\ufeff").casefold() for name in header[:1000]]
    places = {told: names.index(name) for told in columns if (name := columns[told].strip().casefold()) in names}
    asked = NEEDED if columns is OWN_NAMES else NEEDED | columns.keys()
    return places if places.keys() >= asked else None
