"""Tables in DuckDB: made from their schema, written whole, read back typed.

Writing and reading sit here and nowhere else; a stage gets frames. Rows go in by column name, in one
transaction a table, so that a reader of the file never sees half of one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dataframely as dy
import duckdb
import polars as pl

from pipeline import enumerations, schemas
from pipeline.database import encrypt_database, is_encrypted, open_database, quoted
from pipeline.schemas.sources import source_of
from pipeline.table_parts import Part, Persons, checked_parts, with_later_columns

TYPES: dict[pl.DataType, str] = {
    pl.String(): "VARCHAR",
    pl.Int64(): "BIGINT",
    pl.Float64(): "DOUBLE",
    pl.Boolean(): "BOOLEAN",
    pl.Date(): "DATE",
}


Texts = Mapping[str, Collection[str]]
"""Texts by column."""
# What DuckDB holds while it writes; beyond that it sorts on the disk, beside the file.
_MEMORY = "2GB"


def duckdb_type(dtype: pl.DataType) -> str:
    """The DuckDB type that holds a Polars type without loss."""
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision},{dtype.scale})"
    return TYPES[dtype]


def column_type(column: dy.Column) -> str:
    """The DuckDB type of a schema's column."""
    return duckdb_type(column.dtype)


def create_statements(
    table: str, schema: schemas.Schema, types: dict[str, str] | None = None
) -> Iterator[str]:
    """Give the SQL that makes a table with its NOT NULL, CHECKs and comments, from its schema.

    types: DuckDB types that replace a column's own, such as ENUMs. No key or index: a file that holds one
    can't be opened by DuckDB 1.0, and uniqueness is checked before writing.
    """
    own = types or {}
    lines = []
    for name, column in schema.columns().items():
        null = "" if column.nullable else " NOT NULL"
        lines.append(
            f'"{name}" {own.get(name, column_type(column))}{null}{_check(name, column, name in own)}'
        )
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


