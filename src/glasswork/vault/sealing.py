"""The key service's part that devices meet: signed public keys to seal to, and the opening of what they sealed.

The private half of a participant-day never leaves the key ring except inside `unseal`, which takes the HPKE `info`
from the envelope's own header. It is destroyed when the day's window to send has ended, whatever is left unopened.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from glasswork.schema import envelope
from glasswork.schema.batch import Batch
from glasswork.schema.envelope import Envelope, SealingKey
from glasswork.vault.errors import KeyGone
from glasswork.vault.keys import Branch, Leaf, Ring, unlocked


def service_public(folder: Path) -> bytes:
    """The Ed25519 public key (raw, 32 bytes) that signs sealing keys; made the first time."""
    with unlocked(folder) as ring:
        return _service(ring).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def issue(folder: Path, participant: str, days: Sequence[date]) -> list[SealingKey]:
    """The signed sealing key of the participant for each of `days`; made where there was none."""
    with unlocked(folder) as ring:
        service = _service(ring)
        existing = {leaf.day: leaf for leaf in ring.leaves(branch=Branch.SEALING, owner=participant)}
        keys: list[SealingKey] = []
        for day in days:
            leaf = existing.get(day.isoformat()) or _new_pair(ring, participant, day)
            unsigned = SealingKey(key=leaf.id, participant=participant, day=day, public=leaf.public)
            signature = service.sign(unsigned.signed_part())
            keys.append(
                SealingKey(key=leaf.id, participant=participant, day=day, public=leaf.public, signature=signature)
            )
        return keys


def day_of(folder: Path, participant: str, key: str) -> date | None:
    """The day of a participant's sealing key; None where there is no such key (any more)."""
    with unlocked(folder) as ring:
        return _day_of(ring, participant, key)


def unseal(folder: Path, sealed: Envelope) -> Batch:
    """Open an envelope with the private key that its header names.

    Raises KeyGone where that key is not (or no longer) this participant's, FormatError where the envelope was
    altered, relabelled or holds no batch.
    """
    header = sealed.header
    with unlocked(folder) as ring:
        if _day_of(ring, header.participant, header.key) is None:
            raise KeyGone("The key of an envelope is gone, so it cannot be opened. Its day is closed.")
        private = X25519PrivateKey.from_private_bytes(ring.get(header.key))
    return envelope.unseal(sealed, private)


def close_days(folder: Path, before: date, keep: Collection[str]) -> list[str]:
    """Destroy the private keys of all days before `before`, but those in `keep`. Returns their ids."""
    with unlocked(folder) as ring:
        leaves = ring.leaves(branch=Branch.SEALING)
        old = [leaf.id for leaf in leaves if leaf.day < before.isoformat() and leaf.id not in keep]
        ring.destroy(old)
        return old


def _day_of(ring: Ring, participant: str, key: str) -> date | None:
    found = [leaf.day for leaf in ring.leaves(branch=Branch.SEALING, owner=participant) if leaf.id == key]
    return date.fromisoformat(found[0]) if found else None


def _new_pair(ring: Ring, participant: str, day: date) -> Leaf:
    private = X25519PrivateKey.generate()
    leaf = Leaf(
        secrets.token_hex(16),
        Branch.SEALING,
        day.isoformat(),
        participant,
        private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
    )
    ring.add(leaf, private.private_bytes_raw())
    return leaf


def _service(ring: Ring) -> Ed25519PrivateKey:
    for leaf in ring.leaves(branch=Branch.SERVICE):
        return Ed25519PrivateKey.from_private_bytes(ring.get(leaf.id))
    key = Ed25519PrivateKey.generate()
    ring.add(Leaf(secrets.token_hex(16), Branch.SERVICE, "", ""), key.private_bytes_raw())
    return key
