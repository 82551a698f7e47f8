"""Contact sheet: the steps of an example side by side on one picture, with what was acted on outlined."""

# pyright: reportUnknownMemberType=false
# (parts of Pillow have no types)

import io
from typing import Final

from glasswork.assemble.errors import RenderRefused
from glasswork.assemble.render.canvas import Image, ImageDraw, plain_font
from glasswork.assemble.render.drawing import draw
from glasswork.assemble.render.drawn import Drawn
from glasswork.assemble.render.themes import DEFAULT
from glasswork.schema.action import Screen
from glasswork.schema.episode import Example, Step

COLUMNS: Final = 3
MOST: Final = 48
"""Steps on one sheet; the rest is counted in its last line."""

_WIDTH: Final = 480
_GAP: Final = 16
_CAPTION: Final = 26
_PAPER, _INK, _EMPTY, _MARK = (250, 250, 250), (30, 30, 30), (226, 226, 226), (222, 0, 120)


def contact_sheet(
    example: Example,
    *,
    size: tuple[int, int] = (1280, 800),
    theme: str = DEFAULT,
    seed: int = 0,
    surrogates: bool = False,
) -> bytes:
    """The steps of an example as one PNG: each Screen as `draw` draws it, made smaller, its target outlined.

    A step without a Screen is an empty card. Raises RenderRefused where no step has one, and what `draw` raises.
    """
    if not any(_screen(example, step) for step in example.steps):
        raise RenderRefused(
            "No step of this episode has a Screen: the recorder had no accessibility tree or no page to read there, or "
            "the policy does not record them. Nothing was drawn, and nothing is made up in its place. Pixel formats "
            "leave such episodes out, and text formats keep them."
        )
    steps = example.steps[:MOST]
    height = _WIDTH * size[1] // size[0]
    columns = min(COLUMNS, len(steps))
    rows = -(-len(steps) // columns)
    left = len(example.steps) - len(steps)
    tall = _GAP + rows * (height + _CAPTION + _GAP) + (_CAPTION if left else 0)
    paper = Image.new("RGB", (_GAP + columns * (_WIDTH + _GAP), tall), _PAPER)
    pen = ImageDraw.Draw(paper)
    font = plain_font(15)
    drawn: dict[int, Drawn] = {}
    for number, step in enumerate(steps):
        x = _GAP + number % columns * (_WIDTH + _GAP)
        y = _GAP + number // columns * (height + _CAPTION + _GAP)
        screen = _screen(example, step)
        if screen is None:
            pen.rectangle((x, y, x + _WIDTH - 1, y + height - 1), _EMPTY)
            pen.text((x + _WIDTH // 2, y + height // 2), "no screen", _INK, font, anchor="mm")
        else:
            if step.screen not in drawn:
                drawn[step.screen] = draw(screen, size=size, theme=theme, seed=seed, surrogates=surrogates)
            paper.paste(_small(drawn[step.screen], step, (_WIDTH, height)), (x, y))
        pen.text((x, y + height + _CAPTION // 2), f"{number + 1}. {_said(step)}"[:64], _INK, font, anchor="lm")
    if left:
        pen.text((_GAP, paper.height - _CAPTION), f"and {left} more steps", _INK, font, anchor="lm")
    out = io.BytesIO()
    paper.quantize(128, Image.Quantize.FASTOCTREE).save(out, "PNG")
    return out.getvalue()


def target(step: Step) -> int:
    """The node that a step acts on, -1 where it is not known."""
    ref = str(step.arguments.get("ref", ""))
    return int(ref[1:]) - 1 if ref else -1


def _screen(example: Example, step: Step) -> Screen | None:
    found = example.screens[step.screen] if 0 <= step.screen < len(example.screens) else None
    return found if found is not None and found.nodes else None


def _small(drawn: Drawn, step: Step, size: tuple[int, int]) -> Image.Image:
    """A drawn Screen at thumbnail size, with the target outlined."""
    picture = Image.open(io.BytesIO(drawn.png)).convert("RGB")
    number = target(step)
    box = drawn.boxes[number] if 0 <= number < len(drawn.boxes) else None
    if box is not None:
        edge = max(3, drawn.width // 240)
        frame = (box.x - edge, box.y - edge, box.right + edge - 1, box.bottom + edge - 1)
        ImageDraw.Draw(picture).rectangle(frame, outline=_MARK, width=edge)
    return picture.resize(size, Image.Resampling.BOX)


def _said(step: Step) -> str:
    """A step in a few words: its tool, and what it was done to or with."""
    words = (step.arguments.get(name) for name in ("command", "key", "role", "label", "value", "app"))
    return " ".join([step.tool.replace("_", " "), *(str(word) for word in words if word)])
