"""The model `value ~ 1 + (1 | group)` by REML, profiled over the one variance ratio.

The general mixed-model routines at hand stop short of the optimum and say that they converged; with one
ratio the criterion is a curve, whose lowest point is found on a grid and closed in on by its derivative.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri

from pipeline.statistics import reasons
from pipeline.statistics.inputs import Vector, finite_vector, same_length

_RATIOS = np.concatenate([[0.0], np.logspace(-6, 6, 241)])
"""Trial ratios of the variance between to the variance within; 0 is a possible answer."""


@dataclass(frozen=True, slots=True)
class GroupSums:
    """What the model needs to know: the groups in sorted order, their sizes and means, squares within."""

    groups: tuple[str, ...]
    sizes: Vector
    means: Vector
    within: float

    @property
    def persons(self) -> int:
        """Number of persons in all groups."""
        return int(self.sizes.sum())


@dataclass(frozen=True, slots=True)
class RandomIntercept:
    """Mean over groups, variances within (sigma2) and between (tau2), tau2's upper limit, the ICC.

    `mean_se` is the standard error of the mean at the estimated variances. All None with a reason when the
    data can't tell the two variances apart.
    """

    mean: float | None
    mean_se: float | None
    sigma2: float | None
    tau2: float | None
    tau2_high: float | None
    icc: float | None
    groups: int
    persons: int
    reason: str | None = None


def group_sums(values: ArrayLike, groups: ArrayLike) -> GroupSums:
    """Sum up values by group. values: shape (n,), none missing. groups: labels, shape (n,)."""
    numbers, labels = finite_vector("values", values), np.asarray(groups)
    same_length(values=numbers, groups=labels)
    names, codes = np.unique(labels, return_inverse=True)
    sizes = np.bincount(codes, minlength=len(names)).astype(np.float64)
    means = np.bincount(codes, weights=numbers, minlength=len(names)) / sizes
    within = float(((numbers - means[codes]) ** 2).sum())
    return GroupSums(tuple(str(name) for name in names), sizes, means, within)


def random_intercept(sums: GroupSums) -> RandomIntercept:
    """Fit the model by REML; golden-tested against lme4.

    tau2_high is the upper limit of the 95 % interval of tau2 by inverting the Q statistic (Viechtbauer
    2007) at the model's sigma2. Null with a reason for fewer than two groups, groups of one only, or no
    variation within.
    """
    reason = _unfit_because(sums)
    if reason is not None:
        return RandomIntercept(*(None,) * 6, groups=len(sums.sizes), persons=sums.persons, reason=reason)
    ratio = _best_ratio(sums)
    weights = sums.sizes / (1 + ratio * sums.sizes)
    mean, squares = _mean_and_squares(sums, weights)
    sigma2 = squares / (sums.persons - 1)
    tau2 = ratio * sigma2
    return RandomIntercept(
        mean=mean,
        mean_se=math.sqrt(sigma2 / float(weights.sum())),
        sigma2=sigma2,
        tau2=tau2,
        tau2_high=max(tau2, tau2_upper_limit(sums, sigma2)),
        icc=ratio / (1 + ratio),
        groups=len(sums.sizes),
        persons=sums.persons,
    )


def _unfit_because(sums: GroupSums) -> str | None:
    """Reason why the variances can't be estimated, or None."""
    if len(sums.sizes) < 2:
        return reasons.ONE_MUNICIPALITY
    if sums.sizes.max() < 2:
        return reasons.NO_REPEATED_MUNICIPALITY
    # Squares at the level of rounding are no variation.
    if sums.within <= 1e-18 * float((sums.sizes * (1 + sums.means**2)).sum()):
        return reasons.NO_VARIATION_WITHIN
    return None


def _mean_and_squares(sums: GroupSums, weights: Vector) -> tuple[float, float]:
    """Generalised least squares mean and the weighted sum of squares about it, in units of sigma2."""
    mean = float((weights * sums.means).sum() / weights.sum())
    return mean, sums.within + float((weights * (sums.means - mean) ** 2).sum())


def _criterion(sums: GroupSums, ratio: float) -> float:
    """Minus twice the REML log-likelihood but for a constant, sigma2 profiled out (Bates et al. 2015)."""
    weights = sums.sizes / (1 + ratio * sums.sizes)
    _, squares = _mean_and_squares(sums, weights)
    spread = float(np.log1p(ratio * sums.sizes).sum()) + math.log(float(weights.sum()))
    return (sums.persons - 1) * math.log(squares) + spread


def _slope(sums: GroupSums, ratio: float) -> float:
    """Derivative of the criterion by the ratio."""
    weights = sums.sizes / (1 + ratio * sums.sizes)
    mean, squares = _mean_and_squares(sums, weights)
    fall = float((weights**2 * (sums.means - mean) ** 2).sum())
    total = float(weights.sum())
    return -(sums.persons - 1) * fall / squares + total - float((weights**2).sum()) / total


def _best_ratio(sums: GroupSums) -> float:
    """Ratio tau2/sigma2 with the lowest criterion, 0 included."""
    criteria = [_criterion(sums, float(ratio)) for ratio in _RATIOS]
    lowest = int(np.argmin(criteria))
    low = float(_RATIOS[max(lowest - 1, 0)])
    high = float(_RATIOS[min(lowest + 1, len(_RATIOS) - 1)])
    if lowest <= 1 and _slope(sums, 0.0) >= 0:
        return 0.0
    return bisect(lambda ratio: -_slope(sums, ratio), low, high)


def tau2_upper_limit(sums: GroupSums, sigma2: float) -> float:
    """Largest tau2 whose Q is not too small at 2.5 %; 0 when even tau2 = 0 makes it too small."""
    quantile = float(chdtri(len(sums.sizes) - 1, 0.975))

    def excess(tau2: float) -> float:
        weights = 1 / (tau2 + sigma2 / sums.sizes)
        mean = float((weights * sums.means).sum() / weights.sum())
        return float((weights * (sums.means - mean) ** 2).sum()) - quantile

    if excess(0.0) <= 0:
        return 0.0
    high = sigma2
    while excess(high) > 0:
        high *= 2
    return bisect(excess, 0.0, high)


def bisect(falling: Callable[[float], float], low: float, high: float) -> float:
    """Point where a function, positive at `low` and negative at `high`, passes 0, to the last digits."""
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if falling(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
