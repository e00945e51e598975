"""Checks of amounts of money: negative, without units or euro, outside the time of support, in two groups."""

from __future__ import annotations

import polars as pl

from pipeline.service_catalogue import load_catalogue
from pipeline.submissions.batch import Batch, Facts
from pipeline.submissions.problems import SUBMISSION
from pipeline.submissions.rules import Step
from pipeline.submissions.wording import (
    EURO_WITHOUT_UNITS,
    NEGATIVE_AMOUNT,
    NEGATIVE_COST,
    OUTSIDE_SUPPORT,
    PLAIN_AMOUNT,
    TWO_GROUPS,
    UNITS_WITHOUT_EURO,
    unknown_code,
)

# A currency, or blanks between the digits: read all the same, and said.
_DRESSED = r"€|(?i:eur)|\d[\s\u00A0\u202F]+\d"


def amounts(batch: Batch, _facts: Facts) -> None:
    """Reject negative amounts of services that are no correction; warn of units or euro without the other."""
    sound = pl.col("correction").fill_null(False)
    batch.all_broken([((pl.col(name) < 0) & ~sound, NEGATIVE_AMOUNT, name) for name in ("units", "eur")])
    batch.all_broken(
        [
            ((pl.col("units") != 0) & (pl.col("eur") == 0), UNITS_WITHOUT_EURO, "eur"),
            ((pl.col("eur") != 0) & (pl.col("units") == 0), EURO_WITHOUT_UNITS, "units"),
        ]
    )


def plain_amounts(*columns: str) -> Step:
    """Return a step that warns of amounts written with a currency or with blanks between the digits."""

    def step(batch: Batch, _facts: Facts) -> None:
        for column in columns:
            read = batch.typed[column].is_not_null()
            batch.note(read & batch.raw[column].str.contains(_DRESSED), PLAIN_AMOUNT, column)

    return step


def time_of_support(batch: Batch, facts: Facts) -> None:
    """Warn of a month before the person's enrolment, after leaving, or outside all waves of their evaluations.

    The row stays in the record; it counts in no evaluation whose waves don't hold its month.
    """
    if facts.persons is None or batch.typed.is_empty():
        return
    spans = _spans(facts)
    rows = batch.typed.select("participant_id", "month").join(
        spans, on="participant_id", how="left", maintain_order="left"
    )
    before = pl.col("month") < pl.col("from").dt.truncate("1mo")
    outside = before | (pl.col("month") > pl.col("to"))
    batch.note(rows.select(outside).to_series(), OUTSIDE_SUPPORT, "month")


def _spans(facts: Facts) -> pl.DataFrame:
    """Each person's time of support: participant_id, from, to (null: open)."""
    persons = facts.persons if facts.persons is not None else pl.DataFrame()
    waves = facts.windows.group_by("participant_id").agg(
        pl.col("opens").min().alias("opens"), pl.col("closes").max().alias("closes")
    )
    return persons.join(waves, on="participant_id", how="left").select(
        "participant_id",
        pl.max_horizontal("enrolled_on", "opens").alias("from"),
        pl.min_horizontal("left_on", "closes").alias("to"),
    )


def one_group(batch: Batch, _facts: Facts) -> None:
    """Warn, once each, of services that a file has in two groups, or in another than the catalogue."""
    name = pl.col("service").str.to_lowercase()
    groups = batch.typed.select(pl.col("service_group").drop_nulls().n_unique().over(SUBMISSION, name))
    known = pl.col("service_group") != name.replace_strict(load_catalogue().group_of, default=None)
    other = batch.typed.select(known.fill_null(value=False)).to_series()
    first = batch.typed.select(pl.struct(SUBMISSION, name, "service_group").is_first_distinct()).to_series()
    batch.note(((groups.to_series() > 1) | other) & first, TWO_GROUPS, "service_group")


def cost_amounts(batch: Batch, facts: Facts) -> None:
    """Reject negative costs, and costs of an evaluation that the plan doesn't have."""
    batch.broken(pl.col("eur") < 0, NEGATIVE_COST, "eur")
    if facts.plan is not None:
        ids = [evaluation.id for evaluation in facts.plan.evaluations]
        batch.broken(~pl.col("evaluation").is_in(ids), unknown_code(ids, "unknown_evaluation"), "evaluation")


def budget_amounts(batch: Batch, _facts: Facts) -> None:
    """Reject negative budgets."""
    for column in ("indicative_eur", "agreed_eur"):
        batch.broken(pl.col(column) < 0, NEGATIVE_COST, column)
