"""McDonald's omega from a one-factor model by maximum likelihood."""

from __future__ import annotations

import numpy as np

from pipeline.statistics import reasons
from pipeline.statistics.inputs import Vector

SMALLEST_UNIQUENESS = 0.005
"""R's factanal stops here too: an item with less variance of its own is a Heywood case."""


def omega(complete: Vector) -> tuple[float | None, str | None]:
    """McDonald's omega, (sum of loadings)² / ((sum of loadings)² + sum of uniquenesses), and why it is None.

    McDonald (1999), equation 6.20b, of the items' covariances, so of the sum of the items as they are scored.
    complete: shape (persons, items), none missing. Null for fewer than three items, a constant item, singular
    correlations or a Heywood case. Witness: R's factanal(factors = 1) for loadings and uniquenesses.
    """
    n, k = complete.shape
    if k < 3:
        return None, reasons.TWO_ITEMS
    if n < 3 or (np.ptp(complete, axis=0) == 0).any():
        return None, reasons.TWO_PERSONS if n < 3 else reasons.CONSTANT_ITEM
    correlations: Vector = np.atleast_2d(np.corrcoef(complete, rowvar=False))
    if np.linalg.eigvalsh(correlations)[0] < 1e-8:
        return None, reasons.SINGULAR_ITEMS
    uniqueness, steepest = _uniquenesses(correlations)
    if uniqueness.min() <= SMALLEST_UNIQUENESS * (1 + 1e-6):
        return None, reasons.HEYWOOD_CASE
    if steepest > 1e-4:
        return None, reasons.MODEL_NOT_AT_OPTIMUM
    deviations = complete.std(axis=0, ddof=1)
    common = float((_loadings(correlations, uniqueness) * deviations).sum()) ** 2
    return common / (common + float((uniqueness * deviations**2).sum())), None


def _uniquenesses(correlations: Vector) -> tuple[Vector, float]:
    """Maximum likelihood uniquenesses (Jöreskog 1967; Lawley & Maxwell 1971) and the steepest slope left."""
    # Imported here: it takes longer than all else in this room and is needed once a scale.
    from scipy.optimize import minimize

    start = (1 - 0.5 / len(correlations)) / np.diag(np.linalg.inv(correlations))

    def misfit(uniqueness: Vector) -> float:
        return _misfit(correlations, uniqueness)

    def slope(uniqueness: Vector) -> Vector:
        return _misfit_slope(correlations, uniqueness)

    found = minimize(
        misfit,
        np.clip(start, 2 * SMALLEST_UNIQUENESS, 1.0),
        jac=slope,
        method="L-BFGS-B",
        bounds=[(SMALLEST_UNIQUENESS, 1.0)] * len(correlations),
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 5000, "maxfun": 50000},
    )
    uniqueness = np.asarray(found.x, dtype=np.float64)
    inside = (uniqueness > SMALLEST_UNIQUENESS) & (uniqueness < 1)
    return uniqueness, float(np.abs(slope(uniqueness))[inside].max(initial=0.0))


def _scaled_roots(correlations: Vector, uniqueness: Vector) -> tuple[Vector, Vector]:
    """Eigenvalues and vectors, ascending, of the correlations divided by the roots of the uniquenesses."""
    root = np.sqrt(uniqueness)
    values, vectors = np.linalg.eigh(correlations / np.outer(root, root))
    return values, vectors


def _misfit(correlations: Vector, uniqueness: Vector) -> float:
    """Likelihood discrepancy with the loadings at their best for these uniquenesses."""
    values, _ = _scaled_roots(correlations, uniqueness)
    rest = values[:-1]
    return float((rest - np.log(rest) - 1).sum())


def _misfit_slope(correlations: Vector, uniqueness: Vector) -> Vector:
    """Derivative of the discrepancy by the uniquenesses."""
    loadings = _loadings(correlations, uniqueness)
    slope: Vector = (loadings**2 + uniqueness - np.diag(correlations)) / uniqueness**2
    return slope


def _loadings(correlations: Vector, uniqueness: Vector) -> Vector:
    """Loadings on the one factor at these uniquenesses, mostly positive."""
    values, vectors = _scaled_roots(correlations, uniqueness)
    loadings: Vector = np.sqrt(uniqueness) * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0))
    return loadings if loadings.sum() >= 0 else -loadings
