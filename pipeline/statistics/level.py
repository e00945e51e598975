"""Levels: a group's scores against the norm, and two groups of persons against each other at baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipeline.statistics import reasons
from pipeline.statistics.distributions import t_quantile, t_two_sided
from pipeline.statistics.inputs import DECIMALS, finite_vector
from pipeline.statistics.paired import standard_deviation
from pipeline.statistics.shares import wilson


@dataclass(frozen=True, slots=True)
class NormComparison:
    """Scores of n persons beside the norm: mean - norm mean with its 95 % t interval, share below 1 SD.

    `below_norm` is the share scoring below norm mean - 1 SD (above norm mean + 1 SD where lower is better),
    with Wilson's interval. None with a reason.
    """

    n: int
    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    difference: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    t_statistic: float | None = None
    df: int | None = None
    p: float | None = None
    below_norm: float | None = None
    below_norm_low: float | None = None
    below_norm_high: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class StandardisedDifference:
    """Mean of completers - mean of the others, in average SDs; None with a reason."""

    n_completers: int
    n_others: int
    difference: float | None
    reason: str | None = None


def compare_with_norm(
    scores: ArrayLike, norm_mean: float, norm_sd: float, orientation: int = 1
) -> NormComparison:
    """One-sample t test of the scores' mean against the norm's, and the share clearly worse than the norm.

    scores: shape (n,), none missing, in the norm's metric. The difference is not turned by the orientation.
    Witness: R's t.test(scores, mu = norm_mean).
    """
    values = finite_vector("scores", scores)
    n = len(values)
    if n == 0:
        return NormComparison(0, reason=reasons.NO_PERSONS)
    limit = round((norm_mean - orientation * norm_sd) * orientation, DECIMALS)
    below = wilson(int((np.round(values * orientation, DECIMALS) < limit).sum()), n)
    mean, sd = float(values.mean()), standard_deviation(values)
    difference = mean - norm_mean
    error = None if sd is None or sd == 0 else sd / math.sqrt(n)
    half = None if error is None else t_quantile(0.975, n - 1) * error
    return NormComparison(
        n=n,
        mean=mean,
        sd=sd,
        median=float(np.median(values)),
        difference=difference,
        ci_low=None if half is None else difference - half,
        ci_high=None if half is None else difference + half,
        t_statistic=None if error is None else difference / error,
        df=None if error is None else n - 1,
        p=None if error is None else t_two_sided(difference / error, n - 1),
        below_norm=below.share,
        below_norm_low=below.ci_low,
        below_norm_high=below.ci_high,
        reason=None if error is not None else reasons.ONE_PERSON if n < 2 else reasons.CONSTANT_SCORES,
    )


def standardised_difference(completers: ArrayLike, others: ArrayLike) -> StandardisedDifference:
    """Standardised mean difference at baseline, (m1 - m2) / sqrt((s1² + s2²) / 2) (Austin 2011, equation 1).

    completers, others: baseline values of those who stayed and those who didn't, none missing.
    """
    stayed, left = finite_vector("completers", completers), finite_vector("others", others)
    sd_stayed, sd_left = standard_deviation(stayed), standard_deviation(left)
    if sd_stayed is None or sd_left is None:
        reason = reasons.NOBODY_LOST if len(left) == 0 else reasons.ONE_PERSON
        return StandardisedDifference(len(stayed), len(left), None, reason)
    spread = math.sqrt((sd_stayed**2 + sd_left**2) / 2)
    if spread == 0:
        return StandardisedDifference(len(stayed), len(left), None, reasons.CONSTANT_SCORES)
    difference = (float(stayed.mean()) - float(left.mean())) / spread
    return StandardisedDifference(len(stayed), len(left), difference)


def standardised_share_difference(
    completers: int, n_completers: int, others: int, n_others: int
) -> StandardisedDifference:
    """Standardised difference of two shares, (p1 - p2) / sqrt((p1 q1 + p2 q2) / 2) (Austin 2011, equation 2).

    completers, others: persons with the characteristic, of n_completers and n_others.
    """
    if n_completers == 0 or n_others == 0:
        reason = reasons.NOBODY_LOST if n_others == 0 else reasons.NO_PAIRS
        return StandardisedDifference(n_completers, n_others, None, reason)
    stayed, left = completers / n_completers, others / n_others
    spread = math.sqrt((stayed * (1 - stayed) + left * (1 - left)) / 2)
    if spread == 0:
        return StandardisedDifference(n_completers, n_others, None, reasons.CONSTANT_SHARES)
    return StandardisedDifference(n_completers, n_others, (stayed - left) / spread)
