"""No approval, no capture: whether a signed bundle may be acted on, here and now."""

from collections.abc import Mapping, Set
from datetime import datetime

from msgspec import Struct

from glasswork.policy.bundle import Bundle, Cedar, unpack
from glasswork.policy.capabilities import capabilities
from glasswork.policy.errors import PolicyInvalid, PolicyRefused, Reason
from glasswork.policy.model import EventKind, Policy, SignerRole, check_policy, utc
from glasswork.policy.signatures import POLICY, check_pinned, check_quorum


class Approved(Struct, frozen=True):
    """A policy that its quorum has signed and that is in force. Only `check` makes one."""

    policy: Policy
    hash: str
    cedar: Cedar
    capabilities: frozenset[str]

    @property
    def keys(self) -> dict[SignerRole, str]:
        """The quorum's keys by role, for the caller to pin at enrolment."""
        return {signer.role: signer.key for signer in self.policy.quorum}


def check(
    signed: bytes,
    *,
    now: datetime,
    last_epoch: int,
    agent_capabilities: Set[EventKind] | None = None,
    pinned: Mapping[SignerRole, str] | None = None,
) -> Approved:
    """The approved policy in the bytes of a signed bundle.

    `now` has a time zone; `last_epoch` is that of the last policy accepted here (0 for none);
    `agent_capabilities` are the kinds of event that the calling agent knows how to treat; `pinned` are the keys
    it enrolled with (`Approved.keys`), and should be None only the first time.

    Raises PolicyRefused, whose `reason` and one-sentence message say why and what to do.
    """
    bundle, signatures = unpack(signed)
    policy = bundle.policy
    check_quorum(policy, POLICY, bundle.digest, signatures, today=utc(now).date())
    check_pinned(policy, pinned or {})
    try:
        check_policy(policy)
    except PolicyInvalid as error:
        raise PolicyRefused(Reason.INVALID, f"{error} It was signed all the same: tell the board.") from None
    _check_time(policy, now)
    if policy.epoch < last_epoch:
        raise PolicyRefused(
            Reason.OLD_EPOCH,
            f"This is version {policy.epoch} of the policy, and version {last_epoch} was accepted here already. "
            "Fetch the current one: policies never go back.",
        )
    _check_width(bundle, agent_capabilities)
    return Approved(policy, bundle.hash, bundle.cedar, frozenset(bundle.capabilities))


def _check_time(policy: Policy, now: datetime) -> None:
    if now < policy.issued:
        raise PolicyRefused(
            Reason.NOT_YET_VALID,
            f"The policy is in force from {policy.issued:%Y-%m-%d %H:%M} UTC on. "
            "Wait until then, or correct this computer's clock.",
        )
    if now >= policy.expires:
        raise PolicyRefused(
            Reason.EXPIRED,
            f"The policy expired on {policy.expires:%Y-%m-%d %H:%M} UTC. Ask the board for a new version.",
        )


def _check_width(bundle: Bundle, agent: Set[EventKind] | None) -> None:
    if bundle.capabilities != tuple(sorted(capabilities(bundle.policy))):
        raise PolicyRefused(
            Reason.TOO_WIDE,
            "What the board assessed is not what this program would do under the policy. "
            "Compile it with this version of Glasswork and have it signed again.",
        )
    unknown = set(bundle.policy.event_kinds) - (set(EventKind) if agent is None else set(agent))
    if unknown:
        raise PolicyRefused(
            Reason.TOO_WIDE,
            f"The policy lets {', '.join(sorted(unknown))} be recorded, which this agent does not know how to treat. "
            "Update Glasswork, or have a narrower policy signed.",
        )
