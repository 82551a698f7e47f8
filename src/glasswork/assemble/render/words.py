"""Words: what stands for a label that did not survive, where surrogates are asked for.

A small list a role, ours and declared here. Which word is taken depends on the seed, the role and the place in the
tree, never on what the label was: that is not known here.
"""

import zlib
from typing import Final

from glasswork.schema.action import Node, Screen
from glasswork.schema.words import Role as R

_ACTS: Final = ("Add", "Apply", "Close", "Continue", "Copy", "Details", "Edit", "Export", "Filter", "More", "Next",
                "OK", "Open", "Refresh", "Reset", "Share", "Sort", "Update", "View")  # fmt: skip
_THINGS: Final = ("Budget", "Calendar", "Checklist", "Draft", "Figures", "Guide", "Inventory", "Minutes", "Notes",
                  "Offer", "Order", "Overview", "Plan", "Proposal", "Receipt", "Report", "Schedule", "Summary",
                  "Template", "Timeline")  # fmt: skip
_FIELDS: Final = ("Address", "Amount", "Category", "City", "Comment", "Date", "Description", "Name", "Number",
                  "Quantity", "Reference", "Subject", "Title", "Type")  # fmt: skip
_OPTIONS: Final = ("Automatic", "Daily", "Include archived", "Large", "Monthly", "Notify me", "Private", "Show details",
                   "Standard", "Weekly")  # fmt: skip
_PLACES: Final = ("Activity", "All items", "Archive", "Contacts", "Dashboard", "Files", "General", "History", "Home",
                  "Messages", "Projects", "Settings", "Tasks")  # fmt: skip
_LINES: Final = ("All changes are kept", "Choose one of the following", "Last updated this week", "No items selected",
                 "Please check the details below", "Results are sorted by date", "This step is optional",
                 "You can change this later")  # fmt: skip

SURROGATES: Final[dict[R, tuple[str, ...]]] = {
    R.BUTTON: _ACTS, R.MENUITEM: _ACTS, R.MENUITEMCHECKBOX: _OPTIONS, R.MENUITEMRADIO: _OPTIONS, R.MENU: _PLACES,
    R.LINK: _PLACES, R.TAB: _PLACES, R.TREEITEM: _PLACES, R.HEADING: _PLACES, R.DIALOG: _PLACES, R.WINDOW: _PLACES,
    R.ALERTDIALOG: _PLACES, R.CHECKBOX: _OPTIONS, R.RADIO: _OPTIONS, R.SWITCH: _OPTIONS, R.OPTION: _OPTIONS,
    R.COMBOBOX: _FIELDS, R.TEXTBOX: _FIELDS, R.SPINBUTTON: _FIELDS, R.COLUMNHEADER: _FIELDS, R.ROWHEADER: _THINGS,
    R.LISTITEM: _THINGS, R.CELL: _THINGS, R.GRIDCELL: _THINGS, R.SEARCHBOX: ("Search", "Find", "Filter"),
    R.TEXT: _LINES, R.STATUS: _LINES, R.ALERT: _LINES, R.TOOLTIP: _LINES,
}  # fmt: skip
"""The words of each role. Roles that are not named never show a label."""


def captions(screen: Screen, seed: int, surrogates: bool) -> list[str]:
    """What is written on each node: its label with a capital, a surrogate for none where asked for, or ""."""
    seen: dict[R, int] = {}
    found: list[str] = []
    for node in screen.nodes:
        seen[node.role] = seen.get(node.role, 0) + 1
        label = " ".join(node.label.split())
        if not label and surrogates and node.role in SURROGATES:
            words = SURROGATES[node.role]
            label = words[luck(node, seen[node.role], seed) % len(words)]
        found.append(label[:1].upper() + label[1:])
    return found


def luck(node: Node, number: int, seed: int) -> int:
    """A number that is the same for the same place in the same seed: what decides about everything made up."""
    return zlib.crc32(f"{seed}:{node.role}:{node.box or number}".encode())
