"""Checkpoints: the size and root of a log, signed. C2SP signed-note and tlog-checkpoint, Ed25519 only.

A checkpoint is the text

    glasswork.audit/KEYHASH
    300
    yjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m2Eg=

then an empty line and one line per signature. The first line, the origin, is derived from the log's key.
"""

import base64
import hashlib
import re
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from glasswork.govern.errors import LogAltered

LARGEST: Final = 100_000
_ED25519: Final = b"\x01"
_BODY: Final = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")


class Checkpoint(Struct, frozen=True):
    """How many entries a log has, and the root of its tree (32 bytes)."""

    size: int
    root: bytes


def origin(key: Ed25519PublicKey) -> str:
    """The name of the log that this key signs."""
    return f"glasswork.audit/{hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]}"


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> bytes:
    """The signed note of a checkpoint."""
    name = origin(key.public_key())
    text = f"{name}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n"
    signature = base64.b64encode(_key_id(name, key.public_key()) + key.sign(text.encode())).decode()
    return f"{text}\n— {name} {signature}\n".encode()


def read_checkpoint(note: bytes, key: Ed25519PublicKey) -> Checkpoint:
    """The checkpoint in a signed note, once the log's own signature is verified; other signatures are ignored.

    Raises LogAltered if it is not a checkpoint of this log, or the signature does not verify.
    """
    try:
        text, separator, signatures = note[:LARGEST].decode().rpartition("\n\n")
        body = _BODY.fullmatch(text + "\n")
        if not separator or body is None or body[1] != origin(key):
            raise ValueError("not a checkpoint of this log")
        root = base64.b64decode(body[3], validate=True)
        _verify(text + "\n", signatures, key)
    except (ValueError, InvalidSignature):  # UnicodeDecodeError and binascii.Error are ValueErrors
        raise LogAltered(
            "The log's checkpoint is not signed by the log's key, or it was altered. Nothing in the log can be relied "
            "on beyond an older checkpoint that you kept: verify against that one."
        ) from None
    return Checkpoint(int(body[2]), root)


def _verify(text: str, signatures: str, key: Ed25519PublicKey) -> None:
    """Raise ValueError or InvalidSignature unless a line of this key verifies (and every line of it does)."""
    name = origin(key)
    known = 0
    for line in signatures.splitlines():
        match line.split(" "):
            case ["—", signer, encoded] if signer == name:
                blob = base64.b64decode(encoded, validate=True)
                if blob[:4] == _key_id(name, key):
                    key.verify(blob[4:], text.encode())
                    known += 1
            case ["—", _, _]:
                pass
            case _:
                raise ValueError("not a signature line")
    if not known:
        raise ValueError("no signature by the log's key")


def _key_id(name: str, key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key.public_bytes_raw()).digest()[:4]
