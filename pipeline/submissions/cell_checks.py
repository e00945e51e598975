"""Checks of cells: what each column's type makes of its texts, and whether what is needed is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from pipeline.submissions.batch import Batch
from pipeline.submissions.coded import with_changed
from pipeline.submissions.contents import Contents, missing_columns
from pipeline.submissions.kinds import Kind
from pipeline.submissions.problems import ROW, SHEET, SUBMISSION
from pipeline.submissions.values import ValueType
from pipeline.submissions.wording import MISSING_VALUE


def typed_cells(raw: pl.DataFrame, columns: Mapping[str, ValueType]) -> pl.DataFrame:
    """Return the typed cells; null where a text is no value of its column's type."""
    cells = raw.select(SUBMISSION, SHEET, ROW, *columns)
    return with_changed(cells, {name: value.parse for name, value in columns.items()})


def check_types(columns: Mapping[str, ValueType], batch: Batch) -> None:
    """Note texts that are no value of their column's type: there are then fewer values than texts."""
    texts, values = batch.raw.null_count().row(0, named=True), batch.typed.null_count().row(0, named=True)
    for name, value in columns.items():
        if values[name] > texts[name]:
            unread = batch.raw[name].is_not_null() & batch.typed[name].is_null()
            batch.note(unread, value.finding, name)


def check_needed(files: Mapping[str, Contents], kind: Kind, columns: Collection[str], batch: Batch) -> None:
    """Reject rows without a needed value; where the whole column is missing, that was said once.

    Only groups of needed columns that lie within `columns` are looked at.
    """
    needed = [
        group for group in kind.needed if not kind.may_be_empty.issuperset(group) and {*group} <= {*columns}
    ]
    empty = batch.raw.select(
        pl.all_horizontal(pl.col(column).is_null() for column in group).alias(group[0]) for group in needed
    )
    for group in needed:
        broken = empty[group[0]]
        if broken.any():
            for submission, sheet in _lacking(files, group):
                broken = broken & ~batch.log.of_sheet(submission, sheet)
            batch.log.rows(broken, MISSING_VALUE, group[0])


def _lacking(files: Mapping[str, Contents], group: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the submissions and sheets that have no column of a needed group."""
    return [
        (submission, sheet.name)
        for submission, contents in files.items()
        for sheet in contents.sheets
        if group in missing_columns(sheet, contents.kind)
    ]
