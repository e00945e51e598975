"""Checking the rows of files: the row is the unit, and one error rejects it whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.coded_values import is_coded
from pipeline.submissions.batch import Batch, Facts
from pipeline.submissions.cell_checks import check_needed, check_types, typed_cells
from pipeline.submissions.coded import decoded, new_type
from pipeline.submissions.contents import Contents, check_headers
from pipeline.submissions.kinds import Kind
from pipeline.submissions.long_files import checked_by_parts
from pipeline.submissions.problems import PROBLEM_SCHEMA, ROW, SHEET, SUBMISSION, ProblemLog

_MOST_ROWS_TOGETHER = 500_000


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
        check_headers(submission, contents, log)
    if kind.long is not None and _is_coded(raw):
        return _each_file(files, kind, checked_by_parts(raw, files, kind.long, log, facts))
    batch = Batch(raw, decoded(typed_cells(raw, kind.columns)), log)
    check_types(kind.columns, batch)
    check_needed(files, kind, kind.columns, batch)
    for step in kind.steps:
        step(batch, facts)
    return _each_file(files, kind, batch)


def _is_coded(raw: pl.DataFrame) -> bool:
    """Tell whether rows are those of a large file, whose columns are codes."""
    return any(map(is_coded, raw))


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
    """Return the rows of all sheets of all files with the kind's columns; columns of codes only of one alone."""
    sheets = [(submission, sheet) for submission, contents in files.items() for sheet in contents.sheets]
    known = [
        sheet.cells[[c for c in sheet.cells.columns if c in (ROW, *kind.columns)]] for _, sheet in sheets
    ]
    if len(known) > 1 or not any(map(is_coded, known[0])):
        empty = pl.DataFrame(schema={ROW: pl.Int64, **dict.fromkeys(kind.columns, pl.String)})
        known = [decoded(part) for part in known]
    else:
        types = {name: known[0].schema.get(name, new_type()) for name in kind.columns}
        empty = pl.DataFrame(schema={ROW: pl.Int64, **types})
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
