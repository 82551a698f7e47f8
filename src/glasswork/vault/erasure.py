"""The end of data: a person's, for good, or a day's, when its time is over. Both are the end of keys first.

Nothing may come back: the keys go before the rows that name them, so a program killed in between leaves data that
nobody can read, and a second run removes what is left of them.
"""
# pyright: reportUnknownMemberType=false
# (Polars' signatures name numpy, which is not installed)

from collections.abc import Collection
from datetime import UTC, date, datetime

import msgspec
import polars as pl
from sqlalchemy import delete, select, update

from glasswork.govern.authorise import authorise
from glasswork.govern.decide import Act, Dataset, Session
from glasswork.govern.entries import Erased as ErasedEntry
from glasswork.govern.entries import KeyDestroyed, ReleasedCopy, encode
from glasswork.schema.words import Scope, Zone
from glasswork.vault import keys, records, retention
from glasswork.vault.admission import close_days
from glasswork.vault.certificate import Certificate, certify
from glasswork.vault.enrolment import window
from glasswork.vault.handle import Vault, name_in_log, note_all, writing
from glasswork.vault.keys import RELEASED, logged
from glasswork.vault.partitions import Place, bury, bury_person, load, purposes_of, store, sweep, tidy
from glasswork.vault.refusals import take_again
from glasswork.vault.released import copies, flag
from glasswork.vault.ring import Branch
from glasswork.vault.tables import devices, envelopes, participants
from glasswork.vault.tables import objects as table

KEYS_PER_ENTRY = 1_000
"""So that an entry of the audit log stays below its 65,535 bytes."""


class Erased(msgspec.Struct, frozen=True):
    """What an erasure ended, and the certificate of it. `entry` is the place of its (last) entry in the audit log.

    `released` are the copies that it could not reach.
    """

    keys: int
    objects: int
    entry: int
    certificate: Certificate
    released: tuple[ReleasedCopy, ...]


def erase(vault: Vault, participant: str, session: Session) -> Erased:
    """End all of a participant's keys in every zone, then their rows and bytes; leave tombstones and an entry.

    A rights request: raises govern's Refused unless the session is that person or the privacy officer, and
    NotEnrolled where there is no such participant (any more).
    """
    with records.transaction(vault.records) as connection:
        scope = connection.scalar(select(participants.c.scope).where(participants.c.participant == participant))
        today = vault.today()
    name = name_in_log(vault, participant)
    facts = Dataset(
        "everything", session.environment, scope or vault.approved.policy.scope, participant, 1, frozenset()
    )
    grant = authorise(
        vault.log, vault.rules, session, Act.ERASE, facts, "rights_request", now=vault.clock(), people=(name,)
    )
    take_again(vault, participant)  # they are nobody from now on, and that they refused is about them too
    with writing(vault):
        released = copies(vault, participant, logged(grant))
        flagged = flag(vault, released, name, today)
        theirs = keys.leaves(vault.ring, owner=participant)
        ended = [leaf.id for leaf in theirs if leaf.branch is not Branch.PEOPLE]
        keys.destroy(vault.ring, ended, more=True)  # the key by which the log knows them goes last
        with records.transaction(vault.records) as connection:
            count = bury_person(connection, participant, today)
            parts = [ended[n : n + KEYS_PER_ENTRY] for n in range(0, len(ended), KEYS_PER_ENTRY)] or [[]]
            entries = [ErasedEntry(day=today, keys=tuple(part), objects=count, people=(name,)) for part in parts]
            places = note_all(vault, entries)
            proven = list(zip(places, map(encode, entries), strict=True))
        with records.transaction(vault.records) as connection:
            sweep(vault, connection)
        keys.destroy(vault.ring, [leaf.id for leaf in theirs if leaf.branch is Branch.PEOPLE])
        records.rewrite(vault.records)
    return Erased(len(ended), count, places[-1], certify(vault.log, [*proven, *flagged], vault.log_key), released)


