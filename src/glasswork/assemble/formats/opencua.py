"""OpenCUA: AgentNet's training JSONL, one line a record, actions as pyautogui code with coordinates from 0 to 1.

`traj[].image` names an image of `images`. What AgentNet's annotators judge (scores, `last_step_correct`, thoughts) is
not known and not there. `task_completed` is there where the outcome is known, and the last code then ends with
`computer.terminate`. Read by OpenCUA's cot-generator: `task_id`, `instruction`, `traj[].image`, `traj[].value.code`.
"""

from collections.abc import Iterator
from typing import Any, Final

from glasswork.assemble.formats import pixels
from glasswork.assemble.formats.gestures import Gesture
from glasswork.assemble.mapping import FORMS, KEYS, Form, Unsaid
from glasswork.assemble.record import Record
from glasswork.assemble.render.drawn import Drawn
from glasswork.schema.episode import Signal
from glasswork.schema.words import Direction

NAME: Final = "opencua"
STATUS: Final = {str(Signal.COMPLETED): "success", str(Signal.ABANDONED): "failure"}
_PLUS: Final = (Direction.UP, Direction.RIGHT)


def rows(record: Record, draw: pixels.Draw) -> Iterator[dict[str, Any]]:
    """The record as one AgentNet task; none where it is refused."""
    turns = pixels.turns(record, draw, FORMS[NAME])
    if isinstance(turns, Unsaid):
        return
    codes = ["\n".join(code(gesture, turn.drawn) for gesture in turn.gestures) for turn in turns]
    status = STATUS.get(record.example.outcome)
    if status is not None:
        codes[-1] += f"\ncomputer.terminate(status='{status}')"
    yield {
        "task_id": record.example.id,
        "instruction": record.example.goal,
        **({} if status is None else {"task_completed": status == "success"}),
        "traj": [
            {"index": index, "image": turn.image, "value": {"code": text}}
            for index, (turn, text) in enumerate(zip(turns, codes, strict=True))
        ],
    }


def code(gesture: Gesture, drawn: Drawn) -> str:
    """A gesture as lines of Python; a key that is pressed several times is a line each time."""
    line = FORMS[NAME][gesture.form].format(
        x=round(gesture.x / drawn.width, 4),
        y=round(gesture.y / drawn.height, 4),
        notches=gesture.times if gesture.direction in _PLUS else -gesture.times,
        text=repr(gesture.text),
        keys=", ".join(repr(KEYS[NAME].get(key, key)) for key in gesture.keys),
    )
    return "\n".join([line] * (gesture.times if gesture.form in (Form.PRESS, Form.HOTKEY) else 1))
