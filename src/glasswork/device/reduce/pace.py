"""How fast a run was typed, as a tertile of the person's own recent runs. The speeds themselves never leave memory."""

from collections import deque
from typing import Final

from glasswork.schema.words import Pace

SHORTEST: Final = 4
"""Characters of the shortest run that has a speed."""

ENOUGH: Final = 20
"""Runs that a tertile needs."""

RECENT: Final = 200


class Baseline:
    """The speeds of recent runs, in characters a second."""

    __slots__ = ("_speeds",)

    def __init__(self) -> None:
        self._speeds: deque[float] = deque(maxlen=RECENT)

    def place(self, characters: int, seconds: float) -> Pace:
        """The tertile of a run among those before it, which it then joins; unknown while there are too few."""
        if characters < SHORTEST or seconds <= 0:
            return Pace.UNKNOWN
        speed = (characters - 1) / seconds
        slower = sum(other < speed for other in self._speeds)
        faster = sum(other > speed for other in self._speeds)
        known = len(self._speeds)
        self._speeds.append(speed)
        if known < ENOUGH:
            return Pace.UNKNOWN
        if 3 * slower >= 2 * known:
            return Pace.FAST
        return Pace.SLOW if 3 * faster >= 2 * known else Pace.TYPICAL
