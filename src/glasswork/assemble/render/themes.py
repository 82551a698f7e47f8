"""Themes: the colours, sizes and typefaces that a Screen can be drawn with."""

from typing import Final, NamedTuple

Colour = tuple[int, int, int]

INKS: Final = ("ink", "muted", "accent")
"""Colours in which words are written, on any of GROUNDS."""
GROUNDS: Final = ("back", "panel", "bar", "field", "button", "header", "chosen", "tip", "title")
"""Colours on which words are written."""


class Theme(NamedTuple):
    """How an interface looks. Sizes are in pixels at a height of 800 and grow with the picture.

    `row` is the height of a field or list row, `text` the size of its words, `radius` that of its corners, `edge` the
    width of its lines. `raised` draws buttons with a lit and a dark edge. `soft` is the colour of the bars that stand
    for words which are not known.
    """

    font: str
    bold: str
    row: int
    text: int
    pad: int
    radius: int
    edge: int
    raised: bool
    ink: Colour
    muted: Colour
    accent: Colour
    back: Colour
    panel: Colour
    bar: Colour
    field: Colour
    button: Colour
    header: Colour
    chosen: Colour
    tip: Colour
    title: Colour
    term: Colour
    line: Colour
    soft: Colour
    strong: Colour
    on_strong: Colour


COLOURS: Final = (*INKS, *GROUNDS, "term", "line", "soft", "strong", "on_strong")
"""The names of a theme's colours, in the order of the palette."""

_ROBOTO: Final = ("font_roboto/files/Roboto-Regular.ttf", "font_roboto/files/Roboto-Medium.ttf")
_SOURCE: Final = (
    "font_source_sans_pro/files/SourceSansPro-Regular.ttf",
    "font_source_sans_pro/files/SourceSansPro-Semibold.ttf",
)

THEMES: Final[dict[str, Theme]] = {
    "desktop": Theme(
        *_SOURCE, row=30, text=15, pad=8, radius=5, edge=1, raised=False,
        ink=(46, 52, 54), muted=(88, 93, 95), accent=(26, 95, 180), back=(246, 245, 244), panel=(255, 255, 255),
        bar=(235, 233, 231), field=(255, 255, 255), button=(251, 250, 249), header=(241, 239, 238),
        chosen=(220, 232, 247), tip=(252, 243, 207), title=(222, 219, 216), term=(48, 10, 36), line=(200, 195, 190),
        soft=(214, 211, 208), strong=(26, 104, 200), on_strong=(255, 255, 255),
    ),
    "desktop-dark": Theme(
        *_SOURCE, row=30, text=15, pad=8, radius=5, edge=1, raised=False,
        ink=(238, 238, 236), muted=(178, 178, 176), accent=(138, 186, 242), back=(53, 53, 53), panel=(42, 42, 42),
        bar=(48, 48, 48), field=(34, 34, 34), button=(68, 68, 68), header=(58, 58, 58), chosen=(38, 70, 110),
        tip=(58, 52, 28), title=(36, 36, 36), term=(20, 22, 24), line=(86, 86, 86), soft=(92, 92, 92),
        strong=(28, 104, 196), on_strong=(255, 255, 255),
    ),
    "web": Theme(
        *_ROBOTO, row=36, text=15, pad=12, radius=8, edge=1, raised=False,
        ink=(31, 35, 40), muted=(101, 109, 118), accent=(9, 105, 218), back=(255, 255, 255), panel=(255, 255, 255),
        bar=(246, 248, 250), field=(255, 255, 255), button=(243, 244, 246), header=(246, 248, 250),
        chosen=(221, 244, 255), tip=(255, 248, 197), title=(246, 248, 250), term=(13, 17, 23), line=(208, 215, 222),
        soft=(222, 226, 231), strong=(28, 124, 56), on_strong=(255, 255, 255),
    ),
    "web-dark": Theme(
        *_ROBOTO, row=36, text=15, pad=12, radius=8, edge=1, raised=False,
        ink=(230, 237, 243), muted=(147, 156, 166), accent=(88, 166, 255), back=(13, 17, 23), panel=(22, 27, 34),
        bar=(1, 4, 9), field=(13, 17, 23), button=(33, 38, 45), header=(22, 27, 34), chosen=(24, 46, 78),
        tip=(44, 34, 6), title=(22, 27, 34), term=(1, 4, 9), line=(48, 54, 61), soft=(48, 54, 61),
        strong=(32, 124, 50), on_strong=(255, 255, 255),
    ),
    "dense": Theme(
        *_SOURCE, row=22, text=13, pad=4, radius=0, edge=1, raised=True,
        ink=(0, 0, 0), muted=(72, 72, 72), accent=(0, 0, 160), back=(212, 208, 200), panel=(255, 255, 255),
        bar=(212, 208, 200), field=(255, 255, 255), button=(212, 208, 200), header=(222, 219, 212),
        chosen=(190, 205, 235), tip=(255, 255, 225), title=(166, 190, 230), term=(12, 12, 12), line=(128, 128, 128),
        soft=(184, 181, 174), strong=(196, 200, 214), on_strong=(0, 0, 0),
    ),
    "contrast": Theme(
        *_ROBOTO, row=34, text=16, pad=8, radius=0, edge=2, raised=False,
        ink=(255, 255, 255), muted=(255, 255, 160), accent=(120, 220, 255), back=(0, 0, 0), panel=(0, 0, 0),
        bar=(0, 0, 0), field=(0, 0, 0), button=(24, 24, 24), header=(40, 40, 40), chosen=(0, 60, 120), tip=(40, 40, 0),
        title=(40, 0, 70), term=(0, 0, 0), line=(255, 255, 255), soft=(110, 110, 110), strong=(255, 230, 0),
        on_strong=(0, 0, 0),
    ),
}  # fmt: skip
"""The themes by name. Words have a contrast of at least 4.5 : 1 on every ground (WCAG 2.2, 1.4.3)."""

DEFAULT: Final = "desktop"
