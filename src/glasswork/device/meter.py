"""The meter: the recorder measures itself, slows down before a ceiling of the policy, and stops at it.

    NORMAL ──80 %──▶ SLOW ──100 %──▶ STOP ──below 80 %──▶ NORMAL

It looks when it is asked, at most once a second, by threads that are awake anyway: an idle recorder is not woken by
it. Only where it has stopped the recorder does it ask for another look, since then nobody else would.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Final

import msgspec

from glasswork.device.hold.file import FILE
from glasswork.device.hold.handle import OUTBOX
from glasswork.policy.model import Budget

LOOK_EVERY_S: Final = 1.0
LOOK_AGAIN_S: Final = 30.0
"""How often it looks whether what had stopped the recorder is over."""
BATTERY_EVERY_S: Final = 30.0
"""Asking a battery can take milliseconds, and its charge changes in minutes."""
SLOW_FROM: Final = 0.8
"""The share of a ceiling from which on the recorder works less, and below which it must come back after a stop."""
SLOWER: Final = 3.0
"""How much longer capture rests then: keys wait 250 ms for their field, and even a longest rest must end before that.
"""
MINUTE_S: Final = 60.0
MB: Final = 1_000_000
SUPPLIES: Final = Path("/sys/class/power_supply")


class Level(Enum):
    """How hard the recorder may work."""

    NORMAL = "normal"
    SLOW = "slow"
    STOP = "stop"


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What the meter showed when it last looked; the ceilings are the policy's Budget.

    `battery` is the charge in percent while the machine runs on it, None on mains or without one.
    """

    cpu_percent: float
    memory_mb: float
    disk_mb: float
    battery: int | None


class Reading(msgspec.Struct, frozen=True):
    """What the meter shows, beside what the policy and the settings allow."""

    level: Level
    figures: Figures
    budget: Budget
    sent_today: int
    bytes_per_day: int

    def words(self) -> str:
        """For a person, in one line."""
        used, may = self.figures, self.budget
        parts = [
            f"{used.cpu_percent:.1f} of {may.cpu_percent} % of a core",
            f"{used.memory_mb:.0f} of {may.memory_mb} MB of memory",
            f"{used.disk_mb:.1f} of {may.disk_mb} MB of disk",
            f"{self.sent_today:,} of {self.bytes_per_day:,} bytes sent today",
        ]
        if used.battery is not None:
            parts.append(f"on battery, {used.battery} %")
        if self.level is Level.SLOW:
            parts.append("slowed down")
        return ", ".join(parts)


class Minute:
    """CPU time over a sliding minute, from samples that come when they come."""

    def __init__(self, now: float, cpu: float) -> None:
        self._samples = deque([(now, cpu)])

    def percent(self, now: float, cpu: float) -> float:
        """Take a sample (seconds on a clock that only goes on, CPU seconds since any time): percent of one core.

        Between two samples the work counts as spread evenly, and what was before the first as none.
        """
        samples, begin = self._samples, now - MINUTE_S
        samples.append((now, cpu))
        while samples[1][0] <= begin:
            samples.popleft()
        (at, then), (next_at, next_then) = samples[0], samples[1]
        if at < begin:
            then += (next_then - then) * (begin - at) / (next_at - at)
        return (cpu - then) / MINUTE_S * 100


