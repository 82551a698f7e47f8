"""Statements: what a key signs is a line that says what it is, and the SHA-256 of canonical JSON (RFC 8785).

A signature of one kind of statement therefore never passes for another. Signatures are Ed25519, in base64.
"""

import base64
import binascii
import hashlib

import msgspec
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.policy.errors import KeyUnusable
from glasswork.policy.keys import key_of_text


def canonical(value: object) -> str:
    """`value` (a struct or plain JSON values) as canonical JSON, RFC 8785."""
    return rfc8785.dumps(msgspec.to_builtins(value)).decode()


def digest(value: object) -> bytes:
    """SHA-256 of the canonical JSON of `value`, 32 bytes."""
    return hashlib.sha256(canonical(value).encode()).digest()


def sign_message(key: Ed25519PrivateKey, message: bytes) -> str:
    """The signature of a message, in base64."""
    return base64.b64encode(key.sign(message)).decode()


def verifies(key: str, signature: str, message: bytes) -> bool:
    """Whether `signature` is of `message` by the public key in the text `key`. What is odd in form is none."""
    try:
        key_of_text(key).verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, KeyUnusable, binascii.Error, ValueError):
        return False
    return True
