"""Before a survey goes out: what a group of so many persons can show, and what would be hidden."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import bdtr

from pipeline.statistics.distributions import t_quantile
from pipeline.statistics.paired import detectable_change

SPLIT_FACTOR = 3
"""How persons fared is not split in a group under so many times the smallest cell (METHODS)."""


@dataclass(frozen=True, slots=True)
class SurveyPrecision:
    """What n persons asked will give: pairs expected, change found with 80 % power, half a 95 % interval.

    `hidden` is the chance that the mean is hidden (1 to min_cell - 1 pairs), `empty` that there is no pair,
    `unsplit` that improved, unchanged and worsened are not shown (fewer than 3 times min_cell pairs).
    """

    persons: int
    pairs: int
    detectable: float | None
    half_width: float | None
    empty: float
    hidden: float
    unsplit: float


def survey_precision(
    persons: int, sd_change: float, pair_share: float, min_cell: int, design_effect: float = 1.0
) -> SurveyPrecision:
    """Return what asking so many persons will give.

    sd_change: expected SD of the differences. pair_share: share of those asked who will be scored at both
    waves, each by themself. design_effect: variance of the mean over that of as many independent persons
    (Kish 1965). Raises ValueError for impossible input.
    """
    if persons < 0 or not 0 < pair_share <= 1 or not sd_change > 0 or design_effect < 1:
        raise ValueError(
            "persons 0 or more, share above 0 and at most 1, SD above 0, design effect 1 or more"
        )
    pairs = round(persons * pair_share)
    sd = sd_change * math.sqrt(design_effect)
    none = _at_most(0, persons, pair_share)
    return SurveyPrecision(
        persons=persons,
        pairs=pairs,
        detectable=detectable_change(sd, pairs),
        half_width=t_quantile(0.975, pairs - 1) * sd / math.sqrt(pairs) if pairs > 1 else None,
        empty=none,
        hidden=max(0.0, _at_most(min_cell - 1, persons, pair_share) - none),
        unsplit=_at_most(SPLIT_FACTOR * min_cell - 1, persons, pair_share),
    )


def sd_of_change(sd: float, correlation: float) -> float:
    """SD of the differences of two waves with the same SD and this correlation: SD·sqrt(2(1 - r))."""
    if not sd > 0 or not -1 <= correlation < 1:
        raise ValueError("the SD is above 0, the correlation from -1 to below 1")
    return sd * math.sqrt(2 * (1 - correlation))


def design_effect(sizes: list[int], icc: float) -> float:
    """1 + (m - 1)·ICC with m the persons that a person's municipality has on average (Kish 1965)."""
    if not 0 <= icc <= 1:
        raise ValueError("the ICC lies between 0 and 1")
    total = sum(sizes)
    return 1.0 if total == 0 else max(1.0, 1 + (sum(n * n for n in sizes) / total - 1) * icc)


def _at_most(pairs: int, persons: int, share: float) -> float:
    """Chance of at most so many pairs among so many persons."""
    return 1.0 if pairs >= persons else float(bdtr(pairs, persons, share))
