"""Event: a RawEvent after redaction. Content is gone; times and positions are still exact, so it stays in memory.

The reducer turns Events into Actions. An Event is never written or sent: exact times and coordinates identify
people as well as fingerprints do.
"""

from enum import StrEnum

import msgspec

from glasswork.schema.action import Element, Screen, Value
from glasswork.schema.raw import RawKind
from glasswork.schema.words import AppCategory, Button, Command, Key, Reason


class EventKind(StrEnum):
    """What an Event tells the reducer."""

    MOVE = "move"
    PRESS = "press"
    RELEASE = "release"
    SCROLL = "scroll"
    CHAR = "char"  # a key that wrote something
    ERASE = "erase"  # backspace or delete in a field that is being typed into
    KEY = "key"  # another named key
    CHORD = "chord"  # a shortcut; `command` says for what
    VALUE = "value"  # closes the typed run before it and says what slot it filled
    CHOOSE = "choose"  # an option of a list was chosen, by whatever means
    SUBMIT = "submit"  # a form was sent: the effect of what was done before it
    FOCUS = "focus"
    SCREEN = "screen"
    COPY = "copy"
    AWAY = "away"
    LOST = "lost"
    SUPPRESSED = "suppressed"
    COUNTED = "counted"  # nothing but the fact that raw events were used up (key releases, modifiers, elements)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One redacted event. It stands for exactly `count` raw events of kind `source` (0 for what was derived).

    `time` in seconds on the source's clock; `x`, `y` in pixels; `dx`, `dy` in wheel notches. `app` is the
    policy's id of the program in front, `window` a number within the session. `element` is what the event is
    aimed at, `screen` the redacted tree of the window in front.
    """

    kind: EventKind
    time: float
    source: RawKind
    count: int = 1
    x: float = 0.0
    y: float = 0.0
    dx: float = 0.0
    dy: float = 0.0
    button: Button = Button.NONE
    key: Key = Key.NONE
    command: Command = Command.NONE
    app: str = ""
    category: AppCategory = AppCategory.OTHER
    window: int = 0
    element: Element | None = None
    value: Value | None = None
    screen: Screen | None = None
    reason: Reason = Reason.NONE
