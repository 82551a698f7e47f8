"""Stored bytes: envelopes as devices sent them, and sealed frames. All of it is ciphertext.

obstore's local store renames a finished file into place but does not sync it (seen with strace), so `put` writes the
file itself: an answer that says "stored" must survive the power cut after it.
"""

import errno
import os
import secrets
from pathlib import Path

import obstore
from obstore.store import LocalStore

from glasswork.vault.errors import Unavailable

ENVELOPES = "envelopes"
SEALED = "sealed"


def connect(folder: Path) -> LocalStore:
    """The store in `folder`, with its two rooms."""
    for room in (ENVELOPES, SEALED):
        (folder / room).mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(folder)


def envelope_path(digest: str) -> str:
    """Where the envelope with this SHA-256 lies: by its content, so that storing it twice is storing it once."""
    return f"{ENVELOPES}/{digest}"


def put(store: LocalStore, path: str, data: bytes) -> None:
    """Store bytes under `path`, on the disk before it returns; all or nothing. Raises Unavailable on a full disk.

    The file's times are set to the beginning of 1970: when work was sent is nobody's business.
    """
    file = Path(str(store.prefix)) / path
    part = file.with_name(f"{file.name}#{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", 0) as out:
            if out.write(data) != len(data):
                raise OSError(errno.ENOSPC, "a part of the file was written")
            os.utime(out.fileno(), (0, 0))
            os.fsync(out.fileno())
        part.rename(file)
        directory = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError:
        part.unlink(missing_ok=True)
        raise Unavailable(
            "The vault cannot write to its disk, so nothing was stored. The sender keeps what it has and tries again; "
            "make room on the disk."
        ) from None


def get(store: LocalStore, path: str) -> bytes | None:
    """The bytes under `path`; None where there are none."""
    try:
        return bytes(obstore.get(store, path).bytes())
    except FileNotFoundError:
        return None


def delete(store: LocalStore, path: str) -> None:
    """Remove the bytes under `path`; nothing happens where there are none."""
    try:
        obstore.delete(store, path)
    except FileNotFoundError:
        return


def sweep(store: LocalStore, room: str, keep: set[str]) -> int:
    """Remove everything in a room but the paths in `keep`, half-written files included. Returns how many there were."""
    folder = Path(str(store.prefix)) / room
    with os.scandir(folder) as files:  # a Path for each would cost more than all the rest
        strangers = [file.name for file in files if f"{room}/{file.name}" not in keep]
    for name in strangers:
        (folder / name).unlink(missing_ok=True)
    return len(strangers)
