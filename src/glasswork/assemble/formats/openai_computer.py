"""OpenAI: items of the Responses API in which a person's actions are `computer_call`s.

`input` and `tools` are those of openai 3.54.0. An image is a `file_id` that is the name of an image of `images`: put
the id of the uploaded file there. Every call but the last has its screenshot: what came after that is not known.
"""

from collections.abc import Iterator
from typing import Any, Final

from glasswork.assemble.formats import pixels
from glasswork.assemble.formats.gestures import Gesture
from glasswork.assemble.mapping import FORMS, KEYS, Form, Unsaid
from glasswork.assemble.record import Record
from glasswork.assemble.trl import DONE
from glasswork.schema.episode import Signal
from glasswork.schema.words import Direction

NAME: Final = "openai_computer"
TOOLS: Final = ({"type": "computer"},)
NOTCH: Final = 100
"""Pixels of one notch of the wheel: a convention, for this format scrolls by pixels."""

_PLUS: Final = (Direction.DOWN, Direction.RIGHT)


def rows(record: Record, draw: pixels.Draw) -> Iterator[dict[str, Any]]:
    """The record as one list of items; none where it is refused."""
    turns = pixels.turns(record, draw, FORMS[NAME])
    if isinstance(turns, Unsaid):
        return
    image = {"type": "input_image", "detail": "original", "file_id": turns[0].image}
    content = [{"type": "input_text", "text": record.example.goal}, image]
    items: list[dict[str, Any]] = [{"type": "message", "role": "user", "content": content}]
    for number, turn in enumerate(turns, start=1):
        call = f"call_{number}"
        if number > 1:
            screenshot = {"type": "computer_screenshot", "file_id": turn.image}
            items.append({"type": "computer_call_output", "call_id": f"call_{number - 1}", "output": screenshot})
        items.append(
            {
                "type": "computer_call",
                "id": f"cu_{number}",
                "call_id": call,
                "actions": [action for gesture in turn.gestures for action in actions(gesture)],
                "pending_safety_checks": [],
                "status": "completed",
            }
        )
    if record.example.outcome == Signal.COMPLETED:
        items.append({"type": "message", "role": "assistant", "content": DONE})
    yield {"input": items, "tools": list(TOOLS)}


def actions(gesture: Gesture) -> list[dict[str, Any]]:
    """A gesture as computer actions; a key that is pressed several times is an action each time."""
    kind, _, button = FORMS[NAME][gesture.form].partition(" ")
    place = {"x": gesture.x, "y": gesture.y}
    match gesture.form:
        case Form.SCROLL | Form.SCROLL_ASIDE:
            far = NOTCH * (gesture.times if gesture.direction in _PLUS else -gesture.times)
            aside = gesture.form is Form.SCROLL_ASIDE
            return [{"type": kind, **place, "scroll_x": far if aside else 0, "scroll_y": 0 if aside else far}]
        case Form.TYPE:
            return [{"type": kind, "text": gesture.text}]
        case Form.PRESS | Form.HOTKEY:
            keys = [KEYS[NAME].get(key, key).upper() for key in gesture.keys]
            return [{"type": kind, "keys": keys}] * gesture.times
        case Form.WAIT:
            return [{"type": kind}]
        case Form.DOUBLE_CLICK:
            return [{"type": kind, **place, "keys": []}]  # the keys held: this action alone may not leave them out
        case _:
            return [{"type": kind, "button": button, **place}]
