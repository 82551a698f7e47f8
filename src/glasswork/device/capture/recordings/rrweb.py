"""rrweb: what a page recorded of itself, as sessions of PostHog and others hold it. The tree is replayed (dom.py).

    [{"type": 4, "data": {"href": …}, "timestamp": …}, {"type": 2, "data": {"node": …}}, {"type": 3, "data": {…}}, …]

Also one event a line, `{"events": […]}`, PostHog's `{"snapshot_data_by_window_id": {"<window>": […]}}` and its lines
`{"window_id": …, "data": […]}` and `["<window>", {…}]`. Where times were taken out, an event counts as a second after
the one before. Canvas, styles, console, fonts and media are never decoded.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from glasswork.device.capture.recordings.files import LOOKED_AT, attempt, unreadable, values
from glasswork.device.capture.recordings.places import Windows
from glasswork.device.capture.recordings.rrweb_events import Event
from glasswork.device.capture.recordings.rrweb_replay import Replay
from glasswork.schema.raw import RawEvent


class _Wrapper(msgspec.Struct):
    """The forms in which events are packed."""

    events: list[msgspec.Raw] | None = None
    snapshot_data_by_window_id: dict[str, list[msgspec.Raw]] | None = None
    window_id: str | None = None
    data: list[msgspec.Raw] | None = None


_EVENT: Final = msgspec.json.Decoder(Event)
_WRAPPER: Final = msgspec.json.Decoder(_Wrapper)
_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])
_NAME: Final = msgspec.json.Decoder(str)


def recognises(path: Path) -> bool:
    """Whether one of the first values in the file is an event of rrweb's."""
    found = (attempt(value, _EVENT) for _, value in islice(_told(path), LOOKED_AT) if value is not None)
    return any(event is not None for event in found)


def events(path: Path) -> Iterator[RawEvent | None]:
    """The raw events of the file; None for what says nothing of an action, LOST for what is no event.

    Raises RecordingMissing, RecordingTooLarge.
    """
    windows = Windows()
    replays: dict[str, Replay] = {}
    front = Replay(windows, "")
    for window, value in _told(path):
        replay = replays.get(window)
        if replay is None:
            replay = replays[window] = Replay(windows, window)
        if replay is not front:
            yield from front.finish()
            replay.comes_to_front(front.time)
            front = replay
        event = None if value is None else attempt(value, _EVENT)
        if event is None:
            yield unreadable(front.time)
        else:
            yield from replay.feed(event)
    yield from front.finish()


def _told(path: Path) -> Iterator[tuple[str, msgspec.Raw | None]]:
    """Every event, packed in whatever way, with the name of its window."""
    for value in values(path, _EVENT):
        if value is None:
            yield "", None
        else:
            yield from _unpacked(value)


def _unpacked(value: msgspec.Raw) -> Iterator[tuple[str, msgspec.Raw]]:
    items = attempt(value, _LIST)
    if items is not None:
        name = attempt(items[0], _NAME) if len(items) == 2 else None
        for item in items[1:] if name is not None else items:
            yield name or "", item
        return
    packed = attempt(value, _WRAPPER)
    if packed is None:
        yield "", value
    elif packed.snapshot_data_by_window_id is not None:
        for window, told in packed.snapshot_data_by_window_id.items():
            for item in told:
                yield window, item
    else:
        told = packed.events if packed.events is not None else packed.data
        if told is None:
            yield packed.window_id or "", value
            return
        for item in told:
            yield packed.window_id or "", item
