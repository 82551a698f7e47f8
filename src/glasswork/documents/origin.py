"""Origin: what a data set was made of, by what and by whom, in the words of W3C PROV. People are named by their roles.

The entities that it was derived from are the sealed participant-days, by the SHA-256 of their bytes: who holds the
vault can show them, and the hash tells nothing of what is in them.
"""

from typing import Any, Final

from glasswork.assemble.lineage import Lineage
from glasswork.documents.facts import Facts

DATASET: Final = "glasswork:dataset"
PREFIXES: Final = {"glasswork": "urn:glasswork:", "sha256": "hash://sha256/"}
STAGES: Final = {
    "record": "recording, redaction and review on the participants' computers",
    "refine": "cutting into episodes, and signals",
    "assemble": "examples made by the recipe",
    "attack": "attacks on the built data set",
    "release": "the last gate",
}


def roles(facts: Facts) -> list[str]:
    """Who stands behind it: the participants, who answers for it, and the roles that let it be promoted."""
    approving = {role for words in facts.made.approvals for role in words.split()[2:]} if facts.made else set[str]()
    return ["participant", "controller", *sorted(approving)]


def properties(facts: Facts, lineage: Lineage | None) -> dict[str, Any]:
    """The origin as JSON-LD, with the prefix `prov`."""
    used = [_hash(facts.terms.policy), _hash(facts.attacked.report)]
    if facts.made:
        used.append(_hash(facts.made.recipe_hash))
    return {
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "prov:label": f"glasswork: {', '.join(STAGES)}",
            "prov:used": [{"@id": one} for one in used],
        },
        "prov:wasDerivedFrom": [{"@id": _hash(batch)} for batch in lineage.batches] if lineage else [],
        "prov:wasAttributedTo": [{"@type": "prov:Agent", "prov:label": role} for role in roles(facts)],
    }


def record(facts: Facts, lineage: Lineage | None) -> dict[str, Any]:
    """The origin as PROV-JSON (W3C Member Submission of 24 April 2013)."""
    batches = [f"sha256:{batch}" for batch in lineage.batches] if lineage else []
    papers = {"policy": facts.terms.policy, "attack_report": facts.attacked.report}
    if facts.made:
        papers["recipe"] = facts.made.recipe_hash
    agents = roles(facts)

    def numbered(prefix: str, *pairs: dict[str, str]) -> dict[str, dict[str, str]]:
        return {f"_:{prefix}{number}": pair for number, pair in enumerate(pairs, start=1)}

    return {
        "prefix": PREFIXES,
        "entity": {
            DATASET: {"prov:label": facts.name, "glasswork:content": facts.contents.content},
            **{f"sha256:{value}": {"prov:label": name} for name, value in papers.items()},
            **{batch: {"prov:label": "sealed participant-day"} for batch in batches},
        },
        "activity": {f"glasswork:{stage}": {"prov:label": what} for stage, what in STAGES.items()},
        "agent": {f"glasswork:role/{role}": {"prov:label": role} for role in agents},
        "wasGeneratedBy": numbered("g", {"prov:entity": DATASET, "prov:activity": "glasswork:assemble"}),
        "used": numbered(
            "u",
            *({"prov:activity": "glasswork:assemble", "prov:entity": batch} for batch in batches),
            *({"prov:activity": "glasswork:assemble", "prov:entity": f"sha256:{one}"} for one in papers.values()),
        ),
        "wasDerivedFrom": numbered(
            "d", *({"prov:generatedEntity": DATASET, "prov:usedEntity": batch} for batch in batches)
        ),
        "wasAttributedTo": numbered(
            "a", *({"prov:entity": DATASET, "prov:agent": f"glasswork:role/{role}"} for role in agents)
        ),
    }


def _hash(value: str) -> str:
    return f"{PREFIXES['sha256']}{value}"
