"""A change on a scale score: the same persons before and after.

METHODS, "A change on a scale score": paired t, signed-rank and sign tests, standardised effects,
equivalence and the detectable change, each null with a reason where the data can't give it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from pipeline.statistics import reasons
from pipeline.statistics.distributions import (
    binomial_half_two_sided,
    detectable_noncentrality,
    noncentrality_interval,
    t_quantile,
    t_two_sided,
    t_upper,
)
from pipeline.statistics.inputs import Vector, finite_vector, oriented_differences
from pipeline.statistics.signed_rank import signed_rank


@dataclass(frozen=True, slots=True)
class PairedChange:
    """Change of n_pairs persons; levels in the measure's own metric, changes with positive = better.

    `ci_low`, `ci_high` are the 95 % and `ci90_low`, `ci90_high` the 90 % t interval of the mean change. A
    figure that can't be given is None and `reason` says why.
    """

    n_pairs: int
    mean_pre: float | None = None
    sd_pre: float | None = None
    median_pre: float | None = None
    mean_post: float | None = None
    sd_post: float | None = None
    median_post: float | None = None
    mean_change: float | None = None
    sd_change: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    ci90_low: float | None = None
    ci90_high: float | None = None
    t_statistic: float | None = None
    df: int | None = None
    p_t: float | None = None
    wilcoxon_statistic: float | None = None
    p_wilcoxon: float | None = None
    wilcoxon_method: str | None = None
    n_positive: int = 0
    n_negative: int = 0
    p_sign: float | None = None
    d_z: float | None = None
    d_z_low: float | None = None
    d_z_high: float | None = None
    g_av: float | None = None
    rank_biserial: float | None = None
    p_equivalence: float | None = None
    detectable_change: float | None = None
    reason: str | None = None


def paired_change(
    pre: ArrayLike, post: ArrayLike, orientation: int = 1, smallest_effect: float | None = None
) -> PairedChange:
    """Return every figure of a change on a scale.

    pre, post: scores of the same persons in the same order, shape (n,), none missing. orientation: 1 where
    higher is better, -1 where lower is. smallest_effect: the plan's E > 0, in the scale's metric, for the
    equivalence test. Raises ValueError on missing values, unequal lengths, another orientation or E <= 0.
    Witnesses: R's t.test and wilcox.test(paired = TRUE), binom.test; scipy and pingouin.
    """
    before, after = finite_vector("pre", pre), finite_vector("post", post)
    differences = oriented_differences(before, after, orientation)
    if smallest_effect is not None and not smallest_effect > 0:
        raise ValueError(f"smallest_effect is above 0, not {smallest_effect}")
    described = _described(before, after, differences)
    if len(differences) < 2:
        return replace(described, reason=reasons.ONE_PAIR if len(differences) else reasons.NO_PAIRS)
    if not differences.any():
        return replace(described, sd_change=0.0, reason=reasons.NO_CHANGE_AT_ALL)
    ranked = _with_ranks(described, differences)
    if np.ptp(differences) == 0:
        return replace(ranked, sd_change=0.0, reason=reasons.EQUAL_DIFFERENCES)
    return _with_effects(_with_t(ranked, differences, smallest_effect))


def detectable_change(sd: float | None, n: int) -> float | None:
    """Mean change found with 80 % power at .05 two-sided by n pairs whose differences have this SD.

    None for fewer than two pairs, an SD of 0 or None, or when the noncentral t gives no answer.
    Witness: R's power.t.test(type = "paired", strict = TRUE).
    """
    if sd is None or sd <= 0 or n < 2:
        return None
    noncentrality = detectable_noncentrality(n - 1)
    return None if noncentrality is None else noncentrality * sd / math.sqrt(n)


def hedges_correction(degrees_of_freedom: int) -> float:
    """Hedges' exact correction of a standardised mean difference (Hedges 1981, equation 6e)."""
    half = degrees_of_freedom / 2
    return math.exp(float(gammaln(half) - gammaln(half - 0.5))) / math.sqrt(half)


