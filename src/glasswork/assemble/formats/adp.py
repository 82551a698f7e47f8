"""ADP: the Agent Data Protocol, one Trajectory a record, as its pydantic code has it (schema 1.2.0).

The conversation is that of TRL (assemble/trl.py). Every `api_action` has a `tool_call_id`, which exactly one
observation answers. `details` are flat texts, as older readers want them; the labels are JSON text there. Read by the
protocol's `schema.trajectory.Trajectory`, a line each.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from glasswork.assemble.mapping import fault_of
from glasswork.assemble.record import Record
from glasswork.assemble.trl import sft

NAME: Final = "adp"
SCHEMA_VERSION: Final = "1.2.0"


def rows(record: Record) -> Iterator[dict[str, Any]]:
    """The record as one Trajectory; none where it is refused."""
    if refusal(record) is not None:
        return
    example = record.example
    yield {
        "schema_version": SCHEMA_VERSION,
        "id": example.id,
        "content": [_item(message) for message in sft(example)["messages"]],
        "details": {
            "actor": "human",
            "outcome": example.outcome,
            "week": example.week,
            "family": example.family,
            "preferred": str(example.preferred),
            "labels": msgspec.json.encode(example.labels).decode(),
            "split": record.split,
            "scope": str(record.scope),
            "policy": record.policy,
            "basis": record.basis,
        },
    }


def refusal(record: Record) -> str | None:
    """Why this format cannot say the record."""
    return fault_of(record.example)


def _item(message: dict[str, Any]) -> dict[str, Any]:
    text = message["content"]
    match message["role"]:
        case "user":
            return {"class_": "text_observation", "content": text, "source": "user"}
        case "tool":
            link = message["tool_call_id"]
            return {"class_": "text_observation", "content": text, "source": "environment", "tool_call_id": link}
        case _ if "tool_calls" in message:
            call = message["tool_calls"][0]
            name, kwargs = call["function"]["name"], call["function"]["arguments"]
            return {"class_": "api_action", "function": name, "kwargs": kwargs, "tool_call_id": call["id"]}
        case _:
            return {"class_": "message_action", "content": f"<finish> {text} </finish>"}
