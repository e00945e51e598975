"""A warehouse in a lake holds what one in a file holds. Its catalogue is a DuckDB file here, so no server runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline import database, schemas
from pipeline.database import DatabaseError
from pipeline.home import Settings
from pipeline.lake import Lake
from pipeline.plan import parse_plan
from pipeline.plan_changes import content_of
from pipeline.table_parts import Part
from pipeline.table_statements import column_type
from pipeline.transactions import in_transaction
from pipeline.warehouse import Warehouse
from tests.assets.small_home import PLAN
from tests.pipeline.test_warehouse import members

TABLE = "core.evaluation_member"
LINE = "warehouse: ducklake\n"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("lake")
    with Warehouse.open(Lake(str(folder / "catalogue"), folder / "data")) as warehouse:
        yield warehouse


def test_one_evaluation_is_replaced_and_the_others_stay(lake: Warehouse) -> None:
    lake.write(TABLE, members(("a", "p1"), ("b", "p2")))
    lake.write(TABLE, members(("a", "p3")), Part("evaluation", ["a"]))
    found = lake.read(TABLE).sort("participant_id")
    assert found["participant_id"].to_list() == ["p2", "p3"]
    assert found["first_day"].to_list() == [dt.date(2020, 1, 1)] * 2
    assert lake.write_parts(TABLE, [members(("a", "p1")), members(("a", "p2"))]) == 2
    assert lake.scan(TABLE).collect()["participant_id"].to_list() == ["p1", "p2"]


def test_every_schema_is_a_table_with_types_and_comments(lake: Warehouse) -> None:
    found = lake.query(
        "SELECT schema_name || '.' || table_name AS of, column_name, data_type, comment <> '' AS said "
        "FROM duckdb_columns() WHERE database_name = current_database() AND schema_name <> 'main'"
    )
    assert set(found.rows()) == {
        (table, name, column_type(column), True)
        for table, schema in schemas.TABLES.items()
        for name, column in schema.columns().items()
    }


def test_null_stays_out_where_the_schema_says_so(lake: Warehouse) -> None:
    with pytest.raises(duckdb.ConstraintException, match="NOT NULL"):
        lake.connection.execute(f"INSERT INTO {TABLE} (evaluation) VALUES ('a')")


def test_a_macro_is_its_own_connection_s(lake: Warehouse) -> None:
    lake.define("CREATE OR REPLACE MACRO doubled(n) AS 2 * n")
    assert lake.query("SELECT doubled(2) AS n")["n"].item() == 4


def test_no_file_of_it_can_be_read_without_the_catalogue(lake: Warehouse) -> None:
    lake.write(TABLE, members(("a", "pabcdefghijklmnop")))
    [folder] = lake.query("SELECT value FROM warehouse.options() WHERE option_name = 'data_path'").to_series()
    files = list(Path(folder).rglob("*.parquet"))
    assert files
    for file in files:
        with pytest.raises(pl.exceptions.ComputeError):
            pl.read_parquet(file)


def test_a_missing_extension_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_PACKAGES", "no_such_package_")
    with pytest.raises(DatabaseError, match=r"a lake needs the package duckdb-extension-\S+ 1\.5\.5"):
        Lake(str(tmp_path / "catalogue"), tmp_path / "data").is_there()


def test_a_folder_that_cant_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, no folder")
    lake = Lake(str(tmp_path / "catalogue"), tmp_path / "data")
    with pytest.raises(DatabaseError, match=r"data/lake-1: the folder of the lake's data can't be made"):
        lake.connect(read_only=False)


def test_a_folder_of_another_lake_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data" / "lake-1").mkdir(parents=True)
    (tmp_path / "data" / "lake-1" / "theirs.parquet").touch()
    lake = Lake(str(tmp_path / "catalogue"), tmp_path / "data")
    with pytest.raises(DatabaseError, match=r"lake-1: holds data of another lake"):
        lake.connect(read_only=False)


@pytest.mark.parametrize(
    "catalogue",
    ["host=db password=secret dbname=x", "postgresql://me:secret@db/x", "host=db PASSWORD = 'secret'"],
)
def test_a_password_is_refused_and_not_repeated(tmp_path: Path, catalogue: str) -> None:
    (tmp_path / "evaluation.yaml").write_text(PLAN + LINE, encoding="utf-8")
    settings = Settings.for_home(tmp_path, {"IEGUVUMI_CATALOGUE": catalogue})
    with pytest.raises(DatabaseError, match="holds a password") as raised:
        _ = settings.warehouse
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_lake_that_is_not_named_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "evaluation.yaml").write_text(PLAN + LINE, encoding="utf-8")
    with pytest.raises(DatabaseError, match="needs IEGUVUMI_CATALOGUE"):
        _ = Settings.for_home(tmp_path, {}).warehouse
    place = Settings.for_home(tmp_path, {"IEGUVUMI_CATALOGUE": "postgresql://me@db/x"}).warehouse
    assert place == Lake("postgres:postgresql://me@db/x", tmp_path / "lake")


def test_where_the_warehouse_lies_is_nothing_of_the_analysis() -> None:
    here, there = parse_plan(PLAN), parse_plan(PLAN + LINE)
    assert here.digest() == there.digest()
    assert content_of(here) == content_of(there)


def test_a_transaction_is_done_again_when_another_came_first(tmp_path: Path) -> None:
    """DuckDB's own conflict: two connections of one file change the same row."""
    with duckdb.connect(str(tmp_path / "w.duckdb")) as one, one.cursor() as other:
        one.execute("CREATE TABLE counted AS SELECT 0 AS n")
        came_first: list[int] = []

        def work() -> None:
            one.execute("SELECT n FROM counted").fetchall()
            if len(came_first) < 2:
                other.execute("UPDATE counted SET n = n + 10")
                came_first.append(1)
            one.execute("UPDATE counted SET n = n + 1")

        def was_forestalled(error: BaseException) -> bool:
            return isinstance(error, duckdb.TransactionException)

        in_transaction(one, work, "counted", was_forestalled)
        assert one.execute("SELECT n FROM counted").fetchall() == [(21,)]
        came_first.clear()
        with pytest.raises(
            DatabaseError, match=r"counted: other runs wrote to it .* 2 times over; run again"
        ):
            in_transaction(one, work, "counted", was_forestalled, tries=2)
        with pytest.raises(ZeroDivisionError):
            in_transaction(one, lambda: 1 // 0, "counted", was_forestalled)
        assert one.execute("SELECT n FROM counted").fetchall() == [(41,)]
