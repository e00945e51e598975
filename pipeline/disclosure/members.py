"""Who is in which group, and who in none: those of whom a breakdown's value is not known can be worked out."""

from __future__ import annotations

import polars as pl

from pipeline.breakdowns import AND, BY, IN_NO_GROUP, attributes_of

KEY = ("evaluation", "population", "participant_id")


def with_those_in_no_group(population_members: pl.DataFrame) -> pl.DataFrame:
    """Return core.population_member with those in no group of a breakdown as groups of it.

    Of a breakdown by one attribute they are the group IN_NO_GROUP. Of a two-way one each half is a group: the women
    whose region is not known (` | f`), those of Kurzeme whose sex is not known (`kurzeme | `), and those of whom
    neither is known (` | `).
    """
    members = population_members.select("evaluation", "population", "grp", "participant_id")
    everybody = members.filter(pl.col("population") == "all").select("evaluation", "participant_id")
    breakdowns = members.filter(pl.col("population") != "all").select("evaluation", "population").unique()
    missing = everybody.join(breakdowns, on="evaluation").join(members, on=KEY, how="anti")
    two_way = pl.col("population").str.contains(BY, literal=True)
    one_way = missing.filter(~two_way).with_columns(grp=pl.lit(IN_NO_GROUP))
    of_two = missing.filter(two_way).partition_by("population", as_dict=True)
    halves = [_half(frame, members, str(population)) for (population,), frame in of_two.items()]
    return pl.concat([members, *(frame.select(members.columns) for frame in (one_way, *halves))])


def _half(missing: pl.DataFrame, members: pl.DataFrame, population: str) -> pl.DataFrame:
    """The missing of a two-way breakdown by the value that is known of them."""
    values = []
    for name in attributes_of(population):
        known = members.filter(pl.col("population") == name).select(
            "evaluation", "participant_id", value="grp"
        )
        found = missing.join(known, on=["evaluation", "participant_id"], how="left", maintain_order="left")
        values.append(found["value"].fill_null(IN_NO_GROUP))
    return missing.with_columns(grp=pl.Series([AND.join(pair) for pair in zip(*values, strict=True)]))
