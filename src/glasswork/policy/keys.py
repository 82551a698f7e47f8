"""Keys of people: Ed25519 to sign, X25519 to open with; in a file of mode 0600, the public half as base64."""

import base64
import binascii
import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from glasswork.policy.errors import KeyUnusable


def new_key(path: Path) -> Ed25519PrivateKey:
    """Make a key and write it to `path` (PEM, PKCS #8, mode 0600).

    Raises KeyUnusable if the file exists (a key is never overwritten) or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    _write(path, key)
    return key


def new_opening_key(path: Path) -> X25519PrivateKey:
    """Make a key that opens what was sealed to its public half, and write it as `new_key` does."""
    key = X25519PrivateKey.generate()
    _write(path, key)
    return key


def _write(path: Path, key: Ed25519PrivateKey | X25519PrivateKey) -> None:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise KeyUnusable(
            f"There is already a file {path.name}. A key is never overwritten: choose another name."
        ) from None
    except OSError as error:
        raise KeyUnusable(f"The key file {path.name} cannot be written: {error.strerror}.") from None


def load_key(path: Path) -> Ed25519PrivateKey:
    """The private key in `path`.

    Raises KeyUnusable if it is missing, readable or writable by anyone but its owner, or not an Ed25519 key.
    """
    key = _read(path)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(
            f"{path.name} is not an Ed25519 private key in PEM form. Make one with `glasswork policy key`."
        )
    return key


def load_opening_key(path: Path) -> X25519PrivateKey:
    """The private key of `new_opening_key` in `path`. Raises KeyUnusable as `load_key` does."""
    key = _read(path)
    if not isinstance(key, X25519PrivateKey):
        raise KeyUnusable(
            f"{path.name} is not an X25519 private key in PEM form. Make one with `glasswork policy key --opening`."
        )
    return key


def _read(path: Path) -> object:
    """The private key in a file that is its owner's alone, of whatever kind; None if it holds none."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            pem = file.read(10_000)
    except OSError as error:
        raise KeyUnusable(f"The key file {path.name} cannot be read: {error.strerror}.") from None
    if mode & 0o077:
        raise KeyUnusable(
            f"The key file {path.name} is open to other users (mode {mode:04o}), so it may have been copied. "
            "Make a new key, or if you are sure, `chmod 600` it."
        )
    try:
        return load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def public_text(key: Ed25519PrivateKey | Ed25519PublicKey | X25519PrivateKey | X25519PublicKey) -> str:
    """The public key as text: its 32 bytes in base64 (RFC 4648, section 4)."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey | X25519PrivateKey) else key
    return base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def key_of_text(text: str) -> Ed25519PublicKey:
    """The public key that `public_text` wrote. Raises KeyUnusable if it is none, or written another way."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        key = None
    if key is None or public_text(key) != text:  # base64 has spare bits: one key, one spelling
        raise KeyUnusable("This is not an Ed25519 public key (32 bytes, in base64). Ask its owner to send it again.")
    return key


def sealing_key_of_text(text: str) -> X25519PublicKey:
    """The X25519 public key that `public_text` wrote. Raises KeyUnusable as `key_of_text` does."""
    try:
        key = X25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        key = None
    if key is None or public_text(key) != text:
        raise KeyUnusable("This is not an X25519 public key (32 bytes, in base64). Ask its owner to send it again.")
    return key
