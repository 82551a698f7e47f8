"""The vault as a handle: its folders, its records, its audit log, and the policy in force.

records.sqlite3   what lies here          keys/   root.key, keyring.sqlite3, log.key: never in a backup of the rest
objects/          ciphertext              log/    the audit log
"""

import fcntl
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from obstore.store import LocalStore
from sqlalchemy import Connection, Engine, insert, select, update

from glasswork.govern.decide import Rules
from glasswork.govern.entries import Entry, PolicyAccepted, commitment, encode
from glasswork.govern.log import CHECKPOINT, Log, create_log
from glasswork.policy import Approved, Policy
from glasswork.policy.keys import load_key, new_key
from glasswork.vault import keys, objects, records
from glasswork.vault.errors import NotEnrolled, NotPermitted
from glasswork.vault.keys import Branch
from glasswork.vault.tables import policies

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Vault:
    """An open vault; `connect` makes one. It may be shared by threads, and its folder by processes."""

    folder: Path
    approved: Approved
    rules: Rules
    records: Engine
    objects: LocalStore
    log: Log
    clock: Clock

    @property
    def keys(self) -> Path:
        """The folder of the key ring."""
        return self.folder / "keys"

    @property
    def log_key(self) -> Ed25519PublicKey:
        """The public key that verifies the audit log's checkpoints: keep it elsewhere."""
        return load_key(self.keys / "log.key").public_key()

    def today(self, connection: Connection) -> date:
        """The vault's day (UTC), which never goes back."""
        return records.today(connection, self.clock().astimezone(UTC).date())


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def connect(folder: Path, approved: Approved, *, clock: Clock = _now) -> Generator[Vault]:
    """The vault in `folder`, made where there is none, under the policy that was approved.

    `clock` gives the time, with its zone. A policy that is new here is entered in the audit log, and supersedes the
    one before. Raises KeysUnusable, Unavailable, NotPermitted for a policy older than the one in force, or govern's
    LogUnavailable and LogAltered.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys.create(folder / "keys")
    engine = records.connect(folder / "records.sqlite3")
    try:
        store = objects.connect(folder / "objects")
        vault = Vault(folder, approved, Rules.of(approved), engine, store, _log(folder, engine), clock)
        _take_policy(vault)
        yield vault
    finally:
        engine.dispose()


@contextmanager
def writing(vault: Vault) -> Generator[None]:
    """Exclude every other writer of sealed objects, in this process and others.

    A write makes a key, then bytes, then a row; whatever has no row and no writer can therefore be swept away.
    """
    descriptor = os.open(vault.folder / "write.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def note_all(vault: Vault, entries: Sequence[Entry]) -> range:
    """Append entries to the audit log, all or none; they are on the disk when this returns. Returns their places."""
    return vault.log.append_all([encode(entry) for entry in entries])


def name_in_log(vault: Vault, participant: str) -> str:
    """The commitment by which the audit log names a participant. Raises NotEnrolled where their key is gone."""
    with keys.unlocked(vault.keys) as ring:
        for leaf in ring.leaves(branch=Branch.PEOPLE, owner=participant):
            return commitment(ring.get(leaf.id), participant)
    raise NotEnrolled("A participant is not enrolled here, or was erased. There is nothing of theirs in this vault.")


def _log(folder: Path, engine: Engine) -> Log:
    """The audit log. Only a vault that never had a policy may begin one: a log that was removed is not begun again."""
    with records.transaction(engine) as connection:
        fresh = connection.execute(select(policies)).first() is None
    key_file = folder / "keys" / "log.key"
    if fresh and not key_file.exists():
        new_key(key_file)
    key = load_key(key_file)
    if fresh and not (folder / "log" / CHECKPOINT).exists():
        return create_log(folder / "log", key)
    return Log(folder / "log", key)


def _take_policy(vault: Vault) -> None:
    """Make the approved policy the one in force here, unless it is; the one before is superseded from today."""
    approved = vault.approved
    with records.transaction(vault.records) as connection:
        current = connection.execute(select(policies).where(policies.c.superseded.is_(None))).first()
        if current is not None and current.hash == approved.hash:
            return
        if current is not None and msgspec.json.decode(current.document, type=Policy).epoch >= approved.policy.epoch:
            raise NotPermitted(
                "A later version of the policy was in force in this vault already, and policies never go back. Use the "
                "current one, or have a version with a higher epoch signed."
            )
        day = vault.today(connection)
        note_all(vault, [PolicyAccepted(day=day, policy=approved.hash, epoch=approved.policy.epoch)])
        connection.execute(update(policies).where(policies.c.superseded.is_(None)).values(superseded=day))
        connection.execute(insert(policies).values(hash=approved.hash, document=msgspec.json.encode(approved.policy)))
