"""Canvas: a picture of at most 256 colours, with smooth words, or of one colour a node to measure what was painted.

Every pixel is an index into the theme's palette: a byte, so that drawing and packing a megapixel takes milliseconds.
The palette has the theme's colours and, for each colour of words on each ground, the blends between the two. Words are
made once and kept.
"""

# pyright: reportUnknownMemberType=false, reportPrivateUsage=false
# (parts of Pillow have no types)

import io
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from glasswork.assemble.errors import RenderRefused
from glasswork.assemble.render.drawn import Rect
from glasswork.assemble.render.themes import COLOURS, DEFAULT, GROUNDS, INKS, THEMES

try:
    from PIL import Image, ImageDraw, ImageFont  # here alone: what else draws takes them from this module
except ImportError:
    raise RenderRefused(
        "Pillow is not installed, so no picture can be drawn. Install it with `pip install 'glasswork[render]'`."
    ) from None

Point = tuple[int, int]

_BLENDS: Final = 6
"""Colours between that of a word and that of its ground."""
_PAIRS: Final = (*((ink, ground) for ink in INKS for ground in GROUNDS), ("on_strong", "strong"))
_INDEX: Final = {name: index for index, name in enumerate(COLOURS)}
_RAMP: Final = {pair: len(COLOURS) + _BLENDS * number for number, pair in enumerate(_PAIRS)}
_SHADES: Final = 256 // (_BLENDS + 2)
_NO_GLYPH: Final = "\U0010ffff"
_PACKING: Final = 3  # zlib's level: on flat colours 1 packs worse and is slower


class Canvas:
    """A picture being drawn. With `flat`, whatever is painted has the number of the current `node` as its colour."""

    def __init__(self, width: int, height: int, theme: str, flat: bool = False) -> None:
        self.flat = flat
        self.node = -1
        self.theme = theme
        self.image = Image.new("I" if flat else "L", (width, height), -1 if flat else _INDEX["back"])
        self.draw = ImageDraw.Draw(self.image)

    def _ink(self, name: str) -> int:
        return self.node if self.flat else _INDEX[name]

    def box(self, r: Rect, fill: str, line: str = "", radius: int = 0, edge: int = 1) -> None:
        """A filled rectangle, with a line along its inside if one is named."""
        if not r.area:
            return
        corners = (r.x, r.y, r.right - 1, r.bottom - 1)
        outline = self._ink(line) if line else None
        radius = min(radius, r.w // 2 - 1, r.h // 2 - 1)
        if radius > 1:
            self.draw.rounded_rectangle(corners, radius, self._ink(fill), outline, edge)
        else:
            self.draw.rectangle(corners, self._ink(fill), outline, edge)

    def stroke(self, points: list[Point], ink: str, width: int = 1) -> None:
        """A line through these points."""
        self.draw.line(points, self._ink(ink), width)

    def shape(self, points: list[Point], ink: str) -> None:
        """A filled polygon."""
        self.draw.polygon(points, self._ink(ink))

    def disc(self, r: Rect, fill: str, line: str = "", edge: int = 1) -> None:
        """A filled ellipse in a rectangle."""
        if r.area:
            outline = self._ink(line) if line else None
            self.draw.ellipse((r.x, r.y, r.right - 1, r.bottom - 1), self._ink(fill), outline, edge)

    def words(
        self, r: Rect, text: str, ink: str, ground: str, size: int, *, middle: bool = False, bold: bool = False
    ) -> int:
        """Write one line into a rectangle, in the middle of its height, cut with an ellipsis; returns its width.

        Where the typeface has no glyph for a character, or there is no room for letters, a bar stands for the words.
        """
        if ground == "strong":
            ink = "on_strong"
        size = min(size, r.h)
        if size < 6 or r.w < 2 * size:
            return self.bar(r.inset(0, r.h // 4, 0, r.h // 4)) if r.w >= size and r.h > 3 else 0
        font = _font(THEMES[self.theme].bold if bold else THEMES[self.theme].font, size)
        if (ink, ground) not in _RAMP or not all(_has(font, character) for character in set(text)):
            return self.bar(Rect(r.x, r.y + (r.h - size // 2) // 2, min(r.w, len(text) * size * 5 // 8), size // 2))
        stamp = _stamp(_fitting(text, font, r.w), font, self.theme, ink, ground, min(r.h, size * 3 // 2))
        x = r.x + ((r.w - stamp.width) // 2 if middle else 0)
        y = r.y + (r.h - stamp.height) // 2
        if self.flat:
            self.box(Rect(x, y, stamp.width, stamp.height), ground)
        else:
            self.image.paste(stamp, (x, y))
        return stamp.width

    def bar(self, r: Rect) -> int:
        """A bar that stands for words which are not known; returns its width."""
        self.box(r, "soft", radius=min(3, r.h // 2))
        return r.w

    def png(self) -> bytes:
        """The picture as PNG."""
        self.image.putpalette(_palette(self.theme))
        out = io.BytesIO()
        self.image.save(out, "PNG", compress_level=_PACKING)
        return out.getvalue()


@cache
def _palette(theme: str) -> bytes:
    colours = THEMES[theme]._asdict()
    found: list[tuple[int, int, int]] = [colours[name] for name in COLOURS]
    for ink, ground in _PAIRS:
        pairs = list(zip(colours[ground], colours[ink], strict=True))
        for step in range(1, _BLENDS + 1):
            red, green, blue = (a + (b - a) * step // (_BLENDS + 1) for a, b in pairs)
            found.append((red, green, blue))
    return bytes(part for colour in found for part in colour)


@lru_cache(4096)
def _fitting(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """The text, or as much of it as fits into a width, with an ellipsis."""
    if font.getlength(text) <= width:
        return text
    fits = max((n for n in range(len(text)) if font.getlength(text[:n] + "…") <= width), default=0)
    return text[:fits].rstrip() + "…"


@lru_cache(8192)
def _stamp(text: str, font: ImageFont.FreeTypeFont, theme: str, ink: str, ground: str, height: int) -> Image.Image:
    """A line of words as palette indices on its ground, in the middle of a height."""
    up, down = font.getmetrics()
    mask = Image.new("L", (max(1, int(font.getlength(text))), height))
    ImageDraw.Draw(mask).text((0, (height - up - down) // 2), text, 255, font)
    ramp = _RAMP[ink, ground]
    shades = [_INDEX[ground], *range(ramp, ramp + _BLENDS), _INDEX[ink]]
    return mask.point([shades[level // _SHADES] for level in range(256)])


@cache
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    """A typeface of the extra `render`. The basic layout, so that the same words look the same on every machine."""
    package, _, rest = file.partition("/")
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RenderRefused(
            "The typefaces that pictures are drawn with are not installed. Install them with "
            "`pip install 'glasswork[render]'`."
        )
    path = Path(spec.submodule_search_locations[0]) / rest
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def plain_font(size: int) -> ImageFont.FreeTypeFont:
    """The typeface of captions on a sheet."""
    return _font(THEMES[DEFAULT].font, size)


@lru_cache(16384)
def _has(font: ImageFont.FreeTypeFont, character: str) -> bool:
    """Whether a typeface has a glyph of its own for a character."""
    return character == " " or _drawn(font, character) != _drawn(font, _NO_GLYPH)


def _drawn(font: ImageFont.FreeTypeFont, character: str) -> bytes:
    picture = Image.new("L", (32, 32))
    ImageDraw.Draw(picture).text((2, 2), character, 255, font)
    return picture.tobytes()
