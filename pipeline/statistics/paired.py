"""A change on a scale score: the same persons before and after.

METHODS, "A change on a scale score": paired t, signed-rank and sign tests, standardised effects,
equivalence and the detectable change, each null with a reason where the data can't give it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from pipeline.statistics import reasons
from pipeline.statistics.distributions import (
    binomial_half_two_sided,
    detectable_noncentrality,
    noncentrality_intervals,
    t_quantile,
    t_two_sided,
    t_upper,
)
from pipeline.statistics.inputs import Vector, finite_vector, oriented_differences
from pipeline.statistics.signed_rank import signed_rank

_Figures: TypeAlias = dict[str, Any]
"""Some of the fields of PairedChange; what it holds is checked when one is made of it."""


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
    """Return every figure of a change on a scale but the interval of d_z (`with_effect_intervals`).

    pre, post: scores of the same persons in the same order, shape (n,), none missing. orientation: 1 where
    higher is better, -1 where lower is. smallest_effect: the plan's E > 0, in the scale's metric, for the
    equivalence test. Raises ValueError on missing values, unequal lengths, another orientation or E <= 0.
    Witnesses: R's t.test and wilcox.test(paired = TRUE), binom.test; scipy and pingouin.
    """
    before, after = finite_vector("pre", pre), finite_vector("post", post)
    differences = oriented_differences(before, after, orientation)
    if smallest_effect is not None and not smallest_effect > 0:
        raise ValueError(f"smallest_effect is above 0, not {smallest_effect}")
    if len(differences) == 0:
        return PairedChange(n_pairs=0, reason=reasons.NO_PAIRS)
    described = _described(before, after, differences)
    if len(differences) == 1:
        return PairedChange(**described, reason=reasons.ONE_PAIR)
    if not differences.any():
        return PairedChange(**described, reason=reasons.NO_CHANGE_AT_ALL)
    ranked = described | _ranks(differences)
    sd = described["sd_change"]
    if sd == 0:
        return PairedChange(**ranked, reason=reasons.EQUAL_DIFFERENCES)
    tested = _t(len(differences), described["mean_change"], sd, smallest_effect)
    effects = _effects(tested, described)
    too_few = reasons.TWO_PAIRS if len(differences) < 3 else None
    return PairedChange(**ranked, **tested, **effects, reason=too_few)


def with_effect_intervals(changes: Sequence[PairedChange]) -> list[PairedChange]:
    """Add the 95 % intervals of d_z, all found at once (a cell at a time takes as long as all of them).

    A change without a t test stays as it is; an interval that can't be found is null with a reason.
    """
    places = [place for place, change in enumerate(changes) if change.t_statistic is not None]
    found = [changes[place] for place in places]
    if not found:
        return list(changes)
    t_statistics = np.array([change.t_statistic for change in found], np.float64)
    low, high = noncentrality_intervals(t_statistics, np.array([change.df for change in found], np.float64))
    completed = list(changes)
    for place, change, lower, upper in zip(places, found, low.tolist(), high.tolist(), strict=True):
        completed[place] = _with_effect_interval(change, lower, upper)
    return completed


def _with_effect_interval(change: PairedChange, low: float, high: float) -> PairedChange:
    """Add the interval of one d_z from that of its noncentrality, which is NaN where it wasn't found."""
    if math.isnan(low):
        return replace(change, reason=reasons.join_reasons(change.reason, reasons.NO_EFFECT_INTERVAL))
    root_n = math.sqrt(change.n_pairs)
    return replace(change, d_z_low=low / root_n, d_z_high=high / root_n)


def detectable_change(sd: float | None, n: int) -> float | None:
    """Mean change found with 80 % power at .05 two-sided by n pairs whose differences have this SD.

    None for fewer than two pairs, an SD of 0 or None, or when the noncentral t gives no answer.
    Witness: R's power.t.test(type = "paired", strict = TRUE).
    """
    if sd is None or sd <= 0 or n < 2:
        return None
    noncentrality = detectable_noncentrality(n - 1)
    return None if noncentrality is None else noncentrality * sd / math.sqrt(n)


