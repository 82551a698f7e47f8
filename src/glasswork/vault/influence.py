"""Influence: how much of a data set may be one person's.

Whoever sends a hundred times as much as the others would otherwise decide what a model learns, whether they mean to
or not. So nobody contributes more than twice an equal share of what is taken; the rest is left out, and counted.
"""
# pyright: reportUnknownMemberType=false
# (Polars' signatures name numpy, which is not installed)

from collections import Counter
from collections.abc import Iterable
from typing import Final

from glasswork.govern.decide import Dataset
from glasswork.vault.access import rows_of
from glasswork.vault.handle import Vault

EQUAL_SHARES: Final = 2
"""Twice an equal share: of five people nobody has more than two fifths, of a hundred more than a fiftieth. People do
work unequal amounts, and one equal share would cut nearly everybody down to the least."""


def allowances(vault: Vault, dataset: Dataset) -> dict[str, int]:
    """How many rows of each partition of a data set may be taken, so that nobody has more than EQUAL_SHARES of it.

    What a person may have is spread over their partitions as their rows are. Nothing is opened: the counts are in the
    records.
    """
    sizes = rows_of(vault, dataset)
    totals: Counter[str] = Counter()
    for owner, rows in sizes.values():
        totals[owner] += rows
    most = cap(totals.values())
    allowed: dict[str, int] = {}
    seen: Counter[str] = Counter()
    for partition, (owner, rows) in sorted(sizes.items()):
        before = seen[owner] * min(most, totals[owner]) // totals[owner]
        seen[owner] += rows
        allowed[partition] = seen[owner] * min(most, totals[owner]) // totals[owner] - before
    return allowed


def cap(totals: Iterable[int]) -> int:
    """The most that one of these may give, so that none of what all give then is more than EQUAL_SHARES / people.

    The largest c with c · people ≤ EQUAL_SHARES · Σ min(total, c); never less than the smallest of them.
    """
    ordered = sorted(totals)
    if len(ordered) <= EQUAL_SHARES:
        return max(ordered, default=0)
    most = below = 0
    for place, total in enumerate(ordered):  # what all give is a line in c between one total and the next
        slope = len(ordered) - EQUAL_SHARES * (len(ordered) - place)
        if total * slope > EQUAL_SHARES * below:
            return max(most, EQUAL_SHARES * below // slope)
        most, below = total, below + total
    return most
