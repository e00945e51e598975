"""What a file holds: the sheets whose rows are of its kind, and whether their headers are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.submissions.identifying import identifying
from pipeline.submissions.kinds import FileKind, Kind
from pipeline.submissions.measures import kind_of_answers
from pipeline.submissions.problems import ROW, ProblemLog
from pipeline.submissions.reading import Sheet
from pipeline.submissions.wording import (
    IDENTIFYING_COLUMN,
    MISSING_COLUMN,
    MORE_CELLS_THAN_COLUMNS,
    NO_ITEM_COLUMN,
    REPEATED_COLUMN,
    ROWS_OF_OTHER_FORMS,
    ROWS_SENT_BACK_ALONE,
    SHEET_LEFT_OUT,
    TRY_OF_THE_FORM,
    UNKNOWN_COLUMN,
)

# What a returned file has beside its own columns: no sender is told off for sending it back mended.
RETURNED_COLUMNS = ("rejected_sheet", "rejected_row", "problems_lv", "problems_en")
# Kinds of which a sender's later file takes the place of all rows of its months: a part of a file would take
# out those that were accepted.
REPLACING_MONTHS = ("services", "costs")


@dataclass(frozen=True)
class Contents:
    """What a file holds: the sheets whose rows are of its kind, and the names of those left out."""

    kind: Kind
    sheets: tuple[Sheet, ...]
    left_out: tuple[str, ...]

    @property
    def height(self) -> int:
        """How many rows there are."""
        return sum(sheet.cells.height for sheet in self.sheets)

    @property
    def headers(self) -> dict[str, str]:
        """The known columns as the file names them."""
        columns = self.kind.columns
        return {
            column: name
            for sheet in self.sheets
            for column, name in sheet.headers.items()
            if column in columns
        }


def contents_of(sheets: Sequence[Sheet], file_kind: FileKind) -> Contents:
    """Return a file's sheets, those left out that have no column of its kind.

    Where the rows stand in a repeat, sheets without the needed columns, such as the parents', are left out too.
    """
    recognised = [sheet for sheet in sheets if sheet.recognised] or list(sheets[:1])
    columns = [column for sheet in recognised for column in sheet.headers]
    kind = file_kind.fixed or kind_of_answers(file_kind, columns)
    whole = [sheet for sheet in recognised if not missing_columns(sheet, kind)]
    kept = whole if any(sheet.repeat for sheet in whole) else recognised
    return Contents(kind, tuple(kept), tuple(sheet.name for sheet in sheets if sheet not in kept))


def check_headers(submission: str, contents: Contents, log: ProblemLog) -> None:
    """Note columns that are unknown, missing or there twice; a needed one missing rejects the sheet."""
    kind = contents.kind
    for sheet in contents.sheets:
        for column, header in sheet.headers.items():
            if column not in kind.columns and column not in RETURNED_COLUMNS:
                finding = IDENTIFYING_COLUMN if identifying(sheet, column) else UNKNOWN_COLUMN
                log.file(submission, finding, sheet=sheet.name, column=header)
        for column in sheet.repeated:
            log.file(submission, REPEATED_COLUMN, sheet=sheet.name, column=column)
        missing = missing_columns(sheet, kind)
        for group in missing:
            without_items = kind.instrument is not None and group == ("item",)
            finding = NO_ITEM_COLUMN if without_items else MISSING_COLUMN
            log.file(submission, finding, sheet=sheet.name, column=" / ".join(group))
        alone = kind.name in REPLACING_MONTHS and "rejected_row" in sheet.headers
        if alone:
            log.file(submission, ROWS_SENT_BACK_ALONE, sheet=sheet.name, column="rejected_row")
        if alone or missing or any(column in kind.columns for column in sheet.repeated):
            log.reject_sheet(submission, sheet.name)
        _check_overfull(submission, sheet, log)
        _check_rows_of_forms(submission, sheet, log)
    for name in contents.left_out:
        log.file(submission, SHEET_LEFT_OUT, sheet=name)


def _check_overfull(submission: str, sheet: Sheet, log: ProblemLog) -> None:
    """Reject records of a text file with too many cells: they have shifted. In a workbook none can."""
    if sheet.overfull and not sheet.name:
        shifted = log.of_sheet(submission, sheet.name) & log.places[ROW].is_in(list(sheet.overfull))
        log.rows(shifted, MORE_CELLS_THAN_COLUMNS, "")


def _check_rows_of_forms(submission: str, sheet: Sheet, log: ProblemLog) -> None:
    """Reject tries of a form, and tell how many rows had nothing of this one."""
    if sheet.tests:
        tried = log.of_sheet(submission, sheet.name) & log.places[ROW].is_in(list(sheet.tests))
        log.rows(tried, TRY_OF_THE_FORM, "")
    if sheet.other_forms:
        log.file(submission, ROWS_OF_OTHER_FORMS, sheet=sheet.name, value=str(sheet.other_forms))


def missing_columns(sheet: Sheet, kind: Kind) -> list[tuple[str, ...]]:
    """Return the needed groups of columns of which a sheet has none."""
    return [group for group in kind.needed if not any(column in sheet.headers for column in group)]
