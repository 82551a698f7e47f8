"""The closed vocabularies: every word that may stand in data that leaves a device.

The position of a member in its class is its code in packed columns (docs/formats/batch.md), so members are
only ever appended, never moved, renamed or removed within a major version.
"""

from enum import StrEnum


class ActionKind(StrEnum):
    """What was done. `gap`, `lost`, `suppressed` and `task` are markers: nothing was done, but something is known."""

    CLICK = "click"
    DOUBLE_CLICK = "double_click"
    DRAG = "drag"
    SCROLL = "scroll"
    TYPE_TEXT = "type_text"
    PRESS_KEY = "press_key"
    HOTKEY = "hotkey"
    SELECT_OPTION = "select_option"
    CLEAR_FIELD = "clear_field"
    SWITCH_APP = "switch_app"
    OPEN = "open"
    CLOSE = "close"
    NAVIGATE = "navigate"
    WAIT = "wait"
    GAP = "gap"
    LOST = "lost"
    SUPPRESSED = "suppressed"
    TASK = "task"


class Modality(StrEnum):
    """By what means an action was done."""

    UNKNOWN = "unknown"
    MOUSE = "mouse"
    KEYBOARD = "keyboard"
    TOUCH = "touch"
    SYSTEM = "system"


class Button(StrEnum):
    """A mouse button."""

    NONE = "none"
    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"
    BACK = "back"
    FORWARD = "forward"


class Key(StrEnum):
    """The key of a `press_key`. Keys that write a character are never named."""

    NONE = "none"
    ENTER = "enter"
    TAB = "tab"
    ESCAPE = "escape"
    BACKSPACE = "backspace"
    DELETE = "delete"
    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    HOME = "home"
    END = "end"
    PAGE_UP = "page_up"
    PAGE_DOWN = "page_down"
    FUNCTION = "function"
    MENU = "menu"
    OTHER = "other"


class Command(StrEnum):
    """What a shortcut, menu item or button asks a program to do, whichever of them was used."""

    NONE = "none"
    COPY = "copy"
    CUT = "cut"
    PASTE = "paste"
    UNDO = "undo"
    REDO = "redo"
    SAVE = "save"
    SAVE_AS = "save_as"
    OPEN = "open"
    NEW = "new"
    CLOSE = "close"
    PRINT = "print"
    FIND = "find"
    REPLACE = "replace"
    SELECT_ALL = "select_all"
    QUIT = "quit"
    NEXT_TAB = "next_tab"
    PREVIOUS_TAB = "previous_tab"
    SWITCH_APP = "switch_app"
    BACK = "back"
    FORWARD = "forward"
    RELOAD = "reload"
    LOCATION = "location"
    HELP = "help"
    RENAME = "rename"
    DELETE = "delete"
    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    INTERRUPT = "interrupt"
    OTHER = "other"


class Role(StrEnum):
    """ARIA 1.2 roles. What a toolkit calls otherwise is mapped by a table; what no table knows is `none`."""

    NONE = "none"
    ALERT = "alert"
    ALERTDIALOG = "alertdialog"
    APPLICATION = "application"
    BUTTON = "button"
    CELL = "cell"
    CHECKBOX = "checkbox"
    COLUMNHEADER = "columnheader"
    COMBOBOX = "combobox"
    DIALOG = "dialog"
    DOCUMENT = "document"
    FORM = "form"
    GRID = "grid"
    GRIDCELL = "gridcell"
    GROUP = "group"
    HEADING = "heading"
    IMG = "img"
    LINK = "link"
    LIST = "list"
    LISTBOX = "listbox"
    LISTITEM = "listitem"
    MENU = "menu"
    MENUBAR = "menubar"
    MENUITEM = "menuitem"
    MENUITEMCHECKBOX = "menuitemcheckbox"
    MENUITEMRADIO = "menuitemradio"
    OPTION = "option"
    PROGRESSBAR = "progressbar"
    RADIO = "radio"
    REGION = "region"
    ROW = "row"
    ROWHEADER = "rowheader"
    SCROLLBAR = "scrollbar"
    SEARCHBOX = "searchbox"
    SEPARATOR = "separator"
    SLIDER = "slider"
    SPINBUTTON = "spinbutton"
    STATUS = "status"
    SWITCH = "switch"
    TAB = "tab"
    TABLE = "table"
    TABLIST = "tablist"
    TABPANEL = "tabpanel"
    TERMINAL = "terminal"  # not ARIA: a terminal's text area has no role of its own there
    TEXT = "text"
    TEXTBOX = "textbox"
    TOOLBAR = "toolbar"
    TOOLTIP = "tooltip"
    TREE = "tree"
    TREEITEM = "treeitem"
    WINDOW = "window"


class ElementClass(StrEnum):
    """What an element is for."""

    OTHER = "other"
    SUBMIT = "submit"
    CANCEL = "cancel"
    NAVIGATE = "navigate"
    EDIT = "edit"
    SEARCH = "search"
    OPEN = "open"
    SAVE = "save"
    DELETE = "delete"


class AppCategory(StrEnum):
    """What kind of program an application is."""

    OTHER = "other"
    MAIL = "mail"
    CALENDAR = "calendar"
    CHAT = "chat"
    MEETING = "meeting"
    BROWSER = "browser"
    DOCUMENTS = "documents"
    SPREADSHEET = "spreadsheet"
    SLIDES = "slides"
    EDITOR = "editor"
    DEVELOPMENT = "development"
    TERMINAL = "terminal"
    FILES = "files"
    BUSINESS = "business"
    TICKETING = "ticketing"
    MEDIA = "media"
    SYSTEM = "system"


