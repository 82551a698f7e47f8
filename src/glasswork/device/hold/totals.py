"""Exact counts, for the participant alone: they are sealed like the records, and never leave the device."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from glasswork.schema.batch import Held
from glasswork.schema.raw import RawKind
from glasswork.schema.words import ActionKind

Counts = dict[RawKind, Annotated[int, Meta(ge=0)]]


class Totals(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Raw events by kind, and of them those behind `suppressed` and `lost` markers. Of secret fields none counts."""

    raw: Counts = {}
    suppressed: int = 0
    lost: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            dict(Counter(self.raw) + Counter(other.raw)), self.suppressed + other.suppressed, self.lost + other.lost
        )

    def __sub__(self, other: "Totals") -> "Totals":
        """Without `other`; a count never goes below zero."""
        return Totals(
            dict(Counter(self.raw) - Counter(other.raw)),
            max(0, self.suppressed - other.suppressed),
            max(0, self.lost - other.lost),
        )


def totals_of(held: Iterable[Held]) -> Totals:
    """The totals of these actions."""
    raw = Counter[RawKind]()
    marked = Counter[ActionKind]()
    for item in held:
        raw.update(item.counts)
        marked[item.action.kind] += sum(item.counts.values())
    return Totals(dict(+raw), marked[ActionKind.SUPPRESSED], marked[ActionKind.LOST])
