"""AgentNet (OpenCUA): DuckTrack's events with three files beside them, merged by time.

    top_window.jsonl  {"time_stamp": …, "top_window_name": "explorer"}          the program in front
    element.jsonl     {"time_stamp": …, "a11y_tree": {"Name", "ControlType", "BoundingRectangle", …}}   what was clicked
    a11y.jsonl        {"time_stamp": …, "axtree": {…, "Children": […]}}         the tree of the window in front

On macOS the nodes have `AXRole`, `AXTitle`, `AXFrame` instead. Trees show whatever was on the screen, titles of
other people's windows included: it is for redaction to leave out what no vocabulary knows. `task_name.json` and
the reducer's own output are never opened.
"""

from collections.abc import Callable, Iterator
from heapq import merge
from math import inf
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from glasswork.device.capture.recordings import ducktrack, roles
from glasswork.device.capture.recordings.files import decoded, unreadable
from glasswork.device.capture.recordings.places import Box, Edges, Windows, box_of
from glasswork.schema.raw import RawEvent, RawKind, RawNode

MAX_RAW_NODES: Final = 20_000
"""Nodes of a tree that are looked at; a Screen has 512 at most."""


class Frame(msgspec.Struct, gc=False):
    """Corner and size in points (macOS)."""

    x: float
    y: float
    w: float
    h: float


class Leaf(msgspec.Struct):
    """What one element says of itself, on either system."""

    Name: str | None = None
    ControlType: str = ""
    BoundingRectangle: Edges | None = None
    IsPassword: bool = False
    AXRole: str = ""
    AXSubrole: str = ""
    AXTitle: str | None = None
    AXDescription: str | None = None
    AXFrame: Frame | None = None


class Branch(Leaf):
    """An element with those inside it; macOS has several names for them."""

    Children: list["Branch"] = []
    AXChildrenInNavigationOrder: list["Branch"] = []
    AXVisibleChildren: list["Branch"] = []
    AXRows: list["Branch"] = []
    AXChildren: list["Branch"] = []


class TopWindow(msgspec.Struct):
    """A line of top_window.jsonl."""

    time_stamp: float
    top_window_name: str | None


class ElementLine(msgspec.Struct):
    """A line of element.jsonl; of the tree only its root is read."""

    time_stamp: float
    a11y_tree: Leaf


class TreeLine(msgspec.Struct):
    """A line of a11y.jsonl."""

    time_stamp: float
    axtree: Branch


T = TypeVar("T", TopWindow, ElementLine, TreeLine)

_TOP_WINDOW: Final = msgspec.json.Decoder(TopWindow)
_ELEMENT: Final = msgspec.json.Decoder(ElementLine)
_TREE: Final = msgspec.json.Decoder(TreeLine)


def recognises(path: Path) -> bool:
    """Whether the file has DuckTrack's events and any of the three files beside it is what AgentNet writes."""
    folder = path.parent
    return ducktrack.recognises(path) and (
        _holds_any(folder / "top_window.jsonl", _TOP_WINDOW)
        or _holds_any(folder / "element.jsonl", _ELEMENT)
        or _holds_any(folder / "a11y.jsonl", _TREE)
    )


def _holds_any(path: Path, decoder: "msgspec.json.Decoder[T]") -> bool:
    return path.is_file() and any(line is not None for line in decoded(path, decoder))


def events(path: Path) -> Iterator[RawEvent]:
    """The raw events of `path` (an `events.jsonl`) and its siblings, merged by time; a line that is none is LOST.

    Raises RecordingMissing where a file cannot be read.
    """
    folder = path.parent
    windows = Windows()
    context = merge(
        _stream(folder / "top_window.jsonl", _TOP_WINDOW, lambda line: _focus(line, windows)),
        _stream(folder / "a11y.jsonl", _TREE, _tree),
        _stream(folder / "element.jsonl", _ELEMENT, _element),
        key=lambda event: event.time,
    )
    waiting = next(context, None)
    due = inf if waiting is None else waiting.time
    for event in ducktrack.events(path):
        while event.time >= due and waiting is not None:
            yield waiting
            waiting = next(context, None)
            due = inf if waiting is None else waiting.time
        yield event
    if waiting is not None:
        yield waiting
        yield from context


def _stream(path: Path, decoder: "msgspec.json.Decoder[T]", event_of: Callable[[T], RawEvent]) -> Iterator[RawEvent]:
    if not path.is_file():
        return
    time = -inf
    for line in decoded(path, decoder):
        if line is None:
            yield unreadable(time)
        else:
            time = line.time_stamp
            yield event_of(line)


def _focus(line: TopWindow, windows: Windows) -> RawEvent:
    name = line.top_window_name or ""
    return RawEvent(RawKind.FOCUS, line.time_stamp, app=name, window=windows.number(name))


def _element(line: ElementLine) -> RawEvent:
    leaf = line.a11y_tree
    role = roles.aria(leaf.ControlType, leaf.AXRole, leaf.AXSubrole)
    return RawEvent(
        RawKind.ELEMENT,
        line.time_stamp,
        role=role,
        label=_label(leaf),
        box=_box(leaf),
        editable=role in roles.EDITABLE,
        secret=_is_secret(leaf),
    )


def _tree(line: TreeLine) -> RawEvent:
    nodes: list[RawNode] = []
    todo = [(line.axtree, 0)]
    while todo and len(nodes) < MAX_RAW_NODES:
        branch, depth = todo.pop()
        role = roles.aria(branch.ControlType, branch.AXRole, branch.AXSubrole)
        nodes.append(
            RawNode(
                role,
                depth,
                label=_label(branch),
                box=_box(branch),
                secret=_is_secret(branch),
                editable=role in roles.EDITABLE,
            )
        )
        inner = (
            branch.Children
            or branch.AXChildrenInNavigationOrder
            or branch.AXVisibleChildren
            or branch.AXChildren
            or branch.AXRows
        )
        todo.extend((child, depth + 1) for child in reversed(inner))
    return RawEvent(RawKind.TREE, line.time_stamp, nodes=tuple(nodes), window_box=nodes[0].box)


def _label(leaf: Leaf) -> str:
    return leaf.Name or leaf.AXTitle or leaf.AXDescription or ""


def _is_secret(leaf: Leaf) -> bool:
    if leaf.IsPassword or roles.SECURE_SUBROLE in (leaf.AXSubrole, leaf.AXRole):
        return True
    editable = roles.aria(leaf.ControlType, leaf.AXRole, leaf.AXSubrole) in roles.EDITABLE
    return editable and roles.named_secret(_label(leaf))


def _box(leaf: Leaf) -> Box | None:
    """(x, y, width, height), or None for an element without extent, as those scrolled out of sight have."""
    if leaf.BoundingRectangle:
        return leaf.BoundingRectangle.box()
    frame = leaf.AXFrame
    return box_of(frame.x, frame.y, frame.w, frame.h) if frame else None
