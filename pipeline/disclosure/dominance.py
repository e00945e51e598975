"""Money of which one or two persons hold nearly all: the sum would tell what they had."""

from __future__ import annotations

import polars as pl

ONE_HOLDS = 0.75
TWO_HOLD = 0.90
LINE = ("evaluation", "population", "grp", "service_group", "service")

DominatedLines = frozenset[tuple[str, ...]]


def dominated_lines(
    services: pl.DataFrame, population_members: pl.DataFrame, evaluation_members: pl.DataFrame
) -> DominatedLines:
    """Return the lines of mart.service_spend (evaluation, population, grp, group and service) held by a few.

    The three tables are core's of these names. A row counts in the months of its person's waves, as in the
    mart. One person with more than ONE_HOLDS of a line's amounts, or two with more than TWO_HOLD; what was
    paid back counts as nothing.
    """
    in_time = pl.col("month").is_between(pl.col("first_day").dt.truncate("1mo"), pl.col("last_day"))
    given = (
        services.select(
            "participant_id", "service_group", "service", "month", pl.col("eur").cast(pl.Float64())
        )
        .join(evaluation_members, on="participant_id")
        .filter(in_time)
        .join(population_members, on=["evaluation", "participant_id"])
    )
    by_group = given.with_columns(service=pl.lit("all"))
    levels = pl.concat([given, by_group, by_group.with_columns(service_group=pl.lit("total"))])
    held = levels.group_by(*LINE, "participant_id").agg(pl.col("eur").sum().clip(0))
    largest = held.group_by(LINE).agg(
        one=pl.col("eur").max(), two=pl.col("eur").top_k(2).sum(), together=pl.col("eur").sum()
    )
    few = (pl.col("one") > ONE_HOLDS * pl.col("together")) | (pl.col("two") > TWO_HOLD * pl.col("together"))
    return frozenset(largest.filter(few).select(LINE).iter_rows())
