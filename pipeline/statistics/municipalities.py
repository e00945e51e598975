"""Municipalities: each one's own change, the partially pooled one, and the limits of a funnel."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from pipeline.statistics import reasons
from pipeline.statistics.distributions import NORMAL_975, t_quantile
from pipeline.statistics.inputs import Vector, finite_vector
from pipeline.statistics.paired import detectable_change, standard_deviation
from pipeline.statistics.random_intercept import GroupSums, RandomIntercept, group_sums, random_intercept

NORMAL_999 = float(ndtri(0.999))


@dataclass(frozen=True, slots=True)
class MunicipalityChange:
    """One municipality's mean change: its own with a t interval, the pooled one, and the funnel's limits.

    `pooled_se` is the standard error at the estimated tau2; `pooled_low`, `pooled_high` are the 95 %
    interval at tau2_high. `weight_own` is the share of its own mean in the pooled one. `reason` speaks of
    what is missing.
    """

    municipality: str
    n_pairs: int
    mean_change: float
    ci_low: float | None
    ci_high: float | None
    detectable_change: float | None
    pooled_change: float | None = None
    pooled_se: float | None = None
    pooled_low: float | None = None
    pooled_high: float | None = None
    weight_own: float | None = None
    funnel95_low: float | None = None
    funnel95_high: float | None = None
    funnel998_low: float | None = None
    funnel998_high: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MunicipalityChanges:
    """The model over all municipalities and each one's figures, in the sorted order of their codes."""

    model: RandomIntercept
    municipalities: tuple[MunicipalityChange, ...]


@dataclass(frozen=True, slots=True)
class _Pooled:
    """Pooled means, their standard errors and the weights of the own means, one element a group."""

    means: Vector
    errors: Vector
    weights: Vector


def municipality_changes(changes: ArrayLike, municipalities: ArrayLike) -> MunicipalityChanges:
    """Return the municipalities' own and partially pooled mean changes.

    changes: positive = better, shape (n,), none missing. municipalities: each person's code, shape (n,).
    Model `change ~ 1 + (1 | municipality)`, REML. Empirical Bayes (Morris 1983) with the interval at the
    upper limit of tau2; funnel of Spiegelhalter (2005), additive. Where the model can't be fitted the own
    figures stand.
    """
    values, labels = finite_vector("changes", changes), np.asarray(municipalities).astype(str)
    sums = group_sums(values, labels)
    model = random_intercept(sums)
    own = [_own(name, values[labels == name]) for name in sums.groups]
    if model.mean is None or model.sigma2 is None or model.tau2 is None or model.tau2_high is None:
        return MunicipalityChanges(
            model, tuple(replace(row, reason=reasons.join_reasons(row.reason, model.reason)) for row in own)
        )
    estimate = _pool(sums, model.sigma2, model.tau2)
    cautious = _pool(sums, model.sigma2, model.tau2_high)
    spread = np.sqrt(model.sigma2 / sums.sizes + model.tau2)
    return MunicipalityChanges(
        model,
        tuple(
            _with_model(row, place, estimate, cautious, model.mean, float(spread[place]))
            for place, row in enumerate(own)
        ),
    )


def _own(municipality: str, values: Vector) -> MunicipalityChange:
    """One municipality's own mean change; no interval for one person or equal changes."""
    n, mean, sd = len(values), float(values.mean()), standard_deviation(values)
    if sd is None or sd == 0:
        reason = reasons.ONE_PAIR if sd is None else reasons.EQUAL_DIFFERENCES
        return MunicipalityChange(municipality, n, mean, None, None, None, reason=reason)
    half = t_quantile(0.975, n - 1) * sd / math.sqrt(n)
    return MunicipalityChange(municipality, n, mean, mean - half, mean + half, detectable_change(sd, n))


def _pool(sums: GroupSums, sigma2: float, tau2: float) -> _Pooled:
    """Shrink the groups' means towards the mean over groups at these variances."""
    precision = 1 / (tau2 + sigma2 / sums.sizes)
    mean_variance = 1 / float(precision.sum())
    mean = float((precision * sums.means).sum()) * mean_variance
    own = tau2 / (tau2 + sigma2 / sums.sizes)
    variance = own * sigma2 / sums.sizes + (1 - own) ** 2 * mean_variance
    return _Pooled(own * sums.means + (1 - own) * mean, np.sqrt(variance), own)


def _with_model(
    row: MunicipalityChange, place: int, estimate: _Pooled, cautious: _Pooled, mean: float, spread: float
) -> MunicipalityChange:
    """Add the pooled figures and the funnel."""
    centre, half = float(cautious.means[place]), NORMAL_975 * float(cautious.errors[place])
    return replace(
        row,
        pooled_change=float(estimate.means[place]),
        pooled_se=float(estimate.errors[place]),
        pooled_low=centre - half,
        pooled_high=centre + half,
        weight_own=float(estimate.weights[place]),
        funnel95_low=mean - NORMAL_975 * spread,
        funnel95_high=mean + NORMAL_975 * spread,
        funnel998_low=mean - NORMAL_999 * spread,
        funnel998_high=mean + NORMAL_999 * spread,
    )
