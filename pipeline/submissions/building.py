"""From accepted rows to record tables."""

from __future__ import annotations

import polars as pl

from pipeline.schemas import RECORD
from pipeline.submissions.checking import Checked
from pipeline.submissions.kinds import ANSWERS, STAKEHOLDERS, Kind
from pipeline.submissions.problems import ROW

# Columns whose name in the record differs from the one people send.
_NAMES = {
    "participants": {"municipality": "municipality_code"},
    "costs": {"municipality": "municipality_code"},
    "invitations": {"municipality": "municipality_code"},
    STAKEHOLDERS: {"municipality": "municipality_code"},
}


def record_rows(checked: Checked, submission_id: str) -> pl.DataFrame:
    """Return the rows of the kind's record table that a checked file adds: its accepted rows, typed.

    The whole table is validated once, when all files are in.
    """
    kind = checked.kind
    accepted = checked.typed.filter(~checked.rejected).with_columns(
        pl.lit(submission_id).alias("submission_id"), pl.col(ROW).alias("row")
    )
    if kind.name in (ANSWERS, STAKEHOLDERS):
        accepted = _answers(accepted, kind)
    schema = RECORD[kind.table]
    renamed = accepted.rename(_NAMES.get(kind.name, {}))
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
    return pl.concat([answers, free_texts], how="diagonal").sort("row", maintain_order=True)


def _long(
    rows: pl.DataFrame, keys: list[str], items: list[str], value: str, value_type: type[pl.DataType]
) -> pl.DataFrame:
    """Return one row for each filled cell of some item columns."""
    long = rows.unpivot(items, index=keys, variable_name="item", value_name=value)
    return long.with_columns(pl.col("item").cast(pl.String), pl.col(value).cast(value_type)).drop_nulls(value)


def empty_tables() -> dict[str, pl.DataFrame]:
    """Return every record table without rows."""
    return {name: schema.create_empty() for name, schema in RECORD.items()}
