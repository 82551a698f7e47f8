"""The rows of an event log, in order, as raw events: what is in front, what was aimed at, and what was done there.

A log says by a word what was done. A command that it calls by name is told as its shortcut, an entry as a key of which
nothing is known, and an action that no table knows as a click: that something was done there. Where cases part stands
an absence, which is a boundary as good as a lunch and says nothing of the case. No other cell is ever looked at.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import dropwhile
from typing import Final

from glasswork.device.capture.recordings import roles
from glasswork.device.capture.recordings.entries import click, control, shortcut
from glasswork.device.capture.recordings.files import unreadable
from glasswork.device.capture.recordings.html_roles import ARIA
from glasswork.device.capture.recordings.log_order import Row, in_order
from glasswork.device.capture.recordings.notes import SET_ASIDE, Note
from glasswork.device.capture.recordings.uilog_words import SHORTCUTS, Means, means
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Button, Reason, Role

_WORD: Final = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+")
_ROLES: Final = ARIA | {"cell": Role.GRIDCELL, "field": Role.TEXTBOX, "input": Role.TEXTBOX}
_SCROLL: Final = "scroll"

_FIRST_WORDS: Final = {
    "activate": Means.FRONT,
    "choose": Means.CHOOSE,
    "close": Means.NOTHING,
    "double": Means.DOUBLE_CLICK,
    "enter": Means.EDIT,
    "focus": Means.FRONT,
    "hotkey": Means.HOTKEY,
    "input": Means.EDIT,
    "key": Means.HOTKEY,
    "keypress": Means.HOTKEY,
    "launch": Means.FRONT,
    "left": Means.CLICK,
    "open": Means.FRONT,
    "press": Means.CLICK,
    "press key": Means.HOTKEY,
    "right": Means.RIGHT_CLICK,
    "select": Means.CHOOSE,
    "shortcut": Means.HOTKEY,
    "start": Means.FRONT,
    "switch": Means.FRONT,
    "tap": Means.CLICK,
    "type": Means.EDIT,
    "typed": Means.EDIT,
    "wait": Means.NOTHING,
    "write": Means.EDIT,
}
"""The first word or two of an action, where the words of UI logs do not know the action."""

_NO_KEYS: Final = frozenset(("hotkey", "key", "keypress", "press", "shortcut"))
"""Words of an action before the names of the keys."""

_CLICKS: Final = {
    Means.CLICK: (Button.LEFT, 1),
    Means.DOUBLE_CLICK: (Button.LEFT, 2),
    Means.RIGHT_CLICK: (Button.RIGHT, 1),
}


def events(
    rows: Iterable[Row | None], read: Callable[[str], float | None], *, by_case: bool = False
) -> Iterator[RawEvent | Note | None]:
    """The raw events of the rows, and a note for each row: `taken`, or why not; None for a row that tells nothing.

    `read` and `by_case` as in `in_order`.
    """
    log = _Log()
    hole = False
    for at, told in in_order(rows, read, time.time(), by_case=by_case):
        if isinstance(told, Row):
            log.time, hole = at, False
            yield from log.feed(told)
        elif told is None:
            if not hole:
                yield Note.HOLE
            hole = True
            yield unreadable(log.time)
        else:
            yield told
            if told is Note.CASE_PARTED:
                yield RawEvent(RawKind.AWAY, at)
            elif told in SET_ASIDE and told is not Note.DUPLICATE:
                yield RawEvent(RawKind.LOST, log.time, count=1, reason=Reason.SOURCE)


class _Log:
    """What is in front, row by row."""

    def __init__(self) -> None:
        self.time = 0.0
        self._front = ""
        self._side = False

    def feed(self, row: Row) -> Iterator[RawEvent | Note | None]:
        """What a row tells."""
        if not (row.app or row.action or row.element):
            yield None
            return
        yield Note.TAKEN
        if row.app and row.app != self._front:
            self._front = row.app
            yield RawEvent(RawKind.FOCUS, self.time, app=row.app)
        words = [word.casefold() for word in _WORD.findall(row.action)]
        if words and words[0] == _SCROLL:
            yield RawEvent(RawKind.SCROLL, self.time, dy=-1.0 if "up" in words else 1.0)
            return
        meaning = means(row.action)
        if meaning is Means.NOTHING or words[:1] == ["typed"]:
            meaning = _first(words) if row.action else Means.NOTHING
        if meaning is None:
            yield Note.UNKNOWN_ACTION
            meaning = Means.CLICK
        if meaning not in (Means.NOTHING, Means.FRONT):
            yield from self._done(row, meaning, words)

    def _done(self, row: Row, meaning: Means, words: list[str]) -> Iterator[RawEvent | Note]:
        role, label = _aimed_at(row.element, words)
        edited = meaning is Means.EDIT
        secret = edited and roles.named_secret(row.element)
        field = f"{self._front} {row.element or row.action}"
        yield RawEvent(RawKind.ELEMENT, self.time, role=role, label=label, field=field, editable=edited, secret=secret)
        match meaning:
            case Means.EDIT:
                yield RawEvent(RawKind.KEY_DOWN, self.time, key="char", secret=secret)
            case Means.CHOOSE:
                yield RawEvent(RawKind.CHOOSE, self.time)
            case Means.SUBMIT:
                yield RawEvent(RawKind.SUBMIT, self.time)
            case Means.HOTKEY:
                yield self._pressed(row.action)
            case Means.CLICK | Means.DOUBLE_CLICK | Means.RIGHT_CLICK:
                self._side = not self._side  # two rows are two clicks, however coarse their times are
                button, times = _CLICKS[meaning]
                yield from click(self.time, (1000.0 * self._side, 0.0), button, times)
            case _:
                yield control(SHORTCUTS[meaning], self.time)

    def _pressed(self, action: str) -> RawEvent:
        """The keys that an action names behind its first words (`hotkey ctrl+s`, `press_key enter`, `hotkey save`)."""
        named = " ".join(dropwhile(lambda word: word.casefold() in _NO_KEYS, action.replace("_", " ").split()))
        command = SHORTCUTS.get(means(named))
        return control(command, self.time) if command else shortcut(named.split("+"), self.time)


def _first(words: list[str]) -> Means | None:
    """What an action of these words is, by the first of them; None where they are not known."""
    return _FIRST_WORDS.get(" ".join(words[:2])) or _FIRST_WORDS.get(" ".join(words[:1]))


def _aimed_at(element: str, action: list[str]) -> tuple[Role, str]:
    """The role and the label of an element: `Save button`, `button: Save`, or with the role in the action's words."""
    words = element.split()
    for at in (-1, 0):
        role = _ROLES.get(words[at].strip(":").casefold()) if words else None
        if role is not None:
            del words[at]
            return role, " ".join(words)
    return next((_ROLES[word] for word in action if word in _ROLES), Role.NONE), element
