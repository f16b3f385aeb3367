"""How sure a mean, a rate, a difference of two and a correlation are: 95 % intervals and two-sided p-values. Pure.

Every answer is taken to be independent of the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

Z = 1.959963984540054
"""The normal distribution's quantile of 97.5 %."""

Interval = tuple[float, float]


@dataclass(frozen=True)
class Sample:
    """`variance` is that of a sample (divided by n - 1), 0 for one answer."""

    count: int
    mean: float
    variance: float

    @property
    def yes(self) -> int:
        """Of a rate: how many are true."""
        return round(self.mean * self.count)


@dataclass(frozen=True)
class Difference:
    """Of two means or rates, the second less the first; `low` and `high` are None where too little is known."""

    value: float
    low: float | None = None
    high: float | None = None


def wilson(yes: int, count: int) -> Interval:
    """The score interval of a rate without correction for continuity.

    E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212. Raises `ValueError` for no count.
    """
    if count < 1:
        raise ValueError("a rate needs at least one answer")
    rate, square = yes / count, Z * Z
    middle = yes + square / 2
    half = Z * math.sqrt(square / 4 + count * rate * (1 - rate))
    return max(0.0, (middle - half) / (count + square)), min(1.0, (middle + half) / (count + square))


def of_mean(of: Sample) -> Interval | None:
    """Student's interval of a mean; None for fewer than two answers."""
    if of.count < 2:
        return None
    half = t_quantile(0.975, of.count - 1) * math.sqrt(of.variance / of.count)
    return of.mean - half, of.mean + half


def newcombe(first: Sample, second: Sample) -> Difference:
    """The difference of two rates by their Wilson intervals: method 10 of R. G. Newcombe, Statistics in Medicine 17
    (1998), 873-890."""
    difference = second.mean - first.mean
    (low_1, high_1), (low_2, high_2) = wilson(first.yes, first.count), wilson(second.yes, second.count)
    below = math.hypot(second.mean - low_2, high_1 - first.mean)
    above = math.hypot(high_2 - second.mean, first.mean - low_1)
    return Difference(difference, difference - below, difference + above)


def welch(first: Sample, second: Sample) -> Difference:
    """The difference of two means, their variances not taken to be equal: B. L. Welch, Biometrika 34 (1947), 28-35.

    Without an interval where either has fewer than two answers, or where neither varies.
    """
    difference = second.mean - first.mean
    if min(first.count, second.count) < 2 or not (first.variance or second.variance):
        return Difference(difference)
    parts = [of.variance / of.count for of in (first, second)]
    freedom = sum(parts) ** 2 / sum(part**2 / (of.count - 1) for part, of in zip(parts, (first, second), strict=True))
    half = t_quantile(0.975, freedom) * math.sqrt(sum(parts))
    return Difference(difference, difference - half, difference + half)


def kolmogorov(distance: float, first: int, second: int) -> float:
    """The p-value of a two-sample Kolmogorov-Smirnov distance: the limiting distribution, with M. A. Stephens'
    correction for small samples (Journal of the Royal Statistical Society B 32 (1970), 115-122).

    Where values are often equal, the true one is smaller still.
    """
    root = math.sqrt(first * second / (first + second))
    scaled = (root + 0.12 + 0.11 / root) * distance
    if scaled < 0.2:
        return 1.0  # the series does not converge there, and gives 1 to twelve digits
    terms = (math.exp(-2 * (k * scaled) ** 2) * (2 if k % 2 else -2) for k in range(1, 101))
    return min(max(sum(terms), 0.0), 1.0)


def of_correlation(r: float, count: int) -> Interval | None:
    """The interval of a correlation by Fisher's transformation; None for fewer than four pairs or a perfect one."""
    if count < 4 or abs(r) >= 1:
        return None
    middle, half = math.atanh(r), Z / math.sqrt(count - 3)
    return math.tanh(middle - half), math.tanh(middle + half)


def phi(both: int, first: int, second: int, neither: int) -> float | None:
    """Pearson's correlation of two booleans; None where one of them is always the same."""
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    return (both * neither - first * second) / math.sqrt(margins) if margins else None


@lru_cache(maxsize=4096)
def t_quantile(probability: float, freedom: float) -> float:
    """The quantile of Student's distribution, of a probability of one half or more; `freedom` need not be whole."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    # The normal one is never greater, and the distribution is concave there: Newton's steps only ever go up.
    t = NormalDist().inv_cdf(probability)
    for _ in range(100):
        density = scale * (1 + t * t / freedom) ** (-(freedom + 1) / 2)
        step = (probability - t_cumulative(t, freedom)) / density
        t += step
        if abs(step) < 1e-12 * t:
            break
    return t


def t_cumulative(t: float, freedom: float) -> float:
    """The share of Student's distribution below `t`, which is not negative."""
    return 1 - _incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b) (NIST Handbook of Mathematical Functions, 8.17)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(1 - x, b, a)
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(logarithm) / (a * _continued(x, a, b))


def _continued(x: float, a: float, b: float) -> float:
    """The continued fraction of 8.17.22 by Lentz's method."""
    tiny = 1e-300
    value, c, d = 1.0, 1.0, 0.0
    for index in range(1, 10_000):
        m, odd = divmod(index, 2)
        if odd:
            part = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            part = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / (1 + part * d or tiny), 1 + part / c or tiny
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
