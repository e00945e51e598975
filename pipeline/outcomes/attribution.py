"""Table mart.attribution: which other explanations each headline change survives.

METHODS, "The attribution ladder".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import polars as pl

from instruments import Library
from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.headlines import headlines
from pipeline.outcomes.pairing import Cell, cells_of, everybody, members_of, scored_at_both
from pipeline.outcomes.planned import planned_scales
from pipeline.plan import Evaluation
from pipeline.statistics.attribution import break_even_mean, tipping_point, unexplained_change
from pipeline.statistics.reasons import NO_PAIRS, join_reasons

NOT_AVAILABLE = "not available"
ORDINAL = "the scale is ordinal"

Row: TypeAlias = dict[str, object]


def attribution(
    scores: pl.DataFrame,
    population_members: pl.DataFrame,
    evaluation: Evaluation,
    library: Library,
    changes: pl.DataFrame,
) -> pl.DataFrame:
    """Return mart.attribution of one evaluation: the ladder of each headline, on the population `all`.

    changes: mart.score_change of this evaluation; which of them are headlines, `headlines` says.

    The rungs and what stands under `assumption`:
    raw_change (`none`): mean change and interval as in mart.score_change.
    regression_to_mean: what is left if the group's long-run mean is the one assumed: `pre_mean`, and beside
    it `norm_mean` where the scale has a norm; `known_mean` instead of the latter when the plan says
    `selected_by_score` (its `norm_mean`, else the norm's). `break_even` is the long-run mean at which the
    interval reaches 0. Null on ordinal scales.
    norm_age_trend (`norm_trend`): no measure has a published trend yet.
    attrition_worst_case (`tipping_point`): `break_even` is delta*, by how much those lost must have done
    worse than the completers for the interval of all to reach 0; no change of its own.
    """
    planned = planned_scales(evaluation, library)
    found = headlines(changes, planned, evaluation)
    of_all = everybody(members_of(population_members, evaluation))
    pairs = scored_at_both(scores, of_all, evaluation)
    cells = cells_of(pairs, of_all, [scale for scale in planned if scale.key in found])
    rows = [
        {**cell.key(evaluation), **rung}
        for cell in cells
        for rung in _ladder(cell, found[cell.planned.key], evaluation)
    ]
    return mart_frame("mart.attribution", rows)


def _ladder(cell: Cell, change: Mapping[str, Any], evaluation: Evaluation) -> Iterator[Row]:
    """Yield the rungs of one headline, in the order of METHODS."""
    figures = {name: change[name] for name in ("ci_low", "ci_high")}
    without_interval = change["reason"] if change["ci_low"] is None else None
    yield {
        "rung": "raw_change",
        "assumption": "none",
        "change": change["mean_change"],
        **figures,
        "reason": without_interval,
    }
    for assumption, long_run_mean in _long_run_means(cell, evaluation):
        yield _regression_to_mean(cell, assumption, long_run_mean)
    yield {"rung": "norm_age_trend", "assumption": "norm_trend", "reason": NOT_AVAILABLE}
    tipping = tipping_point(change["ci_low"], cell.n_pre, len(cell.pre))
    yield {
        "rung": "attrition_worst_case",
        "assumption": "tipping_point",
        "break_even": tipping.delta,
        "reason": tipping.reason,
    }


def _long_run_means(cell: Cell, evaluation: Evaluation) -> list[tuple[str, float | None]]:
    """Return the assumptions on the long-run mean; the norm's never stands alone."""
    norm_mean = cell.planned.norm_mean
    assumed: list[tuple[str, float | None]] = [
        ("pre_mean", float(cell.pre.mean()) if len(cell.pre) else None)
    ]
    if evaluation.selected_by_score:
        known = evaluation.norm_mean if evaluation.norm_mean is not None else norm_mean
        return [*assumed, ("known_mean", known)] if known is not None else assumed
    return [*assumed, ("norm_mean", norm_mean)] if norm_mean is not None else assumed


def _regression_to_mean(cell: Cell, assumption: str, long_run_mean: float | None) -> Row:
    """Return what regression to this long-run mean leaves of the change."""
    row: Row = {"rung": "regression_to_mean", "assumption": assumption}
    scale = cell.planned.scale
    if scale.level == "ordinal":
        return {**row, "reason": ORDINAL}
    if long_run_mean is None:
        return {**row, "reason": NO_PAIRS}
    left = unexplained_change(cell.pre, cell.post, long_run_mean, scale.orientation)
    even = break_even_mean(cell.pre, cell.post)
    return {
        **row,
        "change": left.change,
        "ci_low": left.ci_low,
        "ci_high": left.ci_high,
        "break_even": even.long_run_mean,
        "reason": join_reasons(left.reason, even.reason),
    }
