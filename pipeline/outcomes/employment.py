"""Table mart.employment_change: who worked before and who during the programme."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.populations import cells
from pipeline.plan import Evaluation
from pipeline.schemas.codes import EMPLOYED_STATUSES, EMPLOYMENT_STATUSES
from pipeline.statistics import bowker, cross_table, exact_mcnemar, paired_difference, stuart_maxwell
from pipeline.statistics.reasons import join_reasons

UNKNOWN = "unknown"
KNOWN_STATUSES = tuple(status for status in EMPLOYMENT_STATUSES if status != UNKNOWN)


def employment_change(
    employment: pl.DataFrame, population_members: pl.DataFrame, evaluation: Evaluation
) -> pl.DataFrame:
    """Return mart.employment_change of one evaluation: a row a status, and `employed`, of every population.

    employment: core.employment. All counts of a group are of the same persons: those whose status is known
    both before and during. A group with none of them has no rows.
    """
    pairs = before_and_during(employment, evaluation)
    rows = [
        {**key, **row}
        for key, cell in cells(pairs, population_members, evaluation.id, ())
        for row in _rows(cell["before"], cell["during"])
    ]
    return mart_frame("mart.employment_change", rows)


def before_and_during(employment: pl.DataFrame, evaluation: Evaluation) -> pl.DataFrame:
    """Return participant_id, before, during: the status at the pre wave, and the last at a wave after it.

    Waves follow each other as they stand in the plan. `unknown` is no status: an earlier known one stands.
    Persons who lack one of the two are left out.
    """
    waves = list(evaluation.waves)
    position = {wave: place for place, wave in enumerate(waves)}
    known = employment.filter((pl.col("status") != UNKNOWN) & pl.col("wave").is_in(waves)).with_columns(
        pl.col("wave").replace_strict(position, return_dtype=pl.Int64).alias("position")
    )
    at_pre = pl.col("position") == position[evaluation.pre]
    before = known.filter(at_pre).select("participant_id", before="status")
    later = known.filter(pl.col("position") > position[evaluation.pre]).sort("position")
    during = later.unique("participant_id", keep="last", maintain_order=True)
    return before.join(during.select("participant_id", during="status"), on="participant_id").sort(
        "participant_id"
    )


def _rows(before: pl.Series, during: pl.Series) -> Iterator[dict[str, object]]:
    """Give the row of each status, then that of `employed`, which carries the tests over all statuses."""
    for status in KNOWN_STATUSES:
        yield {"status": status, **_moves(before == status, during == status)}
    table = cross_table(before, during)
    margins, symmetry = stuart_maxwell(table), bowker(table)
    yield {
        "status": "employed",
        **_moves(
            before.is_in(EMPLOYED_STATUSES),
            during.is_in(EMPLOYED_STATUSES),
            join_reasons(margins.reason, symmetry.reason),
        ),
        "p_stuart_maxwell": margins.p,
        "p_bowker": symmetry.p,
    }


def _moves(before: pl.Series, during: pl.Series, other_reasons: str | None = None) -> dict[str, object]:
    """Count who had it before, during, gained it and lost it; exact McNemar of gained against lost."""
    gained, lost = int((during & ~before).sum()), int((before & ~during).sum())
    test, moved = exact_mcnemar(gained, lost), paired_difference(gained, lost, len(before))
    return {
        "before": int(before.sum()),
        "during": int(during.sum()),
        "gained": gained,
        "lost": lost,
        "n": len(before),
        "change": moved.difference,
        "ci_low": moved.ci_low,
        "ci_high": moved.ci_high,
        "p_mcnemar": test.p,
        "reason": join_reasons(test.reason, other_reasons),
    }
