"""Table mart.arm_difference: the change in the programme less that of the waiting list."""

from __future__ import annotations

import polars as pl

from instruments import Library
from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.pairing import Cell, cells_of, change_key, members_of, scored_at_both
from pipeline.outcomes.planned import PlannedScale, planned_scales
from pipeline.plan import Evaluation
from pipeline.statistics import arm_difference as difference_of
from pipeline.statistics import benjamini_hochberg, holm

PROGRAMME, WAITING = "programme", "waiting"
COMPUTED = (
    *("n_programme", "n_waiting", "change_programme", "change_waiting", "difference"),
    *("ci_low", "ci_high", "statistic", "df", "p", "reason"),
)


def arm_difference(
    scores: pl.DataFrame, population_members: pl.DataFrame, evaluation: Evaluation, library: Library
) -> pl.DataFrame:
    """Return mart.arm_difference of one evaluation: a row a scale of the plan; none without a waiting list.

    scores: core.score. population_members: core.population_member of this evaluation, with the population
    `arm`. p is adjusted within this table: by Holm over the confirmatory outcomes, by Benjamini-Hochberg
    over the exploratory ones of each measure.
    """
    members = members_of(population_members, evaluation).filter(pl.col("population") == "arm")
    if members.filter(pl.col("grp") == WAITING).is_empty():
        return mart_frame("mart.arm_difference", [])
    pairs = scored_at_both(scores, members, evaluation)
    planned = planned_scales(evaluation, library)
    by_arm = {(cell.planned.key, cell.grp): cell for cell in cells_of(pairs, members, planned)}
    rows = [{**change_key(evaluation, "all", "all", scale), **_figures(scale, by_arm)} for scale in planned]
    return mart_frame("mart.arm_difference", _with_adjusted_p(rows, planned))


def _figures(scale: PlannedScale, by_arm: dict[tuple[tuple[str, str, str], str], Cell]) -> dict[str, object]:
    """Return the comparison on one scale."""
    arms = (by_arm.get((scale.key, arm)) for arm in (PROGRAMME, WAITING))
    found = difference_of(*([] if cell is None else cell.differences for cell in arms))
    return {column: getattr(found, column) for column in COMPUTED}


def _with_adjusted_p(rows: list[dict[str, object]], planned: list[PlannedScale]) -> list[dict[str, object]]:
    """Return the rows with `family` and `p_adjusted`; rows and scales are in the same order."""
    families: dict[str, list[int]] = {}
    for place, scale in enumerate(planned):
        of_measure = f"{rows[place]['evaluation']}/arm/{scale.outcome.instrument}"
        family = f"{rows[place]['evaluation']}/arm/confirmatory" if scale.confirmatory else of_measure
        if rows[place]["p"] is not None:
            families.setdefault(family, []).append(place)
    for family, places in families.items():
        rule = holm if family.endswith("/confirmatory") else benjamini_hochberg
        adjusted = rule([float(str(rows[place]["p"])) for place in places])
        for place, p in zip(places, adjusted, strict=True):
            rows[place] |= {"family": family, "p_adjusted": p}
    return rows
