"""From accepted rows to record tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import polars as pl

from pipeline.coded_values import is_coded
from pipeline.identity import mask_all
from pipeline.schemas import RECORD
from pipeline.submissions.checking import Checked
from pipeline.submissions.coded import record_type
from pipeline.submissions.kinds import ANSWERS, STAKEHOLDERS, Kind
from pipeline.submissions.problems import ROW, SHEET, SUBMISSION

# Columns whose name in the record differs from the one people send.
NAMES = {
    "participants": {"municipality": "municipality_code"},
    "costs": {"municipality": "municipality_code"},
    "invitations": {"municipality": "municipality_code"},
    STAKEHOLDERS: {"municipality": "municipality_code"},
}


_ROWS_AT_ONCE = 50_000

Parts = Callable[[], Iterator[pl.DataFrame]]
"""Rows of a record table, made a part at a time whenever they are asked for: not all are held at once."""


def record_rows(files: Mapping[str, Checked]) -> dict[str, Parts]:
    """Return the rows that each checked file adds to its kind's record table: its accepted rows, typed.

    By submission. What is validated is the table. The texts of answers in the wide layout, and of a large file, are
    codes.
    """
    rows: dict[str, Parts] = {}
    for together in _as_checked(files.values()):
        rows |= _rows(together)
    return {submission: rows.get(submission, lambda: iter(())) for submission in files}


def _as_checked(files: Iterable[Checked]) -> Iterable[list[Checked]]:
    """Return files as they were checked together: rows are made at once, too."""
    batches: dict[tuple[str, ...], list[Checked]] = {}
    for checked in files:
        batches.setdefault(checked.together, []).append(checked)
    return batches.values()


def _by_submission(rows: pl.DataFrame) -> Iterator[tuple[str, slice]]:
    """Give the place of each submission's rows, which stand together."""
    runs = rows["submission_id"].rle().struct.unnest()
    ends = runs["len"].cum_sum()
    for submission, size, end in zip(runs["value"], runs["len"], ends, strict=True):
        yield submission, slice(end - size, end)


def _rows(files: Sequence[Checked]) -> dict[str, Parts]:
    """Return the accepted rows of files that were checked together, by submission."""
    kind = files[0].kind
    typed = pl.concat([checked.typed for checked in files], rechunk=len(files) > 1)
    rejected = pl.concat([checked.rejected for checked in files])
    accepted = typed.filter(~rejected) if rejected.any() else typed
    accepted = accepted.rename({SUBMISSION: "submission_id", SHEET: "sheet", ROW: "row"}).rename(
        NAMES.get(kind.name, {})
    )
    is_wide = kind.name in (ANSWERS, STAKEHOLDERS) and bool(kind.items)
    types = _types(kind, coded=is_wide or any(is_coded(column) for column in files[0].raw))
    submissions, sheets = _names(accepted["submission_id"]), _names(accepted["sheet"])
    accepted = accepted.with_columns(
        _of_each_row(accepted["submission_id"], submissions.cast(types["submission_id"])),
        _of_each_row(accepted["sheet"], mask_all(sheets).cast(types["sheet"])),
    )
    if kind.name in (ANSWERS, STAKEHOLDERS):
        name = kind.instrument.id if kind.instrument else None
        accepted = accepted.with_columns(pl.lit(name).alias("instrument"))
    if is_wide:
        return _of_wide(accepted, kind, types)
    rows = _as_types(_filled(accepted) if kind.name in (ANSWERS, STAKEHOLDERS) else accepted, types)
    return {submission: partial(_one, rows[place]) for submission, place in _by_submission(rows)}


