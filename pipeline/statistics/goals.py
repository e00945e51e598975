"""Goals: the degree of attainment with persons as clusters, and the goal attainment T score."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipeline.statistics import reasons
from pipeline.statistics.distributions import t_quantile
from pipeline.statistics.inputs import finite_vector, same_length

GOAL_CORRELATION = 0.3
"""Kiresuk and Sherman's assumed correlation between a person's goals."""


@dataclass(frozen=True, slots=True)
class ClusteredRatio:
    """Ratio of two sums over persons, 0-1, with its 95 % t interval; None with a reason."""

    ratio: float | None
    ci_low: float | None
    ci_high: float | None
    variance: float | None
    df: int | None
    persons: int
    reason: str | None = None


def ratio_estimate(attained: ArrayLike, goals: ArrayLike) -> ClusteredRatio:
    """Share of goals attained, goals being clustered in persons (Cochran 1977, section 6.3).

    attained: a person's sum of attainment (or count of goals of a kind). goals: that person's number of
    goals. Shape (persons,) each; a person without goals is not counted. Limits are cut to 0-1. Witness: R's
    survey::svyratio with persons as clusters.
    """
    sums, sizes = finite_vector("attained", attained), finite_vector("goals", goals)
    same_length(attained=sums, goals=sizes)
    sums, sizes = sums[sizes > 0], sizes[sizes > 0]
    k, total = len(sizes), float(sizes.sum())
    if k == 0:
        return ClusteredRatio(None, None, None, None, None, 0, reasons.NO_GOALS)
    ratio = float(sums.sum()) / total
    if k < 2:
        return ClusteredRatio(ratio, None, None, None, None, k, reasons.ONE_PERSON_WITH_GOALS)
    residuals = np.round(sums - ratio * sizes, 12)
    variance = k / (k - 1) * float((residuals**2).sum()) / total**2
    if variance == 0:
        return ClusteredRatio(ratio, None, None, None, k - 1, k, reasons.NO_VARIATION_BETWEEN_PERSONS)
    half = t_quantile(0.975, k - 1) * math.sqrt(variance)
    return ClusteredRatio(ratio, max(0.0, ratio - half), min(1.0, ratio + half), variance, k - 1, k)


def goal_attainment_t(attainment: ArrayLike, weights: ArrayLike | None = None) -> float | None:
    """T score of one person's goals on the scale -2…+2 (Kiresuk & Sherman 1968); None without one.

    attainment, weights: shape (goals,). Weights that are all 0, or not given, count as 1.
    """
    levels = finite_vector("attainment", attainment)
    if len(levels) == 0:
        return None
    if (np.abs(levels) > 2).any():
        raise ValueError("goal attainment lies between -2 and 2")
    given = np.ones(len(levels)) if weights is None else finite_vector("weights", weights)
    same_length(attainment=levels, weights=given)
    if (given < 0).any():
        raise ValueError("a goal's weight is 0 or more")
    w = given if given.any() else np.ones(len(levels))
    spread = (1 - GOAL_CORRELATION) * float((w**2).sum()) + GOAL_CORRELATION * float(w.sum()) ** 2
    return 50 + 10 * float((w * levels).sum()) / math.sqrt(spread)
