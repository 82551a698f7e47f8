"""Rights: what a data set may be used for as an ODRL offer (W3C, ODRL 2.2), which Croissant 1.1 carries in `usageInfo`.

A permission for each purpose that the data set is for, and a prohibition of the branch of purposes that no policy can
allow. A private build must not be passed on either.
"""

from typing import Any, Final

from glasswork.documents.facts import Facts
from glasswork.policy.purposes import DENIED_ROOT, PURPOSES

PURPOSE: Final = "urn:glasswork:purpose:"
"""A purpose of the tree (docs/formats/policy-bundle.md) as an IRI."""


def offer(facts: Facts) -> dict[str, Any]:
    """The offer as JSON-LD, with the prefix `odrl`."""
    prohibitions = [_rule("Prohibition", "use", DENIED_ROOT)]
    if facts.private:
        prohibitions.append({"@type": "odrl:Prohibition", "odrl:action": {"@id": "odrl:distribute"}})
    return {
        "@type": ["CreativeWork", "odrl:Offer"],
        "name": f"Terms of the policy {facts.terms.policy}",
        "odrl:uid": {"@id": f"urn:glasswork:policy:{facts.terms.policy}"},
        "odrl:permission": [_rule("Permission", "use", purpose) for purpose in facts.purposes],
        "odrl:prohibition": prohibitions,
    }


def words(purpose: str) -> str:
    """What a purpose means."""
    return PURPOSES[purpose].words if purpose in PURPOSES else "not a purpose that is known"


def _rule(kind: str, action: str, purpose: str) -> dict[str, Any]:
    """A rule about an action for a purpose, and all purposes below it."""
    return {
        "@type": f"odrl:{kind}",
        "odrl:action": {"@id": f"odrl:{action}"},
        "odrl:constraint": {
            "@type": "odrl:Constraint",
            "description": words(purpose),
            "odrl:leftOperand": {"@id": "odrl:purpose"},
            "odrl:operator": {"@id": "odrl:isA"},
            "odrl:rightOperand": {"@id": f"{PURPOSE}{purpose}"},
        },
    }
