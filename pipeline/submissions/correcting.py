"""Corrections of values that could not come in: put in place of what was sent, before the row is checked again.

A row that came in as it was sent stays so in the record; its correction is applied when the record is read. A row
that was rejected has no place in the record: its correction is applied here, and a warning says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pipeline.corrections import TABLES, Correction, hashed_where
from pipeline.submissions.building import NAMES
from pipeline.submissions.checking import Checked
from pipeline.submissions.contents import Contents
from pipeline.submissions.kinds import ANSWERS
from pipeline.submissions.problems import ROW, SHEET, SUBMISSION, ProblemLog, combined
from pipeline.submissions.reading import Sheet
from pipeline.submissions.wording import CORRECTED

_ANSWER = "answer"


@dataclass(frozen=True)
class CorrectedCell:
    """A cell of a rejected row, and what is put in its place."""

    sheet: str
    row: int
    column: str
    value: str | None


def corrected_cells(checked: Checked, corrections: Sequence[Correction], key: bytes) -> list[CorrectedCell]:
    """Return the cells of a file's rejected rows that corrections mean, with their new values.

    corrections: those of the home. key: of the pseudonyms.
    """
    if not checked.rejected.any():
        return []
    own = [correction for correction in corrections if TABLES[correction.table] == checked.kind.table]
    return [cell for correction in own for cell in _cells(checked, correction, key)]


def with_corrections(contents: Contents, cells: Sequence[CorrectedCell]) -> Contents:
    """Return a file's contents with the corrected cells in place of those that were sent."""
    return replace(contents, sheets=tuple(_corrected(sheet, cells) for sheet in contents.sheets))


def told_corrected(checked: Checked, cells: Sequence[CorrectedCell]) -> Checked:
    """Return a file checked again, with a warning for each corrected cell: the sender's own data need it too."""
    log = ProblemLog(checked.raw.select(SUBMISSION, SHEET, ROW))
    for cell in cells:
        here = (log.places[SHEET].cast(pl.String) == cell.sheet) & (log.places[ROW] == cell.row)
        log.rows(here, CORRECTED, cell.column)
    return replace(checked, problems=combined([checked.problems, *log.by_submission().values()]))


def _cells(checked: Checked, correction: Correction, key: bytes) -> Iterator[CorrectedCell]:
    """Give the cells that one correction means."""
    where, column_of = hashed_where(correction, key), _columns(checked, correction)
    if where.pop("instrument", _measure(checked)) != _measure(checked):
        return
    if column_of.get(_ANSWER, _ANSWER) != _ANSWER:
        where.pop("item", None)
    if not {*where, *column_of.values()} <= {*checked.typed.columns}:
        return
    meant = pl.all_horizontal(pl.col(name).cast(pl.String) == str(value) for name, value in where.items())
    rows = checked.typed.with_columns(rejected=checked.rejected).select(meant & pl.col("rejected"))
    expected = [
        _is(checked.raw[column_of[name]], checked.typed[column_of[name]], value)
        for name, value in correction.expect.items()
    ]
    found = rows.to_series().fill_null(value=False)
    for one in expected:
        found &= one
    for sheet, row in checked.raw.filter(found).select(SHEET, ROW).iter_rows():
        for name, value in correction.set.items():
            yield CorrectedCell(str(sheet), row, column_of[name], None if value is None else str(value))


def _columns(checked: Checked, correction: Correction) -> Mapping[str, str]:
    """Return the column of the file for each column that a correction expects or sets.

    In the wide layout an answer stands in its item's column.
    """
    as_sent = {ours: sent for sent, ours in NAMES.get(checked.kind.name, {}).items()}
    names = {name: as_sent.get(name, name) for name in (*correction.expect, *correction.set)}
    item = correction.where.get("item")
    if checked.kind.name == ANSWERS and item in checked.kind.items:
        names[_ANSWER] = str(item)
    return names


def _measure(checked: Checked) -> str | None:
    return checked.kind.instrument.id if checked.kind.instrument else None


def _is(raw: pl.Series, typed: pl.Series, value: Any) -> pl.Series:
    """Tell where a cell is a value: as it was sent, or as it was read."""
    if value is None:
        return raw.is_null()
    text = str(value)
    same = raw == text
    if typed.dtype.is_numeric() and isinstance(value, int | float):
        same |= (typed == value).fill_null(value=False)
    elif typed.dtype == pl.Date:
        same |= (typed.cast(pl.String) == text).fill_null(value=False)
    return same.fill_null(value=False)


def _corrected(sheet: Sheet, cells: Sequence[CorrectedCell]) -> Sheet:
    own = [cell for cell in cells if cell.sheet == sheet.name and cell.column in sheet.cells.columns]
    columns = {cell.column for cell in own}
    corrected = sheet.cells.with_columns(
        _replaced(column, {cell.row: cell.value for cell in own if cell.column == column})
        for column in columns
    )
    return replace(sheet, cells=corrected.cast({column: sheet.cells.schema[column] for column in columns}))


def _replaced(column: str, values: Mapping[int, str | None]) -> pl.Expr:
    """Return a column with new values in some rows."""
    new = pl.col(ROW).replace_strict(values, default=None, return_dtype=pl.String)
    corrected = pl.when(pl.col(ROW).is_in(list(values))).then(new).otherwise(pl.col(column).cast(pl.String))
    return corrected.alias(column)
