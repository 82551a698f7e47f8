"""Plot: lines over a logarithmic axis as SVG, with a title, a description and a table of the same numbers inside."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from math import ceil, floor, log2
from typing import Final

from glasswork.assemble.evaluate import curve
from glasswork.assemble.evaluate.report import Evaluation

WIDTH: Final = 640
HEIGHT: Final = 400
LEFT, RIGHT, TOP, BOTTOM = 64, 110, 48, 56
LINES: Final = (
    ("#0b5cad", "", "circle"),
    ("#a1460a", "7 4", "square"),
    ("#4b5563", "2 4", ""),
    ("#6b21a8", "10 3 2 3", ""),
)
"""Colour (4.5 : 1 on white at least), dashes and marker of each line: none is told apart by colour alone."""

Points = Sequence[tuple[float, float]]


def learning_curve(found: Evaluation) -> str:
    """Top-1 accuracy over the steps learnt from: two models, the trend, and majority and bigram at all of the data."""
    most = max(point.steps for point in found.curve)
    least = min(point.steps for point in found.curve)
    dense = [least * (most / least) ** (n / 24) for n in range(25)]

    def flat(model: str) -> Points:
        return [(least, found.models[model].top1.value), (most, found.models[model].top1.value)]

    series: dict[str, Points] = {
        "boosted": [(point.steps, point.boosted) for point in found.curve],
        "n-gram": [(point.steps, point.ngram) for point in found.curve],
        "bigram": flat("bigram"),
        "majority": flat("majority"),
    }
    trend = [(n, 1 - curve.error_at(found.trend, n)) for n in dense]
    return lines(
        f"What {found.name} teaches: right next actions over the amount of data",
        ("steps learnt from", "right at first"),
        series,
        trend,
    )


def lines(title: str, axes: tuple[str, str], series: Mapping[str, Points], under: Points = ()) -> str:
    """A chart of up to len(LINES) named lines of (x, y), x > 0 and y in 0..1; `under` is drawn as a broad pale line.

    Points of the first two lines are marked. The numbers are in the drawing again as a table, for those who do not
    see it.
    """
    return "\n".join(_parts(title, axes, series, under)) + "\n"


def _parts(title: str, axes: tuple[str, str], series: Mapping[str, Points], under: Points) -> Iterator[str]:
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    first, last = log2(min(xs)) - 0.2, log2(max(xs)) + 0.2
    low, high = floor(min(ys) * 10) / 10, max(ceil(max(ys) * 10) / 10, floor(min(ys) * 10) / 10 + 0.1)

    def at(x: float, y: float) -> tuple[float, float]:
        across = (log2(x) - first) / (last - first) * (WIDTH - LEFT - RIGHT)
        up = (y - low) / (high - low) * (HEIGHT - TOP - BOTTOM)
        return round(LEFT + across, 1), round(HEIGHT - BOTTOM - up, 1)

    def path(points: Points) -> str:
        return "M" + " L".join(f"{x} {y}" for x, y in (at(*point) for point in points))

    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'role="img" aria-labelledby="title numbers" font-family="sans-serif" font-size="12" fill="#1f2937">'
    )
    yield f'<title id="title">{escape(title)}</title>'
    yield f'<desc id="numbers">{escape(_told(axes, series))}</desc>'
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    yield f'<text x="{LEFT}" y="24" font-size="14">{escape(title)}</text>'
    for tenth in range(round(low * 10), round(high * 10) + 1):
        _, y = at(xs[0], tenth / 10)
        yield f'<path d="M{LEFT} {y} H{WIDTH - RIGHT}" stroke="#d1d5db"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{tenth / 10:.1f}</text>'
    for x in dict.fromkeys(x for points in series.values() for x, _ in points):
        across, _ = at(x, low)
        yield f'<path d="M{across} {HEIGHT - BOTTOM} v6" stroke="#1f2937"/>'
        yield f'<text x="{across}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{x:,.0f}</text>'
    yield f'<path d="M{LEFT} {TOP} V{HEIGHT - BOTTOM} H{WIDTH - RIGHT}" fill="none" stroke="#1f2937"/>'
    yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{escape(axes[0])}</text>'
    middle = (TOP + HEIGHT - BOTTOM) / 2
    yield f'<text transform="translate(18 {middle}) rotate(-90)" text-anchor="middle">{escape(axes[1])}</text>'
    if under:
        yield f'<path d="{path(under)}" fill="none" stroke="#bfdbfe" stroke-width="6"/>'
    names = _apart([(name, at(*points[-1])[1]) for name, points in series.items()])
    for (name, points), (colour, dashes, marker) in zip(series.items(), LINES, strict=False):
        yield (f'<path d="{path(points)}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>')
        for x, y in (at(*point) for point in points):
            if marker == "circle":
                yield f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>'
            elif marker == "square":
                yield f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" fill="{colour}"/>'
        yield f'<text x="{WIDTH - RIGHT + 4}" y="{names[name] + 4}" fill="{colour}">{escape(name)}</text>'
    yield "</svg>"


def _told(axes: tuple[str, str], series: Mapping[str, Points]) -> str:
    """The table, as a text."""
    return f"{axes[1]} by {axes[0]}. " + " ".join(
        f"{name}: {', '.join(f'{x:,.0f}: {y:.3f}' for x, y in points)}." for name, points in series.items()
    )


def _apart(names: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Where to write each name, near its line and not over another's."""
    ordered = sorted(names, key=lambda name: name[1])
    places = [y for _, y in ordered]
    for one, other in pairwise(range(len(places))):
        places[other] = max(places[other], places[one] + 14)
    return {name: place for (name, _), place in zip(ordered, places, strict=True)}
