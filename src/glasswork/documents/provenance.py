"""The provenance record of a release: the 22 fields of the Data Provenance Standards 1.0.0, and PROV-JSON.

The fields are those of the Data & Trust Alliance (source, provenance, use), flat, under names of our spelling. What
only people can know is marked as open.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from glasswork.assemble.lineage import Lineage
from glasswork.documents import layout, origin, statements
from glasswork.documents.facts import Facts
from glasswork.documents.rights import words

STANDARD: Final = "Data Provenance Standards 1.0.0"


def provenance(facts: Facts, lineage: Lineage | None, day: date, files: Collection[str]) -> dict[str, Any]:
    """The record of a release of that day with these files."""
    terms, opened = facts.terms, statements.OPEN
    return {
        "standards_version": STANDARD,
        "dataset_title": facts.name,
        "unique_metadata_identifier": f"hash://sha256/{facts.contents.content}",
        "metadata_location": "croissant.json",
        "dataset_issuer": terms.controller.name,
        "description": statements.description(facts),
        "source_metadata": ["card.json", "policy.json", "attack-report.json", *(["lineage.json"] if lineage else [])],
        "source": "Participants of the programme" if not facts.private else "The person whose work it is",
        "data_origin_geography": list(terms.countries) or f"{opened}the policy names no country.",
        "dataset_issue_date": day.isoformat(),
        "previous_issue_date": f"{opened}the audit log has every release of this name.",
        "range_of_dates": list(statements.timeframe(facts) or ()) or f"{opened}no week is told.",
        "method": ["Primary user source"],
        "data_format": sorted({layout.media_type(table.files[0]) for table in layout.tables(files)}),
        "confidentiality_classification": ["Personal information (PI)"],
        "consent_documentation_location": "policy.json: purposes and their lawful bases",
        "privacy_enhancing_technologies": list(statements.protection(facts)),
        "data_processing_geography": f"{opened}the policy names where sealed batches may go, which is storage.",
        "data_storage_geography": list(terms.regions),
        "license_to_use": "As the policy allows (croissant.json, usageInfo)",
        "intended_use": [f"{purpose}: {words(purpose)}" for purpose in facts.purposes],
        "proprietary_data": f"{opened}names of commands and elements of the programs used are in the data.",
        "prov": origin.record(facts, lineage),
    }
