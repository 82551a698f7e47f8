"""The key ring: every stored byte is under a key that can be destroyed.

    root → branch (a zone, or sealing, people, service) → day → leaf

All keys are 32 random bytes, none is derived. Each is stored wrapped by its parent (AES-256-GCM, the row's own
identity as associated data) in `keyring.sqlite3`; the root lies beside it in `root.key`, readable by its owner alone.
This folder is never part of a backup of the data.

Destroying a leaf rotates every key above it, the root included, and wraps what remains anew. So nothing rests on the
database forgetting old pages: an old copy of the key ring does not open with the new root, and the only bytes that
must really go are the 32 of the old root, which are overwritten where they lie.

A rotation writes the new root into the slot `next` of `root.key`, commits the re-wrapped rows, then moves it to
`live`. Whoever opens the ring after a crash finds `next` in use and finishes: the rows open with exactly one of them.
"""

import fcntl
import json
import os
import secrets
import sqlite3
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from glasswork.vault.errors import KeyGone, KeysUnusable, Unavailable
from glasswork.vault.retention import first_days
from glasswork.vault.root import LIVE, NEXT, ROOT_FILE, SIZE, Root, create_root, open_root, promote, read, write

RING_FILE = "keyring.sqlite3"
NONCE = 12

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
    REFUSALS = "refusals"  # what hides whose data is not taken


