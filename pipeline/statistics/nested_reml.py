"""REML of `y ~ X + (1 | outer) + (1 | inner)`, inner units lying within outer ones.

The covariance is inverted in closed form from sums over the inner units of one size in one outer unit: one
evaluation of the criterion takes as long for a million persons as for a hundred, and the optimum can be looked
for from several starts and checked afterwards. Bates et al. (2015), equation 42; Searle, Casella & McCulloch
(1992), section 6.6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.statistics.inputs import Vector

_STARTS = ((1.0, 0.3), (0.3, 1.0), (2.0, 0.05), (0.05, 0.05))
"""Trial square roots of the variance ratios, of inner and outer units to the residual; the last two are tried
where the first two end apart."""

_STEP = 3e-3
_NEAR = 2e-3
_FAR = 1e3
"""Of a variance ratio's root: a step, a distance to the optimum that counts as none, a value that is lost."""
_SAME = 1e-8
"""A difference of the criterion between two searches that counts as none."""


@dataclass(frozen=True, slots=True)
class NestedData:
    """Sums of the data augmented by the response, [X y]: all that the criterion needs.

    squares: of all rows, shape (p + 1, p + 1). rows: number of observations. sizes: the s different numbers of rows
    of an inner unit, units: how many inner units have each, shape (s,); inner_squares: of the sums of those units,
    shape (s, p + 1, p + 1). sums, outer_units: sums of the rows, and inner units, by outer unit and size, shape
    (outer, s, p + 1) and (outer, s).
    """

    squares: Vector
    rows: int
    sizes: Vector
    units: Vector
    inner_squares: Vector
    sums: Vector
    outer_units: Vector

    @property
    def columns(self) -> int:
        """Number p of fixed effects."""
        return len(self.squares) - 1


@dataclass(frozen=True, slots=True)
class NestedFit:
    """Generalised least squares at the best variances: effects, their covariance, the three variances."""

    effects: Vector
    covariance: Vector
    outer_variance: float
    inner_variance: float
    residual_variance: float
    criterion: float


def nested_data(
    response: Vector, design: Vector, outer: NDArray[np.intp], inner: NDArray[np.intp]
) -> NestedData:
    """Sum up the data. outer, inner: codes from 0 without gaps, shape (n,).

    Raises ValueError when an inner unit lies in two outer ones.
    """
    augmented = np.column_stack([design, response])
    home = np.zeros(int(inner.max()) + 1, dtype=np.intp)
    home[inner] = outer
    if (home[inner] != outer).any():
        raise ValueError("each person belongs to one municipality throughout")
    sums = _summed(augmented, inner)
    sizes, size = np.unique(np.bincount(inner), return_inverse=True)
    # A number for each outer unit and size.
    cell = home * len(sizes) + size
    cells = (int(outer.max()) + 1) * len(sizes)
    return NestedData(
        squares=augmented.T @ augmented,
        rows=len(response),
        sizes=sizes.astype(np.float64),
        units=np.bincount(size).astype(np.float64),
        inner_squares=np.stack([own.T @ own for s in range(len(sizes)) for own in [sums[size == s]]]),
        sums=_summed(sums, cell, cells).reshape(-1, len(sizes), augmented.shape[1]),
        outer_units=np.bincount(cell, minlength=cells).reshape(-1, len(sizes)).astype(np.float64),
    )


def _summed(rows: Vector, unit: NDArray[np.intp], units: int = 0) -> Vector:
    """Sum rows by unit, shape (units, columns); a unit without rows has zeros."""
    return np.column_stack([np.bincount(unit, weights=column, minlength=units) for column in rows.T])


def fit_nested(data: NestedData) -> NestedFit | None:
    """Fit by REML; None when the optimum can't be confirmed.

    Confirmed is an optimum whose criterion is finite, comes out the same again, is not above that of any
    start's end or of a variance set to 0, and is flat there. Golden-tested against lme4.
    """
    first = [_end(data, start) for start in _STARTS[:2]]
    agreed = abs(_at(data, first[0]) - _at(data, first[1])) < _SAME
    ends = first if agreed else first + [_end(data, start) for start in _STARTS[2:]]
    candidates = ends + [end * keep for end in ends for keep in (np.array([0.0, 1.0]), np.array([1.0, 0.0]))]
    best = min(candidates, key=lambda roots: _at(data, roots))
    if not _is_optimum(data, best):
        return None
    return _solution(data, float(best[0]) ** 2, float(best[1]) ** 2)


def _end(data: NestedData, start: tuple[float, float]) -> Vector:
    """Where the search from a start ends: the roots of the variance ratios."""
    # Imported here: it takes longer than all else in this room and is needed once a headline.
    from scipy.optimize import minimize

    def value(ratios: Vector) -> tuple[float, Vector]:
        return criterion_with_slope(data, ratios)

    found = minimize(
        value,
        np.square(start),
        method="L-BFGS-B",
        jac=True,
        bounds=[(0.0, 1e8)] * 2,
        options={"ftol": 1e-14, "gtol": 1e-7},
    )
    return np.sqrt(np.asarray(found.x, dtype=np.float64))


def criterion(data: NestedData, inner_ratio: float, outer_ratio: float) -> float:
    """Minus twice the REML log-likelihood, residual variance profiled out (lme4's REMLcrit).

    inner_ratio, outer_ratio: variances of the units to that of the residual.
    """
    return _criterion(data, *_weighted_squares(data, inner_ratio, outer_ratio))


