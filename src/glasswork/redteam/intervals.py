"""Exact intervals for a share (Clopper and Pearson, 1934), without scipy."""

import math
from collections.abc import Callable
from functools import cache

CONFIDENCE = 0.95


def clopper_pearson(successes: int, n: int) -> tuple[float, float]:
    """The exact 95 % interval of a share seen as `successes` of `n`; (0, 1) where n is 0.

    The limits are the shares at which so few, or so many, successes have a probability of 2.5 % (found by
    bisection on the binomial distribution, to 1e-9).
    """
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if successes == 0 else _bisect(lambda p: 1 - _cdf(successes - 1, n, p) < tail)
    high = 1.0 if successes == n else _bisect(lambda p: _cdf(successes, n, p) > tail)
    return low, high


@cache
def probes_needed(chance: float) -> int:
    """The fewest probes after which an attack that only guesses has its upper limit at 2 × chance or below.

    Steps by the size of a gallery, `1 / chance`: n probes of which exactly n × chance succeed.
    """
    gallery = round(1 / chance)
    rounds = next(r for r in range(1, 1000) if clopper_pearson(r, r * gallery)[1] <= 2 * chance)
    return rounds * gallery


def _bisect(below: Callable[[float], bool]) -> float:
    """The p in (0, 1) up to which `below` holds."""
    left, right = 0.0, 1.0
    while right - left > 1e-9:
        middle = (left + right) / 2
        left, right = (middle, right) if below(middle) else (left, middle)
    return (left + right) / 2


def _cdf(k: int, n: int, p: float) -> float:
    """P(X ≤ k) for X binomial(n, p)."""
    if p <= 0.0 or p >= 1.0:
        return 1.0 if p <= 0.0 or k >= n else 0.0
    log_p, log_q, whole = math.log(p), math.log1p(-p), math.lgamma(n + 1)
    terms = (
        math.exp(whole - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * log_p + (n - i) * log_q)
        for i in range(k + 1)
    )
    return min(1.0, math.fsum(terms))
