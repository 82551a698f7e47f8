"""Spans: which of the held actions are meant, by addresses that stay the same whatever else is deleted.

An action's address is its record's number and its own number in that record: `12:3`. A span is written `12` (the
whole record), `12:3` (one action) or `12:3-14:1` (from one to the other, both included).
"""

import re
from dataclasses import dataclass
from typing import Final

from glasswork.device.hold.errors import ChoiceRefused

Address = tuple[int, int]
"""(record, number in the record, counted from 1)."""

LAST: Final = 99
"""No action of a record has a higher number."""

_WRITTEN: Final = re.compile(r"(\d{1,15})(?::(\d{1,2}))?(?:-(\d{1,15})(?::(\d{1,2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """All actions from `first` to `last`, both included."""

    first: Address
    last: Address

    def __contains__(self, address: Address) -> bool:
        return self.first <= address <= self.last

    def __str__(self) -> str:
        first, last = ("{}:{}".format(*address) for address in (self.first, self.last))
        return first if first == last else f"{first}-{last}"


def whole(record: int) -> Span:
    """The span of a whole record."""
    return Span((record, 0), (record, LAST))


def parse(text: str) -> Span:
    """The span that is written in `text`. Raises ChoiceRefused."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ChoiceRefused(
            "A record is named by its number (12), an action by its number in the record (12:3), and several by the "
            "first and the last (12:3-14:1). Nothing was changed. `glasswork review --text` shows the numbers."
        )
    record, number, to_record, to_number = (int(part) if part else None for part in found.groups())
    assert record is not None
    first = (record, number or 0)
    if to_record is None:
        return Span(first, (record, number or LAST))
    return Span(first, (to_record, to_number or LAST))
