"""Checks of rows beyond a cell's type, shared by several kinds: persons, places, waves, duplicates.

A step takes the batch and the facts, notes problems in the batch's log, and may fill in typed columns. A null
in a typed column was noted before (unreadable or missing) and is passed over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from pipeline.identity import mask_all
from pipeline.plan import Plan
from pipeline.submissions.batch import Batch, Facts
from pipeline.submissions.coded import can_be_numbered, row_numbers
from pipeline.submissions.problems import ROW, SHEET, SUBMISSION, Finding
from pipeline.submissions.wording import (
    DUPLICATE,
    EQUAL_ROWS,
    FORGOTTEN_PERSON,
    FORMULA,
    IN_NO_WINDOW,
    IN_TWO_WINDOWS,
    MISSING_VALUE,
    OUTSIDE_WINDOW,
    UNKNOWN_MUNICIPALITY,
    UNKNOWN_PERSON,
    unknown_code,
)
from pipeline.waves import assign_wave

Step = Callable[[Batch, Facts], None]

_CODE = pl.String
# What a spreadsheet takes for a formula: such a text would reach open tables by the name of a service.
_FORMULA = r"^(=|@|[+\-].*\()"


def pseudonyms(column: str) -> Step:
    """Return a step that puts pseudonyms in place of identifiers, and rejects rows of persons who were erased."""

    def step(batch: Batch, facts: Facts) -> None:
        batch.set(**{column: facts.pseudonyms.of(batch.typed[column])})
        batch.note(facts.forgotten.among(batch.typed[column]), FORGOTTEN_PERSON, column)

    return step


def known_person(batch: Batch, facts: Facts) -> None:
    """Reject rows of persons whom nobody enrolled. Pseudonyms must be in place."""
    if facts.persons is not None:
        known = facts.persons["participant_id"].implode()
        batch.broken(~pl.col("participant_id").is_in(known), UNKNOWN_PERSON, "participant_id")


def filled(column: str, default: object) -> Step:
    """Return a step that puts a default where nothing was sent."""

    def step(batch: Batch, _facts: Facts) -> None:
        empty = batch.raw[column].is_null()
        batch.set(**{column: pl.when(empty).then(pl.lit(default)).otherwise(pl.col(column))})

    return step


def value_needed(column: str) -> Step:
    """Return a step that rejects rows in which a column is empty that an earlier step may have filled."""

    def step(batch: Batch, _facts: Facts) -> None:
        batch.broken(pl.col(column).is_null() & batch.raw[column].is_null(), MISSING_VALUE, column)

    return step


def masked(column: str) -> Step:
    """Return a step that masks direct identifiers in a text, and rejects one that a spreadsheet would compute."""

    def step(batch: Batch, _facts: Facts) -> None:
        batch.broken(pl.col(column).str.contains(_FORMULA), FORMULA, column)
        batch.set(**{column: mask_all(batch.typed[column])})

    return step


def municipality(column: str, *days: pl.Expr) -> Step:
    """Return a step that puts the ATVK code, as valid on the first day that gives one, in place of a name.

    Rows without any such day are passed over: the day was missing or unreadable.
    """

    def step(batch: Batch, facts: Facts) -> None:
        sent = batch.typed[column]
        found = pl.select(pl.coalesce(*(_codes_on(sent, batch, day, facts) for day in days))).to_series()
        dated = batch.typed.select(pl.any_horizontal(day.is_not_null() for day in days)).to_series()
        batch.log.rows(sent.is_not_null() & dated & found.is_null(), UNKNOWN_MUNICIPALITY, column, sent)
        batch.set(**{column: found})

    return step


def _codes_on(sent: pl.Series, batch: Batch, day: pl.Expr, facts: Facts) -> pl.Series:
    """Return the code of each row's municipality on a day; each distinct pair is looked up once."""
    asked = batch.typed.select(sent.alias("text"), day.alias("day"))
    pairs = asked.drop_nulls().unique()
    found = [facts.register.find(text, on) for text, on in pairs.iter_rows()]
    codes = pairs.with_columns(pl.Series("code", found, dtype=_CODE))
    return asked.join(codes, on=["text", "day"], how="left", maintain_order="left")["code"]


