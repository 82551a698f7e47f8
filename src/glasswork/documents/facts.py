"""Facts: everything that a card says, queried from the records, the policy and the attack report."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from glasswork.assemble.record import Record, content_hash
from glasswork.policy import Policy
from glasswork.policy.model import AllowedPurpose, Controller, Retention
from glasswork.redteam.report import Finding, Report, Verdict
from glasswork.schema.words import Scope


class Contents(Struct, frozen=True, forbid_unknown_fields=True):
    """What is in a data set. Counts by name are sorted by name; one example is one episode."""

    content: str
    examples: int
    steps: int
    actions: dict[str, int]
    apps: dict[str, int]
    weeks: dict[str, int]
    outcomes: dict[str, int]
    labels: dict[str, int]
    bases: dict[str, int]
    scopes: dict[str, int]
    suppressed: int


class Terms(Struct, frozen=True, forbid_unknown_fields=True):
    """What the policy says of the data."""

    policy: str
    name: str
    epoch: int
    scope: Scope
    purposes: tuple[AllowedPurpose, ...]
    controller: Controller
    retention: Retention
    minimum_people: int


class Attacked(Struct, frozen=True, forbid_unknown_fields=True):
    """What the attacks found."""

    report: str
    verdict: Verdict
    people: int
    findings: tuple[Finding, ...]


class Facts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card as data: `private` builds are for the person whose work they hold."""

    version: Literal[1] = 1
    name: str
    private: bool
    contents: Contents
    terms: Terms
    attacked: Attacked


def contents(records: Sequence[Record]) -> Contents:
    """Count what is in the records. `apps` counts the examples in which a program occurs."""
    steps = [step for record in records for step in record.example.steps]
    return Contents(
        content=content_hash(records),
        examples=len(records),
        steps=len(steps),
        actions=_counted(step.tool for step in steps),
        apps=_counted(app for record in records for app in record.apps),
        weeks=_counted(record.example.week for record in records),
        outcomes=_counted(record.example.outcome for record in records),
        labels=_counted(label.signal for record in records for label in record.example.labels),
        bases=_counted(record.basis or "recorded" for record in records),
        scopes=_counted(record.scope for record in records),
        suppressed=sum(record.suppressed for record in records),
    )


def terms(policy: Policy, policy_hash: str) -> Terms:
    """What a policy with this hash says of the data recorded under it."""
    return Terms(
        policy=policy_hash,
        name=policy.name,
        epoch=policy.epoch,
        scope=policy.scope,
        purposes=tuple(policy.purposes),
        controller=policy.controller,
        retention=policy.retention,
        minimum_people=policy.minimum_people,
    )


def attacked(report: Report) -> Attacked:
    """The attack report's verdicts, and the hash by which it is known."""
    return Attacked(report.hash, report.verdict, report.people, report.findings)


def facts(name: str, records: Sequence[Record], policy: Policy, policy_hash: str, report: Report) -> Facts:
    """All facts of one data set."""
    return Facts(
        name=name,
        private=report.private,
        contents=contents(records),
        terms=terms(policy, policy_hash),
        attacked=attacked(report),
    )


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted((str(word), count) for word, count in Counter(words).items()))
