"""Tables in DuckDB: made from the schema, written by name, refused whole when a rule is broken."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from pathlib import Path

import dataframely as dy
import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline import schemas, warehouse
from pipeline.database import DatabaseError
from pipeline.table_parts import Part
from pipeline.table_statements import create_statements
from pipeline.warehouse import Warehouse, content_hash

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


@pytest.mark.parametrize("at_once", [1, 2, 3, 4])
def test_the_hash_does_not_hang_on_how_many_rows_are_hashed_at_once(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse, "HASHED_AT_ONCE", at_once)
    rows = pl.DataFrame({"person": ["b", "a", None], "score": [1.5, None, 2.0]})
    text = "person,score\na,\nb,1.5\n,2.0\n"
    assert content_hash(rows) == hashlib.sha256(text.encode()).hexdigest()
    nothing = hashlib.sha256(b"person,score\n").hexdigest()
    assert content_hash(rows.clear()) == nothing


def test_minus_zero_has_the_hash_of_zero() -> None:
    assert content_hash(pl.DataFrame({"lower": [-0.0]})) == content_hash(pl.DataFrame({"lower": [0.0]}))


def answers(*values: tuple[str, str]) -> pl.DataFrame:
    fixed = {"sheet": "", "row": 2, "participant_id": "p1", "instrument": "kidscreen10", "respondent": "self"}
    rows = [
        {"submission_id": "s", **fixed, "wave": wave, "answered_on": None, "item": item, "answer": 1.0}
        for wave, item in values
    ]
    empty = schemas.RECORD["record.answer"].create_empty()
    return pl.DataFrame(rows, schema_overrides={"answered_on": pl.Date}).with_columns(
        free_text=pl.lit(None, pl.String)
    )[empty.columns]


def test_few_texts_are_enums_whose_order_is_that_of_texts(tmp_path: Path) -> None:
    rows = answers(("w2", "k2"), ("w1", "k10"), ("w1", "k1"))
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        warehouse.write("record.answer", rows[:1])
        warehouse.write_parts("record.answer", (rows[:2], rows[2:]))
        types = {row[0]: row[1] for row in warehouse.connection.execute("DESCRIBE record.answer").fetchall()}
        assert types["item"] == "ENUM('k1', 'k10', 'k2')"
        assert types["wave"] == "ENUM('w1', 'w2')"
        assert types["participant_id"] == types["sheet"] == "VARCHAR"
        assert_frame_equal(warehouse.read("record.answer"), rows)
        assert_frame_equal(warehouse.scan("record.answer").collect(), rows)
        coded = warehouse.read_coded("record.answer")
        assert isinstance(coded["item"].dtype, pl.Categorical)
        assert_frame_equal(coded.with_columns(pl.col(pl.Categorical).cast(pl.String)), rows)


def test_a_table_written_before_there_were_enums_is_read_and_made_anew(tmp_path: Path) -> None:
    rows = answers(("w1", "k1"), ("w2", "k1"))
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        for statement in create_statements("record.answer", schemas.TABLES["record.answer"]):
            warehouse.connection.execute(statement)
        warehouse.connection.register("rows", rows.to_arrow())
        warehouse.connection.execute("INSERT INTO record.answer BY NAME SELECT * FROM rows")
        for read in (warehouse.read("record.answer"), warehouse.scan("record.answer").collect()):
            assert_frame_equal(read, rows)
        warehouse.write("record.answer", rows)
        assert "ENUM" in str(warehouse.connection.execute("DESCRIBE record.answer").fetchall())


def test_a_code_that_no_rule_knows_is_refused_among_codes_too(tmp_path: Path) -> None:
    rows = answers(("w1", "k1"), ("w1", "k2")).with_columns(respondent=pl.Series(["self", "nobody"]))
    for frame in (rows, rows.with_columns(pl.col(pl.String).cast(pl.Categorical))):
        with (
            Warehouse.open(tmp_path / "w.duckdb") as warehouse,
            pytest.raises(dy.exc.ValidationError, match="respondent"),
        ):
            warehouse.write("record.answer", frame)


def test_what_one_submission_sent_is_replaced_in_a_table_with_enums_or_without(tmp_path: Path) -> None:
    old = answers(("w1", "k1"), ("w2", "k2")).with_columns(submission_id=pl.Series(["s1", "s2"]))
    new = answers(("w3", "k9")).with_columns(submission_id=pl.lit("s2"))
    for legacy in (True, False):
        with Warehouse.open(tmp_path / f"w{legacy}.duckdb") as warehouse:
            if legacy:
                for statement in create_statements("record.answer", schemas.TABLES["record.answer"]):
                    warehouse.connection.execute(statement)
                warehouse.connection.register("rows", old.to_arrow())
                warehouse.connection.execute("INSERT INTO record.answer BY NAME SELECT * FROM rows")
            else:
                warehouse.write("record.answer", old)
            came = Part("submission_id", ["s2", "s3"])
            warehouse.write_parts("record.answer", [new], came, {"submission_id": ["s3"]})
            assert_frame_equal(warehouse.read("record.answer"), pl.concat([old[:1], new]))
            warehouse.write_parts("record.answer", [], Part("submission_id", []))
            assert_frame_equal(warehouse.read("record.answer"), pl.concat([old[:1], new]))
            warehouse.write_parts("record.answer", [new], Part("submission_id", ["s1", "s2"]))
            assert_frame_equal(warehouse.read("record.answer"), new)
