"""Write: the plain files of a release, all of them or none.

Everything is written into a folder beside the one that was asked for, synced, and renamed into place at the end:
nothing half-written ever has the name of a data set.
"""

import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date
from pathlib import Path
from typing import Final

import msgspec
import polars as pl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.assemble.atif import trajectory
from glasswork.assemble.parquet import write_json_rows, write_records
from glasswork.assemble.record import Record, with_id
from glasswork.assemble.trl import sft
from glasswork.documents.cards import CARD_TEXTS, Card
from glasswork.govern import entries
from glasswork.govern.decide import Session
from glasswork.policy import Bundle
from glasswork.policy.bundle import FORMAT
from glasswork.policy.signatures import Signature
from glasswork.redteam.report import Report
from glasswork.release.errors import ReleaseRefused, ReleaseUnwritable
from glasswork.release.gate import candidate
from glasswork.release.manifest import CARD, FILE, POLICY, REPORT, Manifest, hash_files, sign
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
    """A release that was written: its folder, how many examples are in it, and its signed manifest."""

    folder: Path
    examples: int
    manifest: Manifest


Parts = Mapping[str, Sequence[Record]]
"""The records of a data set by the partition that they lie in, and so by their owner."""


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
) -> Released:
    """Write the folder `out` (docs/formats/release.md); the callers are the gates, this checks nothing.

    `people` are the commitments of those whose work it is. Each record gets a random id that links to nothing, and the
    records are in the order of these ids. No seed is kept: whoever had it could undo the shuffle, and find one
    person's episodes side by side. Which id was which is sealed under its owner's key (all in a private build are the
    owner's, so there it is not kept). That and the release's entry in the audit log come before the folder's name.

    Raises ReleaseRefused where `out` exists, ReleaseUnwritable for a disk that is full or fails, and what `access.put`
    raises: KeyGone where somebody was erased since the records were read.
    """
    if out.exists():
        raise ReleaseRefused(["The folder to write to exists already: choose another name."])
    approved = vault.approved
    day = vault.clock().astimezone(UTC).date()
    hashes = candidate(approved, report, card)
    bundle = Bundle(FORMAT, approved.policy, approved.cedar, tuple(sorted(approved.capabilities)))
    work = out.parent / f".{out.name}.{secrets.token_hex(4)}"
    renamed = {
        partition: [(record.example.id, with_id(record, secrets.token_hex(16))) for record in own]
        for partition, own in parts.items()
    }
    records = sorted((new for own in renamed.values() for _, new in own), key=lambda record: record.example.id)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _write_data(work, records)
        (work / CARD).write_bytes(card.json)
        for text in CARD_TEXTS:
            (work / text).write_text(card.markdown, encoding="utf-8")
        (work / REPORT).write_bytes(report.json)
        (work / POLICY).write_text(bundle.text, encoding="utf-8")
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
                pairs = [(old, new.example.id, hashes.content, day) for old, new in own]
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
    return Released(out, len(records), manifest)


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


def _write_data(folder: Path, records: Sequence[Record]) -> None:
    """`data/` and `exports/`, one row or file a record, in the order of the records."""
    folder.mkdir(mode=0o700)
    (folder / "data").mkdir()
    (folder / "exports" / "atif").mkdir(parents=True)
    write_records(records, folder / "data" / "train-00000.parquet")
    _write_exports(records, folder / "exports")


def _write_exports(records: Sequence[Record], folder: Path) -> None:
    rows = [sft(record.example) for record in records]
    encode = msgspec.json.Encoder().encode
    (folder / "trl_sft.jsonl").write_bytes(b"".join(encode(row) + b"\n" for row in rows))
    write_json_rows(rows, ("messages", "tools"), folder / "trl_sft.parquet")
    for record in records:
        (folder / "atif" / f"{record.example.id}.json").write_bytes(encode(trajectory(record)))


def _sync(*paths: Path) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
