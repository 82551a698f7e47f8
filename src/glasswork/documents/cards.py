"""The card of a data set: Markdown with the front matter that dataset hubs read, and the same facts as JSON."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

import rfc8785
from msgspec import Struct, to_builtins

from glasswork.assemble.load import records
from glasswork.documents.facts import Facts, facts
from glasswork.govern.decide import Session
from glasswork.policy.purposes import PURPOSES
from glasswork.redteam.report import Report
from glasswork.vault.handle import Vault

CARD_TEXTS: Final = ("CARD.md", "README.md")
"""The files of a release that hold a card's Markdown: `README.md` is where dataset hubs and loaders look for it."""

SIZES: Final = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)


class Card(Struct, frozen=True):
    """A card: `json` is canonical (RFC 8785) and holds every fact, `markdown` says the same to people."""

    json: bytes
    markdown: str

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the JSON."""
        return hashlib.sha256(self.json).hexdigest()


def card(vault: Vault, name: str, session: Session, report: Report) -> Card:
    """The card of the built data set `name`, queried from it, from the policy in force and from the report.

    Raises what opening the data set raises (Refused, where the session may not).
    """
    approved = vault.approved
    return render(facts(name, records(vault, name, session), approved.policy, approved.hash, report))


def render(facts: Facts) -> Card:
    """Facts as a card. The Markdown has no number that the JSON has not."""
    return Card(rfc8785.dumps(to_builtins(facts)), "\n".join([*_front_matter(facts), "", *_text(facts), ""]))


def _front_matter(facts: Facts) -> Iterator[str]:
    """YAML by hand: every value is a word, a number or a quoted string of this program's own making."""
    yield "---"
    yield "language: [en]"
    yield "license: other"
    yield f"license_name: {'private' if facts.private else 'internal-consented-use'}"
    yield f'pretty_name: "{facts.name}"'
    yield "task_categories: [text-generation]"
    yield "annotations_creators: [machine-generated]"
    yield "source_datasets: [original]"
    yield f"size_categories: [{_size(facts.contents.examples)}]"
    yield "tags: [computer-use, agent, trajectories]"
    yield "configs:"
    for config, files in (("canonical", "data/*.parquet"), ("sft", "exports/trl_sft.parquet")):
        yield f"- config_name: {config}"
        yield "  data_files:"
        yield f"  - {{split: train, path: {files}}}"
    yield "---"


def _text(facts: Facts) -> Iterator[str]:
    contents, terms, attacked = facts.contents, facts.terms, facts.attacked
    yield f"# {facts.name}"
    yield ""
    if facts.private:
        yield "**Private.** One person's own work, for that person alone. It must not be passed on or merged."
        yield ""
    yield (
        f"{contents.examples} examples ({contents.steps} steps) of computer work: what was done, never what was "
        "written. Each is a goal, observations as redacted text trees, and tool calls in which values are slots."
    )
    yield ""
    yield "## Uses"
    yield ""
    yield f"Allowed by the policy “{terms.name}” (version {terms.epoch}, `{terms.policy}`):"
    yield ""
    for purpose in terms.purposes:
        words = PURPOSES[purpose.id].words if purpose.id in PURPOSES else "not a purpose that is known"
        yield f"- `{purpose.id}`: {words} (basis: {purpose.basis})"
    yield ""
    yield (
        "Never allowed, whatever a policy says: judging a person by this data (performance, discipline, attendance, "
        "emotion)."
    )
    yield ""
    yield "## Contents"
    for title, counts in (
        ("Action", contents.actions),
        ("Program (examples in which it occurs)", contents.apps),
        ("Week", contents.weeks),
        ("Outcome", contents.outcomes),
        ("Signal", contents.labels),
        ("Basis (of imports, as stated)", contents.bases),
    ):
        if counts:
            yield ""
            yield from _table(title, counts)
    yield ""
    yield (
        f"{contents.suppressed} times the recorder left something out (secret fields, programs that are not listed). "
        "Signals have a rule and a confidence and are never a verdict about a person; `completed` is not `correct`."
    )
    yield ""
    yield "## Personal and sensitive information"
    yield ""
    yield (
        f"Scope `{terms.scope}`. Linked records of one person remain personal data: habits identify people. The zone "
        f"keeps actions {terms.retention.actions} days, episodes {terms.retention.episodes}, data sets "
        f"{terms.retention.datasets}; copies that left it cannot be called back."
    )
    if not facts.private:
        yield f"Words that fewer than {terms.minimum_people} people have are replaced by their role or category."
    yield f"Responsible: {terms.controller.name} ({terms.controller.contact})."
    yield ""
    yield "## Attacks"
    yield ""
    yield f"Verdict: **{attacked.verdict}** (people: {attacked.people}; report `{attacked.report}`)."
    yield ""
    yield "| attack | verdict | n | estimate | 95 % interval | chance |"
    yield "|---|---|---|---|---|---|"
    for one in attacked.findings:
        yield (
            f"| {one.attack} | {one.verdict} | {one.n} | {one.estimate:.4f} | {one.low:.4f} to {one.high:.4f} "
            f"| {one.chance:.4f} |"
        )
    yield ""
    yield f"Content hash: `{contents.content}`."


def _table(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield f"| {title} | number |"
    yield "|---|---|"
    for word, count in counts.items():
        escaped = " ".join(word.replace("|", "\\|").split())  # a stated basis is anybody's text
        yield f"| {escaped} | {count} |"


def _size(examples: int) -> str:
    """The size category that dataset hubs use."""
    names = ("1K", "10K", "100K", "1M", "10M")
    for place, limit in enumerate(SIZES):
        if examples < limit:
            return f"{'n' if place == 0 else names[place - 1] + '<n'}<{names[place]}"
    return "n>10M"
