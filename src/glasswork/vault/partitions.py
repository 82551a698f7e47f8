"""Partitions: sealed frames with an owner and a day. A write is always a new key, new bytes, and the end of the old.

The order is key, bytes, row; then old key, old bytes. Killed anywhere, the partition is either what it was or what it
was to be, and `tidy` removes whatever no row names.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, update

from glasswork.schema.words import Scope, Zone
from glasswork.vault import keys, objects
from glasswork.vault.errors import Damaged
from glasswork.vault.frames import open_frame, seal_frame
from glasswork.vault.handle import Vault
from glasswork.vault.keys import Logged
from glasswork.vault.records import transaction
from glasswork.vault.ring import Branch, Leaf
from glasswork.vault.tables import devices, envelopes, incidents, participants, tombstones
from glasswork.vault.tables import objects as table

_ZONES = frozenset(Branch(zone) for zone in Zone)

STAGED: Final = ".new"
"""The end of the names under which a data set lies while it is built (`staging`)."""


@dataclass(frozen=True, slots=True)
class Place:
    """What makes a partition the same one when it is written again. `source` is the partition it was derived from."""

    zone: Zone
    name: str
    scope: Scope
    owner: str
    day: date
    source: str = ""


def find(connection: Connection, place: Place) -> Row[Any] | None:
    """The row of the partition in this place, if there is one."""
    return connection.execute(
        select(table).where(
            table.c.zone == place.zone,
            table.c.name == place.name,
            table.c.scope == place.scope,
            table.c.owner == place.owner,
            table.c.day == place.day,
            table.c.source == place.source,
        )
    ).first()


def purposes_of(row: Row[Any]) -> frozenset[str]:
    """The purposes that a partition may be used for."""
    return frozenset(row.purposes.split())


def shared(purposes: Sequence[frozenset[str]]) -> frozenset[str]:
    """The purposes that all have; none of none."""
    return reduce(lambda one, other: one & other, purposes) if purposes else frozenset()


def load(vault: Vault, row: Row[Any], decision: Logged) -> pl.DataFrame:
    """The frame of a partition, decrypted for a logged decision.

    Raises KeyGone where it is no more, Damaged where its bytes are wrong, and what refuses the decision.
    """
    data = objects.get(vault.objects, row.path)  # before the key, which is the first to go when it is written again
    secret = keys.lease(vault.ring, decision, row.key)
    if data is None:
        raise Damaged("The bytes of a stored object are missing, though its key is there. Restore the folder objects/.")
    return open_frame(data, secret, _bound(row.partition, row.zone, row.key))


def store(
    vault: Vault,
    place: Place,
    frame: pl.DataFrame,
    purposes: Iterable[str],
    also: Callable[[Connection], None],
    *,
    anew: bool = False,
) -> str:
    """Write a partition under a new key, in one transaction with whatever `also` does. Returns its id.

    It keeps its id; with `anew` it gets a new one, and nothing more can be derived from what it was.
    Call it inside `handle.writing`. `purposes` are those that the data may be used for. Raises Unavailable or
    KeysUnusable, and then the partition is what it was.
    """
    with transaction(vault.records) as connection:
        old = find(connection, place)
    partition = secrets.token_hex(16) if old is None or anew else old.partition
    key = secrets.token_hex(16)
    path = f"{objects.SEALED}/{secrets.token_hex(16)}"
    named = place.name.removesuffix(STAGED)  # what is staged is read only once it has its name
    secret = keys.new(vault.ring, Leaf(key, Branch(place.zone), place.day.isoformat(), place.owner, dataset=named))
    data = seal_frame(frame, secret, _bound(partition, place.zone, key))
    objects.put(vault.objects, path, data)
    written = {
        "rows": frame.height,
        "purposes": " ".join(sorted(purposes)),
        "key": key,
        "path": path,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    with transaction(vault.records) as connection:
        if old is not None and anew:
            bury(connection, [old], vault.today())
        if old is None or anew:
            connection.execute(
                insert(table).values(
                    partition=partition,
                    zone=place.zone,
                    name=place.name,
                    source=place.source,
                    scope=place.scope,
                    owner=place.owner,
                    day=place.day,
                    **written,
                )
            )
        else:
            connection.execute(update(table).where(table.c.partition == partition).values(**written))
        also(connection)
    if old is not None:
        keys.destroy(vault.ring, [old.key])
        objects.delete(vault.objects, old.path)
    return partition


def bury(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]], today: date) -> int:
    """Remove the rows of partitions whose keys end or ended; a tombstone stays for each. Returns how many."""
    if rows:
        marks = [{"partition": row.partition, "zone": row.zone, "name": row.name, "erased": today} for row in rows]
        connection.execute(delete(table).where(table.c.partition == bindparam("partition")), marks)
        connection.execute(insert(tombstones).prefix_with("OR IGNORE"), marks)
    return len(rows)


def tombstones_of(vault: Vault, zone: Zone, name: str) -> tuple[str, ...]:
    """The partitions of a data set that were erased, sorted by their random ids."""
    of = tombstones.c
    with transaction(vault.records) as connection:
        erased = select(of.partition).where(of.zone == zone, of.name == name).order_by(of.partition)
        return tuple(connection.scalars(erased))


def bury_person(connection: Connection, participant: str, today: date) -> int:
    """Remove all rows of a participant. Returns how many partitions there were."""
    count = bury(connection, connection.execute(select(table).where(table.c.owner == participant)).all(), today)
    batches = select(envelopes.c.batch).where(envelopes.c.participant == participant)
    connection.execute(delete(incidents).where(or_(incidents.c.owner == participant, incidents.c.batch.in_(batches))))
    for rows in (envelopes, devices, participants):
        connection.execute(delete(rows).where(rows.c.participant == participant))
    return count


def tidy(vault: Vault) -> int:
    """Destroy every key and remove every stored byte that no row names. Returns how many there were.

    Call it inside `handle.writing`. Such things are what a killed program leaves behind, and what an erasure leaves.
    Rows without a key go too: they come from a copy of the data that was made before an erasure, and put back.
    """
    today = vault.today()
    with transaction(vault.records) as connection:  # held to the end: nobody stores or enrols meanwhile
        leaves = keys.leaves(vault.ring)
        there = {leaf.id for leaf in leaves}
        known = {leaf.owner for leaf in leaves if leaf.branch is Branch.PEOPLE}
        people = set(connection.scalars(select(participants.c.participant)))
        for stranger in sorted(people - known):
            bury_person(connection, stranger, today)
        of = table.c
        rows = connection.execute(select(of.partition, of.zone, of.name, of.key)).all()
        bury(connection, [row for row in rows if row.key not in there], today)
        named = {row.key for row in rows} & there
        of_objects = {leaf.id for leaf in leaves if leaf.branch in _ZONES}
        present = (people & known) | {""}  # a key without an owner is the service's own
        of_strangers = {leaf.id for leaf in leaves if leaf.owner not in present}
        gone = keys.destroy(vault.ring, (of_objects - named) | of_strangers)
        return gone + sweep(vault, connection)


def sweep(vault: Vault, connection: Connection) -> int:
    """Remove every stored byte that no row names. Returns how many files there were. Call it inside `writing`."""
    named = set(connection.scalars(select(table.c.path)))
    unopened = connection.scalars(select(envelopes.c.digest).where(envelopes.c.state != "admitted"))
    gone = objects.sweep(vault.objects, objects.SEALED, named)
    return gone + objects.sweep(vault.objects, objects.ENVELOPES, set(map(objects.envelope_path, unopened)))


def _bound(partition: str, zone: str, key: str) -> bytes:
    """What sealed bytes are bound to: they open only as this partition, in this zone, under this key."""
    return "\0".join(("glasswork-object-v1", partition, zone, key)).encode()
