"""Input that was meant for the recorder itself: clicks on its indicator, and its shortcuts. Never recorded."""

from typing import Final

from glasswork.schema.raw import Modifier, RawEvent, RawKind

LETTERS: Final = ("P", "F", "R")
"""With Ctrl, Alt and Shift: pause or resume, forget, review. The indicator grabs them (`indicator.shortcuts`)."""

_WITH: Final = Modifier.CONTROL | Modifier.ALT | Modifier.SHIFT
_DOWN: Final = frozenset((RawKind.PRESS, RawKind.KEY_DOWN))
_UP: Final = {RawKind.RELEASE: RawKind.PRESS, RawKind.KEY_UP: RawKind.KEY_DOWN}

Box = tuple[int, int, int, int]


class OwnInput:
    """What goes down on the recorder's own controls takes the coming up that belongs to it along."""

    def __init__(self) -> None:
        self._down: set[RawKind] = set()

    def takes(self, raw: RawEvent, indicator: Box | None) -> bool:
        """Whether this event is the recorder's own. `indicator` is the box of its window, in pixels of the screen."""
        if raw.kind in _DOWN:
            own = _is_shortcut(raw) if raw.kind is RawKind.KEY_DOWN else _lies_in(raw, indicator)
            if own:
                self._down.add(raw.kind)
            else:
                self._down.discard(raw.kind)
            return own
        began = _UP.get(raw.kind)
        if began in self._down:
            self._down.discard(began)
            return True
        return False


def _is_shortcut(raw: RawEvent) -> bool:
    return raw.modifiers & _WITH == _WITH and raw.text.upper() in LETTERS


def _lies_in(raw: RawEvent, box: Box | None) -> bool:
    return box is not None and box[0] <= raw.x < box[0] + box[2] and box[1] <= raw.y < box[1] + box[3]
