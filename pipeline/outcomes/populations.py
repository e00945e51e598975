"""Facts about persons seen by population: the rows of each group that a figure is computed from."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

POPULATION = ("evaluation", "population", "grp")


def cells(
    facts: pl.DataFrame, population_members: pl.DataFrame, evaluation_id: str, by: tuple[str, ...]
) -> Iterator[tuple[dict[str, object], pl.DataFrame]]:
    """Give the key and the facts of each group of the evaluation, further split by the columns `by`.

    facts: has `participant_id` and the columns `by`. population_members: core.population_member. A person's
    facts come once for every population the person is in; a group without facts does not come.
    """
    members = population_members.filter(pl.col("evaluation") == evaluation_id)
    key = (*POPULATION, *by)
    joined = members.join(facts, on="participant_id")
    # Split at once, and the keys at once: asking each of many small groups for its own takes most of the time.
    keys = joined.select(key).unique(maintain_order=True).rows()
    for values, cell in zip(keys, joined.partition_by(key, maintain_order=True), strict=True):
        yield dict(zip(key, values, strict=True)), cell
