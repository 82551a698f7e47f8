"""Emergency: less than before, which the privacy and the security officer decide alone, for 72 hours.

What an emergency needs at once is that something ends: a program, a site, a sink, a purpose, recording as a whole. So
it can take away, and add nothing, in the capability set or in the rules of access; who wants more asks everybody.

It is flagged in the bundle, so the notice says so, and it is the same bundle that the rest of the quorum ratifies by
signing it. Unratified, it ends 72 hours after its issue and nothing is recorded from then on: the policy before does
not come back, because epochs never do, and no second emergency may follow it. It cannot touch the quorum, and it
cannot be the first policy, or two people could begin without the workers.
"""

from collections.abc import Set
from datetime import datetime, timedelta
from typing import Final

from glasswork.policy.accepted import Accepted
from glasswork.policy.bundle import Bundle
from glasswork.policy.difference import Direction, compare_sets
from glasswork.policy.errors import PolicyRefused, Reason
from glasswork.policy.model import Policy, SignerRole
from glasswork.policy.signatures import OFFICERS
from glasswork.policy.statements import digest

EMERGENCY_LIFE: Final = timedelta(hours=72)


def ends(policy: Policy) -> datetime:
    """When an emergency policy ends that nobody ratified."""
    return min(policy.expires, policy.issued + EMERGENCY_LIFE)


def check_emergency(bundle: Bundle, signed: Set[SignerRole], before: Accepted | None) -> None:
    """Raise PolicyRefused unless an unratified emergency policy may be acted on, given what was accepted `before`."""
    if missing := sorted(OFFICERS - signed):
        raise PolicyRefused(
            Reason.TOO_FEW_SIGNATURES,
            f"The signature of {', '.join(missing)} is missing, which an emergency needs too. Ask them to sign.",
        )
    if before is None:
        raise PolicyRefused(
            Reason.NOT_RATIFIED,
            "This is an emergency change that the whole quorum has not signed, and no policy is in force here that it "
            "could change. Have everyone sign it.",
        )
    if bundle.policy.quorum != before.quorum:
        raise PolicyRefused(
            Reason.NOT_RATIFIED,
            "This emergency change names another quorum than the policy before it. Who signs is changed by the whole "
            "quorum alone: have everyone sign it.",
        )
    if before.emergency and before.hash != bundle.hash:
        raise PolicyRefused(
            Reason.NOT_RATIFIED,
            "This emergency change follows another that was never ratified. Have the whole quorum sign one of them.",
        )
    changes = compare_sets(frozenset(before.capabilities), frozenset(bundle.capabilities))
    wider = [change.what for change in changes if change.kind is Direction.WIDER]
    if digest(bundle.cedar).hex() != before.access:
        wider.append("has other rules of access")
    if wider:
        raise PolicyRefused(
            Reason.NOT_RATIFIED,
            f"This emergency change is wider than the policy before it: it {wider[0]}. An emergency only takes away: "
            "leave that out, or have everyone sign it.",
        )
