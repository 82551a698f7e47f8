"""UI logs of robotic process automation: a CSV file, one row an event (Action Logger, smartRPA, and logs made of them).

Separated by commas, semicolons or tabs; with or without quotes, a mark of its encoding, a column for the case; empty
cells may say `NA`. Values are read in memory to tell what was typed (`editField` says what the field holds then). A
copy, a paste and other commands that the log calls by name are told as their shortcut, whatever way they were given.
Only the columns in `uilog_words.COLUMNS` are looked at: user, case, page titles, HTML and attributes never are.
"""

from collections.abc import Iterator
from itertools import islice
from math import inf, isfinite
from pathlib import Path
from typing import Final

from glasswork.device.capture.recordings import roles, tables
from glasswork.device.capture.recordings.entries import Entries, click, control, shortcut
from glasswork.device.capture.recordings.files import LOOKED_AT, unreadable
from glasswork.device.capture.recordings.html_roles import role_of
from glasswork.device.capture.recordings.places import Windows, page_of
from glasswork.device.capture.recordings.times import seconds
from glasswork.device.capture.recordings.uilog_words import (
    NOTHING,
    SHORTCUTS,
    Means,
    columns_of,
    means,
    role_named,
)
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Button, Role

_CLIPBOARD: Final = "clipboard"
_WRITTEN_INTO: Final = (roles.EDITABLE | {Role.GRIDCELL}) - {Role.COMBOBOX}
_CLICKS: Final = {
    Means.CLICK: (Button.LEFT, 1),
    Means.DOUBLE_CLICK: (Button.LEFT, 2),
    Means.RIGHT_CLICK: (Button.RIGHT, 1),
}


def recognises(path: Path) -> bool:
    """Whether the first row names the columns of a log, and one of the next is an event."""
    return any(row is not None for row in islice(_rows(path), LOOKED_AT))


def events(path: Path) -> Iterator[RawEvent | None]:
    """The raw events of the file; None for a row that tells nothing, LOST for one that cannot be read.

    Raises RecordingMissing where the file cannot be read.
    """
    log = _Log()
    for row in _rows(path):
        if row is None:
            yield unreadable(log.time)
        else:
            told = log.feed(row)
            yield next(told, None)
            yield from told


Row = dict[str, str]


def _rows(path: Path) -> Iterator[Row | None]:
    """Each row by what its cells tell; None for one without a time or event. Nothing where the file is no log."""
    for found in tables.rows(path, columns_of):
        if found is None:
            yield None
            continue
        columns, cells = found
        row = {told: _cell(cells, places) for told, places in columns.items()}
        yield row if row["event"] and row["time"] else None


def _cell(cells: list[str], places: list[int]) -> str:
    """The first of these cells that is not empty."""
    told = (cells[place].strip() for place in places if place < len(cells))
    return next((cell for cell in told if cell.casefold() not in NOTHING), "")


class _Log:
    """What is in front and what the fields hold, row by row."""

    def __init__(self) -> None:
        self.time = 0.0
        self._windows = Windows()
        self._fields = Windows()
        self._entries = Entries()
        self._front = ""
        self._pasted = ""  # the field that was pasted into by the row before

    def feed(self, row: Row) -> Iterator[RawEvent]:
        """What a row tells."""
        stated = seconds(row["time"])
        self.time = self.time if stated is None else stated
        meaning = means(row["event"])
        if _CLIPBOARD in row["app"].casefold():  # the system's clipboard, whatever is in front
            if meaning in (Means.COPY, Means.CUT):
                yield RawEvent(RawKind.COPY, self.time)
            return
        yield from self._in_front(row)
        if meaning in (Means.NOTHING, Means.FRONT):
            return
        pasted, self._pasted = self._pasted, ""
        role = role_of(row.get("tag", ""), {"type": row.get("type", ""), "href": ""})
        role = role if role is not Role.NONE else role_named(row["event"])
        editable = role in _WRITTEN_INTO
        field = self._field(row)
        secret = _is_secret(row)
        yield RawEvent(
            RawKind.ELEMENT,
            self.time,
            role=role,
            label=row.get("text") or (row.get("value", "") if role is Role.BUTTON else ""),
            field=field,
            editable=editable,
            secret=editable and secret,
        )
        match meaning:
            case Means.EDIT if role in _WRITTEN_INTO or role is Role.NONE:
                yield from self._edited(row, field, pasted == field, secret)
            case Means.EDIT | Means.CHOOSE:
                yield RawEvent(RawKind.CHOOSE, self.time, text=row.get("option") or row.get("value", ""))
            case Means.SUBMIT:
                yield RawEvent(RawKind.SUBMIT, self.time)
            case Means.HOTKEY:
                names = (row.get("hotkey") or row.get("id", "")).replace("-", "+").split("+")
                yield shortcut([name for name in names if name.strip()] or [""], self.time)
            case Means.CLICK | Means.DOUBLE_CLICK | Means.RIGHT_CLICK:
                if editable:
                    self._entries.known(field, row.get("value", ""))
                button, times = _CLICKS[meaning]
                yield from click(self.time, self._place(row.get("place", ""), field), button, times)
            case _:
                if meaning is Means.PASTE:
                    self._entries.known(field, self._entries.value(field) + row.get("content", ""))
                    self._pasted = field
                yield control(SHORTCUTS[meaning], self.time)

    def _in_front(self, row: Row) -> Iterator[RawEvent]:
        host, page = page_of(row.get("url", ""))
        app = row["app"]
        place = f"{app}|{page or row.get('book', '')}"
        if app and place != self._front:
            self._front = place
            window = self._windows.number(f"{app}|" if page else place)  # a page is in the one window of its browser
            yield RawEvent(RawKind.FOCUS, self.time, app=app, window=window, site=host, field=page)

    def _field(self, row: Row) -> str:
        names = ("id", "name", "path", "sheet", "cell", "row", "tag", "text")
        return " ".join((self._front, *(row.get(name, "") for name in names)))

    def _place(self, written: str, field: str) -> tuple[float, float]:
        """Where a click was; without a place, one for each field, so that two of them are not one double click."""
        x, _, y = written.strip("()[] ").partition(",")
        try:
            at = float(x), float(y)
        except ValueError:
            at = inf, inf
        return at if isfinite(at[0] + at[1]) else (20.0 * self._fields.number(field), 0.0)

    def _edited(self, row: Row, field: str, pasted: bool, secret: bool) -> Iterator[RawEvent]:
        """What was typed, unless it is what was pasted just before (which a form may have rewritten)."""
        value = row.get("value") or row.get("content", "")
        if pasted and self._entries.value(field) not in value:
            self._entries.known(field, value)
        else:
            yield from self._entries.typed(field, value, self.time, secret=secret)


def _is_secret(row: Row) -> bool:
    names = [name for name in (row.get("text"), row.get("name"), row.get("id")) if name]
    return roles.named_secret(*names, field_type=row.get("type", ""))
