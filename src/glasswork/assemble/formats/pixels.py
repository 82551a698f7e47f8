"""What the formats with pixels share: a record as turns, each with the image that was in front and the gestures made.

The image is drawn of the step's Screen, and a click aims at the middle of the target's box in it. A step that only
tells what an earlier one brought about is no turn.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from glasswork.assemble.formats.gestures import Gesture, gestures
from glasswork.assemble.mapping import Form, Unsaid, fault_of
from glasswork.assemble.record import Record
from glasswork.assemble.render.drawn import Drawn
from glasswork.schema.action import Screen
from glasswork.schema.episode import Example, Step

Draw = Callable[[Screen], Drawn]
"""How a Screen is drawn (assemble/render)."""


class Turn(NamedTuple):
    """One step: the name of its image, that image, what was done, and what was seen to come of it."""

    image: str
    drawn: Drawn
    gestures: tuple[Gesture, ...]
    effect: str


def turns(record: Record, draw: Draw, forms: Mapping[Form, str]) -> tuple[Turn, ...] | Unsaid:
    """The record as turns that a format with these forms can say, or why it cannot.

    Nothing is drawn for a record that is refused, unless the reason is a box that is not in the picture.
    """
    planned = _planned(record.example, forms)
    if isinstance(planned, Unsaid):
        return planned
    seen: dict[int, Drawn] = {}
    made: list[Turn] = []
    for step, told in planned:
        drawn = seen.get(step.screen) or seen.setdefault(step.screen, draw(record.example.screens[step.screen]))
        aimed = [_aimed(gesture, drawn) for gesture in told]
        if None in aimed:
            return Unsaid.NO_TARGET
        name = f"{record.example.id}-{step.screen}.png"
        made.append(Turn(name, drawn, tuple(gesture for gesture in aimed if gesture), step.effect))
    return tuple(made)


def images(record: Record, draw: Draw, forms: Mapping[Form, str]) -> dict[str, bytes]:
    """The PNG of every image that the record's turns name; none where it is refused."""
    told = turns(record, draw, forms)
    return {} if isinstance(told, Unsaid) else {turn.image: turn.drawn.png for turn in told}


def refusal(record: Record, draw: Draw, forms: Mapping[Form, str]) -> str | None:
    """Why a format with these forms cannot say the record."""
    told = turns(record, draw, forms)
    return told if isinstance(told, Unsaid) else None


def _planned(example: Example, forms: Mapping[Form, str]) -> list[tuple[Step, tuple[Gesture, ...]]] | Unsaid:
    """The steps in which a hand does something, with what it does."""
    if fault := fault_of(example):
        return fault
    if not example.screens:
        return Unsaid.NO_SCREEN
    planned: list[tuple[Step, tuple[Gesture, ...]]] = []
    for step in example.steps:
        told = gestures(step)
        if isinstance(told, Unsaid):
            return told
        if not told:
            continue
        if not 0 <= step.screen < len(example.screens):
            return Unsaid.NO_SCREEN
        if not example.screens[step.screen].nodes:
            return Unsaid.EMPTY_SCREEN
        if not all(gesture.form in forms for gesture in told):
            return Unsaid.NO_FORM
        planned.append((step, told))
    return planned or Unsaid.NO_HAND


def _aimed(gesture: Gesture, drawn: Drawn) -> Gesture | None:
    """The gesture at the middle of its target's box, or None where that is not in the picture."""
    if gesture.node < 0:
        return gesture
    box = drawn.boxes[gesture.node] if gesture.node < len(drawn.boxes) else None
    return None if box is None else gesture._replace(x=box.centre[0], y=box.centre[1])
