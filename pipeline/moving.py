"""A warehouse moved from a file into another place."""

from __future__ import annotations

import duckdb

from pipeline import enumerations, schemas
from pipeline.place import DatabaseFile
from pipeline.table_statements import create_statements
from pipeline.warehouse import SCHEMAS

_FILE = "moved"


def copy_tables(connection: duckdb.DuckDBPyConnection, file: DatabaseFile) -> None:
    """Write all tables of a file into a connection's own database, which has none, in one transaction.

    A table whose columns were others when the file was written is copied as it is: the next run makes it anew.
    """
    file.attach(connection, _FILE)
    tables = connection.execute(
        f"SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = '{_FILE}' ORDER BY ALL"
    ).fetchall()
    connection.begin()
    for schema in SCHEMAS:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for schema, name in tables:
        _copy(connection, f"{schema}.{name}")
    connection.commit()
    connection.execute(f"DETACH {_FILE}")


def _copy(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    found = enumerations.types(connection, f"{_FILE}.{table}")
    schema = schemas.TABLES.get(table)
    if schema is None or set(schema.column_names()) != set(found):
        enumerated = [
            name for name, data_type in found.items() if enumerations.plain_type(data_type) != data_type
        ]
        columns = enumerations.as_texts(enumerated)
        connection.execute(f"CREATE TABLE {table} AS SELECT {columns} FROM {_FILE}.{table}")
        return
    for statement in create_statements(table, schema, checks=False):
        connection.execute(statement)
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM {_FILE}.{table}")
