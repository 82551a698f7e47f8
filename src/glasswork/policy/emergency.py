"""Emergency: a change that the privacy and the security officer make alone, for 72 hours.

It is flagged in the bundle, so the notice says so, and it is the same bundle that the rest of the quorum ratifies by
signing it. Unratified, it ends 72 hours after its issue and nothing is recorded from then on: the policy before does
not come back, because epochs never do, and no second emergency may follow it. It cannot touch the quorum, and it
cannot be the first policy, or two people could begin without the workers.
"""

from collections.abc import Set
from datetime import datetime, timedelta
from typing import Final

from glasswork.policy.accepted import Accepted
from glasswork.policy.errors import PolicyRefused, Reason
from glasswork.policy.model import Policy, SignerRole

EMERGENCY_LIFE: Final = timedelta(hours=72)
EMERGENCY_SIGNERS: Final = frozenset({SignerRole.PRIVACY_OFFICER, SignerRole.SECURITY_OFFICER})


def ends(policy: Policy) -> datetime:
    """When an emergency policy ends that nobody ratified."""
    return min(policy.expires, policy.issued + EMERGENCY_LIFE)


def check_emergency(policy: Policy, hash_: str, signed: Set[SignerRole], before: Accepted | None) -> None:
    """Raise PolicyRefused unless an unratified emergency policy may be acted on, given what was accepted `before`."""
    if missing := sorted(EMERGENCY_SIGNERS - signed):
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
    if policy.quorum != before.quorum:
        raise PolicyRefused(
            Reason.NOT_RATIFIED,
            "This emergency change names another quorum than the policy before it. Who signs is changed by the whole "
            "quorum alone: have everyone sign it.",
        )
    if before.emergency and before.hash != hash_:
        raise PolicyRefused(
            Reason.NOT_RATIFIED,
            "This emergency change follows another that was never ratified. Have the whole quorum sign one of them.",
        )
