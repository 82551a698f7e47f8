"""Promotion: what is made of one zone's data is stored in the next under an approval of its own.

The rules of access say which job may promote what. That it may do so now is said by two people: the privacy and the
security officer sign from which zone to which, what for, under which policy, and until when. A new version of the
policy needs a new approval. Where the data are one person's and go to them alone, nobody else is asked: what they
build is theirs, and in scope `self` they signed the policy.
"""

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta, Struct

from glasswork.govern.decide import Decision
from glasswork.policy.check import Approved
from glasswork.policy.errors import PolicyRefused
from glasswork.policy.model import Sha256, SignerRole, utc
from glasswork.policy.signatures import OFFICERS, Signature, check_current, sign_statement, signed_by
from glasswork.policy.statements import digest
from glasswork.schema.words import Zone

PROMOTION: Final = b"glasswork-promotion-v1\n"
LONGEST_DAYS: Final = 90
STEPS: Final = {"refine": (Zone.ACTIONS, Zone.EPISODES), "assemble": (Zone.EPISODES, Zone.DATASETS)}
"""From which zone to which a purpose promotes what others recorded."""


class Promotion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is approved: for `days` from `first` on, under the policy of this hash, which is version `epoch`."""

    source: Zone
    target: Zone
    purpose: str
    policy: Sha256
    epoch: int
    first: date
    days: Annotated[int, Meta(ge=1, le=LONGEST_DAYS)]

    @property
    def end(self) -> date:
        """The first day on which it no longer counts."""
        return self.first + timedelta(days=self.days)


class SignedPromotion(Struct, frozen=True, forbid_unknown_fields=True):
    """The file: what is approved, and the signatures so far (Ed25519 over PROMOTION and its digest)."""

    promotion: Promotion
    signatures: tuple[Signature, ...] = ()


def file_of(vault: Path, purpose: str) -> Path:
    """Where a vault keeps the approval for what a purpose makes."""
    return vault / "promotions" / f"{purpose}.json"


def approve(
    file: Path,
    approved: Approved,
    purpose: str,
    role: SignerRole,
    key: Ed25519PrivateKey,
    *,
    now: datetime,
    days: int = LONGEST_DAYS,
) -> Promotion:
    """Add an officer's approval to the one in `file`, or begin a new one from today on where that is over.

    `purpose` is one of STEPS, `days` from 1 to LONGEST_DAYS. A role that signs again begins anew too, and the other one
    has to sign after it. Returns what was signed.
    """
    today, there = utc(now).date(), read(file)
    if there is None or _over(there, approved, today) or role in {one.role for one in there.signatures}:
        source, target = STEPS[purpose]
        policy, epoch = approved.hash, approved.policy.epoch
        there = SignedPromotion(
            Promotion(source=source, target=target, purpose=purpose, policy=policy, epoch=epoch, first=today, days=days)
        )
    signature = sign_statement(PROMOTION, digest(there.promotion), role, key, now=now)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.{os.getpid()}")
    new.write_bytes(msgspec.json.encode(SignedPromotion(there.promotion, (*there.signatures, signature))))
    new.replace(file)
    return there.promotion


def read(file: Path) -> SignedPromotion | None:
    """The approval in a file, with nothing checked but its form; None where there is none."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=SignedPromotion)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def check(file: Path, approved: Approved, purpose: str, source: Zone, target: Zone, *, today: date) -> Decision:
    """Whether the approval in `file` is for this promotion and counts today; and why, for people and for the log."""
    there = read(file)
    if there is None:
        return _no(purpose, "there is no approval of it")
    promotion = there.promotion
    if (promotion.purpose, promotion.source, promotion.target) != (purpose, source, target):
        return _no(purpose, "the approval that is there is for something else")
    if _over(there, approved, today):
        return _no(purpose, f"the approval that is there ended, or is for version {promotion.epoch} of the policy")
    try:
        roles = signed_by(approved.policy, PROMOTION, digest(promotion), there.signatures)
        check_current(approved.policy, today=today)
    except PolicyRefused as error:
        return _no(purpose, str(error))
    if missing := sorted(OFFICERS - roles):
        return _no(purpose, f"the signature of {', '.join(missing)} is missing")
    return Decision(True, f"approved by {' and '.join(sorted(roles))}, before {promotion.end}")


def _over(there: SignedPromotion, approved: Approved, today: date) -> bool:
    promotion = there.promotion
    return promotion.policy != approved.hash or not promotion.first <= today < promotion.end


def _no(purpose: str, why: str) -> Decision:
    return Decision(
        False,
        f"what `{purpose}` makes is not approved for the next zone: {why}. The privacy officer and the security "
        f"officer approve it, each with `glasswork access promote {purpose} --role ROLE`",
    )
