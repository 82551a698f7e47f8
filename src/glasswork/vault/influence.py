"""Influence: how much of a data set may be one person's.

Whoever sends a hundred times as much as the others would otherwise decide what a model learns, whether they mean to
or not. So nobody contributes more than twice an equal share of what is taken; the rest is left out, and counted.
"""

from bisect import bisect_left
from collections.abc import Collection
from typing import Final

EQUAL_SHARES: Final = 2
"""Twice an equal share: of five people nobody has more than two fifths, of a hundred more than a fiftieth. People do
work unequal amounts, and one equal share would cut nearly everybody down to the least."""

ROUNDING: Final = 1e-9


def cap(totals: Collection[int], share: float = 1.0) -> int:
    """The most that one of these may give, so that none of what all give then is more than EQUAL_SHARES / people.

    The largest c with c · people ≤ EQUAL_SHARES · Σ min(total, c) and c ≤ share · Σ min(total, c): with a `share` below
    1 / people that is 0, and without never less than the smallest total. Both sides are concave in c, so all smaller
    ones fit too.
    """

    def beyond(most: int) -> bool:
        taken = sum(min(total, most) for total in totals)
        return most * len(totals) > EQUAL_SHARES * taken or most > share * taken + ROUNDING

    return bisect_left(range(1, max(totals, default=0) + 1), True, key=beyond)
