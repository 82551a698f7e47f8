"""Time for a hold: moments that survive a clock that jumps, and a calendar of its own that never goes back.

Within one boot of the machine, time is what the kernel's boot clock says (it also runs during sleep), whatever
happens to the wall clock. The wall clock counts only between two boots, and there never backwards. So a clock that
is set wrong and then right again neither keeps what should be gone nor deletes what is new.
"""

import sqlite3
import time
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

DAY_S: Final = 86_400


class Moment(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A point in time: `wall` in seconds since 1970, `boot` in seconds since the boot that `boot_id` names."""

    wall: float
    boot: float
    boot_id: str

    @property
    def day(self) -> date:
        """The participant's own date."""
        return date.fromtimestamp(self.wall)

    def since(self, earlier: "Moment") -> float:
        """Seconds since another moment. Negative only across boots, where the wall clock went back between."""
        if self.boot_id == earlier.boot_id:
            return self.boot - earlier.boot
        return self.wall - earlier.wall


def now() -> Moment:
    """This moment."""
    return Moment(time.time(), time.clock_gettime(time.CLOCK_BOOTTIME), _boot_id())


@cache
def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def today(db: sqlite3.Connection, moment: Moment) -> int:
    """The day of the hold's own calendar, counted from its making; to be called within a write transaction."""
    row = db.execute("SELECT value FROM meta WHERE name = 'clock'").fetchone()
    passed, last = (0.0, moment) if row is None else msgspec.msgpack.decode(row[0], type=tuple[float, Moment])
    passed += max(0.0, moment.since(last))
    db.execute("INSERT OR REPLACE INTO meta VALUES ('clock', ?)", (msgspec.msgpack.encode((passed, moment)),))
    return int(passed // DAY_S)
