"""Rows of a mart as a frame of exactly its schema's columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pipeline.schemas import MART


def mart_frame(table: str, rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Return the rows as a frame of the mart's columns, in their order, sorted by the table's key.

    table: the mart's name, `mart.score_change`. rows: a mapping a row; a column it leaves out is null,
    `suppressed` is False: disclosure control sets it later. No rows give an empty frame of the schema.
    """
    schema = MART[table]
    defaults: dict[str, object] = dict.fromkeys(schema.column_names())
    if "suppressed" in defaults:
        defaults["suppressed"] = False
    complete = [{**defaults, **row} for row in rows]
    frame = pl.DataFrame(complete, schema=schema.create_empty().schema)
    return frame.sort(schema.primary_key())
