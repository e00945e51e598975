"""The ratio of two means with Fieller's interval: what was spent for each unit of an outcome."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.statistics import reasons
from pipeline.statistics.distributions import t_quantile

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RatioOfMeans:
    """A ratio of two means with its 95 % interval; None with a reason."""

    ratio: float | None
    ci_low: float | None
    ci_high: float | None
    reason: str | None = None


def ratio_of_means(numerator: Vector, denominator: Vector) -> RatioOfMeans:
    """Ratio of two means with Fieller's interval (Fieller 1954, section 3).

    numerator, denominator: of the same persons, shape (persons,), NaN where a person has none: each mean is of
    those who have it, and the means covary by those who have both. The limits are the ratios r at which
    mean(numerator) - r mean(denominator) is t times its standard error, on the smaller sample's n - 1 degrees
    of freedom. Where the denominator's own interval reaches 0 there are none. The interval of all persons with
    both is that of the paired t test of numerator - r denominator.
    """
    if numerator.shape != denominator.shape:
        raise ValueError("numerator and denominator are of the same persons")
    has_both = ~np.isnan(numerator) & ~np.isnan(denominator)
    above, below = numerator[~np.isnan(numerator)], denominator[~np.isnan(denominator)]
    if len(above) == 0 or len(below) == 0:
        return RatioOfMeans(None, None, None, reasons.NO_PERSONS)
    a, b = float(above.mean()), float(below.mean())
    if b <= 0:
        return RatioOfMeans(None, None, None, reasons.NO_OUTCOME)
    if min(len(above), len(below)) < 2:
        return RatioOfMeans(a / b, None, None, reasons.ONE_PERSON)
    covariance = _covariance(numerator[has_both], denominator[has_both]) * int(has_both.sum())
    variances = float(above.var(ddof=1)) / len(above), float(below.var(ddof=1)) / len(below)
    t = t_quantile(0.975, min(len(above), len(below)) - 1)
    limits = _limits((a, b), variances, covariance / (len(above) * len(below)), t)
    if limits is None:
        return RatioOfMeans(a / b, None, None, reasons.OUTCOME_REACHES_ZERO)
    return RatioOfMeans(a / b, *limits)


def _covariance(one: Vector, other: Vector) -> float:
    """Sample covariance; 0 of fewer than two persons."""
    return float(np.cov(one, other, ddof=1)[0, 1]) if len(one) > 1 else 0.0


def _limits(
    means: tuple[float, float], variances: tuple[float, float], covariance: float, t: float
) -> tuple[float, float] | None:
    """The roots of (a - r b)² = t² (Va - 2 r Cab + r² Vb); None when they don't enclose the ratio."""
    (a, b), (va, vb) = means, variances
    square = b * b - t * t * vb
    if square <= 0:
        return None
    half = a * b - t * t * covariance
    root = math.sqrt(max(0.0, half * half - square * (a * a - t * t * va)))
    return (half - root) / square, (half + root) / square
