"""The words of RPA UI logs: what their columns and events are called, in the dialects that are known.

Action Logger (Leno et al.): `timeStamp, targetApp, eventType, url, content, target.id, target.tagName, …`.
smartRPA: `timestamp, application, event_type, clipboard_content, browser_url, tag_category, tag_type, tag_value, …`.
A segmented log: `caseID, eventType, timeStamp, source, Sheet, FileName, Url, Label, Value, Column, Row`.
"""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Final

from glasswork.schema.words import Role

COLUMNS: Final = {
    "application": "app",
    "browser_url": "url",
    "cell_content": "value",
    "cell_range": "cell",
    "clipboard_content": "content",
    "column": "cell",
    "content": "content",
    "current_worksheet": "sheet",
    "event_type": "event",
    "eventtype": "event",
    "filename": "book",
    "hotkey": "hotkey",
    "id": "id",
    "innertext": "text",
    "label": "text",
    "mouse_coord": "place",
    "name": "name",
    "option": "option",
    "row": "row",
    "sheet": "sheet",
    "sheetname": "sheet",
    "source": "app",
    "tag_category": "tag",
    "tag_innertext": "text",
    "tag_name": "name",
    "tag_option": "option",
    "tag_type": "type",
    "tag_value": "value",
    "tagname": "tag",
    "targetapp": "app",
    "time": "time",
    "timestamp": "time",
    "type": "type",
    "url": "url",
    "value": "value",
    "workbook": "book",
    "workbookname": "book",
    "xpath": "path",
}
"""Column (in small letters, without `target.`) to what it tells. No other column is ever looked at: those name users,
cases, files, windows and pages, or hold the page's own text."""

NEEDED: Final = frozenset(("time", "event", "app"))
NOTHING: Final = frozenset(("", "na", "n/a", "nan", "null", "none", "undefined"))
"""What stands in an empty cell."""


class Means(Enum):
    """What an event of a log is."""

    NOTHING = auto()
    CLICK = auto()
    DOUBLE_CLICK = auto()
    RIGHT_CLICK = auto()
    EDIT = auto()
    CHOOSE = auto()
    SUBMIT = auto()
    COPY = auto()
    CUT = auto()
    PASTE = auto()
    UNDO = auto()
    REDO = auto()
    SAVE = auto()
    PRINT = auto()
    HOTKEY = auto()
    FRONT = auto()


SHORTCUTS: Final = {
    Means.COPY: "c",
    Means.CUT: "x",
    Means.PASTE: "v",
    Means.UNDO: "z",
    Means.REDO: "y",
    Means.SAVE: "s",
    Means.PRINT: "p",
}
"""Commands that a log calls by name, and the letter of the shortcut that they are told as."""

_EVENTS: Final = {
    "changefield": Means.EDIT,
    "contextmenu": Means.RIGHT_CLICK,
    "copy": Means.COPY,
    "createnewtab": Means.FRONT,
    "cut": Means.CUT,
    "gotourl": Means.FRONT,
    "hotkey": Means.HOTKEY,
    "insertvalue": Means.EDIT,
    "link": Means.FRONT,
    "mouseclick": Means.CLICK,
    "navigate": Means.FRONT,
    "navigateto": Means.FRONT,
    "newtab": Means.FRONT,
    "openfile": Means.FRONT,
    "openfolder": Means.FRONT,
    "openwindow": Means.FRONT,
    "paste": Means.PASTE,
    "print": Means.PRINT,
    "programopen": Means.FRONT,
    "redo": Means.REDO,
    "reload": Means.FRONT,
    "selectoption": Means.CHOOSE,
    "selectoptions": Means.CHOOSE,
    "selecttab": Means.FRONT,
    "selectworksheet": Means.FRONT,
    "startpage": Means.FRONT,
    "submit": Means.SUBMIT,
    "typed": Means.FRONT,
    "undo": Means.UNDO,
    "urlhashchange": Means.FRONT,
}

_STARTS: Final = (
    ("doubleclick", Means.DOUBLE_CLICK),
    ("rightclick", Means.RIGHT_CLICK),
    ("click", Means.CLICK),
    ("copy", Means.COPY),
    ("cut", Means.CUT),
    ("edit", Means.EDIT),
    ("getcell", Means.CLICK),
    ("getrange", Means.CLICK),
    ("navigate", Means.FRONT),
    ("openworkbook", Means.FRONT),
    ("opennewworkbook", Means.FRONT),
    ("newworkbook", Means.FRONT),
    ("activateworkbook", Means.FRONT),
    ("paste", Means.PASTE),
    ("save", Means.SAVE),
    ("submit", Means.SUBMIT),
)  # fmt: skip

_ROLES: Final = (
    ("button", Role.BUTTON),
    ("link", Role.LINK),
    ("checkbox", Role.CHECKBOX),
    ("radio", Role.RADIO),
    ("textfield", Role.TEXTBOX),
    ("field", Role.TEXTBOX),
    ("insertvalue", Role.TEXTBOX),
    ("option", Role.COMBOBOX),
    ("cell", Role.GRIDCELL),
    ("range", Role.GRIDCELL),
)


def _plain(event: str) -> str:
    return event.casefold().replace("_", "").replace("-", "").replace(" ", "")


def means(event: str) -> Means:
    """What an event of this name is; `NOTHING` for one that does not tell of anything a person did there."""
    plain = _plain(event)
    return _EVENTS.get(plain) or next((what for start, what in _STARTS if plain.startswith(start)), Means.NOTHING)


def role_named(event: str) -> Role:
    """The role that an event's name gives to what it is aimed at (`clickButton`)."""
    plain = _plain(event)
    return next((role for word, role in _ROLES if word in plain), Role.NONE)


def columns_of(header: Sequence[str]) -> dict[str, list[int]]:
    """Where in a row each thing is told, by the first row, which may name several columns of one; empty where that is
    no log's.
    """
    found: dict[str, list[int]] = {}
    for index, name in enumerate(header[:1000]):
        told = COLUMNS.get(name.strip().strip("\ufeff").casefold().removeprefix("target."))
        if told is not None:
            found.setdefault(told, []).append(index)
    return found if found.keys() >= NEEDED else {}
