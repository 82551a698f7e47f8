"""Write: the plain files of a release, all of them or none.

Everything is written into a folder beside the one that was asked for, synced, and renamed into place at the end:
nothing half-written ever has the name of a data set.
"""

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date
from pathlib import Path
from typing import Final

import msgspec
import polars as pl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.assemble.lineage import Lineage
from glasswork.assemble.parquet import write_records
from glasswork.assemble.recipe import Recipe
from glasswork.assemble.record import Record, content_hash, with_id
from glasswork.documents.cards import CARD_TEXTS, Card
from glasswork.documents.facts import Facts, lineage_json
from glasswork.documents.folder import LINEAGE, write_documents
from glasswork.govern import entries
from glasswork.govern.decide import Session
from glasswork.policy import Bundle
from glasswork.policy.bundle import FORMAT
from glasswork.policy.signatures import Signature
from glasswork.redteam.report import Report
from glasswork.release.errors import ReleaseRefused, ReleaseUnwritable
from glasswork.release.exports import Refused, write_exports
from glasswork.release.gate import candidate
from glasswork.release.manifest import CARD, FILE, POLICY, REPORT, Manifest, hash_files, sign
from glasswork.release.shelf import shelved
from glasswork.schema.words import Zone
from glasswork.vault import access
from glasswork.vault.handle import Vault, note_all
from glasswork.vault.keys import RELEASED

PAIRS: Final = pl.Schema({"id": pl.String, "released": pl.String, "content": pl.String, "day": pl.Date})
"""A frame of `NAME.released`: an example's id in the zone, its id in a release, that release's content hash and day."""

Pair = tuple[str, str, str, date]

NAMED: Final = 500
"""People named in one entry of the audit log, which has room for some 950."""


class Released(msgspec.Struct, frozen=True):
    """A release that was written: its folder, examples and signed manifest, and what its formats could not say."""

    folder: Path
    examples: int
    manifest: Manifest
    refused: Refused


Parts = Iterable[tuple[str, Sequence[Record]]]
"""The records of a data set by the partition that they lie in, and so by their owner; read once."""


def publish(
    vault: Vault,
    name: str,
    out: Path,
    parts: Parts,
    card: Card,
    report: Report,
    session: Session,
    *,
    people: tuple[str, ...],
    key: Ed25519PrivateKey,
    approvals: tuple[Signature, ...] = (),
    outdated: tuple[str, ...] = (),
    lineage: Lineage | None = None,
) -> Released:
    """Write the folder `out` (docs/formats/release.md); the callers are the gates, this checks nothing.

    `people` are the commitments of those whose work it is. Each record gets a random id that links to nothing, and the
    records are in the order of these ids. No seed is kept: whoever had it could undo the shuffle, and find one
    person's episodes side by side. Which id was which is sealed under its owner's key (all in a private build are the
    owner's, so there it is not kept). That and the release's entry in the audit log come before the folder's name.

    The formats are those of the recipe in `lineage`; where nobody knows it, those of a recipe that says nothing. One
    person's records are in memory at a time.

    Raises ReleaseRefused where `out` exists or the records are not those of the card, ReleaseUnwritable for a disk that
    is full or fails, RenderRefused where a format needs pictures and Pillow is missing, and what `access.open` and
    `access.put` raise: KeyGone where somebody was erased since the papers were checked.
    """
    if out.exists():
        raise ReleaseRefused(["The folder to write to exists already: choose another name."])
    approved = vault.approved
    day = vault.clock().astimezone(UTC).date()
    hashes = candidate(approved, report, card)
    bundle = Bundle(FORMAT, approved.policy, approved.cedar, tuple(sorted(approved.capabilities)))
    work = out.parent / f".{out.name}.{secrets.token_hex(4)}"
    recipe = lineage.made_with if lineage else Recipe(name=name)
    renamed: dict[str, list[tuple[str, str]]] = {}
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work.mkdir(mode=0o700)
        (work / "data").mkdir()
        with shelved(_renamed(parts, renamed), out.parent) as shelf:
            if content_hash(shelf.records()) != hashes.content:
                raise ReleaseRefused(["The data changed while they were read. Attack them again."])
            for split in shelf.counts:
                write_records(shelf.records(split), work / "data" / f"{split}-00000.parquet")
            refused = write_exports(shelf, recipe, work / "exports")
            examples = shelf.counts.total()
        (work / CARD).write_bytes(card.json)
        for text in CARD_TEXTS:
            (work / text).write_text(card.markdown, encoding="utf-8")
        (work / REPORT).write_bytes(report.json)
        (work / POLICY).write_text(bundle.text, encoding="utf-8")
        if lineage is not None:
            (work / LINEAGE).write_bytes(lineage_json(lineage))
            write_documents(work, msgspec.json.decode(card.json, type=Facts), lineage, day)
        manifest = Manifest(
            name=name,
            scope=approved.policy.scope,
            private=report.private,
            day=day,
            content=hashes.content,
            report=hashes.attack_report,
            card=hashes.card,
            policy=hashes.policy,
            approvals=approvals,
            files=hash_files(work),
            outdated=outdated,
        )
        manifest = sign(manifest, key)
        (work / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        _sync(*work.rglob("*"), work)
        if not report.private:
            for partition, own in renamed.items():
                pairs = [(old, new, hashes.content, day) for old, new in own]
                _seal(vault, partition, name, pairs, session)
        note_all(vault, _entries(manifest, people))
        work.rename(out)
        _sync(out.parent)
    except OSError as error:
        raise ReleaseUnwritable(
            f"The release cannot be written ({error.strerror}), and nothing of it was left. Make room, or choose "
            "another folder, and try again."
        ) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Released(out, examples, manifest, refused)


def _renamed(parts: Parts, renamed: dict[str, list[tuple[str, str]]]) -> Iterator[Record]:
    """The records under random ids; which was which goes into `renamed`, by partition."""
    for partition, own in parts:
        pairs = renamed.setdefault(partition, [])
        for record in own:
            new = secrets.token_hex(16)
            pairs.append((record.example.id, new))
            yield with_id(record, new)


def _seal(vault: Vault, partition: str, name: str, pairs: Sequence[Pair], session: Session) -> None:
    """Keep which released example was which of a person's, for that person: after those of earlier releases."""
    frame = pl.DataFrame(pairs, schema=PAIRS, orient="row")
    access.put(
        vault,
        Zone.DATASETS,
        frame,
        source=partition,
        name=f"{name}{RELEASED}",
        purpose="release",
        session=session,
        append=True,
    )


def _entries(manifest: Manifest, people: Sequence[str]) -> list[entries.Released]:
    """What the audit log is told: one entry, or several with the same hashes where one has no room for all people."""
    parts = [tuple(people[start : start + NAMED]) for start in range(0, len(people), NAMED)]
    return [
        entries.Released(
            day=manifest.day,
            content=manifest.content,
            attack_report=manifest.report,
            card=manifest.card,
            policy=manifest.policy,
            private=manifest.private,
            people=part,
        )
        for part in parts or [()]
    ]


def _sync(*paths: Path) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