class GapClass(StrEnum):
    """The time since the action before, on a log scale (factor 4). Never a clock time."""

    NONE = "none"  # the first action of a batch
    UNDER_1S = "under_1s"
    UNDER_4S = "under_4s"
    UNDER_16S = "under_16s"
    UNDER_64S = "under_64s"
    UNDER_256S = "under_256s"
    IDLE = "idle"  # 256 s and more, whatever the reason


class LengthBucket(StrEnum):
    """How many characters a value has. Measured to give away 0.48 bit of a sentence."""

    NONE = "none"
    TO_16 = "1-16"
    TO_64 = "17-64"
    OVER_64 = "65+"


class CountBucket(StrEnum):
    """How many of something."""

    NONE = "none"
    ONE = "1"
    TO_3 = "2-3"
    TO_15 = "4-15"
    OVER_15 = "16+"


class Pace(StrEnum):
    """How fast a run was typed, as a tertile of the person's own recent runs."""

    UNKNOWN = "unknown"
    SLOW = "slow"
    TYPICAL = "typical"
    FAST = "fast"


class Effect(StrEnum):
    """Whether the screen was seen to change after the action."""

    UNKNOWN = "unknown"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Direction(StrEnum):
    """Where a scroll went."""

    NONE = "none"
    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"


class ValueKind(StrEnum):
    """What kind of thing a value is. The thing itself is gone."""

    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    IBAN = "iban"
    CARD = "card"
    NATIONAL_ID = "national_id"
    IP = "ip"
    MAC = "mac"
    URL = "url"
    SECRET = "secret"
    PATH = "path"
    PERSON = "person"
    ORGANISATION = "organisation"
    DATE = "date"
    NUMBER = "number"
    AMOUNT = "amount"
    IDENTIFIER = "identifier"
    COORDINATES = "coordinates"


class Origin(StrEnum):
    """How a value came to where it is."""

    UNKNOWN = "unknown"
    TYPED = "typed"
    PASTED = "pasted"
    PICKED = "picked"
    COPIED = "copied"


class Preference(StrEnum):
    """What the participant said in review of one way to do a task, beside another way of the same name."""

    NONE = "none"
    BETTER = "better"
    WORSE = "worse"


class Reason(StrEnum):
    """Why something was suppressed, lost or left out."""

    NONE = "none"
    SECRET_FIELD = "secret_field"  # positively secret
    UNKNOWN_FIELD = "unknown_field"  # not positively harmless
    NOT_LISTED = "not_listed"  # the policy does not list the program, site or screen
    MONSTER = "monster"  # a string that no honest interface has
    OVERFLOW = "overflow"  # the recorder's ring was full
    SOURCE = "source"  # the source itself reported a loss
    UNREADABLE = "unreadable"  # a recording had bytes that are not of its format


class Scope(StrEnum):
    """Whose data it is: only the person's own, or a programme's with a quorum."""

    SELF = "self"
    PROGRAMME = "programme"


class Zone(StrEnum):
    """The three rooms of stored data, each with keys of its own."""

    ACTIONS = "actions"
    EPISODES = "episodes"
    DATASETS = "datasets"


GAP_LIMITS_S: tuple[float, ...] = (1.0, 4.0, 16.0, 64.0, 256.0)
"""Upper limits, in seconds, of the gap classes between `under_1s` and `under_256s`."""

IDLE_S = GAP_LIMITS_S[-1]
"""Absence of input, in seconds, that is an idle boundary: nothing is merged across it and slots start anew."""


def gap_class(seconds: float) -> GapClass:
    """The class of a time between two actions. A negative time (a clock that jumped) counts as none at all."""
    for limit, name in zip(
        GAP_LIMITS_S,
        (GapClass.UNDER_1S, GapClass.UNDER_4S, GapClass.UNDER_16S, GapClass.UNDER_64S, GapClass.UNDER_256S),
        strict=True,
    ):
        if seconds < limit:
            return name
    return GapClass.IDLE


def length_bucket(characters: int) -> LengthBucket:
    """The bucket of a length in characters (docs: 1-16, 17-64, 65+)."""
    if characters <= 0:
        return LengthBucket.NONE
    if characters <= 16:
        return LengthBucket.TO_16
    return LengthBucket.TO_64 if characters <= 64 else LengthBucket.OVER_64


def count_bucket(count: int) -> CountBucket:
    """The bucket of a count (1, 2-3, 4-15, 16+)."""
    if count <= 0:
        return CountBucket.NONE
    if count == 1:
        return CountBucket.ONE
    if count <= 3:
        return CountBucket.TO_3
    return CountBucket.TO_15 if count <= 15 else CountBucket.OVER_15


KEYS: frozenset[str] = frozenset(
    [
        "char", "space", "enter", "tab", "escape", "backspace", "delete", "insert", "up", "down", "left", "right",
        "home", "end", "page_up", "page_down", "menu", "shift", "control", "alt", "super", "caps_lock", "other",
        *(f"f{n}" for n in range(1, 25)),
    ]
)  # fmt: skip
"""Canonical key names of a RawEvent. `char` and `space` write `RawEvent.text`."""
