"""An open hold, and what tells its key from another."""

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from glasswork.device.errors import HoldLocked
from glasswork.device.hold import box, file

OUTBOX: Final = "outbox"


@dataclass(frozen=True, slots=True)
class Hold:
    """An open hold, for the functions of this package. Threads may share it. It closes as a context manager."""

    folder: Path
    db: sqlite3.Connection
    key: bytes | None
    lock: threading.RLock

    @property
    def outbox(self) -> Path:
        """The folder where sealed batches lie until they are sent."""
        return self.folder / OUTBOX

    def secret(self) -> bytes:
        """The key, 32 bytes. Raises HoldLocked where the hold was opened without."""
        if self.key is None:
            raise HoldLocked(
                "The hold was opened without its key, which is enough to delete what has expired and to see what was "
                "sent, and for nothing else. Open it with its key."
            )
        return self.key

    def __enter__(self) -> "Hold":
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()


def open_hold(folder: Path, key: bytes | None) -> Hold:
    """Open the hold in `folder` (made if it is not there) with the key that `find_key` found, or without one.

    Raises HoldLocked for the key of another hold, HoldDamaged for a file that is no hold, and DiskFull.
    """
    hold = Hold(folder, file.connect(folder), key, threading.RLock())
    try:
        if key is not None:
            _check(hold.db, key)
    except BaseException:
        hold.db.close()
        raise
    return hold


def _check(db: sqlite3.Connection, key: bytes) -> None:
    """Tell a wrong key from damaged data, by a sealed value that says nothing. The first key that comes defines it."""
    with file.writing(db):
        row = db.execute("SELECT value FROM meta WHERE name = 'check'").fetchone()
        if row is None:
            db.execute("INSERT INTO meta VALUES ('check', ?)", (box.seal(key, "check", "glasswork"),))
            return
    try:
        box.unseal(key, "check", row[0], str)
    except box.Unreadable:
        raise HoldLocked(
            "The passphrase or key is not the one of this hold. The data is not damaged, and nothing was read, added "
            "or deleted. Try again with the right one."
        ) from None