class Warehouse:
    """One DuckDB file with the tables of `pipeline.schemas`; one writer at a time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    @classmethod
    @contextmanager
    def open(cls, path: Path, key: str | None = None, *, read_only: bool = False) -> Iterator[Warehouse]:
        """Open the file (made where missing) and close it whatever happens.

        With a key it is encrypted: one that was plain so far is turned into an encrypted one before it is written.
        Raises DatabaseError when it can't be opened.
        """
        if key and not read_only and path.exists() and not is_encrypted(path):
            encrypt_database(path, key)
        connection = open_database(path, key, read_only=read_only)
        try:
            if not read_only:
                path.chmod(0o600)
                connection.execute(f"SET memory_limit = {quoted(_MEMORY)}")
                for name in ("record", "core", "mart", "meta", "analyst", "disclosure"):
                    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
            yield cls(connection)
        finally:
            connection.close()

    def enumerated(self, schema: schemas.Schema) -> list[str]:
        """The columns of a table that this warehouse keeps as ENUMs; VARCHAR holds the same texts as well."""
        return enumerations.columns(schema)

    def read(self, table: str, only: Persons | None = None) -> pl.DataFrame:
        """Read a table, typed as its schema says, or of some persons; an empty frame where it isn't there yet."""
        return self.read_as(table, schemas.TABLES[table], only)

    def read_coded(self, table: str, only: Persons | None = None) -> pl.DataFrame:
        """Read a table as `read` does; texts that the warehouse keeps as ENUMs are codes (Categorical)."""
        if self._columns(table) != _types(schemas.TABLES[table]):
            return self.read(table, only)
        condition = f" WHERE {only.condition()}" if only else ""
        return self.query(f"SELECT * FROM {table}{condition}")

    def scan(self, table: str) -> pl.LazyFrame:
        """A table that is read when it is collected, and of it only the columns and rows that are then needed."""
        schema = schemas.TABLES[table]
        if self._columns(table) != _types(schema):
            return self.read(table).lazy()
        texts = ", ".join(f'"{name}"::VARCHAR AS "{name}"' for name in self.enumerated(schema))
        replaced = f" REPLACE ({texts})" if texts else ""
        return self.connection.sql(f"SELECT *{replaced} FROM {table}").pl(lazy=True)

    def ranges(self, table: str, rows_at_once: int) -> list[Persons | None]:
        """Ranges of persons, in their order, each with about so many rows of a table; None: all at once."""
        if not self.has(table):
            return [None]
        found = self.connection.execute(
            f"""WITH person AS (SELECT participant_id, count(*) AS rows FROM {table} GROUP BY ALL),
                     placed AS (SELECT participant_id,
                                       (sum(rows) OVER (ORDER BY participant_id) - rows) // ? AS place
                                FROM person)
                SELECT min(participant_id), max(participant_id) FROM placed GROUP BY place ORDER BY place""",
            [rows_at_once],
        ).fetchall()
        return [Persons(first, last) for first, last in found] if len(found) > 1 else [None]

    def read_as(self, table: str, schema: schemas.Schema, only: Persons | None = None) -> pl.DataFrame:
        """Read a table that another schema describes than its own, as that of a mart after disclosure control."""
        try:
            found = self.query(f"SELECT * FROM {table}" + (f" WHERE {only.condition()}" if only else ""))
        except duckdb.CatalogException:
            return schema.create_empty()
        return schema.cast(with_later_columns(found, schema))

    def has(self, table: str) -> bool:
        """Tell whether a table exists in the file."""
        return bool(self._columns(table))

    def query(self, sql: str) -> pl.DataFrame:
        """The rows that a SELECT gives; the values of an ENUM as Categorical."""
        return pl.DataFrame(self.connection.sql(sql))

    def write(self, table: str, frame: pl.DataFrame, only: Part | None = None) -> None:
        """Replace a table's rows, all of them or a part, in one transaction.

        Rows go in by their key: what is decided by the order of rows is then decided alike in every run.
        The frame is checked against the schema first: what must never exist is not written.
        Raises dataframely's ValidationError naming the broken rules.
        """
        self._replace(table, checked_parts(schemas.TABLES[table], frame), only)

    def write_parts(
        self,
        table: str,
        frames: Iterable[pl.DataFrame],
        only: Part | None = None,
        texts: Texts | None = None,
    ) -> int:
        """Replace a table's rows, all or a part, by those of frames of which none shares a key with another.

        All in one transaction, each frame checked and put by its key as `write` does. Gives the number of rows.
        texts: by column which texts are to come, as far as they are known: an ENUM that has them is not changed
        when half of the rows are there.
        """
        schema = schemas.TABLES[table]
        parts = (part for frame in frames for part in checked_parts(schema, frame))
        return self._replace(table, parts, only, texts)

    def _replace(
        self,
        table: str,
        parts: Iterable[pl.DataFrame],
        only: Part | None = None,
        texts: Texts | None = None,
    ) -> int:
        """Put checked rows in place of a table's, all of them or a part, in one transaction."""
        rows = 0
        with self._transaction():
            self._clear(table, only)
            self._widen(table, texts or {})
            for part in parts:
                self.append(table, part)
                rows += part.height
        return rows

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All that is done within, or nothing of it."""
        self.connection.begin()
        try:
            yield
            self.connection.commit()
        except BaseException:
            self.connection.rollback()
            raise

    def _clear(self, table: str, only: Part | None = None) -> None:
        """Take out a table's rows, all of them or a part; one that is not as its schema says is made anew."""
        schema = schemas.TABLES[table]
        texts = dict.fromkeys(self.enumerated(schema), "VARCHAR")
        if self._columns(table) == _types(schema) and (self._stays(table, only) if texts else True):
            for name in texts:
                enumerations.widen_by_own(self.connection, table, name)
            self.connection.execute(f"DELETE FROM {table}" + (f" WHERE {only.condition()}" if only else ""))
            return
        # Texts that become an ENUM with the first rows have no CHECK: it would be in the way.
        for statement in create_statements(table, schema, texts):
            self.connection.execute(statement)

    def _stays(self, table: str, only: Part | None) -> bool:
        """Tell whether a table has rows beside a part of it."""
        others = f"SELECT 1 FROM {table} WHERE NOT ({only.condition()}) LIMIT 1" if only else ""
        return bool(others and self.connection.execute(others).fetchall())

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Add rows by column name."""
        if frame.is_empty():
            return
        enumerated = self.enumerated(schemas.TABLES[table])
        self._widen(table, {name: enumerations.values_of(frame[name]) for name in enumerated})
        # As it lies in memory: pyarrow would copy the texts, and takes a second to import.
        self.connection.register("incoming_rows", frame.__arrow_c_stream__(None))
        self.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming_rows")
        self.connection.unregister("incoming_rows")

    def _widen(self, table: str, texts: Texts) -> None:
        """Let the ENUMs of a table have these texts."""
        for name in self.enumerated(schemas.TABLES[table]):
            enumerations.widen(self.connection, table, name, texts.get(name, ()))

    def write_selected(self, table: str, select: str) -> int:
        """Replace a table's rows by those of a SELECT, within the database and in its order; gives their number.

        The SELECT keeps what `write` checks: its rows differ in the key, each value is of its column's rules.
        """
        with self._transaction():
            self._clear(table)
            enumerated = set(self.enumerated(schemas.TABLES[table]))
            for name, found in enumerations.types(self.connection, f"({select})").items():
                if name in enumerated:
                    enumerations.become(self.connection, table, name, found)
            counted = enumerations.counted_by_bits(self.connection, table, select)
            [(rows,)] = self.connection.execute(f"INSERT INTO {table} BY NAME {counted}").fetchall()
        return int(rows)

    def _columns(self, table: str) -> dict[str, str]:
        """Column names and types of a table as it stands in the file, an ENUM being text; none without it."""
        try:
            rows = self.connection.execute(f"DESCRIBE {table}").fetchall()
        except duckdb.CatalogException:
            return {}
        return {row[0]: enumerations.plain_type(row[1].replace(",", ", ")) for row in rows}


def _types(schema: schemas.Schema) -> dict[str, str]:
    """The DuckDB types of a schema's columns."""
    return {name: column_type(column) for name, column in schema.columns().items()}


def content_hash(frame: pl.DataFrame) -> str:
    """SHA-256 of a frame's rows, whatever their order; minus zero is zero, as DuckDB keeps only one of them."""
    plain = frame.with_columns(pl.col(pl.Decimal).cast(pl.String), pl.col(pl.Float64) + 0.0)
    ordered = plain.sort(plain.columns, nulls_last=True) if plain.columns else plain
    return hashlib.sha256(ordered.write_csv().encode()).hexdigest()
