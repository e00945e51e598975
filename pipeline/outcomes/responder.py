"""Table mart.responder: how many persons changed, by every kind of threshold there is for a scale."""

from __future__ import annotations

import polars as pl

from instruments import Library
from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.pairing import Cell, cells_of, everybody, members_of, scored_at_both
from pipeline.outcomes.planned import planned_scales
from pipeline.outcomes.thresholds import thresholds_of
from pipeline.plan import Evaluation
from pipeline.statistics import Threshold, count_responders


def responder(
    scores: pl.DataFrame | pl.LazyFrame,
    population_members: pl.DataFrame,
    evaluation: Evaluation,
    library: Library,
    reliability: pl.DataFrame,
) -> pl.DataFrame:
    """Return mart.responder of one evaluation: a row for each cell with pairs and each available threshold.

    Takes what `score_change` takes. A kind of threshold without a value for a scale, and a cell without
    pairs, have no row here; mart.score_change says why.
    """
    planned = planned_scales(evaluation, library)
    members = members_of(population_members, evaluation)
    pairs = scored_at_both(scores, members, evaluation)
    of_all = pairs.join(everybody(members), on="participant_id", how="semi")
    thresholds = thresholds_of(of_all, planned, evaluation, reliability)
    rows = [
        _row(cell, threshold, evaluation)
        for cell in cells_of(pairs, members, planned)
        if len(cell.pre)
        for threshold in thresholds[cell.planned.key].available
    ]
    return mart_frame("mart.responder", rows)


def _row(cell: Cell, threshold: Threshold, evaluation: Evaluation) -> dict[str, object]:
    """Return one row of the table."""
    counted = count_responders(cell.differences, threshold)
    return {
        **cell.key(evaluation),
        "threshold_kind": threshold.kind,
        "threshold": threshold.value,
        "n_improved": counted.n_improved,
        "n_unchanged": counted.n_unchanged,
        "n_worsened": counted.n_worsened,
        "share_improved": counted.share_improved,
        "ci_low": counted.ci_low,
        "ci_high": counted.ci_high,
    }
