"""openadapt-capture (and OpenAdapt before it): a SQLite database, of which three tables are read.

    action_event   move, click (twice: pressed and not), scroll, press, release; what was aimed at, where it is told
    window_event   the title and place of the window in front
    recording      only the platform, which says what a keycode means

Opened read-only and as immutable, so nothing beside it is written; what still waits in a `-wal` file is not seen.
Databases of older versions lack columns: those that are there are asked for. Often keys are bare keycodes: those
that write nothing are named by X11's fixed numbers, and any other may have written something, so it is a character
that is not known. Screenshots, sound, task descriptions, browser messages and settings are never selected.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from heapq import merge
from math import inf
from pathlib import Path
from typing import Any, Final

import msgspec

from glasswork.device.capture.recordings import roles
from glasswork.device.capture.recordings.ducktrack import BUTTONS
from glasswork.device.capture.recordings.errors import RecordingMissing
from glasswork.device.capture.recordings.files import attempt, unreadable
from glasswork.device.capture.recordings.places import Edges, Windows, box_of
from glasswork.device.capture.recordings.pynput_keys import MACOS, WINDOWS, Keyboard, key_of
from glasswork.device.capture.recordings.times import seconds
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Button, Role

LONGEST_TEXT: Final = 1 << 20
"""Bytes of the longest value that SQLite hands out; a row with a longer one is not read."""

_MAGIC: Final = b"SQLite format 3\x00"
_DAMAGED: Final = (sqlite3.Error, UnicodeDecodeError)  # the second where SQLite's own message cannot be decoded
_ACTION: Final = (
    "timestamp", "name", "mouse_x", "mouse_y", "mouse_dx", "mouse_dy", "mouse_button_name", "mouse_pressed", "key_name",
    "key_char", "key_vk", "structural_observation", "disabled",
)  # fmt: skip
_WINDOW: Final = ("timestamp", "title", "left", "top", "width", "height", "window_id")
_SYSTEMS: Final = {"darwin": MACOS, "win32": WINDOWS}

_X11_KEYS: Final[dict[str, str]] = {
    "9": "escape", "22": "backspace", "23": "tab", "36": "enter", "37": "control", "50": "shift", "62": "shift",
    "64": "alt", "65": "space", "66": "caps_lock", "77": "other", "104": "enter", "105": "control", "108": "alt",
    "110": "home", "111": "up", "112": "page_up", "113": "left", "114": "right", "115": "end", "116": "down",
    "117": "page_down", "118": "insert", "119": "delete", "133": "super", "134": "super", "135": "menu",
    **{str(66 + n): f"f{n}" for n in range(1, 11)}, "95": "f11", "96": "f12",
}  # fmt: skip
"""X11 keycodes (evdev) of the keys that every layout has in the same place; none of them writes a letter."""

_ATSPI: Final = {
    **{role.value: role for role in Role},
    "entry": Role.TEXTBOX,
    "label": Role.TEXT,
    "pagetab": Role.TAB,
    "passwordtext": Role.TEXTBOX,
    "pushbutton": Role.BUTTON,
    "radiobutton": Role.RADIO,
    "spinbutton": Role.SPINBUTTON,
    "togglebutton": Role.BUTTON,
}
"""The names of AT-SPI's roles that are not those of ARIA, without spaces."""


class _Element(msgspec.Struct):
    role: str | None = None
    control_type: str | None = None
    name: str | None = None
    bounds: Edges | None = None


class _Process(msgspec.Struct):
    process_name: str | None = None


class _Observation(msgspec.Struct):
    """What the accessibility interface said of the element that an action is aimed at."""

    element: _Element
    process: _Process | None = None


_OBSERVATION: Final = msgspec.json.Decoder(_Observation)
Row = dict[str, Any]


def recognises(path: Path) -> bool:
    """Whether the file is a SQLite database with a table of actions."""
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                return False
        with closing(_open(path)) as database:
            return {"name", "timestamp"} <= set(_columns(database, "action_event", _ACTION))
    except (OSError, *_DAMAGED):
        return False


def events(path: Path) -> Iterator[RawEvent | None]:
    """Windows and actions by time; None for an action that was disabled, LOST for a row that says none.

    Raises RecordingMissing where the file cannot be opened.
    """
    try:
        with closing(_open(path)) as database:
            platform = next((row["platform"] for row in _rows(database, "recording", ("platform",)) if row), "")
            windows = Windows()
            sources = (
                _windows(database, windows),
                _actions(database, windows, _SYSTEMS.get(str(platform), "")),
            )
            for _, event in merge(*sources, key=lambda item: item[0]):
                yield event
    except (OSError, *_DAMAGED):
        raise RecordingMissing(
            "The database of the recording cannot be opened. Nothing of it was imported. Check that the file "
            "exists, is whole, and that you may read it."
        ) from None


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_TEXT)
    database.text_factory = lambda data: data.decode("utf-8", "replace")  # pyright: ignore[reportUnknownLambdaType, reportUnknownMemberType]
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA temp_store = MEMORY")  # nothing of a recording is written, not even by SQLite
    return database


def _columns(database: sqlite3.Connection, table: str, wanted: Sequence[str]) -> list[str]:
    """Those of the wanted columns that the table has; none where it is no plain table."""
    made = database.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
    if made is None or not str(made[0]).upper().startswith("CREATE TABLE"):  # a view or virtual table runs its own code
        return []
    there = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
    return [name for name in wanted if name in there]


