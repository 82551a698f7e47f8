"""Sealing for the hold: MessagePack, zstd, AES-256-GCM under a random nonce, bound to where it is stored."""

import secrets
from typing import Any, Final, TypeVar

import msgspec
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

T = TypeVar("T")

_NONCE: Final = 12
_LARGEST: Final = 64 * 1024 * 1024


class Unreadable(Exception):
    """Sealed bytes are damaged, of another place, or under another key. Never shown: callers count or explain it."""


def seal(key: bytes, bound: str, value: Any) -> bytes:
    """`value` sealed under a key of 32 bytes; it opens only where `bound` is the same."""
    nonce = secrets.token_bytes(_NONCE)
    packed = zstandard.ZstdCompressor(level=3).compress(msgspec.msgpack.encode(value))
    return nonce + AESGCM(key).encrypt(nonce, packed, bound.encode())


def unseal(key: bytes, bound: str, data: bytes, kind: type[T]) -> T:
    """The inverse of `seal`. Raises Unreadable."""
    try:
        packed = AESGCM(key).decrypt(data[:_NONCE], data[_NONCE:], bound.encode())
        plain = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST)
        return msgspec.msgpack.decode(plain, type=kind)
    except (InvalidTag, ValueError, zstandard.ZstdError, msgspec.DecodeError):
        raise Unreadable from None
