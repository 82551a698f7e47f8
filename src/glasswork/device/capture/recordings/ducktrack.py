"""DuckTrack: `events.jsonl`, one event of pynput's a line, and `metadata.json`.

    {"time_stamp": 150161.5, "action": "click", "x": 1319.1, "y": 65.0, "button": "left", "pressed": true}

`time_stamp` is `time.perf_counter()`: seconds of a monotonic clock. Of the metadata only the name of the operating
system is read: the rest names the machine, its network card and the time. The format does not say what has the
focus, so nothing in it is known to be a secret field; a typed run that looks like a secret is suppressed later.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from glasswork.device.capture.recordings.files import LOOKED_AT, decoded, unreadable
from glasswork.device.capture.recordings.pynput_keys import Keyboard, key_of
from glasswork.schema.raw import RawEvent, RawKind
from glasswork.schema.words import Button

BUTTONS: Final = {
    "left": Button.LEFT,
    "middle": Button.MIDDLE,
    "right": Button.RIGHT,
    "x1": Button.BACK,
    "x2": Button.FORWARD,
    "button8": Button.BACK,
    "button9": Button.FORWARD,
}


MERGED_S: Final = 0.1
"""Moves within this time are one event with their number: 98 of 100 events are moves, and only their number counts."""


class Move(msgspec.Struct, tag_field="action", tag="move", gc=False):
    """The pointer is at x, y (pixels)."""

    time_stamp: float
    x: float
    y: float


class Click(msgspec.Struct, tag_field="action", tag="click", gc=False):
    """A mouse button goes down or up."""

    time_stamp: float
    x: float
    y: float
    button: str
    pressed: bool


class Scroll(msgspec.Struct, tag_field="action", tag="scroll", gc=False):
    """The wheel turns: dx to the right, dy upwards, in notches."""

    time_stamp: float
    x: float
    y: float
    dx: float
    dy: float


class Press(msgspec.Struct, tag_field="action", tag="press", gc=False):
    """A key goes down."""

    time_stamp: float
    name: str | None
    pynput_key: str | None = None


class Release(msgspec.Struct, tag_field="action", tag="release", gc=False):
    """A key goes up."""

    time_stamp: float
    name: str | None
    pynput_key: str | None = None


class Pause(msgspec.Struct, tag_field="action", tag="pause", gc=False):
    """The person paused the recorder."""

    time_stamp: float


class Resume(msgspec.Struct, tag_field="action", tag="resume", gc=False):
    """The person let the recorder go on."""

    time_stamp: float


Rare = Click | Scroll | Press | Release | Pause | Resume
LINE: Final = msgspec.json.Decoder(Move | Rare)


def recognises(path: Path) -> bool:
    """Whether one of the first lines of the file is an event."""
    return any(line is not None for line in islice(decoded(path, LINE), LOOKED_AT))


class _Metadata(msgspec.Struct):
    system: str = ""


def system_of(folder: Path) -> str:
    """The operating system that `metadata.json` names (as `platform.system()` does), or "" where it names none."""
    try:
        with (folder / "metadata.json").open("rb") as file:
            return msgspec.json.decode(file.read(1 << 20), type=_Metadata).system
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return ""


def events(path: Path) -> Iterator[RawEvent]:
    """The raw events of `path` (an `events.jsonl`), in the order of the file; a line that is none is LOST.

    Raises RecordingMissing where the file cannot be read.
    """
    system = system_of(path.parent)
    keyboard = Keyboard(system)
    moves = 0  # that were read and not yet told; `last` is the last of them
    last = Move(0.0, 0.0, 0.0)
    until = time = 0.0
    for line in decoded(path, LINE):
        if isinstance(line, Move):
            now = line.time_stamp
            if moves and not time <= now < until:
                yield RawEvent(RawKind.MOVE, time, x=last.x, y=last.y, count=moves)
                moves = 0
            if not moves:
                until = now + MERGED_S
            moves += 1
            last, time = line, now
            continue
        if moves:
            yield RawEvent(RawKind.MOVE, time, x=last.x, y=last.y, count=moves)
            moves = 0
        if line is None:
            yield unreadable(time)
        else:
            time = line.time_stamp
            yield _event(line, keyboard, system)
    if moves:
        yield RawEvent(RawKind.MOVE, time, x=last.x, y=last.y, count=moves)


def _event(line: Rare, keyboard: Keyboard, system: str) -> RawEvent:
    time = line.time_stamp
    match line:
        case Click(x=x, y=y):
            kind = RawKind.PRESS if line.pressed else RawKind.RELEASE
            return RawEvent(kind, time, x=x, y=y, button=BUTTONS.get(line.button, Button.NONE))
        case Scroll(x=x, y=y):
            return RawEvent(RawKind.SCROLL, time, x=x, y=y, dx=line.dx, dy=-line.dy)
        case Press():
            name = line.name or line.pynput_key
            key, text = key_of(name, system)
            keyboard.press(name, key)
            held = keyboard.modifiers(key)
            return RawEvent(RawKind.KEY_DOWN, time, key=key, text=text, modifiers=held, secret=False)
        case Release():
            name = line.name or line.pynput_key
            key, _ = key_of(name, system)
            keyboard.release(name, key)
            return RawEvent(RawKind.KEY_UP, time, key=key, secret=False)
        case Pause() | Resume():
            return RawEvent(RawKind.AWAY, time)
