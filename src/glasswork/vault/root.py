"""`root.key`: the root of the key ring, in two slots, `live` and `next`.

As a file, a slot is the 32 bytes of the key. With `kms.json` beside it, a slot is that key encrypted by AWS KMS (see
`kms`), so that a copy of the folder opens nothing without leave from KMS, and every start of a reader is in its log.
"""

import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from glasswork.govern.tiles import replace_durably
from glasswork.vault import kms
from glasswork.vault.errors import KeysUnusable

ROOT_FILE: Final = "root.key"
SIZE: Final = 32
LIVE: Final = 0
NEXT: Final = 1
_SEALED_SLOT: Final = 1024  # a KMS ciphertext of 32 bytes is below 400, after its length in two bytes


@dataclass(frozen=True, slots=True)
class Root:
    """An open `root.key`: `seal` makes the bytes of a slot of a key, `unseal` the reverse."""

    file: int
    slot: int
    seal: Callable[[bytes], bytes]
    unseal: Callable[[bytes], bytes]


def create_root(folder: Path) -> None:
    """Write a random root key, readable by its owner alone; on the disk, whole or not at all."""
    slot, seal, _ = _slots(folder)
    replace_durably(folder / ROOT_FILE, seal(secrets.token_bytes(SIZE)) + bytes(slot))


def open_root(folder: Path) -> Root:
    """Open the root key; whoever did closes `file`. Raises KeysUnusable where others may read it, or it is damaged."""
    try:
        file = os.open(folder / ROOT_FILE, os.O_RDWR)
    except OSError as error:
        raise KeysUnusable(f"The vault's root key cannot be read: {error.strerror}. Nothing can be opened.") from None
    try:
        root = Root(file, *_slots(folder))
        mode = stat.S_IMODE(os.fstat(file).st_mode)
        if mode & 0o077 or os.fstat(file).st_size != 2 * root.slot:
            raise KeysUnusable(
                f"The vault's root key is open to other users (mode {mode:04o}) or has the wrong size, so it is not "
                "used. If nobody else has read it, `chmod 600` it; otherwise erase the vault and start a new one."
            )
    except BaseException:
        os.close(file)
        raise
    return root


def read(root: Root, slot: int) -> bytes | None:
    """The key in a slot; None where it is not in use."""
    data = os.pread(root.file, root.slot, slot * root.slot)
    return root.unseal(data) if any(data) else None


def write(root: Root, slot: int, key: bytes | None) -> None:
    """Put a key into a slot, or nothing; on the disk when this returns."""
    os.pwrite(root.file, bytes(root.slot) if key is None else root.seal(key), slot * root.slot)
    os.fsync(root.file)


def promote(root: Root) -> None:
    """Make what is in `next` the live root, and empty `next`: the old root is overwritten where it lies."""
    os.pwrite(root.file, os.pread(root.file, root.slot, NEXT * root.slot), LIVE * root.slot)
    os.fsync(root.file)
    write(root, NEXT, None)
    kms.decrypt.cache_clear()  # which still knows the old one


def _slots(folder: Path) -> tuple[int, Callable[[bytes], bytes], Callable[[bytes], bytes]]:
    """The size of a slot, and its `seal` and `unseal`, as the folder has it."""
    settings = kms.settings(folder)
    if settings is None:
        return SIZE, lambda key: key, lambda data: data

    def seal(key: bytes) -> bytes:
        sealed = kms.encrypt(settings, key)
        return (len(sealed).to_bytes(2, "big") + sealed).ljust(_SEALED_SLOT, b"\0")

    def unseal(data: bytes) -> bytes:
        return kms.decrypt(settings, data[2 : 2 + int.from_bytes(data[:2], "big")])

    return _SEALED_SLOT, seal, unseal
