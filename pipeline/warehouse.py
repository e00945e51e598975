"""Tables in DuckDB: made from their schema, written whole, read back typed.

Writing and reading sit here and nowhere else; a stage gets frames. Rows go in by column name, in one
transaction a table, so that a reader never sees half of one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb
import polars as pl

from pipeline import enumerations, schemas
from pipeline.database import quoted
from pipeline.place import DatabaseFile, Place
from pipeline.table_parts import Part, Persons, checked_parts, with_later_columns
from pipeline.table_statements import column_type, create_statements
from pipeline.transactions import TRIES, in_transaction

Texts = Mapping[str, Collection[str]]
"""Texts by column."""
# What DuckDB holds while it writes; beyond that it sorts on the disk, beside the file.
_MEMORY = "2GB"
HASHED_AT_ONCE = 500_000
NOT_TIDIED = "what earlier runs left in the warehouse could not be removed"
SCHEMAS = ("record", "core", "mart", "meta", "analyst", "disclosure")
_Made = TypeVar("_Made")


class Warehouse:
    """The tables of `pipeline.schemas`, in a DuckDB file (one writer at a time) or in a lake (several)."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, place: Place | None = None) -> None:
        self.connection = connection
        self._place = place or DatabaseFile(Path())

    @classmethod
    @contextmanager
    def open(
        cls, place: Path | Place, key: str | None = None, *, read_only: bool = False
    ) -> Iterator[Warehouse]:
        """Open it (made where missing) and close it whatever happens.

        place: a file's path, with a key an encrypted one: one that was plain so far is turned into an encrypted
        one before it is written; or any other place. Raises DatabaseError when it can't be opened.
        """
        where = DatabaseFile(place, key) if isinstance(place, Path) else place
        warehouse = cls(where.connect(read_only=read_only), where)
        try:
            if not read_only:
                warehouse.connection.execute(f"SET memory_limit = {quoted(_MEMORY)}")
                warehouse._do("the schemas", warehouse._make_schemas)
            yield warehouse
        finally:
            warehouse.connection.close()

    def _do(self, what: str, work: Callable[[], _Made], tries: int = TRIES) -> _Made:
        """Do work in a transaction: all of it, or nothing."""
        return in_transaction(self.connection, work, what, self._place.was_forestalled, tries)

    def _make_schemas(self) -> None:
        """Make the schemas that are missing; of a new lake all tables at once, as each change costs much there."""
        for name in SCHEMAS:
            self.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
        there = "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database()"
        if self._place.shared and self.connection.execute(there).fetchone() == (0,):
            for table in schemas.TABLES:
                self._create(table)

    def _create(self, table: str, types: dict[str, str] | None = None) -> None:
        """Make a table anew, empty."""
        schema = schemas.TABLES[table]
        for statement in create_statements(table, schema, types, checks=not self._place.shared):
            self.connection.execute(statement)

    def define(self, macro: str) -> None:
        """Make an SQL macro; in a lake for this connection alone."""
        temporary = macro.replace("CREATE OR REPLACE MACRO", "CREATE OR REPLACE TEMP MACRO", 1)
        self.connection.execute(temporary if self._place.shared else macro)

    def tidy(self, warn: Callable[[str], None]) -> None:
        """Remove what earlier runs replaced and nobody reads any more; what can't be removed waits for the next."""
        try:
            self._place.tidy(self.connection)
        except duckdb.Error as error:
            warn(f"{NOT_TIDIED} ({type(error).__name__}); the next run tries again")

    def enumerated(self, schema: schemas.Schema) -> list[str]:
        """The columns of a table that this warehouse keeps as ENUMs; VARCHAR holds the same texts as well."""
        return [] if self._place.shared else enumerations.columns(schema)

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
        columns = enumerations.as_texts(self.enumerated(schema))
        return self.connection.sql(f"SELECT {columns} FROM {table}").pl(lazy=True)

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
        schema = schemas.TABLES[table]
        self._replace(table, lambda: checked_parts(schema, frame), only)

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
        when half of the rows are there. Frames come once: when another writer comes first, it isn't tried again.
        """
        schema = schemas.TABLES[table]
        parts = (part for frame in frames for part in checked_parts(schema, frame))
        return self._replace(table, lambda: parts, only, texts, tries=1)

    def _replace(
        self,
        table: str,
        parts: Callable[[], Iterable[pl.DataFrame]],
        only: Part | None = None,
        texts: Texts | None = None,
        tries: int = TRIES,
    ) -> int:
        """Put checked rows in place of a table's, all of them or a part, in one transaction."""

        def replace() -> int:
            rows = 0
            self._clear(table, only)
            self._widen(table, texts or {})
            for part in parts():
                self.append(table, part)
                rows += part.height
            return rows

        return self._do(table, replace, tries)

    def _clear(self, table: str, only: Part | None = None) -> None:
        """Take out a table's rows, all of them or a part; one that is not as its schema says is made anew."""
        schema = schemas.TABLES[table]
        texts = dict.fromkeys(self.enumerated(schema), "VARCHAR")
        is_as_described = self._columns(table) == _types(schema)
        if is_as_described and not texts:
            self.connection.execute(f"DELETE FROM {table}" + (f" WHERE {only.condition()}" if only else ""))
        elif is_as_described and only:
            kept = f"NOT ({only.condition()})"
            enumerations.renew(self.connection, table, kept, lambda: self._create(table, texts), texts)
        else:
            # Texts that become an ENUM with the first rows have no CHECK: it would be in the way.
            self._create(table, texts)

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

        def replace() -> int:
            self._clear(table)
            enumerated = set(self.enumerated(schemas.TABLES[table]))
            for name, found in enumerations.types(self.connection, f"({select})").items():
                if name in enumerated:
                    enumerations.become(self.connection, table, name, found)
            counted = enumerations.counted_by_bits(self.connection, table, select)
            [(rows,)] = self.connection.execute(f"INSERT INTO {table} BY NAME {counted}").fetchall()
            return int(rows)

        return self._do(table, replace)

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
    digest = hashlib.sha256()
    # As a text a table takes several times its room: never all of it at once.
    for start in range(0, max(ordered.height, 1), HASHED_AT_ONCE):
        part = ordered.slice(start, HASHED_AT_ONCE)
        digest.update(part.write_csv(include_header=start == 0).encode())
    return digest.hexdigest()
