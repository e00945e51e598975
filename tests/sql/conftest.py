from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import duckdb
import polars as pl
import pytest

import sql
from pipeline.schemas import MART, RELEASED, TABLES
from pipeline.warehouse import Warehouse

Rows: TypeAlias = list[dict[str, object]]
Mart: TypeAlias = Callable[[str, Mapping[str, Rows]], pl.DataFrame]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an empty database in memory that has the schemas and our macros."""
    with duckdb.connect(":memory:") as database:
        for name in ("core", "meta", "mart"):
            database.execute(f"CREATE SCHEMA {name}")
        for macro in sql.macros():
            database.execute(macro)
        yield database


@pytest.fixture
def mart(connection: duckdb.DuckDBPyConnection) -> Mart:
    """Give a function that fills the tables a mart reads and returns what it selects.

    A table not given is empty; a column not given is null, a text that must not be null is "-".
    """

    def select(name: str, tables: Mapping[str, Rows]) -> pl.DataFrame:
        text = sql.marts()[name]
        assert set(tables) <= sql.upstreams(text)
        for table in sql.upstreams(text):
            Warehouse(connection).write(table, _filled(table, tables.get(table, [])))
        frame = Warehouse(connection).query(text)
        assert frame.columns == MART[name].column_names()
        assert frame.schema == MART[name].create_empty().schema
        return MART[name].validate(frame).sort(MART[name].primary_key())

    return select


def _filled(table: str, rows: Rows) -> pl.DataFrame:
    schema = TABLES[table]
    defaults = {
        name: None if column.nullable else _placeholder(column.dtype)
        for name, column in schema.columns().items()
    }
    return pl.DataFrame([{**defaults, **row} for row in rows], schema=schema.create_empty().schema)


def _placeholder(dtype: pl.DataType) -> object:
    if dtype == pl.String:
        return "-"
    return False if dtype == pl.Boolean else 0


@pytest.fixture
def release_of(
    connection: duckdb.DuckDBPyConnection,
) -> Callable[[Mapping[str, Rows]], duckdb.DuckDBPyConnection]:
    """Give a function that makes the tables of a release, empty but for the rows given, and researchers' macros."""

    def make(tables: Mapping[str, Rows]) -> duckdb.DuckDBPyConnection:
        for table in RELEASED:
            Warehouse(connection).write(table, _filled(table, tables.get(table, [])))
        for macro in sql.research_macros():
            connection.execute(macro)
        return connection

    return make
