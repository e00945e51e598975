"""Table mart.outcome_cost: what was spent for each unit of an outcome, with Fieller's interval.

A description, no proof of a cause and no ranking: who needs more is given more, and reaches less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, Decimal, localcontext

import numpy as np
import polars as pl

from instruments import Library
from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.goals import goals_of_evaluation
from pipeline.outcomes.pairing import SCALE, members_of, scored_at_both
from pipeline.outcomes.planned import PlannedScale, planned_scales
from pipeline.outcomes.spending import spent_by_person
from pipeline.outcomes.thresholds import thresholds_of
from pipeline.plan import Evaluation
from pipeline.statistics import Threshold, ratio_of_means, reasons
from pipeline.statistics.inputs import Vector, oriented_differences

RELIABLE = ("rci", "rci_sample")
DIGITS = Decimal("0.0001")
PRECISION = 50
Row = dict[str, object]
Amounts = Sequence[Decimal | None]


def outcome_cost(
    services: pl.DataFrame,
    goals: pl.DataFrame,
    scores: pl.DataFrame,
    population_members: pl.DataFrame,
    evaluation_members: pl.DataFrame,
    eligible_members: pl.DataFrame,
    evaluation: Evaluation,
    library: Library,
    reliability: pl.DataFrame,
) -> pl.DataFrame:
    """Return mart.outcome_cost of one evaluation: a row an outcome, in every population.

    services, goals, scores, population_members, evaluation_members, eligible_members: the tables of core;
    reliability: mart.reliability, for thresholds. What was spent is that of the persons whom the measure is meant
    for; of everybody beside goals. Outcomes: a unit of goal attainment (in goal attainment scaling a goal
    attained as expected or better), and a person reliably improved on each planned scale.
    """
    spent = spent_by_person(services, evaluation_members, evaluation.id)
    members = members_of(population_members, evaluation)
    attained = _attained(goals_of_evaluation(goals, evaluation_members, evaluation.id), evaluation)
    improved = _improved(scores, members, evaluation, library, reliability)
    rows = [
        {"evaluation": evaluation.id, **key, **_ratio(*persons)}
        for key, outcome in (*attained, *improved)
        for key, persons in _cells(
            key, outcome, _of_eligible(spent, key, eligible_members, evaluation), members
        )
    ]
    return mart_frame("mart.outcome_cost", rows)


def _of_eligible(
    spent: pl.DataFrame, key: Row, eligible_members: pl.DataFrame, evaluation: Evaluation
) -> pl.DataFrame:
    """Return the amounts of those whom a measure is meant for."""
    if key["outcome"] == "goal_attained":
        return spent
    meant = (pl.col("evaluation") == evaluation.id) & (pl.col("instrument") == key["instrument"])
    return spent.join(eligible_members.filter(meant), on="participant_id", how="semi")


def _attained(goals: pl.DataFrame, evaluation: Evaluation) -> Iterator[tuple[Row, pl.DataFrame]]:
    """Give the key of goal attainment, and participant_id with the units attained of each person's goals."""
    three_level = evaluation.goal_scale == "three_level"
    unit = pl.col("attainment") if three_level else (pl.col("attainment") >= 0).cast(pl.Float64)
    reviewed = goals.filter(pl.col("attainment").is_not_null())
    if reviewed.height:
        key: Row = {"outcome": "goal_attained", "instrument": "goal_attainment", "respondent": "none"}
        by_person = reviewed.group_by("participant_id").agg(outcome=unit.sum()).sort("participant_id")
        yield {**key, "scale": "total", "threshold_kind": None}, by_person


def _improved(
    scores: pl.DataFrame,
    members: pl.DataFrame,
    evaluation: Evaluation,
    library: Library,
    reliability: pl.DataFrame,
) -> Iterator[tuple[Row, pl.DataFrame]]:
    """Give the key of each planned scale, and participant_id with 1 for those who improved reliably."""
    planned = planned_scales(evaluation, library)
    pairs = scored_at_both(scores, members, evaluation)
    thresholds = thresholds_of(pairs, planned, evaluation, reliability)
    both = pairs.drop_nulls(["pre", "post"])
    for scale in planned:
        reliable = [found for found in thresholds[scale.key].available if found.kind in RELIABLE]
        own = both.filter(*(pl.col(name) == part for name, part in zip(SCALE, scale.key, strict=True)))
        if reliable and own.height:
            key = {"outcome": "person_improved", **dict(zip(SCALE, scale.key, strict=True))}
            yield {**key, "threshold_kind": reliable[0].kind}, _who_improved(own, scale, reliable[0])


def _who_improved(pairs: pl.DataFrame, scale: PlannedScale, threshold: Threshold) -> pl.DataFrame:
    change = oriented_differences(pairs["pre"].to_numpy(), pairs["post"].to_numpy(), scale.scale.orientation)
    better = change > (threshold.value or 0)
    return pairs.select("participant_id", outcome=pl.Series(better.astype(np.float64)))


def _cells(
    key: Row, outcome: pl.DataFrame, spent: pl.DataFrame, members: pl.DataFrame
) -> Iterator[tuple[Row, tuple[Amounts, Vector, Vector]]]:
    """Give each group's key with what was spent on its persons, exact and as floats, and their outcomes.

    A person who has none has None, and NaN.
    """
    facts = spent.join(outcome, on="participant_id", how="full", coalesce=True)
    joined = members.join(facts, on="participant_id").sort("participant_id")
    amounts = pl.col("eur").cast(pl.Float64).alias("amount")
    groups = joined.group_by("population", "grp", maintain_order=True).agg("eur", amounts, "outcome")
    for population, grp, eur, amount, reached in groups.iter_rows():
        persons = eur, np.array(amount, dtype=np.float64), np.array(reached, dtype=np.float64)
        yield {**key, "population": population, "grp": grp}, persons


def _ratio(eur: Amounts, amount: Vector, outcome: Vector) -> Row:
    """Return the figures of one cell: the ratio exact, its limits estimated."""
    spent, reached = [one for one in eur if one is not None], outcome[~np.isnan(outcome)]
    counts: Row = {"persons": len(reached), "participants": len(spent)}
    if not spent:
        return {**counts, "reason": reasons.NO_SERVICES}
    found = ratio_of_means(amount, outcome)
    exact = None if found.ratio is None else _exact_ratio(spent, reached)
    limits = (None if limit is None else _decimal(limit) for limit in (found.ci_low, found.ci_high))
    return {
        **counts,
        "eur_per_outcome": exact,
        **dict(zip(("eur_low", "eur_high"), limits, strict=True)),
        "reason": found.reason,
    }


def _exact_ratio(eur: Sequence[Decimal], outcome: Vector) -> Decimal:
    """Mean amount by mean outcome, cut after four decimals: whoever prints two then rounds once, not twice."""
    with localcontext() as context:
        context.prec = PRECISION
        whole = sum(eur, Decimal(0)) * len(outcome)
        return (whole / (Decimal(str(float(outcome.sum()))) * len(eur))).quantize(DIGITS, ROUND_DOWN)


def _decimal(limit: float) -> Decimal:
    return Decimal(repr(limit)).quantize(DIGITS)
