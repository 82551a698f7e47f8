"""What rrweb writes, as far as it is read (`packages/types` of rrweb, version 2; version 1 is part of it)."""

from typing import Any, Final

import msgspec

from glasswork.device.capture.recordings.dom import Serialized


class Event(msgspec.Struct):
    """An event of rrweb's. What is in `data` depends on `type`."""

    type: int
    data: msgspec.Raw
    timestamp: Any = None


class Snapshot(msgspec.Struct):
    node: Serialized


class Meta(msgspec.Struct):
    href: str = ""
    width: float = 0.0
    height: float = 0.0


class Payload(msgspec.Struct):
    href: str = ""


class Custom(msgspec.Struct):
    payload: Payload


class Position(msgspec.Struct, rename="camel"):
    x: float
    y: float
    time_offset: float = 0.0


class Added(msgspec.Struct, rename="camel"):
    parent_id: int
    node: Serialized
    next_id: int | None = None


class Removed(msgspec.Struct):
    id: int


class Changed(msgspec.Struct):
    id: int
    attributes: dict[str, Any] = {}


class Said(msgspec.Struct):
    id: int
    value: str | None = None


class Incremental(msgspec.Struct):
    source: int


class Mutation(msgspec.Struct):
    adds: list[Added] = []
    removes: list[Removed] = []
    attributes: list[Changed] = []
    texts: list[Said] = []


class Moves(msgspec.Struct):
    positions: list[Position] = []


class Mouse(msgspec.Struct):
    """`type`: 0 up, 1 down, 2 click, 3 context menu; double clicks, focus, blur and touches say nothing more."""

    type: int
    id: int = 0
    x: float | None = None
    y: float | None = None


class Scroll(msgspec.Struct):
    """`x`, `y`: how far the content is scrolled now, in pixels."""

    id: int
    x: float
    y: float


class Input(msgspec.Struct, rename="camel"):
    """`text`: all that the field holds now."""

    id: int
    text: str | None = None
    is_checked: bool = False
    user_triggered: bool = True


Told = Mutation | Moves | Mouse | Scroll | Input
"""What an incremental snapshot tells."""

SNAPSHOT: Final = msgspec.json.Decoder(Snapshot)
META: Final = msgspec.json.Decoder(Meta)
CUSTOM: Final = msgspec.json.Decoder(Custom)
INCREMENTAL: Final = msgspec.json.Decoder(Incremental)
SOURCES: Final[dict[int, msgspec.json.Decoder[Told]]] = {
    0: msgspec.json.Decoder(Mutation),
    1: msgspec.json.Decoder(Moves),
    2: msgspec.json.Decoder(Mouse),
    3: msgspec.json.Decoder(Scroll),
    5: msgspec.json.Decoder(Input),
    6: msgspec.json.Decoder(Moves),
    12: msgspec.json.Decoder(Moves),
}
"""What of incremental snapshots is read: the others tell of styles, canvas, fonts, console, media and selections."""
