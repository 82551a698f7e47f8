"""The key ring: every stored byte is under a key that can be destroyed.

    root → branch (a zone, or sealing, people, service) → day → leaf

All keys are 32 random bytes, none is derived. Each is stored wrapped by its parent (AES-256-GCM, the row's own
identity as associated data) in `keyring.sqlite3`; the root lies beside it in `root.key`, readable by its owner alone.
This folder is never part of a backup of the data.

Destroying a leaf rotates every key above it, the root included, and wraps what remains anew. So nothing rests on the
database forgetting old pages: an old copy of the key ring does not open with the new root, and the only bytes that
must really go are the 32 of the old root, which are overwritten where they lie.

`root.key` has two slots of 32 bytes, `live` and `next`. A rotation writes `next`, commits the re-wrapped rows, then
moves `next` to `live` and zeroes it. Whoever opens the ring after a crash finds `next` in use and finishes: the rows
open with exactly one of the two.
"""

import fcntl
import os
import secrets
import sqlite3
import stat
from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from glasswork.vault.errors import KeyGone, KeysUnusable, Unavailable

ROOT_FILE = "root.key"
RING_FILE = "keyring.sqlite3"
SIZE = 32
NONCE = 12
_UNUSED = bytes(SIZE)

_TABLE = """
CREATE TABLE IF NOT EXISTS key (
    id TEXT PRIMARY KEY,
    parent TEXT NOT NULL,
    branch TEXT NOT NULL,
    day TEXT NOT NULL,
    owner TEXT NOT NULL,
    public BLOB NOT NULL,
    wrapped BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS key_parent ON key (parent);
CREATE INDEX IF NOT EXISTS key_owner ON key (owner, branch, day);
"""


class Branch(StrEnum):
    """The keys right under the root. The first three are the zones."""

    ACTIONS = "actions"
    EPISODES = "episodes"
    DATASETS = "datasets"
    SEALING = "sealing"  # private halves of what devices seal to
    PEOPLE = "people"  # what commits audit-log entries to a person
    SERVICE = "service"  # what signs sealing keys


@dataclass(frozen=True, slots=True)
class Leaf:
    """A key without its secret: `day` is an ISO date or empty, `owner` a pseudonym, `public` what may be shown."""

    id: str
    branch: Branch
    day: str
    owner: str
    public: bytes = b""


