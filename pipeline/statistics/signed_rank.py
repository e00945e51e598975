"""Wilcoxon's signed-rank test as R's wilcox.test(paired = TRUE) does it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from scipy.special import ndtr

from pipeline.statistics.inputs import Vector

EXACT_BELOW = 50
"""Exact with fewer non-zero differences than this, if there are neither zeros nor ties."""


@dataclass(frozen=True, slots=True)
class SignedRank:
    """W+ and W-, the sums of the ranks of positive and negative differences; p two-sided; rank-biserial r."""

    w_plus: float
    w_minus: float
    p: float
    rank_biserial: float
    method: Literal["exact", "normal"]


def signed_rank(differences: Vector) -> SignedRank:
    """Test that the differences lie symmetrically about 0 (Wilcoxon 1945), zero differences dropped.

    differences: shape (n,), already rounded, not all 0. Exact without ties and zeros and with n < 50, else
    the normal approximation with tie and continuity correction. rank_biserial is (W+ - W-)/(W+ + W-) (Kerby
    2014).
    """
    non_zero = differences[differences != 0]
    n = len(non_zero)
    if n == 0:
        raise ValueError("all differences are zero: no ranks to compare")
    ranks, tie_sizes = mid_ranks(np.abs(non_zero))
    w_plus = float(ranks[non_zero > 0].sum())
    w_minus = n * (n + 1) / 2 - w_plus
    exact = n == len(differences) and n == len(tie_sizes) and n < EXACT_BELOW
    p = _exact_p(round(min(w_plus, w_minus)), n) if exact else _normal_p(w_plus, n, tie_sizes)
    balance = (w_plus - w_minus) / (w_plus + w_minus)
    return SignedRank(w_plus, w_minus, p, balance, "exact" if exact else "normal")


def mid_ranks(values: Vector) -> tuple[Vector, Vector]:
    """Ranks from 1, ties sharing the mean of their ranks, and the sizes of the groups of equal values."""
    order = values.argsort()
    ordered = values[order]
    ends = np.concatenate(((ordered[1:] != ordered[:-1]).nonzero()[0] + 1, [len(values)]))
    sizes = ends.copy()
    sizes[1:] -= ends[:-1]
    ranks = np.empty(len(values))
    ranks[order] = (ends - (sizes - 1) / 2).repeat(sizes)
    return ranks, sizes.astype(np.float64)


def _normal_p(w_plus: float, n: int, tie_sizes: Vector) -> float:
    """Two-sided p by the normal approximation with tie and continuity correction (Lehmann 1975)."""
    distance = w_plus - n * (n + 1) / 4
    variance = n * (n + 1) * (2 * n + 1) / 24 - float((tie_sizes**3 - tie_sizes).sum()) / 48
    z = (distance - math.copysign(0.5, distance)) / math.sqrt(variance) if distance else 0.0
    return min(1.0, 2 * min(float(ndtr(z)), float(ndtr(-z))))


def _exact_p(smaller_sum: int, n: int) -> float:
    """Two-sided p from all 2^n equally likely signs: twice the chance of a sum as small, at most 1."""
    return min(1.0, 2 * _cumulative_chances(n)[smaller_sum])


@lru_cache(maxsize=EXACT_BELOW)
def _cumulative_chances(n: int) -> tuple[float, ...]:
    """Chance of a rank sum of at most 0, 1, 2, … when each rank 1…n is positive half the time."""
    chances = np.zeros(n * (n + 1) // 2 + 1)
    chances[0] = 1.0
    for rank in range(1, n + 1):
        shifted = np.zeros_like(chances)
        shifted[rank:] = chances[:-rank]
        chances = (chances + shifted) / 2
    return tuple(np.cumsum(chances).tolist())
