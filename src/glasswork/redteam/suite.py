"""Run: every attack that makes sense for a data set, the self-test first."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC

import msgspec

from glasswork.assemble.load import dataset, is_private, partitions
from glasswork.assemble.record import Record, content_hash
from glasswork.govern.decide import Session
from glasswork.redteam.fields import typed_text
from glasswork.redteam.identify import MIN_CROWD, identify
from glasswork.redteam.leaks import leaks
from glasswork.redteam.rare import rare_words
from glasswork.redteam.report import Attack, Finding, Report, Verdict, worst
from glasswork.schema.episode import Example, Step
from glasswork.schema.words import Scope
from glasswork.vault.access import owners
from glasswork.vault.handle import Vault


def run(vault: Vault, name: str, session: Session, *, canaries: Sequence[str] = ()) -> Report:
    """Attack the built data set `name`, or the owner's private build of that name where the session is an owner's.

    `canaries` are secrets that were planted where its data came from. Raises NotBuilt, and what `access.open` raises;
    ValueError for a canary that is too short to be searched for.
    """
    parts = list(partitions(vault, name, session))
    numbers = owners(vault, dataset(vault, name, session))
    people: dict[int, list[Record]] = {}
    for partition, records in parts:
        if partition in numbers:  # else it was erased since
            people.setdefault(numbers[partition], []).extend(records)
    policy, private = vault.approved.policy, is_private(session)
    everything = [record for records in people.values() for record in records]
    findings = attack(people, k=None if private else policy.minimum_people, canaries=canaries)
    return Report(
        name=name,
        content=content_hash(everything),
        scope=policy.scope,
        private=private,
        day=vault.clock().astimezone(UTC).date(),
        records=len(everything),
        people=len(people),
        verdict=worst(findings),
        findings=findings,
    )


def attack(
    people: Mapping[int, Sequence[Record]], *, k: int | None, canaries: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """All findings on records grouped by person. `k` people are to be alike, None where everybody knows who it is."""
    records = [record for own in people.values() for record in own]
    found = [self_test(records)]
    if k is not None:
        found += [identify(people, max(MIN_CROWD, k)), rare_words(people, max(2, k))]
    return (*found, typed_text(records), leaks(records, canaries))


def self_test(records: Sequence[Record]) -> Finding:
    """R0: would the attacks have seen anything? Plants what they must find in copies of a record, one at a time.

    A canary that the redactor knows, a canary that only its list knows (encoded), and an exact length. Each must be
    found in the copy, and the listed canary must not be found in the data as they are. A failure makes the whole
    report invalid, which is why it counts as FAIL.
    """
    clean = records[0] if records else _SAMPLE
    word = secrets.token_hex(12)
    encoded = base64.b64encode(f"xx{word}".encode()).decode()
    missed = [
        what
        for what, caught in (
            ("an e-mail address", leaks([_planted(clean, f"Write to {word}@example.com.")]).verdict is Verdict.FAIL),
            ("an encoded secret", leaks([_planted(clean, encoded)], [word]).verdict is Verdict.FAIL),
            ("an exact length", typed_text([_weak(clean)]).verdict is Verdict.FAIL),
        )
        if not caught
    ]
    false = leaks(records, [word]).estimate > leaks(records).estimate
    tests = 4
    failed = len(missed) + false
    return Finding(
        attack=Attack.SELF_TEST,
        verdict=Verdict.FAIL if failed else Verdict.PASS,
        n=tests,
        estimate=failed / tests,
        low=failed / tests,
        high=failed / tests,
        chance=0.0,
        linked=1,
        attackers=("planted",),
        reason=(
            f"The attacks do not work, so nothing they say counts. Missed: {', '.join(missed) or 'nothing'}; "
            f"found what is not there: {'yes' if false else 'no'}."
        )
        if failed
        else "What was planted in copies was found, and was not found in the data.",
    )


_SAMPLE = Record(
    example=Example(id="", goal="", steps=(), outcome="unknown", week="2026-W01"),
    apps=(),
    suppressed=0,
    scope=Scope.SELF,
    policy="",
    basis="",
)


def _planted(record: Record, goal: str) -> Record:
    return msgspec.structs.replace(record, example=msgspec.structs.replace(record.example, goal=goal))


def _weak(record: Record) -> Record:
    """The record with a step that says how long a typed text was."""
    step = Step(observation="", tool="type_text", arguments={"value": "<text_1>", "length": 23})
    return msgspec.structs.replace(record, example=msgspec.structs.replace(record.example, steps=(step,)))
