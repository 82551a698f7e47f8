"""R6, leaks: is there content in any string of the data set, in any form?

Three searches: every part of every string must be a word of a closed vocabulary or a label; labels and sentences must
give the redactor nothing to redact; and known canaries, planted where the data came from, must not be found in any
encoding (`canaries`).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from glasswork import redact
from glasswork.assemble.examples import NOTES
from glasswork.assemble.record import Record
from glasswork.redteam.canaries import Search
from glasswork.redteam.intervals import clopper_pearson
from glasswork.redteam.report import Attack, Finding, Verdict
from glasswork.schema.words import CountBucket, Role

_NODE: Final = re.compile(r' *\[e[1-9][0-9]{0,2}\] (?P<role>[a-z]+)(?: "(?P<label>(?:[^"\\]|\\.)*)")?')
_FAMILY: Final = re.compile(r"(?:[0-9a-f]{16})?")
_CUT: Final = frozenset(f"({bucket} more)" for bucket in CountBucket)


def leaks(records: Sequence[Record], canaries: Sequence[str] = ()) -> Finding:
    """Search every string of every record; n counts the strings, the estimate is the share with content in it."""
    search = Search(canaries)
    cache: dict[str, bool] = {}

    def leaking(text: str) -> bool:
        if text not in cache:
            cache[text] = _leaks(text) or any(search.data(text.encode(errors="surrogatepass")))
        return cache[text]

    found = [leaking(text) for record in records for text in texts(record)]
    found += [_FAMILY.fullmatch(record.example.family) is None for record in records]  # a digest may look like anything
    n, bad = len(found), sum(found)
    low, high = clopper_pearson(bad, n)
    return Finding(
        attack=Attack.LEAKS,
        verdict=Verdict.FAIL if bad else Verdict.PASS if n else Verdict.INCONCLUSIVE,
        n=n,
        estimate=bad / n if n else 0.0,
        low=low,
        high=high,
        chance=0.0,
        linked=1,
        attackers=("closed_vocabulary", "redactor", *(["canaries"] if canaries else [])),
        reason=f"{bad} of {n} strings hold content." if bad else f"None of {n} strings holds content.",
    )


def texts(record: Record) -> Iterator[str]:
    """Every string of a record that is not checked against a closed vocabulary elsewhere (R4)."""
    example = record.example
    yield from (example.goal, example.outcome, example.week, record.basis, record.split, *record.apps)
    yield from (node.label for screen in example.screens for node in screen.nodes if node.label)
    yield from (label.rule for label in example.labels)
    for step in example.steps:
        yield step.observation
        yield from (value for value in step.arguments.values() if isinstance(value, str))


def labels_in(observation: str) -> Iterator[str]:
    """The labels in an observation, as they stand there (quoted like JSON strings)."""
    for node in map(_NODE.fullmatch, observation.split("\n")):
        if node is not None and node["label"]:
            yield node["label"]


def _leaks(text: str) -> bool:
    """Whether a string has content. Observations are taken apart: their structure is no sentence."""
    lines = text.split("\n")
    if any(map(_NODE.fullmatch, lines)):
        return any(map(_line_leaks, lines))
    return text not in NOTES.values() and redact.hits(text)


def _line_leaks(line: str) -> bool:
    node = _NODE.fullmatch(line)
    if node is None:
        return line not in _CUT and line.strip() not in _CUT and line not in NOTES.values()
    return node["role"] not in set(Role) or redact.hits(node["label"] or "")
