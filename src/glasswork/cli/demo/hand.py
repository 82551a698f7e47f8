"""What a worker can do at a desk. `xdotool.py` does it in real programs, `recording.py` on paper."""

from typing import Protocol

from glasswork.cli.demo.windows import Place, Window


class Hand(Protocol):
    """Keys are X11 names, joined by `+`; seconds are before scaling."""

    def open(self, window: Window, argument: str = "", title: str = "") -> None:
        """Start the window's program on a document or page, and wait for its window."""
        ...

    def see(self, window: Window, title: str = "") -> None:
        """Wait until this window is the active one, with this title (regular expression; default: any of its)."""
        ...

    def close(self, window: Window, keys: str) -> None:
        """Press what closes the window, and wait until it is gone."""
        ...

    def type(self, text: str) -> None:
        """Type text, key by key."""
        ...

    def press(self, *keys: str) -> None:
        """Press keys or shortcuts, one after the other."""
        ...

    def click(self, place: Place, times: int = 1) -> None:
        """Move the pointer to a place and click it."""
        ...

    def scroll(self, place: Place, notches: int) -> None:
        """Move the pointer to a place and turn the wheel: down is positive."""
        ...

    def think(self, seconds: float) -> None:
        """Do nothing for a moment."""
        ...
