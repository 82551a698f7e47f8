"""What AT-SPI calls an element, in the words of ARIA, and which elements surely hold no secret.

The numbers are those of `AtspiRole` in at-spi2-core; they are part of its stable interface.
"""

from enum import IntEnum
from typing import Final

from glasswork.schema.words import Role


class State(IntEnum):
    """Positions of the states that we look at in an AT-SPI state set (`AtspiStateType`)."""

    ACTIVE = 1
    CHECKED = 4
    DEFUNCT = 6
    EDITABLE = 7
    FOCUSED = 12
    SELECTED = 23
    SHOWING = 25


PAGE_TAB_LIST: Final = 38
PASSWORD_TEXT: Final = 40
DOCUMENT_WEB: Final = 95

ARIA: Final[dict[int, Role]] = {
    2: Role.ALERT,
    7: Role.CHECKBOX,
    8: Role.MENUITEMCHECKBOX,
    9: Role.DIALOG,  # colour chooser
    10: Role.COLUMNHEADER,
    11: Role.COMBOBOX,
    12: Role.TEXTBOX,  # date editor
    13: Role.LISTITEM,  # desktop icon
    16: Role.DIALOG,
    19: Role.DIALOG,  # file chooser
    22: Role.DIALOG,  # font chooser
    23: Role.WINDOW,
    25: Role.DOCUMENT,  # HTML container
    26: Role.LISTITEM,  # icon, as in a file manager
    27: Role.IMG,
    28: Role.WINDOW,  # internal frame
    29: Role.TEXT,  # label
    30: Role.GROUP,  # layered pane
    31: Role.LIST,
    32: Role.LISTITEM,
    33: Role.MENU,
    34: Role.MENUBAR,
    35: Role.MENUITEM,
    37: Role.TAB,
    PAGE_TAB_LIST: Role.TABLIST,
    39: Role.GROUP,
    PASSWORD_TEXT: Role.TEXTBOX,
    41: Role.MENU,  # popup menu
    42: Role.PROGRESSBAR,
    43: Role.BUTTON,
    44: Role.RADIO,
    45: Role.MENUITEMRADIO,
    47: Role.ROWHEADER,
    48: Role.SCROLLBAR,
    49: Role.GROUP,  # scroll pane
    50: Role.SEPARATOR,
    51: Role.SLIDER,
    52: Role.SPINBUTTON,
    53: Role.GROUP,  # split pane
    54: Role.STATUS,
    55: Role.TABLE,
    56: Role.CELL,
    57: Role.COLUMNHEADER,
    58: Role.ROWHEADER,
    59: Role.MENUITEM,  # tear-off
    60: Role.TERMINAL,
    61: Role.TEXTBOX,
    62: Role.BUTTON,  # toggle button
    63: Role.TOOLBAR,
    64: Role.TOOLTIP,
    65: Role.TREE,
    66: Role.TREE,  # tree table
    69: Role.WINDOW,
    75: Role.APPLICATION,
    76: Role.COMBOBOX,  # autocomplete
    77: Role.TEXTBOX,  # edit bar
    79: Role.TEXTBOX,  # entry
    82: Role.DOCUMENT,
    83: Role.HEADING,
    87: Role.FORM,
    88: Role.LINK,
    90: Role.ROW,
    91: Role.TREEITEM,
    92: Role.DOCUMENT,
    93: Role.DOCUMENT,
    94: Role.DOCUMENT,
    DOCUMENT_WEB: Role.DOCUMENT,
    96: Role.DOCUMENT,
    98: Role.LISTBOX,
    99: Role.GROUP,
    101: Role.ALERT,  # notification
    102: Role.STATUS,  # info bar
    110: Role.REGION,  # landmark
    116: Role.TEXT,  # static
}
"""AT-SPI role number to ARIA role. What is missing is `none`."""

MENU_ROLES: Final = frozenset((Role.MENU, Role.MENUBAR, Role.MENUITEM, Role.MENUITEMCHECKBOX, Role.MENUITEMRADIO))
"""Elements that take the keyboard while a menu is open."""

CHECKABLE: Final = frozenset((Role.CHECKBOX, Role.RADIO, Role.MENUITEMCHECKBOX, Role.MENUITEMRADIO, Role.SWITCH))
"""Elements whose state is "checked" or "unchecked"."""

# A page, a frame or a canvas may hold a secret field that accessibility does not tell us of (Chromium without
# renderer accessibility does just that), so only elements that cannot contain one are harmless.
_OPAQUE: Final = frozenset(
    (
        Role.NONE,
        Role.APPLICATION,
        Role.DIALOG,
        Role.DOCUMENT,
        Role.FORM,
        Role.IMG,
        Role.REGION,
        Role.TERMINAL,
        Role.WINDOW,
    )
)


def aria(number: int) -> Role:
    """The ARIA role for an AT-SPI role number; `Role.NONE` for one that no table knows."""
    return ARIA.get(number, Role.NONE)


def is_secret_role(number: int) -> bool | None:
    """Whether an element of this AT-SPI role holds a secret: True, False where it surely does not, else None."""
    if number == PASSWORD_TEXT:
        return True
    return None if aria(number) in _OPAQUE else False
