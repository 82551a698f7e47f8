"""Checkpoints: the size and root of a log, signed. C2SP signed-note, tlog-checkpoint and tlog-cosignature, Ed25519.

A checkpoint is the text

    glasswork.audit/KEYHASH
    300
    yjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m2Eg=

then an empty line and one line per signature: the log's, then the cosignatures of its witnesses. The first line, the
origin, is derived from the log's key. Whoever signs is known by a verifier key, `NAME+KEYID+BASE64`.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from glasswork.govern.errors import LogAltered, NotAVerifier

LARGEST: Final = 100_000
SIGNS: Final = b"\x01"
COSIGNS: Final = b"\x04"
_BODY: Final = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")
_NAME: Final = re.compile(r"[!-*,-~]{1,200}")  # printable ASCII without space and plus
_BAD: Final = (
    "The log's checkpoint is not signed by the log's key, or it was altered. Nothing in the log can be relied on "
    "beyond an older checkpoint that you kept: verify against that one."
)


class Checkpoint(Struct, frozen=True):
    """How many entries a log has, and the root of its tree (32 bytes)."""

    size: int
    root: bytes


class Verifier(Struct, frozen=True):
    """Whose signature is looked for. `kind` is SIGNS for a log, COSIGNS for a witness."""

    name: str
    kind: bytes
    key: Ed25519PublicKey

    @property
    def id(self) -> bytes:
        """The four bytes that stand before each signature of this key."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.key.public_bytes_raw()).digest()[:4]


def origin(key: Ed25519PublicKey) -> str:
    """The name of the log that this key signs."""
    return f"glasswork.audit/{hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]}"


def log_verifier(key: Ed25519PublicKey) -> Verifier:
    """The verifier of the log that this key signs."""
    return Verifier(origin(key), SIGNS, key)


def vkey(verifier: Verifier) -> str:
    """A verifier as text, as C2SP writes it: name, key id, kind and key."""
    material = base64.b64encode(verifier.kind + verifier.key.public_bytes_raw()).decode()
    return f"{verifier.name}+{verifier.id.hex()}+{material}"


def read_vkey(text: str, kind: bytes) -> Verifier:
    """The verifier that `vkey` wrote. Raises NotAVerifier if it is none of this kind, or its parts do not agree."""
    try:
        name, _, material = text.split("+", 2)
        blob = base64.b64decode(material, validate=True)
        verifier = Verifier(name, blob[:1], Ed25519PublicKey.from_public_bytes(blob[1:]))
        if verifier.kind != kind or not _NAME.fullmatch(name) or vkey(verifier) != text:
            raise ValueError
    except ValueError:
        role = "witness" if kind == COSIGNS else "log"
        raise NotAVerifier(
            f"This is not the verifier key of a {role} (NAME+KEYID+BASE64, Ed25519), or a character of it was changed. "
            "Nothing was trusted. Ask for it again."
        ) from None
    return verifier


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> bytes:
    """The signed note of a checkpoint."""
    verifier = log_verifier(key.public_key())
    text = f"{verifier.name}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n"
    return f"{text}\n".encode() + _line(verifier, key.sign(text.encode()))


def read_checkpoint(note: bytes, key: Ed25519PublicKey) -> Checkpoint:
    """The checkpoint in a signed note, once the log's own signature is verified; other signatures are ignored.

    Raises LogAltered if it is not a checkpoint of this log, or the signature does not verify.
    """
    return open_checkpoint(note, log_verifier(key))


def open_checkpoint(note: bytes, log: Verifier) -> Checkpoint:
    """As `read_checkpoint`, for a log of any origin."""
    try:
        text, signatures = _parts(note)
        body = _BODY.fullmatch(text)
        if body is None or body[1] != log.name:
            raise ValueError("not a checkpoint of this log")
        root = base64.b64decode(body[3], validate=True)
        found = list(_signatures(signatures, log))
        for signature in found:
            log.key.verify(signature, text.encode())
        if not found:
            raise ValueError("no signature by the log's key")
    except (ValueError, InvalidSignature):  # UnicodeDecodeError and binascii.Error are ValueErrors
        raise LogAltered(_BAD) from None
    return Checkpoint(int(body[2]), root)


def note_text(note: bytes) -> str:
    """What a note says, without its signatures: for a checkpoint, its origin, size and root, a line each.

    Raises LogAltered if it is no note.
    """
    try:
        return _parts(note)[0]
    except ValueError:
        raise LogAltered(_BAD) from None


def cosign(note: bytes, name: str, key: Ed25519PrivateKey, now: datetime) -> bytes:
    """The line by which a witness says that, at `now`, this was the newest consistent checkpoint (cosignature/v1).

    Call it only once that is so: see `witness`. Raises LogAltered if it is no note.
    """
    text = note_text(note)
    time = int(now.timestamp())
    signature = time.to_bytes(8, "big") + key.sign(_cosigned(time, text))
    return _line(Verifier(name, COSIGNS, key.public_key()), signature)


def cosigned_by(note: bytes, witnesses: Sequence[Verifier]) -> dict[str, datetime]:
    """Which of these witnesses cosigned a note, and when (UTC).

    Raises LogAltered where a line that claims to be of one of them does not verify: then the whole note is refused.
    """
    try:
        text, signatures = _parts(note)
        times: dict[str, datetime] = {}
        for witness in witnesses:
            for blob in _signatures(signatures, witness):
                time = int.from_bytes(blob[:8], "big")
                witness.key.verify(blob[8:], _cosigned(time, text))
                times[witness.name] = datetime.fromtimestamp(time, UTC)
    except (ValueError, OverflowError, OSError, InvalidSignature):  # a time beyond the calendar is no time
        raise LogAltered(
            "A cosignature on the log's checkpoint claims to be of a witness that you trust, and is not. Somebody "
            "altered the checkpoint: keep it, and ask the witness for what it last cosigned."
        ) from None
    return times


def _cosigned(time: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _line(verifier: Verifier, signature: bytes) -> bytes:
    return f"— {verifier.name} {base64.b64encode(verifier.id + signature).decode()}\n".encode()


def _parts(note: bytes) -> tuple[str, str]:
    """The text, with its last newline, and the signature lines. Raises ValueError."""
    text, separator, signatures = note[:LARGEST].decode().rpartition("\n\n")
    if not separator:
        raise ValueError("not a signed note")
    return text + "\n", signatures


def _signatures(lines: str, signer: Verifier) -> Iterator[bytes]:
    """The signatures of one signer, without the key id. Raises ValueError where a line is no signature line."""
    for line in lines.splitlines():
        match line.split(" "):
            case ["—", name, encoded]:
                if name == signer.name:
                    blob = base64.b64decode(encoded, validate=True)
                    if blob[:4] == signer.id:
                        yield blob[4:]
            case _:
                raise ValueError("not a signature line")
