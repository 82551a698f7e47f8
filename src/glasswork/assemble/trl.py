"""TRL: conversational rows with tools, for the trainers of trl 1.x (docs/formats/dataset.md, docs/preferences.md).

sft(example)                 `messages`, `tools`: one row an example, for SFTTrainer
prompt_completion(record)    `prompt`, `completion`, `tools`: one row a step, for SFTTrainer with the loss on the action
dpo(pair)                    `prompt`, `chosen`, `rejected`, `tools`: one row a pair, for DPOTrainer
reward(pair)                 `chosen`, `rejected`, `tools`: one row a pair, for RewardTrainer
kto(record)                  `prompt`, `completion`, `label`, `tools`: one row an example, for KTOTrainer

In `sft`, the first user message is the goal with the first observation, and every tool message answers its call with
the effect and the next observation. In all other rows only what is seen at the choice is shown, and steps before and
after it have their effects: a trainer takes every token of a completion for the model's own, and nobody should learn
to write screens. A step there has a reference only into the screen that is shown. Arguments are objects, without keys
that have no value.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from glasswork.assemble.pair import Pair, Prompt, prompt_at, state
from glasswork.assemble.pairs import Unpaired, unpaired
from glasswork.assemble.record import Record
from glasswork.assemble.tools import definitions
from glasswork.schema.episode import Example, Signal, Step

SAME: Final = "(the screen is as before)"
DONE: Final = "The task is completed."

KTO_RATIO: Final = 4 / 3
"""TRL's guide wants desirable to undesirable rows, each times its weight, between 1:1 and 4:3."""

Message = dict[str, Any]


def sft(example: Example) -> dict[str, Any]:
    """One example as `{"messages": [...], "tools": [...]}`.

    A completed task ends with DONE as the assistant's word; any other ends with the last tool's answer.
    """
    seen = example.steps[0].observation
    messages: list[Message] = [{"role": "user", "content": "\n\n".join(filter(None, (example.goal, seen)))}]
    for number, step in enumerate(example.steps):
        after = example.steps[number + 1].observation if number + 1 < len(example.steps) else ""
        messages += _call(number + 1, step, step.arguments, answer_text(step.effect, seen, after))
        seen = after or seen
    if example.outcome == Signal.COMPLETED:
        messages.append(_DONE)
    return {"messages": messages, "tools": definitions()}


def answer_text(effect: str, before: str, after: str) -> str:
    """What a tool answers: the effect, and the observation that follows (nothing where there is none)."""
    screen = SAME if after and after == before else after
    return "\n".join(filter(None, (f"effect: {effect}", screen)))


def prompt_completion(record: Record) -> Iterator[dict[str, Any]]:
    """One row a step, and where the task was completed one more, whose completion is DONE. No row without a goal."""
    example = record.example
    if not example.goal:
        return
    for place, step in enumerate(example.steps):
        prompt = prompt_at(example, place)
        yield {"prompt": _asked(prompt), "completion": _done((step,), prompt), "tools": definitions()}
    if example.outcome == Signal.COMPLETED:
        prompt = prompt_at(example, len(example.steps))
        yield {"prompt": _asked(prompt), "completion": [_DONE], "tools": definitions()}


def dpo(pair: Pair) -> dict[str, Any]:
    """A pair with an explicit prompt; `said_of` is in columns of its own."""
    sides = {"chosen": _done(pair.chosen, pair.prompt), "rejected": _done(pair.rejected, pair.prompt)}
    return {"prompt": _asked(pair.prompt)} | sides | {"tools": definitions()} | said_of(pair)


def reward(pair: Pair) -> dict[str, Any]:
    """A pair with the prompt in both conversations; `said_of` is in columns of its own."""
    row = dpo(pair)
    prompt = row.pop("prompt")
    return row | {side: [*prompt, *row[side]] for side in ("chosen", "rejected")}


def said_of(pair: Pair) -> dict[str, str | float]:
    """Where a pair comes from and how sure it is."""
    return {
        "kind": str(pair.kind),
        "evidence": pair.evidence,
        "confidence": pair.confidence,
        "source": str(pair.source),
        "split": pair.split,
    }


def kto(record: Record) -> Iterator[dict[str, Any]]:
    """An example with its label, or no row where `pairs.unpaired` has none for it.

    The completion does not end with DONE: the label could be read off its last word.
    """
    said = unpaired(record)
    if isinstance(said, Unpaired):
        prompt = prompt_at(record.example, 0)
        yield {
            "prompt": _asked(prompt),
            "completion": _done(record.example.steps, prompt),
            "label": said.desirable,
            "tools": definitions(),
            "evidence": said.evidence,
            "confidence": said.confidence,
            "split": record.split,
        }


def kto_weights(desirable: int, undesirable: int) -> tuple[float, float] | None:
    """`desirable_weight` and `undesirable_weight` for so many rows of each, None where there are none of one.

    One weight stays 1, and the other brings the ratio to the nearer end of 1:1 to KTO_RATIO.
    """
    if not desirable or not undesirable:
        return None
    ratio = desirable / undesirable
    return max(1.0, 1 / ratio), max(1.0, ratio / KTO_RATIO)


def _asked(prompt: Prompt) -> list[Message]:
    """The goal, the steps before, and what is seen."""
    earlier = f"({prompt.earlier} earlier steps)" if prompt.earlier else ""
    goal: Message = {"role": "user", "content": "\n\n".join(filter(None, (prompt.goal, earlier)))}
    messages = [goal, *_calls(prompt.before, "", prompt.earlier)]
    if prompt.observation:
        between = "\n" if prompt.before else "\n\n"
        messages[-1]["content"] += between + prompt.observation
    return messages


def _done(steps: Iterable[Step], prompt: Prompt) -> list[Message]:
    """What was done at the prompt: calls and the effects between them; the last call has no answer."""
    return _calls(steps, prompt.observation, prompt.earlier + len(prompt.before))[:-1]


def _calls(steps: Iterable[Step], shown: str, earlier: int) -> list[Message]:
    messages: list[Message] = []
    for number, step in enumerate(steps, start=earlier + 1):
        seen = shown != "" and state(step.observation) == shown
        arguments = step.arguments if seen else {name: word for name, word in step.arguments.items() if name != "ref"}
        messages += _call(number, step, arguments, answer_text(step.effect, "", ""))
    return messages


def _call(number: int, step: Step, arguments: dict[str, str | int], answer: str) -> tuple[Message, Message]:
    call = f"call_{number}"
    function = {"name": step.tool, "arguments": arguments}
    return (
        {"role": "assistant", "content": "", "tool_calls": [{"type": "function", "id": call, "function": function}]},
        {"role": "tool", "name": step.tool, "tool_call_id": call, "content": answer},
    )


_DONE: Final = {"role": "assistant", "content": DONE}
