"""A large file in the long layout: what many rows have alike is checked once.

A questionnaire's columns repeat with each of its answers, and there are few pairs of an item and an answer: each
distinct combination is checked as a row of its own, and what is found holds for all rows that have it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from pipeline.submissions.batch import Batch, Facts
from pipeline.submissions.cell_checks import check_needed, check_types, typed_cells
from pipeline.submissions.coded import decoded, record_type, row_numbers, slices
from pipeline.submissions.contents import Contents
from pipeline.submissions.kinds import Kind, LongSteps
from pipeline.submissions.problems import ROW, SHEET, SUBMISSION, Finding, ProblemLog
from pipeline.submissions.rules import Step

_ANSWER = ("item", "answer")
_PLACE = (SUBMISSION, SHEET, ROW)


class SpreadLog(ProblemLog):
    """Takes problems of distinct combinations, and notes them in another log for all rows that have them.

    numbers: by row of the file, the place of its combination.
    """

    def __init__(self, log: ProblemLog, numbers: pl.Series, places: pl.DataFrame) -> None:
        super().__init__(places)
        self._log = log
        self._numbers = numbers

    def marked(self, broken: pl.Series, finding: Finding, column: str, values: pl.Series | None) -> None:
        """Note a problem of each row with a marked combination; `values` are those of the marked ones."""
        rows = broken.gather(self._numbers)
        if values is not None:
            of_marked = broken.cast(pl.UInt32).cum_sum() - 1
            values = values.gather(of_marked.gather(self._numbers.filter(rows)))
        self._log.marked(rows, finding, column, values)


def checked_by_parts(
    raw: pl.DataFrame, files: Mapping[str, Contents], steps: LongSteps, log: ProblemLog, facts: Facts
) -> Batch:
    """Return the rows of one large file, checked; its texts are codes, those of the typed cells as in the record.

    raw: as in Batch. log: takes the problems. What is found is what a check of every row would find.
    """
    kind = next(iter(files.values())).kind
    questionnaire = [name for name in kind.columns if name not in _ANSWER]
    parts: Sequence[tuple[Sequence[str], Sequence[Step]]] = (
        (questionnaire, steps.questionnaire),
        (_ANSWER, steps.answer),
    )
    with ThreadPoolExecutor() as pool:
        numbered = list(pool.map(lambda part: row_numbers(raw.select(part[0])), parts))
    typed = [
        _part(raw, columns, numbers, own, files, kind, log, facts)
        for (columns, own), numbers in zip(parts, numbered, strict=True)
    ]
    batch = Batch(raw, pl.concat([raw.select(_PLACE), *typed], how="horizontal"), log)
    for step in steps.file:
        step(batch, facts)
    return batch


def _part(
    raw: pl.DataFrame,
    columns: Sequence[str],
    numbered: tuple[np.ndarray, int],
    steps: Sequence[Step],
    files: Mapping[str, Contents],
    kind: Kind,
    log: ProblemLog,
    facts: Facts,
) -> pl.DataFrame:
    """Return the typed cells of some columns of all rows, each distinct combination checked once."""
    numbers, count = numbered
    first = np.zeros(count, dtype=np.int64)
    for rows in slices(len(numbers)):
        first[numbers[rows]] = np.arange(rows.start, rows.stop)
    place_of_row = pl.Series(numbers)
    distinct = decoded(raw[first])
    types = {name: kind.columns[name] for name in columns}
    spread = SpreadLog(log, place_of_row, distinct.select(_PLACE))
    batch = Batch(distinct, typed_cells(distinct, types), spread)
    check_types(types, batch)
    check_needed(files, kind, columns, batch)
    for step in steps:
        step(batch, facts)
    found = [_as_in_the_record(column) for column in batch.typed.drop(_PLACE)]
    return pl.DataFrame(_of_each_row(column, place_of_row) for column in found)


def _of_each_row(values: pl.Series, place_of_row: pl.Series) -> pl.Series:
    """Return a combination's value in each of its rows; what all rows have alike needs no memory."""
    if values.n_unique() == 1:
        return values.new_from_index(0, len(place_of_row))
    return values.gather(place_of_row)


def _as_in_the_record(column: pl.Series) -> pl.Series:
    """Return texts as codes; other values as they are."""
    return column.cast(record_type(column.name)) if column.dtype == pl.String else column
