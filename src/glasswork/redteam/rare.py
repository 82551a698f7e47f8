"""R11, rare words: is there a label, program or task name that fewer than k people have?

A build generalises them, but what k people had when it was built, fewer may have since one of them was erased.
"""

from collections.abc import Iterator, Mapping, Sequence

from glasswork.assemble.generalise import common
from glasswork.assemble.record import Record
from glasswork.redteam.intervals import clopper_pearson
from glasswork.redteam.leaks import labels_in
from glasswork.redteam.report import Attack, Finding, Verdict
from glasswork.refine.describe import task_in
from glasswork.schema.words import AppCategory

Word = tuple[str, str]


def rare_words(people: Mapping[int, Sequence[Record]], k: int) -> Finding:
    """Check the words of records grouped by person; n counts different words, the estimate the share of rare ones."""
    seen = [(person, set(_words(record))) for person, records in people.items() for record in records]
    words = {word for _, own in seen for word in own}
    bad = len(words - common(seen, k))
    n = len(words)
    low, high = clopper_pearson(bad, n)
    return Finding(
        attack=Attack.RARE_WORDS,
        verdict=Verdict.FAIL if bad else Verdict.PASS,
        n=n,
        estimate=bad / n if n else 0.0,
        low=low,
        high=high,
        chance=0.0,
        linked=1,
        attackers=("count",),
        reason=f"{bad} of {n} labels, programs and task names are of fewer than {k} people. Build the data set again."
        if bad
        else f"Every label, program and task name ({n}) is that of {k} people or more.",
    )


def _words(record: Record) -> Iterator[Word]:
    categories = set(AppCategory)
    if task := task_in(record.example.goal):
        yield "task", task
    yield from (("app", app) for app in record.apps if app not in categories)
    yield from (("label", node.label) for screen in record.example.screens for node in screen.nodes if node.label)
    for step in record.example.steps:
        yield from (("label", label) for label in labels_in(step.observation))
        if "label" in step.arguments:
            yield "label", str(step.arguments["label"])
