"""A database is written into a new file: no byte of an erased person is left, every other row is."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.database import open_database
from pipeline.erasure.databases import PLACES_SCHEMA, copy_without, rows_of
from pipeline.erasure.persons import MASK, Persons
from pipeline.place import DatabaseFile

ONE, OTHER = "pabcdefghijklmnop", "pqrstuvwxyz234567"
ID = "person-4711"
DATABASE_KEY = "0123456789abcdef0123456789abcdef"
STATEMENTS = f"""
CREATE SCHEMA record; CREATE SCHEMA core;
CREATE TABLE record.submission (
  submission_id VARCHAR, rows_received BIGINT, rows_accepted BIGINT, rows_rejected BIGINT);
INSERT INTO record.submission VALUES ('s1', 5, 3, 2), ('s2', 1, 1, 0);
CREATE TABLE record.goal (
  submission_id VARCHAR NOT NULL, sheet VARCHAR, row BIGINT, participant_id VARCHAR, goal VARCHAR);
COMMENT ON COLUMN record.goal.goal IS 'What is wanted.';
INSERT INTO record.goal VALUES ('s1', '', 2, '{ONE}', 'a'), ('s1', '', 3, '{OTHER}', 'asked {ID} for it'),
  ('s1', '', 4, '{ONE}', 'b'), ('s2', '', 2, '{OTHER}', 'as person-47112 did');
CREATE TABLE record.problem (submission_id VARCHAR, sheet VARCHAR, row BIGINT, severity VARCHAR);
INSERT INTO record.problem VALUES ('s1', '', 5, 'error'), ('s1', '', 6, 'error'), ('s1', '', 2, 'warning');
CREATE TYPE core.who AS ENUM ('{ONE}', '{OTHER}');
CREATE TABLE core.response (participant_id core.who, answer DOUBLE);
INSERT INTO core.response VALUES ('{ONE}', 1), ('{OTHER}', 2);
"""


@pytest.fixture
def persons() -> Persons:
    return Persons(frozenset([ONE]), frozenset([ID]))


def made(path: Path, key: str | None = None) -> Path:
    connection = open_database(path, key)
    connection.execute(STATEMENTS)
    connection.close()
    return path


@pytest.mark.parametrize("key", [None, DATABASE_KEY], ids=["plain", "encrypted"])
def test_every_row_of_theirs_goes_and_every_other_stays(
    tmp_path: Path, persons: Persons, key: str | None
) -> None:
    source, target = made(tmp_path / "warehouse.duckdb", key), tmp_path / "anew.duckdb"
    assert rows_of(source, persons, key) == {"core.response": 1, "record.goal": 2}
    assert rows_of(source, Persons(frozenset(["pzzzzzzzzzzzzzzzz"])), key) == {}
    places = pl.DataFrame([("s1", "", 5), ("s1", "", 2)], schema=PLACES_SCHEMA, orient="row")
    copy_without(DatabaseFile(source, key), target, persons, places, key)
    assert target.stat().st_mode & 0o777 == 0o600
    assert rows_of(target, persons, key) == {}
    connection = open_database(target, key, read_only=True)
    goals = connection.execute("SELECT row, participant_id, goal FROM record.goal ORDER BY ALL").fetchall()
    assert goals == [(2, OTHER, "as person-47112 did"), (3, OTHER, f"asked {MASK} for it")]
    counts = connection.execute("SELECT * FROM record.submission ORDER BY ALL").fetchall()
    # Two accepted rows and one of the two rejected ones were theirs.
    assert counts == [("s1", 2, 1, 1), ("s2", 1, 1, 0)]
    assert connection.execute("SELECT row FROM record.problem").fetchall() == [(6,)]
    comment = "SELECT comment FROM duckdb_columns() WHERE table_name = 'goal' AND column_name = 'goal'"
    assert connection.execute(comment).fetchall() == [("What is wanted.",)]
    connection.close()


def test_a_deleted_row_leaves_its_bytes_and_a_new_file_does_not(tmp_path: Path, persons: Persons) -> None:
    source, target = tmp_path / "warehouse.duckdb", tmp_path / "anew.duckdb"
    connection = duckdb.connect(str(source))
    connection.execute("CREATE SCHEMA core; CREATE TABLE core.goal (participant_id VARCHAR, goal VARCHAR)")
    connection.execute(f"INSERT INTO core.goal VALUES ('{ONE}', 'theirs alone'), ('{OTHER}', 'x')")
    connection.close()
    assert ONE.encode() in source.read_bytes()
    copy_without(DatabaseFile(source), target, persons, PLACES_SCHEMA.to_frame())
    content = target.read_bytes()
    assert OTHER.encode() in content
    for text in (ONE, ID, "theirs alone"):
        assert text.encode() not in content
