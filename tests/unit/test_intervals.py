"""Intervals against figures that have been published."""

from __future__ import annotations

import pytest

from warehouse.intervals import (
    Sample,
    kolmogorov,
    newcombe,
    of_correlation,
    of_mean,
    phi,
    t_quantile,
    welch,
    wilson,
)


def rate(yes: int, count: int) -> Sample:
    return Sample(count, yes / count, 0)


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [(1, 12.7062047), (2, 4.3026527), (5, 2.5705818), (10, 2.2281389), (30, 2.0422725), (120, 1.9799304),
     (1e6, 1.9599664)],
)  # fmt: skip
def test_students_quantile_is_that_of_the_tables(freedom: float, quantile: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(quantile, abs=2e-6)


@pytest.mark.parametrize(
    ("yes", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_rates_interval_is_newcombes_table(yes: int, count: int, low: float, high: float) -> None:
    """Statistics in Medicine 17 (1998), 857-872, table I, method 3."""
    assert wilson(yes, count) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("second", "first", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926), ((0, 10), (0, 20), -0.1611, 0.2775), ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000), ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)  # fmt: skip
def test_a_difference_of_rates_is_newcombes_table(
    second: tuple[int, int], first: tuple[int, int], low: float, high: float
) -> None:
    """Statistics in Medicine 17 (1998), 873-890, table II, method 10."""
    found = newcombe(rate(*first), rate(*second))
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_a_difference_of_means_is_that_of_the_sleep_data() -> None:
    """Student's (1908) sleep data, as the manual of R has them for `t.test`: 95 % interval -3.3654832 to 0.2054832."""
    first, second = Sample(10, 0.75, 3.2005556), Sample(10, 2.33, 4.009)
    found = welch(second, first)
    assert (found.value, found.low, found.high) == pytest.approx((-1.58, -3.3654832, 0.2054832), abs=1e-6)


def test_a_means_interval_is_that_of_the_sleep_data() -> None:
    """One-sample interval of the first group by the textbook: 0.75 ± 2.262157 × 1.789010 / √10."""
    assert of_mean(Sample(10, 0.75, 3.2005556)) == pytest.approx((-0.5297804, 2.0297804), abs=1e-6)
    assert of_mean(Sample(1, 0.75, 0)) is None


def test_nothing_is_told_of_means_that_do_not_vary_or_are_of_one_answer() -> None:
    assert welch(Sample(5, 1, 0), Sample(5, 2, 0)).low is None
    assert welch(Sample(1, 1, 0), Sample(5, 2, 1)).low is None
    with pytest.raises(ValueError, match="at least one"):
        wilson(0, 0)


@pytest.mark.parametrize(("scaled", "p"), [(1.2238, 0.10), (1.3581, 0.05), (1.6276, 0.01), (0.8276, 0.5)])
def test_the_kolmogorov_distribution_is_that_of_the_tables(scaled: float, p: float) -> None:
    """Smirnov (1948): with samples so large that the correction vanishes."""
    count = 2 * 10**10
    assert kolmogorov(scaled / (count / 2) ** 0.5, count, count) == pytest.approx(p, abs=5e-5)
    assert kolmogorov(0, 5, 5) == 1


def test_correlations() -> None:
    assert of_correlation(0.5, 28) == pytest.approx((0.1560, 0.7358), abs=5e-5)
    assert of_correlation(1.0, 28) is None
    assert phi(20, 5, 10, 15) == pytest.approx(0.408248, abs=1e-6)
    assert phi(5, 0, 3, 0) is None
