"""Paired categories: did the spread over states change (Stuart-Maxwell), are the moves lopsided (Bowker)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from pipeline.statistics import reasons
from pipeline.statistics.inputs import Vector


@dataclass(frozen=True, slots=True)
class ChiSquared:
    """A chi-squared test; None with a reason when it can't be made."""

    statistic: float | None
    df: int | None
    p: float | None
    reason: str | None = None


def stuart_maxwell(table: ArrayLike) -> ChiSquared:
    """Test of marginal homogeneity (Stuart 1955, Maxwell 1970).

    table: counts of persons, states before in rows and after in columns, shape (k, k). States that nobody
    left or entered, empty ones among them, say nothing about change and are dropped; df is the states left
    less one (less one more for each further set of states with no moves between the sets). Witness:
    statsmodels, DescTools.
    """
    counts = _square(table)
    moves = counts + counts.T
    np.fill_diagonal(moves, 0)
    # The covariance of the marginal differences is the Laplacian of the moves: its rank counts the free ones.
    covariance = np.diag(moves.sum(axis=1)) - moves
    df = int(np.linalg.matrix_rank(covariance))
    if df == 0:
        return _untestable(counts)
    gains = counts.sum(axis=1) - counts.sum(axis=0)
    statistic = float(gains @ np.linalg.pinv(covariance, hermitian=True) @ gains)
    return ChiSquared(statistic, df, float(chdtrc(df, statistic)))


def bowker(table: ArrayLike) -> ChiSquared:
    """Test of symmetry (Bowker 1948): as many went from i to j as from j to i.

    Pairs of states nobody moved between are left out of the sum and of the degrees of freedom.
    Witness: R's mcnemar.test on a square table, without continuity correction for k > 2.
    """
    counts = _square(table)
    upper = np.triu_indices(len(counts), k=1)
    there, back = counts[upper], counts.T[upper]
    moved = (there + back) > 0
    df = int(moved.sum())
    if df == 0:
        return _untestable(counts)
    there, back = there[moved], back[moved]
    statistic = float(((there - back) ** 2 / (there + back)).sum())
    return ChiSquared(statistic, df, float(chdtrc(df, statistic)))


def cross_table(before: ArrayLike, after: ArrayLike) -> Vector:
    """Count persons by state before (rows) and after (columns), the states in sorted order, shape (k, k)."""
    first, second = np.asarray(before), np.asarray(after)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError("the same persons are expected before and after")
    states, codes = np.unique(np.concatenate([first, second]), return_inverse=True)
    k, n = len(states), len(first)
    counted = np.bincount(codes[:n] * k + codes[n:], minlength=k * k) if n else np.zeros(k * k)
    return counted.reshape(k, k).astype(np.float64)


def _square(table: ArrayLike) -> Vector:
    """Return the table as floats; raise ValueError unless it is square and holds counts."""
    counts = np.array(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError("a table of states before by the same states after is square")
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        raise ValueError("a table of persons holds counts of 0 or more")
    return counts


def _untestable(counts: Vector) -> ChiSquared:
    """Null test: nobody is there, all are in one state, or nobody moved."""
    used = (counts.sum(axis=0) + counts.sum(axis=1)) > 0
    if not used.any():
        return ChiSquared(None, None, None, reasons.NO_PERSONS)
    reason = reasons.FEWER_THAN_TWO_STATES if used.sum() < 2 else reasons.NO_DISCORDANT
    return ChiSquared(None, None, None, reason)
