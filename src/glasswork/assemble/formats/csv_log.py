"""CSV: one line a step, for spreadsheets and process mining: case, position, activity, then each argument in a column.

There is no clock: `position` is the order in a case. A text that a spreadsheet would take for a formula gets an
apostrophe before it, and so does one that begins with an apostrophe: take the first one away to read it. Read by
`pandas.read_csv(..., keep_default_na=False)`.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from glasswork.assemble.mapping import fault_of
from glasswork.assemble.record import Record
from glasswork.assemble.tools import TOOLS
from glasswork.schema.episode import Step

NAME: Final = "csv_log"
ARGUMENTS: Final = tuple(dict.fromkeys(name for _, names in TOOLS.values() for name in names))
"""Every argument that a tool may have, in the order of the vocabulary."""

COLUMNS: Final = ("case", "position", "activity", "tool", *ARGUMENTS, "effect", "outcome", "week", "split")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "'")


def rows(record: Record) -> Iterator[dict[str, Any]]:
    """A row a step, with COLUMNS; what is not known is empty. None where the record is refused."""
    if refusal(record) is not None:
        return
    example = record.example
    for position, step in enumerate(example.steps, start=1):
        yield {
            "case": example.id,
            "position": position,
            "activity": activity(step),
            "tool": step.tool,
            **{name: step.arguments.get(name, "") for name in ARGUMENTS},
            "effect": step.effect,
            "outcome": example.outcome,
            "week": example.week,
            "split": record.split,
        }


def refusal(record: Record) -> str | None:
    """Why this format cannot say the record. It needs no goal."""
    return fault_of(record.example, goal=False)


def activity(step: Step) -> str:
    """What a process model calls a step: the tool and the first it has of command, key, role and category."""
    about = (step.arguments[name] for name in ("command", "key", "role", "category") if name in step.arguments)
    return " ".join([step.tool, *map(str, list(about)[:1])])


def line(row: dict[str, Any]) -> bytes:
    """A row as a line of CSV (RFC 4180)."""
    text = io.StringIO()
    csv.writer(text).writerow(f"'{value}" if str(value).startswith(_FORMULA) else value for value in row.values())
    return text.getvalue().encode()


HEADER: Final = ",".join(COLUMNS).encode() + b"\r\n"
