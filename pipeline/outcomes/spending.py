"""What was spent for each person of an evaluation."""

from __future__ import annotations

import polars as pl


def spent_by_person(
    services: pl.DataFrame, evaluation_members: pl.DataFrame, evaluation_id: str
) -> pl.DataFrame:
    """Return participant_id and eur (exact) of everybody of an evaluation who had a service.

    services, evaluation_members: the tables of core with these names. A service counts as in mart.service_spend:
    when its month lies between the first and the last month of the person's waves.
    """
    members = evaluation_members.filter(pl.col("evaluation") == evaluation_id)
    in_time = pl.col("month").is_between(pl.col("first_day").dt.truncate("1mo"), pl.col("last_day"))
    return (
        services.join(members, on="participant_id")
        .filter(in_time)
        .group_by("participant_id")
        .agg(pl.col("eur").sum())
        .sort("participant_id")
    )
