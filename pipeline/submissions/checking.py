"""Checking the rows of files: the row is the unit, and one error rejects it whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.submissions.batch import Batch, Facts
from pipeline.submissions.identifying import identifying
from pipeline.submissions.kinds import FileKind, Kind
from pipeline.submissions.measures import kind_of_answers
from pipeline.submissions.problems import PROBLEM_SCHEMA, ROW, SHEET, SUBMISSION, ProblemLog
from pipeline.submissions.reading import Sheet
from pipeline.submissions.wording import (
    IDENTIFYING_COLUMN,
    MISSING_COLUMN,
    MISSING_VALUE,
    MORE_CELLS_THAN_COLUMNS,
    NO_ITEM_COLUMN,
    REPEATED_COLUMN,
    ROWS_OF_OTHER_FORMS,
    SHEET_LEFT_OUT,
    TRY_OF_THE_FORM,
    UNKNOWN_COLUMN,
)

# What a returned file has beside its own columns: no sender is told off for sending it back mended.
RETURNED_COLUMNS = ("rejected_sheet", "rejected_row", "problems_lv", "problems_en")
_MOST_ROWS_TOGETHER = 500_000


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


@dataclass(frozen=True)
class Checked:
    """A file's rows after checking.

    raw: the cells as texts, with SUBMISSION, SHEET and ROW; all columns of the kind, null where the file
    lacks one.
    typed: the same rows with typed values, as far as they could be read.
    rejected: which rows have an error.
    problems: PROBLEM_SCHEMA.
    headers: the known columns as the file names them.
    together: the submissions that were checked with it; their frames can be put together as they are.
    """

    kind: Kind
    raw: pl.DataFrame
    typed: pl.DataFrame
    rejected: pl.Series
    problems: pl.DataFrame
    headers: dict[str, str]
    together: tuple[str, ...]


def contents_of(sheets: Sequence[Sheet], file_kind: FileKind) -> Contents:
    """Return a file's sheets, those left out that have no column of its kind.

    Where the rows stand in a repeat, sheets without the needed columns, such as the parents', are left out too.
    """
    recognised = [sheet for sheet in sheets if sheet.recognised] or list(sheets[:1])
    columns = [column for sheet in recognised for column in sheet.headers]
    kind = file_kind.fixed or kind_of_answers(file_kind, columns)
    whole = [sheet for sheet in recognised if not _missing(sheet, kind)]
    kept = whole if any(sheet.repeat for sheet in whole) else recognised
    return Contents(kind, tuple(kept), tuple(sheet.name for sheet in sheets if sheet not in kept))


def check_files(files: Mapping[str, Contents], facts: Facts) -> dict[str, Checked]:
    """Return the rows of files by submission, checked; every row is either accepted or rejected.

    What is found in a file depends on no other file: those of one kind and layout are checked at once only
    because a check of a few rows costs as much as one of many.
    """
    checked: dict[str, Checked] = {}
    for batch in _batches(files):
        checked |= _check_together(batch, facts)
    return checked


def _batches(files: Mapping[str, Contents]) -> Iterator[dict[str, Contents]]:
    """Give files of one kind and layout together, up to so many rows that a check needs little memory."""
    batches: dict[tuple[str, ...], dict[str, Contents]] = {}
    for submission, contents in files.items():
        instrument = contents.kind.instrument.id if contents.kind.instrument else ""
        layout = (contents.kind.name, instrument, *contents.kind.items)
        rows = sum(other.height for other in batches.get(layout, {}).values())
        if rows and rows + contents.height > _MOST_ROWS_TOGETHER:
            yield batches.pop(layout)
        batches.setdefault(layout, {})[submission] = contents
    yield from batches.values()


def _check_together(files: Mapping[str, Contents], facts: Facts) -> dict[str, Checked]:
    """Return the rows of files of one kind and layout, checked."""
    kind = next(iter(files.values())).kind
    raw = _rows(files, kind)
    log = ProblemLog(raw.select(SUBMISSION, SHEET, ROW))
    for submission, contents in files.items():
        _check_headers(submission, contents, log)
    batch = Batch(raw, _typed(raw, kind), log)
    _check_types(kind, batch)
    _check_needed(files, kind, batch)
    for step in kind.steps:
        step(batch, facts)
    return _each_file(files, kind, batch)


def _each_file(files: Mapping[str, Contents], kind: Kind, batch: Batch) -> dict[str, Checked]:
    """Return each file's part of what was checked; the rows stand in the files' order."""
    problems = batch.log.by_submission()
    nothing = PROBLEM_SCHEMA.to_frame()
    parts: dict[str, Checked] = {}
    start = 0
    for submission, contents in files.items():
        size = contents.height
        parts[submission] = Checked(
            kind,
            batch.raw.slice(start, size),
            batch.typed.slice(start, size),
            batch.log.rejected.slice(start, size),
            problems.get(submission, nothing),
            contents.headers,
            tuple(files),
        )
        start += size
    return parts


def _rows(files: Mapping[str, Contents], kind: Kind) -> pl.DataFrame:
    """Return the rows of all sheets of all files with the kind's columns."""
    empty = pl.DataFrame(schema={ROW: pl.Int64, **dict.fromkeys(kind.columns, pl.String)})
    sheets = [(submission, sheet) for submission, contents in files.items() for sheet in contents.sheets]
    known = [sheet.cells[[c for c in sheet.cells.columns if c in empty.columns]] for _, sheet in sheets]
    heights = [part.height for part in known]
    return pl.concat([empty, *known], how="diagonal", rechunk=len(known) > 1).select(
        _repeated([submission for submission, _ in sheets], heights).alias(SUBMISSION),
        _repeated([sheet.name for _, sheet in sheets], heights).alias(SHEET),
        pl.all(),
    )


