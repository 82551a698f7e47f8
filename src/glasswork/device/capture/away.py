"""Is anybody there? A locked screen and a suspended machine look the same from here: as absence.

No X client can ask who has grabbed the keyboard. What is known: the window in front has lost it to a grab, and its
program shows no menu or list that would explain it. When that lasts, the screen is taken for locked.
"""

import time
from typing import Final

from glasswork.device.capture.desktop_front import Front
from glasswork.device.capture.roles import MENU_ROLES
from glasswork.device.capture.x11 import Display

LOCK_S: Final = 1.0
"""How long a grab lasts before it is taken for a lock. A window manager's list of windows is sooner gone."""
SLEPT_S: Final = 1.0
"""By how much the clock that counts suspension must run ahead to count as one."""


class Away:
    """What is known of the participant's absence."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._locked = self._unlocked = False
        self._due: float | None = None  # when a grab has lasted long enough
        self._slept = _slept(time.monotonic())

    def keyboard(self, held: bool, *, grabbed: bool) -> None:
        """The window in front has the keyboard again, or has lost it, perhaps to a client that grabbed it."""
        self._unlocked = held and self._locked
        self._due = time.monotonic() + LOCK_S if grabbed and not held and not self._locked else None

    def due(self) -> float | None:
        """When (time.monotonic()) to look, if a grab may be a lock."""
        return self._due

    def look(self, front: Front, now: float) -> bool:
        """Whether an absence begins or ends now (time.monotonic())."""
        began, self._slept = self._slept, _slept(now)
        changed = self._slept - began > SLEPT_S
        if self._unlocked:
            self._locked = self._unlocked = False
            changed = True
        if self._due is not None and now >= self._due:
            self._due = None
            in_menu = front.element is not None and front.element.role in MENU_ROLES
            if not front.keyboard and not in_menu and not self._display.has_popup(front.process):
                self._locked = changed = True
        return changed


def _slept(now: float) -> float:
    """Seconds that this machine was suspended since it was started. `now` is time.monotonic()."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - now
