"""Adjustment of p for the number of tests in a family; null p are neither counted nor adjusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from pipeline.statistics.inputs import Vector

_Rule: TypeAlias = Callable[[Vector], Vector]


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust p by Holm (1979): the family-wise error is held. Order kept. Witness: R's p.adjust("holm")."""
    return _adjust(p_values, _holm_sorted)


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust p by Benjamini & Hochberg (1995): the false discovery rate is held. Witness: R's p.adjust."""
    return _adjust(p_values, _benjamini_hochberg_sorted)


def _adjust(p_values: Sequence[float | None], rule: _Rule) -> list[float | None]:
    """Apply a rule on ascending p to those that are there, and put them back in their places."""
    places = [place for place, p in enumerate(p_values) if p is not None]
    given = np.array([p for p in p_values if p is not None], dtype=np.float64)
    if not ((given >= 0) & (given <= 1)).all():
        raise ValueError("a p value lies between 0 and 1; a missing one is None")
    order = np.argsort(given, kind="stable")
    adjusted: list[float | None] = [None] * len(p_values)
    for index, value in zip(order, rule(given[order]), strict=True):
        adjusted[places[index]] = float(value)
    return adjusted


def _holm_sorted(ascending: Vector) -> Vector:
    """Step down: p times the tests still left, never below an earlier one."""
    left = np.arange(len(ascending), 0, -1)
    return np.minimum(1.0, np.maximum.accumulate(ascending * left)) if len(ascending) else ascending


def _benjamini_hochberg_sorted(ascending: Vector) -> Vector:
    """Step up: p times the number of tests by its rank, never above a later one."""
    n = len(ascending)
    scaled = ascending * (n / np.arange(1, n + 1))
    return np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1]) if n else ascending
