"""Drawn: the picture of a Screen and where on it every element lies. Needs no Pillow to be read."""

from typing import NamedTuple

import msgspec


class Rect(NamedTuple):
    """A rectangle in whole pixels: the columns x to x + w - 1 and the rows y to y + h - 1."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        """The first column beyond it."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.y + self.h

    @property
    def area(self) -> int:
        """Its pixels."""
        return self.w * self.h

    @property
    def centre(self) -> tuple[int, int]:
        """The pixel in its middle: where to click it."""
        return self.x + self.w // 2, self.y + self.h // 2

    def holds(self, x: int, y: int) -> bool:
        """Whether the pixel lies in it."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def covers(self, other: "Rect") -> bool:
        """Whether all of `other` lies in it."""
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom

    def clip(self, other: "Rect") -> "Rect":
        """What of it lies in `other`; without width or height where nothing does."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Rect(x, y, max(0, min(self.right, other.right) - x), max(0, min(self.bottom, other.bottom) - y))

    def inset(self, left: int, top: int, right: int, bottom: int) -> "Rect":
        """It without so many pixels at each side, and never less than nothing."""
        return Rect(self.x + left, self.y + top, max(0, self.w - left - right), max(0, self.h - top - bottom))


class Drawn(msgspec.Struct, frozen=True):
    """A Screen as a PNG of `width` × `height` pixels.

    `boxes` has one entry a node of the Screen: its place in pixels, or None where it does not show (what a dialog or an
    open menu covers, the options of a closed list, what there was no room for). `order` are the nodes that show, in the
    order in which they were painted: a later one lies on top.
    """

    png: bytes
    width: int
    height: int
    boxes: tuple[Rect | None, ...]
    order: tuple[int, ...]


def element_at(drawn: Drawn, x: int, y: int) -> int:
    """The index of the node that lies on top at a pixel: what a click there hits. -1 where there is none."""
    for node in reversed(drawn.order):
        box = drawn.boxes[node]
        if box is not None and box.holds(x, y):
            return node
    return -1
