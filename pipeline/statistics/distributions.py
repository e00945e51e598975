"""Quantiles and tail areas used in every cell, from scipy.special and the noncentral t inverted.

scipy.stats wraps the same functions at a hundred times the cost of a call, which counts over thousands of
cells.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from scipy.special import bdtr, nctdtr, ndtri, stdtr, stdtrit

CONFIDENCE = 0.95
POWER = 0.80
NORMAL_975 = float(ndtri(0.975))


@lru_cache(maxsize=4096)
def t_quantile(probability: float, degrees_of_freedom: float) -> float:
    """Quantile of Student's t distribution."""
    return float(stdtrit(degrees_of_freedom, probability))


def t_two_sided(statistic: float, degrees_of_freedom: float) -> float:
    """Two-sided p of a t statistic."""
    return float(2 * stdtr(degrees_of_freedom, -abs(statistic)))


def t_upper(statistic: float, degrees_of_freedom: float) -> float:
    """Area of Student's t above the statistic."""
    return float(stdtr(degrees_of_freedom, -statistic))


def binomial_half_two_sided(successes: int, trials: int) -> float:
    """Exact two-sided p of `successes` in `trials` against one half (twice the smaller tail, at most 1)."""
    return min(1.0, 2 * float(bdtr(min(successes, trials - successes), trials, 0.5)))


def noncentrality_interval(statistic: float, degrees_of_freedom: int) -> tuple[float, float] | None:
    """95 % interval of the noncentrality at which `statistic` lies at the 97.5 % and 2.5 % quantile.

    Steiger & Fouladi (1997). None when the noncentral t can't be inverted there.
    """
    size = abs(statistic)
    # Near the estimate the noncentral t has about this spread (Johnson & Welch 1940).
    spread = math.sqrt(1 + size * size / (2 * degrees_of_freedom))
    low = _noncentrality_at(size, degrees_of_freedom, 0.975, spread, direction=-1)
    high = _noncentrality_at(size, degrees_of_freedom, 0.025, spread, direction=1)
    if low is None or high is None:
        return None
    return (low, high) if statistic >= 0 else (-high, -low)


def _noncentrality_at(
    statistic: float, degrees_of_freedom: int, level: float, spread: float, direction: int
) -> float | None:
    """Noncentrality where the cumulative probability of `statistic` is `level`; None when not found."""
    probit = float(ndtri(level))

    def excess(noncentrality: float) -> float:
        """Distance to the level in probits, positive towards the estimate; NaN counts as outside."""
        probability = float(nctdtr(degrees_of_freedom, noncentrality, statistic))
        if math.isnan(probability):
            return -math.inf
        return direction * (float(ndtri(probability)) - probit)

    inside, outside = statistic, statistic + direction * 2 * spread
    for _ in range(60):
        if excess(outside) < 0:
            break
        inside, outside = outside, outside + direction * spread
        spread *= 2
    root = _close_in(excess, inside, outside)
    reached = float(nctdtr(degrees_of_freedom, root, statistic))
    return root if abs(reached - level) < 1e-9 else None


def _close_in(excess: Callable[[float], float], inside: float, outside: float) -> float:
    """Root of `excess` between a point where it is positive and one where it is negative.

    False position where the line stays inside the bracket, halving where it doesn't or progress is slow:
    the probit is nearly straight, so that a dozen calls give fifteen digits.
    """
    at_inside, at_outside = excess(inside), excess(outside)
    for step in range(200):
        width = outside - inside
        if abs(width) <= 1e-13 * max(1.0, abs(inside)):
            break
        share = at_inside / (at_inside - at_outside) if math.isfinite(at_inside - at_outside) else 0.5
        if step % 3 == 2 or not 0 < share < 1:
            share = 0.5
        point = inside + share * width
        value = excess(point)
        if value == 0:
            return point
        if value > 0:
            inside, at_inside = point, value
        else:
            outside, at_outside = point, value
    return inside


@lru_cache(maxsize=4096)
def detectable_noncentrality(degrees_of_freedom: int, power: float = POWER) -> float | None:
    """Noncentrality at which a two-sided t test at .05 rejects with this power, both tails counted.

    Cohen (1988), as R's power.t.test(strict = TRUE). None when it can't be found.
    """
    critical = t_quantile(0.975, degrees_of_freedom)

    def shortfall(noncentrality: float) -> float:
        upper = 1 - float(nctdtr(degrees_of_freedom, noncentrality, critical))
        lower = float(nctdtr(degrees_of_freedom, noncentrality, -critical))
        return power - upper - (0.0 if math.isnan(lower) else lower)

    inside, outside = 0.0, 4.0
    while shortfall(outside) > 0:
        inside, outside = outside, 2 * outside
    root = _close_in(shortfall, inside, outside)
    return root if abs(shortfall(root)) < 1e-9 else None
