"""No approval, no capture: whether a signed bundle may be acted on, here and now."""

from datetime import datetime

import msgspec
from msgspec import Struct

from glasswork.policy import emergency
from glasswork.policy.accepted import Accepted
from glasswork.policy.assessment import check_assessment
from glasswork.policy.bundle import Bundle, Cedar, unpack_all
from glasswork.policy.capabilities import capabilities
from glasswork.policy.election import check_election
from glasswork.policy.errors import PolicyInvalid, PolicyRefused, Reason
from glasswork.policy.model import Policy, check_policy, utc
from glasswork.policy.signatures import POLICY, check_complete, check_current, signed_by, whole_quorum
from glasswork.policy.statements import digest
from glasswork.policy.succession import check_succession


class Approved(Struct, frozen=True):
    """A policy that its quorum has signed and that is in force. Only `check` makes one.

    `emergency`: it is an emergency change that the whole quorum has not signed (yet), so its policy expires with it.
    """

    policy: Policy
    hash: str
    cedar: Cedar
    capabilities: frozenset[str]
    emergency: bool = False

    @property
    def accepted(self) -> Accepted:
        """What the caller remembers, and gives to the next `check`."""
        return Accepted(
            self.policy.epoch,
            self.hash,
            self.policy.quorum,
            self.emergency,
            self.policy.assessment,
            tuple(sorted(self.capabilities)),
            digest(self.cedar).hex(),
        )


def check(signed: bytes, *, now: datetime, before: Accepted | None = None) -> Approved:
    """The approved policy in the bytes of a signed bundle.

    `now` has a time zone; `before` is what was accepted here last (`Approved.accepted`), and None only the first time.

    Raises PolicyRefused, whose `reason` and one-sentence message say why and what to do.
    """
    bundle, signatures, handovers, election = unpack_all(signed)
    policy, today = bundle.policy, utc(now).date()
    signers = signed_by(policy, POLICY, bundle.digest, signatures)
    unratified = policy.emergency and not whole_quorum(policy) <= signers
    if unratified:
        emergency.check_emergency(bundle, signers, before)
    else:
        check_complete(policy, signers)
    check_current(policy, today=today)
    if before is not None:
        check_succession(policy, before.holders, before.epoch, handovers, today=today)
    try:
        check_policy(policy)
    except PolicyInvalid as error:
        raise PolicyRefused(Reason.INVALID, f"{error} It was signed all the same: tell the board.") from None
    for signer in policy.quorum:
        if signer.elected is not None:
            check_election(election, signer)
    if unratified:
        policy = msgspec.structs.replace(policy, expires=emergency.ends(policy))
    _check_time(policy, now, unratified=unratified)
    if before is not None:
        _check_epoch(bundle, before)
    _check_width(bundle)
    check_assessment(bundle, before)
    return Approved(policy, bundle.hash, bundle.cedar, frozenset(bundle.capabilities), unratified)


def _check_epoch(bundle: Bundle, before: Accepted) -> None:
    epoch = bundle.policy.epoch
    if epoch < before.epoch:
        raise PolicyRefused(
            Reason.OLD_EPOCH,
            f"This is version {epoch} of the policy, and version {before.epoch} was accepted here already. Fetch the "
            "current one: policies never go back.",
        )
    if epoch == before.epoch and bundle.hash != before.hash:
        raise PolicyRefused(
            Reason.OLD_EPOCH,
            f"Another version {epoch} of the policy was accepted here already. Fetch the current one, or have this one "
            "signed with a higher epoch.",
        )


def _check_time(policy: Policy, now: datetime, *, unratified: bool) -> None:
    if now < policy.issued:
        raise PolicyRefused(
            Reason.NOT_YET_VALID,
            f"The policy is in force from {policy.issued:%Y-%m-%d %H:%M} UTC on. "
            "Wait until then, or correct this computer's clock.",
        )
    if unratified and now >= policy.expires:
        raise PolicyRefused(
            Reason.NOT_RATIFIED,
            f"This emergency change ended on {policy.expires:%Y-%m-%d %H:%M} UTC, because the whole quorum had not "
            "signed it. Have everyone sign it, or sign a new version.",
        )
    if now >= policy.expires:
        raise PolicyRefused(
            Reason.EXPIRED,
            f"The policy expired on {policy.expires:%Y-%m-%d %H:%M} UTC. Ask the board for a new version.",
        )


def _check_width(bundle: Bundle) -> None:
    if bundle.capabilities != tuple(sorted(capabilities(bundle.policy))):
        raise PolicyRefused(
            Reason.TOO_WIDE,
            "What the board assessed is not what this program would do under the policy. "
            "Compile it with this version of Glasswork and have it signed again.",
        )
