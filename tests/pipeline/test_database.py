"""Encrypted databases: no key, another key, a plain file that is turned into an encrypted one."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline import database, schemas
from pipeline.database import DatabaseError, encrypt_database, is_encrypted, open_database
from pipeline.home import HomeError, Settings
from pipeline.plan import parse_plan
from pipeline.release.research import write_database
from pipeline.warehouse import Warehouse

KEY, OTHER_KEY = "k" * 64, "o" * 64
WORD = "a-word-that-stands-in-the-file"
PLAN = """
evaluations:
  - {id: one, title: {lv: viens, en: one}, waves: {a: {from: 2020-01-01, to: 2020-01-31}}, pre: a, post: a,
     months: 12, reporting_year: 2020}
"""


def written(path: Path, key: str | None) -> Path:
    """A database with one table that holds the word."""
    with open_database(path, key) as connection:
        connection.execute(f"CREATE TABLE words AS SELECT '{WORD}' || range AS word FROM range(3)")
        connection.execute("COMMENT ON TABLE words IS 'what was said'")
    return path


def test_an_encrypted_file_gives_nothing_away_and_everything_to_its_key(tmp_path: Path) -> None:
    plain, secret = written(tmp_path / "plain.duckdb", None), written(tmp_path / "secret.duckdb", KEY)
    assert (is_encrypted(plain), is_encrypted(secret)) == (False, True)
    assert WORD.encode() in plain.read_bytes()
    assert WORD.encode() not in secret.read_bytes()
    assert b"words" not in secret.read_bytes()
    with open_database(secret, KEY, read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM words").fetchall() == [(3,)]


def test_what_is_not_yet_in_the_file_is_encrypted_as_well(tmp_path: Path) -> None:
    path = tmp_path / "secret.duckdb"
    with open_database(path, KEY) as connection:
        connection.execute("CREATE TABLE words (word VARCHAR)")
        connection.execute("CHECKPOINT")
        connection.execute(f"INSERT INTO words VALUES ('{WORD}')")
        beside = [other.read_bytes() for other in tmp_path.iterdir() if other != path]
        assert beside, "the row stands in the write-ahead log"
        assert not any(WORD.encode() in content for content in beside)


@pytest.mark.parametrize("read_only", [True, False])
def test_without_its_key_a_file_is_refused_in_a_line(tmp_path: Path, read_only: bool) -> None:
    path = written(tmp_path / "secret.duckdb", KEY)
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match=r"secret\.duckdb: is encrypted; set IEGUVUMI_DATABASE_KEY"):
        open_database(path, None, read_only=read_only)
    with pytest.raises(DatabaseError, match=r"encrypted with another key than the one") as refused:
        open_database(path, OTHER_KEY, read_only=read_only)
    assert OTHER_KEY not in str(refused.value)
    assert refused.value.__cause__ is None
    assert path.read_bytes() == before


def test_a_plain_file_opens_whether_there_is_a_key_or_not(tmp_path: Path) -> None:
    path = written(tmp_path / "plain.duckdb", None)
    with open_database(path, KEY, read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM words").fetchall() == [(3,)]
    assert not is_encrypted(path)


def test_a_plain_file_is_turned_into_an_encrypted_one(tmp_path: Path) -> None:
    path = written(tmp_path / "w.duckdb", None)
    encrypt_database(path, KEY)
    assert is_encrypted(path)
    assert WORD.encode() not in path.read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == ["w.duckdb"]
    with open_database(path, KEY, read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM words").fetchall() == [(3,)]
        assert connection.execute("SELECT comment FROM duckdb_tables()").fetchall() == [("what was said",)]


def test_the_warehouse_is_encrypted_from_the_first_time_a_key_is_given(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    table, frame = "meta.t_quantile", pl.DataFrame({"df": [1], "quantile": [0.975], "t": [12.706]})
    with Warehouse.open(path) as warehouse:
        warehouse.write(table, frame)
    with Warehouse.open(path, KEY) as warehouse:
        assert warehouse.read(table).height == 1
        warehouse.write(table, frame)
    assert is_encrypted(path)
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(DatabaseError, match="is encrypted"), Warehouse.open(path):
        pass


def test_the_unsafe_cipher_never_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_PACKAGES", "no_such_package_")
    with pytest.raises(DatabaseError, match=r"needs the package duckdb-extension-httpfs"):
        open_database(tmp_path / "secret.duckdb", KEY)
    assert list(tmp_path.iterdir()) == []
    # And DuckDB itself, without the extension, refuses to write something weak.
    statement = (
        f"ATTACH '{tmp_path / 'weak.duckdb'}' AS weak (ENCRYPTION_KEY '{KEY}'); CREATE TABLE weak.t (a INT)"
    )
    with duckdb.connect(":memory:") as connection, pytest.raises(duckdb.Error, match="read-only crypto"):
        connection.execute(statement)


def test_a_released_database_can_be_encrypted(tmp_path: Path) -> None:
    table = "meta.t_quantile"
    rows = pl.DataFrame({"df": [1], "quantile": [0.975], "t": [12.706]})
    write_database(tmp_path / "research.duckdb", {table: schemas.META[table]}, {table: rows}, (), KEY)
    with open_database(tmp_path / "research.duckdb", KEY, read_only=True) as connection:
        assert connection.execute("SELECT t FROM meta.t_quantile").fetchall() == [(12.706,)]
        assert connection.execute("SELECT t FROM research.meta.t_quantile").fetchall() == [(12.706,)]


def test_a_plan_that_asks_for_encryption_needs_a_key(tmp_path: Path) -> None:
    plan = parse_plan("research_database: encrypted\n" + PLAN)
    assert Settings.for_home(tmp_path, {"IEGUVUMI_DATABASE_KEY": KEY}).research_key(plan) == KEY
    assert Settings.for_home(tmp_path, {"IEGUVUMI_DATABASE_KEY": KEY}).research_key(parse_plan(PLAN)) is None
    with pytest.raises(HomeError, match=r"`research_database: encrypted` needs a key"):
        Settings.for_home(tmp_path, {}).research_key(plan)
    with pytest.raises(HomeError, match=r"has 5 characters, at least 32 are needed") as refused:
        Settings.for_home(tmp_path, {"IEGUVUMI_DATABASE_KEY": "abcde"})
    assert "abcde" not in str(refused.value)


def test_the_key_is_not_shown_with_the_settings(tmp_path: Path) -> None:
    assert KEY not in repr(Settings.for_home(tmp_path, {"IEGUVUMI_DATABASE_KEY": KEY}))


def test_encryption_does_not_count_as_a_change_of_the_analysis() -> None:
    assert parse_plan("research_database: encrypted\n" + PLAN).digest() == parse_plan(PLAN).digest()
