"""Checking the rows of one file: the row is the unit, and one error rejects it whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.submissions.batch import Batch, Facts
from pipeline.submissions.kinds import FileKind, Kind
from pipeline.submissions.measures import kind_of_answers
from pipeline.submissions.problems import ROW, SHEET, ProblemLog
from pipeline.submissions.reading import Sheet
from pipeline.submissions.wording import (
    MISSING_COLUMN,
    MISSING_VALUE,
    MORE_CELLS_THAN_COLUMNS,
    NO_ITEM_COLUMN,
    REPEATED_COLUMN,
    SHEET_LEFT_OUT,
    UNKNOWN_COLUMN,
)

# What a returned file has beside its own columns: no sender is told off for sending it back mended.
RETURNED_COLUMNS = ("rejected_sheet", "rejected_row", "problems_lv", "problems_en")


@dataclass(frozen=True)
class Checked:
    """A file's rows after checking.

    raw: the cells as texts, with ROW and SHEET; all columns of the kind, null where the file lacks one.
    typed: the same rows with typed values, as far as they could be read.
    rejected: which rows have an error.
    problems: PROBLEM_SCHEMA.
    headers: the known columns as the file names them.
    """

    kind: Kind
    raw: pl.DataFrame
    typed: pl.DataFrame
    rejected: pl.Series
    problems: pl.DataFrame
    headers: dict[str, str]


def check_sheets(sheets: Sequence[Sheet], file_kind: FileKind, facts: Facts) -> Checked:
    """Return a file's rows, checked; every row is either accepted or rejected."""
    kept = [sheet for sheet in sheets if sheet.recognised] or list(sheets[:1])
    columns = [column for sheet in kept for column in sheet.headers]
    kind = file_kind.fixed or kind_of_answers(file_kind, columns)
    raw = _rows(kept, kind)
    log = ProblemLog(raw.select(SHEET, ROW))
    _check_headers(kept, kind, log)
    for sheet in sheets:
        if sheet not in kept:
            log.file(SHEET_LEFT_OUT, sheet=sheet.name)
    batch = Batch(raw, _typed(raw, kind), log)
    _check_types(kind, batch)
    _check_needed(kept, kind, batch)
    for step in kind.steps:
        step(batch, facts)
    headers = {
        column: name for sheet in kept for column, name in sheet.headers.items() if column in kind.columns
    }
    return Checked(kind, raw, batch.typed, log.rejected, log.frame, headers)


def _rows(sheets: Sequence[Sheet], kind: Kind) -> pl.DataFrame:
    """Return the rows of all sheets with the kind's columns."""
    places = {SHEET: pl.String, ROW: pl.Int64}
    empty = pl.DataFrame(schema={**places, **dict.fromkeys(kind.columns, pl.String)})
    parts = [sheet.cells.with_columns(pl.lit(sheet.name).alias(SHEET)) for sheet in sheets]
    known = [part.select(column for column in part.columns if column in empty.columns) for part in parts]
    return pl.concat([empty, *known], how="diagonal")


def _check_headers(sheets: Sequence[Sheet], kind: Kind, log: ProblemLog) -> None:
    """Note columns that are unknown, missing or there twice; a needed one missing rejects the sheet."""
    for sheet in sheets:
        for column, header in sheet.headers.items():
            if column not in kind.columns and column not in RETURNED_COLUMNS:
                log.file(UNKNOWN_COLUMN, sheet=sheet.name, column=header)
        for column in sheet.repeated:
            log.file(REPEATED_COLUMN, sheet=sheet.name, column=column)
        missing = _missing(sheet, kind)
        for group in missing:
            without_items = kind.instrument is not None and group == ("item",)
            finding = NO_ITEM_COLUMN if without_items else MISSING_COLUMN
            log.file(finding, sheet=sheet.name, column=" / ".join(group))
        if missing or any(column in kind.columns for column in sheet.repeated):
            log.reject_sheet(sheet.name)
        _check_overfull(sheet, log)


def _check_overfull(sheet: Sheet, log: ProblemLog) -> None:
    """Reject records of a text file with too many cells: they have shifted. In a workbook none can."""
    if sheet.overfull and not sheet.name:
        places = log.places
        log.rows(places[ROW].is_in(list(sheet.overfull)), MORE_CELLS_THAN_COLUMNS, "")


def _missing(sheet: Sheet, kind: Kind) -> list[tuple[str, ...]]:
    return [group for group in kind.needed if not any(column in sheet.headers for column in group)]


def _typed(raw: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Return the typed cells; null where a text is no value of its column's type."""
    return raw.select(
        ROW, *(kind_type.parse(pl.col(name)).alias(name) for name, kind_type in kind.columns.items())
    )


def _check_types(kind: Kind, batch: Batch) -> None:
    """Note texts that are no value of their column's type."""
    filled = batch.raw.select(pl.col(name).is_not_null() for name in kind.columns)
    batch.all_broken(
        [
            (filled[name] & pl.col(name).is_null(), kind_type.finding, name)
            for name, kind_type in kind.columns.items()
        ]
    )


def _check_needed(sheets: Sequence[Sheet], kind: Kind, batch: Batch) -> None:
    """Reject rows without a needed value; where the whole column is missing, that was said once."""
    checks = []
    for group in kind.needed:
        if kind.may_be_empty.issuperset(group):
            continue
        having = [sheet.name for sheet in sheets if group not in _missing(sheet, kind)]
        empty = pl.all_horizontal(pl.col(column).is_null() for column in group)
        checks.append((empty & pl.col(SHEET).is_in(having), group[0]))
    broken = batch.raw.select(condition.alias(name) for condition, name in checks)
    for _, name in checks:
        batch.log.rows(broken[name], MISSING_VALUE, name)
