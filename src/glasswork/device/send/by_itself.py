"""Sending by itself: off until the participant chooses it, and then whole days, some hours after each has ended.

When something arrives could tell when there was work. So a day leaves as a whole, at a moment that chance draws in
advance and nothing that happens changes, in as many envelopes as any other day (`slots`).

The recorder's loop has a `Clockwork`, which starts `python -m glasswork.device.send` when it is due: sealing and
sending have a process of their own, and the recorder waits for no network. What cannot be sent waits.
"""

import random
import subprocess
import time
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from glasswork.device.durable import write_durably
from glasswork.device.hold.handing import start

FILE: Final = "sending.json"
WINDOW_S: Final = 8 * 3600.0
"""One moment is drawn in each third of the (UTC) day: a machine that runs for some hours a day has one of them."""

LATE_S: Final = 300.0
"""A moment that passed so long ago was missed: to send when the machine wakes would tell when it woke."""

_CHANCE = random.SystemRandom()

DELAYS_H: Final = (1, 4, 24, 72)
"""The delays that are offered, in hours; unsent work is deleted after six to seven days."""

MOST_H: Final = 96
"""A longer delay could reach into the last of those days."""


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the participant has chosen: whether to send by itself, and the days that ended so many hours ago."""

    by_itself: bool = False
    after_hours: Annotated[int, Meta(ge=0, le=MOST_H)] = 24


def choice(folder: Path) -> Choice:
    """What was chosen in this device folder. A file that cannot be read chooses nothing."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Choice)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Choice()


def choose(folder: Path, chosen: Choice) -> None:
    """Remember it; the recorder looks the next time it would send. Raises DiskFull."""
    write_durably(folder / FILE, msgspec.json.encode(chosen))


def draw(window: int, now: float) -> float:
    """A moment in a window (0 began in 1970), or in the next one where that is over at `now`. Seconds since 1970."""
    drawn = (window + _CHANCE.random()) * WINDOW_S
    return drawn if drawn >= now else (int(now // WINDOW_S) + 1 + _CHANCE.random()) * WINDOW_S


class Clockwork:
    """When to send by itself, for the recorder's loop: wait `seconds_left`, then call `tick`."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder, self._key = folder, key
        self._due = self._draw(0)
        self._sender: subprocess.Popen[bytes] | None = None

    def seconds_left(self) -> float:
        """For how long nothing is to be done."""
        return max(0.0, self._due - _clock())

    def tick(self) -> None:
        """Begin to send, if this is the moment, it was chosen, and the last time has ended."""
        late = _clock() - self._due
        if late < 0:
            return
        self._due = self._draw(1)
        ready = self._sender is None or self._sender.poll() is not None
        if late < LATE_S and ready and choice(self._folder).by_itself:
            self._sender = start("glasswork.device.send", self._folder, self._key)

    def _draw(self, ahead: int) -> float:
        """The next moment, by the clock that neither stops during sleep nor is ever set."""
        now = time.time()
        return _clock() + draw(int(now // WINDOW_S) + ahead, now) - now


def _clock() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)
