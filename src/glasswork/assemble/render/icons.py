"""Icons: small drawings that stand for what a button or picture shows, chosen by chance."""

from glasswork.assemble.render.canvas import Canvas
from glasswork.assemble.render.drawn import Rect


def icon(c: Canvas, r: Rect, luck: int, ink: str, ground: str) -> None:
    """One of eight simple signs, in the middle of a rectangle; nothing if that is too small."""
    size = min(20, min(r.w, r.h) * 5 // 8)
    if size < 5:
        return
    s = Rect(r.x + (r.w - size) // 2, r.y + (r.h - size) // 2, size, size)
    middle_x, middle_y = s.x + size // 2, s.y + size // 2
    line = max(1, size // 9)
    sign = luck % 8
    if sign == 0:  # plus
        c.box(Rect(s.x, middle_y - line // 2, size, line), ink)
        c.box(Rect(middle_x - line // 2, s.y, line, size), ink)
    elif sign == 1:  # three lines
        for number in range(3):
            c.box(Rect(s.x, s.y + number * (size - line) // 2, size, line), ink)
    elif sign == 2:  # a sheet with a folded corner
        c.box(s.inset(size // 8, 0, size // 8, 0), ground, ink, edge=line)
        c.box(Rect(s.x + size // 3, middle_y, size // 3, line), ink)
    elif sign == 3:  # a ring
        c.disc(s, ground, ink, line)
    elif sign == 4:  # an arrow to the left
        c.stroke([(middle_x, s.y), (s.x, middle_y), (middle_x, s.bottom - 1)], ink, line)
        c.box(Rect(s.x, middle_y - line // 2, size, line), ink)
    elif sign == 5:  # play
        c.shape([(s.x + size // 6, s.y), (s.right - 1, middle_y), (s.x + size // 6, s.bottom - 1)], ink)
    elif sign == 6:  # three dots
        dot = max(2, size // 5)
        for number in range(3):
            c.disc(Rect(s.x + number * (size - dot) // 2, middle_y - dot // 2, dot, dot), ink)
    else:  # a folder
        c.box(Rect(s.x, s.y + size // 8, size // 2, size // 4), ink)
        c.box(Rect(s.x, s.y + size // 4, size, size * 5 // 8), ground, ink, edge=line)


def magnifier(c: Canvas, r: Rect, ink: str, ground: str) -> None:
    """The sign of a search field."""
    size = min(r.w, r.h) * 2 // 3
    if size >= 5:
        y = r.y + (r.h - size) // 2
        c.disc(Rect(r.x, y, size * 3 // 4, size * 3 // 4), ground, ink)
        c.stroke([(r.x + size * 5 // 8, y + size * 5 // 8), (r.x + size - 1, y + size - 1)], ink, max(1, size // 6))


def chevron(c: Canvas, r: Rect, ink: str, up: bool = False) -> None:
    """The arrow of a list that opens, or of a number that is raised (`up`)."""
    size = min(r.w, r.h) // 4
    if size >= 2:
        x, y = r.x + r.w // 2, r.y + r.h // 2
        turn = -1 if up else 1
        c.shape([(x - size, y - turn * size // 2), (x + size, y - turn * size // 2), (x, y + turn * size // 2)], ink)


def tick(c: Canvas, r: Rect, ink: str) -> None:
    """A check mark."""
    size = min(r.w, r.h)
    if size >= 6:
        x, y = r.x + (r.w - size) // 2, r.y + (r.h - size) // 2
        points = [
            (x + size // 5, y + size // 2),
            (x + size * 2 // 5, y + size * 7 // 10),
            (x + size * 4 // 5, y + size // 4),
        ]
        c.stroke(points, ink, max(1, size // 7))


def picture(c: Canvas, r: Rect, luck: int) -> None:
    """A landscape that stands for a picture: a frame, hills and a sun."""
    c.box(r, "header", "line")
    side = min(r.w, r.h)
    sun = side // 6
    c.disc(Rect(r.x + r.w * (20 + luck % 50) // 100, r.y + side // 8, sun, sun), "soft")
    base = r.bottom - 2
    peak = r.y + r.h * (35 + luck % 20) // 100
    left, right = r.x + 1, r.right - 2
    c.shape([(left, base), (r.x + r.w // 3, peak), (r.x + r.w * 2 // 3, base)], "line")
    c.shape([(r.x + r.w // 3, base), (r.x + r.w * 2 // 3, peak + r.h // 8), (right, base)], "soft")
