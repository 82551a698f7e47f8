"""Staging: a data set is built beside the one of its name, and takes its place as a whole or not at all.

Its partitions are sealed under names with STAGED at the end, which no reader asks for and no key opens to. One
transaction then gives them the name, and removes the rows of what had it before. Killed anywhere, or on a full disk,
the name is of the old data set or of the new one; what a build left behind is removed by the next of its name, and
ends with its owner's keys like everything else.
"""

import fcntl
import os
from collections.abc import Collection, Generator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, and_, bindparam, delete, select, update

from glasswork.schema.words import Zone
from glasswork.vault import keys, objects
from glasswork.vault.handle import Vault, writing
from glasswork.vault.partitions import STAGED
from glasswork.vault.records import transaction
from glasswork.vault.tables import objects as table


@contextmanager
def building(vault: Vault) -> Generator[None]:
    """Exclude every other build in this vault: two of one name would take their parts from each other."""
    descriptor = os.open(vault.folder / "build.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def discard(vault: Vault, names: Collection[str], owner: str = "") -> int:
    """Remove what was staged under these names (of one owner, where one is given). Returns how many partitions."""
    return _replace(vault, [name + STAGED for name in names], owner, {})


def settle(vault: Vault, names: Collection[str], owner: str = "") -> int:
    """Give what was staged under these names the names, all at once, in the place of what had them.

    Returns how many partitions were replaced. They were not erased, so no tombstones stay of them. Raises Unavailable,
    and then everything is as it was.
    """
    return _replace(vault, names, owner, {name + STAGED: name for name in names})


def _replace(vault: Vault, gone: Collection[str], owner: str, renamed: dict[str, str]) -> int:
    with writing(vault):
        with transaction(vault.records) as connection:
            old = connection.execute(select(table).where(_named(gone, owner))).all()
            if old:
                which = [{"old": row.partition} for row in old]
                connection.execute(delete(table).where(table.c.partition == bindparam("old")), which)
            for staged, name in renamed.items():
                connection.execute(update(table).where(_named([staged], owner)).values(name=name))
        keys.destroy(vault.ring, [row.key for row in old])
        for row in old:
            objects.delete(vault.objects, row.path)
    return len(old)


def _named(names: Collection[str], owner: str) -> ColumnElement[bool]:
    of = and_(table.c.zone == Zone.DATASETS, table.c.name.in_(names))
    return and_(of, table.c.owner == owner) if owner else of
