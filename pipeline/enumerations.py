"""Columns of few texts as ENUMs in DuckDB: written, sorted and compared as numbers of a byte or two.

Which columns are such their schema says; what the texts are shows when rows come. An ENUM's values stand in the
order of texts, so that rows sorted by it are sorted by the text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import duckdb
import polars as pl

from pipeline.coded_values import distinct_texts, is_coded
from pipeline.database import quoted
from pipeline.schemas import Schema

_ENUM = "ENUM("


def columns(schema: Schema) -> list[str]:
    """The columns of a schema that are ENUMs in the warehouse."""
    return [
        name
        for name, column in schema.columns().items()
        if (column.metadata or {}).get("enum") or (column.metadata or {}).get("repeated")
    ]


def plain_type(found: str) -> str:
    """A DuckDB type as a schema names it: an ENUM is a text."""
    return "VARCHAR" if found.startswith(_ENUM) else found


def as_texts(columns: Collection[str]) -> str:
    """What a SELECT lists to give all columns of a table, these as texts."""
    texts = ", ".join(f'"{name}"::VARCHAR AS "{name}"' for name in columns)
    return f"* REPLACE ({texts})" if texts else "*"


def values_of(texts: pl.Series) -> set[str]:
    """The texts of a column, each once."""
    found = distinct_texts(texts) if is_coded(texts) else texts.unique()
    return set(found.drop_nulls().cast(pl.String))


def widen(connection: duckdb.DuckDBPyConnection, table: str, column: str, values: Collection[str]) -> None:
    """Make a column an ENUM that has these values, beside those that it has already."""
    if not values:
        return
    found = types(connection, table)[column]
    known = _values(connection, found)
    if missing := set(values) - known:
        become(connection, table, column, enum_of(known | missing))


def renew(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    kept: str,
    create: Callable[[], None],
    columns: Collection[str],
) -> None:
    """Make a table anew, with those of its rows that an SQL condition names.

    DuckDB takes no DELETE and a change of an ENUM in one transaction.
    """
    connection.execute(f"CREATE TEMP TABLE kept_rows AS SELECT * FROM {table} WHERE {kept}")
    create()
    for column in columns:
        texts = connection.execute(f'SELECT DISTINCT "{column}" FROM temp.kept_rows').fetchall()
        widen(connection, table, column, {text for (text,) in texts if text is not None})
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM temp.kept_rows")
    connection.execute("DROP TABLE temp.kept_rows")


def become(connection: duckdb.DuckDBPyConnection, table: str, column: str, data_type: str) -> None:
    """Change the type of a column."""
    connection.execute(f'ALTER TABLE {table} ALTER "{column}" TYPE {data_type}')


def enum_of(values: Collection[str]) -> str:
    """The ENUM of some texts, in their order."""
    return f"{_ENUM}{', '.join(map(quoted, sorted(values)))})"


def types(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    """The types of a table's or a SELECT's columns, by column."""
    rows = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    return {row[0]: row[1] for row in rows}


def counted_by_bits(connection: duckdb.DuckDBPyConnection, table: str, select: str) -> str:
    """A SELECT whose `count(DISTINCT column)` of a table's ENUM columns are made by bits: a third of the work."""
    for column, found in types(connection, table).items():
        if values := _values(connection, found):
            bits = f"bit_count(bitstring_agg(enum_code({column}), 0, {len(values)}))"
            select = select.replace(f"count(DISTINCT {column})", bits)
    return select


def _values(connection: duckdb.DuckDBPyConnection, data_type: str) -> set[str]:
    """The values of an ENUM; none of another type."""
    if not data_type.startswith(_ENUM):
        return set()
    [(values,)] = connection.execute(f"SELECT enum_range(NULL::{data_type})").fetchall()
    return set(values)
