"""Which elements are choices: to say which of them was clicked is to say what was chosen, and that is content."""

from typing import Final

from glasswork.schema.words import Role

CHOICES: Final = frozenset((Role.OPTION, Role.LISTITEM, Role.TREEITEM, Role.MENUITEMRADIO, Role.RADIO))
"""Roles of which one is chosen among several."""