def _repeated(values: Sequence[str], times: Sequence[int]) -> pl.Series:
    """Return each value so many times, as an enumeration: a byte or two a row instead of a text."""
    each = pl.Series(values, dtype=pl.Enum(list(dict.fromkeys(values))))
    return pl.concat([each.new_from_index(place, count) for place, count in enumerate(times)], rechunk=True)


def _check_headers(submission: str, contents: Contents, log: ProblemLog) -> None:
    """Note columns that are unknown, missing or there twice; a needed one missing rejects the sheet."""
    kind = contents.kind
    for sheet in contents.sheets:
        for column, header in sheet.headers.items():
            if column not in kind.columns and column not in RETURNED_COLUMNS:
                finding = IDENTIFYING_COLUMN if identifying(sheet, column) else UNKNOWN_COLUMN
                log.file(submission, finding, sheet=sheet.name, column=header)
        for column in sheet.repeated:
            log.file(submission, REPEATED_COLUMN, sheet=sheet.name, column=column)
        missing = _missing(sheet, kind)
        for group in missing:
            without_items = kind.instrument is not None and group == ("item",)
            finding = NO_ITEM_COLUMN if without_items else MISSING_COLUMN
            log.file(submission, finding, sheet=sheet.name, column=" / ".join(group))
        if missing or any(column in kind.columns for column in sheet.repeated):
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


def _missing(sheet: Sheet, kind: Kind) -> list[tuple[str, ...]]:
    return [group for group in kind.needed if not any(column in sheet.headers for column in group)]


def _typed(raw: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Return the typed cells; null where a text is no value of its column's type."""
    return raw.select(
        SUBMISSION,
        SHEET,
        ROW,
        *(kind_type.parse(pl.col(name)).alias(name) for name, kind_type in kind.columns.items()),
    )


def _check_types(kind: Kind, batch: Batch) -> None:
    """Note texts that are no value of their column's type: there are then fewer values than texts."""
    texts, values = batch.raw.null_count().row(0, named=True), batch.typed.null_count().row(0, named=True)
    for name, kind_type in kind.columns.items():
        if values[name] > texts[name]:
            unread = batch.raw[name].is_not_null() & batch.typed[name].is_null()
            batch.note(unread, kind_type.finding, name)


def _check_needed(files: Mapping[str, Contents], kind: Kind, batch: Batch) -> None:
    """Reject rows without a needed value; where the whole column is missing, that was said once."""
    needed = [group for group in kind.needed if not kind.may_be_empty.issuperset(group)]
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
        if group in _missing(sheet, contents.kind)
    ]
