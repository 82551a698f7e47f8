"""The end of data: a person's, for good, or a day's, when its time is over. Both are the end of keys first.

Nothing may come back: the keys go before the rows that name them, so a program killed in between leaves data that
nobody can read, and a second run removes what is left of them.
"""

from datetime import UTC, date, datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, insert, select

from glasswork.govern.authorise import authorise
from glasswork.govern.decide import Act, Dataset, Session
from glasswork.govern.entries import Erased as ErasedEntry
from glasswork.govern.entries import KeyDestroyed
from glasswork.schema.words import Zone
from glasswork.vault import keys, records
from glasswork.vault.access import kept
from glasswork.vault.admission import close_days
from glasswork.vault.enrolment import window
from glasswork.vault.handle import Vault, name_in_log, note_all, writing
from glasswork.vault.keys import Branch
from glasswork.vault.partitions import tidy
from glasswork.vault.tables import devices, envelopes, incidents, participants, tombstones
from glasswork.vault.tables import objects as table

KEYS_PER_ENTRY = 1_000
"""So that an entry of the audit log stays below its 65,535 bytes."""


class Erased(msgspec.Struct, frozen=True):
    """What an erasure ended. `entry` is the place in the audit log of the (last) entry that certifies it."""

    keys: int
    objects: int
    entry: int


def erase(vault: Vault, participant: str, session: Session) -> Erased:
    """End all of a participant's keys in every zone, then their rows and bytes; leave tombstones and an entry.

    A rights request: raises govern's Refused unless the session is that person or the privacy officer, and
    NotEnrolled where there is no such participant (any more).
    """
    with records.transaction(vault.records) as connection:
        scope = connection.scalar(select(participants.c.scope).where(participants.c.participant == participant))
        today = vault.today(connection)
    name = name_in_log(vault, participant)
    facts = Dataset(
        "everything", session.environment, scope or vault.approved.policy.scope, participant, 1, frozenset()
    )
    authorise(vault.log, vault.rules, session, Act.ERASE, facts, "rights_request", now=vault.clock(), people=(name,))
    with writing(vault):
        with keys.unlocked(vault.keys) as ring:
            ended = [leaf.id for leaf in ring.leaves(owner=participant) if leaf.branch is not Branch.PEOPLE]
            ring.destroy(ended)
        with records.transaction(vault.records) as connection:
            count = _forget(connection, participant, today)
            parts = [ended[n : n + KEYS_PER_ENTRY] for n in range(0, len(ended), KEYS_PER_ENTRY)] or [[]]
            entries = [ErasedEntry(day=today, keys=tuple(part), objects=count, people=(name,)) for part in parts]
            places = note_all(vault, entries)
        tidy(vault)  # the bytes, and the key by which the log knew them
        records.rewrite(vault.records)
    return Erased(len(ended), count, places[-1])


def expire(vault: Vault, now: datetime) -> int:
    """End the keys of every day that a zone keeps no longer, and of every day that nothing can be sent for any more.

    Returns how many partitions ended. What has expired could not be read before this ran either.
    """
    with writing(vault):
        with records.transaction(vault.records) as connection:
            today = records.today(connection, now.astimezone(UTC).date())
            first = {zone: today - timedelta(days=days) for zone, days in kept(vault).items()}
        with keys.unlocked(vault.keys) as ring:
            old = [
                leaf.id
                for zone in Zone
                for leaf in ring.leaves(branch=Branch(zone))
                if leaf.day < first[zone].isoformat()
            ]
            ring.destroy(old)
        note_all(vault, [KeyDestroyed(day=today, key=key, why="expired") for key in old])
        with records.transaction(vault.records) as connection:
            ended = [
                connection.execute(delete(table).where(table.c.zone == zone, table.c.day < first[zone])).rowcount
                for zone in Zone
            ]
            connection.execute(
                delete(envelopes).where(envelopes.c.state != "stored", envelopes.c.day < today - window(vault))
            )
        close_days(vault)
        tidy(vault)
        if any(ended):
            records.rewrite(vault.records)
    return sum(ended)


def _forget(connection: Connection, participant: str, today: date) -> int:
    """Remove a participant's rows; a tombstone stays for each partition. Returns how many partitions there were."""
    theirs = connection.execute(select(table).where(table.c.owner == participant)).all()
    for row in theirs:
        connection.execute(
            insert(tombstones).values(partition=row.partition, zone=row.zone, name=row.name, erased=today)
        )
    batches = select(envelopes.c.batch).where(envelopes.c.participant == participant)
    connection.execute(delete(incidents).where(incidents.c.batch.in_(batches)))
    connection.execute(delete(table).where(table.c.owner == participant))
    for rows in (envelopes, devices, participants):
        connection.execute(delete(rows).where(rows.c.participant == participant))
    return len(theirs)
