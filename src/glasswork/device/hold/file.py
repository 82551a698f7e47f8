"""The hold's file: SQLite, set up so that what is deleted is gone from it and no second file keeps a copy.

A rollback journal that is removed at the end of every transaction, and `secure_delete`. A write-ahead log would keep
old pages until some later checkpoint; the hold writes once in a few seconds, so it has nothing to gain from one. What
a file system or a disk keeps below its own files is beyond this.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Final, TypeVar

from glasswork.device.errors import DiskFull, HoldBusy, HoldDamaged
from glasswork.schema.errors import VersionError

FILE: Final = "hold.sqlite3"
FORMAT: Final = 2

SCHEMA: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE record (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    day TEXT NOT NULL,        -- ISO date of capture
    born INTEGER NOT NULL,    -- the same as a day of the hold's own calendar (clock.py)
    batch TEXT,               -- the batch that has claimed it
    withheld INTEGER NOT NULL,
    size BLOB NOT NULL,       -- how many actions it has, sealed
    sealed BLOB NOT NULL
);
CREATE TABLE task (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    first INTEGER NOT NULL,   -- the records in which it begins and ends
    last INTEGER NOT NULL,
    sealed BLOB NOT NULL
);
CREATE TABLE batch (
    id TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL UNIQUE,
    day TEXT NOT NULL,
    born INTEGER NOT NULL,
    state TEXT NOT NULL,      -- batches.py
    actions INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    reason TEXT NOT NULL,     -- why the service refused it
    sealed BLOB NOT NULL      -- the moment of its last record, and its exact counts
) WITHOUT ROWID;
CREATE TABLE sent (batch TEXT PRIMARY KEY, day TEXT NOT NULL, actions INTEGER NOT NULL, bytes INTEGER NOT NULL)
    WITHOUT ROWID;
"""

_PRAGMAS: Final = ("secure_delete=ON", "journal_mode=DELETE", "synchronous=FULL", "temp_store=MEMORY")

T = TypeVar("T")


def connect(folder: Path) -> sqlite3.Connection:
    """Open the hold's file in `folder`, making both (modes 0700 and 0600) where they are not there.

    Raises HoldDamaged where the file is not a hold, DiskFull where it cannot be made, and VersionError for the file
    of another version of Glasswork.
    """
    with _errors():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / FILE
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        try:
            for pragma in _PRAGMAS:
                db.execute(f"PRAGMA {pragma}")
            with writing(db):
                _prepare(db)
        except BaseException:
            db.close()
            raise
    return db


def _prepare(db: sqlite3.Connection) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version == 0:
        for statement in SCHEMA.split(";\n"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version={FORMAT}")
    elif version != FORMAT:
        way = (
            "Update Glasswork."
            if version > FORMAT
            else f"Send what is held with the version that made it, or move {FILE} out of the workspace to start anew."
        )
        raise VersionError(
            f"The hold is of format {version}, and this program knows format {FORMAT}. Nothing was read or changed. "
            + way
        )


@contextlib.contextmanager
def reading(db: sqlite3.Connection) -> Generator[None]:
    """One consistent view of the hold. Raises HoldDamaged or HoldBusy."""
    with _transaction(db, "BEGIN"):
        yield


@contextlib.contextmanager
def writing(db: sqlite3.Connection) -> Generator[None]:
    """One transaction, durable when the block ends. Raises DiskFull, HoldBusy or HoldDamaged: nothing was written."""
    with _transaction(db, "BEGIN IMMEDIATE"):
        yield


def delete(db: sqlite3.Connection, work: Callable[[], int]) -> int:
    """Run `work`, which deletes and returns how much, as one transaction, and leave no trace of that in the file.

    `secure_delete` alone does not do that: measured, one in some hundred deletions left a copy behind where SQLite had
    moved a record within the file before. Writing the file anew does.
    """

    def transact() -> int:
        with writing(db):
            return work()

    deleted = _even_when_full(db, transact)
    if deleted:
        rewrite(db)
    return deleted


def rewrite(db: sqlite3.Connection) -> None:
    """Write the file anew, with nothing in it but what is there."""

    def vacuum() -> None:
        with _errors():
            db.execute("VACUUM")

    _even_when_full(db, vacuum)


def _even_when_full(db: sqlite3.Connection, work: Callable[[], T]) -> T:
    """Run `work`, and once more with the journal in memory where the disk has no room for one.

    That risks the file if the machine stops in that moment; but a full disk is no excuse for not forgetting.
    """
    try:
        return work()
    except DiskFull:
        db.execute("PRAGMA journal_mode=MEMORY")
    try:
        return work()
    finally:
        db.execute("PRAGMA journal_mode=DELETE")


@contextlib.contextmanager
def _transaction(db: sqlite3.Connection, begin: str) -> Generator[None]:
    with _errors():
        db.execute(begin)
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


_CANNOT_WRITE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


@contextlib.contextmanager
def _errors() -> Generator[None]:
    """Say in our words what SQLite and the system report. Their messages are dropped: they name paths."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _CANNOT_WRITE:
            raise DiskFull from None
        if code == sqlite3.SQLITE_BUSY:
            raise HoldBusy from None
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise HoldDamaged from None
        raise
    except OSError:
        raise DiskFull from None
