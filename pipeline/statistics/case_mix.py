"""Case mix: what each municipality's mean change would be with the programme's mix of persons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.statistics import reasons
from pipeline.statistics.inputs import Vector, finite_vector
from pipeline.statistics.random_intercept import GroupSums, group_sums


@dataclass(frozen=True, slots=True)
class AdjustedChange:
    """One municipality's mean change, raw and adjusted for the mix of its persons; None with a reason."""

    municipality: str
    n_pairs: int
    mean_change: float
    adjusted_change: float | None
    reason: str | None = None


def adjusted_changes(
    changes: ArrayLike, municipalities: ArrayLike, covariates: ArrayLike
) -> tuple[AdjustedChange, ...]:
    """Adjust mean changes for baseline score, age, sex and respondent by analysis of covariance.

    changes: positive = better, shape (n,). municipalities: codes, shape (n,). covariates: shape (n,
    columns), none missing, categories as 0/1 columns. The slopes b are those within municipalities (Cochran
    1957), so that differences between municipalities are not taken for effects of the covariates; adjusted
    = raw mean - b·(its covariate means - the programme's). A covariate that doesn't vary within any
    municipality adjusts nothing. Null when fewer persons than municipalities + covariates + 1. Witness:
    statsmodels' ols with municipality dummies.
    """
    values, labels = finite_vector("changes", changes), np.asarray(municipalities).astype(str)
    columns = _columns(covariates, len(values))
    sums = group_sums(values, labels)
    shifts = _shifts(values, np.searchsorted(np.array(sums.groups), labels), columns, sums)
    return tuple(
        AdjustedChange(
            name,
            int(sums.sizes[place]),
            float(sums.means[place]),
            None if shifts is None else float(sums.means[place] - shifts[place]),
            reasons.TOO_FEW_FOR_ADJUSTMENT if shifts is None else None,
        )
        for place, name in enumerate(sums.groups)
    )


def _shifts(values: Vector, codes: NDArray[np.intp], columns: Vector, sums: GroupSums) -> Vector | None:
    """How much of each municipality's mean its mix of persons explains; None with too few persons."""
    centres = np.zeros((len(sums.sizes), columns.shape[1]))
    np.add.at(centres, codes, columns)
    centres /= sums.sizes[:, None]
    inside = columns - centres[codes]
    varying = np.abs(inside).max(axis=0, initial=0) > 1e-10
    if len(values) - len(sums.sizes) - int(varying.sum()) < 1:
        return None
    slopes = np.zeros(columns.shape[1])
    slopes[varying] = np.linalg.lstsq(inside[:, varying], values - sums.means[codes], rcond=None)[0]
    shifts: Vector = (centres - columns.mean(axis=0)) @ slopes
    return shifts


def _columns(covariates: ArrayLike, persons: int) -> Vector:
    """Return the covariates as floats, (persons, columns); raise ValueError when missing or misshapen."""
    columns = np.asarray(covariates, dtype=np.float64)
    if columns.ndim != 2 or len(columns) != persons:
        raise ValueError(f"covariates: a row for each of {persons} persons is expected")
    if not np.isfinite(columns).all():
        raise ValueError("covariates: a missing or infinite value; leave such persons out first")
    return columns
