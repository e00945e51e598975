"""Tables mart.employment_status and mart.employment_flow: who worked at each wave, and who went where.

Of the programme as a whole: a group has too few persons for it; whoever may see single persons counts them from
core.employment.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.outcomes.employment import KNOWN_STATUSES, UNKNOWN, before_and_during
from pipeline.outcomes.frames import mart_frame
from pipeline.plan import Evaluation
from pipeline.schemas.codes import EMPLOYED_STATUSES
from pipeline.statistics import wilson

ALL = {"population": "all", "grp": "all"}


def employment_status(
    employment: pl.DataFrame, population_members: pl.DataFrame, evaluation: Evaluation
) -> pl.DataFrame:
    """Return mart.employment_status of one evaluation: a row a wave and status, and `employed`.

    employment: core.employment. The same persons at every wave, those of mart.employment_change; at a wave where
    a status isn't known, the last known one stands, so that the last wave shows `during`.
    """
    members = _everybody(population_members, evaluation)
    pairs = before_and_during(employment, evaluation).join(members, on="participant_id", how="semi")
    rows = [
        {"evaluation": evaluation.id, **ALL, "wave": wave, "time": _time(wave, evaluation), **row}
        for wave, statuses in _carried(employment, pairs, evaluation)
        for row in _status_rows(statuses)
    ]
    return mart_frame("mart.employment_status", rows)


def _time(wave: str, evaluation: Evaluation) -> str:
    """Which end of the time the wave is."""
    if wave == evaluation.pre:
        return "before"
    return "during" if wave == list(evaluation.waves)[-1] else "between"


def _everybody(population_members: pl.DataFrame, evaluation: Evaluation) -> pl.DataFrame:
    of_all = (pl.col("evaluation") == evaluation.id) & (pl.col("population") == "all")
    return population_members.filter(of_all).select("participant_id")


def _carried(
    employment: pl.DataFrame, pairs: pl.DataFrame, evaluation: Evaluation
) -> Iterator[tuple[str, pl.Series]]:
    """Give each wave from the pre wave on with everybody's last known status."""
    known = employment.filter(pl.col("status") != UNKNOWN)
    current = pairs.select("participant_id", status="before")
    waves = list(evaluation.waves)
    for wave in waves[waves.index(evaluation.pre) :] if not pairs.is_empty() else ():
        at_wave = known.filter(pl.col("wave") == wave).select("participant_id", new="status")
        current = current.join(at_wave, on="participant_id", how="left", maintain_order="left").select(
            "participant_id", pl.coalesce("new", "status").alias("status")
        )
        yield wave, current["status"]


def _status_rows(statuses: pl.Series) -> Iterator[dict[str, object]]:
    for name in (*KNOWN_STATUSES, "employed"):
        of_name = EMPLOYED_STATUSES if name == "employed" else (name,)
        found = wilson(int(statuses.is_in(of_name).sum()), len(statuses))
        yield {
            "status": name,
            "n": found.n,
            "persons": found.count,
            "share": found.share,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
            "reason": found.reason,
        }


def employment_flow(
    employment: pl.DataFrame, population_members: pl.DataFrame, evaluation: Evaluation
) -> pl.DataFrame:
    """Return mart.employment_flow of one evaluation: a row for every way from a status to a status.

    Also those that nobody went. The same persons as in mart.employment_change, `during` being the last known
    status after the pre wave.
    """
    members = _everybody(population_members, evaluation)
    pairs = before_and_during(employment, evaluation).join(members, on="participant_id", how="semi")
    if pairs.is_empty():
        return mart_frame("mart.employment_flow", [])
    counted = {row[:2]: row[2] for row in pairs.group_by("before", "during").len().iter_rows()}
    rows = [
        {
            "evaluation": evaluation.id,
            **ALL,
            "before": before,
            "during": during,
            "n": pairs.height,
            "persons": counted.get((before, during), 0),
        }
        for before in KNOWN_STATUSES
        for during in KNOWN_STATUSES
    ]
    return mart_frame("mart.employment_flow", rows)