def memory_bytes() -> int:
    """The resident memory of this process, locked pages included (proc(5), `statm`)."""
    pages = int(Path("/proc/self/statm").read_bytes().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def disk_bytes(folder: Path) -> int:
    """The size of the hold's files and of everything in its outbox, in a device folder."""
    return sum(_size(path) for path in (folder / FILE, folder / f"{FILE}-journal", *(folder / OUTBOX).glob("**/*")))


def battery(supplies: Path = SUPPLIES) -> int | None:
    """The charge in percent while this machine runs on battery, otherwise None (Linux: sysfs-class-power).

    Of several batteries, the average. Those of mice and the like (scope `Device`) are not the machine's.
    """
    charges: list[int] = []
    discharging = False
    for supply in supplies.glob("*"):
        if _read(supply / "type") == "Battery" and _read(supply / "scope") != "Device":
            with suppress(ValueError):
                charges.append(int(_read(supply / "capacity")))
            discharging = discharging or _read(supply / "status") == "Discharging"
    return sum(charges) // len(charges) if discharging and charges else None


class Meter:
    """The meter of one recorder. Threads may share it.

    `budget` may be replaced at any time; what is new counts from the next look on.
    """

    def __init__(self, folder: Path, budget: Budget | None = None, *, supplies: Path = SUPPLIES) -> None:
        """`folder` is the device's, with the hold. CPU time counts from here on."""
        self.budget = budget or Budget()
        self._folder, self._supplies = folder, supplies
        self._lock = threading.Lock()
        self._minute = Minute(time.monotonic(), time.process_time())
        self._looked_at = self._battery_at = float("-inf")
        self._battery: int | None = None
        self._figures = Figures(cpu_percent=0, memory_mb=0, disk_mb=0, battery=None)
        self._level, self._reason = Level.NORMAL, ""

    @property
    def level(self) -> Level:
        """As it was when it last looked."""
        return self._level

    def tick(self) -> Level:
        """Look, unless it did within the last second."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_EVERY_S:
            with self._lock:
                self._look(now)
        return self._level

    def reason(self) -> str:
        """In words, why it has stopped the recorder; empty where it has not."""
        return self._reason if self._level is Level.STOP else ""

    def figures(self) -> Figures:
        """What it showed when it last looked."""
        return self._figures

    def reading(self, *, sent_today: int, bytes_per_day: int) -> "Reading":
        """What a status shows, with the bytes that were sent today and may be."""
        return Reading(self._level, self._figures, self.budget, sent_today, bytes_per_day)

    def pace(self) -> float:
        """How many times longer than usual capture should rest."""
        return 1.0 if self._level is Level.NORMAL else SLOWER

    def seconds_left(self) -> float:
        """When to look again although nothing happens: infinite unless it has stopped the recorder."""
        if self._level is not Level.STOP:
            return float("inf")
        return max(0.0, self._looked_at + LOOK_AGAIN_S - time.monotonic())

    def _look(self, now: float) -> None:
        if now - self._battery_at >= BATTERY_EVERY_S:
            self._battery, self._battery_at = battery(self._supplies), now
        self._figures = Figures(
            cpu_percent=self._minute.percent(now, time.process_time()),
            memory_mb=memory_bytes() / MB,
            disk_mb=disk_bytes(self._folder) / MB,
            battery=self._battery,
        )
        self._looked_at = now
        share, reason = max(uses(self._figures, self.budget))
        if share >= 1:
            self._level, self._reason = Level.STOP, reason
        elif share < SLOW_FROM:
            self._level = Level.NORMAL
        elif self._level is Level.NORMAL:
            self._level = Level.SLOW


def uses(figures: Figures, budget: Budget) -> Iterator[tuple[float, str]]:
    """For each ceiling: what share of it is used (1 is all), and in words what that means at 1."""
    cpu = f"{figures.cpu_percent:.1f} % of a core in the last minute, of {budget.cpu_percent} % that it may"
    yield figures.cpu_percent / budget.cpu_percent, f"it used {cpu}; it goes on by itself"
    memory = f"{figures.memory_mb:.0f} MB of memory, of {budget.memory_mb} MB that it may"
    yield figures.memory_mb / budget.memory_mb, f"it uses {memory}; it goes on with less, or when started anew"
    disk = f"{figures.disk_mb:.1f} MB of disk, of {budget.disk_mb} MB that it may"
    yield (
        figures.disk_mb / budget.disk_mb,
        f"what is not sent yet takes {disk}; it goes on when some is sent or deleted",
    )
    if figures.battery is not None and budget.battery_above:
        short = figures.battery <= budget.battery_above
        charge = f"{figures.battery} % of the battery is left, and on battery it records only above"
        yield float(short), f"{charge} {budget.battery_above} %"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # it was sent or deleted in this moment
        return 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
