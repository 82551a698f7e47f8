"""OpenAI: chat fine-tuning, one line a record: `messages`, `tools`, and arguments as JSON text, as the API gives them.

The conversation is that of TRL (assemble/trl.py). Upload the lines as they are (purpose `fine-tune`).
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from glasswork.assemble.mapping import fault_of
from glasswork.assemble.record import Record
from glasswork.assemble.trl import sft

NAME: Final = "openai_chat"


def rows(record: Record) -> Iterator[dict[str, Any]]:
    """The record as one conversation; none where it is refused."""
    if refusal(record) is None:
        row = sft(record.example)
        yield {
            "messages": [_as_text(message) for message in row["messages"]],
            "tools": row["tools"],
            "parallel_tool_calls": False,
        }


def refusal(record: Record) -> str | None:
    """Why this format cannot say the record."""
    return fault_of(record.example)


def _as_text(message: dict[str, Any]) -> dict[str, Any]:
    """The message with its calls' arguments as JSON text, and without the tool's name, which the API does not know."""
    if message["role"] == "tool":
        return {name: value for name, value in message.items() if name != "name"}
    if "tool_calls" not in message:
        return message
    calls = [
        {
            **call,
            "function": {**call["function"], "arguments": msgspec.json.encode(call["function"]["arguments"]).decode()},
        }
        for call in message["tool_calls"]
    ]
    return {**message, "tool_calls": calls}
