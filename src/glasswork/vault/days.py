"""The day of a sealing key, which ingest asks for with every envelope: read from the key ring without opening it.

A key's day is no secret, so the root is not needed, and whoever reads waits only for the moment in which another
commits. Nothing is remembered here: SQLite itself notices when the ring has changed, so a day that was closed or a
person that was erased is gone with the next envelope.
"""

import sqlite3
import threading
from contextlib import closing
from datetime import date
from functools import lru_cache
from pathlib import Path

from glasswork.vault.errors import KeysUnusable, Unavailable
from glasswork.vault.ring import RING_FILE, Branch
from glasswork.vault.root import ROOT_FILE

_DAY = "SELECT day FROM key WHERE id = ? AND owner = ? AND branch = ? AND parent LIKE '%/%'"


def day_of(folder: Path, participant: str, key: str) -> date | None:
    """The day of a participant's sealing key in the ring in `folder`; None where there is no such key (any more).

    Raises KeysUnusable where the ring or its root is missing or damaged, Unavailable where it stays locked.
    """
    file = folder / RING_FILE
    try:
        (folder / ROOT_FILE).stat()
        found = file.stat()
        lock, rows = _opened(file, found.st_dev, found.st_ino)  # a ring that was put back is another file
        with lock, closing(rows.execute(_DAY, (key, participant, Branch.SEALING))) as answer:
            day = answer.fetchone()
    except FileNotFoundError:
        raise KeysUnusable("The vault's key ring or its root key is missing. Put back the key folder.") from None
    except sqlite3.OperationalError as error:
        raise Unavailable(f"The key ring cannot be read ({error}). Wait until the other program is done.") from None
    except sqlite3.Error as error:
        raise KeysUnusable(f"The key ring cannot be used ({error}). Nothing was changed in it.") from None
    return None if day is None else date.fromisoformat(day[0])


@lru_cache(maxsize=1)  # a process has one vault
def _opened(file: Path, _device: int, _inode: int) -> tuple[threading.Lock, sqlite3.Connection]:
    return threading.Lock(), sqlite3.connect(file, isolation_level=None, timeout=30, check_same_thread=False)