def wave(day: str | None = None) -> Step:
    """Return a step that finds the wave: as sent, or from the column `day` by the person's windows."""

    def step(batch: Batch, facts: Facts) -> None:
        if facts.plan is None:
            return
        answered_on = pl.lit(None, pl.Date) if day is None else pl.col(day)
        rows = batch.typed.select("participant_id", "wave", answered_on.alias("answered_on"))
        assigned = _assigned_waves(rows, facts, facts.plan)
        in_question = pl.col("participant_id").is_not_null() & (
            pl.col("wave").is_not_null() | pl.col("answered_on").is_not_null()
        )
        problems = assigned.select(pl.when(in_question).then("wave_problem")).to_series()
        _note_waves(batch, problems, unknown_code(_planned_waves(facts.plan), "unknown_wave"), day)
        batch.set(wave=assigned["assigned"])

    return step


def _assigned_waves(rows: pl.DataFrame, facts: Facts, plan: Plan) -> pl.DataFrame:
    """Return rows of `assign_wave` with its wave as `assigned`, and wave_problem.

    A wave is looked for once for all rows of a person and day: a file with a row an answer has many of them, mostly
    one behind the other, so that the first of each run of equal rows is looked at alone.
    """
    if rows.is_empty():
        return rows.with_columns(assigned=pl.lit(None, pl.String), wave_problem=pl.lit(None, pl.String))
    starts = rows.select(
        (pl.int_range(pl.len()) == 0) | pl.any_horizontal(pl.all().ne_missing(pl.all().shift()))
    ).to_series()
    first = rows.filter(starts)
    distinct = first.unique()
    found = assign_wave(distinct, facts.windows, plan)
    answers = distinct.with_columns(assigned=found["wave"], wave_problem=found["wave_problem"])
    of_runs = first.join(answers, on=rows.columns, how="left", nulls_equal=True, maintain_order="left")
    return of_runs[starts.cast(pl.UInt32).cum_sum() - 1]


def _planned_waves(plan: Plan) -> list[str]:
    return sorted({name for evaluation in plan.evaluations for name in evaluation.waves})


def _note_waves(batch: Batch, problems: pl.Series, unknown: Finding, day: str | None) -> None:
    batch.log.rows(problems == "unknown_wave", unknown, "wave", batch.raw["wave"])
    if day is not None:
        for finding in (IN_NO_WINDOW, IN_TWO_WINDOWS, OUTSIDE_WINDOW):
            batch.log.rows(problems == finding.rule, finding, day, batch.raw[day])


def planned_wave(batch: Batch, facts: Facts) -> None:
    """Reject rows whose wave, if one was sent, is none of the plan's."""
    if facts.plan is not None:
        waves = _planned_waves(facts.plan)
        batch.broken(~pl.col("wave").is_in(waves), unknown_code(waves, "unknown_wave"), "wave")


def no_duplicates(key: Sequence[str]) -> Step:
    """Return a step that rejects all rows of a file with equal values in the key, unless one is null."""

    def step(batch: Batch, _facts: Facts) -> None:
        keys = batch.typed.select(SUBMISSION, *key)
        whole = keys.select(pl.all_horizontal(pl.col(key).is_not_null())).to_series()
        batch.log.rows(_duplicated(keys) & whole, DUPLICATE, "")

    return step


def equal_rows(batch: Batch, _facts: Facts) -> None:
    """Warn about rows of a file that are equal in every column; they are kept, for amounts add up."""
    batch.log.rows(_duplicated(batch.raw.drop(ROW, SHEET)), EQUAL_ROWS, "")


def _duplicated(rows: pl.DataFrame) -> pl.Series:
    """Tell which rows have an equal one; only those with an equal hash are compared, to save memory."""
    if can_be_numbered(rows):
        numbers, count = row_numbers(rows)
        if count == len(numbers):
            return pl.repeat(value=False, n=count, dtype=pl.Boolean, eager=True)
        return pl.Series((np.bincount(numbers, minlength=count) > 1)[numbers])
    found = rows.hash_rows().is_duplicated()
    if found.any():
        equal = rows.filter(found).is_duplicated()
        found = found.scatter(found.arg_true(), equal)
    return found


def year_ends(column: str) -> tuple[pl.Expr, pl.Expr]:
    """Return the last and the first day of a year."""
    year = pl.col(column)
    return pl.date(year, 12, 31), pl.date(year, 1, 1)


def enrolment_day(batch: Batch, facts: Facts) -> None:
    """Put each row's person's day of enrolment beside the row; null where no known person is named."""
    if facts.persons is None:
        batch.set(enrolled_on=pl.lit(None, pl.Date))
        return
    days = facts.persons.select("participant_id", "enrolled_on")
    batch.typed = batch.typed.join(days, on="participant_id", how="left", maintain_order="left")


# The register as it stands at its end, for rows that carry no day at all.
NOW = pl.lit(dt.date(2100, 1, 1))
