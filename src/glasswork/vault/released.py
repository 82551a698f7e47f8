"""Released: the copies that an erasure cannot reach, told to the person by name and flagged in the audit log.

A release seals for each of its people which of its examples are theirs (`NAME.released`, docs/formats/release.md). That
ends with the person too, so it is read first, under the erasure's own decision, and the flag is in the log before any
key ends. The flag names nobody: whose it is says a commitment alone, which is noise from then on.
"""
# pyright: reportUnknownMemberType=false
# (Polars' signatures name numpy, which is not installed)

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, select

from glasswork.govern.entries import Erased, ReleasedCopy, encode
from glasswork.schema.words import Zone
from glasswork.vault.errors import Damaged, KeyGone
from glasswork.vault.handle import Vault, note_all
from glasswork.vault.keys import RELEASED, Logged
from glasswork.vault.partitions import load
from glasswork.vault.records import transaction
from glasswork.vault.tables import objects as table

PER_ENTRY: Final = 100
"""So that an entry of the audit log stays below its 65,535 bytes."""


def copies(vault: Vault, participant: str, decision: Logged) -> tuple[ReleasedCopy, ...]:
    """The releases that hold episodes of a participant, by name and day, for a decision that is about them alone.

    Where what a release sealed for them does not open any more (it expired, is damaged, or an erasure was cut short),
    the name of its data set is still told. Raises what refuses the decision.
    """
    theirs = (table.c.owner == participant) & (table.c.zone == Zone.DATASETS) & table.c.name.endswith(RELEASED)
    with transaction(vault.records) as connection:
        rows = connection.execute(select(table).where(theirs)).all()
    found = {
        ReleasedCopy(name=row.name.removesuffix(RELEASED), day=day, content=content)
        for row in rows
        for day, content in _releases(vault, row, decision)
    }
    return tuple(sorted(found, key=lambda copy: (copy.name, copy.day or date.min, copy.content)))


def flag(vault: Vault, copies: tuple[ReleasedCopy, ...], person: str, today: date) -> list[tuple[int, bytes]]:
    """Enter in the audit log, durably, that the person of this commitment is in these and is erased.

    Returns the entries, each with its place; none where there are no copies.
    """
    parts = [copies[start : start + PER_ENTRY] for start in range(0, len(copies), PER_ENTRY)]
    entries = [Erased(day=today, keys=(), objects=0, people=(person,), released=part) for part in parts]
    return list(zip(note_all(vault, entries), map(encode, entries), strict=True)) if entries else []


def _releases(vault: Vault, row: Row[Any], decision: Logged) -> Iterable[tuple[date | None, str]]:
    """The day and content hash of each release that one sealed part names."""
    try:
        return load(vault, row, decision).select("day", "content").unique().rows()
    except (KeyGone, Damaged):
        return [(None, "")]
