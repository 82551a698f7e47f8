"""Stored bytes: envelopes as devices sent them, and sealed frames, as files of a folder. All of it is ciphertext."""

import os
from pathlib import Path

from glasswork.govern.tiles import replace_durably
from glasswork.vault.errors import Unavailable

ENVELOPES = "envelopes"
SEALED = "sealed"


def connect(folder: Path) -> Path:
    """The store in `folder`, with its two rooms; made where it is missing."""
    for room in (ENVELOPES, SEALED):
        (folder / room).mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def envelope_path(digest: str) -> str:
    """Where the envelope with this SHA-256 lies: by its content, so that storing it twice is storing it once."""
    return f"{ENVELOPES}/{digest}"


def put(store: Path, path: str, data: bytes) -> None:
    """Store bytes under `path`, on the disk before it returns; all or nothing. Raises Unavailable on a full disk.

    The file's times are set to the beginning of 1970: when work was sent is nobody's business.
    """
    try:
        replace_durably(store / path, data, dated=False)
    except OSError:
        raise Unavailable(
            "The vault cannot write to its disk, so nothing was stored. The sender keeps what it has and tries again; "
            "make room on the disk."
        ) from None


def get(store: Path, path: str) -> bytes | None:
    """The bytes under `path`; None where there are none."""
    try:
        return (store / path).read_bytes()
    except FileNotFoundError:
        return None


def delete(store: Path, path: str) -> None:
    """Remove the bytes under `path`; nothing happens where there are none."""
    (store / path).unlink(missing_ok=True)


def sweep(store: Path, room: str, keep: set[str]) -> int:
    """Remove everything in a room but the paths in `keep`, half-written files included. Returns how many there were."""
    folder = store / room
    with os.scandir(folder) as files:  # a Path for each would cost more than all the rest
        strangers = [file.name for file in files if f"{room}/{file.name}" not in keep]
    for name in strangers:
        (folder / name).unlink(missing_ok=True)
    return len(strangers)
