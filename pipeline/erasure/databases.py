"""Databases without the persons: always a new file, for a DELETE leaves the bytes of a row in the old one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb
import polars as pl

from pipeline import schemas
from pipeline.database import attached, quoted
from pipeline.erasure.persons import MASK, Persons
from pipeline.identity import mask_all
from pipeline.place import DatabaseFile, Place

Places = pl.DataFrame
"""submission_id, sheet and row of the persons' rows in received files."""

PLACES_SCHEMA = pl.Schema({"submission_id": pl.String, "sheet": pl.String, "row": pl.Int64})
_OF_ROWS = [name for name, schema in schemas.RECORD.items() if "row" in schema.column_names()]
_SAID = "record.problem"
_MASKED = rf"\1{MASK}\3"


def rows_of(path: Path, persons: Persons, key: str | None = None) -> dict[str, int]:
    """Return how many rows of each table are the persons'; tables without any are left out."""
    return rows_in(DatabaseFile(path, key), persons)


def rows_in(place: Place, persons: Persons) -> dict[str, int]:
    """Return how many rows of each table of a warehouse are the persons'; tables without any are left out."""
    connection = place.connect(read_only=True)
    try:
        found = {table: _count(connection, table, persons) for table in _tables(connection)}
    finally:
        connection.close()
    return {table: rows for table, rows in found.items() if rows}


def copy_without(
    source: Place, target: Path, persons: Persons, places: Places, key: str | None = None
) -> None:
    """Write a database without the persons' rows, problems of such rows, and texts that name them, into a new file.

    places: of the persons' rows in received files, rejected ones too; the record's counts are lowered by them.
    With a key the new file is encrypted.
    """
    target.unlink(missing_ok=True)
    connection = attached(target, key)
    try:
        source.attach(connection, "old")
        connection.execute(f'COPY FROM DATABASE old TO "{target.stem}" (SCHEMA)')
        _note_places(connection, persons, places)
        for table in _tables(connection, "old"):
            _copy_table(connection, table, persons)
        if "record.submission" in _tables(connection, "old"):
            _lower_counts(connection)
        connection.execute("DROP TABLE temp.theirs")
        connection.execute(f'CHECKPOINT "{target.stem}"')
    finally:
        connection.close()
    target.chmod(0o600)


def _tables(connection: duckdb.DuckDBPyConnection, database: str | None = None) -> list[str]:
    """The tables of a database, the connection's own one where none is named."""
    named = quoted(database) if database else "current_database()"
    rows = connection.execute(
        f"SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = {named} ORDER BY ALL"
    ).fetchall()
    return [row[0] for row in rows]


def _texts(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, bool]:
    """The columns of a table, and whether each holds texts (codes of an ENUM too)."""
    rows = connection.execute(f"DESCRIBE {table}").fetchall()
    return {row[0]: row[1] == "VARCHAR" or row[1].startswith("ENUM") for row in rows}


def _theirs(columns: Mapping[str, bool], persons: Persons) -> str:
    """The SQL condition of a row of the persons: one of its texts is a pseudonym of theirs."""
    listed = ", ".join(quoted(one) for one in sorted(persons.pseudonyms))
    found = [
        f'coalesce("{name}"::VARCHAR IN ({listed}), FALSE)' for name, is_text in columns.items() if is_text
    ]
    return " OR ".join(found) or "FALSE"


def _count(connection: duckdb.DuckDBPyConnection, table: str, persons: Persons) -> int:
    condition = _theirs(_texts(connection, table), persons)
    [(rows,)] = connection.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchall()
    return int(rows)


def _note_places(connection: duckdb.DuckDBPyConnection, persons: Persons, places: Places) -> None:
    """Make a table of the places of the persons' rows: those known, and those of their rows in the record."""
    known = places.cast(PLACES_SCHEMA).with_columns(mask_all(places["sheet"])).to_arrow()
    connection.register("known_places", known)
    connection.execute("CREATE TEMP TABLE theirs AS SELECT *, FALSE AS accepted FROM known_places")
    connection.unregister("known_places")
    present = _tables(connection, "old")
    for table in (name for name in _OF_ROWS if name in present and name != _SAID):
        condition = _theirs(_texts(connection, f"old.{table}"), persons)
        connection.execute(
            "INSERT INTO temp.theirs SELECT DISTINCT submission_id, sheet, row, TRUE "
            f"FROM old.{table} WHERE {condition}"
        )


def _copy_table(connection: duckdb.DuckDBPyConnection, table: str, persons: Persons) -> None:
    columns = _texts(connection, f"old.{table}")
    shown = ", ".join(_selected(name, is_text, persons) for name, is_text in columns.items())
    also = (
        " AND (submission_id, sheet, row) NOT IN (SELECT (submission_id, sheet, row) FROM temp.theirs)"
        if table == _SAID
        else ""
    )
    connection.execute(
        f"INSERT INTO {table} BY NAME SELECT {shown} FROM old.{table} WHERE NOT ({_theirs(columns, persons)}){also}"
    )


def _selected(name: str, is_text: bool, persons: Persons) -> str:
    """A column as it is copied: in a text that names one of the persons, a mask stands in the name's place."""
    if not is_text or not persons.telling:
        return f'"{name}"'
    text, either = f'"{name}"::VARCHAR', "|".join(map(_quoted_pattern, sorted(persons.telling)))
    pattern = quoted(rf"(^|[^\w-])({either})($|[^\w-])")
    masked = f"regexp_replace({text}, {pattern}, {quoted(_MASKED)}, 'g')"
    named = " OR ".join(f"contains({text}, {quoted(one)})" for one in sorted(persons.telling))
    return f'CASE WHEN {named} THEN {masked} ELSE {text} END AS "{name}"'


def _quoted_pattern(text: str) -> str:
    """A text as a pattern of RE2 that means nothing but it."""
    return "".join(sign if sign.isalnum() or not sign.isascii() else f"\\{sign}" for sign in text)


def _lower_counts(connection: duckdb.DuckDBPyConnection) -> None:
    """Take the persons' rows off the counts of each submission: accepted ones, and those with an error."""
    connection.execute(
        """UPDATE record.submission s SET
             rows_accepted = s.rows_accepted - t.accepted, rows_rejected = s.rows_rejected - t.rejected,
             rows_received = s.rows_received - t.accepted - t.rejected
           FROM (SELECT submission_id, count(*) FILTER (was_accepted) AS accepted,
                        count(*) FILTER (NOT was_accepted AND was_rejected) AS rejected
                 FROM (SELECT submission_id, sheet, row, bool_or(accepted) AS was_accepted,
                              (submission_id, sheet, row) IN (
                                SELECT (submission_id, sheet, row) FROM old.record.problem
                                WHERE severity = 'error') AS was_rejected
                       FROM temp.theirs GROUP BY ALL)
                 GROUP BY ALL) t
           WHERE s.submission_id = t.submission_id"""
    )


def places_of(found: Iterable[tuple[str, Mapping[str, frozenset[int]]]]) -> Places:
    """Return the places of rows, given by submission and sheet, as a frame."""

    def rows() -> Iterator[tuple[str, str, int]]:
        for submission, by_sheet in found:
            for sheet, numbers in by_sheet.items():
                yield from ((submission, sheet, number) for number in sorted(numbers))

    return pl.DataFrame(list(rows()), schema=PLACES_SCHEMA, orient="row")
