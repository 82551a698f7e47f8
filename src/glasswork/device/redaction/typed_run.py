"""What is being typed into one field: characters in memory until the field is left, then a Value.

A run holds back everything that happens meanwhile, because until its end nobody knows whether it is a secret: then
its keys come out as suppressed, and otherwise as `char` and `erase`, followed by one `value`.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

import msgspec

from glasswork.device.redaction.slots import Numbers
from glasswork.redact import kind_of
from glasswork.redact.finding import Names
from glasswork.schema.action import Value
from glasswork.schema.event import Event, EventKind
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Origin, Reason, ValueKind, length_bucket

LONGEST: Final = 500
LONGEST_S: Final = 30.0
"""Events, or seconds since its first stroke, after which a run ends though its field was not left.

What is typed is content, and content lives for seconds; a text has no end by itself. A name, a number or an address is
typed within these bounds, and so keeps one slot.
"""

_STROKES: Final = frozenset((EventKind.CHAR, EventKind.ERASE, EventKind.KEY))


class TypedRun:
    """The run that is open, if `strokes` is not 0. Pointer moves and key releases within it are only counted."""

    __slots__ = ("_characters", "_events", "_exact", "_loose", "_names", "_net", "_typed", "_until", "strokes")

    def __init__(self, names: Names | None = None) -> None:
        self._names = names
        self._characters: list[str] = []
        self._events: list[Event] = []
        self._loose: Counter[RawKind] = Counter()
        self.clear()

    def full(self, time: float) -> bool:
        """Whether the run should end before it takes what happens at `time`, in seconds."""
        events = self._events
        return bool(events) and (len(events) >= LONGEST or abs(time - events[0].time) >= LONGEST_S)

    def clear(self) -> None:
        """Forget the run."""
        self._characters.clear()
        self._events.clear()
        self._loose.clear()
        self._exact = True
        self._typed = False
        self._net = 0
        self._until = 0.0
        self.strokes = 0

    def type(self, text: str, event: Event) -> None:
        """A key wrote `text`, or something that is not known (the run then gets a slot of its own)."""
        self._characters.append(text)
        self._exact &= bool(text)
        self._typed = True
        self._net += 1
        self._stroke(event)

    def erase(self, event: Event, *, last: bool) -> None:
        """A key deleted the `last` character, or something that is not known."""
        if last and self._characters:
            self._characters.pop()
        self._exact &= last
        self._net = max(0, self._net - 1)
        self._stroke(event)

    def move(self, event: Event) -> None:
        """The caret moved: later edits are somewhere in the text, so what it says is no longer known."""
        self._exact = False
        self._stroke(event)

    def hold(self, event: Event) -> None:
        """Something else happened that says nothing of the text."""
        self._events.append(event)

    def count(self, raw: RawEvent) -> None:
        """A raw event that says nothing was used up."""
        self._loose[raw.kind] += raw.count or 1
        self._until = raw.time

    def _stroke(self, event: Event) -> None:
        self._events.append(event)
        self.strokes += 1

    def close(self, slots: Numbers) -> list[Event]:
        """What the run comes out as; it is empty afterwards. Raises RedactionFailed, and then still holds everything.

        Length and kind are those of what is left after deletions; where nothing is left, there is no Value.
        """
        text = "".join(self._characters).strip()
        kind = kind_of(text, self._names)
        if kind is ValueKind.SECRET:
            return self.suppress(Reason.SECRET_FIELD)
        out = list(self._events)
        if self._typed:
            value = None
            if self._net:
                slot = slots.of(text) if self._exact else slots.fresh()
                kind = kind if self._exact else ValueKind.TEXT
                value = Value(slot, kind, length_bucket(self._net), Origin.TYPED)
            time = next(event.time for event in reversed(out) if event.kind in _STROKES)
            out.append(msgspec.structs.replace(out[0], kind=EventKind.VALUE, time=time, count=0, value=value))
        out += self._counted()
        self.clear()
        return out

    def suppress(self, reason: Reason) -> list[Event]:
        """The run as if every key had been suppressed; it is empty afterwards."""
        out = [
            Event(kind=EventKind.SUPPRESSED, time=event.time, source=event.source, count=event.count, reason=reason)
            if event.kind in _STROKES
            else event
            for event in self._events
        ]
        out += self._counted()
        self.clear()
        return out

    def _counted(self) -> Iterator[Event]:
        for source, count in self._loose.items():
            yield Event(kind=EventKind.COUNTED, time=self._until, source=source, count=count)
