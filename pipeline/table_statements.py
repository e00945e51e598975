"""The SQL that makes a table in DuckDB, from its schema."""

from __future__ import annotations

from collections.abc import Iterator

import dataframely as dy
import polars as pl

from pipeline import schemas
from pipeline.database import quoted
from pipeline.schemas.sources import source_of

TYPES: dict[pl.DataType, str] = {
    pl.String(): "VARCHAR",
    pl.Int64(): "BIGINT",
    pl.Float64(): "DOUBLE",
    pl.Boolean(): "BOOLEAN",
    pl.Date(): "DATE",
}


def duckdb_type(dtype: pl.DataType) -> str:
    """The DuckDB type that holds a Polars type without loss."""
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision},{dtype.scale})"
    return TYPES[dtype]


def column_type(column: dy.Column) -> str:
    """The DuckDB type of a schema's column."""
    return duckdb_type(column.dtype)


def create_statements(
    table: str, schema: schemas.Schema, types: dict[str, str] | None = None, *, checks: bool = True
) -> Iterator[str]:
    """Give the SQL that makes a table with its NOT NULL, CHECKs and comments, from its schema.

    types: DuckDB types that replace a column's own, such as ENUMs. checks: without them where they can't be kept.
    No key or index: a file that holds one can't be opened by DuckDB 1.0, and uniqueness is checked before writing.
    """
    own = types or {}
    lines = []
    for name, column in schema.columns().items():
        null = "" if column.nullable else " NOT NULL"
        check = _check(name, column, name in own) if checks else ""
        lines.append(f'"{name}" {own.get(name, column_type(column))}{null}{check}')
    yield f"CREATE OR REPLACE TABLE {table} ({', '.join(lines)})"
    yield f"COMMENT ON TABLE {table} IS {quoted(_table_comment(table, schema))}"
    for name, column in schema.columns().items():
        yield f'COMMENT ON COLUMN {table}."{name}" IS {quoted(_comment(column))}'


def _table_comment(table: str, schema: schemas.Schema) -> str:
    """What a row is, and where the rows come from."""
    return " ".join(filter(None, (schemas.row_of(schema), source_of(table))))


def _check(name: str, column: dy.Column, is_enum: bool) -> str:
    """The CHECK of a column: its range or its list of codes."""
    values = (column.metadata or {}).get("values")
    if values and not is_enum:
        return f' CHECK ("{name}" IN ({", ".join(_literal(value) for value in values)}))'
    low, high = getattr(column, "min", None), getattr(column, "max", None)
    bounds = [f'"{name}" >= {low}'] if low is not None else []
    bounds += [f'"{name}" <= {high}'] if high is not None else []
    return f" CHECK ({' AND '.join(bounds)})" if bounds else ""


def _literal(value: object) -> str:
    """A code as an SQL literal."""
    return quoted(value) if isinstance(value, str) else str(value)


def _comment(column: dy.Column) -> str:
    unit = (column.metadata or {}).get("unit")
    description = column.description or ""
    return f"{description} Unit: {unit}." if unit else description