def _criterion(data: NestedData, cross: Vector, log_determinant: float) -> float:
    """The same from what `_weighted_squares` gives."""
    p = data.columns
    freedom = data.rows - p
    sign, log_fixed = np.linalg.slogdet(cross[:p, :p])
    residual = float(cross[p, p] - cross[p, :p] @ np.linalg.solve(cross[:p, :p], cross[:p, p]))
    if sign <= 0 or residual <= 0:
        return np.inf
    return float(log_determinant + log_fixed + freedom * (1 + np.log(2 * np.pi * residual / freedom)))


def _weighted_squares(data: NestedData, inner_ratio: float, outer_ratio: float) -> tuple[Vector, float]:
    """[X y]' V⁻¹ [X y] and log|V|, V the covariance in units of the residual variance.

    Within an inner unit of n rows V⁻¹ = I - r/(1 + r n) J; adding the outer unit is a rank-one change
    (Woodbury).
    """
    shrunk = 1 + inner_ratio * data.sizes
    cross = data.squares - inner_ratio * np.tensordot(1 / shrunk, data.inner_squares, axes=1)
    totals = np.tensordot(data.sums, 1 / shrunk, axes=([1], [0]))
    outer_shrunk = 1 + outer_ratio * (data.outer_units @ (data.sizes / shrunk))
    cross = cross - outer_ratio * (totals.T @ (totals / outer_shrunk[:, None]))
    return cross, float(data.units @ np.log(shrunk) + np.log(outer_shrunk).sum())


def criterion_with_slope(data: NestedData, ratios: Vector) -> tuple[float, Vector]:
    """Criterion at the variance ratios, inner and outer, and its derivatives by them, shape (2,).

    Not by their roots: at 0 these have no slope, and a search would stay there.

    d log|A| = tr(A⁻¹ dA) and d v' C v = v' dC v at the best effects (Magnus & Neudecker, 2019, chapter 8).
    """
    inner_ratio, outer_ratio = float(ratios[0]), float(ratios[1])
    cross, log_determinant = _weighted_squares(data, inner_ratio, outer_ratio)
    value = _criterion(data, cross, log_determinant)
    if not np.isfinite(value):
        return value, np.zeros(2)
    p = data.columns
    inverse = np.linalg.inv(cross[:p, :p])
    residuals = np.append(-inverse @ cross[:p, p], 1.0)
    freedom = (data.rows - p) / float(residuals @ cross @ residuals)
    slopes = [
        determinant
        + float((inverse * change[:p, :p]).sum())
        + freedom * float(residuals @ change @ residuals)
        for change, determinant in _changes(data, inner_ratio, outer_ratio)
    ]
    return value, np.array(slopes)


def _changes(data: NestedData, inner_ratio: float, outer_ratio: float) -> list[tuple[Vector, float]]:
    """Derivatives of `_weighted_squares` by the ratio of the inner and of the outer units."""
    kept = 1 / (1 + inner_ratio * data.sizes)
    weight = data.sizes * kept
    totals, falls = (np.tensordot(data.sums, by, axes=([1], [0])) for by in (kept, weight * kept))
    among = data.outer_units @ weight
    shrunk = (1 + outer_ratio * among)[:, None]
    fall_among = (data.outer_units @ weight**2)[:, None]
    mixed = totals.T @ (falls / shrunk)
    inner = -np.tensordot(kept**2, data.inner_squares, axes=1) + outer_ratio * (
        mixed + mixed.T - outer_ratio * (totals.T @ (totals * fall_among / shrunk**2))
    )
    outer = -(totals.T @ (totals / shrunk**2))
    of_inner = data.units @ weight - outer_ratio * float((fall_among / shrunk).sum())
    return [(inner, float(of_inner)), (outer, float((among[:, None] / shrunk).sum()))]


def _is_optimum(data: NestedData, roots: Vector) -> bool:
    """Whether the criterion is finite there, no step lowers it, and its parabola's lowest point is here."""
    here = _at(data, roots)
    if not np.isfinite(here) or roots.max() > _FAR:
        return False
    for place in range(2):
        step = np.zeros(2)
        step[place] = _STEP * max(1.0, float(roots[place]))
        above, below = _at(data, roots + step), _at(data, np.abs(roots - step))
        if min(above, below) < here - 1e-6:
            return False
        curve = above - 2 * here + below
        # At a variance of 0 the criterion is mirrored: it has no slope to look at, only that it doesn't fall.
        inside = roots[place] > 2 * step[place]
        if inside and not abs(above - below) / 2 <= _NEAR / _STEP * curve:
            return False
    return True


def _at(data: NestedData, roots: Vector) -> float:
    """Criterion at the roots of the variance ratios, inner and outer."""
    return criterion(data, float(roots[0]) ** 2, float(roots[1]) ** 2)


def _solution(data: NestedData, inner_ratio: float, outer_ratio: float) -> NestedFit:
    """Effects and variances at these ratios."""
    cross, _ = _weighted_squares(data, inner_ratio, outer_ratio)
    p = data.columns
    inverse = np.linalg.inv(cross[:p, :p])
    effects = inverse @ cross[:p, p]
    residual = float(cross[p, p] - cross[p, :p] @ effects) / (data.rows - p)
    return NestedFit(
        effects=effects,
        covariance=np.asarray(residual * inverse, dtype=np.float64),
        outer_variance=outer_ratio * residual,
        inner_variance=inner_ratio * residual,
        residual_variance=residual,
        criterion=criterion(data, inner_ratio, outer_ratio),
    )
