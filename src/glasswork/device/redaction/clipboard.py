"""What is on the clipboard, as a slot. Its content is never asked for."""

from typing import Final

from glasswork.device.redaction.slots import Numbers
from glasswork.schema.action import Value
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Command, Origin

SAME_COPY_S: Final = 1.0
"""A shortcut and the clipboard's own notice within this time are one copy."""


class Clipboard:
    """The slot of what was copied last."""

    __slots__ = ("_at", "_by", "_slot", "_slots")

    def __init__(self, slots: Numbers) -> None:
        self._slots = slots
        self.clear()

    def clear(self) -> None:
        """Forget the slot."""
        self._slot = 0
        self._at = float("-inf")
        self._by = RawKind.COPY

    def copied(self, raw: RawEvent) -> Value:
        """The Value of what is copied now: in a new slot, unless `raw` is the other half of the copy just before."""
        other_half = RawKind.COPY in (raw.kind, self._by) and raw.kind is not self._by
        if not (self._slot and other_half and abs(raw.time - self._at) <= SAME_COPY_S):
            self._slot = self._slots.fresh()
        self._at, self._by = raw.time, raw.kind
        return Value(self._slot, origin=Origin.COPIED)

    def moved(self, command: Command, raw: RawEvent) -> Value | None:
        """The Value that a command moves to or from the clipboard, None for a command that moves nothing."""
        if command in (Command.COPY, Command.CUT):
            return self.copied(raw)
        if command is not Command.PASTE:
            return None
        self._slot = self._slot or self._slots.fresh()
        return Value(self._slot, origin=Origin.PASTED)
