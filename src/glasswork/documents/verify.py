"""Verify a card: derive every number in it, and in the documents beside it, again, from the release's files alone."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec
import rfc8785

from glasswork.assemble.lineage import Lineage
from glasswork.assemble.parquet import read_records
from glasswork.documents.cards import CARD_TEXTS, card_json, render
from glasswork.documents.facts import Facts, facts, lineage_json
from glasswork.documents.folder import LINEAGE, MANIFEST, documents
from glasswork.policy.bundle import Bundle
from glasswork.redteam.report import Report
from glasswork.schema.errors import FormatError


class Mismatch(NamedTuple):
    """Something that a document says and the files do not: where (`contents.actions.click`), as said and as found."""

    where: str
    said: str
    found: str


class _Dated(msgspec.Struct):
    """What of a manifest is needed here."""

    day: date


def verify_card(card: bytes, folder: Path) -> list[Mismatch]:
    """What in a card, and in the documents beside it, differs from what the release says; empty where all of it holds.

    `folder` is a release: `data/*.parquet`, `policy.json`, `attack-report.json`, CARD_TEXTS and, where the card says
    how it was built, `lineage.json`, `manifest.json`, `croissant.json` and `provenance.json`. Raises FormatError where
    the card or one of these is missing or damaged.
    """
    try:
        said = msgspec.json.decode(card, type=Facts)
        policy_json = (folder / "policy.json").read_bytes()
        bundle = msgspec.json.decode(policy_json, type=Bundle)
        report = msgspec.json.decode((folder / "attack-report.json").read_bytes(), type=Report)
        lineage = _lineage(folder) if said.made or (folder / LINEAGE).exists() else None
        records = (record for path in sorted(folder.glob("data/*.parquet")) for record in read_records(path))
        found = facts(said.name, records, bundle.policy, hashlib.sha256(policy_json).hexdigest(), report, lineage)
        derived = _derived(folder, found, lineage)
        written = {name: (folder / name).read_bytes() for name in derived}
        mismatches = [*_compare(msgspec.to_builtins(said), msgspec.to_builtins(found))]
        if not mismatches and card != card_json(found):
            mismatches.append(Mismatch("card.json", "other bytes", "the facts as RFC 8785 JSON"))
        for name, data in derived.items():
            mismatches += _differences(name, written[name], data)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError, rfc8785.CanonicalizationError):
        raise FormatError(
            "The card cannot be checked: it, the policy, the attack report, the lineage or a document that follows "
            "from them is missing or damaged. Get the release again and check it with `glasswork verify release`."
        ) from None
    if report.content != found.contents.content:
        mismatches.append(Mismatch("attacked.content", report.content, found.contents.content))
    return mismatches + list(_inconsistent(found, lineage))


def _lineage(folder: Path) -> Lineage:
    """The lineage in a folder. Raises DecodeError where it is not written as it has to be, for its hash to hold."""
    data = (folder / LINEAGE).read_bytes()
    lineage = msgspec.json.decode(data, type=Lineage)
    if lineage_json(lineage) != data:
        raise msgspec.DecodeError
    return lineage


def _derived(folder: Path, found: Facts, lineage: Lineage | None) -> dict[str, bytes]:
    if lineage is None:
        return dict.fromkeys(CARD_TEXTS, render(found).markdown.encode())
    return documents(folder, found, lineage, msgspec.json.decode((folder / MANIFEST).read_bytes(), type=_Dated).day)


def _inconsistent(found: Facts, lineage: Lineage | None) -> Iterator[Mismatch]:
    """What the lineage says of the data that the data themselves, or the rest of the lineage, do not."""
    if lineage is None:
        return
    made = lineage.made_with
    for where, said, true in (
        ("lineage.examples", lineage.examples, found.contents.examples),
        ("lineage.episodes", lineage.episodes, lineage.examples + sum(lineage.dropped.values())),
        ("lineage.recipe_hash", lineage.recipe_hash, made.hash),
        ("lineage.recipe", lineage.recipe, made.name),
        ("lineage.seed", lineage.seed, made.seed),
    ):
        if said != true:
            yield Mismatch(where, str(said), str(true))


def _differences(name: str, written: bytes, derived: bytes) -> Iterator[Mismatch]:
    """Every value in which two JSON documents differ, or the first line in which two texts do."""
    if written == derived:
        return
    if name.endswith(".json"):
        stem = name.removesuffix(".json")
        found = list(_compare(msgspec.json.decode(written), msgspec.json.decode(derived), stem))
        yield from found or [Mismatch(name, "other bytes", "the same values as they are written")]
        return
    lines = zip_longest(written.decode().splitlines(), derived.decode().splitlines())
    different = ((number, *pair) for number, pair in enumerate(lines, start=1) if pair[0] != pair[1])
    number, said, true = next(different, (0, "other line ends", "the same lines"))
    yield Mismatch(f"{name}:{number}", str(said), str(true))


def _compare(said: Any, found: Any, within: str = "") -> Iterator[Mismatch]:
    """Every single value in which two JSON values differ."""
    one, other = dict(_values(said, within)), dict(_values(found, within))
    for where in sorted({*one, *other}):
        if where not in one or where not in other or one[where] != other[where]:
            yield Mismatch(where, str(one.get(where)), str(other.get(where)))


def _values(value: Any, where: str) -> Iterator[tuple[str, object]]:
    """The single values in JSON, each with its path (`contents.actions.click`)."""
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value).items()
    elif isinstance(value, list | tuple):
        parts = ((str(place), part) for place, part in enumerate(cast("Sequence[Any]", value)))
    else:
        yield where, value
        return
    for name, part in parts:
        yield from _values(part, f"{where}.{name}".lstrip("."))
