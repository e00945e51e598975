"""Quantiles and tail areas used in every cell, from scipy.special and the noncentral t inverted.

scipy.stats wraps the same functions at a hundred times the cost of a call, which counts over thousands of
cells.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.optimize import brentq, elementwise
from scipy.special import bdtr, nctdtr, ndtri, stdtr, stdtrit

from pipeline.statistics.inputs import Vector

CONFIDENCE = 0.95
POWER = 0.80
NORMAL_975 = float(ndtri(0.975))
_FAR = 1e3
"""A distance in probits beyond any that counts: root finding wants finite numbers."""


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


def noncentrality_intervals(statistics: Vector, degrees_of_freedom: Vector) -> tuple[Vector, Vector]:
    """95 % intervals of the noncentralities at which statistics lie at the 97.5 % and 2.5 % quantile.

    Steiger & Fouladi (1997). Both arguments, and each of the limits returned, have shape (k,): all are found
    at once. NaN where the noncentral t can't be inverted.
    """
    sizes = np.abs(statistics)
    low = _noncentralities_at(sizes, degrees_of_freedom, 0.975, direction=-1)
    high = _noncentralities_at(sizes, degrees_of_freedom, 0.025, direction=1)
    lost = np.isnan(low) | np.isnan(high)
    low[lost], high[lost] = np.nan, np.nan
    positive = statistics >= 0
    return np.where(positive, low, -high), np.where(positive, high, -low)


def _noncentralities_at(sizes: Vector, degrees_of_freedom: Vector, level: float, direction: int) -> Vector:
    """Noncentralities where the cumulative probability of the sizes is `level`; NaN where not found."""
    probit = float(ndtri(level))

    def excess(noncentrality: Vector, size: Vector, df: Vector) -> Vector:
        """Distance to the level in probits: nearly straight. NaN counts as outside."""
        distance = ndtri(nctdtr(df, noncentrality, size)) - probit
        return np.clip(np.where(np.isnan(distance), -direction * _FAR, distance), -_FAR, _FAR)

    # Near the estimate the noncentral t has about this spread (Johnson & Welch 1940).
    outside = sizes + direction * 2.5 * np.sqrt(1 + sizes**2 / (2 * degrees_of_freedom))
    ends = np.minimum(sizes, outside), np.maximum(sizes, outside)
    given = sizes, degrees_of_freedom
    bracket = elementwise.bracket_root(excess, *ends, args=given, maxiter=60).bracket
    root = elementwise.find_root(excess, bracket, args=given, tolerances={"xrtol": 1e-13, "xatol": 1e-13}).x
    reached = nctdtr(degrees_of_freedom, root, sizes)
    return np.where(np.abs(reached - level) < 1e-9, root, np.nan)


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

    outside = 4.0
    while shortfall(outside) > 0:
        outside *= 2
    root = float(brentq(shortfall, 0.0, outside, xtol=1e-13))
    return root if abs(shortfall(root)) < 1e-9 else None