def names_of(vault: Vault, participant: str) -> list[str]:
    """All by which the vault knows a participant: what to look for when they are erased. For a proof of erasure."""
    with records.transaction(vault.records) as connection:
        theirs = envelopes.c.participant == participant
        named = [
            *connection.scalars(select(devices.c.device).where(devices.c.participant == participant)),
            *connection.scalars(select(envelopes.c.batch).where(theirs)),
            *connection.scalars(select(envelopes.c.digest).where(theirs)),
            *connection.scalars(select(table.c.path).where(table.c.owner == participant)),
        ]
    return [participant, *named]


def forget(
    vault: Vault, participant: str, day: date, session: Session, rows: Collection[tuple[int, int]] | None = None
) -> int:
    """Forget a participant's day, or of it the actions with these numbers (`batch`, `row`). Returns how many went.

    What is left of the day is written anew under a new key and id, so that nothing which is being derived from what
    was there can be stored any more; what had been derived from it, built data sets included, ends with the old key,
    and is made anew from what is left. A rights request, refused and logged like an erasure.
    """
    with records.transaction(vault.records) as connection:
        scope = connection.scalar(select(participants.c.scope).where(participants.c.participant == participant))
    name = name_in_log(vault, participant)
    facts = Dataset("a day", session.environment, scope or vault.approved.policy.scope, participant, 1, frozenset())
    grant = authorise(
        vault.log, vault.rules, session, Act.ERASE, facts, "rights_request", now=vault.clock(), people=(name,)
    )
    with writing(vault):
        today = vault.today()
        with records.transaction(vault.records) as connection:
            theirs = connection.execute(select(table).where(table.c.owner == participant, table.c.day == day)).all()
            if rows is None:  # what waits or is in quarantine has no key of its own to end: `tidy` takes its bytes
                sent = (envelopes.c.participant == participant) & (envelopes.c.day == day)
                connection.execute(update(envelopes).where(sent).values(state="admitted"))
        days = [row for row in theirs if row.zone == Zone.ACTIONS]
        derived = [row for row in theirs if row.zone != Zone.ACTIONS and not row.name.endswith(RELEASED)]
        kept = [(row, _without(load(vault, row, logged(grant)), rows)) for row in days]
        gone = sum(row.rows for row in days) - sum(frame.height for _, frame in kept)
        if not gone:
            tidy(vault)
            return 0
        note_all(vault, [KeyDestroyed(day=today, key=row.key, why="erased") for row in (*days, *derived)])
        with records.transaction(vault.records) as connection:
            bury(connection, derived, today)
        for row, frame in kept:
            place = Place(Zone.ACTIONS, row.name, Scope(row.scope), participant, day)
            store(vault, place, frame, purposes_of(row), lambda _: None, anew=True)
        tidy(vault)
        records.rewrite(vault.records)
    return gone


def expire(vault: Vault, now: datetime) -> int:
    """End the keys of every day that a zone keeps no longer, and of every day that nothing can be sent for any more.

    Returns how many partitions ended. What has expired could not be read before this ran either.
    """
    with writing(vault):
        today = retention.advance(vault.keys, now.astimezone(UTC).date(), vault.kept)
        first = retention.first_days(vault.keys)
        old = [
            leaf.id
            for zone in Zone
            for leaf in keys.leaves(vault.ring, branch=Branch(zone))
            if leaf.day < first[zone].isoformat()
        ]
        keys.destroy(vault.ring, old)
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


def _without(frame: pl.DataFrame, rows: Collection[tuple[int, int]] | None) -> pl.DataFrame:
    """The frame without the actions of these numbers, or without any; a Screen that only they showed goes too."""
    if rows is None:
        return frame.clear()
    gone = pl.DataFrame(sorted(rows), schema={"batch": pl.UInt32, "row": pl.UInt32}, orient="row")
    return frame.join(gone, on=["batch", "row"], how="anti", maintain_order="left")
