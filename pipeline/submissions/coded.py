"""Columns as codes: each distinct text once, and a number a row. A large file fits into memory so.

A large file of answers has few distinct texts: what is done to a cell is done to each of them once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import cast

import numpy as np
import polars as pl

from pipeline.coded_values import is_coded

# An identifier of rows is found by a table with a place for each possible one, up to so many.
_LARGEST_TABLE = 1 << 26
_LARGEST_NUMBER = 1 << 32
_ROWS_NEAR = 1 << 18
# Columns of a record table that hold codes of the plan or a measure: two bytes a row are enough.
_FEW = ("instrument", "respondent", "wave", "item")
_FEW_TEXTS = pl.Categories("few", "record", pl.UInt16)
_TEXTS = pl.Categories("texts", "record", pl.UInt32)

Change = Callable[[pl.Expr], pl.Expr]


def new_type() -> pl.Categorical:
    """Return the type of a column of codes that has its texts for itself."""
    return pl.Categorical(pl.Categories.random("submissions", pl.UInt32))


def record_type(column: str) -> pl.Categorical:
    """Return the type of a text column of a record table as codes; alike for all frames, so that they join."""
    return pl.Categorical(_FEW_TEXTS if column in _FEW else _TEXTS)


def can_be_numbered(frame: pl.DataFrame) -> bool:
    """Tell whether `row_numbers` knows the columns of a frame."""
    return any(map(is_coded, frame)) and all(isinstance(t, (pl.Categorical, pl.Enum)) for t in frame.dtypes)


def decoded(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with its columns of codes as texts."""
    return frame.with_columns(column.cast(pl.String) for column in frame if is_coded(column))


def with_changed(frame: pl.DataFrame, changes: Mapping[str, Change]) -> pl.DataFrame:
    """Return a frame with columns of texts changed, whether they are plain or codes.

    changes: by column, from texts to values of any type; from null to null.
    """
    plain = [
        change(pl.col(name)).alias(name) for name, change in changes.items() if not is_coded(frame[name])
    ]
    coded = [each_distinct(frame[name], change) for name, change in changes.items() if is_coded(frame[name])]
    return frame.with_columns(*plain, *coded)


def each_distinct(values: pl.Series, change: Change) -> pl.Series:
    """Return a column of codes with each text changed once; new texts are codes of a type of their own."""
    codes = values.to_physical()
    highest = codes.max()
    # Every code up to the highest stands for a text: there is no need to look for those that occur.
    known = pl.Series(values.name, range(0 if highest is None else int(highest) + 1), dtype=codes.dtype)  # type: ignore[arg-type]
    texts = known.cat.to(values.dtype).cast(pl.String)
    changed = texts.to_frame().select(change(pl.col(values.name)).alias(values.name)).to_series()
    if changed.dtype == pl.String:
        if changed.equals(texts, null_equal=True):
            return values
        changed = changed.cast(new_type())
    return changed.clear(len(values)) if known.is_empty() else changed.gather(codes)


def row_numbers(frame: pl.DataFrame) -> tuple[np.ndarray, int]:
    """Return a number for each row of a frame of codes, equal where rows are equal, and how many there are.

    The numbers run from 0 without a gap. Nulls are equal to each other. Enumerations are codes too.
    """
    numbers, size = np.zeros(frame.height, dtype=np.uint32), 1
    for column in frame:
        codes, lowest, count = _codes(column)
        if count > 1:
            if size * count > _LARGEST_TABLE:
                numbers, size = _without_gaps(numbers, size)
            if size * count > _LARGEST_NUMBER:
                numbers = numbers.astype(np.int64)
            # In place: memory that is new to the process costs more than the sums.
            numbers *= numbers.dtype.type(count)
            numbers += codes.to_numpy()
            numbers -= numbers.dtype.type(lowest)
            size *= count
    return _without_gaps(numbers, size)


def slices(rows: int) -> Iterator[slice]:
    """Give slices of so many rows that what is computed of one stays near the processor."""
    return (slice(start, min(start + _ROWS_NEAR, rows)) for start in range(0, rows, _ROWS_NEAR))


def row_keys(frame: pl.DataFrame) -> tuple[np.ndarray, int]:
    """Return as `row_numbers` does, of any frame: by the codes, else by a hash of the row."""
    if can_be_numbered(frame):
        return row_numbers(frame)
    distinct, numbers = np.unique(frame.hash_rows().to_numpy(), return_inverse=True)
    return numbers, len(distinct)


def _codes(column: pl.Series) -> tuple[pl.Series, int, int]:
    """Return a column's codes, null being one too, the lowest of them, and how many there may be."""
    codes = column.to_physical()
    low, high = cast("tuple[int | None, int | None]", (codes.min(), codes.max()))
    if low is None or high is None:
        return codes, 0, 1
    if codes.null_count():
        high += 1
        codes = codes.cast(pl.UInt32).fill_null(high)
    return codes, low, 1 + high - low


def _without_gaps(numbers: np.ndarray, size: int) -> tuple[np.ndarray, int]:
    """Return the same numbering from 0 without gaps."""
    if size > _LARGEST_TABLE:
        distinct, numbers = np.unique(numbers, return_inverse=True)
        return numbers.astype(np.uint32), len(distinct)
    seen = np.zeros(size, dtype=bool)
    seen[numbers] = True
    if seen.all():
        return numbers, size
    places = np.cumsum(seen, dtype=np.uint32)
    return places[numbers] - np.uint32(1), int(places[-1])