class Leaf(Struct, frozen=True):
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
    stored: Root
    root: bytes
    first: Mapping[str, date] = field(default_factory=dict[str, date])
    """Of each zone, the first day whose keys are still given out (see `retention`)."""

    rewrite: bool = False
    """Whether the file is to be written anew: something was destroyed, and no more follows right away."""

    def get(self, key: str) -> bytes:
        """The secret of a leaf. Raises KeyGone, also where its day has expired and nobody has swept it yet."""
        found = self.rows.execute("SELECT parent, branch FROM key WHERE id = ?", (key,)).fetchone()
        day, branch = found or ("", "")
        if found is None or _expired(day, branch, self.first):
            raise KeyGone(
                "A key is gone: the data under it were erased, expired or rewritten, and cannot be read any more."
            )
        return self._unwrap(self._unwrap(self._unwrap(self.root, branch), day), key)

    def add(self, leaf: Leaf, secret: bytes) -> None:
        """Store a leaf under its branch and day, whose keys are made where they are missing."""
        day = f"{leaf.branch}/{leaf.day}"
        branch_key = self._node(self.root, Leaf(leaf.branch, leaf.branch, "", ""), "root")
        day_key = self._node(branch_key, Leaf(day, leaf.branch, leaf.day, ""), leaf.branch)
        self._insert(leaf, day, day_key, secret)

    def leaf(self, key: str) -> Leaf | None:
        """What is known of a leaf; None where it is no more."""
        found = self.rows.execute(
            "SELECT id, branch, day, owner, public FROM key WHERE id = ? AND parent LIKE '%/%'", (key,)
        ).fetchone()
        return None if found is None else Leaf(found[0], Branch(found[1]), *found[2:])

    def leaves(self, *, branch: Branch | None = None, owner: str | None = None) -> list[Leaf]:
        """The leaves of a branch, of an owner, or both, oldest day first."""
        found = self.rows.execute(
            "SELECT id, branch, day, owner, public FROM key WHERE parent LIKE '%/%' "
            "AND branch = coalesce(?, branch) AND owner = coalesce(?, owner) ORDER BY day, id",
            (branch, owner),
        )
        return [Leaf(key, Branch(of), day, whose, public) for key, of, day, whose, public in found]

    def destroy(self, keys: Collection[str], *, more: bool = False) -> int:
        """Delete leaves and rotate what wrapped them, up to the root. Returns how many there were.

        With `more`, another call follows that destroys something, and the file is written anew only then.
        """
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
        write(self.stored, NEXT, new_root)
        self._rotate(new_root, touched)
        self.root = new_root
        self.rewrite = not more
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
        return _open(AESGCM(parent_key), wrapped, _bound(*identity))

    def _rotate(self, new_root: bytes, touched: set[str]) -> None:
        """Give the root and the nodes in `touched` new keys, and wrap all that is right under them anew."""
        old, new = {"root": self.root}, {"root": new_root}
        for node, parent in self.rows.execute(
            "SELECT id, parent FROM key WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(sorted(touched)),),
        ).fetchall():  # branches before their days
            old[node], new[node] = self._unwrap(old[parent], node), secrets.token_bytes(SIZE)
        before = {node: AESGCM(key) for node, key in old.items()}
        after = {node: AESGCM(key) for node, key in new.items()}

        def rewrapped(key: str, parent: str, branch: str, day: str, owner: str, public: bytes, wrapped: bytes) -> Any:
            bound = _bound(key, parent, branch, day, owner, public)
            try:
                return _seal(after[parent], bound, new.get(key) or _open(before[parent], wrapped, bound))
            except KeysUnusable:  # SQLite would not let it through; it refuses the null, and nothing is changed
                return None

        self.rows.create_function("rewrapped", 7, rewrapped)
        self.rows.execute(  # one statement for all: a day has many children
            "UPDATE key SET wrapped = rewrapped(id, parent, branch, day, owner, public, wrapped) "
            "WHERE parent IN (SELECT value FROM json_each(?))",
            (json.dumps([*new]),),
        )

    def settle(self) -> None:
        """Make `next` the root where the rows are under it, and forget the other."""
        live, following = read(self.stored, LIVE), read(self.stored, NEXT)
        if live is None:
            raise KeysUnusable("The vault's root key is empty, so nothing can be opened. Put back the key folder.")
        self.root = live
        if following is None:
            return
        first = self.rows.execute("SELECT id FROM key WHERE parent = 'root' LIMIT 1").fetchone()
        try:
            if first is not None:
                self._unwrap(following, first[0])
            self.root = following
            promote(self.stored)
        except KeysUnusable:
            write(self.stored, NEXT, None)  # the rotation never happened: the rows are still under `live`


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
    create_root(folder)
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
    root = open_root(folder)
    try:
        fcntl.flock(root.file, fcntl.LOCK_EX)
        if not (folder / RING_FILE).exists():  # an empty one in its place would look as if all had been erased
            raise KeysUnusable(
                "The vault has a root key but no key ring, so nothing in it can be opened. Put back "
                "keys/keyring.sqlite3; if the vault never held anything, remove the folder keys/."
            )
        rows = sqlite3.connect(folder / RING_FILE, isolation_level=None)
        try:
            rows.execute("PRAGMA secure_delete = ON").close()
            rows.execute("PRAGMA synchronous = EXTRA").close()
            if rows.execute("SELECT 1 FROM sqlite_schema WHERE name = 'key_owner'").fetchone() is None:
                rows.executescript(_TABLE)  # in a new ring, or one whose making was cut short
            ring = Ring(rows, root, b"", first_days(folder))
            ring.settle()
            rows.execute("BEGIN IMMEDIATE")
            yield ring
            rows.execute("COMMIT")
            if rows.total_changes:
                ring.settle()
            if ring.rewrite:  # secure_delete leaves behind what SQLite had moved within the file before
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
        os.close(root.file)  # and with it the lock


def _expired(parent: str, branch: str, first: Mapping[str, date]) -> bool:
    day = parent.removeprefix(f"{branch}/")
    return branch in first and day < first[branch].isoformat()


def _bound(key: str, parent: str, branch: str, day: str, owner: str, public: bytes) -> bytes:
    """What a wrapped key is bound to, so that no row can stand in for another."""
    return "\0".join(("glasswork-key-v1", key, parent, branch, day, owner, public.hex())).encode()


def _wrap(parent_key: bytes, bound: bytes, secret: bytes) -> bytes:
    return _seal(AESGCM(parent_key), bound, secret)


def _seal(parent: AESGCM, bound: bytes, secret: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + parent.encrypt(nonce, secret, bound)


def _open(parent: AESGCM, wrapped: bytes, bound: bytes) -> bytes:
    try:
        return parent.decrypt(wrapped[:NONCE], wrapped[NONCE:], bound)
    except InvalidTag:
        raise KeysUnusable(
            "The key ring does not open with its root key: one of them is from another time or place, or was "
            "altered. Nothing can be read. Put back the key folder that belongs to this vault."
        ) from None
