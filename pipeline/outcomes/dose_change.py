"""Table mart.dose_change: how the people fared for whom less and for whom more was spent.

Persons are put in groups of about equal size by what was spent for them: no figure is of a single person. The
amounts are rounded, so that no person's can be worked out from groups of different scales.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import polars as pl

from instruments import Library
from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.pairing import SCALE, members_of, scored_at_both
from pipeline.outcomes.planned import PlannedScale, planned_scales
from pipeline.outcomes.spending import spent_by_person
from pipeline.plan import Evaluation
from pipeline.statistics import reasons
from pipeline.statistics.distributions import NORMAL_975, t_quantile
from pipeline.statistics.inputs import oriented_differences

MOST_GROUPS, PERSONS_A_GROUP = 8, 10
ROUNDED_TO = Decimal(50)
CENT = Decimal("0.01")
Row = dict[str, object]


def dose_change(
    services: pl.DataFrame,
    scores: pl.DataFrame,
    population_members: pl.DataFrame,
    evaluation_members: pl.DataFrame,
    evaluation: Evaluation,
    library: Library,
) -> pl.DataFrame:
    """Return mart.dose_change of one evaluation: for each planned scale a row a group, and one for all.

    services, scores, population_members, evaluation_members: the tables of core. Of the programme as a whole: a
    breakdown's groups are too small to be divided.
    """
    spent = spent_by_person(services, evaluation_members, evaluation.id)
    members = members_of(population_members, evaluation)
    pairs = scored_at_both(scores, members, evaluation).drop_nulls(["pre", "post"])
    dosed = pairs.join(spent, on="participant_id").sort("eur", "participant_id")
    key = {"evaluation": evaluation.id, "population": "all", "grp": "all"}
    rows = [
        {**key, **dict(zip(SCALE, scale.key, strict=True)), **row}
        for scale in planned_scales(evaluation, library)
        for row in _rows(dosed, scale)
    ]
    return mart_frame("mart.dose_change", rows)


def _rows(dosed: pl.DataFrame, scale: PlannedScale) -> Iterator[Row]:
    """Give the row of all and those of the groups; none where nobody is paired."""
    own = dosed.filter(*(pl.col(name) == part for name, part in zip(SCALE, scale.key, strict=True)))
    if own.is_empty():
        return
    change = oriented_differences(own["pre"].to_numpy(), own["post"].to_numpy(), scale.scale.orientation)
    own = own.with_columns(change=pl.Series(change))
    yield {"dose_group": 0, "n": own.height, "dose_eur": _rounded(own["eur"]), **rank_correlation(own)}
    groups = min(MOST_GROUPS, max(1, own.height // PERSONS_A_GROUP))
    for place, part in enumerate(np.array_split(np.arange(own.height), groups), start=1):
        yield {"dose_group": place, **_group(own[part.tolist()])}


def _group(group: pl.DataFrame) -> Row:
    n, mean, sd = group.height, float(group["change"].to_numpy().mean()), group["change"].std()
    row: Row = {
        "n": n,
        "dose_eur": _rounded(group["eur"]),
        "mean_pre": float(group["pre"].to_numpy().mean()),
        "mean_change": mean,
    }
    if n < 2 or not isinstance(sd, float):
        return {**row, "reason": reasons.ONE_PERSON}
    half = t_quantile(0.975, n - 1) * sd / math.sqrt(n)
    return {**row, "ci_low": mean - half, "ci_high": mean + half}


def rank_correlation(pairs: pl.DataFrame) -> Row:
    """Return Spearman's correlation of `eur` and `change` with Bonett and Wright's interval (2000, equation 3).

    The interval is Fisher's z with standard error sqrt((1 + r²/2) / (n - 3)). Witness: scipy's spearmanr.
    """
    names = ("rank_correlation", "rank_correlation_low", "rank_correlation_high")
    if pairs.height < 4:
        return {"reason": reasons.TOO_FEW_FOR_CORRELATION}
    r = pairs.select(pl.corr(pl.col("eur").cast(pl.Float64), "change", method="spearman")).item()
    if r is None or math.isnan(r):
        return {"reason": reasons.CONSTANT_SCORES}
    if abs(r) > 1 - 1e-12:
        return {names[0]: max(-1.0, min(1.0, r)), "reason": reasons.ENTIRE_CORRELATION}
    half = NORMAL_975 * math.sqrt((1 + r * r / 2) / (pairs.height - 3))
    return dict(
        zip(names, (r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)), strict=True)
    )


def _rounded(eur: pl.Series) -> Decimal:
    """The mean amount to the nearest ROUNDED_TO euro."""
    mean = sum(eur.to_list(), Decimal(0)) / len(eur)
    return ((mean / ROUNDED_TO).quantize(Decimal(1), ROUND_HALF_UP) * ROUNDED_TO).quantize(CENT)