@lru_cache(maxsize=4096)
def hedges_correction(degrees_of_freedom: int) -> float:
    """Hedges' exact correction of a standardised mean difference (Hedges 1981, equation 6e)."""
    half = degrees_of_freedom / 2
    return math.exp(float(gammaln(half) - gammaln(half - 0.5))) / math.sqrt(half)


def standard_deviation(values: Vector) -> float | None:
    """Sample standard deviation (n - 1); None for fewer than two, exactly 0 when all values are equal."""
    return _spread(np.sort(values), float(values.sum()) / len(values)) if len(values) > 1 else None


def _spread(ordered: Vector, mean: float) -> float:
    """Standard deviation of two or more values in ascending order around their mean."""
    if ordered[0] == ordered[-1]:
        return 0.0
    deviations = ordered - mean
    return math.sqrt(float((deviations * deviations).sum()) / (len(ordered) - 1))


def _described(before: Vector, after: Vector, differences: Vector) -> _Figures:
    """Descriptive figures of one pair and more: means and medians; SDs of two and more.

    Sums are taken in ascending order, so that the order of persons doesn't touch the last digit.
    """
    n = len(differences)
    figures: _Figures = {"n_pairs": n}
    for name, values in (("pre", before), ("post", after), ("change", differences)):
        ordered = np.sort(values)
        mean = float(ordered.sum()) / n
        figures[f"mean_{name}"] = mean
        figures[f"sd_{name}"] = _spread(ordered, mean) if n > 1 else None
        if name != "change":
            figures[f"median_{name}"] = float(ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    figures["n_positive"] = int(np.count_nonzero(differences > 0))
    figures["n_negative"] = int(np.count_nonzero(differences < 0))
    return figures


def _ranks(differences: Vector) -> _Figures:
    """The signed-rank and the sign test and the rank-biserial correlation."""
    ranks = signed_rank(differences)
    positive = int(np.count_nonzero(differences > 0))
    return {
        "wilcoxon_statistic": ranks.w_plus,
        "p_wilcoxon": ranks.p,
        "wilcoxon_method": ranks.method,
        "p_sign": binomial_half_two_sided(positive, int(np.count_nonzero(differences))),
        "rank_biserial": ranks.rank_biserial,
    }


def _t(n: int, mean: float, sd: float, smallest_effect: float | None) -> _Figures:
    """The paired t test, its intervals, the equivalence test and the detectable change."""
    error, df = sd / math.sqrt(n), n - 1
    half_95, half_90 = t_quantile(0.975, df) * error, t_quantile(0.95, df) * error
    return {
        "ci_low": mean - half_95,
        "ci_high": mean + half_95,
        "ci90_low": mean - half_90,
        "ci90_high": mean + half_90,
        "t_statistic": mean / error,
        "df": df,
        "p_t": t_two_sided(mean / error, df),
        "p_equivalence": None if smallest_effect is None else _tost(mean, error, df, smallest_effect),
        "detectable_change": detectable_change(sd, n),
    }


def _tost(mean: float, error: float, df: int, smallest_effect: float) -> float:
    """Larger p of the two one-sided tests of -E < mean < E (Schuirmann 1987)."""
    above_lower = t_upper((mean + smallest_effect) / error, df)
    below_upper = t_upper((smallest_effect - mean) / error, df)
    return max(above_lower, below_upper)


def _effects(tested: _Figures, described: _Figures) -> _Figures:
    """d_z, and g_av of three pairs and more (Cumming 2012, equations 11.9 and 11.10)."""
    n = described["n_pairs"]
    average_sd = math.sqrt((described["sd_pre"] ** 2 + described["sd_post"] ** 2) / 2)
    g_av = described["mean_change"] / average_sd * hedges_correction(n - 1) if n > 2 else None
    return {"d_z": tested["t_statistic"] / math.sqrt(n), "g_av": g_av}
