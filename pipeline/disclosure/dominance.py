"""Money of which one or two persons hold nearly all: the sum would tell what they had."""

from __future__ import annotations

from collections.abc import Sequence

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
    mart.
    """
    given = in_time(services, evaluation_members).join(
        population_members, on=["evaluation", "participant_id"]
    )
    by_group = given.with_columns(service=pl.lit("all"))
    levels = pl.concat([given, by_group, by_group.with_columns(service_group=pl.lit("total"))])
    return frozenset(line_holders(levels, LINE).filter("few").select(LINE).iter_rows())


def in_time(services: pl.DataFrame, evaluation_members: pl.DataFrame) -> pl.DataFrame:
    """Return the services that count in an evaluation: those in the months of their person's waves."""
    in_waves = pl.col("month").is_between(pl.col("first_day").dt.truncate("1mo"), pl.col("last_day"))
    amounts = services.with_columns(pl.col("eur").cast(pl.Float64()))
    return amounts.join(evaluation_members, on="participant_id").filter(in_waves)


def line_holders(amounts: pl.DataFrame, line: Sequence[str]) -> pl.DataFrame:
    """Return each line with its number of persons, their sum, and whether a few hold nearly all of it (`few`).

    amounts: the line's columns, participant_id and eur. One person with more than ONE_HOLDS, or two with more
    than TWO_HOLD; what was paid back counts as nothing.
    """
    held = amounts.group_by(*line, "participant_id").agg(pl.col("eur").sum().clip(0))
    largest = held.group_by(line).agg(
        persons=pl.len(),
        one=pl.col("eur").max(),
        two=pl.col("eur").top_k(2).sum(),
        together=pl.col("eur").sum(),
    )
    few = (pl.col("one") > ONE_HOLDS * pl.col("together")) | (pl.col("two") > TWO_HOLD * pl.col("together"))
    return largest.select(*line, "persons", "together", few=few)
