"""Retention: the vault's clock, which is the latest day it has seen, and the first day of each zone whose
keys still open.

Both lie in `keys/clock.json`, beside the key ring and outside every backup of the data, and neither goes back. A system
clock that was set back therefore revives nothing, nor does a copy of the data from before, nor a later policy that
keeps data longer: what was promised to end has ended. A clock that leaps ahead would end everything at once, so a
leap is refused until somebody says that it is true.
"""

import fcntl
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec

from glasswork.govern.tiles import replace_durably
from glasswork.policy.model import Retention
from glasswork.schema.words import Zone
from glasswork.vault.errors import ClockLeapt, KeysUnusable, Unavailable

FILE: Final = "clock.json"
LEAP: Final = timedelta(days=45)
"""How far the clock may go ahead at once: a long holiday is less, and a clock that lost its battery is years off."""


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The latest day that was seen, and of each zone the first day that has not expired."""

    day: date
    first: dict[str, date] = {}


def read(folder: Path) -> Mark | None:
    """The mark in a key folder; None where the vault has seen no day yet. Raises KeysUnusable where it is damaged."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Mark)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError):
        raise KeysUnusable(
            "The vault's clock (keys/clock.json) cannot be read, so what has expired is not known and nothing can be "
            "opened. Put back the key folder that belongs to this vault."
        ) from None


def kept(retention: Retention) -> dict[Zone, int]:
    """For how many days a policy keeps each zone."""
    return {Zone.ACTIONS: retention.actions, Zone.EPISODES: retention.episodes, Zone.DATASETS: retention.datasets}


def first_days(folder: Path) -> dict[str, date]:
    """Of each zone, the first day whose keys still open."""
    mark = read(folder)
    return {} if mark is None else mark.first


def advance(folder: Path, system: date, kept: Mapping[Zone, int]) -> date:
    """The vault's day: the system's, or the latest ever seen where that is later. `kept` is in days for each zone.

    Raises ClockLeapt where the system's day is more than LEAP ahead of the latest, Unavailable on a full disk.
    """
    mark = read(folder)
    if mark is not None and mark.day == (moved := _moved(mark, system, kept)).day and mark.first == moved.first:
        return mark.day  # nearly always: it changes once a day
    with _locked(folder):
        return _write(folder, _moved(read(folder), system, kept)).day


def confirm(folder: Path, system: date) -> date:
    """Take the system's day as true although it lies far ahead. Returns the vault's day, which never goes back."""
    with _locked(folder):
        mark = read(folder) or Mark(system)
        return _write(folder, Mark(max(mark.day, system), mark.first)).day


def _moved(mark: Mark | None, system: date, kept: Mapping[Zone, int]) -> Mark:
    if mark is not None and system - mark.day > LEAP:
        raise ClockLeapt(
            f"The clock of this computer says {system}, and the latest day this vault has seen is {mark.day}. If that "
            "were believed and wrong, everything here would end for good, so nothing was opened, stored or ended. Set "
            "the clock right; or, if the vault has really rested so long, say so with `glasswork retention --confirm`. "
            "A key service has a clock of its own: on its host, as its user, `glasswork keys clock FOLDER --confirm`."
        )
    day = system if mark is None else max(mark.day, system)
    before = {} if mark is None else mark.first
    first = {zone: max(day - timedelta(days=days), before.get(zone, date.min)) for zone, days in kept.items()}
    return Mark(day, {**before, **first})


def _write(folder: Path, mark: Mark) -> Mark:
    try:
        replace_durably(folder / FILE, msgspec.json.encode(mark))
    except OSError as error:
        raise Unavailable(
            f"The vault's clock cannot be written ({error.strerror}), so nothing was opened, stored or ended. Make "
            "room on the disk and try again."
        ) from None
    return mark


@contextmanager
def _locked(folder: Path) -> Generator[None]:
    try:
        descriptor = os.open(folder / ".clock.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise KeysUnusable(f"The vault's key folder cannot be used ({error.strerror}).") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
