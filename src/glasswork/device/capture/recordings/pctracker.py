"""PC Tracker (PC Agent): one sentence an action, as JSON Lines or as one array.

    {"timestamp": "2024-11-26_16:15:19", "action": "click (828, 1075)", "element": "Start", "rect": {"left": …}}

Times are whole seconds, and whatever was typed is one sentence (`type text: …`). Of an element its name and place are
told, not its role, so no name survives. Screenshots, and what was written about the task, are never looked at.
"""

import re
from collections.abc import Iterator
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any, Final

import msgspec

from glasswork.device.capture.recordings.entries import click, shortcut
from glasswork.device.capture.recordings.files import LOOKED_AT, attempt, unreadable, values
from glasswork.device.capture.recordings.places import Edges
from glasswork.device.capture.recordings.pynput_keys import key_of
from glasswork.device.capture.recordings.times import seconds
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Button

_AT: Final = r"\(\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\)"
_POINTER: Final = re.compile(
    rf"(click|left click|double click|triple click|right click|middle click|press|drag to|scroll|move to)\s*{_AT}\s*"
)
_DRAG: Final = re.compile(rf"drag\s*(?:from)?\s*{_AT}\s*to\s*{_AT}\s*")
_KEYBOARD: Final = re.compile(r"(type text|type|press key|hotkey)\b\s*:?\s*(.*)", re.DOTALL)
_CLICKS: Final = {
    "click": (Button.LEFT, 1),
    "left click": (Button.LEFT, 1),
    "double click": (Button.LEFT, 2),
    "triple click": (Button.LEFT, 3),
    "right click": (Button.RIGHT, 1),
    "middle click": (Button.MIDDLE, 1),
}
_SAY_NOTHING: Final = frozenset(("wait", "finish", "fail"))


class _Line(msgspec.Struct):
    action: str
    timestamp: Any = None
    element: str | None = None
    rect: Edges | None = None


_LINE: Final = msgspec.json.Decoder(_Line)
_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])


def recognises(path: Path) -> bool:
    """Whether one of the first values in the file is an action in PC Tracker's words."""
    return any(line is not None and _is_known(line.action) for line in islice(_lines(path), LOOKED_AT))


def _is_known(action: str) -> bool:
    return action in _SAY_NOTHING or any(form.fullmatch(action) for form in (_POINTER, _DRAG, _KEYBOARD))


def events(path: Path) -> Iterator[RawEvent | None]:
    """The raw events of the file; None for `wait` and the end, LOST for what is no action.

    Raises RecordingMissing, RecordingTooLarge.
    """
    time = 0.0
    held = Button.NONE
    for line in _lines(path):
        if line is None or not _is_known(line.action):
            yield unreadable(time)
            continue
        stated = seconds(line.timestamp)
        time = time if stated is None else stated
        if line.action in _SAY_NOTHING:
            yield None
            continue
        if (line.element and line.element != "Unknown") or line.rect:
            yield _element(line, time)
        for event in _done(line.action, time, held):
            if event.kind in (RawKind.PRESS, RawKind.RELEASE):
                held = event.button if event.kind is RawKind.PRESS else Button.NONE
            yield event


def _lines(path: Path) -> Iterator[_Line | None]:
    for value in values(path, _LINE):
        items = None if value is None else attempt(value, _LIST)
        for item in (value,) if items is None else items:
            yield None if item is None else attempt(item, _LINE)


def _element(line: _Line, time: float) -> RawEvent:
    return RawEvent(RawKind.ELEMENT, time, label=line.element or "", box=line.rect.box() if line.rect else None)


def _done(action: str, time: float, held: Button) -> Iterator[RawEvent]:
    if found := _POINTER.fullmatch(action):
        yield from _pointed(found[1], (_number(found[2]), _number(found[3])), time, held)
    elif found := _DRAG.fullmatch(action):
        start, end = (_number(found[1]), _number(found[2])), (_number(found[3]), _number(found[4]))
        yield RawEvent(RawKind.PRESS, time, x=start[0], y=start[1], button=Button.LEFT)
        yield RawEvent(RawKind.RELEASE, time, x=end[0], y=end[1], button=Button.LEFT)
    elif found := _KEYBOARD.fullmatch(action):
        yield from _keyed(found[1], found[2], time)


def _pointed(verb: str, at: tuple[float, float], time: float, held: Button) -> Iterator[RawEvent]:
    match verb:
        case "press":
            yield RawEvent(RawKind.PRESS, time, x=at[0], y=at[1], button=Button.LEFT)
        case "drag to":
            yield RawEvent(RawKind.RELEASE, time, x=at[0], y=at[1], button=held)
        case "scroll":
            yield RawEvent(RawKind.SCROLL, time, dx=at[0], dy=-at[1])
        case "move to":
            yield RawEvent(RawKind.MOVE, time, x=at[0], y=at[1])
        case _:
            button, times = _CLICKS[verb]
            yield from click(time, at, button, times)


def _keyed(verb: str, rest: str, time: float) -> Iterator[RawEvent]:
    match verb:
        case "hotkey":
            yield shortcut(rest.strip("() ").split(","), time)
        case "press key":
            key, text = key_of(rest.strip() or None, "")
            yield RawEvent(RawKind.KEY_DOWN, time, key=key, text=text, secret=False)
        case _:
            for character in rest:
                yield RawEvent(RawKind.KEY_DOWN, time, key="char", text=character, secret=False)


def _number(written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        return 0.0
    return value if isfinite(value) else 0.0
