"""Data checks: each a question put to the tables as SQL that counts the rows which break it.

An `error` blocks the release; a `warning` is shown in the report and in the database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from pipeline import schemas


@dataclass(frozen=True)
class Check:
    """A data check: what it looks for in which table, and the SQL that counts what breaks it."""

    name: str
    table: str
    severity: Literal["error", "warning"]
    description: str
    sql: str


CHECKS = (
    Check(
        "rows_received_are_accepted_or_rejected",
        "record.submission",
        "error",
        "For every submission: rows received = rows accepted + rows rejected.",
        "SELECT count(*) FROM record.submission WHERE rows_received <> rows_accepted + rows_rejected",
    ),
    Check(
        "rejected_rows_are_counted",
        "record.problem",
        "error",
        "For every submission: as many rows with an error as rows rejected.",
        """SELECT count(*) FROM record.submission s LEFT JOIN (
             SELECT submission_id, count(DISTINCT (sheet, row)) AS rows_with_error
             FROM record.problem WHERE severity = 'error' AND row > 0 GROUP BY ALL) p USING (submission_id)
           WHERE s.readable AND s.rows_rejected <> coalesce(p.rows_with_error, 0)""",
    ),
    Check(
        "answers_belong_to_a_person",
        "core.response",
        "error",
        "Every answer belongs to a person of core.participant.",
        "SELECT count(*) FROM core.response ANTI JOIN core.participant USING (participant_id)",
    ),
    Check(
        "money_adds_up",
        "mart.service_spend",
        "error",
        "The groups of services add up to the total, to the cent, in every population.",
        """SELECT count(*) FROM (
             SELECT evaluation, population, grp,
                    sum(eur) FILTER (service = 'all' AND service_group NOT LIKE 'total%') AS groups,
                    sum(eur) FILTER (service_group = 'total') AS total
             FROM mart.service_spend GROUP BY ALL HAVING groups <> total)""",
    ),
    Check(
        "pairs_are_no_more_than_either_wave",
        "mart.score_change",
        "error",
        "There are never more pairs than persons scored at the pre or the post wave.",
        "SELECT count(*) FROM mart.score_change WHERE n_pairs > least(n_pre, n_post)",
    ),
    Check(
        "null_figures_have_a_reason",
        "mart.score_change",
        "error",
        "A change without a mean or test says why.",
        "SELECT count(*) FROM mart.score_change WHERE (mean_change IS NULL OR p IS NULL) AND reason IS NULL",
    ),
    Check(
        "submissions_can_be_read",
        "record.submission",
        "warning",
        "Every file of the inbox can be read and is of a known kind.",
        "SELECT count(*) FROM record.submission WHERE NOT readable",
    ),
    Check(
        "rows_are_accepted",
        "record.submission",
        "warning",
        "No row was rejected; the rejected ones stand in the folder `rejected`, to be sent back.",
        "SELECT coalesce(sum(rows_rejected), 0) FROM record.submission",
    ),
    Check(
        "scales_are_scored",
        "core.score",
        "warning",
        "Every scale with at least one answer could be scored.",
        "SELECT count(*) FROM core.score WHERE NOT scored AND items_answered > 0",
    ),
    Check(
        "members_have_both_waves",
        "mart.participant_flow",
        "warning",
        "Everybody who answered at the first wave is paired.",
        """SELECT coalesce(sum(greatest(f.answered - f.paired, 0)), 0) FROM mart.participant_flow f
           JOIN meta.evaluation e ON e.evaluation = f.evaluation AND e.pre = f.wave
           WHERE f.population = 'all'""",
    ),
)


def outcomes(count: Callable[[str], int]) -> pl.DataFrame:
    """Table meta.check: every check and how it came out. `count` runs one SQL text and gives its number."""
    rows = []
    for check in CHECKS:
        broken = count(check.sql)
        rows.append(
            {
                "check": check.name,
                "table_name": check.table,
                "severity": check.severity,
                "passed": broken == 0,
                "rows": broken,
                "description": check.description,
            }
        )
    return schemas.checked(schemas.META["meta.check"], pl.DataFrame(rows))
