"""The research database: pseudonymised facts, marts and their documentation in one DuckDB file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import polars as pl

from pipeline import schemas
from pipeline.database import attached, quoted
from pipeline.schemas.sources import source_of
from pipeline.table_statements import column_type, create_statements

# What DuckDB 1.1 and later can open; the version that DuckDB writes by default can't be.
STORAGE_VERSION = "v1.0.0"
SCHEMAS = ("core", "mart", "meta")


def write_research_database(
    path: Path, tables: Mapping[str, pl.DataFrame], macros: Iterable[str], key: str | None = None
) -> None:
    """Write the released tables, their comments and the macros into a new file at `path`; with a key encrypted."""
    write_database(path, {name: schemas.RELEASED[name] for name in schemas.RELEASED}, tables, macros, key)


def write_database(
    path: Path,
    definitions: Mapping[str, schemas.Schema],
    tables: Mapping[str, pl.DataFrame],
    macros: Iterable[str] = (),
    key: str | None = None,
) -> None:
    """Write tables into a new DuckDB file that clients since 1.1 can open; an encrypted one those since 1.5."""
    connection = attached(path, key, storage_version=STORAGE_VERSION)
    try:
        connection.begin()
        for name in dict.fromkeys(table.split(".")[0] for table in definitions):
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
        for table, schema in definitions.items():
            _write_table(connection, table, schema, tables[table])
        for macro in macros:
            connection.execute(macro)
        connection.commit()
        connection.execute(f'CHECKPOINT "{path.stem}"')
    finally:
        connection.close()


def _write_table(
    connection: duckdb.DuckDBPyConnection, table: str, schema: schemas.Schema, frame: pl.DataFrame
) -> None:
    """Write one table, ordered by its key, with ENUMs where the schema asks for them."""
    types = {name: _create_enum(connection, table, name, frame) for name in _enum_columns(schema, frame)}
    for statement in create_statements(table, schema, types):
        connection.execute(statement)
    ordered = frame.select(schema.column_names()).sort(schema.primary_key() or schema.column_names())
    connection.register("incoming_rows", ordered.to_arrow())
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming_rows")
    connection.unregister("incoming_rows")


def _enum_columns(schema: schemas.Schema, frame: pl.DataFrame) -> list[str]:
    """The columns that become ENUMs; none in an empty table, since an ENUM needs a value."""
    if frame.is_empty():
        return []
    return [name for name, column in schema.columns().items() if (column.metadata or {}).get("enum")]


def _create_enum(connection: duckdb.DuckDBPyConnection, table: str, column: str, frame: pl.DataFrame) -> str:
    """Make the ENUM type of a column from its values; gives the type's name."""
    schema_name, name = table.split(".")
    values = frame[column].unique().sort()
    listed = ", ".join(quoted(value) for value in values)
    type_name = f"{schema_name}.{name}_{column}"
    connection.execute(f"CREATE TYPE {type_name} AS ENUM ({listed})")
    return type_name


def dictionary(definitions: Mapping[str, schemas.Schema]) -> pl.DataFrame:
    """Table meta.dictionary: every table and column of the release, from the schemas."""
    rows = [row for table, schema in definitions.items() for row in _dictionary_rows(table, schema)]
    own = schemas.META["meta.dictionary"]
    dtypes = {name: column.dtype for name, column in own.columns().items()}
    return own.validate(pl.DataFrame(rows, schema=dtypes))


def _dictionary_rows(table: str, schema: schemas.Schema) -> list[dict[str, object]]:
    """The rows of one table: itself, then its columns."""
    schema_name, table_name = table.split(".")
    source = source_of(table)
    place = {"schema_name": schema_name, "table_name": table_name}
    key = ", ".join(schema.primary_key())
    uniqueness = f" Unique by {key}." if key else " Rows may repeat; they add up."
    whole = {
        **place,
        "column_name": "",
        "type": None,
        "description": schemas.row_of(schema) + uniqueness,
        "unit": None,
        "source": source,
        "unique_key": False,
    }
    columns = [
        {
            **place,
            "column_name": name,
            "type": "ENUM" if (column.metadata or {}).get("enum") else column_type(column),
            "description": column.description or "",
            "unit": (column.metadata or {}).get("unit"),
            "source": source,
            "unique_key": column.primary_key,
        }
        for name, column in schema.columns().items()
    ]
    return [whole, *columns]