@dataclass(slots=True)
class Ring:
    """The key ring while it is locked and open, inside `unlocked`."""

    rows: sqlite3.Connection
    root_file: int
    root: bytes
    destroyed: bool = False
    """Whether something was destroyed in this transaction."""

    def get(self, key: str) -> bytes:
        """The secret of a leaf. Raises KeyGone."""
        found = self.rows.execute("SELECT parent, branch FROM key WHERE id = ?", (key,)).fetchone()
        if found is None:
            raise KeyGone(
                "A key is gone: the data under it were erased, expired or rewritten, and cannot be read any more."
            )
        day, branch = found
        return self._unwrap(self._unwrap(self._unwrap(self.root, branch), day), key)

    def add(self, leaf: Leaf, secret: bytes) -> None:
        """Store a leaf under its branch and day, whose keys are made where they are missing."""
        day = f"{leaf.branch}/{leaf.day}"
        branch_key = self._node(self.root, Leaf(leaf.branch, leaf.branch, "", ""), "root")
        day_key = self._node(branch_key, Leaf(day, leaf.branch, leaf.day, ""), leaf.branch)
        self._insert(leaf, day, day_key, secret)

    def leaves(self, *, branch: Branch | None = None, owner: str | None = None) -> list[Leaf]:
        """The leaves of a branch, of an owner, or both, oldest day first."""
        found = self.rows.execute(
            "SELECT id, branch, day, owner, public FROM key WHERE parent LIKE '%/%' "
            "AND branch = coalesce(?, branch) AND owner = coalesce(?, owner) ORDER BY day, id",
            (branch, owner),
        )
        return [Leaf(key, Branch(of), day, whose, public) for key, of, day, whose, public in found]

    def destroy(self, keys: Collection[str]) -> int:
        """Delete leaves and rotate what wrapped them, up to the root. Returns how many there were."""
        touched: set[str] = set()
        gone = 0
        for key in sorted(keys):
            for branch, day in self.rows.execute(
                "DELETE FROM key WHERE id = ? AND parent LIKE '%/%' RETURNING branch, parent", (key,)
            ).fetchall():
                touched |= {branch, day}
                gone += 1
        if not gone:
            return 0
        for node in sorted(touched, reverse=True):  # days before their branches
            self.rows.execute(
                "DELETE FROM key WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM key WHERE parent = ?1)", (node,)
            )
        new_root = secrets.token_bytes(SIZE)
        _write(self.root_file, new_root, SIZE)
        self._rewrap("root", self.root, new_root, touched)
        self.root = new_root
        self.destroyed = True
        return gone

    def _node(self, parent_key: bytes, node: Leaf, parent: str) -> bytes:
        if self.rows.execute("SELECT 1 FROM key WHERE id = ?", (node.id,)).fetchone():
            return self._unwrap(parent_key, node.id)
        secret = secrets.token_bytes(SIZE)
        self._insert(node, parent, parent_key, secret)
        return secret

    def _insert(self, leaf: Leaf, parent: str, parent_key: bytes, secret: bytes) -> None:
        bound = _bound(leaf.id, parent, leaf.branch, leaf.day, leaf.owner, leaf.public)
        self.rows.execute(
            "INSERT INTO key VALUES (?, ?, ?, ?, ?, ?, ?)",
            (leaf.id, parent, leaf.branch, leaf.day, leaf.owner, leaf.public, _wrap(parent_key, bound, secret)),
        )

    def _unwrap(self, parent_key: bytes, key: str) -> bytes:
        *identity, wrapped = self.rows.execute(
            "SELECT id, parent, branch, day, owner, public, wrapped FROM key WHERE id = ?", (key,)
        ).fetchone()
        try:
            return AESGCM(parent_key).decrypt(wrapped[:NONCE], wrapped[NONCE:], _bound(*identity))
        except InvalidTag:
            raise KeysUnusable(
                "The key ring does not open with its root key: one of them is from another time or place, or was "
                "altered. Nothing can be read. Put back the key folder that belongs to this vault."
            ) from None

    def _rewrap(self, parent: str, old: bytes, new: bytes, touched: set[str]) -> None:
        """Wrap the children of `parent` under `new`; those in `touched` get a new key of their own."""
        children = self.rows.execute(
            "SELECT id, branch, day, owner, public FROM key WHERE parent = ? ORDER BY id", (parent,)
        ).fetchall()
        for key, branch, day, owner, public in children:
            secret = self._unwrap(old, key)
            if key in touched:
                fresh = secrets.token_bytes(SIZE)
                self._rewrap(key, secret, fresh, touched)
                secret = fresh
            wrapped = _wrap(new, _bound(key, parent, branch, day, owner, public), secret)
            self.rows.execute("UPDATE key SET wrapped = ? WHERE id = ?", (wrapped, key))

    def settle(self) -> None:
        """Make `next` the root where the rows are under it, and forget the other."""
        live, following = os.pread(self.root_file, SIZE, 0), os.pread(self.root_file, SIZE, SIZE)
        self.root = live
        if following == _UNUSED:
            return
        first = self.rows.execute("SELECT id FROM key WHERE parent = 'root' LIMIT 1").fetchone()
        try:
            if first is not None:
                self._unwrap(following, first[0])
            self.root = following
            _write(self.root_file, following, 0)
        except KeysUnusable:
            pass  # the rotation never happened: the rows are still under `live`
        _write(self.root_file, _UNUSED, SIZE)


