"""Load: a built data set from the zone `datasets`, for those who attack, describe or release it.

A private build lies under a name of its own, so that no release can hold records that were made for one person.
"""

import re
from collections.abc import Iterator
from typing import Final

from glasswork.assemble.errors import NameInvalid, NotBuilt
from glasswork.assemble.record import Record, records_of
from glasswork.govern.decide import Dataset, Session, SessionRole
from glasswork.schema.words import Zone
from glasswork.vault import access
from glasswork.vault.handle import Vault

PRIVATE: Final = ".private"
"""The end of the names under which private builds are stored; no name that a person gives has a dot."""

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,47}")


def check_name(name: str) -> None:
    """Raise NameInvalid unless a data set can have this name: else `office.private` would name private builds."""
    if NAME.fullmatch(name) is None:
        raise NameInvalid(
            "That is no name for a data set, so nothing was done. Use lower-case letters, digits, - and _, at most 48."
        )


def is_private(session: Session) -> bool:
    """Whether a session sees private builds, its own: it is an owner's."""
    return session.role is SessionRole.OWNER


def dataset(vault: Vault, name: str, session: Session) -> Dataset:
    """What the session means by the built data set `name`: for owners, their private build of that name.

    Raises NameInvalid.
    """
    check_name(name)
    if is_private(session):
        return access.dataset(vault, Zone.DATASETS, name + PRIVATE, owner=session.principal)
    return access.dataset(vault, Zone.DATASETS, name)


def partitions(vault: Vault, name: str, session: Session) -> Iterator[tuple[str, list[Record]]]:
    """The records of a built data set, partition by partition, each with the partition's id.

    The purpose is `personal_use` for owners and `release` for everybody else. Raises NameInvalid, NotBuilt where there
    is nothing, and what `access.open` raises.
    """
    wanted = dataset(vault, name, session)
    if not wanted.people:
        raise NotBuilt("There is no data set of this name, or all of it was erased or has expired. Build it first.")
    for frame in access.open(vault, wanted, "personal_use" if is_private(session) else "release", session):
        yield frame.item(0, "partition"), records_of(frame)


def records(vault: Vault, name: str, session: Session) -> list[Record]:
    """All records of a built data set; see `partitions`."""
    return [record for _, part in partitions(vault, name, session) for record in part]
