"""Stored bytes: envelopes as devices sent them, and sealed frames. All of it is ciphertext.

obstore's local store renames a finished file into place but does not sync it (seen with strace), so `put` does:
an answer that says "stored" must survive the power cut after it.
"""

import os
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
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
    try:
        obstore.put(store, path, data)
        file = Path(str(store.prefix)) / path
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.utime(descriptor, (0, 0))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        directory = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except (BaseError, OSError):
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
    strangers = [file for file in folder.iterdir() if f"{room}/{file.name}" not in keep]
    for file in strangers:
        file.unlink(missing_ok=True)
    return len(strangers)
