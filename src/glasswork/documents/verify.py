"""Verify a card: derive every number in it again, from the files of the release alone."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec
import rfc8785

from glasswork.assemble.parquet import read_records
from glasswork.documents.cards import CARD_TEXTS, render
from glasswork.documents.facts import Facts, facts
from glasswork.policy.bundle import Bundle
from glasswork.redteam.report import Report
from glasswork.schema.errors import FormatError


class Mismatch(NamedTuple):
    """Something that a card says and its files do not: where (`contents.actions.click`), as said and as found."""

    where: str
    said: str
    found: str


def verify_card(card_json: bytes, folder: Path) -> list[Mismatch]:
    """What in a card differs from what its release says; an empty list where all of it holds.

    `folder` is a release: `data/*.parquet`, `policy.json`, `attack-report.json` and CARD_TEXTS. Raises FormatError
    where the card or one of these is missing or damaged.
    """
    try:
        said = msgspec.json.decode(card_json, type=Facts)
        policy_json = (folder / "policy.json").read_bytes()
        bundle = msgspec.json.decode(policy_json, type=Bundle)
        report = msgspec.json.decode((folder / "attack-report.json").read_bytes(), type=Report)
        texts = {name: (folder / name).read_text(encoding="utf-8") for name in CARD_TEXTS}
        records = [record for path in sorted(folder.glob("data/*.parquet")) for record in read_records(path)]
        found = facts(said.name, records, bundle.policy, hashlib.sha256(policy_json).hexdigest(), report)
        written = render(said).markdown
    except (OSError, UnicodeDecodeError, msgspec.DecodeError, rfc8785.CanonicalizationError):
        raise FormatError(
            "The card cannot be checked: it, the policy, the attack report or the card's text is missing or damaged. "
            "Get the release again and check it with `glasswork verify release`."
        ) from None
    mismatches = list(_compare(said, found))
    if report.content != found.contents.content:
        mismatches.append(Mismatch("attacked.content", report.content, found.contents.content))
    return mismatches + [
        Mismatch(name, "another text", "the text of card.json") for name, text in texts.items() if text != written
    ]


def _compare(said: Facts, found: Facts) -> Iterator[Mismatch]:
    """Every single value in which two sets of facts differ."""
    one, other = dict(_values(msgspec.to_builtins(said))), dict(_values(msgspec.to_builtins(found)))
    for where in sorted({*one, *other}):
        if one.get(where) != other.get(where):
            yield Mismatch(where, str(one.get(where)), str(other.get(where)))


def _values(value: Any, where: str = "") -> Iterator[tuple[str, object]]:
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
