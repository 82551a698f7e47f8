"""The one place that speaks to Cedar: a schema, the entities known before anybody asks, and one question at a time.

Sessions of one role and environment are one entity, and so are data sets of one zone, scope and set of purposes:
they are parsed once, and a question carries only what is particular to it. Parsing them for each question took three
times as long as deciding.
"""
# pyright: reportUnknownMemberType=false
# (cedarpy's signatures have bare `dict`s)

import itertools
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, cast

import cedarpy
import msgspec
from msgspec import Struct

from glasswork.policy.purposes import PURPOSES, listable
from glasswork.schema.words import Scope, Zone

LISTABLE: Final = tuple(purpose for purpose in PURPOSES if listable(purpose))
"""What data can have been recorded for."""


class SessionRole(StrEnum):
    """Who asks."""

    OWNER = "owner"
    ENGINEER = "engineer"
    BOARD = "board"
    AUDITOR = "auditor"
    PRIVACY_OFFICER = "privacy_officer"
    JOB = "job"


class Act(StrEnum):
    """What is asked for: to read data in plain, to end its keys, or to store in the next zone what was made of it."""

    OPEN = "open"
    ERASE = "erase"
    PROMOTE = "promote"


class Question(Struct, frozen=True):
    """What the rules may know of a request. `purposes` are those that the data were recorded for."""

    role: SessionRole
    environment: Zone
    act: Act
    zone: Zone
    scope: Scope
    purposes: frozenset[str]
    purpose: str
    person: str
    owner: str
    people: int
    minimum_people: int


class Outcome(StrEnum):
    """Allowed; permitted by no rule; forbidden by one; or not to be evaluated. All but the first are refusals."""

    ALLOW = "allow"
    DENY = "deny"
    FORBID = "forbid"
    ERROR = "error"


class Answer(Struct, frozen=True):
    """What Cedar said: the names of the rules that decided, and what it could not evaluate."""

    outcome: Outcome
    rules: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


class Engine:
    """A schema and the entities that fit it."""

    def __init__(self, schema: str) -> None:
        """Raises ValueError for a schema that is none, or that the questions do not fit."""
        self.schema = cedarpy.Schema.from_str(schema)
        entities = msgspec.json.encode(list(_entities())).decode()
        self.entities = cedarpy.Entities.from_json_str(entities, schema=self.schema)

    def parse(self, rules: str) -> cedarpy.PolicySet:
        """Rules as a handle. Raises ValueError unless they are valid for the schema, so that none can err."""
        policies = cedarpy.PolicySet.from_str(rules)
        result = cedarpy.validate_policies(rules, self.schema)
        if not result.validation_passed:
            raise ValueError("; ".join(str(error) for error in result.errors))
        return policies

    def ask(self, policies: cedarpy.PolicySet, question: Question) -> Answer:
        """What `policies` say. Never raises for a question: what does not fit is an ERROR."""
        try:
            result = cedarpy.is_authorized(_request(question), policies, self.entities, self.schema)
        except (ValueError, OverflowError) as error:
            return Answer(Outcome.ERROR, errors=(f"the request does not fit the schema of the rules: {error}",))
        # Cedar skips a rule that errs: a forbid that did would let everything through.
        if errors := tuple(result.diagnostics.errors):
            return Answer(Outcome.ERROR, errors=errors)
        named = cast("dict[str, str]", result.diagnostics.id_annotations_by_reason)
        rules = tuple(sorted(named.get(rule, rule) for rule in result.diagnostics.reasons))
        if result.decision is cedarpy.Decision.Allow:
            return Answer(Outcome.ALLOW, rules)
        if result.decision is cedarpy.Decision.Deny:
            return Answer(Outcome.FORBID if rules else Outcome.DENY, rules)
        return Answer(Outcome.ERROR, errors=("no decision was reached",))


_encoder: Final = msgspec.json.Encoder()


def _request(question: Question) -> dict[str, object]:
    """The question in Cedar's form. Nobody's name is the name of an entity, since messages name those."""
    context = {
        "purpose": _uid("Purpose", question.purpose),
        "person": question.person,
        "owner": question.owner,
        "people": question.people,
        "minimum_people": question.minimum_people,
    }
    return {
        "principal": _uid("Session", _session(question.role, question.environment)),
        "action": _uid("Action", question.act),
        "resource": _uid("Dataset", _dataset(question.zone, question.scope, question.purposes)),
        "context": _encoder.encode(context).decode(),
    }


def _session(role: str, environment: str) -> str:
    return f"{role} in {environment}"


def _dataset(zone: str, scope: str, purposes: Iterable[str]) -> str:
    """A purpose that the tree does not know is not one that rules could name, so it is left out."""
    return f"{scope} {zone} for {' '.join(sorted(PURPOSES.keys() & purposes))}"


def _entities() -> Iterator[object]:
    for purpose, entry in PURPOSES.items():
        yield _entity("Purpose", purpose, {}, _uid("Purpose", entry.parent) if entry.parent else None)
    for role, zone in itertools.product(SessionRole, Zone):
        yield _entity("Session", _session(role, zone), {"environment": _uid("Zone", zone)}, _uid("Role", role))
    subsets = (itertools.combinations(LISTABLE, size) for size in range(len(LISTABLE) + 1))
    for purposes, zone, scope in itertools.product(itertools.chain.from_iterable(subsets), Zone, Scope):
        about = {
            "zone": _uid("Zone", zone),
            "scope": _uid("Scope", scope),
            "purposes": [_uid("Purpose", purpose) for purpose in purposes],
        }
        yield _entity("Dataset", _dataset(zone, scope, purposes), about, _uid("Zone", zone))


def _entity(kind: str, id_: str, attributes: Mapping[str, object], parent: dict[str, str] | None) -> object:
    return {"uid": _uid(kind, id_), "attrs": attributes, "parents": [parent] if parent else []}


def _uid(kind: str, id_: str) -> dict[str, str]:
    return {"type": kind, "id": id_}
