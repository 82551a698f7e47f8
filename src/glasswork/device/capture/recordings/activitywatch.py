"""ActivityWatch: exported buckets. They say what was in front and when nobody was there, and nothing that was done.

    {"buckets": {"aw-watcher-window_<host>": {"type": "currentwindow", "events": [{"timestamp", "duration", "data"}]}}}

Read are the events of `currentwindow` (app, title), `web.tab.current` (title, and of the address the host and path)
and `afkstatus`. A tab in a private window says nothing. Names of buckets, clients and hosts, files and projects of
editors, and counts of keys are never looked at.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from glasswork.device.capture.recordings.files import attempt, document, unreadable
from glasswork.device.capture.recordings.places import Windows, page_of
from glasswork.device.capture.recordings.times import seconds
from glasswork.schema.raw import RawEvent, RawKind


class _Data(msgspec.Struct):
    app: str = ""
    title: str = ""
    url: str = ""
    status: str = ""
    incognito: bool = False


class _Event(msgspec.Struct):
    timestamp: Any
    data: _Data = msgspec.field(default_factory=_Data)


class _Bucket(msgspec.Struct):
    type: str = ""
    events: list[msgspec.Raw] = []


class _Export(msgspec.Struct):
    buckets: dict[str, _Bucket]


_EXPORT: Final = msgspec.json.Decoder(_Export)
_EVENT: Final = msgspec.json.Decoder(_Event)
_CONTEXT: Final = frozenset(("currentwindow", "web.tab.current", "afkstatus"))


def recognises(path: Path) -> bool:
    """Whether the file is an export of buckets, and there is one."""
    export = attempt(document(path), _EXPORT)
    return export is not None and bool(export.buckets)


def events(path: Path) -> Iterator[RawEvent | None]:
    """What was in front, of all buckets by time; None for what says nothing, LOST for what is no event.

    Raises RecordingMissing, RecordingTooLarge.
    """
    export = attempt(document(path), _EXPORT)
    windows = Windows()
    told: list[tuple[float, RawEvent | None]] = []
    for bucket in export.buckets.values() if export else ():
        for raw in bucket.events:
            event = attempt(raw, _EVENT) if bucket.type in _CONTEXT else None
            time = seconds(event.timestamp) if event else None
            if bucket.type not in _CONTEXT:
                told.append((0.0, None))
            elif event is None or time is None:
                told.append((0.0, unreadable(0.0)))
            else:
                told.append((time, _context(time, event.data, windows)))
    told.sort(key=lambda item: item[0])
    for _, context in told:
        yield context


def _context(time: float, data: _Data, windows: Windows) -> RawEvent | None:
    if data.status:
        return RawEvent(RawKind.AWAY, time) if data.status == "afk" else None
    if data.incognito:
        return None
    if data.app:
        return RawEvent(RawKind.FOCUS, time, app=data.app, title=data.title, window=windows.number(f"app {data.app}"))
    host, page = page_of(data.url)
    if not page:
        return None
    return RawEvent(RawKind.FOCUS, time, title=data.title, site=host, field=page, window=windows.number("browser"))
