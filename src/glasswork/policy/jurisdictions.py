"""What the law of a country adds to a policy: records that must exist, by the table `jurisdictions.toml`.

A policy names the countries whose workers it records, and for each record the SHA-256 of the document. The check is
that somebody put a document there, and that everybody sees which; what the document says is for people to read.
"""

import tomllib
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct


class Where(StrEnum):
    """Where a row applies: depending on whether a council represents the workers."""

    ALWAYS = "always"
    COUNCIL = "council"
    NO_COUNCIL = "no_council"


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    """A record that the law of a country requires: where, by which provision, and what that says."""

    record: str
    where: Where
    source: str
    says: str


@cache
def table() -> dict[str, tuple[Row, ...]]:
    """The rows of every country that is known, by its code of two letters (ISO 3166-1)."""
    text = (files("glasswork.policy") / "jurisdictions.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, tuple[Row, ...]])


def required(jurisdiction: str, *, council: bool) -> list[Row]:
    """What the law of a country requires, where a `council` represents the workers or none does."""
    given = (Where.ALWAYS, Where.COUNCIL if council else Where.NO_COUNCIL)
    return [row for row in table().get(jurisdiction, ()) if row.where in given]


def faults(jurisdictions: Sequence[str], there: Collection[tuple[str, str]], *, council: bool) -> Iterator[str]:
    """What a policy lacks that names these countries and has these (country, record) pairs, one sentence each."""
    for code in jurisdictions:
        if code not in table():
            yield f"the law of `{code}` is not in this program's table, so what it asks for is not known."
        for row in required(code, council=council):
            if (code, row.record) not in there:
                yield f"{code} requires the record `{row.record}` ({row.source}): {row.says}."
    for code, record in sorted(there):
        if code not in jurisdictions:
            yield f"the record `{record}` is of {code}, which `jurisdictions` does not name."
