"""From accepted rows to record tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from pipeline.identity import mask_all
from pipeline.schemas import RECORD
from pipeline.submissions.checking import Checked
from pipeline.submissions.kinds import ANSWERS, STAKEHOLDERS, Kind
from pipeline.submissions.problems import ROW, SHEET, SUBMISSION

# Columns whose name in the record differs from the one people send.
NAMES = {
    "participants": {"municipality": "municipality_code"},
    "costs": {"municipality": "municipality_code"},
    "invitations": {"municipality": "municipality_code"},
    STAKEHOLDERS: {"municipality": "municipality_code"},
}


def record_rows(files: Mapping[str, Checked]) -> dict[str, pl.DataFrame]:
    """Return the rows that each checked file adds to its kind's record table: its accepted rows, typed.

    By submission. A whole table is validated once, when all files are in.
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
    accepted = typed.filter(~rejected).rename({SUBMISSION: "submission_id", SHEET: "sheet", ROW: "row"})
    accepted = accepted.with_columns(mask_all(accepted["sheet"].cast(pl.String)))
    if kind.name in (ANSWERS, STAKEHOLDERS):
        accepted = _answers(accepted, kind)
    renamed = accepted.rename(NAMES.get(kind.name, {}))
    schema = RECORD[kind.table]
    return renamed.select(pl.col(name).cast(column.dtype) for name, column in schema.columns().items())


def _answers(accepted: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Return a row an answer; cells without an answer are none."""
    named = accepted.with_columns(pl.lit(kind.instrument.id if kind.instrument else None).alias("instrument"))
    if not kind.items:
        return named.filter(pl.col("answer").is_not_null() | pl.col("free_text").is_not_null())
    keys = [column for column in named.columns if column not in kind.items]
    numbers = [item for item in kind.items if named.schema[item].is_numeric()]
    texts = [item for item in kind.items if item not in numbers]
    answers = _long(named, keys, numbers, "answer", pl.Float64)
    free_texts = _long(named, keys, texts, "free_text", pl.String)
    long = pl.concat([answers, free_texts], how="diagonal")
    return long.sort("submission_id", "row", maintain_order=True)


def _long(
    rows: pl.DataFrame, keys: list[str], items: list[str], value: str, value_type: type[pl.DataType]
) -> pl.DataFrame:
    """Return one row for each filled cell of some item columns."""
    long = rows.unpivot(items, index=keys, variable_name="item", value_name=value)
    return long.with_columns(pl.col("item").cast(pl.String), pl.col(value).cast(value_type)).drop_nulls(value)


def empty_tables() -> dict[str, pl.DataFrame]:
    """Return every record table without rows."""
    return {name: schema.create_empty() for name, schema in RECORD.items()}