def create(folder: Path) -> None:
    """Make the key folder of a new vault: a random root and an empty key ring. An existing one is left as it is.

    Raises KeysUnusable where a key ring has lost its root.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / ROOT_FILE).exists():
        return
    if (folder / RING_FILE).exists():
        raise KeysUnusable(
            "The vault has a key ring but no root key, so nothing in it can be opened. Put back keys/root.key; if it "
            "was destroyed on purpose, start a new vault."
        )
    made = folder / f"{ROOT_FILE}.{secrets.token_hex(4)}"
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secrets.token_bytes(SIZE) + _UNUSED)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    made.rename(folder / ROOT_FILE)
    os.close(os.open(folder / RING_FILE, os.O_CREAT, 0o600))
    directory = os.open(folder, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)


@contextmanager
def unlocked(folder: Path) -> Generator[Ring]:
    """The key ring in `folder`, for one transaction and for this caller alone; committed at the end.

    Raises KeysUnusable where the folder is missing or damaged, or where others may read the root key; Unavailable on
    a full disk.
    """
    try:
        root_file = os.open(folder / ROOT_FILE, os.O_RDWR)
    except OSError as error:
        raise KeysUnusable(f"The vault's root key cannot be read: {error.strerror}. Nothing can be opened.") from None
    try:
        mode = stat.S_IMODE(os.fstat(root_file).st_mode)
        if mode & 0o077 or os.fstat(root_file).st_size != 2 * SIZE:
            raise KeysUnusable(
                f"The vault's root key is open to other users (mode {mode:04o}) or has the wrong size, so it is not "
                "used. If nobody else has read it, `chmod 600` it; otherwise erase the vault and start a new one."
            )
        fcntl.flock(root_file, fcntl.LOCK_EX)
        if not (folder / RING_FILE).exists():  # an empty one in its place would look as if all had been erased
            raise KeysUnusable(
                "The vault has a root key but no key ring, so nothing in it can be opened. Put back "
                "keys/keyring.sqlite3; if the vault never held anything, remove the folder keys/."
            )
        rows = sqlite3.connect(folder / RING_FILE, isolation_level=None)
        try:
            rows.executescript(f"PRAGMA secure_delete = ON; PRAGMA synchronous = EXTRA; {_TABLE}")
            ring = Ring(rows, root_file, b"")
            ring.settle()
            rows.execute("BEGIN IMMEDIATE")
            yield ring
            rows.execute("COMMIT")
            ring.settle()
            if ring.destroyed:  # secure_delete leaves behind what SQLite had moved within the file before
                rows.execute("VACUUM")
        finally:
            rows.close()  # rolls back what was not committed
    except sqlite3.OperationalError as error:
        raise Unavailable(
            f"The key ring cannot be written or read ({error}). Nothing was changed in it. Make room on the disk, or "
            "wait until the other program is done, and try again."
        ) from None
    except sqlite3.Error as error:
        raise KeysUnusable(f"The key ring cannot be used ({error}). Nothing was changed in it.") from None
    finally:
        os.close(root_file)  # and with it the lock


def new(folder: Path, leaf: Leaf) -> bytes:
    """Make a random key for `leaf` and store it. Returns the secret."""
    secret = secrets.token_bytes(SIZE)
    with unlocked(folder) as ring:
        ring.add(leaf, secret)
    return secret


def get(folder: Path, key: str) -> bytes:
    """The secret of a leaf. Raises KeyGone where it was destroyed."""
    with unlocked(folder) as ring:
        return ring.get(key)


def destroy(folder: Path, keys: Collection[str]) -> int:
    """Destroy leaves, all in one transaction. Returns how many there were; absent ones are no error."""
    with unlocked(folder) as ring:
        return ring.destroy(keys)


def limits() -> list[str]:
    """What the embedded key ring does not protect against, in plain sentences, for `doctor` and the documents."""
    host = (
        "The key service runs on this host, inside the programs that use it: an administrator of this computer can "
        "read keys/root.key, and with it everything that is stored here."
    )
    witness = "No witness on another host sees the audit log, so an administrator could replace the whole of it."
    disk = (
        "A destroyed root key is overwritten in place. On flash storage or a copy-on-write file system the old bytes "
        "may survive until the device reuses them; use full-disk encryption."
    )
    return [host, witness, disk]


def _bound(key: str, parent: str, branch: str, day: str, owner: str, public: bytes) -> bytes:
    """What a wrapped key is bound to, so that no row can stand in for another."""
    return "\0".join(("glasswork-key-v1", key, parent, branch, day, owner, public.hex())).encode()


def _wrap(parent_key: bytes, bound: bytes, secret: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(parent_key).encrypt(nonce, secret, bound)


def _write(descriptor: int, data: bytes, offset: int) -> None:
    os.pwrite(descriptor, data, offset)
    os.fsync(descriptor)
