"""Permission: whether the policy lets this moment be recorded, by its expiry, its schedule and its sampling.

The unit of sampling is a day of the participant's own calendar. A run may last a week, and would be all or nothing;
a run that starts anew would be another chance. Each day is drawn once, by the system's source of chance, and the draw
stays on this device until the next: nobody can know or influence which days they are.
"""

import random
import threading
import time
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import Enum, auto
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from glasswork.device.durable import write_durably
from glasswork.device.errors import DiskFull
from glasswork.policy import Policy, in_schedule

DRAWN: Final = "drawn.json"
QUARTER_S: Final = 900
"""Local hours begin, and zones change their clocks, at quarters of an hour of UTC."""


class Time(Enum):
    """What the policy says of the present time."""

    INSIDE = auto()
    OUTSIDE = auto()  # of its hours, or this day is not in its sample
    EXPIRED = auto()


class _Draw(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    day: date
    chance: Annotated[float, Meta(ge=0, lt=1)]


def stands_until(policy: Policy, moment: datetime) -> float:
    """Until when (seconds since 1970) what the schedule and the expiry say at `moment` cannot change."""
    next_quarter = (moment.timestamp() // QUARTER_S + 1) * QUARTER_S
    expires = policy.expires.timestamp()
    return min(next_quarter, expires) if moment.timestamp() < expires else next_quarter


class Permission:
    """Whether the policy lets this moment be recorded. Threads may share it."""

    def __init__(self, policy: Policy, folder: Path) -> None:
        """`folder` is the device's: the draw of the day is kept in it."""
        self._policy, self._path = policy, folder / DRAWN
        self._lock = threading.Lock()
        self._draw: _Draw | None = None
        self._asked, self._until, self._answer = 0.0, 0.0, Time.OUTSIDE

    def time(self) -> Time:
        """What the policy says now."""
        now = datetime.now(UTC).astimezone()
        self._asked, self._until = now.timestamp(), stands_until(self._policy, now)
        if now >= self._policy.expires:
            self._answer = Time.EXPIRED
        else:
            inside = in_schedule(self._policy, now) and self._sampled(now.date())
            self._answer = Time.INSIDE if inside else Time.OUTSIDE
        return self._answer

    def holds(self) -> bool:
        """Whether it may be recorded now. It looks again only when the answer may be another, or the clock jumped."""
        return (self._answer if self._asked <= time.time() < self._until else self.time()) is Time.INSIDE

    def seconds_left(self) -> float:
        """For how long the last answer stands."""
        return max(0.0, self._until - time.time())

    def _sampled(self, day: date) -> bool:
        """Whether this day is in the sample. A day is drawn once, also over restarts and changes of the share."""
        if self._policy.sampling_share >= 1:
            return True
        with self._lock:
            if self._draw is None:
                with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
                    self._draw = msgspec.json.decode(self._path.read_bytes(), type=_Draw)
            if self._draw is None or self._draw.day != day:
                self._draw = _Draw(day, random.SystemRandom().random())
                with suppress(DiskFull):  # then it is drawn anew after a restart
                    write_durably(self._path, msgspec.json.encode(self._draw))
            return self._draw.chance < self._policy.sampling_share
