"""Two surveys of other people: shares and ratings compared without pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from pipeline.statistics import reasons
from pipeline.statistics.inputs import finite_vector
from pipeline.statistics.shares import Share
from pipeline.statistics.signed_rank import mid_ranks


@dataclass(frozen=True, slots=True)
class ShareDifference:
    """Later less earlier share, -1 to 1, with its 95 % interval; None with a reason."""

    difference: float | None
    ci_low: float | None
    ci_high: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MannWhitney:
    """Probability that a later answer is higher than an earlier one (ties half), and p; None with a reason."""

    superiority: float | None
    p: float | None
    reason: str | None = None


def share_difference(earlier: Share, later: Share) -> ShareDifference:
    """Difference of two independent shares with Newcombe's interval from Wilson's limits (1998, method 10).

    Witness: statsmodels' confint_proportions_2indep(method="newcomb").
    """
    if earlier.share is None or later.share is None:
        return ShareDifference(None, None, None, reasons.NO_PERSONS)
    difference = later.share - earlier.share
    below = _distance(later.share, later.ci_low, earlier.share, earlier.ci_high)
    above = _distance(later.share, later.ci_high, earlier.share, earlier.ci_low)
    return ShareDifference(difference, max(-1.0, difference - below), min(1.0, difference + above))


def _distance(one: float, limit: float | None, other: float, other_limit: float | None) -> float:
    return math.hypot(one - (limit or 0.0), other - (other_limit or 0.0))


def mann_whitney(earlier: ArrayLike, later: ArrayLike) -> MannWhitney:
    """Mann-Whitney test with the correction for ties and continuity (Mann & Whitney 1947), two-sided.

    earlier, later: ratings of different people, none missing. `superiority` is U / (n1·n2) (Vargha & Delaney
    2000, A). Witness: R's wilcox.test(later, earlier) where there are ties, scipy's mannwhitneyu, whose import
    would take longer than all tests of a run.
    """
    before, after = finite_vector("earlier", earlier), finite_vector("later", later)
    if not len(before) or not len(after):
        return MannWhitney(None, None, reasons.NO_PERSONS)
    if min(before.min(), after.min()) == max(before.max(), after.max()):
        return MannWhitney(0.5, None, reasons.EQUAL_ANSWERS)
    ranks, tie_sizes = mid_ranks(np.concatenate([before, after]))
    n1, n2, n = len(before), len(after), len(before) + len(after)
    u = float(ranks[n1:].sum()) - n2 * (n2 + 1) / 2
    variance = n1 * n2 / 12 * (n + 1 - float((tie_sizes**3 - tie_sizes).sum()) / (n * (n - 1)))
    distance = max(0.0, abs(u - n1 * n2 / 2) - 0.5)
    return MannWhitney(u / (n1 * n2), min(1.0, 2 * float(ndtr(-distance / math.sqrt(variance)))))
