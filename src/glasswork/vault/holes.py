"""Holes: where batches of a device never came, so that what was admitted does not look as if it had been all.

A device numbers its batches, and they arrive in order. A number between two batches of a day that never came, or whose
batch is in quarantine, is something of that day that is missing, or may be: it may have been another day's, or a cover.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, func, select

from glasswork.vault.handle import Vault
from glasswork.vault.inspection import Opened, Quarantined
from glasswork.vault.partitions import Place
from glasswork.vault.records import transaction
from glasswork.vault.tables import envelopes


def after_holes(vault: Vault, place: Place, inspected: Sequence[Opened | Quarantined]) -> set[str]:
    """The ids of the batches before which something of the day may be missing. Covers are no such batches.

    `inspected` are envelopes of one participant's day, in order of device and number. Which of the earlier ones were
    covers is not known; so a hole anywhere between the day's first and the first of a later run counts there.
    """
    torn: set[str] = set()
    for _, group in groupby(inspected, lambda one: one.row.device):
        batches = list(group)
        came, last = _came(vault, place, batches[0].row, batches[-1].row.sequence)
        hole = False
        for one in batches:
            hole = hole or not all(number in came for number in range(last + 1, one.row.sequence))
            last = one.row.sequence
            if isinstance(one, Quarantined):
                hole = True
            elif one.packed.rows:
                if hole:
                    torn.add(one.row.batch)
                hole = False
    return torn


def _came(vault: Vault, place: Place, first: Row[Any], last: int) -> tuple[set[int], int]:
    """The numbers of a device up to `last` that are not missing, and the one from which on to look for missing ones."""
    numbers = envelopes.c.sequence
    before = (envelopes.c.device == first.device) & (numbers < first.sequence)
    with transaction(vault.records) as connection:
        earliest = connection.scalar(select(func.min(numbers)).where(before, envelopes.c.day == place.day))
        latest = connection.scalar(select(func.max(numbers)).where(before))
        since = next(number for number in (earliest, latest, first.sequence) if number is not None)
        quarantined = (envelopes.c.day == place.day) & (envelopes.c.state == "quarantined")
        known = select(numbers).where(envelopes.c.device == first.device, numbers.between(since, last), ~quarantined)
        return set(connection.scalars(known)), since
