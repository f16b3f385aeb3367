"""Means and rates with their intervals. Pure.

Means have Student's t interval; rates Wilson's score interval (Wilson 1927, as Brown, Cai and DasGupta 2001 advise).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, both included."""

    low: float
    high: float


def mean_interval(n: int, mean: float, variance: float, level: float = LEVEL) -> Interval:
    """Of a mean of `n` values with this sample variance (n - 1). Raises `ValueError` for fewer than two values."""
    if n < 2:
        raise ValueError("an interval needs two values")
    reach = t_quantile((1 + level) / 2, n - 1) * math.sqrt(max(variance, 0) / n)
    return Interval(mean - reach, mean + reach)


def rate_interval(successes: int, n: int, level: float = LEVEL) -> Interval:
    """Of the share of `successes` among `n`. Raises `ValueError` where `n` is 0."""
    if n < 1:
        raise ValueError("a rate needs a value")
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, z2 = successes / n, z * z
    middle, reach = share + z2 / (2 * n), z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Interval(max(0.0, (middle - reach) / (1 + z2 / n)), min(1.0, (middle + reach) / (1 + z2 / n)))


def t_quantile(p: float, degrees: float) -> float:
    """The value below which Student's t with these degrees of freedom lies with probability `p` (0.5 to 1)."""
    low, high = 0.0, 1.0
    while _t_below(high, degrees) < p:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_below(middle, degrees) < p else (low, middle)
    return (low + high) / 2


def _t_below(t: float, degrees: float) -> float:
    return 1 - incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by Lentz's continued fraction (Numerical Recipes, 6.4)."""
    if x in (0.0, 1.0):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    ) / a  # fmt: skip
    tiny = 1e-300
    c, d = 1.0, 1 / max(1 - (a + b) * x / (a + 1), tiny)
    found = d
    for m in range(1, 300):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 / ((1 + step * d) or tiny), (1 + step / c) or tiny
            found *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * found
