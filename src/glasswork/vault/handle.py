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
from sqlalchemy import Engine, insert, select, update

from glasswork.govern.choice import agreed_witnesses
from glasswork.govern.cosigners import WITNESSES
from glasswork.govern.decide import Rules
from glasswork.govern.entries import Entry, PolicyAccepted, encode
from glasswork.govern.log import CHECKPOINT, Log, create_log
from glasswork.policy import Approved, Policy
from glasswork.policy.keys import load_key, new_key
from glasswork.schema.words import Zone
from glasswork.vault import deployment, keys, objects, records, retention, ring, terms
from glasswork.vault.answering import embedded, start
from glasswork.vault.errors import NotEnrolled, NotPermitted
from glasswork.vault.keyservice import remote
from glasswork.vault.tables import policies

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Vault:
    """An open vault; `connect` makes one. It may be shared by threads, and its folder by processes."""

    folder: Path
    approved: Approved
    rules: Rules
    records: Engine
    objects: Path
    log: Log
    clock: Clock
    ring: keys.Ask
    """The key service, in this process or in its own."""

    @property
    def keys(self) -> Path:
        """The folder of the key ring."""
        return self.folder / "keys"

    @property
    def log_key(self) -> Ed25519PublicKey:
        """The public key that verifies the audit log's checkpoints: keep it elsewhere."""
        return load_key(self.keys / "log.key").public_key()

    def today(self) -> date:
        """The vault's day (UTC), which never goes back. Raises ClockLeapt, and then nothing may be done."""
        return retention.advance(self.keys, self.clock().astimezone(UTC).date(), self.kept)

    @property
    def kept(self) -> dict[Zone, int]:
        """For how many days the policy in force keeps each zone."""
        return retention.kept(self.approved.policy.retention)

    def first_day(self, zone: Zone) -> date:
        """The first day of a zone that has not expired. Raises ClockLeapt."""
        self.today()
        return retention.first_days(self.keys)[zone]


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
    if deployment.chosen(folder / "keys") is None:
        ring.create(folder / "keys")
    else:
        deployment.refuse_a_ring(folder / "keys")
    engine = records.connect(folder / "records.sqlite3")
    try:
        store = objects.connect(folder / "objects")
        log = _log(folder, engine)
        ask = _key_service(folder, approved, clock)
        vault = Vault(folder, approved, Rules.of(approved), engine, store, log, clock, ask)
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
    found = keys.name(vault.ring, participant)
    if found is not None:
        return found
    raise NotEnrolled("A participant is not enrolled here, or was erased. There is nothing of theirs in this vault.")


def _key_service(folder: Path, approved: Approved, clock: Clock) -> keys.Ask:
    """The key service that was chosen for this vault; by default the one in this process."""
    chosen = deployment.chosen(folder / "keys")
    if chosen is not None:
        return remote(Path(chosen.socket), chosen.user)
    log_key = load_key(folder / "keys" / "log.key").public_key()
    own = terms.of(approved)
    return embedded(start(folder / "keys", folder / "log", log_key, clock, lambda: own))


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
    return Log(folder / "log", key, agreed_witnesses(folder / "log", folder / WITNESSES, key))


def _take_policy(vault: Vault) -> None:
    """Make the approved policy the one in force here, unless it is; the one before is superseded from today."""
    approved = vault.approved
    with records.transaction(vault.records) as connection:
        current = connection.execute(select(policies).where(policies.c.superseded.is_(None))).first()
        document = msgspec.json.encode(approved.policy)
        if current is not None and current.hash == approved.hash:
            if current.document != document:  # an emergency change was ratified, and now lasts
                connection.execute(update(policies).where(policies.c.hash == approved.hash).values(document=document))
            return
        if current is not None and msgspec.json.decode(current.document, type=Policy).epoch >= approved.policy.epoch:
            raise NotPermitted(
                "A later version of the policy was in force in this vault already, and policies never go back. Use the "
                "current one, or have a version with a higher epoch signed."
            )
        day = vault.today()
        note_all(vault, [PolicyAccepted(day=day, policy=approved.hash, epoch=approved.policy.epoch)])
        connection.execute(update(policies).where(policies.c.superseded.is_(None)).values(superseded=day))
        connection.execute(insert(policies).values(hash=approved.hash, document=document))
