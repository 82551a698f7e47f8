"""Widening re-opens the impact assessment; narrowing never does.

A bundle names the document that assessed it, and carries the capability set that was assessed. Whoever accepted one
remembers both: a later bundle that names the same document may let less happen, and never more.
"""

import hashlib
from pathlib import Path
from typing import Final

from glasswork.policy.accepted import Accepted
from glasswork.policy.bundle import Bundle
from glasswork.policy.difference import Direction, compare_sets
from glasswork.policy.errors import PolicyInvalid, PolicyRefused, Reason
from glasswork.policy.model import Policy
from glasswork.schema.words import Scope

PLACEHOLDER: Final = "0" * 64
"""What the example names in place of an assessment: it compiles, so that it can be read and compared."""


def check_assessed(policy: Policy, document: Path | None) -> None:
    """Raise PolicyInvalid where a programme names no document yet, or another one than `document`, which is read here.

    A policy of scope `self` needs none.
    """
    if policy.scope is Scope.PROGRAMME and policy.assessment == PLACEHOLDER:
        raise PolicyInvalid(
            "The policy names no impact assessment yet: `assessment` is a placeholder. Write the assessment, put its "
            "SHA-256 (`sha256sum FILE`) there, and compile the policy again."
        )
    if document is None:
        return
    try:
        found = hashlib.sha256(document.read_bytes()).hexdigest()
    except OSError as error:
        raise PolicyInvalid(f"The assessment {document.name} cannot be read ({error.strerror}).") from None
    if found != policy.assessment:
        raise PolicyInvalid(
            f"{document.name} is not the impact assessment that the policy names. If it is the one that the policy "
            f'was assessed in, write `assessment = "{found}"` and compile it again; otherwise find the right one.'
        )


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
