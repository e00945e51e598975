"""Table mart.score_change: the change on each scale of the plan, in every group."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from instruments import Library
from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.pairing import Cell, cells_of, everybody, members_of, scored_at_both
from pipeline.outcomes.planned import planned_scales
from pipeline.outcomes.thresholds import thresholds_of
from pipeline.plan import Evaluation
from pipeline.statistics import (
    PairedChange,
    Threshold,
    benjamini_hochberg,
    count_responders,
    holm,
    paired_change,
    verdict,
    with_effect_intervals,
)
from pipeline.statistics.reasons import join_reasons

CONFIRMATORY = "confirmatory"
COMPUTED = (
    *("n_pairs", "mean_pre", "sd_pre", "median_pre", "mean_post", "sd_post", "median_post"),
    *("mean_change", "ci_low", "ci_high", "p_wilcoxon", "p_sign", "d_z", "d_z_low", "d_z_high", "g_av"),
    *("rank_biserial", "p_equivalence", "detectable_change"),
)
"""Columns that stand in the table as `paired_change` and `with_effect_intervals` compute them."""


class _Test(NamedTuple):
    """The test that the verdict rests on; all null where the data give no p."""

    name: str | None = None
    statistic: float | None = None
    df: int | None = None
    p: float | None = None


def score_change(
    scores: pl.DataFrame | pl.LazyFrame,
    population_members: pl.DataFrame,
    evaluation: Evaluation,
    library: Library,
    reliability: pl.DataFrame,
) -> pl.DataFrame:
    """Return mart.score_change of one evaluation: a row for each scale of the plan in each group.

    scores: core.score. population_members: core.population_member of this evaluation. reliability:
    mart.reliability of this evaluation (alpha at the pre wave, for `rci_sample`).
    `test` is the paired t test on interval scales and the signed-rank test on ordinal ones; it is null, and
    so is `family`, where the data give no p.

    Families (METHODS, "Multiplicity"): the plan's confirmatory outcomes in the population `all` are one
    family (Holm): what the plan set out to confirm is the headline, its breakdowns are exploratory. Every
    other test belongs to the family of its measure and population (Benjamini-Hochberg). Raises PlanError
    when the plan names a measure or scale that isn't there.
    """
    planned = planned_scales(evaluation, library)
    members = members_of(population_members, evaluation)
    pairs = scored_at_both(scores, members, evaluation)
    of_all = pairs.join(everybody(members), on="participant_id", how="semi")
    thresholds = thresholds_of(of_all, planned, evaluation, reliability)
    cells = cells_of(pairs, members, planned)
    rows = [
        _row(cell, change, thresholds[cell.planned.key].chosen, evaluation)
        for cell, change in zip(cells, _changes(cells), strict=True)
    ]
    return _with_adjusted_p(mart_frame("mart.score_change", rows))


def _changes(cells: list[Cell]) -> list[PairedChange]:
    """Return every figure of each cell's change."""
    return with_effect_intervals(
        [
            paired_change(
                cell.pre, cell.post, cell.planned.scale.orientation, cell.planned.outcome.smallest_effect
            )
            for cell in cells
        ]
    )


def _row(cell: Cell, change: PairedChange, threshold: Threshold, evaluation: Evaluation) -> dict[str, object]:
    """Return one row of the table, p not adjusted yet."""
    scale, smallest_effect = cell.planned.scale, cell.planned.outcome.smallest_effect
    test = _test(change, scale.level)
    return {
        **cell.key(evaluation),
        **{column: getattr(change, column) for column in COMPUTED},
        **_who_changed(cell, threshold),
        "level": scale.level,
        "n_pre": cell.n_pre,
        "n_post": cell.n_post,
        "test": test.name,
        "statistic": test.statistic,
        "df": test.df,
        "p": test.p,
        "family": None if test.p is None else _family(cell, evaluation),
        "smallest_effect": smallest_effect,
        "verdict": verdict(
            test.p, change.ci_low, change.ci_high, change.ci90_low, change.ci90_high, smallest_effect
        ),
        "reason": join_reasons(change.reason, threshold.reason),
    }


def _test(change: PairedChange, level: str) -> _Test:
    """Return the test of a scale's level (METHODS, "A change on a scale score")."""
    if level == "interval" and change.p_t is not None:
        return _Test("paired_t", change.t_statistic, change.df, change.p_t)
    if level == "ordinal" and change.p_wilcoxon is not None:
        return _Test("wilcoxon", change.wilcoxon_statistic, None, change.p_wilcoxon)
    return _Test()


def _who_changed(cell: Cell, threshold: Threshold) -> dict[str, object]:
    """Return the counts of persons by how they fared; null without pairs or without a threshold."""
    counted = count_responders(cell.differences, threshold)
    counts = {name: getattr(counted, name) for name in ("n_improved", "n_unchanged", "n_worsened")}
    return {
        **(counts if counted.n_pairs else dict.fromkeys(counts)),
        "threshold": threshold.value,
        "threshold_kind": threshold.kind,
    }


def _family(cell: Cell, evaluation: Evaluation) -> str:
    """Return the name of the family of tests that a cell belongs to."""
    if cell.planned.confirmatory and cell.population == "all":
        return f"{evaluation.id}/{CONFIRMATORY}"
    return f"{evaluation.id}/{cell.planned.outcome.instrument}/{cell.population}"


def _with_adjusted_p(changes: pl.DataFrame) -> pl.DataFrame:
    """Return the table with `p_adjusted`: by Holm in the confirmatory family, else by Benjamini-Hochberg."""
    adjusted: list[float | None] = [None] * changes.height
    numbered = changes.select("family", "p").with_row_index("place").drop_nulls("family")
    for (family,), tests in numbered.partition_by("family", as_dict=True).items():
        rule = holm if str(family).endswith(f"/{CONFIRMATORY}") else benjamini_hochberg
        for place, p in zip(tests["place"], rule(tests["p"].to_list()), strict=True):
            adjusted[place] = p
    return changes.with_columns(pl.Series("p_adjusted", adjusted, pl.Float64))
