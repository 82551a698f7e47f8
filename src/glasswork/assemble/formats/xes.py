"""XES (IEEE 1849): one trace a record, one event a step, for process mining.

No time is known but the ISO week, so there is no `time:timestamp`: the order of the events is the order of the steps.
`concept:name` is the activity of csv_log; the tool and its arguments are attributes of their names, `apps` is JSON.
Characters that XML cannot hold become U+FFFD. Read by `pm4py.read_xes` (2.7.23).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import msgspec

from glasswork.assemble.formats.csv_log import activity
from glasswork.assemble.mapping import fault_of
from glasswork.assemble.record import Record

NAME: Final = "xes"
_REPLACEMENT: Final = "\ufffd"
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

HEADER: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="trace"><string key="concept:name" value=""/></global>
  <global scope="event"><string key="concept:name" value=""/></global>
  <classifier name="Activity" keys="concept:name"/>
"""
FOOTER: Final = b"</log>\n"


def rows(record: Record) -> Iterator[dict[str, Any]]:
    """The record as one trace: its attributes, and its events' attributes. None where it is refused."""
    if refusal(record) is not None:
        return
    example = record.example
    yield {
        "attributes": {
            "concept:name": example.id,
            "goal": example.goal,
            "outcome": example.outcome,
            "week": example.week,
            "family": example.family,
            "preferred": str(example.preferred),
            "apps": msgspec.json.encode(record.apps).decode(),
            "split": record.split,
            "scope": str(record.scope),
            "policy": record.policy,
            "basis": record.basis,
        },
        "events": [
            {"concept:name": activity(step), "tool": step.tool, **step.arguments, "effect": step.effect}
            for step in example.steps
        ],
    }


def refusal(record: Record) -> str | None:
    """Why this format cannot say the record. It needs no goal."""
    return fault_of(record.example, goal=False)


def trace(row: dict[str, Any]) -> bytes:
    """A row as a `trace` element."""
    events = "".join(f"    <event>{_strings(event)}</event>\n" for event in row["events"])
    return f"  <trace>{_strings(row['attributes'])}\n{events}  </trace>\n".encode()


def _strings(attributes: Mapping[str, object]) -> str:
    return "".join(
        f"<string key={quoteattr(name)} value={quoteattr(_NOT_XML.sub(_REPLACEMENT, str(value)))}/>"
        for name, value in attributes.items()
    )
