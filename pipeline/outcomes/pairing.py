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


def scored_at_both(scores: pl.DataFrame, members: pl.DataFrame, evaluation: Evaluation) -> pl.DataFrame:
    """Return a row for each person, measure, respondent and scale scored at the pre or the post wave.

    scores: core.score. members: of `members_of`. Returns participant_id,
    instrument, respondent, scale, pre and post (null where not scored), sorted by them.
    """
    key = ["participant_id", *SCALE]
    persons = members.select("participant_id").unique()
    scored = scores.filter(pl.col("scored")).join(persons, on="participant_id", how="semi")
    return (
        scored.filter(pl.col("wave").is_in([evaluation.pre, evaluation.post]))
        .group_by(key)
        .agg(
            pl.col("score").filter(pl.col("wave") == evaluation.pre).first().alias("pre"),
            pl.col("score").filter(pl.col("wave") == evaluation.post).first().alias("post"),
        )
        .sort(key)
    )


def cells_of(pairs: pl.DataFrame, members: pl.DataFrame, planned: Iterable[PlannedScale]) -> list[Cell]:
    """Return a cell for every planned scale in every group, also where nobody was scored.

    pairs: of `scored_at_both`. members: of `members_of`.
    """
    both = pl.col("pre").is_not_null() & pl.col("post").is_not_null()
    gathered = (
        pairs.join(members, on="participant_id", maintain_order="left")
        .group_by(*GROUP, *SCALE)
        .agg(
            pl.col("pre").count().alias("n_pre"),
            pl.col("post").count().alias("n_post"),
            pl.col("pre").filter(both).alias("pairs_pre"),
            pl.col("post").filter(both).alias("pairs_post"),
        )
    )
    found = {row[:5]: row[5:] for row in gathered.select(*GROUP, *SCALE, *_MEASURED).iter_rows()}
    groups = members.select(GROUP).unique().sort(GROUP).rows()
    return [
        _cell(population, grp, scale, found.get((population, grp, *scale.key), (0, 0, [], [])))
        for scale in planned
        for population, grp in groups
    ]


_MEASURED = ["n_pre", "n_post", "pairs_pre", "pairs_post"]


def _cell(
    population: str, grp: str, scale: PlannedScale, measured: tuple[int, int, list[float], list[float]]
) -> Cell:
    """Return one cell from the counts and lists of a row."""
    n_pre, n_post, pre, post = measured
    return Cell(population, grp, scale, n_pre, n_post, np.array(pre, np.float64), np.array(post, np.float64))
