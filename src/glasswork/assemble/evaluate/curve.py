"""Curve: how the share of wrong answers falls with the amount of data, and what more of it would bring.

err(n) = a · n^-b + c (Hestness et al. 2017): c is what no amount of such data would teach this model.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

_EXPONENTS: Final = tuple(n / 100 for n in range(5, 201))


class Trend(Struct, frozen=True):
    """err(n) = a · n^-b + c; `slope` is d err / d ln n at the largest n, `doubling` what err(n) - err(2n) would be."""

    a: float
    b: float
    c: float
    slope: float
    doubling: float


def error_at(trend: Trend, n: float) -> float:
    """The share of wrong answers that the trend expects after `n` steps."""
    return trend.a * n**-trend.b + trend.c


def fit(points: Sequence[tuple[float, float]]) -> Trend:
    """The trend through (n, err), by least squares: of each exponent the best a ≥ 0 and c in 0..1, then the best one.

    Three numbers are fitted to few points, so it is a description of what was measured more than a forecast.
    Raises ValueError for fewer than three different n.
    """
    if len({n for n, _ in points}) < 3:
        raise ValueError("a trend has three numbers, so it takes three points")
    best = min((_with(b, points) for b in _EXPONENTS), key=lambda found: (round(found[0], 12), found[2]))
    _, a, b, c = best
    most = max(n for n, _ in points)
    fall = a * most**-b
    return Trend(a, b, c, slope=-b * fall, doubling=fall * (1 - 2**-b))


def _with(b: float, points: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """(squared error, a, b, c) of the best a and c for one exponent."""
    xs, ys = [n**-b for n, _ in points], [err for _, err in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    a = max(sum((u - x) * (v - y) for u, v in zip(xs, ys, strict=True)) / sum((u - x) ** 2 for u in xs), 0.0)
    c = y - a * x
    if c < 0:
        a, c = sum(u * v for u, v in zip(xs, ys, strict=True)) / sum(u * u for u in xs), 0.0
    return sum((a * u + c - v) ** 2 for u, v in zip(xs, ys, strict=True)), a, b, c
