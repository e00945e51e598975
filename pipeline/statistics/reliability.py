"""A measure's quality in this sample: internal consistency of a scale and how its items behave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri

from pipeline.statistics import reasons
from pipeline.statistics.inputs import Vector
from pipeline.statistics.one_factor import omega


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha with Feldt's 95 % interval and McDonald's omega of n complete cases.

    `missing_share` is the share of missing answers of all cases with at least one answer. `reason` says why
    alpha, its interval or omega is None.
    """

    n: int
    items: int
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    omega: float | None
    missing_share: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ItemQuality:
    """One item: its correlation with the rest of the scale, shares at its ends, and the share missing."""

    n: int
    item_rest: float | None
    floor: float | None
    ceiling: float | None
    missing_share: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FloorCeiling:
    """Share of n scores at the lowest and at the highest possible value; None with a reason."""

    n: int
    floor: float | None
    ceiling: float | None
    reason: str | None = None


def scale_reliability(answers: ArrayLike) -> Reliability:
    """Alpha (Cronbach 1951) with Feldt's interval (Feldt, Woodruff & Salih 1987) and omega of a scale.

    answers: shape (persons, items), after reversal in the items' printed range; a missing answer is NaN.
    Complete cases. Null with a reason for fewer than two items or persons or a constant sum. Witnesses:
    psych::alpha, pingouin.
    """
    matrix = _answers(answers)
    complete = matrix[~np.isnan(matrix).any(axis=1)]
    n, k = complete.shape
    missing = _missing_share(matrix)
    if k < 2 or n < 2:
        reason = reasons.ONE_ITEM if k < 2 else reasons.ONE_PERSON
        return Reliability(n, k, None, None, None, None, missing, reason)
    total_variance = float(complete.sum(axis=1).var(ddof=1))
    if np.ptp(complete.sum(axis=1)) < 1e-9:
        return Reliability(n, k, None, None, None, None, missing, reasons.CONSTANT_SCORES)
    alpha = k / (k - 1) * (1 - float(complete.var(axis=0, ddof=1).sum()) / total_variance)
    low, high = _feldt(alpha, n, k)
    one_factor_omega, reason_omega = omega(complete)
    return Reliability(n, k, alpha, low, high, one_factor_omega, missing, reason_omega)


def item_quality(answers: ArrayLike, minima: ArrayLike, maxima: ArrayLike) -> tuple[ItemQuality, ...]:
    """Quality of each item of a scale.

    answers: as in `scale_reliability`. minima, maxima: lowest and highest possible answer of each item. The
    item-rest correlation is over complete cases, without the item in the sum; shares at the ends are of
    those who answered it.
    """
    matrix = _answers(answers)
    lowest, highest = np.asarray(minima, dtype=np.float64), np.asarray(maxima, dtype=np.float64)
    if lowest.shape != (matrix.shape[1],) or highest.shape != lowest.shape:
        raise ValueError("a lowest and a highest answer are expected for each item")
    complete = matrix[~np.isnan(matrix).any(axis=1)]
    asked = matrix[~np.isnan(matrix).all(axis=1)]
    return tuple(
        _item(asked[:, place], complete, place, lowest[place], highest[place])
        for place in range(matrix.shape[1])
    )


def floor_ceiling(scores: ArrayLike, minimum: float, maximum: float) -> FloorCeiling:
    """Shares of scores at the scale's lowest and highest possible value. scores: shape (n,), none missing."""
    values = np.asarray(scores, dtype=np.float64)
    if len(values) == 0:
        return FloorCeiling(0, None, None, reasons.NO_PERSONS)
    floor = float(np.isclose(values, minimum, rtol=0, atol=1e-9).mean())
    return FloorCeiling(len(values), floor, float(np.isclose(values, maximum, rtol=0, atol=1e-9).mean()))


def _answers(answers: ArrayLike) -> Vector:
    """Return the answers as floats, shape (persons, items); raise ValueError on another shape."""
    matrix = np.asarray(answers, dtype=np.float64)
    if matrix.ndim != 2:
        raise ValueError("answers: a row a person and a column an item are expected")
    return matrix


def _missing_share(matrix: Vector) -> float | None:
    """Share of missing answers among those who gave at least one."""
    asked = matrix[~np.isnan(matrix).all(axis=1)] if matrix.shape[1] else matrix[:0]
    return float(np.isnan(asked).mean()) if asked.size else None


def _feldt(alpha: float, n: int, k: int) -> tuple[float, float]:
    """Feldt's 95 % interval: (1 - alpha) times F quantiles on n - 1 and (n - 1)(k - 1) degrees of freedom."""
    within, between = (n - 1) * (k - 1), n - 1
    low = 1 - (1 - alpha) * float(fdtri(between, within, 0.975))
    high = 1 - (1 - alpha) * float(fdtri(between, within, 0.025))
    return low, high


def _item(answers: Vector, complete: Vector, place: int, lowest: float, highest: float) -> ItemQuality:
    """Quality of the item at `place`."""
    given = answers[~np.isnan(answers)]
    missing = 1 - len(given) / len(answers) if len(answers) else None
    ends = floor_ceiling(given, lowest, highest)
    correlation, reason = _item_rest(complete, place)
    return ItemQuality(len(given), correlation, ends.floor, ends.ceiling, missing, ends.reason or reason)


def _item_rest(complete: Vector, place: int) -> tuple[float | None, str | None]:
    """Pearson correlation of an item with the sum of the others."""
    if complete.shape[1] < 2:
        return None, reasons.ONE_ITEM
    if len(complete) < 3:
        return None, reasons.TWO_PERSONS
    item, rest = complete[:, place], np.delete(complete, place, axis=1).sum(axis=1)
    if np.ptp(item) == 0 or np.ptp(rest) == 0:
        return None, reasons.CONSTANT_ITEM if np.ptp(item) == 0 else reasons.CONSTANT_SCORES
    return float(np.corrcoef(item, rest)[0, 1]), None
