"""From accepted rows to record tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import polars as pl

from pipeline.coded_values import each_value, is_coded
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


def record_rows(files: Mapping[str, Checked]) -> dict[str, pl.DataFrame]:
    """Return the rows that each checked file adds to its kind's record table: its accepted rows, typed.

    By submission. A whole table is validated once, when all files are in. The texts of a large file are codes.
    """
    rows: dict[str, pl.DataFrame] = {}
    for together in _as_checked(files.values()):
        rows |= _by_submission(_rows(together))
    return {
        submission: rows.get(submission, RECORD[checked.kind.table].create_empty())
        for submission, checked in files.items()
    }


def _as_checked(files: Iterable[Checked]) -> Iterable[list[Checked]]:
    """Return files as they were checked together: rows are made at once, too."""
    batches: dict[tuple[str, ...], list[Checked]] = {}
    for checked in files:
        batches.setdefault(checked.together, []).append(checked)
    return batches.values()


def _by_submission(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return each submission's rows, which stand together: slices of the frame, nothing is copied."""
    runs = rows["submission_id"].rle().struct.unnest()
    ends = runs["len"].cum_sum()
    return {
        submission: rows.slice(end - size, size)
        for submission, size, end in zip(runs["value"], runs["len"], ends, strict=True)
    }


def _rows(files: Sequence[Checked]) -> pl.DataFrame:
    """Return the accepted rows of files that were checked together, in their order."""
    kind = files[0].kind
    typed = pl.concat([checked.typed for checked in files], rechunk=len(files) > 1)
    rejected = pl.concat([checked.rejected for checked in files])
    accepted = typed.filter(~rejected) if rejected.any() else typed
    accepted = accepted.rename({SUBMISSION: "submission_id", SHEET: "sheet", ROW: "row"}).rename(
        NAMES.get(kind.name, {})
    )
    types = _types(kind, coded=any(is_coded(column) for column in files[0].raw))
    submissions, sheets = _names(accepted["submission_id"]), _names(accepted["sheet"])
    accepted = accepted.with_columns(
        _of_each_row(accepted["submission_id"], submissions.cast(types["submission_id"])),
        _of_each_row(accepted["sheet"], mask_all(sheets).cast(types["sheet"])),
    )
    if kind.name not in (ANSWERS, STAKEHOLDERS):
        return _as_types(accepted, types)
    named = accepted.with_columns(pl.lit(kind.instrument.id if kind.instrument else None).alias("instrument"))
    return _as_types(_answers(named, kind, types), types)


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


def _answers(accepted: pl.DataFrame, kind: Kind, types: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return a row an answer; cells without an answer are none."""
    if not kind.items:
        return _filled(accepted)
    numbers = [item for item in kind.items if accepted.schema[item].is_numeric()]
    texts = [item for item in kind.items if item not in numbers]
    keys = {name: dtype for name, dtype in types.items() if name not in ("item", "answer", "free_text")}
    of_rows = _as_types(accepted, keys)
    cells, each = accepted.select(numbers), types["item"]
    starts = range(0, max(accepted.height, 1), _ROWS_AT_ONCE)
    parts = [_numbers(of_rows.slice(n, _ROWS_AT_ONCE), cells.slice(n, _ROWS_AT_ONCE), each) for n in starts]
    answers = pl.concat(parts, rechunk=False)
    if not texts:
        return answers.with_columns(pl.lit(None, types["free_text"]).alias("free_text"))
    free_texts = _free_texts(of_rows, accepted.select(texts), types)
    # Within a row of a file the numbers stand before the texts.
    return pl.concat([answers, free_texts], how="diagonal").sort("submission_id", "row", maintain_order=True)


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


def whole_table(table: str, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return a record table, valid against its schema; where a part's texts are codes, those of all are."""
    schema = RECORD[table]
    parts = [part for part in parts if not part.is_empty()]
    if not parts:
        return schema.create_empty()
    coded = next((part.schema for part in parts if any(map(is_coded, part))), None)
    if coded is None:
        return schema.validate(pl.concat(parts), cast=True)
    schema.validate(pl.concat(each_value(part) for part in parts), cast=True)
    return pl.concat([part.cast(coded) for part in parts])
