"""Kinds: which roles are used, which only hold others, and which open over what lies below."""

from typing import Final

from glasswork.schema.words import Role as R

PASSIVE: Final = frozenset(
    (R.NONE, R.APPLICATION, R.DOCUMENT, R.FORM, R.GROUP, R.HEADING, R.IMG, R.LIST, R.GRID, R.TABLE, R.TREE, R.REGION,
     R.ROW, R.STATUS, R.TABLIST, R.TABPANEL, R.TEXT, R.TOOLBAR, R.MENUBAR, R.WINDOW, R.ALERT, R.LISTBOX, R.SEPARATOR,
     R.PROGRESSBAR, R.TOOLTIP, R.DIALOG, R.ALERTDIALOG)
)  # fmt: skip
"""Roles that nobody clicks to use; all others are interactive."""

WORDS: Final = frozenset((R.TEXT, R.IMG, R.NONE))
"""Roles that only show something. In a labelled button they are its label."""

OVERLAYS: Final = frozenset((R.DIALOG, R.ALERTDIALOG, R.TOOLTIP))
"""Roles that lie over what is below them."""

OPENERS: Final = frozenset((R.MENU, R.MENUITEM, R.COMBOBOX))
"""Roles whose choices appear beside them, in a drop-down."""

CHOICES: Final = frozenset(
    (R.MENU, R.MENUITEM, R.MENUITEMCHECKBOX, R.MENUITEMRADIO, R.OPTION, R.LISTBOX, R.LIST, R.LISTITEM)
)
"""Roles that a drop-down is made of."""

BARS: Final = frozenset((R.MENUBAR, R.TOOLBAR, R.TABLIST, R.STATUS))
"""Roles that span the width of what they are in, with their parts side by side."""

INLINE: Final = frozenset((R.BUTTON, R.LINK, R.TAB, R.SWITCH, R.TOOLTIP, R.MENUITEM, R.MENU))
"""Roles that stand side by side."""

ROWS: Final = frozenset((R.LIST, R.LISTBOX, R.TREE, R.TABLE, R.GRID, R.MENU))
"""Roles whose parts are rows without a gap."""

FIELDS: Final = frozenset((R.TEXTBOX, R.SEARCHBOX, R.COMBOBOX, R.SPINBUTTON))
"""Roles that something is written into."""

GROWING: Final = frozenset(
    (R.APPLICATION, R.WINDOW, R.DOCUMENT, R.FORM, R.GROUP, R.REGION, R.TABPANEL, R.LIST, R.LISTBOX, R.TREE, R.TABLE,
     R.GRID, R.TERMINAL)
)  # fmt: skip
"""Roles that take the room that is left."""

LINES: Final = frozenset((R.LISTITEM, R.OPTION, R.TREEITEM, R.ROW))
"""Rows of a list: words stand beside what lies on their left."""

FRAMED: Final = FIELDS | frozenset(
    (R.BUTTON, R.LIST, R.LISTBOX, R.TREE, R.TABLE, R.GRID, R.TABPANEL, R.DIALOG, R.ALERTDIALOG, R.TOOLTIP, R.ALERT)
)
"""Roles with a line around them, which what lies in them leaves free."""
