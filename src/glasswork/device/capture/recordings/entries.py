"""What was typed, from recorders that tell whole values, and shortcuts from those that tell their names.

A recorder that masks what was typed (rrweb writes one `*` a character) hides it and gives away its length and rhythm:
here a masked value, and one of a field that is secret or unknown, is one event without anything, however often it
changes.
"""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final

from glasswork.device.capture.recordings.pynput_keys import MODIFIERS, key_of
from glasswork.schema.raw import Modifier, RawEvent, RawKind
from glasswork.schema.words import Button

_MASKS: Final = frozenset("*•●∙·█▪⬤＊")


def is_masked(text: str) -> bool:
    """Whether a recorder wrote this in place of what was typed."""
    return bool(text) and _MASKS.issuperset(text)


class Entries:
    """What the fields of a recording hold, in memory, so that what was typed can be told from what is there now."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._hidden = ""

    def known(self, field: str, value: str) -> None:
        """The field holds this, and nobody typed it."""
        self._values[field] = value

    def has(self, field: str) -> bool:
        """Whether it was ever said what the field holds."""
        return field in self._values

    def value(self, field: str) -> str:
        """What the field is known to hold."""
        return self._values.get(field, "")

    def typed(self, field: str, value: str, time: float, *, secret: bool | None) -> Iterator[RawEvent]:
        """The keys that make `value` of what the field held, and none if there is no difference.

        `secret` as in RawEvent. Where the difference is not at the end of the text, the keys carry none: it is then
        not known what the text as a whole came from.
        """
        before = self._values.get(field, "")
        self._values[field] = value
        if secret is not False or is_masked(value) or is_masked(before):
            if value != before and self._hidden != field:
                self._hidden = field
                yield RawEvent(RawKind.KEY_DOWN, time, key="char", secret=True if secret is False else secret)
            return
        self._hidden = ""
        start = _common(before, value)
        end = _common(before[start:][::-1], value[start:][::-1])
        for _ in range(len(before) - start - end):
            yield RawEvent(RawKind.KEY_DOWN, time, key="backspace", secret=False)
        for character in value[start : len(value) - end]:
            yield RawEvent(RawKind.KEY_DOWN, time, key="char", text="" if end else character, secret=False)

    def left(self) -> None:
        """Something else was done: the next masked value is another entry."""
        self._hidden = ""


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their start."""
    if other.startswith(one):
        return len(one)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def shortcut(names: Sequence[str], time: float) -> RawEvent:
    """The press of the last key with the others held, by the names that pynput and people give them."""
    held = Modifier.NONE
    for name in names[:-1]:
        held |= MODIFIERS.get(key_of(name.strip(), "")[0], Modifier.NONE)
    key, text = key_of(names[-1].strip(), "")
    return RawEvent(RawKind.KEY_DOWN, time, key=key, text=text, modifiers=held, secret=False)


def control(letter: str, time: float) -> RawEvent:
    """The shortcut of Control and a letter, which stands for a command that a log calls by its name."""
    return RawEvent(RawKind.KEY_DOWN, time, key="char", text=letter, modifiers=Modifier.CONTROL, secret=False)


def click(time: float, at: tuple[float, float], button: Button, times: int = 1) -> Iterator[RawEvent]:
    """`times` presses and releases in one place."""
    for _ in range(times):
        yield RawEvent(RawKind.PRESS, time, x=at[0], y=at[1], button=button)
        yield RawEvent(RawKind.RELEASE, time, x=at[0], y=at[1], button=button)
