"""People: which partitions are of the same person, without saying whose they are."""

import secrets

from sqlalchemy import select

from glasswork.govern.decide import Dataset
from glasswork.vault.handle import Vault, name_in_log
from glasswork.vault.records import transaction
from glasswork.vault.tables import objects


def person_numbers(vault: Vault, dataset: Dataset) -> dict[str, int]:
    """The partitions of a data set, each with its person's number.

    Numbers mean nothing outside this call: they are dealt anew every time, in random order.
    """
    owners = _owners(vault, dataset)
    people = list(set(owners.values()))
    secrets.SystemRandom().shuffle(people)
    numbers = {owner: number for number, owner in enumerate(people)}
    return {partition: numbers[owner] for partition, owner in owners.items()}


def commitments(vault: Vault, dataset: Dataset) -> tuple[str, ...]:
    """The people in a data set as the audit log names them, sorted. Their order says nothing."""
    return tuple(sorted(name_in_log(vault, owner) for owner in set(_owners(vault, dataset).values())))


def _owners(vault: Vault, dataset: Dataset) -> dict[str, str]:
    """The partitions of a data set, each with its owner."""
    with transaction(vault.records) as connection:
        rows = connection.execute(
            select(objects.c.partition, objects.c.owner).where(
                objects.c.zone == dataset.zone, objects.c.name == dataset.id, objects.c.scope == dataset.scope
            )
        ).all()
    return {row.partition: row.owner for row in rows}
