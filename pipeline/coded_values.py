"""What stands in a column, each value once: enough for all rules that look at one column."""

from __future__ import annotations

from typing import cast

import numpy as np
import polars as pl


def is_coded(values: pl.Series) -> bool:
    """Tell whether a column is one of codes."""
    return isinstance(values.dtype, pl.Categorical)


def distinct_texts(values: pl.Series) -> pl.Series:
    """Return the texts of a column of codes, each once, and null where it is there."""
    codes = values.to_physical().drop_nulls()
    seen = np.zeros(1 + cast("int", codes.max()) if len(codes) else 0, dtype=bool)
    seen[codes.to_numpy()] = True
    known = pl.Series(values.name, np.flatnonzero(seen), dtype=codes.dtype)
    texts = known.cat.to(values.dtype).cast(pl.String)
    return texts.extend_constant(None, 1) if values.null_count() else texts


def each_value(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a few rows in which each text and the ends of other values of each column stand."""
    if rows.is_empty():
        return rows
    values = [_values(column) for column in rows]
    longest = max(map(len, values))
    return pl.DataFrame([pl.concat([v, v.new_from_index(0, longest - len(v))]) for v in values])


def _values(column: pl.Series) -> pl.Series:
    """Return the distinct texts of a column, the ends of other values; with null where it is there."""
    if is_coded(column):
        return distinct_texts(column)
    if column.dtype == pl.String:
        return column.unique()
    ends = [column.arg_min(), column.arg_max(), column.is_null().arg_max() if column.null_count() else None]
    return column.gather(sorted({place for place in ends if place is not None}))
