"""The certificate of an erasure: which keys ended, which released copies it could not reach, and its place in the log.

It is verified offline and for ever.

It names the person only by the commitment in the log, whose key ended with the rest: who keeps the certificate knows
whose it is, and nobody else can find out. The format is docs/erasure.md.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from glasswork.govern import merkle
from glasswork.govern.entries import Erased, decode
from glasswork.govern.errors import LogAltered
from glasswork.govern.log import Log
from glasswork.govern.note import Checkpoint, read_checkpoint
from glasswork.vault.errors import CertificateInvalid

FORMAT: Final = "glasswork-erasure-1"


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of the log, word for word, its index, and the hashes (hexadecimal) that lead from it to the root."""

    index: int
    entry: str
    proof: tuple[str, ...]


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The entries of one erasure and the signed checkpoint that covers them."""

    format: str
    places: tuple[Place, ...]
    checkpoint: str


def certify(log: Log, entries: Sequence[tuple[int, bytes]], key: Ed25519PublicKey) -> Certificate:
    """The certificate of entries (index, bytes) that stand in the log, under its newest checkpoint."""
    checkpoint = log.checkpoint()
    size = read_checkpoint(checkpoint, key).size
    places = [
        Place(index, entry.decode(), tuple(step.hex() for step in log.inclusion_proof(index, size)))
        for index, entry in entries
    ]
    return Certificate(FORMAT, tuple(places), checkpoint.decode())


def verify_certificate(data: bytes, key: Ed25519PublicKey) -> list[Erased]:
    """The erasure that a certificate's bytes prove, with nothing but the log's public key.

    Raises CertificateInvalid where it is no certificate, names several people, or is not of the log of this key.
    """
    try:
        certificate = msgspec.json.decode(data, type=Certificate)
        checkpoint = read_checkpoint(certificate.checkpoint.encode(), key)
        entries = [_proven(place, checkpoint) for place in certificate.places]
    except (msgspec.DecodeError, ValueError, LogAltered):
        entries, certificate = [], Certificate("", (), "")
    if certificate.format != FORMAT or not entries or len({entry.people for entry in entries}) != 1:
        raise CertificateInvalid(
            "This does not prove an erasure in the log of that key: it was altered, is of another log, or is no "
            "certificate. Ask for it again, or check the key."
        )
    return entries


def _proven(place: Place, checkpoint: Checkpoint) -> Erased:
    entry = place.entry.encode()
    proof = [bytes.fromhex(step) for step in place.proof]
    found = decode(entry)
    leaf = merkle.leaf_hash(entry)
    if not merkle.verify_inclusion(leaf, place.index, checkpoint.size, proof, checkpoint.root):
        raise ValueError("not in the log")
    if not isinstance(found, Erased):
        raise ValueError("no erasure")
    return found
