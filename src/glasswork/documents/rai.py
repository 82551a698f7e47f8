"""RAI: what is known of the twenty properties of the Croissant RAI vocabulary 1.0; what is not is marked as open."""

from collections.abc import Iterator
from typing import Any

from glasswork.documents import statements
from glasswork.documents.facts import Facts
from glasswork.documents.rights import words


def properties(facts: Facts) -> dict[str, Any]:
    """The properties as JSON-LD, with the prefix `rai`."""
    return {f"rai:{name}": value for name, value in _properties(facts)}


def _properties(facts: Facts) -> Iterator[tuple[str, Any]]:
    contents = facts.contents
    yield "dataCollection", " ".join(statements.collection(facts))
    yield "dataCollectionType", ["Passive Data Collection", "Software Collection"]
    yield "dataCollectionMissingData", " ".join(statements.missing(facts))
    yield "dataCollectionRawData", statements.RAW
    if frame := statements.timeframe(facts):
        yield "dataCollectionTimeframe", list(frame)
    yield "dataImputationProtocol", statements.values(facts)
    yield "dataManipulationProtocol", statements.DISTINCT
    yield "dataPreprocessingProtocol", [*statements.protection(facts), *statements.preparation(facts)]
    yield "dataAnnotationProtocol", [statements.ANNOTATION]
    yield "dataAnnotationPlatform", ["Glasswork: rules, and the participant's own review"]
    yield "dataAnnotationAnalysis", [f"{statements.OPEN}how sure the signals are in this data set."]
    yield "dataReleaseMaintenancePlan", statements.MAINTENANCE
    yield "personalSensitiveInformation", list(statements.personal(facts))
    yield "dataSocialImpact", statements.impact(facts)
    yield "dataBiases", list(statements.biases(facts))
    yield "dataLimitations", [*statements.LIMITS, statements.OUT_OF_SCOPE]
    yield "dataUseCases", [f"{purpose}: {words(purpose)}" for purpose in facts.purposes]
    yield "annotationsPerItem", f"{sum(contents.labels.values())} signals on {contents.examples} examples"
    yield "annotatorDemographics", [statements.ANNOTATORS]
    yield "machineAnnotationTools", sorted({f"rule {rule}" for rules in contents.rules.values() for rule in rules})
