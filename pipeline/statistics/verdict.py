"""The verdict on a change: one word for what the interval allows to be said."""

from __future__ import annotations

from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal[
    "improved", "worsened", "no_relevant_change", "trivial_change", "inconclusive", "not_estimable"
]


def verdict(
    p: float | None,
    ci_low: float | None,
    ci_high: float | None,
    ci90_low: float | None = None,
    ci90_high: float | None = None,
    smallest_effect: float | None = None,
) -> Verdict:
    """Return the verdict by METHODS' rule, in its order.

    p: of the outcome's test. ci_low, ci_high: the 95 % and ci90_low, ci90_high the 90 % interval of the
    mean change, positive = better. smallest_effect: the plan's E; without it no change is called trivial or
    irrelevant.
    """
    if p is None or ci_low is None or ci_high is None:
        return "not_estimable"
    excludes_zero = ci_low > 0 or ci_high < 0
    if _is_small(ci90_low, ci90_high, smallest_effect):
        return "trivial_change" if excludes_zero else "no_relevant_change"
    if not excludes_zero:
        return "inconclusive"
    return "improved" if ci_low > 0 else "worsened"


def _is_small(low: float | None, high: float | None, smallest_effect: float | None) -> bool:
    """Whether the 90 % interval lies wholly inside (-E, E)."""
    if low is None or high is None or smallest_effect is None:
        return False
    return -smallest_effect < low and high < smallest_effect
