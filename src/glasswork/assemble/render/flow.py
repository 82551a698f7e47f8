"""Flow: places for elements that have no box, in the manner in which interfaces lay them out."""

from collections.abc import Sequence
from typing import NamedTuple

from glasswork.assemble.render.drawn import Rect
from glasswork.assemble.render.kinds import BARS, FIELDS, GROWING, INLINE, ROWS
from glasswork.schema.words import Role as R

Item = tuple[R, str]
"""The role of an element and the label that is drawn for it."""


class Sizes(NamedTuple):
    """What a theme says about sizes, in pixels of the picture: a row's height, the letters', the gaps, the lines."""

    row: int
    text: int
    pad: int
    edge: int


def flow(role: R, items: Sequence[Item], area: Rect, sizes: Sizes) -> list[Rect | None]:
    """A place in `area` for each of the items, parts of an element of this role. None of them overlap.

    Bars and rows have their parts side by side, everything else has lines one below the other: neighbouring buttons and
    links share one, lists and documents take the height that is left. Where lines would be lower than half a row, the
    items become a grid. None where an item would have no pixel.
    """
    if role in BARS or role is R.ROW or (role not in GROWING | ROWS and area.h < 2 * sizes.row):
        return _beside(role, items, area, sizes)
    side = 0
    places: list[Rect | None] = [None] * len(items)
    scrollbars = [n for n, (kind, _) in enumerate(items) if kind is R.SCROLLBAR]
    if scrollbars and area.w > 6 * sizes.row:
        side = max(8, sizes.row // 2)
        for place, part in zip(scrollbars, _grid(len(scrollbars), area.inset(area.w - side, 0, 0, 0), 1), strict=True):
            places[place] = part
    rest = [n for n in range(len(items)) if places[n] is None]
    for place, part in zip(rest, _below(role, [items[n] for n in rest], area.inset(0, 0, side, 0), sizes), strict=True):
        places[place] = part
    return places


def _below(role: R, items: Sequence[Item], area: Rect, sizes: Sizes) -> list[Rect | None]:
    tight = role in ROWS
    pad = 0 if tight else min(sizes.pad, area.w // 16, area.h // 16)
    lines = _lines(items, 0 if tight else area.w - 2 * pad, sizes)
    heights = [_height(items[line[0]], sizes) for line in lines]
    gap = 0 if tight else pad
    natural = sum(heights) + gap * (len(lines) + 1)
    first = [items[line[0]][0] for line in lines]
    growing = [n for n, kind in enumerate(first) if kind in GROWING]
    if not growing and role in (R.WINDOW, R.APPLICATION, R.TABPANEL):  # an editor: its one text takes the room
        growing = [n for n, kind in enumerate(first) if kind is R.TEXTBOX] if first.count(R.TEXTBOX) == 1 else []
    if natural < area.h and growing:
        for number, n in enumerate(growing):
            heights[n] += (area.h - natural) * (number + 1) // len(growing) - (area.h - natural) * number // len(
                growing
            )
    elif natural > area.h:
        if area.h < sizes.row // 2 * len(lines):
            return _grid(len(items), area, max(1, -(-len(items) * sizes.row // max(1, area.h))))
        gap = 0
        total = sum(heights)
        ends = [sum(heights[: n + 1]) * area.h // total for n in range(len(lines))]
        heights = [end - begin for begin, end in zip((0, *ends), ends, strict=False)]
    places: list[Rect | None] = [None] * len(items)
    y = area.y
    for line, height, kind in zip(lines, heights, first, strict=True):
        bleeds = tight or kind in BARS
        if kind is R.STATUS and line is lines[-1]:
            y = max(y, area.bottom - height - (0 if bleeds else gap))
        if not bleeds:
            y += gap
        x = area.x + (0 if bleeds else pad)
        whole = Rect(x, y, area.right - (0 if bleeds else pad) - x, height)
        if len(line) > 1 or kind in INLINE:
            found = _beside(R.ROW if kind is R.COLUMNHEADER else role, [items[n] for n in line], whole, sizes)
        else:
            grown = lines.index(line) in growing
            found = [_seen(whole if grown else whole._replace(w=_width(items[line[0]], whole.w, sizes)))]
        for n, place in zip(line, found, strict=True):
            places[n] = place
        y += height
    return places


def _lines(items: Sequence[Item], width: int, sizes: Sizes) -> list[list[int]]:
    """The numbers of the items of each line: what stands side by side shares one where the width allows."""
    lines: list[list[int]] = []
    used = 0
    for n, item in enumerate(items):
        wide = _natural(item, sizes) + sizes.pad
        before = items[lines[-1][-1]][0] if lines else R.NONE
        inline = item[0] in INLINE and before in INLINE and used + wide <= width
        if inline or item[0] is before is R.COLUMNHEADER:
            lines[-1].append(n)
            used += wide
        else:
            lines.append([n])
            used = wide
    return lines


def _beside(role: R, items: Sequence[Item], area: Rect, sizes: Sizes) -> list[Rect | None]:
    """Side by side: cells of a row are equally wide, parts of a bar as wide as they need, and less if they must."""
    gap = 0 if role in (R.ROW, R.MENUBAR, R.TABLIST) else min(sizes.pad, area.w // (4 * len(items) or 1))
    margin = gap if role in BARS else 0
    inside = area.inset(margin, 0, margin, 0)
    if role in BARS and area.h >= sizes.row and role is not R.TABLIST:
        inside = inside.inset(0, 2, 0, 2)
    widths = [_natural(item, sizes) + gap for item in items]
    if role is R.ROW or sum(widths) > inside.w + gap:
        total = len(items) if role is R.ROW else sum(widths)
        shares = [1] * len(items) if role is R.ROW else widths
        ends = [sum(shares[: n + 1]) * (inside.w + gap) // total for n in range(len(items))]
        widths = [end - begin for begin, end in zip((0, *ends), ends, strict=False)]
    x = inside.x
    if role in (R.DIALOG, R.ALERTDIALOG) and all(kind is R.BUTTON for kind, _ in items):
        x = max(x, inside.right + gap - sum(widths))
    places: list[Rect | None] = []
    for width in widths:
        places.append(_seen(Rect(x, inside.y, width - min(gap, width // 4), inside.h).clip(area)))
        x += width
    return places


def _grid(count: int, area: Rect, columns: int) -> list[Rect | None]:
    """So many equal cells, row by row, in at least so many columns if there are pixels for them."""
    columns = max(1, min(columns, area.w, count))
    rows = -(-count // columns)
    if rows > area.h:
        columns, rows = -(-count // max(1, area.h)), max(1, area.h)
    xs = [area.x + area.w * n // columns for n in range(columns + 1)]
    ys = [area.y + area.h * n // rows for n in range(rows + 1)]
    return [
        _seen(Rect(xs[c], ys[r], xs[c + 1] - xs[c], ys[r + 1] - ys[r]))
        for r, c in (divmod(n, columns) for n in range(count))
    ]


def _seen(place: Rect) -> Rect | None:
    return place if place.area else None


def _height(item: Item, sizes: Sizes) -> int:
    role = item[0]
    if role is R.SEPARATOR:
        return max(3, sizes.row // 4)
    if role is R.TEXT:
        return sizes.row * 2 // 3
    if role in (R.MENUBAR, R.STATUS, R.CHECKBOX, R.RADIO, R.LINK):
        return sizes.row * 7 // 8
    if role is R.HEADING:
        return sizes.row * 5 // 4
    if role in (R.TOOLBAR, R.TABLIST):
        return sizes.row * 4 // 3
    if role is R.IMG:
        return sizes.row * 3
    return sizes.row * 2 if role in GROWING else sizes.row


def _width(item: Item, whole: int, sizes: Sizes) -> int:
    """The width of an item that has a line of its own."""
    role = item[0]
    if role in FIELDS or role in (R.SLIDER, R.PROGRESSBAR):
        return min(whole, sizes.row * 14)
    if role in (R.CHECKBOX, R.RADIO, R.IMG):
        return min(whole, max(_natural(item, sizes), sizes.row * 5))
    return whole


def _natural(item: Item, sizes: Sizes) -> int:
    """The width of an item beside others: as wide as its words, or what is usual for its role."""
    role, label = item
    if role is R.SEPARATOR:
        return max(3, sizes.row // 4)
    if label:
        extra = sizes.row * 3 // 2 if role in (R.CHECKBOX, R.RADIO, R.SWITCH, R.COMBOBOX, R.SEARCHBOX) else sizes.row
        return max(sizes.row, len(label) * sizes.text * 9 // 16 + extra)
    if role in FIELDS or role in (R.SLIDER, R.PROGRESSBAR):
        return sizes.row * 7
    if role in (R.BUTTON, R.IMG):
        return sizes.row
    if role in GROWING or role is R.TABLIST or role is R.TOOLBAR:
        return sizes.row * 8
    return sizes.row * (4 if role in (R.TAB, R.CELL, R.GRIDCELL, R.COLUMNHEADER) else 3)
