"""UI-TARS: training samples in which only the last action counts (`loss_mask` 1), with points on the image.

Every action of a record is the last one of a sample: `messages` is the list that UI-TARS' training reads, `images` the
names of the images that its `<|image_pad|>` turns stand for, in order: those of the last HISTORY actions. `finished` is
an action of its own, without an image: what came after the last is not known. Points are pixels of the image as
Qwen2.5-VL takes it in, with sides that are multiples of PATCH (for images between 80,000 and 12.8 million pixels).
Actions are read by `ui_tars.action_parser.parse_action_to_structure_output` (ui-tars 0.5.1, `model_type="qwen25vl"`).
"""

from collections.abc import Iterator
from typing import Any, Final

from glasswork.assemble.formats import pixels
from glasswork.assemble.formats.gestures import Gesture
from glasswork.assemble.mapping import FORMS, KEYS, Form, Unsaid
from glasswork.assemble.record import Record
from glasswork.assemble.render.drawn import Drawn
from glasswork.assemble.trl import DONE
from glasswork.schema.episode import Signal

NAME: Final = "uitars"
HISTORY: Final = 5
"""Images in one sample: the newest ones."""

IMAGE: Final = "<|vision_start|><|image_pad|><|vision_end|>"
PATCH: Final = 28
"""Pixels of the side of what the model sees as one token."""

FINISHED: Final = f"finished(content='{DONE}')"
_SPACE: Final = dict.fromkeys(FORMS[NAME].values())
PROMPT: Final = "\n".join(
    [
        "You operate a graphical interface. You are given a task, your actions so far and screenshots.",
        "Perform the next action.",
        "\n## Output Format\nAction: ...\n\n## Action Space",
        *(form.format(x="x", y="y", direction="up, down, left or right", text="xxx", keys="ctrl c") for form in _SPACE),
        "finished(content='xxx')",
        "\n## User Instruction\n",
    ]
)


def rows(record: Record, draw: pixels.Draw) -> Iterator[dict[str, Any]]:
    """One sample for each action of the record; none where it is refused."""
    turns = pixels.turns(record, draw, FORMS[NAME])
    if isinstance(turns, Unsaid):
        return
    actions = ["\n\n".join(action(gesture, turn.drawn) for gesture in turn.gestures) for turn in turns]
    said = [FINISHED] if record.example.outcome == Signal.COMPLETED else []
    for last in range(len(turns) + len(said)):
        first = max(0, last + 1 - HISTORY)
        messages = [_message("user", PROMPT + record.example.goal)]
        for number, text in enumerate([*actions, *said][: last + 1]):
            messages += [_message("user", IMAGE)] if first <= number < len(turns) else []
            messages.append(_message("assistant", f"Action: {text}", int(number == last)))
        yield {"messages": messages, "images": [turn.image for turn in turns[first : last + 1]]}


def action(gesture: Gesture, drawn: Drawn) -> str:
    """A gesture as an action; one that is done several times is written as often, but for the wheel."""
    line = FORMS[NAME][gesture.form].format(
        x=_resized(gesture.x, drawn.width),
        y=_resized(gesture.y, drawn.height),
        direction=gesture.direction,
        text=_escaped(gesture.text),
        keys=" ".join(KEYS[NAME].get(key, key) for key in gesture.keys),
    )
    return "\n\n".join([line] * (gesture.times if gesture.form in (Form.PRESS, Form.HOTKEY) else 1))


def _resized(place: int, side: int) -> int:
    """A pixel along a side, as it lies on the image that the model sees."""
    return round(place * max(1, round(side / PATCH)) * PATCH / side)


def _message(role: str, content: str, mask: int = 0) -> dict[str, Any]:
    return {"role": role, "content": content, "loss_mask": mask}


def _escaped(text: str) -> str:
    for plain, written in (("\\", "\\\\"), ("'", "\\'"), ('"', '\\"'), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text
