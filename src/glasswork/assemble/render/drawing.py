"""Drawing: a Screen as a picture of an interface, with the place of every element in pixels.

No pixel and no coordinate of a person's screen was ever stored. What is drawn is the redacted tree: roles, a coarse
grid, labels that are the program's own words. Everything else (colours, typefaces, icons, the bars that stand for
words, the words of `surrogates`) is ours, and is decided by the theme and the seed alone.
"""

from collections.abc import Sequence

from glasswork.assemble.errors import RenderRefused
from glasswork.assemble.render.canvas import Canvas
from glasswork.assemble.render.drawn import Drawn, Rect
from glasswork.assemble.render.flow import Sizes
from glasswork.assemble.render.kinds import LINES, PASSIVE, WORDS
from glasswork.assemble.render.layout import IMAGE, Plan, layout, parents
from glasswork.assemble.render.themes import DEFAULT, THEMES
from glasswork.assemble.render.widgets import Spot, ground_of, paint
from glasswork.assemble.render.words import captions, luck
from glasswork.schema.action import Screen
from glasswork.schema.words import Role as R

SMALLEST, LARGEST = 64, 4096
"""Pixels of the least and greatest width and height."""


def draw(
    screen: Screen,
    *,
    size: tuple[int, int] = (1280, 800),
    theme: str = DEFAULT,
    seed: int = 0,
    surrogates: bool = False,
) -> Drawn:
    """A Screen as a PNG of `size` pixels (width, height), with the box of every node that shows.

    `theme` is one of `THEMES`. What nobody knows (which icon, how long a bar, which surrogate) follows from `seed`:
    take one an example, so that an element looks the same in all its steps. With `surrogates`, elements whose label did
    not survive get a word of `words.SURROGATES`; without, a bar. The same arguments give the same bytes (of one version
    of Pillow). Raises RenderRefused for a Screen without nodes, a size or theme that is none, or if Pillow is missing.
    """
    _check(screen, size, theme)
    plan, canvas = _painted(screen, size, theme, seed, surrogates, flat=False)
    boxes = tuple(None if node in plan.inert else place for node, place in enumerate(plan.places))
    return Drawn(canvas.png(), *size, boxes, tuple(node for node in plan.order if boxes[node] is not None))


def painted_flat(screen: Screen, size: tuple[int, int], theme: str = DEFAULT, seed: int = 0) -> list[bytes]:
    """What the same drawing paints, as rows of 32-bit numbers: of each pixel the node that painted it, or -1.

    This is how the boxes are checked: by where each element's pixels are.
    """
    _check(screen, size, theme)
    _, canvas = _painted(screen, size, theme, seed, False, flat=True)
    data, stride = canvas.image.tobytes(), 4 * size[0]
    return [data[at : at + stride] for at in range(0, len(data), stride)]


def _check(screen: Screen, size: tuple[int, int], theme: str) -> None:
    if not screen.nodes:
        raise RenderRefused("The Screen is empty, so there is nothing to draw, and nothing is made up in its place.")
    if theme not in THEMES:
        raise RenderRefused(f"There is no theme of that name, so nothing was drawn. There are: {', '.join(THEMES)}.")
    if not all(SMALLEST <= side <= LARGEST for side in size):
        raise RenderRefused(f"A picture has between {SMALLEST} and {LARGEST} pixels a side. Nothing was drawn.")


def _painted(
    screen: Screen, size: tuple[int, int], theme: str, seed: int, surrogates: bool, flat: bool
) -> tuple[Plan, Canvas]:
    look = THEMES[theme]
    scale = min(max(size[1] / 800, 0.5), 3.0)
    sizes = Sizes(round(look.row * scale), round(look.text * scale), round(look.pad * scale), look.edge)
    words = captions(screen, seed, surrogates)
    plan = layout(screen, words, *size, sizes)
    words, upon = _carried(screen, plan, words)
    up = parents(screen)
    begun: set[tuple[int, R]] = set()
    canvas = Canvas(*size, theme, flat)
    grounds = ["back"] * len(screen.nodes)
    painter = [IMAGE] * len(screen.nodes)  # whose pixels they are: an inert node's are those of what it is on
    for position, number in enumerate(plan.order):
        if position in plan.panels:
            canvas.node = IMAGE
            canvas.box(plan.panels[position], "panel", "line")
        place = plan.places[number]
        if place is None:
            continue
        node, on = screen.nodes[number], plan.on[number]
        under = grounds[on] if on != IMAGE else "panel" if up[number] != IMAGE else "back"
        holder = screen.nodes[on].role if on != IMAGE else R.NONE
        grounds[number] = ground_of(node.role, words[number], holder, under, look)
        painter[number] = number if number not in plan.inert else painter[on] if on != IMAGE else IMAGE
        canvas.node = painter[number]
        lead = _lead(place, [part for n in upon.get(number, []) if (part := plan.places[n]) is not None])
        paint(
            canvas,
            Spot(
                r=place,
                role=node.role,
                caption=words[number],
                ground=grounds[number],
                holder=holder,
                luck=luck(node, number, seed),
                bare=number in upon and (not lead or node.role not in LINES),
                lead=lead,
                title=min(plan.titles.get(number, 0), place.h),
                first=(on, node.role) not in begun,
                sizes=sizes,
                theme=look,
            ),
        )
        begun.add((on, node.role))
    return plan, canvas


def _lead(place: Rect, parts: Sequence[Rect]) -> int:
    """How much of a place's left its parts take, where they leave the rest free; else 0."""
    taken = max((part.right for part in parts), default=place.x) - place.x
    return taken if 2 * taken <= place.w else 0


def _carried(screen: Screen, plan: Plan, words: Sequence[str]) -> tuple[list[str], dict[int, list[int]]]:
    """The words as they are written, and what lies on each node that something lies on.

    Where only texts and pictures lie on a button or link, its largest text says its label.
    """
    on: dict[int, list[int]] = {}
    for number in plan.order:
        if plan.places[number] is not None:
            on.setdefault(plan.on[number], []).append(number)
    on.pop(IMAGE, None)
    carried = list(words)
    for number, upon in on.items():
        texts = [n for n in upon if screen.nodes[n].role in WORDS and screen.nodes[n].role is not R.IMG]
        used = any(screen.nodes[n].role not in PASSIVE for n in upon)
        if texts and not used and screen.nodes[number].role not in PASSIVE and words[number]:
            largest = max(texts, key=lambda n: place.area if (place := plan.places[n]) is not None else 0)
            carried[largest] = words[number]
    return carried, on
