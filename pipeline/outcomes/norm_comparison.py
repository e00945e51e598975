"""Table mart.norm_comparison: how far the persons' mean lies from the norm's, before and after.

METHODS, "Against the norm". The share clearly below the norm stands in mart.score_level.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from instruments import Library
from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.pairing import SCALE, everybody, members_of
from pipeline.outcomes.planned import PlannedScale, planned_scales
from pipeline.plan import Evaluation
from pipeline.statistics.level import compare_with_norm

COMPUTED = ("n", "difference", "ci_low", "ci_high", "df", "p", "reason")


def norm_comparison(
    scores: pl.DataFrame, population_members: pl.DataFrame, evaluation: Evaluation, library: Library
) -> pl.DataFrame:
    """Return mart.norm_comparison of one evaluation: a row a scale with a norm, at the pre and post wave.

    scores: core.score. population_members: core.population_member of this evaluation. Everybody of `all`
    scored at the wave counts, as in mart.score_level. The difference is mean less the norm's mean, in the
    scale's own direction.
    """
    of_all = everybody(members_of(population_members, evaluation))
    scored = scores.filter(pl.col("scored")).join(of_all, on="participant_id", how="semi")
    by_wave = {
        row[:4]: np.array(row[4], np.float64)
        for row in scored.sort("participant_id").group_by(*SCALE, "wave").agg("score").iter_rows()
    }
    rows = [
        _row(scale, wave, by_wave[*scale.key, wave], evaluation)
        for scale in planned_scales(evaluation, library)
        if scale.norm_mean is not None and scale.norm_sd is not None
        for wave in dict.fromkeys((evaluation.pre, evaluation.post))
        if (*scale.key, wave) in by_wave
    ]
    return mart_frame("mart.norm_comparison", rows)


def _row(scale: PlannedScale, wave: str, scores: np.ndarray, evaluation: Evaluation) -> dict[str, object]:
    """Return one row of the table."""
    instrument, respondent, name = scale.key
    mean, sd = scale.norm_mean, scale.norm_sd
    if mean is None or sd is None:
        raise ValueError("a comparison needs a norm")
    found = compare_with_norm(scores, mean, sd, scale.scale.orientation)
    return {
        "evaluation": evaluation.id,
        "population": "all",
        "grp": "all",
        "wave": wave,
        "instrument": instrument,
        "respondent": respondent,
        "scale": name,
        "norm_mean": mean,
        "norm_sd": sd,
        "statistic": found.t_statistic,
        **{column: getattr(found, column) for column in COMPUTED},
    }
