"""The research database explains itself: every table, column and macro, in any client that opens it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import polars as pl
import pytest

from pipeline.release.research import dictionary, write_research_database
from pipeline.schemas import RELEASED
from sql import macros, research_macros, with_comment


@pytest.fixture(scope="module")
def empty_release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A research database without rows but those of its dictionary."""
    path = tmp_path_factory.mktemp("release") / "research.duckdb"
    tables: dict[str, pl.DataFrame] = {name: schema.create_empty() for name, schema in RELEASED.items()}
    tables["meta.dictionary"] = dictionary(RELEASED)
    statements = [with_comment(macro) for macro in (*macros(), *research_macros())]
    write_research_database(path, tables, statements)
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return connection.execute(sql).fetchall()


def test_every_table_and_column_is_described_and_says_where_it_comes_from(
    empty_release: duckdb.DuckDBPyConnection,
) -> None:
    listed = rows(
        empty_release, "SELECT schema_name, table_name, column_name FROM meta.dictionary ORDER BY ALL"
    )
    there = rows(
        empty_release,
        "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal "
        "UNION ALL SELECT schema_name, table_name, '' FROM duckdb_tables() ORDER BY ALL",
    )
    assert listed == there
    silent = "coalesce(description, '') = '' OR coalesce(source, '') = ''"
    assert rows(empty_release, f"SELECT table_name, column_name FROM meta.dictionary WHERE {silent}") == []


def test_every_number_has_a_unit(empty_release: duckdb.DuckDBPyConnection) -> None:
    numbers = "type IN ('BIGINT', 'DOUBLE') OR type LIKE 'DECIMAL%'"
    found = rows(
        empty_release,
        f"SELECT table_name, column_name FROM meta.dictionary WHERE ({numbers}) AND coalesce(unit, '') = ''",
    )
    assert found == []


def test_the_comments_say_what_the_dictionary_says(empty_release: duckdb.DuckDBPyConnection) -> None:
    # An ENUM needs a value, so that in empty tables its columns are text.
    differ = """
        SELECT d.table_name, d.column_name, d.type, c.data_type, c.comment
        FROM meta.dictionary AS d JOIN duckdb_columns() AS c USING (schema_name, table_name, column_name)
        WHERE (d.type <> 'ENUM' AND d.type <> c.data_type)
           OR c.comment <> d.description || coalesce(' Unit: ' || d.unit || '.', '')
    """
    assert rows(empty_release, differ) == []
    tables = """
        SELECT t.table_name FROM meta.dictionary AS d JOIN duckdb_tables() AS t USING (schema_name, table_name)
        WHERE d.column_name = '' AND NOT ends_with(t.comment, d.source)
    """
    assert rows(empty_release, tables) == []


def test_every_macro_says_what_it_gives(empty_release: duckdb.DuckDBPyConnection) -> None:
    found = rows(empty_release, "SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal")
    said = {str(name): comment for name, comment in found}
    assert len(said) == len(macros()) + len(research_macros())
    assert str(said["paired_change"]).startswith("A row: the change on one scale")
    assert all(said.values())


def test_a_macro_without_a_head_is_refused() -> None:
    with pytest.raises(ValueError, match="must begin with lines"):
        with_comment("CREATE OR REPLACE MACRO half(a) AS a / 2")


def test_nothing_keeps_an_older_client_out(empty_release: duckdb.DuckDBPyConnection) -> None:
    kept_out = "index_count > 0 OR has_primary_key"
    assert rows(empty_release, f"SELECT table_name FROM duckdb_tables() WHERE {kept_out}") == []