def _described(before: Vector, after: Vector, differences: Vector) -> PairedChange:
    """Descriptive figures: means and medians of one pair and more, SDs of two and more."""
    n = len(differences)
    if n == 0:
        return PairedChange(n_pairs=0)
    return PairedChange(
        n_pairs=n,
        mean_pre=float(before.mean()),
        sd_pre=standard_deviation(before),
        median_pre=float(np.median(before)),
        mean_post=float(after.mean()),
        sd_post=standard_deviation(after),
        median_post=float(np.median(after)),
        mean_change=float(differences.mean()),
        sd_change=standard_deviation(differences),
        n_positive=int((differences > 0).sum()),
        n_negative=int((differences < 0).sum()),
    )


def standard_deviation(values: Vector) -> float | None:
    """Sample standard deviation (n - 1); None for fewer than two, exactly 0 when all values are equal."""
    if len(values) < 2:
        return None
    return float(values.std(ddof=1)) if np.ptp(values) > 0 else 0.0


def _with_ranks(change: PairedChange, differences: Vector) -> PairedChange:
    """Add the signed-rank and the sign test and the rank-biserial correlation."""
    ranks = signed_rank(differences)
    return replace(
        change,
        wilcoxon_statistic=ranks.w_plus,
        p_wilcoxon=ranks.p,
        wilcoxon_method=ranks.method,
        p_sign=binomial_half_two_sided(change.n_positive, change.n_positive + change.n_negative),
        rank_biserial=ranks.rank_biserial,
    )


def _with_t(change: PairedChange, differences: Vector, smallest_effect: float | None) -> PairedChange:
    """Add the paired t test, its intervals, the equivalence test and the detectable change."""
    n, mean = len(differences), float(differences.mean())
    sd = float(differences.std(ddof=1))
    error, df = sd / math.sqrt(n), n - 1
    half_95, half_90 = t_quantile(0.975, df) * error, t_quantile(0.95, df) * error
    return replace(
        change,
        ci_low=mean - half_95,
        ci_high=mean + half_95,
        ci90_low=mean - half_90,
        ci90_high=mean + half_90,
        t_statistic=mean / error,
        df=df,
        p_t=t_two_sided(mean / error, df),
        p_equivalence=None if smallest_effect is None else _tost(mean, error, df, smallest_effect),
        detectable_change=detectable_change(sd, n),
    )


def _tost(mean: float, error: float, df: int, smallest_effect: float) -> float:
    """Larger p of the two one-sided tests of -E < mean < E (Schuirmann 1987)."""
    above_lower = t_upper((mean + smallest_effect) / error, df)
    below_upper = t_upper((smallest_effect - mean) / error, df)
    return max(above_lower, below_upper)


def _with_effects(change: PairedChange) -> PairedChange:
    """Add d_z with its interval and g_av (Cumming 2012, equations 11.9 and 11.10)."""
    n, mean, df = change.n_pairs, change.mean_change, change.df
    t_statistic, sd_pre, sd_post = change.t_statistic, change.sd_pre, change.sd_post
    if mean is None or df is None or t_statistic is None or sd_pre is None or sd_post is None:
        raise ValueError("effects need a change that has its t test")
    interval = noncentrality_interval(t_statistic, df)
    root_n = math.sqrt(n)
    average_sd = math.sqrt((sd_pre**2 + sd_post**2) / 2)
    return replace(
        change,
        d_z=t_statistic / root_n,
        d_z_low=None if interval is None else interval[0] / root_n,
        d_z_high=None if interval is None else interval[1] / root_n,
        g_av=None if n < 3 else mean / average_sd * hedges_correction(df),
        reason=reasons.join_reasons(
            reasons.TWO_PAIRS if n < 3 else None, reasons.NO_EFFECT_INTERVAL if interval is None else None
        ),
    )
