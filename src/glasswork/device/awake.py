"""Notice that the machine has slept. Events before and after a sleep are no one piece of work."""

import time
from typing import Final

SHORTEST_S: Final = 1.0


class Awake:
    """Compares a clock that goes on in a suspend with one that does not (Linux: clock_gettime(2))."""

    def __init__(self) -> None:
        self._asleep = _asleep()

    def slept(self) -> bool:
        """Whether the machine was suspended since this was last asked."""
        before, self._asleep = self._asleep, _asleep()
        return self._asleep - before >= SHORTEST_S


def _asleep() -> float:
    """Seconds spent in suspends since the machine was started."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
