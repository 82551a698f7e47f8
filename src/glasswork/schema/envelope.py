"""Envelope: a Batch sealed for the vault, as it travels and lies there (docs/formats/envelope.md).

Whoever holds an envelope but not the private key of its participant and day sees a header and noise. The whole
header goes into HPKE `info`, so a batch opens only under the scope, purpose, policy, device and sequence that it was
sealed for; the device's signature covers everything, so ingest can check it without opening anything.
"""

import secrets
import struct
from datetime import date
from typing import Annotated

import msgspec
import rfc8785
import zstandard
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from msgspec import Meta

from glasswork.schema.batch import Batch, decode_batch, encode_batch
from glasswork.schema.errors import FormatError
from glasswork.schema.words import Scope

MAGIC = b"glasswork-envelope-v2\n"
SIZES = tuple(1024 * 4**n for n in range(7))
"""The only lengths that an envelope may have: 1, 4, 16, 64, 256 KiB, 1 MiB and 4 MiB."""

MAX_ENVELOPE = SIZES[-1]
AROUND = 2_048
"""At most so many bytes of an envelope are not its compressed batch, however long its header is."""

MAX_PLAINTEXT = 16 * 1024 * 1024
SIGNATURE = 64
_HPKE = 32 + 16  # the encapsulated key, and the tag
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

Hex16 = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Hex32 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Identifier = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,63}$")]


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ingest may know of a batch.

    `batch` is 16 random bytes in hex and makes sending idempotent. `key` is the id of the participant-day key, which
    is how the day is known; `participant` and `device` are pseudonyms; `policy` is the bundle's hash; `sequence`
    counts a device's batches from 1; `basis` is the stated basis of an import, empty for what was recorded.
    """

    batch: Hex16
    key: Hex16
    participant: Identifier
    device: Identifier
    sequence: Annotated[int, Meta(ge=1, lt=2**53)]
    scope: Scope
    purpose: Identifier
    policy: Hex32
    basis: Annotated[str, Meta(max_length=200)] = ""


class SealingKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The public key of one participant-day, signed by the key service (Ed25519 over `signed_part`)."""

    key: Hex16
    participant: Identifier
    day: date
    public: bytes
    signature: bytes = b""

    def signed_part(self) -> bytes:
        """The bytes that the key service signs."""
        return b"glasswork-sealing-key-v1\n" + rfc8785.dumps(
            {
                "day": self.day.isoformat(),
                "key": self.key,
                "participant": self.participant,
                "public": self.public.hex(),
            }
        )

    def verify(self, service: Ed25519PublicKey) -> None:
        """Raise FormatError unless the key service signed this key."""
        try:
            service.verify(self.signature, self.signed_part())
        except InvalidSignature:
            raise FormatError(
                "A sealing key is not signed by the key service this device is enrolled with, so nothing was sealed "
                "to it: whoever sent it could read the data. Enrol again, or tell the security officer."
            ) from None


class Envelope(msgspec.Struct, frozen=True):
    """A parsed envelope. `signed` is everything that the signature covers."""

    header: Header
    ciphertext: bytes
    signature: bytes
    signed: bytes


def new_batch_id() -> str:
    """16 random bytes in hex."""
    return secrets.token_hex(16)


def compress(batch: Batch) -> bytes:
    """A Batch as it lies in an envelope, before it is padded. Raises FormatError for one that is too large."""
    return zstandard.ZstdCompressor(level=10).compress(encode_batch(batch))


def seal(batch: Batch, header: Header, key: SealingKey, device: Ed25519PrivateKey, *, at_least: int = 0) -> bytes:
    """Pack, compress, pad and encrypt a Batch to a participant-day key, and sign it.

    Returns the envelope, padded to the first of SIZES that holds it and is not below `at_least`: whoever sees it pass
    learns one of seven sizes. Raises FormatError where the key is another than the header names or the batch is too
    large.
    """
    if key.key != header.key or key.participant != header.participant:
        raise FormatError(
            "A batch was to be sealed to a key that its header does not name, so it would never open. Nothing was "
            "sealed. This is a fault of the program: please report it."
        )
    body = compress(batch)
    encoded = rfc8785.dumps(msgspec.to_builtins(header))
    head = MAGIC + struct.pack(">I", len(encoded)) + encoded
    framed = struct.pack(">I", len(body)) + body
    bare = len(head) + len(framed) + _HPKE + SIGNATURE
    size = next((size for size in SIZES if size >= max(bare, at_least)), None)
    if size is None:
        raise FormatError(
            f"A batch is larger than the {MAX_ENVELOPE} bytes that a vault accepts. Nothing was sealed. Send fewer "
            "actions at a time."
        )
    padded = framed + bytes(size - bare)
    signed = head + _SUITE.encrypt(padded, X25519PublicKey.from_public_bytes(key.public), info=encoded)
    return signed + device.sign(signed)


def parse(data: bytes) -> Envelope:
    """Take an envelope apart without opening it. Raises FormatError; checks no signature (see `verify`)."""
    start = len(MAGIC) + 4
    if not data.startswith(MAGIC):
        raise _bad("it does not begin as an envelope of this version does")
    if len(data) not in SIZES:
        raise _bad("it does not have one of the lengths that an envelope may have")
    (length,) = struct.unpack_from(">I", data, len(MAGIC))
    if start + length + SIGNATURE > len(data):
        raise _bad("it is cut off")
    encoded = data[start : start + length]
    try:
        header = msgspec.json.decode(encoded, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _bad("its header is not one") from None
    if rfc8785.dumps(msgspec.to_builtins(header)) != encoded:
        raise _bad("its header is not in canonical form")
    signed = data[:-SIGNATURE]
    return Envelope(header, signed[start + length :], data[-SIGNATURE:], signed)


def verify(envelope: Envelope, device: Ed25519PublicKey) -> None:
    """Raise FormatError unless the device with this key signed the envelope."""
    try:
        device.verify(envelope.signature, envelope.signed)
    except InvalidSignature:
        raise _bad("it is not signed by the device it names") from None


def unseal(envelope: Envelope, private: X25519PrivateKey) -> Batch:
    """Open an envelope with the private key of its participant-day; the inverse of `seal`.

    Raises FormatError where it does not open (another key, or a header other than it was sealed with) or where
    what is inside is not a batch.
    """
    return decode_batch(unseal_packed(envelope, private))


def unseal_packed(envelope: Envelope, private: X25519PrivateKey) -> bytes:
    """What `unseal` opens, as packed columns that nobody has checked yet (`batch.unpack` does)."""
    info = rfc8785.dumps(msgspec.to_builtins(envelope.header))
    try:
        padded = _SUITE.decrypt(envelope.ciphertext, private, info=info)
    except (InvalidTag, ValueError):
        raise _bad("it does not open with the key and header it names") from None
    if len(padded) < 4:
        raise _bad("there is nothing in it")
    (length,) = struct.unpack_from(">I", padded)
    if 4 + length > len(padded) or padded[4 + length :].strip(b"\0"):
        raise _bad("its padding is wrong")
    try:
        body = zstandard.ZstdDecompressor().decompress(
            padded[4 : 4 + length], max_output_size=MAX_PLAINTEXT, allow_extra_data=False
        )
    except zstandard.ZstdError:
        raise _bad("what is inside cannot be unpacked") from None
    if len(body) > MAX_PLAINTEXT:
        raise _bad("what is inside is larger than a batch may be")
    return body


def _bad(what: str) -> FormatError:
    return FormatError(
        f"An envelope is damaged or was altered: {what}. Nothing of it was used. The device sends it again by itself; "
        "if it is refused again, keep it and report it."
    )
