"""The card of a data set: Markdown with the front matter that dataset hubs read, and the same facts as JSON."""

import hashlib
import json
from collections.abc import Collection, Iterator
from typing import Final

import rfc8785
from msgspec import Struct, to_builtins

from glasswork.assemble.lineage import built_from
from glasswork.assemble.load import records
from glasswork.documents import layout
from glasswork.documents.facts import Facts, facts
from glasswork.documents.sections import text
from glasswork.govern.decide import Session
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
        """SHA-256 (hex) of the JSON: what the board signs."""
        return hashlib.sha256(self.json).hexdigest()


def card(vault: Vault, name: str, session: Session, report: Report) -> Card:
    """The card of the built data set `name`, queried from it, from the policy in force and from the report.

    Raises what opening the data set raises (Refused, where the session may not).
    """
    approved = vault.approved
    lineage = built_from(vault, name, session)
    return render(facts(name, records(vault, name, session), approved.policy, approved.hash, report, lineage))


def render(facts: Facts, files: Collection[str] = ()) -> Card:
    """Facts as a card. The Markdown has no number that the JSON has not.

    `files` are those of the release, which the Markdown names. Before there is one, it names what the canonical files
    will be called.
    """
    named = files or [f"data/{part}-00000.parquet" for part in facts.contents.parts if part in layout.SPLITS]
    return Card(card_json(facts), "\n".join([*_front_matter(facts, named), "", *text(facts, named), ""]))


def card_json(facts: Facts) -> bytes:
    """The facts as canonical JSON: the file `card.json` of a release."""
    return rfc8785.dumps(to_builtins(facts))


def _front_matter(facts: Facts, files: Collection[str]) -> Iterator[str]:
    """YAML by hand: every value is a word, a number, a JSON string or a path of `layout`'s."""
    preferred = any(word != "none" for word in facts.contents.preferred)
    yield "---"
    yield "language: [en]"
    yield "license: other"
    yield f"license_name: {'private' if facts.private else 'internal-consented-use'}"
    yield f"pretty_name: {json.dumps(facts.name)}"
    yield "task_categories: [text-generation]"
    yield f"annotations_creators: [machine-generated{', other' if preferred else ''}]"
    yield "source_datasets: [original]"
    yield f"size_categories: [{size(facts.contents.examples)}]"
    yield "tags: [computer-use, agent, trajectories]"
    configs = layout.configs(files)
    if configs:
        yield "configs:"
    for config, tables in configs.items():
        yield f"- config_name: {config}"
        yield "  data_files:"
        yield from (f"  - {{split: {table.split}, path: {table.pattern}}}" for table in tables)
    yield "---"


def size(examples: int) -> str:
    """The size category that dataset hubs use."""
    names = ("1K", "10K", "100K", "1M", "10M")
    for place, limit in enumerate(SIZES):
        if examples < limit:
            return f"{'n' if place == 0 else names[place - 1] + '<n'}<{names[place]}"
    return "n>10M"
