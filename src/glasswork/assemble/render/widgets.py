"""Widgets: how an element of each role looks. Each fills its rectangle, and paints nothing outside of it."""

from collections.abc import Callable
from typing import Final, NamedTuple

from glasswork.assemble.render.canvas import Canvas
from glasswork.assemble.render.drawn import Rect
from glasswork.assemble.render.flow import Sizes
from glasswork.assemble.render.icons import chevron, icon, magnifier, picture, tick
from glasswork.assemble.render.kinds import BARS
from glasswork.assemble.render.themes import Theme
from glasswork.schema.words import Role as R


class Spot(NamedTuple):
    """One element to be painted.

    `ground` is its colour; `holder` the role of what it lies on. `luck` decides about what
    nobody knows: which icon, how long a bar. `bare` elements have others on them and show no words of their own; where
    those take only its left, `lead` is their width instead. `title` is the height of its title bar, `first` says that
    no other of its role was painted on the same holder before.
    """

    r: Rect
    role: R
    caption: str
    ground: str
    holder: R
    luck: int
    bare: bool
    lead: int
    title: int
    first: bool
    sizes: Sizes
    theme: Theme


Widget = Callable[[Canvas, Spot], None]

GROUND: Final[dict[R, str]] = {
    R.WINDOW: "back", R.APPLICATION: "back", R.DIALOG: "back", R.ALERTDIALOG: "back", R.DOCUMENT: "panel",
    R.LIST: "panel", R.LISTBOX: "panel", R.TREE: "panel", R.TABLE: "panel", R.GRID: "panel", R.TABPANEL: "panel",
    R.MENUBAR: "bar", R.TOOLBAR: "bar", R.STATUS: "bar", R.TABLIST: "bar", R.COLUMNHEADER: "header",
    R.ROWHEADER: "header", R.TOOLTIP: "tip", R.ALERT: "tip", R.TERMINAL: "term", R.TEXTBOX: "field",
    R.SEARCHBOX: "field", R.COMBOBOX: "field", R.SPINBUTTON: "field", R.BUTTON: "button",
}  # fmt: skip
"""The colour that elements of a role have of their own; the others have that of what they lie on."""

_STRONG: Final = frozenset(
    ("OK", "Ok", "Save", "Submit", "Send", "Continue", "Apply", "Sign in", "Log in", "Confirm", "Next")
)
"""Words on the button that a form or dialog is for."""


def ground_of(role: R, caption: str, holder: R, under: str, theme: Theme) -> str:
    """The colour of an element that lies on `under`, a part of `holder`."""
    if role is R.BUTTON and holder in BARS:
        return GROUND[role] if theme.raised else under
    if role is R.BUTTON and caption in _STRONG:
        return "strong"
    return GROUND.get(role, under)


def paint(canvas: Canvas, spot: Spot) -> None:
    """Paint one element."""
    _WIDGETS.get(spot.role, _plain)(canvas, spot)


def _plain(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground)
    if s.caption and not s.bare:
        c.words(s.r.inset(2, 0, 2, 0), s.caption, "ink", s.ground, s.sizes.text)


def _frame(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground, "line", edge=s.theme.edge)


def _bar(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground)
    y = s.r.y if s.role is R.STATUS else s.r.bottom - 1
    c.box(Rect(s.r.x, y, s.r.w, 1), "line")
    if s.role is R.STATUS and not s.bare:
        _line(c, s, s.r.inset(s.sizes.pad, 2, s.sizes.pad, 2), s.caption, "muted")


