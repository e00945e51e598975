"""Guards on what the statistics are given: finite numbers, matching lengths, known orientations."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector: TypeAlias = NDArray[np.float64]

DECIMALS = 10
"""Differences are rounded to 1e-10 before zeros, ties and thresholds are looked for."""


def finite_vector(name: str, values: ArrayLike) -> Vector:
    """Return `values` as a one-dimensional array of float64.

    Raises ValueError when they have another shape or hold a missing or infinite value: what is missing is
    left out by whoever pairs or selects, never silently here.
    """
    vector = np.asarray(values, dtype=np.float64)
    if vector.ndim != 1:
        raise ValueError(f"{name}: one dimension is expected, {vector.ndim} are given")
    if not np.isfinite(vector).all():
        raise ValueError(f"{name}: a missing or infinite value; leave such persons out first")
    return vector


def same_length(**vectors: NDArray[np.generic]) -> None:
    """Raise ValueError unless all vectors have as many elements."""
    lengths = {name: len(vector) for name, vector in vectors.items()}
    if len(set(lengths.values())) > 1:
        described = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"the same persons are expected in each: {described}")


def oriented_differences(pre: Vector, post: Vector, orientation: int) -> Vector:
    """Return (post - pre) times orientation, rounded to 1e-10; positive is better for the person."""
    if orientation not in (-1, 1):
        raise ValueError(f"orientation is 1 (higher is better) or -1 (lower is better), not {orientation}")
    same_length(pre=pre, post=post)
    # Adding 0.0 turns the -0.0 of a reversed zero into 0.0.
    return np.round((post - pre) * orientation, DECIMALS) + 0.0
