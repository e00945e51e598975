"""Two respondents about the same persons: do they agree, and by how much do they differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri

from pipeline.statistics import reasons
from pipeline.statistics.inputs import Vector, finite_vector, same_length

LIMITS_FACTOR = 1.96
"""Bland and Altman's (1999) factor as printed."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """ICC(A,1) with its 95 % interval; mean of first - second and Bland-Altman limits; None with a reason."""

    n: int
    icc_a1: float | None
    ci_low: float | None
    ci_high: float | None
    mean_difference: float | None
    loa_low: float | None
    loa_high: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AbsoluteAgreement:
    """Intraclass correlation of single ratings, absolute agreement, with its 95 % interval."""

    icc: float | None
    ci_low: float | None
    ci_high: float | None
    reason: str | None = None


def agreement(first: ArrayLike, second: ArrayLike) -> Agreement:
    """Agreement of two respondents. first, second: scores of the same persons, shape (n,), none missing."""
    one, other = finite_vector("first", first), finite_vector("second", second)
    same_length(first=one, second=other)
    n = len(one)
    if n == 0:
        return Agreement(0, *(None,) * 6, reason=reasons.NO_PERSONS)
    differences = one - other
    mean = float(differences.mean())
    if n < 2:
        return Agreement(n, None, None, None, mean, None, None, reasons.ONE_PERSON)
    half = LIMITS_FACTOR * float(differences.std(ddof=1))
    correlation = absolute_agreement(np.column_stack([one, other]))
    return Agreement(
        n,
        correlation.icc,
        correlation.ci_low,
        correlation.ci_high,
        mean,
        mean - half,
        mean + half,
        correlation.reason,
    )


def absolute_agreement(ratings: ArrayLike) -> AbsoluteAgreement:
    """ICC(A,1), two-way, with its interval (McGraw & Wong 1996, tables 4 and 7).

    ratings: shape (persons, raters), none missing. Null for fewer than two persons or persons who don't
    differ; the interval is null when the ratings agree entirely. Witnesses: R's irr::icc(model = "twoway",
    type = "agreement").
    """
    scores = np.asarray(ratings, dtype=np.float64)
    if scores.ndim != 2 or scores.shape[1] < 2 or not np.isfinite(scores).all():
        raise ValueError("ratings: a row a person and two columns or more, none missing, are expected")
    if len(scores) < 2:
        return AbsoluteAgreement(None, None, None, reasons.ONE_PERSON)
    persons, raters, error = _mean_squares(scores)
    if persons == 0:
        return AbsoluteAgreement(None, None, None, reasons.CONSTANT_SCORES)
    n, k = scores.shape
    icc = (persons - error) / (persons + (k - 1) * error + k / n * (raters - error))
    if error == 0 and raters == 0:
        return AbsoluteAgreement(icc, None, None, reasons.ENTIRE_AGREEMENT)
    low, high = _interval(icc, n, k, persons, raters, error)
    # Where the raters differ far more than the persons the approximation breaks down; NaN fails here too.
    if not low <= icc <= high:
        return AbsoluteAgreement(icc, None, None, reasons.NO_AGREEMENT_INTERVAL)
    return AbsoluteAgreement(icc, low, high)


def _mean_squares(scores: Vector) -> tuple[float, float, float]:
    """Mean squares of persons, raters and error; rounding noise counts as 0."""
    n, k = scores.shape
    grand = scores.mean()
    rows, columns = scores.mean(axis=1) - grand, scores.mean(axis=0) - grand
    rest = scores - grand - rows[:, None] - columns
    noise = 1e-20 * (1.0 + float((scores**2).sum()))
    squares = (k * float((rows**2).sum()), n * float((columns**2).sum()), float((rest**2).sum()))
    persons, raters, error = (0.0 if value <= noise else value for value in squares)
    return persons / (n - 1), raters / (k - 1), error / ((n - 1) * (k - 1))


def _interval(icc: float, n: int, k: int, persons: float, raters: float, error: float) -> tuple[float, float]:
    """95 % limits of ICC(A,1) with Satterthwaite's degrees of freedom."""
    a = k * icc / (n * (1 - icc))
    b = 1 + k * icc * (n - 1) / (n * (1 - icc))
    freedom = (a * raters + b * error) ** 2 / (
        (a * raters) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    )
    other = k * raters + (k * n - k - n) * error
    for_low, for_high = float(fdtri(n - 1, freedom, 0.975)), float(fdtri(freedom, n - 1, 0.975))
    low = n * (persons - for_low * error) / (for_low * other + n * persons)
    high = n * (for_high * persons - error) / (other + n * for_high * persons)
    return low, high