def _window(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground, "line" if s.role is not R.WINDOW else "", edge=s.theme.edge)
    if not s.title:
        return
    bar = s.r._replace(h=s.title)
    c.box(bar, "title", "line", edge=s.theme.edge)
    size = bar.h // 3
    for number in range(3 if s.role is R.WINDOW else 1):
        spot = Rect(bar.right - (number + 1) * bar.h + size // 2, bar.y + (bar.h - size) // 2, size, size)
        if number == 0:
            c.stroke([(spot.x, spot.y), (spot.right - 1, spot.bottom - 1)], "ink")
            c.stroke([(spot.x, spot.bottom - 1), (spot.right - 1, spot.y)], "ink")
        elif number == 1:
            c.box(spot, "title", "ink")
        else:
            c.box(Rect(spot.x, spot.bottom - 2, spot.w, 2), "ink")
    room = bar.inset(s.sizes.pad * 2, 2, bar.h * 3, 2)
    if s.caption:
        c.words(room, s.caption, "ink", "title", s.sizes.text, bold=True)
    else:
        c.bar(Rect(room.x, bar.y + bar.h // 3, min(room.w, bar.h * 5), bar.h // 3))


def _button(c: Canvas, s: Spot) -> None:
    ground = s.ground
    if s.holder in BARS and not s.theme.raised:
        c.box(s.r, s.ground)
    elif s.theme.raised:
        c.box(s.r, ground, "line")
        if s.r.w > 4 and s.r.h > 4:
            c.box(Rect(s.r.x + 1, s.r.y + 1, s.r.w - 2, 1), "panel")
            c.box(Rect(s.r.x + 1, s.r.y + 1, 1, s.r.h - 2), "panel")
    else:
        c.box(s.r, ground, "line", s.theme.radius, s.theme.edge)
    inner = s.r.inset(s.sizes.pad // 2, 1, s.sizes.pad // 2, 1)
    if s.bare:
        return
    if s.caption and s.r.w > s.sizes.text * 2:
        c.words(inner, s.caption, "ink", ground, s.sizes.text, middle=True)
    elif s.r.w < 3 * s.r.h or s.holder in BARS:
        icon(c, s.r, s.luck, "ink", ground)
    else:
        wide = min(inner.w, s.r.w // 2)
        tall = max(3, min(s.r.h // 3, s.sizes.text // 2))
        c.bar(Rect(s.r.x + (s.r.w - wide) // 2, s.r.y + (s.r.h - tall) // 2, wide, tall))


def _field(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground, "line", s.theme.radius // 2, s.theme.edge)
    if s.bare:
        return
    pad = min(s.sizes.pad, s.r.w // 8)
    inner = s.r.inset(pad, 2, pad, 2)
    if s.role is R.SEARCHBOX and inner.w > 3 * s.sizes.row:
        magnifier(c, Rect(inner.x, s.r.y, min(s.sizes.row // 2, inner.h), s.r.h), "muted", s.ground)
        inner = inner.inset(s.sizes.row * 2 // 3, 0, 0, 0)
    if s.role in (R.COMBOBOX, R.SPINBUTTON) and inner.w > 2 * s.sizes.row:
        arrows = Rect(s.r.right - s.sizes.row, s.r.y, s.sizes.row, s.r.h)
        if s.role is R.SPINBUTTON:
            chevron(c, arrows.inset(0, 0, 0, arrows.h // 2), "ink", up=True)
            chevron(c, arrows.inset(0, arrows.h // 2, 0, 0), "ink")
        else:
            chevron(c, arrows, "ink")
        inner = inner.inset(0, 0, s.sizes.row - pad, 0)
    if s.role is R.TEXTBOX and s.r.h > 2 * s.sizes.row:
        _lines(c, s, inner.inset(0, pad, 0, pad), s.caption)
    else:
        _line(c, s, inner, s.caption, "muted")


def _check(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground)
    size = min(s.sizes.text, s.r.h - 2, s.r.w - 2)
    if size < 4:
        return
    on = s.luck % 3 == 0
    mark = Rect(s.r.x + 1, s.r.y + (s.r.h - size) // 2, size, size)
    if s.role is R.SWITCH:
        mark = mark._replace(w=min(size * 2, s.r.w - 2))
        c.box(mark, "strong" if on else "soft", "line", size // 2)
        c.disc(Rect(mark.right - size if on else mark.x, mark.y, size, size), "panel", "line")
    elif s.role is R.RADIO:
        c.disc(mark, "field", "line", s.theme.edge)
        if on:
            c.disc(mark.inset(size // 4 + 1, size // 4 + 1, size // 4 + 1, size // 4 + 1), "strong")
    else:
        c.box(mark, "strong" if on else "field", "line", min(3, s.theme.radius), s.theme.edge)
        if on:
            tick(c, mark, "on_strong")
    if not s.bare:
        _line(c, s, s.r.inset(mark.w + s.sizes.pad, 1, 2, 1), s.caption, "ink")


def _menu_item(c: Canvas, s: Spot) -> None:
    if s.bare:
        c.box(s.r, s.ground, "line" if s.role is R.MENU else "")
        return
    c.box(s.r, s.ground)
    if s.holder in BARS:
        inner = s.r.inset(s.sizes.pad // 2, 1, s.sizes.pad // 2, 1)
        if s.caption:
            c.words(inner, s.caption, "ink", s.ground, s.sizes.text, middle=True)
        else:
            _line(c, s, inner, "", "ink")
        return
    inner = s.r.inset(min(s.sizes.row * 2 // 3, s.r.w // 4), 1, s.sizes.pad, 1)
    if s.role in (R.MENUITEMCHECKBOX, R.MENUITEMRADIO) and s.luck % 2:
        tick(c, Rect(s.r.x + 2, s.r.y, max(0, inner.x - s.r.x - 4), s.r.h), "ink")
    _line(c, s, inner.inset(0, 0, inner.w // 3, 0), s.caption, "ink")
    if s.luck % 3 == 0 and inner.w > 5 * s.sizes.row:
        _line(c, s, inner.inset(inner.w - inner.w // 5, 0, 0, 0), "", "muted")


def _row(c: Canvas, s: Spot) -> None:
    ground = s.ground
    c.box(s.r, ground)
    if s.r.h > 6:
        c.box(Rect(s.r.x, s.r.bottom - 1, s.r.w, 1), "line" if s.role is R.ROW else "header")
    if s.bare:
        return
    inner = s.r.inset(s.lead + min(s.sizes.pad, s.r.w // 6), 1, 2, 2)
    if not s.lead and s.role in (R.TREEITEM, R.LISTITEM) and inner.w > 4 * inner.h and inner.h > 8:
        side = min(inner.h - 4, s.sizes.text)
        icon(c, Rect(inner.x, inner.y + (inner.h - side) // 2, side, side), s.luck, "muted", ground)
        inner = inner.inset(side + s.sizes.pad, 0, 0, 0)
    _line(c, s, inner, s.caption, "ink")


def _cell(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground)
    if s.r.w > 4 and s.r.h > 4:
        c.box(Rect(s.r.right - 1, s.r.y, 1, s.r.h), "line")
        c.box(Rect(s.r.x, s.r.bottom - 1, s.r.w, 1), "line")
    if not s.bare:
        inner = s.r.inset(min(s.sizes.pad, s.r.w // 6), 1, 3, 2)
        header = s.role in (R.COLUMNHEADER, R.ROWHEADER)
        if s.caption:
            c.words(inner, s.caption, "ink", s.ground, s.sizes.text, bold=header)
        else:
            _line(c, s, inner, "", "ink")


def _tab(c: Canvas, s: Spot) -> None:
    chosen = s.first
    c.box(s.r, s.ground, "line" if chosen else "", edge=s.theme.edge)
    if chosen and s.r.h > 6:
        c.box(Rect(s.r.x, s.r.bottom - 3, s.r.w, 3), "accent")
    if not s.bare:
        inner = s.r.inset(s.sizes.pad // 2, 1, s.sizes.pad // 2, 3)
        if s.caption:
            c.words(inner, s.caption, "ink" if chosen else "muted", s.ground, s.sizes.text, middle=True)
        else:
            _line(c, s, inner.inset(inner.w // 5, 0, inner.w // 5, 0), "", "muted")


def _link(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground)
    if s.bare:
        return
    wide = _line(c, s, s.r.inset(1, 0, 1, 0), s.caption, "accent")
    base = s.r.y + (s.r.h + s.sizes.text) // 2 + 1
    if s.caption and base < s.r.bottom:
        c.box(Rect(s.r.x + 1, base, wide, 1), "accent")


def _heading(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground)
    if s.bare:
        return
    if s.caption:
        c.words(s.r, s.caption, "ink", s.ground, s.sizes.text * 3 // 2, bold=True)
    else:
        tall = max(3, min(s.r.h * 2 // 3, s.sizes.text))
        c.bar(Rect(s.r.x, s.r.y + (s.r.h - tall) // 2, min(s.r.w, s.sizes.row * (4 + s.luck % 5)), tall))


def _text(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground)
    if s.bare:
        return
    if s.caption and s.r.h < 2 * s.sizes.row:
        c.words(s.r, s.caption, "ink", s.ground, s.sizes.text, middle=s.holder in (R.BUTTON, R.TAB))
    elif s.r.h < 2 * s.sizes.row:
        _line(c, s, s.r, "", "ink")
    else:
        _lines(c, s, s.r, s.caption)


def _notice(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground, "line", s.theme.radius // 2, s.theme.edge)
    if not s.bare:
        _line(c, s, s.r.inset(s.sizes.pad, 1, s.sizes.pad, 1), s.caption, "ink")


def _image(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground)
    if s.bare:
        return
    if min(s.r.w, s.r.h) < 2 * s.sizes.row:
        icon(c, s.r, s.luck, "muted", s.ground)
    else:
        picture(c, s.r, s.luck)


def _slider(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground)
    across = s.r.w >= s.r.h
    tall = max(2, min(s.sizes.row // 6, min(s.r.w, s.r.h)))
    at = 20 + s.luck % 60
    if across:
        track = Rect(s.r.x, s.r.y + (s.r.h - tall) // 2, s.r.w, tall)
        done, knob = track._replace(w=track.w * at // 100), (s.r.x + s.r.w * at // 100, s.r.y + s.r.h // 2)
    else:
        track = Rect(s.r.x + (s.r.w - tall) // 2, s.r.y, tall, s.r.h)
        done, knob = track._replace(h=track.h * at // 100), (s.r.x + s.r.w // 2, s.r.y + s.r.h * at // 100)
    c.box(track, "soft", radius=tall // 2)
    c.box(done, "strong", radius=tall // 2)
    size = min(s.sizes.row // 2, s.r.w, s.r.h)
    if s.role is R.SLIDER and size > 4:
        c.disc(Rect(knob[0] - size // 2, knob[1] - size // 2, size, size).clip(s.r), "panel", "line")


def _scrollbar(c: Canvas, s: Spot) -> None:
    c.box(s.r, "header")
    at, long = s.luck % 40, 25 + s.luck % 30
    if s.r.w > s.r.h:
        thumb = Rect(s.r.x + s.r.w * at // 100, s.r.y, s.r.w * long // 100, s.r.h)
    else:
        thumb = Rect(s.r.x, s.r.y + s.r.h * at // 100, s.r.w, s.r.h * long // 100)
    c.box(thumb.inset(2, 2, 2, 2) if min(thumb.w, thumb.h) > 6 else thumb, "line", radius=s.theme.radius)


def _separator(c: Canvas, s: Spot) -> None:
    c.box(s.r, s.ground)
    if s.r.w > s.r.h:
        c.box(Rect(s.r.x, s.r.y + s.r.h // 2, s.r.w, 1), "line")
    else:
        c.box(Rect(s.r.x + s.r.w // 2, s.r.y, 1, s.r.h), "line")


def _terminal(c: Canvas, s: Spot) -> None:
    c.box(s.r, "term")
    step, size = s.sizes.row * 2 // 3, s.sizes.text // 2
    for number in range(max(0, s.r.h - s.sizes.row) * 2 // 3 // max(1, step)):
        y, turn = s.r.y + s.sizes.pad + number * step, s.luck >> (number % 24)
        start = c.bar(Rect(s.r.x + s.sizes.pad, y, size * 4, size).clip(s.r)) if turn % 3 == 0 else 0
        c.bar(Rect(s.r.x + s.sizes.pad + start + 4, y, s.r.w * (10 + turn % 45) // 100, size).clip(s.r))


def _line(c: Canvas, s: Spot, r: Rect, caption: str, ink: str) -> int:
    """One line of words, or a bar in their place; returns its width."""
    if caption:
        return c.words(r, caption, ink, s.ground, s.sizes.text)
    tall = max(2, min(s.sizes.text // 2, r.h * 2 // 3))
    wide = min(r.w, max(s.sizes.row, min(r.w, s.sizes.row * 9) * (45 + s.luck % 50) // 100))
    return c.bar(Rect(r.x, r.y + (r.h - tall) // 2, wide, tall)) if r.h > 2 and r.w > s.sizes.text else 0


def _lines(c: Canvas, s: Spot, r: Rect, caption: str) -> None:
    """Lines of text of which nothing is known, in paragraphs; a caption stands above them."""
    step, tall = s.sizes.text * 8 // 5, max(2, s.sizes.text // 2)
    y = r.y
    if caption and r.h > step:
        c.words(r._replace(h=step), caption, "muted", s.ground, s.sizes.text)
        y += step
    for number in range(max(0, (r.bottom - y) // step)):
        turn = (s.luck >> (number % 20)) % 64
        if number % 6 != 5:
            wide = min(r.w, s.sizes.row * 30) * (30 + turn % 40 if number % 6 == 4 else 82 + turn % 17) // 100
            c.bar(Rect(r.x, y + (step - tall) // 2, wide, tall))
        y += step


_WIDGETS: Final[dict[R, Widget]] = {
    R.WINDOW: _window, R.DIALOG: _window, R.ALERTDIALOG: _window, R.MENUBAR: _bar, R.TOOLBAR: _bar, R.TABLIST: _bar,
    R.STATUS: _bar, R.LIST: _frame, R.LISTBOX: _frame, R.TREE: _frame, R.TABLE: _frame, R.GRID: _frame,
    R.TABPANEL: _frame, R.BUTTON: _button, R.TEXTBOX: _field, R.SEARCHBOX: _field, R.COMBOBOX: _field,
    R.SPINBUTTON: _field, R.CHECKBOX: _check, R.RADIO: _check, R.SWITCH: _check, R.MENU: _menu_item,
    R.MENUITEM: _menu_item, R.MENUITEMCHECKBOX: _menu_item, R.MENUITEMRADIO: _menu_item, R.ROW: _row,
    R.LISTITEM: _row, R.OPTION: _row, R.TREEITEM: _row, R.CELL: _cell, R.GRIDCELL: _cell, R.COLUMNHEADER: _cell,
    R.ROWHEADER: _cell, R.TAB: _tab, R.LINK: _link, R.HEADING: _heading, R.TEXT: _text, R.TOOLTIP: _notice,
    R.ALERT: _notice, R.IMG: _image, R.SLIDER: _slider, R.PROGRESSBAR: _slider, R.SCROLLBAR: _scrollbar,
    R.SEPARATOR: _separator, R.TERMINAL: _terminal,
}  # fmt: skip
