"""From pixels of the screen to cells of the window's grid."""

from glasswork.schema.action import GRID, Box

Pixels = tuple[int, int, int, int]
"""(x, y, width, height) in pixels of the screen."""


def on_grid(box: Pixels | None, window: Pixels | None) -> Box | None:
    """The cells of `window`'s 128 × 128 grid that `box` touches, or None where either is unknown or they are apart."""
    if box is None or window is None:
        return None
    across = _cells(box[0] - window[0], box[2], window[2])
    down = _cells(box[1] - window[1], box[3], window[3])
    if across is None or down is None:
        return None
    return (across[0], down[0], across[1], down[1])


def contains(box: Pixels, x: float, y: float) -> bool:
    """Whether a point lies in a box, edges included."""
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]


def _cells(start: int, length: int, whole: int) -> tuple[int, int] | None:
    end = min(start + length, whole)
    start = max(start, 0)
    if start >= end:
        return None
    first = start * GRID // whole
    return first, max(1, -(-end * GRID // whole) - first)
