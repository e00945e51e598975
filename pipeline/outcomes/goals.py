"""Table mart.goal_attainment: how far the goals of the support plans were attained."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.populations import cells
from pipeline.plan import Evaluation
from pipeline.statistics import goal_attainment_t, ratio_estimate, reasons
from pipeline.statistics.distributions import t_quantile

Figures = dict[str, object]

LEVELS: Mapping[str, tuple[float, ...]] = {
    "three_level": (0.0, 0.5, 1.0),
    "goal_attainment_scaling": (-2.0, -1.0, 0.0, 1.0, 2.0),
}


def goal_attainment(
    goals: pl.DataFrame,
    population_members: pl.DataFrame,
    evaluation_members: pl.DataFrame,
    evaluation: Evaluation,
) -> pl.DataFrame:
    """Return mart.goal_attainment of one evaluation: a row a domain, and `total`, of every population.

    goals: core.goal. population_members, evaluation_members: the tables of core with these names.
    Raises ValueError when an attainment is no level of the evaluation's `goal_scale`.
    """
    own = goals_of_evaluation(goals, evaluation_members, evaluation.id)
    _refuse_other_levels(own, evaluation)
    by_domain = pl.concat([own, own.with_columns(domain=pl.lit("total"))])
    degree = DEGREES[evaluation.goal_scale]
    return mart_frame(
        "mart.goal_attainment",
        [
            {**key, **_counts(cell, evaluation.goal_scale), **degree(cell)}
            for key, cell in cells(by_domain, population_members, evaluation.id, ("domain",))
        ],
    )


def goals_of_evaluation(
    goals: pl.DataFrame, evaluation_members: pl.DataFrame, evaluation_id: str
) -> pl.DataFrame:
    """Return the goals of an evaluation's members that lie between the first and the last day of their waves.

    A goal lies where it was reviewed, else where it was set; a goal without a date counts.
    """
    members = evaluation_members.filter(pl.col("evaluation") == evaluation_id).drop("evaluation")
    dated = pl.coalesce("reviewed_on", "set_on")
    in_time = dated.is_between(pl.col("first_day"), pl.col("last_day")) | dated.is_null()
    return goals.join(members, on="participant_id").filter(in_time).drop("first_day", "last_day")


def _refuse_other_levels(goals: pl.DataFrame, evaluation: Evaluation) -> None:
    """Raise ValueError when a goal was rated on another scale than the plan's."""
    levels = LEVELS[evaluation.goal_scale]
    strange = goals.filter(~pl.col("attainment").is_in(levels)).height
    if strange:
        listed = ", ".join(f"{level:g}" for level in levels)
        raise ValueError(
            f"{evaluation.id}: {strange} goals have an attainment that is none of {listed};"
            f" send them in again, or set `goal_scale` in the plan (now {evaluation.goal_scale})"
        )


def _counts(cell: pl.DataFrame, scale: str) -> Figures:
    """Count goals and persons. In goal attainment scaling 0 is the expected level, -1 less, -2 none of it."""
    achieved_from, partly_above = (1.0, 0.0) if scale == "three_level" else (0.0, -2.0)
    attainments = cell["attainment"].to_numpy()
    attained = attainments[~np.isnan(attainments)]
    achieved = int((attained >= achieved_from).sum())
    not_achieved = int((attained <= partly_above).sum())
    return {
        "goals": cell.height,
        "open": cell.height - len(attained),
        "achieved": achieved,
        "partly": len(attained) - achieved - not_achieved,
        "not_achieved": not_achieved,
        "persons": cell["participant_id"].n_unique(),
    }


def three_level_degree(cell: pl.DataFrame) -> Figures:
    """Return the sum of the attainments and its percentage of the reviewed goals, persons as clusters."""
    reviewed = cell.filter(pl.col("attainment").is_not_null())
    attainments, person = reviewed["attainment"].to_numpy(), _numbers_of_persons(reviewed)
    estimate = ratio_estimate(np.bincount(person, weights=attainments), np.bincount(person))
    return {
        "degree": float(attainments.sum()) if len(attainments) else None,
        "degree_pct": _per_cent(estimate.ratio),
        "ci_low": _per_cent(estimate.ci_low),
        "ci_high": _per_cent(estimate.ci_high),
        "reason": estimate.reason,
    }


def goal_attainment_scaling_degree(cell: pl.DataFrame) -> Figures:
    """Return the mean over persons of the T score of their goals, with its t interval (METHODS)."""
    reviewed = cell.filter(pl.col("attainment").is_not_null())
    attainments, person = reviewed["attainment"].to_numpy(), _numbers_of_persons(reviewed)
    # A goal without a weight weighs 1.
    weights = reviewed["weight"].fill_null(1.0).to_numpy()
    order = np.argsort(person, kind="stable")
    starts = np.flatnonzero(np.diff(person[order])) + 1
    own = zip(np.split(attainments[order], starts), np.split(weights[order], starts), strict=True)
    t_scores = np.array([goal_attainment_t(*goals) for goals in own if len(goals[0])])
    k = len(t_scores)
    if not k:
        return {"reason": reasons.NO_GOALS}
    mean = float(t_scores.mean())
    if k == 1:
        return {"degree": mean, "reason": reasons.ONE_PERSON_WITH_GOALS}
    sd = float(t_scores.std(ddof=1))
    if sd == 0:
        return {"degree": mean, "reason": reasons.CONSTANT_SCORES}
    half = t_quantile(0.975, k - 1) * sd / math.sqrt(k)
    return {"degree": mean, "ci_low": mean - half, "ci_high": mean + half}


def _numbers_of_persons(goals: pl.DataFrame) -> NDArray[np.intp]:
    """A number from 0, without gaps, for the person of each goal."""
    return goals["participant_id"].rank("dense").to_numpy().astype(np.intp) - 1


def _per_cent(share: float | None) -> float | None:
    return None if share is None else 100 * share


DEGREES: Mapping[str, Callable[[pl.DataFrame], Figures]] = {
    "three_level": three_level_degree,
    "goal_attainment_scaling": goal_attainment_scaling_degree,
}
