"""What of a table is read or written at once: some evaluations, years or submissions; some persons; some rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import polars as pl

from pipeline import schemas
from pipeline.coded_values import is_coded
from pipeline.database import quoted

# Rows that are checked and written at once: of a large table the texts are made a part at a time.
_ROWS_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class Part:
    """The rows of a table with these values in a column: those of some evaluations or years."""

    column: str
    values: Collection[str | int]

    def condition(self) -> str:
        """The part as an SQL condition; without values it is no row."""
        listed = ", ".join(quoted(value) if isinstance(value, str) else str(value) for value in self.values)
        return f"{self.column} IN ({listed})" if listed else "FALSE"


@dataclass(frozen=True)
class Persons:
    """A range of persons by their pseudonyms, both ends in it."""

    first: str
    last: str

    def condition(self) -> str:
        """The range as an SQL condition."""
        return f"participant_id BETWEEN {quoted(self.first)} AND {quoted(self.last)}"


def checked_parts(schema: schemas.Schema, frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Give a frame's rows, checked: at once and by their key, or in parts where no rule looks at several rows."""
    if schema.primary_key():
        yield schemas.checked(schema, frame).sort(schema.primary_key())
        return
    for start in range(0, max(frame.height, 1), _ROWS_AT_ONCE):
        part = frame.slice(start, _ROWS_AT_ONCE)
        yield (
            schemas.checked_values(schema, part)
            if any(map(is_coded, part))
            else schemas.checked(schema, part)
        )


def with_later_columns(frame: pl.DataFrame, schema: schemas.Schema) -> pl.DataFrame:
    """Add columns that the schema got after the table was written: empty, as nothing is known of them."""
    return frame.with_columns(
        pl.lit(None if column.nullable else "", column.dtype).alias(name)
        for name, column in schema.columns().items()
        if name not in frame.columns and (column.nullable or column.dtype == pl.String)
    )
