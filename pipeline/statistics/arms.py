"""Two arms: the mean change of those in the programme less that of those who waited."""

from __future__ import annotations

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike

from pipeline.statistics import reasons
from pipeline.statistics.distributions import t_quantile, t_two_sided
from pipeline.statistics.inputs import Vector, finite_vector
from pipeline.statistics.paired import standard_deviation


@dataclass(frozen=True, slots=True)
class ArmDifference:
    """Mean changes of both arms and their difference with its 95 % Welch interval; positive = better."""

    n_programme: int
    n_waiting: int
    change_programme: float | None
    change_waiting: float | None
    difference: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    statistic: float | None = None
    df: float | None = None
    p: float | None = None
    reason: str | None = None


def arm_difference(programme: ArrayLike, waiting: ArrayLike) -> ArmDifference:
    """Compare the changes of two arms by Welch's t test (Welch 1947; Satterthwaite's degrees of freedom).

    programme, waiting: changes with positive = better, one element a person, none missing. The difference
    stands from one person an arm on, its interval from two; null with a reason when no change differs from
    another in either arm. Witness: R's t.test(programme, waiting).
    """
    given, held = finite_vector("programme", programme), finite_vector("waiting", waiting)
    means = [float(changes.mean()) if len(changes) else None for changes in (given, held)]
    plain = ArmDifference(len(given), len(held), means[0], means[1])
    if means[0] is None or means[1] is None:
        return _without(plain, None, reasons.EMPTY_ARM)
    difference = means[0] - means[1]
    squares = [_squared_error(changes) for changes in (given, held)]
    if squares[0] is None or squares[1] is None:
        return _without(plain, difference, reasons.ONE_PERSON_IN_ARM)
    if squares[0] + squares[1] == 0:
        return _without(plain, difference, reasons.EQUAL_DIFFERENCES)
    return _tested(plain, difference, squares[0], squares[1])


def _squared_error(changes: Vector) -> float | None:
    """Squared standard error of a mean; None for fewer than two."""
    sd = standard_deviation(changes)
    return None if sd is None else sd**2 / len(changes)


def _without(plain: ArmDifference, difference: float | None, reason: str) -> ArmDifference:
    return ArmDifference(
        plain.n_programme,
        plain.n_waiting,
        plain.change_programme,
        plain.change_waiting,
        difference,
        reason=reason,
    )


def _tested(plain: ArmDifference, difference: float, first: float, second: float) -> ArmDifference:
    """Add the test. first, second: squared standard errors of the two means."""
    error = math.sqrt(first + second)
    df = (first + second) ** 2 / (first**2 / (plain.n_programme - 1) + second**2 / (plain.n_waiting - 1))
    half = t_quantile(0.975, df) * error
    return ArmDifference(
        n_programme=plain.n_programme,
        n_waiting=plain.n_waiting,
        change_programme=plain.change_programme,
        change_waiting=plain.change_waiting,
        difference=difference,
        ci_low=difference - half,
        ci_high=difference + half,
        statistic=difference / error,
        df=df,
        p=t_two_sided(difference / error, df),
    )
