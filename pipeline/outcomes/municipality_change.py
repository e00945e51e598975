"""Table mart.municipality_change: each municipality's own, partially pooled and case-mix adjusted change.

METHODS, "Municipalities".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from instruments import Library
from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.pairing import SCALE, change_key, members_of, scored_at_both
from pipeline.outcomes.planned import PlannedScale, planned_scales
from pipeline.plan import Evaluation
from pipeline.statistics.case_mix import AdjustedChange, adjusted_changes
from pipeline.statistics.distributions import NORMAL_975
from pipeline.statistics.inputs import Vector, oriented_differences
from pipeline.statistics.municipalities import MunicipalityChange, municipality_changes
from pipeline.statistics.random_intercept import RandomIntercept
from pipeline.statistics.reasons import NO_PAIRS, join_reasons

CATEGORIES = ["sex", "age_band"]
AS_COMPUTED = (
    *("n_pairs", "mean_change", "ci_low", "ci_high", "pooled_change", "pooled_low", "pooled_high"),
    *("weight_own", "funnel95_low", "funnel95_high", "funnel998_low", "funnel998_high", "detectable_change"),
)
"""Columns that stand in the table as `municipality_changes` computes them."""


@dataclass(frozen=True, slots=True)
class _ScaleChanges:
    """The figures of one scale: the model over all municipalities, and each one's by its code."""

    model: RandomIntercept
    own: dict[str, MunicipalityChange]
    adjusted: dict[str, AdjustedChange]


def municipality_change(
    scores: pl.DataFrame,
    population_members: pl.DataFrame,
    participants: pl.DataFrame,
    evaluation: Evaluation,
    library: Library,
) -> pl.DataFrame:
    """Return mart.municipality_change of one evaluation: a row for each scale of the plan and municipality.

    scores: core.score. population_members: core.population_member of this evaluation; without the breakdown
    `municipality` the table is empty. participants: core.participant, for sex and age band; a person whose
    sex or age isn't known makes a category of their own. The respondent is the same within a scale's row
    and needs no adjustment.
    """
    members = members_of(population_members, evaluation).filter(pl.col("population") == "municipality")
    codes = members["grp"].unique().sort().to_list()
    paired = _paired(scores, members, participants, evaluation)
    by_scale = paired.partition_by(SCALE, as_dict=True)
    rows = [
        {**change_key(evaluation, "municipality", code, scale), **row}
        for scale in planned_scales(evaluation, library)
        for code, row in _rows(scale, codes, by_scale.get(scale.key, paired.clear())).items()
    ]
    return mart_frame("mart.municipality_change", rows)


def _paired(
    scores: pl.DataFrame, members: pl.DataFrame, participants: pl.DataFrame, evaluation: Evaluation
) -> pl.DataFrame:
    """Return a row for each person paired on a scale, with municipality, sex and age band, by pseudonym."""
    return (
        scored_at_both(scores, members, evaluation)
        .drop_nulls(["pre", "post"])
        .join(members.select("participant_id", "grp"), on="participant_id", maintain_order="left")
        .join(
            participants.select("participant_id", *CATEGORIES),
            on="participant_id",
            how="left",
            maintain_order="left",
        )
    )


def _rows(scale: PlannedScale, codes: list[str], paired: pl.DataFrame) -> dict[str, dict[str, object]]:
    """Return the figures of one scale by municipality, also of those without pairs."""
    if paired.is_empty():
        return {code: {"n_pairs": 0, "reason": NO_PAIRS} for code in codes}
    found = _scale_changes(scale, paired)
    return {code: _row(code, found) for code in codes}


def _scale_changes(scale: PlannedScale, paired: pl.DataFrame) -> _ScaleChanges:
    """Fit the model and the adjustment of one scale."""
    pre, post = paired["pre"].to_numpy(), paired["post"].to_numpy()
    differences = oriented_differences(pre, post, scale.scale.orientation)
    municipalities = paired["grp"].to_numpy()
    fitted = municipality_changes(differences, municipalities)
    adjusted = adjusted_changes(differences, municipalities, _covariates(paired))
    return _ScaleChanges(
        fitted.model,
        {row.municipality: row for row in fitted.municipalities},
        {row.municipality: row for row in adjusted},
    )


def _covariates(paired: pl.DataFrame) -> Vector:
    """Return baseline score, sex and age band as numbers, a 0/1 column for each category but the first."""
    columns = [paired["pre"].to_numpy()]
    for name in CATEGORIES:
        categories = paired[name].unique().sort().to_list()
        columns += [paired[name].eq_missing(category).to_numpy() for category in categories[1:]]
    return np.column_stack(columns).astype(np.float64)


def _row(code: str, found: _ScaleChanges) -> dict[str, object]:
    """Return the figures of one municipality."""
    model, own = found.model, found.own.get(code)
    of_model = {
        "programme_change": model.mean,
        **{name: getattr(model, name) for name in ("tau2", "tau2_high", "sigma2", "icc")},
    }
    if own is None:
        return {**of_model, "n_pairs": 0, "reason": join_reasons(NO_PAIRS, model.reason)}
    adjusted = found.adjusted[code]
    return {
        **of_model,
        **{name: getattr(own, name) for name in AS_COMPUTED},
        "pooled_se": _cautious_error(own),
        "adjusted_change": adjusted.adjusted_change,
        "reason": join_reasons(own.reason, adjusted.reason),
    }


def _cautious_error(own: MunicipalityChange) -> float | None:
    """Return the standard error that the pooled interval is made of: that at tau2_high."""
    if own.pooled_low is None or own.pooled_high is None:
        return None
    return (own.pooled_high - own.pooled_low) / (2 * NORMAL_975)
