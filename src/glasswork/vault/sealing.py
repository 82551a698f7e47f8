"""The key service's part that devices meet: signed public keys to seal to, and the opening of what they sealed.

The private half of a participant-day never leaves the key service. It is destroyed when the day's window to send has
ended, whatever is left unopened.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from glasswork.schema import envelope
from glasswork.schema.batch import Batch
from glasswork.schema.envelope import Envelope, Header, SealingKey
from glasswork.vault.errors import KeyGone
from glasswork.vault.ring import Branch, Leaf, Ring


def service_public(ring: Ring) -> bytes:
    """The Ed25519 public key (raw, 32 bytes) that signs sealing keys; made the first time."""
    return _service(ring).public_key().public_bytes_raw()


def issue(ring: Ring, participant: str, days: Sequence[date]) -> list[SealingKey]:
    """The signed sealing key of the participant for each of `days`; made where there was none."""
    service = _service(ring)
    existing = {leaf.day: leaf for leaf in ring.leaves(branch=Branch.SEALING, owner=participant)}
    keys: list[SealingKey] = []
    for day in days:
        leaf = existing.get(day.isoformat()) or _new_pair(ring, participant, day)
        unsigned = SealingKey(key=leaf.id, participant=participant, day=day, public=leaf.public)
        signature = service.sign(unsigned.signed_part())
        keys.append(SealingKey(key=leaf.id, participant=participant, day=day, public=leaf.public, signature=signature))
    return keys


def private_key(ring: Ring, key: str) -> tuple[X25519PrivateKey, str]:
    """The private half of a participant-day, and whose it is. Raises KeyGone."""
    leaf = ring.leaf(key)
    if leaf is None or leaf.branch is not Branch.SEALING:
        raise KeyGone("The key of an envelope is gone, so it cannot be opened. Its day is closed.")
    return X25519PrivateKey.from_private_bytes(ring.get(key)), leaf.owner


def unseal(private: X25519PrivateKey, header: Header, ciphertext: bytes) -> Batch:
    """Open what was sealed under exactly this header. Raises FormatError where it was not, or holds no batch."""
    return envelope.unseal(Envelope(header, ciphertext, b"", b""), private)


def close_days(ring: Ring, before: date, keep: Collection[str]) -> list[str]:
    """Destroy the private keys of all days before `before`, but those in `keep`. Returns their ids."""
    leaves = ring.leaves(branch=Branch.SEALING)
    old = [leaf.id for leaf in leaves if leaf.day < before.isoformat() and leaf.id not in keep]
    ring.destroy(old)
    return old


def _new_pair(ring: Ring, participant: str, day: date) -> Leaf:
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    leaf = Leaf(secrets.token_hex(16), Branch.SEALING, day.isoformat(), participant, public)
    ring.add(leaf, private.private_bytes_raw())
    return leaf


def _service(ring: Ring) -> Ed25519PrivateKey:
    for leaf in ring.leaves(branch=Branch.SERVICE):
        return Ed25519PrivateKey.from_private_bytes(ring.get(leaf.id))
    key = Ed25519PrivateKey.generate()
    ring.add(Leaf(secrets.token_hex(16), Branch.SERVICE, "", ""), key.private_bytes_raw())
    return key
