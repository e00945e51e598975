"""The programme's model over all waves: `score ~ wave + (1 | municipality) + (1 | person)`.

It stands beside the paired analysis and uses persons with a missing wave too (missing at random).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from pipeline.statistics import reasons
from pipeline.statistics.distributions import NORMAL_975
from pipeline.statistics.inputs import Vector, finite_vector, same_length
from pipeline.statistics.nested_reml import NestedFit, fit_nested, nested_data


@dataclass(frozen=True, slots=True)
class WaveEffect:
    """Mean of a wave less the first's, positive = better; GLS standard error, Wald z and 95 % interval."""

    wave: str
    change: float
    se: float
    z: float
    p: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class MixedModel:
    """Effects of the waves after the first, the first wave's mean, and the variances; None with a reason."""

    effects: tuple[WaveEffect, ...]
    intercept: float | None
    intercept_se: float | None
    municipality_variance: float | None
    person_variance: float | None
    residual_variance: float | None
    reml_criterion: float | None
    observations: int
    persons: int
    municipalities: int
    reason: str | None = None


def wave_model(
    scores: ArrayLike,
    waves: ArrayLike,
    persons: ArrayLike,
    municipalities: ArrayLike,
    wave_order: Sequence[str],
    orientation: int = 1,
) -> MixedModel:
    """Fit `score ~ wave + (1 | municipality) + (1 | person)` by REML.

    scores, waves, persons, municipalities: one element a scored scale, shape (n,), none missing; a person
    has one municipality. wave_order: the plan's waves, the first one being compared with; waves nobody was
    scored at drop out. waves: their names, or their places in wave_order, which are compared far
    faster. The effects, not the intercept, are turned by the orientation. Null with a reason when there are too few
    waves, municipalities or repeated persons, or the optimum can't be confirmed.
    Witness: R's lme4::lmer.
    """
    values = finite_vector("scores", scores)
    at, names = _places(waves, wave_order), [_labels(column) for column in (persons, municipalities)]
    same_length(scores=values, waves=at, persons=names[0], municipalities=names[1])
    present = [place for place in range(len(wave_order)) if (at == place).any()]
    inner_names, inner = np.unique(names[0], return_inverse=True)
    outer_names, outer = np.unique(names[1], return_inverse=True)
    counts = (len(values), len(inner_names), len(outer_names))
    reason = _unfit_because(values, len(present), counts)
    if reason is not None:
        return _null(counts, reason)
    design = np.column_stack([np.ones(len(values)), *(at == place for place in present[1:])])
    fit = fit_nested(nested_data(values, design, outer, inner))
    if fit is None:
        return _null(counts, reasons.MODEL_NOT_AT_OPTIMUM)
    return _described(fit, [wave_order[place] for place in present[1:]], counts, orientation)


def _places(waves: ArrayLike, wave_order: Sequence[str]) -> NDArray[Any]:
    """The place of each wave in the order; raises ValueError for one that is not in it."""
    given = _labels(waves)
    places = given if given.dtype.kind in "iu" else np.full(len(given), -1)
    if places is not given:
        for place, wave in enumerate(wave_order):
            places[given == wave] = place
    if len(places) and not (places.min() >= 0 and places.max() < len(wave_order)):
        raise ValueError("a score has a wave that the plan does not name")
    return places


def _labels(column: ArrayLike) -> NDArray[Any]:
    """Names or whole numbers, which are sorted far faster."""
    labels = np.asarray(column)
    return labels if labels.dtype.kind in "iu" else labels.astype(str)


def _unfit_because(values: Vector, waves: int, counts: tuple[int, int, int]) -> str | None:
    """Reason why the model can't be fitted, or None."""
    observations, persons, municipalities = counts
    if waves < 2:
        return reasons.ONE_WAVE
    if municipalities < 2:
        return reasons.ONE_MUNICIPALITY
    if persons == observations:
        return reasons.NO_REPEATED_PERSON
    if persons <= municipalities or observations - persons < waves:
        return reasons.TOO_FEW_FOR_MODEL
    return reasons.CONSTANT_SCORES if np.ptp(values) == 0 else None


def _described(
    fit: NestedFit, waves: list[str], counts: tuple[int, int, int], orientation: int
) -> MixedModel:
    """Return the fit under the names a report uses."""
    errors = np.sqrt(np.diag(fit.covariance))
    return MixedModel(
        effects=tuple(
            _effect(wave, orientation * float(fit.effects[place]), float(errors[place]))
            for place, wave in enumerate(waves, start=1)
        ),
        intercept=float(fit.effects[0]),
        intercept_se=float(errors[0]),
        municipality_variance=fit.outer_variance,
        person_variance=fit.inner_variance,
        residual_variance=fit.residual_variance,
        reml_criterion=fit.criterion,
        observations=counts[0],
        persons=counts[1],
        municipalities=counts[2],
    )


def _effect(wave: str, change: float, error: float) -> WaveEffect:
    """One wave's effect with its Wald test."""
    z = change / error
    half = NORMAL_975 * error
    return WaveEffect(wave, change, error, z, 2 * float(ndtr(-abs(z))), change - half, change + half)


def _null(counts: tuple[int, int, int], reason: str) -> MixedModel:
    """Return a model without figures and why."""
    return MixedModel((), *(None,) * 6, *counts, reason)
