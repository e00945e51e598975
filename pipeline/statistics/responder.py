"""Who changed: thresholds for a person's change and the count of those beyond them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.statistics import reasons
from pipeline.statistics.inputs import DECIMALS, finite_vector
from pipeline.statistics.paired import standard_deviation
from pipeline.statistics.shares import wilson

ThresholdKind: TypeAlias = Literal["rci", "rci_sample", "mid", "half_sd"]
Directions: TypeAlias = NDArray[np.int8]

RELIABLE_CHANGE_QUANTILE = 1.959964
"""The normal 97.5 % quantile with the digits METHODS prints."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """Change beyond which a person counts as changed, in the scale's metric; None with a reason."""

    kind: ThresholdKind
    value: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Responders:
    """Persons by how they fared; the three counts add up to n_pairs. The interval is Wilson's."""

    n_pairs: int
    n_improved: int | None
    n_unchanged: int | None
    n_worsened: int | None
    share_improved: float | None
    ci_low: float | None
    ci_high: float | None
    reason: str | None = None


def reliable_change_threshold(
    sd_reference: float | None, reliability: float | None, kind: Literal["rci", "rci_sample"] = "rci"
) -> Threshold:
    """Threshold of reliable change, 1.959964·sqrt(2)·SD·sqrt(1 - r) (Jacobson & Truax 1991).

    sd_reference: the norm's SD (10 on T). reliability: a verified value of that very scale (`rci`), else
    alpha of this evaluation's baseline (`rci_sample`). Null without one of them, or when reliability is 1
    or more.
    """
    if sd_reference is None or reliability is None:
        return Threshold(kind, None, reasons.NO_REFERENCE)
    if sd_reference <= 0 or reliability >= 1:
        return Threshold(kind, None, reasons.THRESHOLD_NOT_POSITIVE)
    standard_error = sd_reference * math.sqrt(1 - reliability)
    return Threshold(kind, RELIABLE_CHANGE_QUANTILE * math.sqrt(2) * standard_error)


def half_sd_threshold(norm_sd: float | None, baseline: ArrayLike) -> Threshold:
    """Half the norm's SD, or without a norm half the SD of the baseline of `all` (Norman et al. 2003)."""
    sd = norm_sd if norm_sd is not None else standard_deviation(finite_vector("baseline", baseline))
    if sd is None:
        return Threshold("half_sd", None, reasons.ONE_PERSON)
    if sd <= 0:
        return Threshold("half_sd", None, reasons.THRESHOLD_NOT_POSITIVE)
    return Threshold("half_sd", sd / 2)


def directions(differences: ArrayLike, threshold: Threshold) -> Directions | None:
    """Return for each person 1 (improved), 0 (unchanged) or -1 (worsened), shape (n,); None without a threshold.

    differences: changes with positive = better, shape (n,). Beyond the threshold means more than it for rci
    and rci_sample, at least it for mid and half_sd.
    """
    changes = np.round(finite_vector("differences", differences), DECIMALS)
    if threshold.value is None or threshold.value <= 0:
        return None
    limit = round(threshold.value, DECIMALS)
    strict = threshold.kind in ("rci", "rci_sample")
    beyond = np.abs(changes) > limit if strict else np.abs(changes) >= limit
    return np.where(beyond, np.sign(changes), 0).astype(np.int8)


def count_responders(differences: ArrayLike, threshold: Threshold) -> Responders:
    """Count improved, unchanged and worsened, as `directions` tells them."""
    n, found = len(np.atleast_1d(differences)), directions(differences, threshold)
    if found is None:
        return Responders(n, *(None,) * 6, reason=threshold.reason or reasons.THRESHOLD_NOT_POSITIVE)
    improved, worsened = int((found == 1).sum()), int((found == -1).sum())
    share = wilson(improved, n)
    return Responders(
        n, improved, n - improved - worsened, worsened, share.share, share.ci_low, share.ci_high, share.reason
    )
