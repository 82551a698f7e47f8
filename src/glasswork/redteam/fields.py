"""R4, what was typed: do the released fields say more of a text than its length bucket?

Structural: the tools and their arguments are checked against the allow-list of `assemble.tools`. What the buckets
themselves give away was measured on public sentences, 0.48 bit (docs/privacy.md), exact lengths 5.7.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from glasswork.assemble.record import Record
from glasswork.assemble.tools import TOOLS, argument_schema
from glasswork.redteam.intervals import clopper_pearson
from glasswork.redteam.report import Attack, Finding, Verdict
from glasswork.schema.episode import Step
from glasswork.schema.words import ActionKind, Effect, ValueKind


def typed_text(records: Iterable[Record]) -> Finding:
    """Check every step of every record; n counts steps, the estimate is the share that says too much."""
    faults = [tuple(faults_of(step)) for record in records for step in record.example.steps]
    n, bad = len(faults), sum(map(bool, faults))
    low, high = clopper_pearson(bad, n)
    kinds = sorted({fault for found in faults for fault in found})
    return Finding(
        attack=Attack.TYPED_TEXT,
        verdict=Verdict.FAIL if bad else Verdict.PASS if n else Verdict.INCONCLUSIVE,
        n=n,
        estimate=bad / n if n else 0.0,
        low=low,
        high=high,
        chance=0.0,
        linked=1,
        attackers=("allow_list",),
        reason=f"Steps say more than they may: {', '.join(kinds)}."
        if kinds
        else "Every step has only allowed fields, and of what was typed only the bucket of its length.",
    )


def faults_of(step: Step) -> Iterator[str]:
    """What is wrong with a step's fields, in words that show nothing of their values."""
    tools: dict[str, tuple[str, ...]] = {str(kind): names for kind, (_, names) in TOOLS.items()}
    if step.tool not in tools:
        yield "a tool that there is not"
        return
    if step.effect not in set(Effect):
        yield "an effect that there is not"
    for name, value in step.arguments.items():
        if name not in tools[step.tool]:
            yield "an argument that the tool does not have"
        elif not _fits(value, argument_schema(name)) or (name == "value" and not _is_slot(str(value))):
            yield f"a {name} outside its vocabulary"
    if "length" in step.arguments and "value" not in step.arguments:
        yield "a length without a slot"
    if step.tool == ActionKind.TYPE_TEXT and "value" not in step.arguments and "origin" in step.arguments:
        yield "the origin of a secret"


def _is_slot(value: str) -> bool:
    """Whether the word in a slot, such as `<email_2>`, is a kind of value."""
    return value[1:].rpartition("_")[0] in set(ValueKind)


def _fits(value: object, schema: dict[str, Any]) -> bool:
    """Whether a value is a text of the schema's words or pattern."""
    if not isinstance(value, str):
        return False
    if "enum" in schema:
        return value in schema["enum"]
    return "pattern" not in schema or re.fullmatch(schema["pattern"], value) is not None
