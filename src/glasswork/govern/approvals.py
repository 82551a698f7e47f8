"""Approvals: the quorum's signatures for one release, of exactly this content, report and card."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta, Struct

from glasswork.govern.errors import Refused
from glasswork.policy.check import Approved
from glasswork.policy.errors import PolicyRefused
from glasswork.policy.model import SignerRole, utc
from glasswork.policy.signatures import RELEASE, Signature, check_quorum, sign_statement
from glasswork.policy.statements import digest
from glasswork.schema.words import Scope

Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class Candidate(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is to be released: SHA-256 (hexadecimal) of its content, attack report, card, and of the policy in force."""

    content: Sha256
    attack_report: Sha256
    card: Sha256
    policy: Sha256

    @property
    def digest(self) -> bytes:
        """SHA-256 of the canonical JSON of these four hashes, 32 bytes."""
        return digest(self)


def approve(candidate: Candidate, role: SignerRole, key: Ed25519PrivateKey, *, now: datetime) -> Signature:
    """One role's approval: Ed25519 over `glasswork-release-v1\\n` and the candidate's digest."""
    return sign_statement(RELEASE, candidate.digest, role, key, now=now)


def check_approval(approved: Approved, candidate: Candidate, signatures: Sequence[Signature], *, now: datetime) -> None:
    """Raise Refused unless the whole quorum of the programme's policy in force signed exactly this candidate.

    Data of scope `self` cannot be released at all: one person's signature is not a quorum.
    """
    if approved.policy.scope is not Scope.PROGRAMME:
        raise Refused("Refused: data of scope self go only to their owner. Use `glasswork build --private`.")
    if candidate.policy != approved.hash:
        raise Refused(
            "Refused: the approval is for another policy than the one in force. Have the release approved again."
        )
    try:
        check_quorum(approved.policy, RELEASE, candidate.digest, signatures, today=utc(now).date())
    except PolicyRefused as error:
        raise Refused(f"Refused: the release is not approved. {error}") from None
