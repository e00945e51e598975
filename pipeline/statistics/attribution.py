"""What else could explain a change: regression to the mean and those who were lost.

METHODS, "The attribution ladder".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipeline.statistics import reasons
from pipeline.statistics.distributions import t_quantile, t_two_sided
from pipeline.statistics.inputs import Vector, finite_vector, oriented_differences


@dataclass(frozen=True, slots=True)
class UnexplainedChange:
    """Change that regression to a given long-run mean can't explain, positive = better; 95 % interval."""

    long_run_mean: float
    change: float | None
    se: float | None
    df: int | None
    ci_low: float | None
    ci_high: float | None
    statistic: float | None
    p: float | None
    slope: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Long-run mean, in the scale's metric, at which the interval reaches 0; None with a reason."""

    long_run_mean: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TippingPoint:
    """By how much those lost must have done worse for the interval of all to reach 0; None with a reason."""

    delta: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """Regression of post on pre: slope, residual SD, sum of squares of pre, means, n."""

    n: int
    mean_pre: float
    mean_change: float
    slope: float
    residual_sd: float
    squares_pre: float

    @property
    def t_critical(self) -> float:
        """97.5 % quantile on n - 2 degrees of freedom."""
        return t_quantile(0.975, self.n - 2)


def unexplained_change(
    pre: ArrayLike, post: ArrayLike, long_run_mean: float, orientation: int = 1
) -> UnexplainedChange:
    """Change that regression to the mean does not explain (Mee & Chua 1991, at a given mean).

    pre, post: scores of the same n persons, one interval metric, shape (n,); n >= 3. long_run_mean: the
    mean the group would drift to without any change, same metric; at the mean of pre this is the raw
    change. Standard error and t with n - 2 degrees of freedom from the regression of post on pre. Witness:
    R's predict(lm(post ~ pre), interval).
    """
    line = _fit(pre, post)
    if isinstance(line, str):
        return UnexplainedChange(long_run_mean, *(None,) * 8, reason=line)
    oriented_differences(np.empty(0), np.empty(0), orientation)
    distance = long_run_mean - line.mean_pre
    change = orientation * (line.mean_change - (1 - line.slope) * distance)
    if line.residual_sd == 0:
        nulls = (None,) * 6
        return UnexplainedChange(long_run_mean, change, *nulls, slope=line.slope, reason=reasons.NO_RESIDUAL)
    error = line.residual_sd * math.sqrt(1 / line.n + distance**2 / line.squares_pre)
    half, df = line.t_critical * error, line.n - 2
    return UnexplainedChange(
        long_run_mean=long_run_mean,
        change=change,
        se=error,
        df=df,
        ci_low=change - half,
        ci_high=change + half,
        statistic=change / error,
        p=t_two_sided(change / error, df),
        slope=line.slope,
    )


def break_even_mean(pre: ArrayLike, post: ArrayLike) -> BreakEven:
    """Long-run mean nearest to the mean of pre at which the unexplained change's interval reaches 0.

    Ostermann, Willich & Lüdtke (2008). Looked for on the side on which regression to the mean would explain
    the change. Null with a reason when the raw change's interval (at the mean of pre) already holds 0, or
    no mean does it. Orientation does not matter: the interval reaches 0 either way.
    """
    line = _fit(pre, post)
    if isinstance(line, str):
        return BreakEven(None, line)
    if line.residual_sd == 0:
        return BreakEven(None, reasons.NO_RESIDUAL)
    # (change - regression·u)² = t²·s²·(1/n + u²/Sxx) with u the distance from the mean of pre.
    regression, noise = 1 - line.slope, (line.t_critical * line.residual_sd) ** 2
    constant = line.mean_change**2 - noise / line.n
    if constant <= 0:
        return BreakEven(None, reasons.INTERVAL_REACHES_ZERO)
    square = regression**2 - noise / line.squares_pre
    linear = -2 * regression * line.mean_change
    side = math.copysign(1, regression * line.mean_change)
    distances = [u for u in _roots(square, linear, constant) if u * side > 0]
    if regression == 0 or not distances:
        return BreakEven(None, reasons.NO_BREAK_EVEN)
    return BreakEven(line.mean_pre + min(distances, key=abs))


def tipping_point(ci_low: float | None, n_pre: int, n_pairs: int) -> TippingPoint:
    """Worst case of attrition: delta* = ci_low·N/m for N persons scored at pre, m of them lost.

    ci_low: lower 95 % limit of the mean change, positive = better. Null with a reason when nobody was lost,
    or the limit is missing or not above 0. Raises ValueError for more pairs than persons.
    """
    lost = n_pre - n_pairs
    if lost < 0:
        raise ValueError(f"{n_pairs} pairs of {n_pre} persons scored before are impossible")
    if lost == 0:
        return TippingPoint(None, reasons.NOBODY_LOST)
    if ci_low is None:
        return TippingPoint(None, reasons.NO_INTERVAL)
    if ci_low <= 0:
        return TippingPoint(None, reasons.INTERVAL_HOLDS_ZERO)
    return TippingPoint(ci_low * n_pre / lost)


def _fit(pre: ArrayLike, post: ArrayLike) -> _Line | str:
    """Regress post on pre; the reason instead when there are fewer than three pairs or pre is constant."""
    before, after = finite_vector("pre", pre), finite_vector("post", post)
    differences = oriented_differences(before, after, 1)
    n = len(before)
    if n < 3:
        return reasons.TWO_PAIRS
    if np.ptp(before) == 0:
        return reasons.CONSTANT_BASELINE
    centred = before - before.mean()
    squares_pre = float((centred**2).sum())
    slope = float((centred * (after - after.mean())).sum()) / squares_pre
    return _Line(
        n=n,
        mean_pre=float(before.mean()),
        mean_change=float(differences.mean()),
        slope=slope,
        residual_sd=_residual_sd(after - after.mean() - slope * centred, after),
        squares_pre=squares_pre,
    )


def _residual_sd(residuals: Vector, after: Vector) -> float:
    """Residual standard deviation on n - 2 degrees of freedom; rounding noise counts as 0."""
    squares = float((residuals**2).sum())
    if squares <= 1e-20 * max(1.0, float((after**2).sum())):
        return 0.0
    return math.sqrt(squares / (len(residuals) - 2))


def _roots(square: float, linear: float, constant: float) -> list[float]:
    """Real roots of square·u² + linear·u + constant, without cancellation."""
    discriminant = linear**2 - 4 * square * constant
    if discriminant < 0:
        return []
    half = -(linear + math.copysign(math.sqrt(discriminant), linear)) / 2
    roots = [] if half == 0 else [constant / half]
    return roots if square == 0 else [*roots, half / square]
