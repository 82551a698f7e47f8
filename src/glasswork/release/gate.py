"""The gate: everything that a release needs, each check a plain sentence when it fails."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from glasswork.assemble.lineage import Lineage
from glasswork.assemble.record import Record
from glasswork.documents.cards import Card, render
from glasswork.documents.facts import facts
from glasswork.govern.approvals import Candidate, check_approval
from glasswork.govern.errors import Refused
from glasswork.policy import Approved, Policy
from glasswork.policy.purposes import within
from glasswork.policy.signatures import Signature
from glasswork.redteam.report import Attack, Report, Verdict
from glasswork.schema.words import Scope

FRESH: Final = timedelta(days=7)
"""How old an attack report may be. What was learned about attacks since is not in an older one."""


class Papers(msgspec.Struct, frozen=True):
    """What comes with a release: the attack report, the card, and the board's signatures under both."""

    report: Report | None = None
    card: Card | None = None
    approvals: tuple[Signature, ...] = ()


def candidate(approved: Approved, report: Report, card: Card) -> Candidate:
    """What the board signs: exactly this content, report, card and policy."""
    return Candidate(content=report.content, attack_report=report.hash, card=card.hash, policy=approved.hash)


def lacking(policy: Policy, people: int) -> Iterator[str]:
    """What stands against any release of this data, whatever the papers say."""
    if policy.scope is not Scope.PROGRAMME:
        yield "The data are of scope self and go only to their owner (`glasswork build --private`)."
    if people < policy.minimum_people:
        yield f"They are of {people} people, and the policy asks for {policy.minimum_people}."
    if not any(within(purpose.id, "train_computer_use_agents") for purpose in policy.purposes):
        yield "The policy allows no purpose that trains or tests models."


def unfit(approved: Approved, papers: Papers, now: datetime) -> Iterator[str]:
    """What stands against these papers, as far as can be told without opening the data."""
    report, card = papers.report, papers.card
    if report is None:
        yield "There is no attack report."
    else:
        failed = ", ".join(f"{one.attack} {one.verdict}" for one in report.findings if one.verdict is not Verdict.PASS)
        if failed or report.verdict is not Verdict.PASS:
            yield f"The attack report does not pass ({failed or report.verdict}); “could not tell” counts as no."
        if absent := sorted(set(Attack) - {one.attack for one in report.findings}):
            yield f"The attack report lacks {', '.join(absent)}."
        if report.private:
            yield "The attack report is about a private build, which is not attacked for whose it is."
    if report is not None and not timedelta(0) <= now.astimezone(UTC).date() - report.day <= FRESH:
        yield f"The attack report is not of the last {FRESH.days} days."
    if card is None:
        yield "There is no card."
    if not papers.approvals:
        yield "The board has not approved it."
    elif report is not None and card is not None:
        try:
            check_approval(approved, candidate(approved, report, card), papers.approvals, now=now)
        except Refused as error:
            yield str(error)


def untrue(
    name: str, records: Iterable[Record], people: int, approved: Approved, papers: Papers, lineage: Lineage | None
) -> Iterator[str]:
    """What in the papers is not about these records, of so many people, built so, as they are now."""
    if papers.report is None or papers.card is None:
        return
    true = facts(name, records, approved.policy, approved.hash, papers.report, lineage)
    said = papers.report.name, papers.report.content, papers.report.records, papers.report.people
    if said != (name, true.contents.content, true.contents.examples, people):
        yield "The attack report is about other data: something was rebuilt or erased since. Attack it again."
    elif papers.card != render(true):
        yield "The card does not say what is in the data. Make it again."
