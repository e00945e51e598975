"""Table analyst.person_change: each person's score before and after, without saying whose it is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from instruments import Library
from pipeline import schemas
from pipeline.outcomes.pairing import SCALE, Cell, cells_of, everybody, members_of, scored_at_both
from pipeline.outcomes.planned import planned_scales
from pipeline.plan import Evaluation
from pipeline.statistics import Threshold, directions

TABLE = "analyst.person_change"
OUTCOMES = {1: "improved", 0: "unchanged", -1: "worsened"}


def person_change(
    scores: pl.DataFrame,
    population_members: pl.DataFrame,
    evaluation: Evaluation,
    library: Library,
    score_change: pl.DataFrame,
) -> pl.DataFrame:
    """Return analyst.person_change of one evaluation: a row for each person scored at both waves on a scale.

    scores: core.score. population_members: core.population_member. score_change: mart.score_change of this
    evaluation, for the threshold of each scale. Persons stand in the order of their scores, not of their
    pseudonyms: a place on one scale tells nothing of a place on another.
    """
    members = everybody(members_of(population_members, evaluation))
    pairs = scored_at_both(scores, members, evaluation)
    of_all = score_change.filter((pl.col("evaluation") == evaluation.id) & (pl.col("population") == "all"))
    thresholds = {
        row[:3]: Threshold(*row[3:])
        for row in of_all.select(*SCALE, "threshold_kind", "threshold").iter_rows()
    }
    rows = [
        row
        for cell in cells_of(pairs, members, planned_scales(evaluation, library))
        for row in _rows(cell, thresholds[cell.planned.key], evaluation)
    ]
    schema = schemas.TABLES[TABLE]
    return pl.DataFrame(rows, schema=schema.create_empty().schema).sort(schema.primary_key())


def _rows(cell: Cell, threshold: Threshold, evaluation: Evaluation) -> Iterator[dict[str, object]]:
    """The persons of one scale, by their scores."""
    key = {name: value for name, value in cell.key(evaluation).items() if name not in ("population", "grp")}
    changes = cell.differences
    fared = directions(changes, threshold)
    for place, person in enumerate(np.lexsort((cell.post, cell.pre)), start=1):
        yield {
            **key,
            "place": place,
            "pre": float(cell.pre[person]),
            "post": float(cell.post[person]),
            "change": float(changes[person]),
            "outcome": None if fared is None else OUTCOMES[int(fared[person])],
        }
