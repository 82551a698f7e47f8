"""The hold's key: 32 random bytes in the kernel's keyring, or derived from a passphrase. Never beside the data."""

import os
import secrets
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from glasswork.device.errors import HoldKeyGone, HoldLocked
from glasswork.device.hold import keyring
from glasswork.device.hold.file import connect, writing

VARIABLE: Final = "GLASSWORK_PASSPHRASE"
SIZE: Final = 32
SCRYPT_N: Final = 2**16
"""The cost of trying one passphrase: 64 MB of memory and a fifth of a second or so (RFC 7914, r = 8, p = 1)."""

_KEYRING, _PASSPHRASE = b"keyring", b"passphrase"


def find_key(folder: Path, ask: Callable[[], str] | None = None, *, prefer_passphrase: bool = False) -> bytes:
    """The key of the hold in `folder`; for a new hold one is made.

    A new hold gets a passphrase where GLASSWORK_PASSPHRASE is set, where the person prefers one, or where there is no
    keyring. `ask` prompts for it (twice, for a new one). Raises HoldKeyGone where the keyring has lost the key, and
    HoldLocked where no passphrase is given.
    """
    db = connect(folder)
    try:
        identity, home = _identity(db, prefer_passphrase or VARIABLE in os.environ)
    finally:
        db.close()
    if home == _KEYRING:
        key = keyring.find(_name(identity))
        if key is None:
            raise HoldKeyGone
        return key
    passphrase = os.environ.get(VARIABLE) or (ask() if ask else "")
    if not passphrase:
        raise HoldLocked(
            "The hold is locked with a passphrase, and none was given, so nothing in it can be read or added. Set "
            f"{VARIABLE}, or run the command in a terminal, where it can ask."
        )
    return Scrypt(salt=identity, length=SIZE, n=SCRYPT_N, r=8, p=1).derive(passphrase.encode())


def forget_key(db: sqlite3.Connection) -> None:
    """End the key of a hold: within a write transaction, take it out of the keyring and its name out of the file."""
    for (identity,) in db.execute("SELECT value FROM meta WHERE name = 'id'"):
        keyring.remove(_name(identity))
    db.execute("DELETE FROM meta WHERE name IN ('id', 'home', 'check', 'totals')")


def _identity(db: sqlite3.Connection, passphrase: bool) -> tuple[bytes, bytes]:
    """16 random bytes, which name the key in the keyring and salt the passphrase, and which of the two it is."""
    with writing(db):
        meta = dict(db.execute("SELECT name, value FROM meta WHERE name IN ('id', 'home')"))
        if not meta:
            identity = secrets.token_bytes(16)
            stored = not passphrase and keyring.put(_name(identity), secrets.token_bytes(SIZE))
            meta = {"id": identity, "home": _KEYRING if stored else _PASSPHRASE}
            db.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    return meta["id"], meta["home"]


def _name(identity: bytes) -> str:
    return f"glasswork-hold-{identity.hex()}"
