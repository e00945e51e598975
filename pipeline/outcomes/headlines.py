"""The headline changes of an evaluation: those that are looked at from every side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from pipeline.outcomes.planned import PlannedScale, ScaleKey
from pipeline.plan import Evaluation


def headlines(
    changes: pl.DataFrame, planned: Iterable[PlannedScale], evaluation: Evaluation
) -> dict[ScaleKey, Mapping[str, Any]]:
    """Return the rows of mart.score_change that are headlines, by scale, on the population `all`.

    Headlines are the confirmatory outcomes; in a plan without any, the scales whose verdict is improved or
    worsened.
    """
    confirmatory = {scale.key for scale in planned if scale.confirmatory}
    of_all = changes.filter(evaluation=evaluation.id, population="all").iter_rows(named=True)
    by_scale = {(row["instrument"], row["respondent"], row["scale"]): row for row in of_all}
    return {
        key: row
        for key, row in by_scale.items()
        if (key in confirmatory if confirmatory else row["verdict"] in ("improved", "worsened"))
    }
