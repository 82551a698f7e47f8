"""Facts: everything that a card says, queried from the records, the policy, the attack report and the lineage.

The board signs the hash of these, and so they have nothing in them that a release makes anew, like ids and files.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, Literal

import rfc8785
from msgspec import Struct, to_builtins

from glasswork.assemble.balance import PartBalance, Tally
from glasswork.assemble.lineage import Lineage
from glasswork.assemble.recipe import Recipe
from glasswork.assemble.record import Record, content_hash
from glasswork.policy import Policy
from glasswork.policy.model import AllowedPurpose, Controller, Retention
from glasswork.redteam.report import Finding, Report, Verdict
from glasswork.schema.words import Scope

RECORDED_HERE: Final = "recorded"
"""The basis of what was not imported."""


class Contents(Struct, frozen=True, forbid_unknown_fields=True):
    """What is in a data set. Counts by name are sorted by name; one example is one episode.

    `parts` is the balance of each part (split); the counts beside it are of all parts together. Actions, roles,
    commands and categories count steps, `rules` the labels of each signal by the rule that found them, all else
    examples. `screens` are the Screens in all examples, `families` the different families of tasks.
    """

    content: str
    examples: int
    steps: int
    screens: int
    families: int
    parts: dict[str, PartBalance]
    actions: dict[str, int]
    roles: dict[str, int]
    commands: dict[str, int]
    categories: dict[str, int]
    apps: dict[str, int]
    weeks: dict[str, int]
    lengths: dict[str, int]
    outcomes: dict[str, int]
    preferred: dict[str, int]
    labels: dict[str, int]
    rules: dict[str, dict[str, int]]
    bases: dict[str, int]
    scopes: dict[str, int]
    suppressed: int


class Terms(Struct, frozen=True, forbid_unknown_fields=True):
    """What the policy says of the data. `countries`: whose law counts; `regions`: where sealed batches may go."""

    policy: str
    name: str
    epoch: int
    scope: Scope
    purposes: tuple[AllowedPurpose, ...]
    controller: Controller
    retention: Retention
    minimum_people: int
    sampling_share: float
    assessment: str | None
    countries: tuple[str, ...]
    regions: tuple[str, ...]


class Made(Struct, frozen=True, forbid_unknown_fields=True):
    """How it was built: `lineage` is the SHA-256 of `lineage.json`, which lists what is only counted here."""

    lineage: str
    purpose: str
    recipe: Recipe
    recipe_hash: str
    batches: int
    tombstones: int
    approvals: tuple[str, ...]
    episodes: int
    dropped: dict[str, int]


class Attacked(Struct, frozen=True, forbid_unknown_fields=True):
    """What the attacks found."""

    report: str
    verdict: Verdict
    people: int
    findings: tuple[Finding, ...]


class Facts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card as data. `private` builds are for the person whose work they hold; `made` is None where nobody knows."""

    version: Literal[2] = 2
    name: str
    private: bool
    contents: Contents
    terms: Terms
    made: Made | None = None
    attacked: Attacked

    @property
    def purposes(self) -> tuple[str, ...]:
        """What this data set is for: what it was built for, or whatever the policy allows where that is not known."""
        return tuple(self.made.purpose.split()) if self.made else tuple(one.id for one in self.terms.purposes)


def contents(records: Iterable[Record]) -> Contents:
    """Count what is in the records, in one pass over them."""
    tally, counts = Tally(), Counter[tuple[str, str]]()
    rules: Counter[tuple[str, str]] = Counter()
    families: set[str] = set()

    def seen() -> Iterator[Record]:
        for record in records:
            tally.add(record)
            counts.update(_words(record))
            counts["screens", ""] += len(record.example.screens)
            counts["suppressed", ""] += record.suppressed
            rules.update((str(label.signal), label.rule) for label in record.example.labels)
            families.add(record.example.family)
            yield record

    content = content_hash(seen())
    parts = tally.balance(1).parts

    def counted(what: str) -> dict[str, int]:
        return dict(sorted((word, count) for (kind, word), count in counts.items() if kind == what))

    def of_parts(what: str) -> dict[str, int]:
        total = Counter[str]()
        for part in parts.values():
            total.update(getattr(part, what).counts)
        return dict(sorted(total.items()))

    return Contents(
        content=content,
        examples=sum(part.examples for part in parts.values()),
        steps=sum(part.steps for part in parts.values()),
        screens=counts["screens", ""],
        families=len(families - {""}),
        parts=parts,
        actions=of_parts("tools"),
        roles=of_parts("roles"),
        commands=of_parts("commands"),
        categories=counted("categories"),
        apps=of_parts("apps"),
        weeks=of_parts("weeks"),
        lengths=of_parts("lengths"),
        outcomes=of_parts("outcomes"),
        preferred=counted("preferred"),
        labels=counted("labels"),
        rules={
            signal: {rule: count for (of, rule), count in sorted(rules.items()) if of == signal}
            for signal in sorted({signal for signal, _ in rules})
        },
        bases=counted("bases"),
        scopes=counted("scopes"),
        suppressed=counts["suppressed", ""],
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
        sampling_share=policy.sampling_share,
        assessment=policy.assessment,
        countries=policy.jurisdictions,
        regions=tuple(sorted({sink.region for sink in policy.sinks})),
    )


def made(lineage: Lineage) -> Made:
    """What a card says of how a data set was built."""
    return Made(
        lineage=hashlib.sha256(lineage_json(lineage)).hexdigest(),
        purpose=lineage.purpose,
        recipe=lineage.made_with,
        recipe_hash=lineage.recipe_hash,
        batches=len(lineage.batches),
        tombstones=len(lineage.tombstones),
        approvals=lineage.approvals,
        episodes=lineage.episodes,
        dropped=dict(sorted(lineage.dropped.items())),
    )


def lineage_json(lineage: Lineage) -> bytes:
    """The lineage as canonical JSON (RFC 8785): the file `lineage.json` of a release."""
    return rfc8785.dumps(to_builtins(lineage))


def attacked(report: Report) -> Attacked:
    """The attack report's verdicts, and the hash by which it is known."""
    return Attacked(report.hash, report.verdict, report.people, report.findings)


def facts(
    name: str,
    records: Iterable[Record],
    policy: Policy,
    policy_hash: str,
    report: Report,
    lineage: Lineage | None = None,
) -> Facts:
    """All facts of one data set. The records are read once."""
    return Facts(
        name=name,
        private=report.private,
        contents=contents(records),
        terms=terms(policy, policy_hash),
        made=made(lineage) if lineage else None,
        attacked=attacked(report),
    )


def _words(record: Record) -> Iterator[tuple[str, str]]:
    """What of a record the balance does not count, as (what, which)."""
    example = record.example
    yield "preferred", str(example.preferred)
    yield "bases", record.basis or RECORDED_HERE
    yield "scopes", str(record.scope)
    yield from (("labels", str(label.signal)) for label in example.labels)
    yield from (
        ("categories", str(step.arguments["category"])) for step in example.steps if "category" in step.arguments
    )