def _rows(database: sqlite3.Connection, table: str, wanted: Sequence[str]) -> Iterator[Row | None]:
    """The rows of a table in the order of their numbers, None for one that cannot be read."""
    columns = _columns(database, table, wanted)
    if not columns:
        return
    one = f"SELECT {', '.join(columns)} FROM {table} WHERE rowid = ?"  # column names are those of `wanted`
    last = -inf
    try:
        for (number,) in database.execute(f"SELECT rowid FROM {table} ORDER BY rowid"):
            if number <= last:  # a damaged table can lead back into itself, and has no end then
                yield None
                return
            last = number
            try:
                yield dict(zip(columns, database.execute(one, (number,)).fetchone(), strict=True))
            except (*_DAMAGED, TypeError):
                yield None
    except _DAMAGED:
        yield None


Told = tuple[float, RawEvent | None]


def _windows(database: sqlite3.Connection, windows: Windows) -> Iterator[Told]:
    time = 0.0
    for row in _rows(database, "window_event", _WINDOW):
        stated = seconds(row["timestamp"]) if row and "timestamp" in row else None
        if row is None or stated is None:
            yield time, unreadable(time)
            continue
        time = stated
        left, top, width, height = (_number(row.get(name)) for name in ("left", "top", "width", "height"))
        number = windows.number(f"window {row.get('window_id')}")
        box = box_of(left, top, width, height)
        yield time, RawEvent(RawKind.FOCUS, time, title=_text(row.get("title")), window=number, window_box=box)


def _actions(database: sqlite3.Connection, windows: Windows, system: str) -> Iterator[Told]:
    keyboard = Keyboard(system)
    time = 0.0
    program = ""
    for row in _rows(database, "action_event", _ACTION):
        stated = seconds(row["timestamp"]) if row else None
        if row is None or stated is None:
            yield time, unreadable(time)
            continue
        time = stated
        if row.get("disabled"):
            yield time, None
            continue
        event = _action(row, time, keyboard, system)
        if event is None:
            yield time, unreadable(time)
            continue
        if event.kind in (RawKind.PRESS, RawKind.KEY_DOWN, RawKind.SCROLL):
            seen = attempt(_text(row.get("structural_observation")).encode(), _OBSERVATION)
            named = (seen.process.process_name if seen and seen.process else None) or program
            if named != program:
                program = named
                yield time, RawEvent(RawKind.FOCUS, time, app=named, window=windows.number(f"program {named}"))
            if seen is not None:
                yield time, _element(seen.element, time)
        yield time, event


def _action(row: Row, time: float, keyboard: Keyboard, system: str) -> RawEvent | None:
    x, y = _number(row.get("mouse_x")), _number(row.get("mouse_y"))
    match row["name"]:
        case "move":
            return RawEvent(RawKind.MOVE, time, x=x, y=y)
        case "click" if row.get("mouse_pressed") in (0, 1):
            kind = RawKind.PRESS if row["mouse_pressed"] else RawKind.RELEASE
            return RawEvent(kind, time, x=x, y=y, button=BUTTONS.get(_text(row.get("mouse_button_name")), Button.NONE))
        case "scroll":
            dx, dy = _number(row.get("mouse_dx")), _number(row.get("mouse_dy"))
            return RawEvent(RawKind.SCROLL, time, x=x, y=y, dx=dx, dy=-dy)
        case "press":
            name, key, text = _key(row, system)
            keyboard.press(name, key)
            held = keyboard.modifiers(key)
            return RawEvent(RawKind.KEY_DOWN, time, key=key, text=text, modifiers=held, secret=False)
        case "release":
            name, key, _ = _key(row, system)
            keyboard.release(name, key)
            return RawEvent(RawKind.KEY_UP, time, key=key, secret=False)
        case _:
            return None


def _key(row: Row, system: str) -> tuple[str, str, str]:
    """The name of a key for the keyboard, its canonical key and its text."""
    name, character, code = (_text(row.get(column)) for column in ("key_name", "key_char", "key_vk"))
    if len(character) == 1:
        return character, *key_of(character, system)
    if name and not name.startswith("keycode_"):
        return name, *key_of(name, system)
    if system == WINDOWS and code:
        return f"<{code}>", *key_of(f"<{code}>", system)
    known = "" if system else _X11_KEYS.get(code or name.removeprefix("keycode_"), "")
    return known or code, known or "char", " " if known == "space" else ""


def _element(element: _Element, time: float) -> RawEvent:
    kind, told = element.control_type or "", element.role or ""
    named = told.casefold().replace(" ", "").replace("_", "")
    found = (roles.aria(kind, told), roles.aria(f"{kind}Control"), _ATSPI.get(named, Role.NONE))
    role = next((role for role in found if role is not Role.NONE), Role.NONE)
    label = element.name or ""
    editable = role in roles.EDITABLE
    return RawEvent(
        RawKind.ELEMENT,
        time,
        role=role,
        label=label,
        box=element.bounds.box() if element.bounds else None,
        editable=editable,
        secret="password" in named or "secure" in named or (editable and roles.named_secret(label)),
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ("" if value is None else str(value)[:64])
