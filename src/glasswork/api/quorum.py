"""The people of an agreement: hand a role over, hold an election, say who is in which role."""

from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.api.errors import NotThere
from glasswork.policy import Policy, PolicyInvalid, SignerRole, pack, unpack_all
from glasswork.policy.election import Election, check_election
from glasswork.policy.model import Signer
from glasswork.policy.succession import hand_over


def add_handover(signed: bytes, before: Policy, role: SignerRole, key: Ed25519PrivateKey) -> bytes:
    """The signed file with the hand-over of a role from its holder in the policy `before` to the one it names now.

    `key` is the outgoing holder's, or their recovery key. Raises PolicyInvalid where nobody held the role, or nothing
    changes.
    """
    bundle, signatures, handovers, election = unpack_all(signed)
    holder, successor = _holder(before, role), _holder(bundle.policy, role)
    if holder is None or (successor is not None and successor.key == holder.key):
        raise PolicyInvalid(f"The key of {role} does not change in this policy, so there is nothing to hand over.")
    step = hand_over(holder, successor, bundle.policy.epoch, key)
    others = [one for one in handovers if (one.role, one.epoch) != (role, step.epoch)]
    return pack(bundle, signatures, [*others, step], election)


def add_election(signed: bytes, record: Election) -> bytes:
    """The signed file with the record of the election that its policy names. Raises PolicyRefused for another one."""
    bundle, signatures, handovers, _ = unpack_all(signed)
    representative = _holder(bundle.policy, SignerRole.WORKER_REPRESENTATIVE)
    if representative is None:
        raise PolicyInvalid("This policy has no worker representative who could be elected.")
    check_election(record, representative)
    return pack(bundle, signatures, handovers, record)


def count(record: Election) -> str:
    """The hash of a record that elects its delegate, for the policy to name. Raises PolicyRefused for too few votes."""
    role, hash_ = SignerRole.WORKER_REPRESENTATIVE, record.hash
    check_election(record, Signer(role=role, key=record.delegate, enrolled=record.held, elected=hash_))
    return hash_


def read_ballot(path: Path) -> Election:
    """A ballot with its votes so far. Raises NotThere where the file holds none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Election)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise NotThere(f"{path.name} is not the record of an election. Ask for the ballot again.") from None


def _holder(policy: Policy, role: SignerRole) -> Signer | None:
    return next((signer for signer in policy.quorum if signer.role is role), None)
