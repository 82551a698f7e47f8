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
from typing import Any

import polars as pl
from sqlalchemy import Connection, Row, insert, select, update

from glasswork.schema.words import Scope, Zone
from glasswork.vault import keys, objects
from glasswork.vault.errors import Damaged
from glasswork.vault.frames import open_frame, seal_frame
from glasswork.vault.handle import Vault
from glasswork.vault.keys import Branch, Leaf
from glasswork.vault.records import transaction
from glasswork.vault.tables import envelopes, participants
from glasswork.vault.tables import objects as table


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


def load(vault: Vault, row: Row[Any]) -> pl.DataFrame:
    """The frame of a partition, decrypted. Raises KeyGone where it is no more, Damaged where its bytes are wrong."""
    data = objects.get(vault.objects, row.path)  # before the key, which is the first to go when it is written again
    secret = keys.get(vault.keys, row.key)
    if data is None:
        raise Damaged("The bytes of a stored object are missing, though its key is there. Restore the folder objects/.")
    return open_frame(data, secret, _bound(row.partition, row.zone, row.key))


def store(
    vault: Vault, place: Place, frame: pl.DataFrame, purposes: Iterable[str], also: Callable[[Connection], None]
) -> str:
    """Write a partition under a new key, in one transaction with whatever `also` does. Returns its id.

    Call it inside `handle.writing`. `purposes` are those that the data may be used for. Raises Unavailable or
    KeysUnusable, and then the partition is what it was.
    """
    with transaction(vault.records) as connection:
        old = find(connection, place)
    partition = secrets.token_hex(16) if old is None else old.partition
    key = secrets.token_hex(16)
    path = f"{objects.SEALED}/{secrets.token_hex(16)}"
    secret = keys.new(vault.keys, Leaf(key, Branch(place.zone), place.day.isoformat(), place.owner))
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
        if old is None:
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
        keys.destroy(vault.keys, [old.key])
        objects.delete(vault.objects, old.path)
    return partition


def tidy(vault: Vault) -> int:
    """Destroy every key and remove every stored byte that no row names. Returns how many there were.

    Call it inside `handle.writing`. Such things are what a killed program leaves behind, and what an erasure leaves.
    """
    with transaction(vault.records) as connection:  # held to the end: nobody stores or enrols meanwhile
        named = connection.execute(select(table.c.key, table.c.path)).all()
        people = set(connection.scalars(select(participants.c.participant)))
        unopened = connection.scalars(select(envelopes.c.digest).where(envelopes.c.state != "admitted"))
        with keys.unlocked(vault.keys) as ring:
            of_objects = {leaf.id for zone in Zone for leaf in ring.leaves(branch=Branch(zone))}
            of_strangers = {leaf.id for leaf in ring.leaves() if leaf.owner and leaf.owner not in people}
            gone = ring.destroy((of_objects - {row.key for row in named}) | of_strangers)
        gone += objects.sweep(vault.objects, objects.SEALED, {row.path for row in named})
        return gone + objects.sweep(vault.objects, objects.ENVELOPES, set(map(objects.envelope_path, unopened)))


def _bound(partition: str, zone: str, key: str) -> bytes:
    """What sealed bytes are bound to: they open only as this partition, in this zone, under this key."""
    return "\0".join(("glasswork-object-v1", partition, zone, key)).encode()
