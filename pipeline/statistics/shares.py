"""Counts and shares of persons: Wilson's interval and the exact tests against one half."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pipeline.statistics import reasons
from pipeline.statistics.distributions import NORMAL_975, binomial_half_two_sided


@dataclass(frozen=True, slots=True)
class Share:
    """Share of persons, 0-1, with its 95 % interval; None with a reason when there is nobody."""

    count: int
    n: int
    share: float | None
    ci_low: float | None
    ci_high: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RatedChange:
    """How people rated a change; `share_better` and `net_balance` of all three answers together."""

    better: int
    same: int
    worse: int
    n: int
    share_better: float | None
    ci_low: float | None
    ci_high: float | None
    net_balance: float | None
    p_sign: float | None
    p_half: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ExactTest:
    """Exact two-sided p, or None with a reason."""

    p: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """Difference of two shares of the same persons with its 95 % interval; None with a reason."""

    difference: float | None
    ci_low: float | None
    ci_high: float | None
    reason: str | None = None


def paired_difference(gained: int, lost: int, n: int) -> PairedDifference:
    """Share after less share before, with Bonett and Price's adjusted Wald interval (2012, equation 3).

    gained, lost: persons among n who are in the category after alone, before alone. The limits are cut to -1
    and 1.
    """
    _refuse_impossible(gained + lost, n)
    if n == 0:
        return PairedDifference(None, None, None, reasons.NO_PERSONS)
    up, down = (gained + 1) / (n + 2), (lost + 1) / (n + 2)
    centre = up - down
    half = NORMAL_975 * math.sqrt((up + down - centre**2) / (n + 2))
    return PairedDifference((gained - lost) / n, max(-1.0, centre - half), min(1.0, centre + half))


def wilson(count: int, n: int) -> Share:
    """Share with Wilson's 95 % score interval (Wilson 1927). Witness: R's prop.test(correct = FALSE)."""
    _refuse_impossible(count, n)
    if n == 0:
        return Share(count, n, None, None, None, reasons.NO_PERSONS)
    share, z2 = count / n, NORMAL_975**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = NORMAL_975 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At 0 and n the limit is 0 or 1 by the formula; subtraction would leave 1e-17.
    low = 0.0 if count == 0 else max(0.0, centre - half)
    high = 1.0 if count == n else min(1.0, centre + half)
    return Share(count, n, share, low, high)


def sign_test(better: int, worse: int) -> ExactTest:
    """Exact binomial of better against worse; unchanged persons don't count (Dixon & Mood 1946)."""
    _refuse_impossible(better, better + worse)
    if better + worse == 0:
        return ExactTest(None, reasons.NO_DISCORDANT)
    return ExactTest(binomial_half_two_sided(better, better + worse))


def exact_mcnemar(gained: int, lost: int) -> ExactTest:
    """Exact McNemar test of a paired yes/no from its discordant counts. Witness: statsmodels' mcnemar."""
    return sign_test(gained, lost)


def half_test(count: int, n: int) -> ExactTest:
    """Exact binomial test of a share against one half. Witness: R's binom.test."""
    _refuse_impossible(count, n)
    if n == 0:
        return ExactTest(None, reasons.NO_PERSONS)
    return ExactTest(binomial_half_two_sided(count, n))


def rated_change(better: int, same: int, worse: int) -> RatedChange:
    """Figures of a change people rated themselves: share better, net balance, `p_sign` and `p_half`."""
    _refuse_impossible(better, better + same + worse)
    n = better + same + worse
    share = wilson(better, n)
    sign = sign_test(better, worse)
    return RatedChange(
        better=better,
        same=same,
        worse=worse,
        n=n,
        share_better=share.share,
        ci_low=share.ci_low,
        ci_high=share.ci_high,
        net_balance=(better - worse) / n if n else None,
        p_sign=sign.p,
        p_half=half_test(better, n).p,
        reason=share.reason or sign.reason,
    )


def _refuse_impossible(count: int, n: int) -> None:
    """Raise ValueError unless 0 <= count <= n."""
    if not 0 <= count <= n:
        raise ValueError(f"a count of {count} among {n} persons is impossible")
