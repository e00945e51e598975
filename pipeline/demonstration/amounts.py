"""Splitting a published total over many rows, exactly."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CENTS = 100


def apportion(total: int, weights: npt.ArrayLike, minimum: int = 0) -> Integers:
    """Whole numbers in proportion to the weights that add up to the total (largest remainder, Hamilton 1792).

    Each gets at least `minimum`; of equal remainders the first comes first. Raises ValueError when the
    total is too small for that.
    """
    shares = np.asarray(weights, dtype=np.float64)
    free = total - minimum * len(shares)
    if free < 0:
        raise ValueError(f"{total} can't be split into {len(shares)} parts of at least {minimum}")
    exact = free * shares / shares.sum()
    parts: Integers = np.floor(exact).astype(np.int64)
    lacking = free - int(parts.sum())
    parts[np.argsort(parts - exact, kind="stable")[:lacking]] += 1
    parts += minimum
    return parts


def in_cents(eur: Decimal) -> int:
    """Euro as whole cents."""
    return int(eur * CENTS)


def euro_text(cents: int) -> str:
    """Whole cents as euro with a decimal point: 1205 -> `12.05`."""
    sign, size = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{size // CENTS}.{size % CENTS:02d}"
