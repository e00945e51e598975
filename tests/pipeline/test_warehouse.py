"""Tables in DuckDB: made from the schema, written by name, refused whole when a rule is broken."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import dataframely as dy
import duckdb
import polars as pl
import pytest

from pipeline import schemas
from pipeline.database import DatabaseError
from pipeline.warehouse import Part, Warehouse, content_hash

DAY = dt.date(2020, 1, 1)


def members(*rows: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "last_day": [DAY] * len(rows),
            "participant_id": [person for _, person in rows],
            "first_day": [DAY] * len(rows),
            "evaluation": [evaluation for evaluation, _ in rows],
        }
    )


def test_rows_go_in_by_name_whatever_the_order_of_columns(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        warehouse.write("core.evaluation_member", members(("a", "p1")))
        [row] = warehouse.read("core.evaluation_member").to_dicts()
    assert row == {"evaluation": "a", "participant_id": "p1", "first_day": DAY, "last_day": DAY}


def test_one_evaluation_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        warehouse.write("core.evaluation_member", members(("a", "p1"), ("b", "p2")))
        warehouse.write("core.evaluation_member", members(("a", "p3")), Part("evaluation", ["a"]))
        people = warehouse.read("core.evaluation_member").sort("participant_id")["participant_id"].to_list()
    assert people == ["p2", "p3"]


def test_ranges_of_persons_hold_every_person_once_and_are_written_as_one_table(tmp_path: Path) -> None:
    rows = members(*((evaluation, f"p{n}") for n in range(10) for evaluation in "ab"[: 1 + n % 2]))
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        warehouse.write("core.evaluation_member", rows)
        ranges = warehouse.ranges("core.evaluation_member", 4)
        parts = [warehouse.read("core.evaluation_member", persons) for persons in ranges]
        assert max(part.height for part in parts) <= 5
        assert warehouse.ranges("core.evaluation_member", 100) == [None]
        assert warehouse.ranges("core.score", 4) == [None]
        assert warehouse.write_parts("core.evaluation_member", parts) == rows.height
        scanned = warehouse.scan("core.evaluation_member").filter(pl.col("evaluation") == "b").collect()
        found = warehouse.read("core.evaluation_member")
    assert sorted(found.select("participant_id", "evaluation").rows()) == sorted(
        rows.select("participant_id", "evaluation").rows()
    )
    assert scanned["participant_id"].to_list() == ["p1", "p3", "p5", "p7", "p9"]


def test_what_breaks_a_rule_is_not_written_and_the_old_rows_stay(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        warehouse.write("core.evaluation_member", members(("a", "p1")))
        with pytest.raises(dy.exc.ValidationError, match="primary_key"):
            warehouse.write("core.evaluation_member", members(("a", "p2"), ("a", "p2")))
        assert warehouse.read("core.evaluation_member")["participant_id"].to_list() == ["p1"]


def test_not_a_number_is_refused(tmp_path: Path) -> None:
    row = {
        "evaluation": "a", "wave": "w", "instrument": "i", "scale": "s", "respondent_a": "self",
        "respondent_b": "parent", "n": 3, "icc_a1": float("nan"), "ci_low": None, "ci_high": None,
        "mean_difference": None, "loa_low": None, "loa_high": None, "reason": None,
    }  # fmt: skip
    with (
        Warehouse.open(tmp_path / "w.duckdb") as warehouse,
        pytest.raises(dy.exc.ValidationError, match="nan"),
    ):
        warehouse.write("mart.agreement", pl.DataFrame([row]))


@pytest.mark.slow
def test_every_schema_becomes_a_table_with_comments_checks_and_types(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        for table, schema in schemas.TABLES.items():
            warehouse.write(table, schema.create_empty())
        for table, schema in schemas.TABLES.items():
            assert warehouse.read(table).schema == schema.create_empty().schema
        uncommented = warehouse.connection.execute(
            "SELECT count(*) FROM duckdb_columns() WHERE coalesce(comment, '') = '' AND schema_name <> 'main' "
            "AND NOT internal"
        ).fetchone()
        assert uncommented == (0,)
        with pytest.raises(duckdb.ConstraintException):
            warehouse.connection.execute(
                "INSERT INTO mart.participant_flow VALUES ('a', 'all', 'all', 'i', 'r', 'w', -1, 0, 0, 0, 0)"
            )


def test_money_stays_exact(tmp_path: Path) -> None:
    cost = pl.DataFrame(
        {
            "evaluation": ["a"], "month": [DAY], "cost_kind": ["assessment"], "municipality_code": [None],
            "eur": [Decimal("0.10")], "submission_id": ["s"],
        }
    )  # fmt: skip
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        warehouse.write("core.cost", pl.concat([cost] * 3))
        total = warehouse.query("SELECT sum(eur) AS total FROM core.cost")["total"].item()
    assert total == Decimal("0.30")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    path.write_text("not a database " * 1000)
    with pytest.raises(DatabaseError, match=r"w\.duckdb: can't be opened"), Warehouse.open(path):
        pass


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with Warehouse.open(path):
        pass
    assert path.stat().st_mode & 0o077 == 0


def test_the_hash_is_of_the_rows_not_of_their_order() -> None:
    rows = members(("a", "p1"), ("b", "p2"))
    assert content_hash(rows) == content_hash(rows.reverse())
    assert content_hash(rows) != content_hash(members(("a", "p1"), ("b", "p3")))


def test_minus_zero_has_the_hash_of_zero() -> None:
    assert content_hash(pl.DataFrame({"lower": [-0.0]})) == content_hash(pl.DataFrame({"lower": [0.0]}))
