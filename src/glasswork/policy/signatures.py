"""Quorum signatures: who has signed a statement, and whether that is everyone who must.

A statement is a line that says what is being signed, and a SHA-256 hash: `glasswork-policy-v1` for a bundle,
`glasswork-release-v1` for a release. A signature for one therefore never passes for the other.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from glasswork.policy.errors import PolicyRefused, Reason
from glasswork.policy.keys import public_text
from glasswork.policy.model import REQUIRED_SIGNERS, Policy, SignerRole, utc
from glasswork.policy.statements import sign_message, verifies
from glasswork.policy.succession import lapsed

POLICY: Final = b"glasswork-policy-v1\n"
RELEASE: Final = b"glasswork-release-v1\n"

OFFICERS: Final = frozenset({SignerRole.PRIVACY_OFFICER, SignerRole.SECURITY_OFFICER})
"""The two roles that together can make less happen at once, and let a job go on that the policy already allows."""


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
    return Signature(role, public_text(key), sign_message(key, statement + digest), utc(now).replace(microsecond=0))


def check_quorum(
    policy: Policy, statement: bytes, digest: bytes, signatures: Sequence[Signature], *, today: date
) -> None:
    """Raise PolicyRefused unless every role of the policy's quorum has signed with its own, current key.

    A signature that does not verify, or is by nobody in the quorum, refuses the whole: it is never passed over.
    """
    check_complete(policy, signed_by(policy, statement, digest, signatures))
    check_current(policy, today=today)


def signed_by(
    policy: Policy, statement: bytes, digest: bytes, signatures: Sequence[Signature]
) -> frozenset[SignerRole]:
    """The roles that signed. Raises PolicyRefused for no signature at all, and for one that is not as it must be."""
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
        if not verifies(signature.key, signature.signature, statement + digest):
            raise PolicyRefused(
                Reason.ALTERED,
                f"What {signature.role} signed is not what is here: it was altered since. Fetch the signed file again.",
            )
    return frozenset(signature.role for signature in signatures)


def whole_quorum(policy: Policy) -> frozenset[SignerRole]:
    """The roles that must sign: those that the scope always asks for, and those that the policy adds."""
    return REQUIRED_SIGNERS[policy.scope] | {signer.role for signer in policy.quorum}


def check_complete(policy: Policy, signed: frozenset[SignerRole]) -> None:
    """Raise PolicyRefused unless the whole quorum signed."""
    if missing := sorted(whole_quorum(policy) - signed):
        raise PolicyRefused(
            Reason.TOO_FEW_SIGNATURES, f"The signature of {', '.join(missing)} is missing. Ask them to sign."
        )


def check_current(policy: Policy, *, today: date) -> None:
    """Raise PolicyRefused where the twelve months of a key of the quorum are over."""
    for signer in policy.quorum:
        if lapsed(signer, today):
            raise PolicyRefused(
                Reason.LAPSED,
                f"The key of {signer.role} is not within twelve months of its enrolment. Give the role a new key with "
                "`glasswork policy hand-over` (a lapsed one with its recovery key) and have the policy signed again.",
            )
