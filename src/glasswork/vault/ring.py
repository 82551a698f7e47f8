"""The key ring: every stored byte is under a key that can be destroyed.

    root → branch (a zone, or sealing, people, service) → day → leaf
    root → owners → owner → leaf

A leaf that is somebody's is wrapped twice, by its owner's key and then by its day's, so it ends with either: a day
expires, and a person is erased, without wrapping anew what everybody else has on all of that person's days.

All keys are 32 random bytes, none is derived. Each is stored wrapped by its parent (AES-256-GCM, the row's own
identity as associated data) in `keyring.sqlite3`; the root lies beside it in `root.key`, readable by its owner alone.
This folder is never part of a backup of the data.

Destroying a leaf rotates every key above it, the root included, and wraps what remains anew; where it is its owner's
last, their key ends and is what is rotated above, and its day may stay as it is. So nothing rests on the
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
    id TEXT NOT NULL UNIQUE,
    parent TEXT NOT NULL,
    branch TEXT NOT NULL,
    day TEXT NOT NULL,
    owner TEXT NOT NULL,
    public BLOB NOT NULL,
    dataset TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (parent, id) -- a rotation writes what is under one parent: it lies together
) STRICT, WITHOUT ROWID;
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
    OWNERS = "owners"  # has no leaves: a key for each participant


class Leaf(Struct, frozen=True):
    """A key without its secret: `day` is an ISO date or empty, `owner` a pseudonym, `public` what may be shown.

    `dataset` is the data set that the key is of; empty outside the zones.
    """

    id: str
    branch: Branch
    day: str
    owner: str
    public: bytes = b""
    dataset: str = ""


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
        leaf = self.leaf(key)
        if leaf is None or _expired(leaf, self.first):
            raise KeyGone(
                "A key is gone: the data under it were erased, expired or rewritten, and cannot be read any more."
            )
        secret = self._unwrap(self._unwrap(self._unwrap(self.root, leaf.branch), _day(leaf)), key)
        return _open(AESGCM(self._owner(leaf.owner)), secret, _as_owned(leaf)) if _owned(leaf) else secret

    def add(self, leaf: Leaf, secret: bytes) -> None:
        """Store a leaf under its owner, branch and day, whose keys are made where they are missing."""
        if _owned(leaf):
            secret = _wrap(self._owner(leaf.owner), _as_owned(leaf), secret)
        day = _day(leaf)
        branch_key = self._node(self.root, Leaf(leaf.branch, leaf.branch, "", ""), "root")
        day_key = self._node(branch_key, Leaf(day, leaf.branch, leaf.day, ""), leaf.branch)
        self._insert(leaf, day, day_key, secret)

    def leaf(self, key: str) -> Leaf | None:
        """What is known of a leaf; None where it is no more."""
        found = self.rows.execute(
            "SELECT id, branch, day, owner, public, dataset FROM key WHERE id = ? AND parent LIKE '%/%'", (key,)
        ).fetchone()
        return None if found is None else Leaf(found[0], Branch(found[1]), *found[2:])

    def leaves(self, *, branch: Branch | None = None, owner: str | None = None) -> list[Leaf]:
        """The leaves of a branch, of an owner, or both, oldest day first."""
        given = {column: value for column, value in (("branch", branch), ("owner", owner)) if value is not None}
        wanted = " AND ".join(("parent LIKE '%/%'", *(f"{column} = ?" for column in given)))
        found = self.rows.execute(
            f"SELECT id, branch, day, owner, public, dataset FROM key WHERE {wanted} ORDER BY day, id",
            [*given.values()],
        )
        return [Leaf(key, Branch(of), *rest) for key, of, *rest in found]

    def destroy(self, keys: Collection[str], *, more: bool = False) -> int:
        """Delete leaves and rotate what wrapped them, up to the root. Returns how many there were.

        With `more`, another call follows that destroys something, and the file is written anew only then.
        """
        gone = [
            Leaf(*found)
            for key in sorted(keys)
            for found in self.rows.execute(
                "DELETE FROM key WHERE id = ? AND parent LIKE '%/%' RETURNING id, branch, day, owner", (key,)
            ).fetchall()
        ]
        if not gone:
            return 0
        ended = {owner for owner in {leaf.owner for leaf in gone if _owned(leaf)} if self._end_owner(owner)}
        above = {Branch.OWNERS, *(node for leaf in gone for node in (leaf.branch, _day(leaf)))}
        touched = {Branch.OWNERS} if ended else set[str]()
        touched |= {
            node for leaf in gone if not (_owned(leaf) and leaf.owner in ended) for node in (leaf.branch, _day(leaf))
        }
        for node in sorted(above, reverse=True):  # days before their branches
            self.rows.execute(
                "DELETE FROM key WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM key WHERE parent = ?1)", (node,)
            )
        new_root = secrets.token_bytes(SIZE)
        write(self.stored, NEXT, new_root)
        self._rotate(new_root, touched)
        self.root = new_root
        self.rewrite = not more
        return len(gone)

    def _owner(self, owner: str) -> bytes:
        owners = self._node(self.root, Leaf(Branch.OWNERS, Branch.OWNERS, "", ""), "root")
        return self._node(owners, Leaf(_owner_id(owner), Branch.OWNERS, "", owner), Branch.OWNERS)

    def _end_owner(self, owner: str) -> bool:
        """Delete an owner's key where it wraps nothing any more."""
        return bool(
            self.rows.execute(
                "DELETE FROM key WHERE id = ?1 AND NOT EXISTS "
                "(SELECT 1 FROM key WHERE owner = ?2 AND branch NOT IN ('owners', 'people'))",
                (_owner_id(owner), owner),
            ).rowcount
        )

    def _node(self, parent_key: bytes, node: Leaf, parent: str) -> bytes:
        if self.rows.execute("SELECT 1 FROM key WHERE id = ?", (node.id,)).fetchone():
            return self._unwrap(parent_key, node.id)
        secret = secrets.token_bytes(SIZE)
        self._insert(node, parent, parent_key, secret)
        return secret

    def _insert(self, leaf: Leaf, parent: str, parent_key: bytes, secret: bytes) -> None:
        identity = (leaf.id, parent, leaf.branch, leaf.day, leaf.owner, leaf.public, leaf.dataset)
        wrapped = _wrap(parent_key, _bound(*identity), secret)
        self.rows.execute("INSERT INTO key VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*identity, wrapped))

    def _unwrap(self, parent_key: bytes, key: str) -> bytes:
        *identity, wrapped = self.rows.execute(
            "SELECT id, parent, branch, day, owner, public, dataset, wrapped FROM key WHERE id = ?", (key,)
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

        def rewrapped(
            key: str, parent: str, branch: str, day: str, owner: str, public: bytes, dataset: str, wrapped: bytes
        ) -> Any:
            bound = _bound(key, parent, branch, day, owner, public, dataset)
            try:
                return _seal(after[parent], bound, new.get(key) or _open(before[parent], wrapped, bound))
            except KeysUnusable:  # SQLite would not let it through; it refuses the null, and nothing is changed
                return None

        self.rows.create_function("rewrapped", 8, rewrapped)
        self.rows.execute(  # one statement for all: a day has many children
            "UPDATE key SET wrapped = rewrapped(id, parent, branch, day, owner, public, dataset, wrapped) "
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


def _expired(leaf: Leaf, first: Mapping[str, date]) -> bool:
    return leaf.branch in first and leaf.day < first[leaf.branch].isoformat()


def _day(leaf: Leaf) -> str:
    return f"{leaf.branch}/{leaf.day}"


def _owner_id(owner: str) -> str:
    return f"{Branch.OWNERS}/{owner}"


def _owned(leaf: Leaf) -> bool:
    """Whether a leaf ends with its owner's key: all that have one do, but that by which the log knows the person."""
    return bool(leaf.owner) and leaf.branch != Branch.PEOPLE


def _as_owned(leaf: Leaf) -> bytes:
    """What a leaf is bound to under its owner's key."""
    return _bound(leaf.id, _owner_id(leaf.owner), leaf.branch, leaf.day, leaf.owner, leaf.public, leaf.dataset)


def _bound(key: str, parent: str, branch: str, day: str, owner: str, public: bytes, dataset: str) -> bytes:
    """What a wrapped key is bound to, so that no row can stand in for another."""
    return "\0".join(("glasswork-key-v2", key, parent, branch, day, owner, public.hex(), dataset)).encode()


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
