"""What is in front, and what a change of it is."""

from collections.abc import Set
from typing import Final, NamedTuple

from glasswork.schema.action import Element
from glasswork.schema.words import ActionKind, Role

_DIALOGS: Final = frozenset((Role.DIALOG, Role.ALERTDIALOG))


class Place(NamedTuple):
    """The program, window and page in front."""

    app: str
    window: int
    page: Element | None


def change(before: Place | None, now: Place, windows: Set[int]) -> ActionKind:
    """What was done when another place came to the front. `windows` are those that have been in front before."""
    if before is None or before.app != now.app:
        return ActionKind.SWITCH_APP
    if before.window == now.window:
        return ActionKind.NAVIGATE
    if before.page is not None and before.page.role in _DIALOGS:  # only closing a dialog gives its window back
        return ActionKind.CLOSE
    return ActionKind.SWITCH_APP if now.window in windows else ActionKind.OPEN
