"""Decide: may this session do this with this data, for this purpose? The rules are the signed policy's, in Cedar.

Cedar skips a rule that errs, so a `forbid` with a missing attribute would let everything through. Therefore the
schema is always given, rules are validated strictly before they are used, and whatever is not a clean Allow is a
refusal.
"""
# pyright: reportUnknownMemberType=false
# (cedarpy's signatures have bare `dict`s)

import json
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, cast

import cedarpy
from msgspec import Struct

from glasswork.govern.errors import RulesInvalid
from glasswork.policy.bundle import Cedar
from glasswork.policy.check import Approved
from glasswork.policy.purposes import DENIED_ROOT, PURPOSES, within
from glasswork.schema.words import Scope, Zone

# Cedar's messages name entities and may end in the log, so nobody's id is the name of one.
_SESSION: Final = {"type": "Session", "id": "session"}
_DATASET: Final = {"type": "Dataset", "id": "dataset"}


class SessionRole(StrEnum):
    """Who asks."""

    OWNER = "owner"
    ENGINEER = "engineer"
    BOARD = "board"
    AUDITOR = "auditor"
    PRIVACY_OFFICER = "privacy_officer"
    JOB = "job"


class Act(StrEnum):
    """What is asked for: to read data in plain, or to end its keys."""

    OPEN = "open"
    ERASE = "erase"


class Session(Struct, frozen=True):
    """Who is asking, and from where. `environment` is the zone whose keys the process can reach.

    `principal` is a participant's id for an owner, a name for anybody else; `acts_for` is the participant on whose
    behalf a job runs, empty for nobody in particular.
    """

    principal: str
    role: SessionRole
    environment: Zone
    acts_for: str = ""

    @property
    def person(self) -> str:
        """The participant whose own data this session is about, or ""."""
        return self.principal if self.role is SessionRole.OWNER else self.acts_for


class Dataset(Struct, frozen=True):
    """What is asked for. `owner` is "" unless all of it is one participant's; `people` is how many it holds.

    `purposes` are those that the policy allowed under which it was recorded. `id` says nothing about a person.
    """

    id: str
    zone: Zone
    scope: Scope
    owner: str
    people: int
    purposes: frozenset[str]


class Decision(Struct, frozen=True):
    """What was decided and which rule decided it, in plain words. `errors`: what Cedar could not evaluate."""

    allowed: bool
    reason: str
    errors: tuple[str, ...] = ()


class Rules:
    """The rules of one signed policy, parsed once: deciding with them takes about 100 microseconds."""

    def __init__(self, cedar: Cedar, *, policy_hash: str, minimum_people: int) -> None:
        """Parse and validate. Raises RulesInvalid if the rules could err, or name a purpose that does not exist."""
        try:
            self.schema = cedarpy.Schema.from_str(cedar.schema)
            self.policies = cedarpy.PolicySet.from_str(cedar.rules)
            self.purposes = cedarpy.Entities.from_json_str(json.dumps(_purpose_tree()), schema=self.schema)
            valid = cedarpy.validate_policies(cedar.rules, self.schema).validation_passed
        except ValueError:
            valid = False
        named = set(re.findall(r'Purpose::"([^"]*)"', cedar.rules))
        if not valid or not named <= PURPOSES.keys():
            raise RulesInvalid(
                "The decision rules in the policy bundle are not valid for their schema, so they decide nothing and "
                "nothing can be opened. Compile the policy again and have it signed."
            )
        self.policy_hash = policy_hash
        self.minimum_people = minimum_people

    @classmethod
    def of(cls, approved: Approved) -> "Rules":
        """The rules of an approved policy."""
        return cls(approved.cedar, policy_hash=approved.hash, minimum_people=approved.policy.minimum_people)


def decide(rules: Rules, session: Session, act: Act, dataset: Dataset, purpose: str) -> Decision:
    """Whether `session` may `act` on `dataset` for `purpose`. Never raises for a request: what is odd is refused."""
    if purpose not in PURPOSES:
        return Decision(False, "the purpose is not one that is known")
    if within(purpose, DENIED_ROOT):  # also a rule; held here too, for no policy may allow it
        return Decision(False, "nobody is evaluated by what they recorded, whatever the policy says")
    try:
        result = cedarpy.is_authorized(
            {
                "principal": _SESSION,
                "action": _uid("Action", act),
                "resource": _DATASET,
                "context": {"purpose": _ref("Purpose", purpose), "minimum_people": rules.minimum_people},
            },
            rules.policies,
            rules.purposes.with_added_json_str(json.dumps(_entities(session, dataset)), schema=rules.schema),
            rules.schema,
        )
    except ValueError as error:
        return Decision(False, "the request does not fit the schema of the rules", (str(error),))
    errors = tuple(result.diagnostics.errors)
    if errors or result.decision is cedarpy.Decision.NoDecision:
        return Decision(False, "the rules could not be evaluated", errors)
    named = cast("dict[str, str]", result.diagnostics.id_annotations_by_reason)
    reasons = sorted(named.get(rule, rule) for rule in result.diagnostics.reasons)
    nothing = f"no rule lets the role {session.role} {act} the zone {dataset.zone} for {purpose}"
    return Decision(result.decision is cedarpy.Decision.Allow, "; ".join(reasons) or nothing)


def _entities(session: Session, dataset: Dataset) -> list[object]:
    return [
        {
            "uid": _SESSION,
            "attrs": {
                "role": _ref("Role", session.role),
                "environment": _ref("Zone", session.environment),
                "person": session.person,
            },
            "parents": [],
        },
        {
            "uid": _DATASET,
            "attrs": {
                "zone": _ref("Zone", dataset.zone),
                "scope": _ref("Scope", dataset.scope),
                "owner": dataset.owner,
                "people": dataset.people,
                "purposes": [_ref("Purpose", purpose) for purpose in sorted(dataset.purposes)],
            },
            "parents": [],
        },
    ]


def _purpose_tree() -> Iterable[object]:
    return [
        {"uid": _uid("Purpose", id_), "attrs": {}, "parents": [_uid("Purpose", entry.parent)] if entry.parent else []}
        for id_, entry in PURPOSES.items()
    ]


def _uid(kind: str, id_: str) -> dict[str, str]:
    return {"type": kind, "id": str(id_)}


def _ref(kind: str, id_: str) -> dict[str, dict[str, str]]:
    return {"__entity": _uid(kind, id_)}
