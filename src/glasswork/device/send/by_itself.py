"""Sending by itself: off until the participant chooses it, and then whole days, some hours after each has ended.

When something arrives could tell when in a day there was work: so all of a day leaves together, or waits.

The recorder's loop has a `Clockwork`, which starts `python -m glasswork.device.send` when it is due: sealing and
sending have a process of their own, and the recorder waits for no network. What cannot be sent waits.
"""

import subprocess
import time
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from glasswork.device.durable import write_durably
from glasswork.device.hold.handing import start

FILE: Final = "sending.json"
EVERY_S: Final = 900.0

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


class Clockwork:
    """When to send by itself, for the recorder's loop: wait `seconds_left`, then call `tick`."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder, self._key = folder, key
        self._due = time.monotonic() + EVERY_S
        self._sender: subprocess.Popen[bytes] | None = None

    def seconds_left(self) -> float:
        """For how long nothing is to be done."""
        return max(0.0, self._due - time.monotonic())

    def tick(self) -> None:
        """Begin to send, if it is due, was chosen, and the last time has ended."""
        if self.seconds_left() > 0:
            return
        self._due = time.monotonic() + EVERY_S
        if choice(self._folder).by_itself and (self._sender is None or self._sender.poll() is not None):
            self._sender = start("glasswork.device.send", self._folder, self._key)
