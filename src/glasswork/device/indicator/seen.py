"""Where a window shows, asked of the X server anew and taken from nobody's word.

The indicator asks it of itself; the recorder asks it of its indicator, at every acknowledgement: a program that holds
the indicator's socket and shows nothing is no indicator. No pixel is read, so what is drawn in the window, and how
translucent a compositor makes it, is not known.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportAttributeAccessIssue=false
# xcffib is generated code without types.

from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from weakref import finalize

import xcffib
from xcffib import res, shape, xproto

from glasswork.device.indicator.lease import Look
from glasswork.device.indicator.look import HEIGHT, WIDTH

Box = tuple[int, int, int, int]
"""x, y, width and height in pixels of the screen."""

_VIEWABLE: Final = 2


class Seen(NamedTuple):
    """`box`: where the window is, None unless at least half of it shows. `touched`: something is over or in it."""

    box: Box | None
    touched: bool


def seen(x: xcffib.Connection, window: int) -> Seen:
    """What shows of a window that is as large as the indicator's. One over it that is translucent counts as cover.

    Raises xcffib.ConnectionException where the display has gone.
    """
    core, root = x.core, x.setup.roots[x.pref_screen].root
    try:
        order = list(core.QueryTree(root).reply().children)
        if window not in order:
            return Seen(None, True)
        within = core.QueryTree(window)
        asked = {one: (core.GetWindowAttributes(one), core.GetGeometry(one)) for one in order[order.index(window) :]}
        screen, (attributes, geometry) = core.GetGeometry(root).reply(), asked.pop(window)
        own, box = attributes.reply(), _box(geometry.reply())
        foreign = bool(within.reply().children) or _is_shaped(x, window)
    except xcffib.Error:  # it is gone
        return Seen(None, True)
    above: list[Box] = []
    for attributes, geometry in asked.values():
        try:
            other, at = attributes.reply(), geometry.reply()
        except xcffib.Error:
            continue
        if other.map_state == _VIEWABLE and other._class == xproto.WindowClass.InputOutput:  # pyright: ignore[reportPrivateUsage]
            above.append(_box(at))
    on_screen = [_common(box, (0, 0, screen.width, screen.height))]
    shows, rest = _area(on_screen), _area(_without(on_screen, above))
    whole = box[2:] == (WIDTH, HEIGHT) and own.map_state == _VIEWABLE and not foreign
    return Seen(box if whole and 2 * rest >= WIDTH * HEIGHT else None, not whole or rest < shows)


def watch(process: int, display: str | None) -> Look:
    """The recorder's look at windows of its indicator's process, on a display (None: that of the environment)."""
    x: xcffib.Connection | None = None

    def look(window: int) -> Box | None:
        nonlocal x
        try:
            if x is None:
                x = xcffib.connect(display=display)
                finalize(look, x.disconnect)  # the connection ends with the lease
            box = seen(x, window).box
            return box if box and _process_of(x, window) == process else None
        except xcffib.ConnectionException:
            return None

    return look


def _process_of(x: xcffib.Connection, window: int) -> int:
    """The process that a window is of, as the server knows it from the process's connection; 0 if it does not say."""
    wanted = res.ClientIdSpec.synthetic(window, res.ClientIdMask.LocalClientPID)
    try:
        ids = list(x(res.key).QueryClientIds(1, [wanted]).reply().ids)
    except (xcffib.Error, xcffib.XcffibException):
        return 0
    return int(ids[0].value[0]) if ids and ids[0].value else 0


def _is_shaped(x: xcffib.Connection, window: int) -> bool:
    if not x.core.QueryExtension(len(shape.key.name), shape.key.name).reply().present:
        return False
    said = x(shape.key).QueryExtents(window).reply()
    return bool(said.bounding_shaped or said.clip_shaped)


def _box(geometry: Any) -> Box:
    edge = 2 * geometry.border_width
    return geometry.x, geometry.y, geometry.width + edge, geometry.height + edge


def _common(one: Box, other: Box) -> Box:
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right = min(one[0] + one[2], other[0] + other[2])
    bottom = min(one[1] + one[3], other[1] + other[3])
    return left, top, max(0, right - left), max(0, bottom - top)


def _area(boxes: Iterable[Box]) -> int:
    return sum(width * height for _, _, width, height in boxes)


def _without(boxes: Iterable[Box], covers: Iterable[Box]) -> list[Box]:
    """What is left of disjoint boxes where others lie over them, as disjoint boxes."""
    left = list(boxes)
    for cover in covers:
        left = [part for box in left for part in _parts(box, _common(box, cover))]
    return left


def _parts(box: Box, hole: Box) -> list[Box]:
    """The parts of a box above, below, left and right of a hole in it."""
    if not hole[2] * hole[3]:
        return [box]
    x, y, width, height = box
    at_x, at_y, hole_width, hole_height = hole
    parts = [
        (x, y, width, at_y - y),
        (x, at_y + hole_height, width, y + height - at_y - hole_height),
        (x, at_y, at_x - x, hole_height),
        (at_x + hole_width, at_y, x + width - at_x - hole_width, hole_height),
    ]
    return [part for part in parts if part[2] > 0 and part[3] > 0]
