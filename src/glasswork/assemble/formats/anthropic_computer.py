"""Anthropic: messages in which a person's actions are calls of the toolset `computer_toolset_20260801`.

`messages` and `tools` are those of the Messages API (anthropic 2.12.0). An image is a `file` whose `file_id` is the
name of an image of `images`: put the id of the uploaded file there, or its base64. Several gestures of one step are
several calls of one turn, of which the last result has the image.
"""

from collections.abc import Iterator
from typing import Any, Final

from glasswork.assemble.formats import pixels
from glasswork.assemble.formats.gestures import Gesture
from glasswork.assemble.mapping import FORMS, KEYS, Form, Unsaid
from glasswork.assemble.record import Record
from glasswork.assemble.trl import DONE
from glasswork.schema.episode import Signal

NAME: Final = "anthropic_computer"
TOOLSET: Final = "computer"
TOOLS: Final = ({"type": "computer_toolset_20260801"},)
WAIT_S: Final = 1
"""Seconds of a wait: how long it was is not recorded, and the format wants a number."""


def rows(record: Record, draw: pixels.Draw) -> Iterator[dict[str, Any]]:
    """The record as one conversation; none where it is refused."""
    turns = pixels.turns(record, draw, FORMS[NAME])
    if isinstance(turns, Unsaid):
        return
    content: list[dict[str, Any]] = [_text(record.example.goal), _image(turns[0].image)]
    messages: list[dict[str, Any]] = [{"role": "user", "content": content}]
    count = 0
    for turn, after in zip(turns, (*turns[1:], None), strict=True):
        calls = [call(gesture, count + number) for number, gesture in enumerate(turn.gestures, start=1)]
        count += len(calls)
        messages.append({"role": "assistant", "content": calls})
        results = [_result(one["id"], []) for one in calls[:-1]]
        shown = [_text(f"effect: {turn.effect}"), *([_image(after.image)] if after is not None else [])]
        messages.append({"role": "user", "content": [*results, _result(calls[-1]["id"], shown)]})
    if record.example.outcome == Signal.COMPLETED:
        messages.append({"role": "assistant", "content": [_text(DONE)]})
    yield {"messages": messages, "tools": list(TOOLS)}


def call(gesture: Gesture, number: int) -> dict[str, Any]:
    """A gesture as a `tool_use` block."""
    return {
        "type": "tool_use",
        "id": f"toolu_{number}",
        "name": FORMS[NAME][gesture.form],
        "toolset_name": TOOLSET,
        "input": _input(gesture),
    }


def _input(gesture: Gesture) -> dict[str, Any]:
    place = {"coordinate": [gesture.x, gesture.y]}
    match gesture.form:
        case Form.SCROLL | Form.SCROLL_ASIDE:
            return {**place, "scroll_direction": gesture.direction, "scroll_amount": gesture.times}
        case Form.TYPE:
            return {"text": gesture.text}
        case Form.PRESS | Form.HOTKEY:
            text = "+".join(KEYS[NAME].get(key, key) for key in gesture.keys)
            return {"text": text, **({"repeat": gesture.times} if gesture.times > 1 else {})}
        case Form.WAIT:
            return {"duration": WAIT_S}
        case _:
            return place


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _image(name: str) -> dict[str, Any]:
    return {"type": "image", "source": {"type": "file", "file_id": name}}


def _result(call: str, content: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": call, "toolset_name": TOOLSET, "content": content}