def _one(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    yield rows


def _names(column: pl.Series) -> pl.Series:
    """Return the names that an enumeration has; those of submissions and sheets are one."""
    if not isinstance(column.dtype, pl.Enum):
        raise TypeError("the submissions and sheets of checked rows are enumerations")
    return column.dtype.categories


def _of_each_row(column: pl.Series, instead: pl.Series) -> pl.Series:
    """Return an enumeration with another value in place of each of its names."""
    return instead.gather(column.to_physical()).alias(column.name)


def _types(kind: Kind, *, coded: bool) -> dict[str, pl.DataType]:
    """Return the types of a record table's columns: texts as codes where they came as codes."""
    types = {name: column.dtype for name, column in RECORD[kind.table].columns().items()}
    return {
        name: record_type(name) if coded and dtype == pl.String else dtype for name, dtype in types.items()
    }


def _as_types(rows: pl.DataFrame, types: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return rows.select(
        pl.col(name).cast(dtype) if rows.schema[name] != dtype else pl.col(name)
        for name, dtype in types.items()
    )


def _of_wide(accepted: pl.DataFrame, kind: Kind, types: Mapping[str, pl.DataType]) -> dict[str, Parts]:
    """Return a row an answer, by submission; cells without an answer are none."""
    keys = {name: dtype for name, dtype in types.items() if name not in ("item", "answer", "free_text")}
    of_rows, cells = _as_types(accepted, keys), accepted.select(kind.items)
    return {
        submission: partial(_answers, of_rows[place], cells[place], types)
        for submission, place in _by_submission(of_rows)
    }


def _answers(
    of_rows: pl.DataFrame, cells: pl.DataFrame, types: Mapping[str, pl.DataType]
) -> Iterator[pl.DataFrame]:
    """Give the answers of a table of questionnaires, those of some of them at a time."""
    numbers = [item for item, dtype in cells.schema.items() if dtype.is_numeric()]
    texts = [item for item in cells.columns if item not in numbers]
    for start in range(0, of_rows.height, _ROWS_AT_ONCE):
        keys, given = of_rows.slice(start, _ROWS_AT_ONCE), cells.slice(start, _ROWS_AT_ONCE)
        answers = _numbers(keys, given.select(numbers), types["item"])
        if texts:
            free_texts = _free_texts(keys, given.select(texts), types)
            # Within a row of a file the numbers stand before the texts.
            answers = pl.concat([answers, free_texts], how="diagonal").sort("row", maintain_order=True)
        else:
            answers = answers.with_columns(pl.lit(None, types["free_text"]).alias("free_text"))
        yield _as_types(answers, types)


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    filled = rows.select(pl.col("answer").is_not_null() | pl.col("free_text").is_not_null()).to_series()
    return rows if filled.all() else rows.filter(filled)


def _numbers(keys: pl.DataFrame, answers: pl.DataFrame, item_type: pl.DataType) -> pl.DataFrame:
    """Return a row for each number of a table of answers, row by row; `keys` says whose row each is."""
    cells = answers.cast(pl.Float64).to_numpy(order="c").ravel()
    filled = ~np.isnan(cells)
    rows = np.repeat(np.arange(answers.height, dtype=np.uint32), answers.width)[filled]
    items = np.tile(np.arange(answers.width, dtype=np.uint32), answers.height)[filled]
    names = pl.Series("item", answers.columns, dtype=pl.String).cast(item_type)
    of_answers: pl.DataFrame = keys[rows]
    return of_answers.with_columns(names.gather(pl.Series(items)), pl.Series("answer", cells[filled]))


def _free_texts(keys: pl.DataFrame, texts: pl.DataFrame, types: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return a row for each filled cell of a table of free texts."""
    long = pl.concat([keys, texts], how="horizontal").unpivot(
        texts.columns, index=keys.columns, variable_name="item", value_name="free_text"
    )
    return long.drop_nulls("free_text").cast({name: types[name] for name in ("item", "free_text")})


def empty_tables() -> dict[str, pl.DataFrame]:
    """Return every record table without rows."""
    return {name: schema.create_empty() for name, schema in RECORD.items()}


def whole_table(table: str, parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return a record table of its parts, valid against its schema, codes as texts."""
    schema = RECORD[table]
    return schema.validate(pl.concat([schema.create_empty(), *map(schema.cast, parts)]))
