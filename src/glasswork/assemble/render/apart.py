"""Apart: places that overlap become places that do not, or that lie one within another."""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from glasswork.assemble.render.drawn import Rect

LEAST: Final = 4
"""Pixels below which a place is none: nothing that small can be seen or clicked."""


def hosts(places: Sequence[Rect], can_host: Sequence[bool]) -> dict[int, int]:
    """Which place lies on which other: the smallest that can host and holds all of it. Keys and values are indices.

    A pane over the whole window with a button beside it in the tree is what the button is drawn on. Of two equal places
    the first is the host, unless only the second can be.
    """
    ranked = sorted(range(len(places)), key=lambda n: (-places[n].area, not can_host[n], n))
    found: dict[int, int] = {}
    for rank, n in enumerate(ranked):
        for host in reversed(ranked[:rank]):
            if can_host[host] and places[host].covers(places[n]):
                found[n] = host
                break
    return found


def trimmed(places: Sequence[Rect], yielding: Sequence[bool]) -> list[Rect]:
    """The places, cut until none overlap: each pair along the side on which the less is lost.

    One that is `yielding` is cut alone where the other is not: a pane with nothing in it takes no room from a button. A
    cut only takes away, so one pass over all pairs is enough.
    """
    cut = list(places)
    for one, other in combinations(range(len(cut)), 2):
        a, b = cut[one], cut[other]
        common = a.clip(b)
        if not common.area:
            continue
        if yielding[one] != yielding[other]:
            loser, winner = (one, b) if yielding[one] else (other, a)
            cut[loser] = beside(cut[loser], winner) or cut[loser]._replace(w=0)
        elif common.w * min(a.h, b.h) <= common.h * min(a.w, b.w):
            (x, w), (u, v) = _shared((a.x, a.right), (b.x, b.right))
            cut[one], cut[other] = a._replace(x=x, w=w), b._replace(x=u, w=v)
        else:
            (y, h), (u, v) = _shared((a.y, a.bottom), (b.y, b.bottom))
            cut[one], cut[other] = a._replace(y=y, h=h), b._replace(y=u, h=v)
    return cut


def beside(place: Rect, cover: Rect) -> Rect | None:
    """The largest part of a place that a cover leaves, or None if what is left is too small to be seen."""
    common = place.clip(cover)
    if not common.area:
        return place
    rest = max(
        place._replace(w=common.x - place.x),
        place._replace(h=common.y - place.y),
        place._replace(x=common.right, w=place.right - common.right),
        place._replace(y=common.bottom, h=place.bottom - common.bottom),
        key=lambda part: part.area,
    )
    return rest if is_seen(rest) else None


def is_seen(place: Rect) -> bool:
    """Whether a place is large enough for anything."""
    return place.w >= LEAST and place.h >= LEAST


def _shared(a: tuple[int, int], b: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Two overlapping ranges (begin, end), each as (begin, length) of the part it keeps.

    They part in the middle of what they share; where one holds the other, at the end of the inner one. That would leave
    too little of the outer one if both are nearly alike: then it is the middle again.
    """
    if sum(a) > sum(b):
        second, first = _shared(b, a)
        return first, second
    middle = (max(a[0], b[0]) + min(a[1], b[1])) // 2
    if a[0] <= b[0] and b[1] <= a[1] and b[0] - a[0] > (a[1] - a[0]) // 4:
        middle = b[0]
    elif b[0] <= a[0] and a[1] <= b[1] and b[1] - a[1] > (b[1] - b[0]) // 4:
        middle = a[1]
    return (a[0], middle - a[0]), (middle, b[1] - middle)
