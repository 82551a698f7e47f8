"""ATIF: the Agent Trajectory Interchange Format, version 1.7, one JSON document an example.

The format knows the sources system, user and agent only, so a person's demonstration is an agent's with
`llm_call_count` 0 and `actor_kind` human. There are no timestamps: none are known.
"""

from typing import Any, Final

import msgspec

from glasswork import __version__
from glasswork.assemble.record import Record
from glasswork.assemble.tools import definitions
from glasswork.assemble.trl import answer_text

SCHEMA: Final = "ATIF-v1.7"


def trajectory(record: Record) -> dict[str, Any]:
    """One record as an ATIF-v1.7 document. `step_id` counts from 1, the first step is the goal."""
    example = record.example
    seen = example.steps[0].observation
    goal = "\n\n".join(filter(None, (example.goal, seen)))
    steps: list[dict[str, Any]] = [{"step_id": 1, "source": "user", "message": goal}]
    for number, step in enumerate(example.steps):
        call = f"call_{number + 1}"
        after = example.steps[number + 1].observation if number + 1 < len(example.steps) else ""
        steps.append(
            {
                "step_id": number + 2,
                "source": "agent",
                "message": "",
                "llm_call_count": 0,
                "tool_calls": [{"tool_call_id": call, "function_name": step.tool, "arguments": step.arguments}],
                "observation": {
                    "results": [{"source_call_id": call, "content": answer_text(step.effect, seen, after)}]
                },
            }
        )
        seen = after or seen
    return {
        "schema_version": SCHEMA,
        "session_id": example.id,
        "trajectory_id": example.id,
        "agent": {
            "name": "human-demonstration",
            "version": __version__,
            "tool_definitions": definitions(),
            "extra": {"actor_kind": "human"},
        },
        "steps": steps,
        "extra": {
            "outcome": example.outcome,
            "week": example.week,
            "labels": msgspec.to_builtins(example.labels),
            "scope": record.scope,
            "policy": record.policy,
            "basis": record.basis,
        },
    }
