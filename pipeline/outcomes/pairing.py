"""Who is paired with whom: the same person at two waves, gathered into the cells that are analysed.

METHODS, "Pairs, waves, direction": pairing is by person and kind of respondent, never by the order of rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.outcomes.planned import PlannedScale
from pipeline.plan import Evaluation
from pipeline.statistics.inputs import Vector, oriented_differences

SCALE = ["instrument", "respondent", "scale"]
GROUP = ["population", "grp"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A scale in one group of a population: persons scored at each wave, and the scores of those paired.

    pre, post: scores of the same persons in the order of their pseudonyms, shape (n_pairs,).
    """

    population: str
    grp: str
    planned: PlannedScale
    n_pre: int
    n_post: int
    pre: Vector
    post: Vector

    @property
    def differences(self) -> Vector:
        """Changes of the pairs, rounded, positive = better for the person."""
        return oriented_differences(self.pre, self.post, self.planned.scale.orientation)

    def key(self, evaluation: Evaluation) -> dict[str, object]:
        """Return the columns of the key that all tables of changes share."""
        return change_key(evaluation, self.population, self.grp, self.planned)


def change_key(evaluation: Evaluation, population: str, grp: str, planned: PlannedScale) -> dict[str, object]:
    """Return the columns of the key that all tables of changes share."""
    instrument, respondent, scale = planned.key
    return {
        "evaluation": evaluation.id,
        "wave_pre": evaluation.pre,
        "wave_post": evaluation.post,
        "population": population,
        "grp": grp,
        "instrument": instrument,
        "respondent": respondent,
        "scale": scale,
    }


def members_of(population_members: pl.DataFrame, evaluation: Evaluation) -> pl.DataFrame:
    """Return population, grp and participant_id of the evaluation's members.

    population_members: core.population_member, of this evaluation or of all.
    """
    of_evaluation = population_members.filter(pl.col("evaluation") == evaluation.id)
    return of_evaluation.select(*GROUP, "participant_id")


def everybody(members: pl.DataFrame) -> pl.DataFrame:
    """Return the members of the population `all` (of `members_of`)."""
    return members.filter(pl.col("population") == "all")


def scored_at_both(
    scores: pl.DataFrame | pl.LazyFrame, members: pl.DataFrame, evaluation: Evaluation
) -> pl.DataFrame:
    """Return a row for each person, measure, respondent and scale scored at the pre or the post wave.

    scores: core.score. members: of `members_of`. Returns participant_id,
    instrument, respondent, scale, pre and post (null where not scored), sorted by them.
    """
    key = ["participant_id", *SCALE]
    persons = members.select("participant_id").unique()
    at_either = pl.col("scored") & pl.col("wave").is_in([evaluation.pre, evaluation.post])
    # At each wave a person has one score or none: the largest of those that are not null is that one.
    return (
        scores.lazy()
        .filter(at_either)
        .join(persons.lazy(), on="participant_id", how="semi")
        .group_by(key)
        .agg(_score_at(evaluation.pre).alias("pre"), _score_at(evaluation.post).alias("post"))
        .sort(key)
        .collect()
    )


def _score_at(wave: str) -> pl.Expr:
    """Return the score at a wave, null where there is none."""
    return pl.when(pl.col("wave") == wave).then(pl.col("score")).max()


def cells_of(pairs: pl.DataFrame, members: pl.DataFrame, planned: Iterable[PlannedScale]) -> list[Cell]:
    """Return a cell for every planned scale in every group, also where nobody was scored.

    pairs: of `scored_at_both`. members: of `members_of`.
    """
    groups = members.select(GROUP).unique().sort(GROUP).rows()
    found: dict[tuple[str, ...], tuple[int, int, Vector, Vector]] = {}
    # A population at a time: a person is in each of them with all scales, so that all at once are many rows.
    for population in members.partition_by("population"):
        found |= _measured(_gathered(pairs, population))
    nobody = (0, 0, np.empty(0), np.empty(0))
    return [
        Cell(population, grp, scale, *found.get((population, grp, *scale.key), nobody))
        for scale in planned
        for population, grp in groups
    ]


def _gathered(pairs: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Return the counts and the scores of each group and scale, persons in the order of their pseudonyms."""
    both = pl.col("pre").is_not_null() & pl.col("post").is_not_null()
    return (
        pairs.lazy()
        .join(members.lazy(), on="participant_id", maintain_order="left")
        .group_by(*GROUP, *SCALE)
        .agg(
            pl.col("pre").count().alias("n_pre"),
            pl.col("post").count().alias("n_post"),
            pl.col("pre").filter(both).alias("pairs_pre"),
            pl.col("post").filter(both).alias("pairs_post"),
        )
        .collect()
    )


def _measured(gathered: pl.DataFrame) -> dict[tuple[str, ...], tuple[int, int, Vector, Vector]]:
    """Return n_pre, n_post, pre and post of each group and scale somebody was scored on."""
    keys = gathered.select(*GROUP, *SCALE).iter_rows()
    counts = gathered.select("n_pre", "n_post").iter_rows()
    scores = ((pairs.to_numpy() for pairs in gathered[name]) for name in ("pairs_pre", "pairs_post"))
    return {key: (*count, pre, post) for key, count, pre, post in zip(keys, counts, *scores, strict=True)}
