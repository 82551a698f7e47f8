"""Report: what each attack found, how sure that is, and whether the data set may be released."""

import hashlib
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

import rfc8785
from msgspec import Meta, Struct, to_builtins

from glasswork.schema.words import Scope

Share = Annotated[float, Meta(ge=0.0, le=1.0)]


class Attack(StrEnum):
    """The attacks that there are (docs/formats/release.md)."""

    SELF_TEST = "R0"
    IDENTIFICATION = "R1"
    TYPED_TEXT = "R4"
    LEAKS = "R6"
    RARE_WORDS = "R11"


class Verdict(StrEnum):
    """What an attack says, best first. Only PASS lets a release pass."""

    PASS = "PASS"
    INCONCLUSIVE = "INCONCLUSIVE"
    FAIL = "FAIL"


class Finding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One attack's result.

    `n` counts what was attacked (probes, typed runs, strings); `estimate` is the share of them in which the attack
    succeeded, `low` and `high` its 95 % interval, `chance` what guessing gets. `linked` is the number of records of
    one person that the attacker is assumed to hold together. `reason` is for people to read.
    """

    attack: Attack
    verdict: Verdict
    n: int
    estimate: Share
    low: Share
    high: Share
    chance: Share
    linked: int
    attackers: tuple[str, ...]
    reason: str


class Report(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All findings on one data set. `content` is its content hash: another content, another report.

    `private` says that it is one person's own, which is then not attacked for whose it is.
    """

    version: Literal[1] = 1
    name: str
    content: str
    scope: Scope
    private: bool
    day: date
    records: int
    people: int
    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def json(self) -> bytes:
        """The report as canonical JSON (RFC 8785)."""
        return rfc8785.dumps(to_builtins(self))

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the canonical JSON."""
        return hashlib.sha256(self.json).hexdigest()


def worst(findings: Iterable[Finding]) -> Verdict:
    """The worst verdict of all, INCONCLUSIVE where there is none."""
    order = list(Verdict)
    return max((finding.verdict for finding in findings), key=order.index, default=Verdict.INCONCLUSIVE)
