"""Widening re-opens the impact assessment; narrowing never does.

A bundle names the document that assessed it, and carries the capability set that was assessed. Whoever accepted one
remembers both: a later bundle that names the same document may let less happen, and never more.
"""

from glasswork.policy.accepted import Accepted
from glasswork.policy.bundle import Bundle
from glasswork.policy.difference import Direction, compare_sets
from glasswork.policy.errors import PolicyRefused, Reason


def check_assessment(bundle: Bundle, before: Accepted | None) -> None:
    """Raise PolicyRefused (NOT_ASSESSED) where `bundle` is wider than `before` and rests on the same assessment.

    A policy of scope `self` has none, and a device that accepted nothing yet has nothing to go by.
    """
    if before is None or bundle.policy.assessment is None or bundle.policy.assessment != before.assessment:
        return
    changes = compare_sets(frozenset(before.capabilities), frozenset(bundle.capabilities))
    if changes and changes[0].kind is Direction.WIDER:
        raise PolicyRefused(
            Reason.NOT_ASSESSED,
            f"The policy is wider than what its impact assessment was made for: it {changes[0].what}. Assess it anew, "
            "put the new document's hash in `assessment`, and have it signed again.",
        )
