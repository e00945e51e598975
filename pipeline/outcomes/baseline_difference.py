"""Table mart.baseline_difference: how those who stayed differed at baseline from those who were lost.

METHODS, "Missing data".
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from instruments import Library
from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.pairing import SCALE, change_key, everybody, members_of, scored_at_both
from pipeline.outcomes.planned import planned_scales
from pipeline.plan import Evaluation
from pipeline.statistics.level import standardised_difference, standardised_share_difference

SCORE, MEAN = "baseline_score", "mean"
CHARACTERISTICS = ("sex", "age_band", "care_level", "residence")
"""Columns of core.participant that are compared; the age band is that at enrolment."""

Row = dict[str, object]


def baseline_difference(
    scores: pl.DataFrame,
    population_members: pl.DataFrame,
    participants: pl.DataFrame,
    evaluation: Evaluation,
    library: Library,
) -> pl.DataFrame:
    """Return mart.baseline_difference of one evaluation, on the population `all`.

    scores: core.score. population_members: core.population_member of this evaluation. participants:
    core.participant. For each scale of the plan, of those scored at the pre wave: the mean baseline score,
    and the share with each value of a characteristic, of the completers (scored at the post wave too) and
    of the rest, with their standardised difference. A value that is not known is not compared.
    """
    of_all = everybody(members_of(population_members, evaluation))
    scored = scored_at_both(scores, of_all, evaluation).drop_nulls("pre")
    known = participants.select("participant_id", *(pl.col(name).cast(pl.String) for name in CHARACTERISTICS))
    persons = scored.join(known, on="participant_id", how="left", maintain_order="left")
    by_scale = persons.partition_by(SCALE, as_dict=True)
    rows = [
        {**change_key(evaluation, "all", "all", scale), **row}
        for scale in planned_scales(evaluation, library)
        for row in _rows(by_scale.get(scale.key, persons.clear()))
    ]
    return mart_frame("mart.baseline_difference", rows)


def _rows(persons: pl.DataFrame) -> Iterator[Row]:
    """Yield the comparisons on one scale, the baseline score first."""
    stayed = persons["post"].is_not_null()
    completers, others = persons.filter(stayed), persons.filter(~stayed)
    compared = standardised_difference(completers["pre"].to_numpy(), others["pre"].to_numpy())
    yield {
        "characteristic": SCORE,
        "value": MEAN,
        "n_completers": completers.height,
        "n_others": others.height,
        "completers": completers["pre"].mean(),
        "others": others["pre"].mean(),
        "difference": compared.difference,
        "reason": compared.reason,
    }
    for characteristic in CHARACTERISTICS:
        for value in persons[characteristic].drop_nulls().unique().sort():
            yield _share(characteristic, value, completers[characteristic], others[characteristic])


def _share(characteristic: str, value: str, completers: pl.Series, others: pl.Series) -> Row:
    """Return the comparison of the shares with one value, of the persons whose own is known."""
    counts = [
        (int((group == value).sum()), group.len() - group.null_count()) for group in (completers, others)
    ]
    (stayed, of_stayed), (left, of_left) = counts
    compared = standardised_share_difference(stayed, of_stayed, left, of_left)
    return {
        "characteristic": characteristic,
        "value": value,
        "n_completers": of_stayed,
        "n_others": of_left,
        "completers": stayed / of_stayed if of_stayed else None,
        "others": left / of_left if of_left else None,
        "difference": compared.difference,
        "reason": compared.reason,
    }
