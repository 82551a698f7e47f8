"""The leash: the indicator's Lease as the recorder's two threads share it, and what the indicator was last told."""

import threading
import time
from collections.abc import Callable
from typing import Final

from glasswork.device.errors import IndicatorLost
from glasswork.device.indicator import ACKNOWLEDGE_S, Lease, Wish
from glasswork.device.states import State, said

SHOW_EVERY_S: Final = 0.5
"""While events come, the indicator is told so this often, and must acknowledge it."""

FROZEN_S: Final = 4.0
"""An indicator that owes an answer this long is ended, and with it a window that tells what is no longer so."""

LOOK_AGAIN_S: Final = 0.5
"""An indicator that says it can be seen, and is not, is looked for this often."""

START_S: Final = 15.0
"""How long the one after it has to come up."""


class Leash:
    """Threads may share it. It closes."""

    def __init__(self, indicate: Callable[[], Lease], wake: Callable[[], None]) -> None:
        """`indicate` starts an indicator; `wake` has the recorder's loop look at it again."""
        self._indicate, self._wake = indicate, wake
        self._lease = indicate()
        self._lock = threading.Lock()
        self._told, self._shown_at = (State.OFF, ""), float("-inf")
        self._patience = FROZEN_S
        self._wishes: list[Wish] = []

    def fileno(self) -> int:
        """Readable when the indicator has said something. Another number after `renew`."""
        return self._lease.fileno()

    def show(self, state: State, what: str = "") -> None:
        """Have the indicator show this, which it must acknowledge within a second."""
        with self._lock:
            self._told, self._shown_at = (state, what), time.monotonic()
            self._lease.show(state, said(state, what))
        self._wake()

    def tell(self, what: str) -> None:
        """Have the indicator show that this is recorded, if that is news."""
        if what != self._told[1]:
            self.show(State.RECORDING, what)

    def active(self, what: str) -> bool:
        """Before each event: whether it may be captured. Tells the indicator anew when that is due."""
        if time.monotonic() - self._shown_at >= SHOW_EVERY_S:
            if not self.holds():  # it may have withdrawn, while this process slept, what it said before
                return False
            self.show(State.RECORDING, what)
        with self._lock:
            held = self._lease.holds()
        return held or self.holds()  # what it has said since the loop last looked

    def holds(self) -> bool:
        """Whether the indicator is there, can be seen, and has acknowledged what it was told."""
        with self._lock:
            self._wishes += self._lease.update()
            if self._lease.late_s() == 0:
                self._patience = FROZEN_S
            return self._lease.holds()

    def ended(self) -> bool:
        """Whether the indicator is gone."""
        return not self._lease.open

    def renew_if_frozen(self) -> bool:
        """End an indicator that does not answer, and start another: whether that was done.

        Raises IndicatorLost where the other one does not come up either.
        """
        with self._lock:
            if self._lease.late_s() < self._patience:
                return False
            self._lease.close(at_once=True)
            if self._patience == START_S:
                raise IndicatorLost
            self._patience = START_S
            self._lease = self._indicate()
        self.show(*self._told)
        return True

    def wishes(self) -> list[Wish]:
        """What the participant has asked the indicator for since this was last asked."""
        with self._lock:
            wishes, self._wishes = self._wishes, []
        return wishes

    def box(self) -> tuple[int, int, int, int] | None:
        """Where the indicator's window is, in pixels of the screen."""
        return self._lease.box

    def taken(self) -> str:
        """The letters of the shortcuts that could not be had."""
        return self._lease.taken

    def seconds_left(self) -> float:
        """When to look again: what was shown is overdue then, or its indicator counts as frozen. Else infinite."""
        late = self._lease.late_s()
        if self._lease.doubted():
            return LOOK_AGAIN_S
        if not late:
            return float("inf")
        return next((limit - late + 0.01 for limit in (ACKNOWLEDGE_S, self._patience) if late <= limit), 0.0)

    def close(self) -> None:
        """End the indicator. One that was told of anything but an orderly end says so for a while."""
        if self._told[0] is State.STOPPED:
            self._lease.close()
        else:
            self._lease.leave()
