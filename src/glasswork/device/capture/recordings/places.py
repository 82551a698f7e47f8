"""Where something is: windows and pages as numbers, the host of an address, a box in pixels."""

from math import isfinite
from typing import Final
from urllib.parse import urlsplit

import msgspec

Box = tuple[int, int, int, int]
"""(x, y, width, height) in pixels."""

LONGEST_ADDRESS: Final = 8_192


class Windows:
    """Numbers from 1 for the windows, books and pages of one recording, in the order in which they were met."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """The number of what has this name."""
        return self._numbers.setdefault(name, len(self._numbers) + 1)


def page_of(address: str) -> tuple[str, str]:
    """The host of an address, and what tells its page from others: host and path, without query and fragment."""
    try:
        parts = urlsplit(address[:LONGEST_ADDRESS])
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    return host, f"{host}{parts.path}"


class Edges(msgspec.Struct, gc=False):
    """Where something is, as recorders tell it: the places of its edges in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def box(self) -> Box | None:
        """The same as a box."""
        return box_of(self.left, self.top, self.right - self.left, self.bottom - self.top)


def box_of(x: float, y: float, width: float, height: float) -> Box | None:
    """The box, or None for one without extent, as elements have that are scrolled out of sight."""
    if not (isfinite(x) and isfinite(y) and isfinite(width) and isfinite(height)) or width <= 0 or height <= 0:
        return None
    return int(x), int(y), int(width), int(height)
