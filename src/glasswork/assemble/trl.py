"""TRL: conversational SFT rows with tools (`messages`, `tools`), for trl.SFTTrainer.

The first user message is the goal with the first observation; every tool message answers its call with the effect
and the next observation. Arguments are objects, without keys that have no value (docs/formats/dataset.md).
"""

from typing import Any, Final

from glasswork.assemble.tools import definitions
from glasswork.schema.episode import Example, Signal

SAME: Final = "(the screen is as before)"
DONE: Final = "The task is completed."


def sft(example: Example) -> dict[str, Any]:
    """One example as `{"messages": [...], "tools": [...]}`.

    A completed task ends with DONE as the assistant's word; any other ends with the last tool's answer.
    """
    seen = example.steps[0].observation
    messages: list[dict[str, Any]] = [{"role": "user", "content": "\n\n".join(filter(None, (example.goal, seen)))}]
    for number, step in enumerate(example.steps):
        call = f"call_{number + 1}"
        function = {"name": step.tool, "arguments": step.arguments}
        messages.append(
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"type": "function", "id": call, "function": function}],
            }
        )
        after = example.steps[number + 1].observation if number + 1 < len(example.steps) else ""
        answer = answer_text(step.effect, seen, after)
        messages.append({"role": "tool", "name": step.tool, "tool_call_id": call, "content": answer})
        seen = after or seen
    if example.outcome == Signal.COMPLETED:
        messages.append({"role": "assistant", "content": DONE})
    return {"messages": messages, "tools": definitions()}


def answer_text(effect: str, before: str, after: str) -> str:
    """What a tool answers: the effect, and the observation that follows (nothing where there is none)."""
    screen = SAME if after and after == before else after
    return "\n".join(filter(None, (f"effect: {effect}", screen)))
