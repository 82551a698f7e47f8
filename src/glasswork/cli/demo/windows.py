"""Where things are: the windows of the demo's desktop, and the places in them that the worker clicks.

The window manager is told to put each window where this file says, without a frame, so a place is found by adding
two numbers. Pages lay themselves out, so a place in a page is asked of the page (see `server.py`); its box here
is where it was when last seen, for the written recording.
"""

from dataclasses import dataclass

Box = tuple[int, int, int, int]
"""Left, top, width, height in pixels."""


@dataclass(frozen=True)
class Window:
    """A window that the worker works in: of a program, with a title (regular expression), at a fixed box."""

    program: str
    title: str
    box: Box


@dataclass(frozen=True)
class Place:
    """Something to click: `control` is its UI Automation control type, `box` is relative to its window.

    `page` is `"page name#element id"` for a place in a page, and empty elsewhere.
    """

    window: Window
    control: str
    label: str
    box: Box
    page: str = ""


EDITOR = Window("mousepad", r" - Mousepad$", (40, 40, 640, 460))
SAVE_AS = Window("mousepad", r"^Save As$", (120, 90, 700, 480))
TERMINAL = Window("xterm", r"^Terminal$", (200, 160, 720, 420))
FILES = Window("pcmanfm", r"^Counts$", (300, 120, 720, 460))
RENAME = Window("pcmanfm", r"^Rename File$", (420, 240, 380, 140))
NEW_FOLDER = Window("pcmanfm", r"^Creat", (420, 240, 380, 140))
BROWSER = Window("chromium", r" - Chromium$", (60, 20, 1100, 760))

TEXT = Place(EDITOR, "Document", "", (12, 90, 420, 300))
FILE_MENU = Place(EDITOR, "MenuItem", "File", (4, 3, 30, 20))
FILE_SAVE = Place(EDITOR, "MenuItem", "Save", (20, 156, 120, 16))
FILE_SAVE_AS = Place(EDITOR, "MenuItem", "Save As...", (20, 180, 120, 16))
SEARCH_MENU = Place(EDITOR, "MenuItem", "Search", (90, 3, 40, 20))
SEARCH_FIND = Place(EDITOR, "MenuItem", "Find", (76, 22, 90, 16))
SAVE_AS_CANCEL = Place(SAVE_AS, "Button", "Cancel", (520, 445, 80, 28))

SHELL = Place(TERMINAL, "Document", "", (40, 200, 500, 180))

FIRST_FILE = Place(FILES, "ListItem", "stock-of-vellum.txt", (170, 60, 80, 60))
SECOND_FILE = Place(FILES, "ListItem", "vellum-counted.txt", (270, 60, 80, 60))


def _page(page: str, control: str, label: str, box: Box) -> Place:
    return Place(BROWSER, control, label, box, page)


ORDER_NUMBER = _page("inbox#order", "Text", "LP48213097", (524, 500, 104, 18))
MESSAGE = _page("inbox#message", "Document", "Message", (387, 285, 582, 440))
NEW_REQUEST = _page("inbox#to-form", "Hyperlink", "New request", (858, 162, 99, 31))
ACCOUNT = _page("inbox#to-login", "Hyperlink", "Account", (984, 162, 65, 31))
NAME = _page("form#name", "Edit", "Recipient", (151, 330, 387, 34))
NUMBER = _page("form#number", "Edit", "Order number", (151, 472, 387, 34))
CARRIER = _page("form#carrier", "ComboBox", "Carrier", (562, 472, 387, 31))
REMARKS = _page("form#remarks", "Edit", "Remarks", (151, 542, 798, 72))
SUBMIT = _page("form#submit", "Button", "Submit", (151, 632, 95, 39))
CANCEL = _page("form#cancel", "Button", "Cancel", (258, 632, 93, 39))
KEEP_EDITING = _page("form#keep", "Button", "Keep editing", (525, 490, 136, 39))
USER = _page("login#user", "Edit", "User name", (367, 362, 366, 34))
PASSWORD = _page("login#password", "Edit", "Password", (367, 432, 366, 34))

_RULES = (
    ("Mousepad", "normal", EDITOR),
    ("Mousepad", "dialog", SAVE_AS),
    ("XTerm", "normal", TERMINAL),
    ("Pcmanfm", "normal", FILES),
    ("Pcmanfm", "dialog", RENAME),
    ("Chromium*", "normal", BROWSER),
)


def openbox_config() -> str:
    """The window manager's configuration: every window at its box, click to raise, Alt+Tab, Alt+F4."""
    rules = "".join(
        f'<application class="{name}" type="{kind}"><decor>no</decor>'
        f'<position force="yes"><x>{window.box[0]}</x><y>{window.box[1]}</y></position>'
        f"<size><width>{window.box[2]}</width><height>{window.box[3]}</height></size></application>"
        for name, kind, window in _RULES
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><openbox_config xmlns="http://openbox.org/3.4/rc">'
        '<keyboard><keybind key="A-Tab"><action name="NextWindow"/></keybind>'
        '<keybind key="A-F4"><action name="Close"/></keybind></keyboard>'
        '<mouse><context name="Client"><mousebind button="Left" action="Press">'
        '<action name="Focus"/><action name="Raise"/></mousebind></context></mouse>'
        f"<applications>{rules}</applications></openbox_config>"
    )
