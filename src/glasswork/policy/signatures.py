"""Quorum signatures: who has signed a statement, and whether that is everyone who must.

A statement is a line that says what is being signed, and a SHA-256 hash: `glasswork-policy-v1` for a bundle,
`glasswork-release-v1` for a release. A signature for one therefore never passes for the other.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from glasswork.policy.errors import PolicyRefused, Reason
from glasswork.policy.keys import key_of_text, public_text
from glasswork.policy.model import REQUIRED_SIGNERS, Policy, SignerRole, utc

POLICY: Final = b"glasswork-policy-v1\n"
RELEASE: Final = b"glasswork-release-v1\n"

KEY_LIFE: Final = timedelta(days=365)
"""Role keys lapse: a signature by a key enrolled longer ago than this counts for nothing."""


class Signature(Struct, frozen=True, forbid_unknown_fields=True):
    """One role's Ed25519 signature (base64). `signed_at` is for the reader; nothing rests on it."""

    role: SignerRole
    key: str
    signature: str
    signed_at: datetime


def sign_statement(
    statement: bytes, digest: bytes, role: SignerRole, key: Ed25519PrivateKey, *, now: datetime
) -> Signature:
    """Sign `statement` (POLICY or RELEASE) followed by a 32-byte SHA-256 digest."""
    signature = base64.b64encode(key.sign(statement + digest)).decode()
    return Signature(role, public_text(key), signature, utc(now).replace(microsecond=0))


def check_quorum(
    policy: Policy, statement: bytes, digest: bytes, signatures: Sequence[Signature], *, today: date
) -> None:
    """Raise PolicyRefused unless every role of the policy's quorum has signed with its own, current key.

    A signature that does not verify, or is by nobody in the quorum, refuses the whole: it is never passed over.
    """
    if not signatures:
        raise PolicyRefused(Reason.UNSIGNED, "Nobody has signed this. Ask each role of the quorum to sign it.")
    enrolled = {signer.role: signer for signer in policy.quorum}
    for keys in ([s.key for s in policy.quorum], [s.key for s in signatures]):
        if len(set(keys)) != len(keys):
            raise PolicyRefused(
                Reason.SAME_KEY_TWICE,
                "One key stands for two roles. Each role must be another person with another key.",
            )
    for signature in signatures:
        signer = enrolled.get(signature.role)
        if signer is None or signer.key != signature.key:
            raise PolicyRefused(
                Reason.UNKNOWN_SIGNER,
                f"The signature for {signature.role} is by a key that the policy does not name. "
                "Sign it with the enrolled key, or compile the policy with the new one.",
            )
        if not _verifies(signature, statement + digest):
            raise PolicyRefused(
                Reason.ALTERED,
                f"What {signature.role} signed is not what is here: it was altered since. Fetch the signed file again.",
            )
    if missing := sorted((REQUIRED_SIGNERS[policy.scope] | set(enrolled)) - {s.role for s in signatures}):
        raise PolicyRefused(
            Reason.TOO_FEW_SIGNATURES, f"The signature of {', '.join(missing)} is missing. Ask them to sign."
        )
    for signer in policy.quorum:
        if not timedelta(0) <= today - signer.enrolled < KEY_LIFE:
            raise PolicyRefused(
                Reason.LAPSED,
                f"The key of {signer.role} is not within twelve months of its enrolment. "
                "Enrol a new key for the role and have the policy signed again.",
            )


def check_pinned(policy: Policy, pinned: Mapping[SignerRole, str]) -> None:
    """Raise PolicyRefused unless each pinned role still has the key it was enrolled with on this device.

    A bundle names its own quorum, so without this anybody could write one and sign it three times.
    """
    keys = {signer.role: signer.key for signer in policy.quorum}
    for role, key in pinned.items():
        if keys.get(role) != key:
            raise PolicyRefused(
                Reason.NOT_PINNED,
                f"This policy has another key for {role} than the one enrolled here, so it may be somebody else's. "
                "If the role has a new key, enrol again.",
            )


def _verifies(signature: Signature, message: bytes) -> bool:
    try:
        key_of_text(signature.key).verify(base64.b64decode(signature.signature, validate=True), message)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
