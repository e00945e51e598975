"""The public tables name their groups and codes, also for somebody who opens them in a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline import schemas
from pipeline.release.earlier import read_release
from pipeline.release.public import with_label, write_public
from pipeline.release.research import write_research_database

NAMES = {"0001000": "Rīga", "0054010": "Ogres novads"}
GROUPS = [
    ("all", "all", "all"),
    ("municipality", "0001000", "Rīga"),
    ("municipality_by_sex", "0054010 | f", "Ogres novads | f"),
    ("municipality", "9999999", "9999999"),
    ("region", "kurzeme", "kurzeme"),
    ("region_by_sex", "riga | f", "riga | f"),
]


def test_a_group_has_its_name_beside_its_code() -> None:
    mart = pl.DataFrame(GROUPS, schema=["population", "grp", "expected"], orient="row")
    found = with_label(mart, NAMES)
    assert found["label"].to_list() == found["expected"].to_list()


def test_a_table_without_groups_stays_as_it_is() -> None:
    mart = pl.DataFrame({"programme": ["adults"]})
    assert with_label(mart, NAMES).equals(mart)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release whose one figure is that of the goals in Riga; written once, the tests only read it."""
    written = tmp_path_factory.mktemp("release")
    row = {
        "evaluation": "pilot", "population": "municipality", "grp": "0001000", "domain": "total", "goals": 20,
        "open": 0, "achieved": 12, "partly": 6, "not_achieved": 2, "degree": 15.0, "degree_pct": 75.0,
        "ci_low": 60.0, "ci_high": 90.0, "persons": 8, "suppressed": False, "reason": None,
    }  # fmt: skip
    municipality = {
        "municipality_code": "0001000", "name_lv": "Rīga", "kind": "valstspilseta", "planning_region": "riga",
        "valid_from": "2009-07-01",
    }  # fmt: skip
    tables: dict[str, pl.DataFrame] = {
        name: schema.create_empty() for name, schema in schemas.RELEASED.items()
    }
    tables["mart.goal_attainment"] = filled("mart.goal_attainment", row)
    tables["meta.municipality"] = filled("meta.municipality", municipality)
    write_research_database(written / "research.duckdb", tables, [])
    disclosed = {name: tables[name] for name in schemas.MART}
    names = {name: tables[name] for name in schemas.NAMES}
    write_public(written / "public", disclosed, names, "2019.1", synthetic=True)
    return written


def filled(table: str, row: Mapping[str, object]) -> pl.DataFrame:
    schema = schemas.RELEASED[table]
    frame = pl.DataFrame([{**dict.fromkeys(schema.column_names()), **row}])
    return schemas.checked(
        schema, frame.with_columns(pl.col("^valid_(from|to)$").cast(pl.String).str.to_date())
    )


def test_every_form_has_the_name(folder: Path) -> None:
    with (folder / "public" / "goal_attainment.csv").open(encoding="utf-8-sig") as stream:
        [row] = csv.DictReader(stream)
    assert (row["grp"], row["label"], row["goals"]) == ("0001000", "Rīga", "20")
    assert pl.read_parquet(folder / "public" / "goal_attainment.parquet")["label"].to_list() == ["Rīga"]
    with duckdb.connect(str(folder / "public" / "public.duckdb"), read_only=True) as public:
        named = public.execute(
            "SELECT label, name_lv FROM mart.goal_attainment "
            "JOIN meta.municipality ON municipality_code = grp"
        ).fetchall()
    assert named == [("Rīga", "Rīga")]


def test_the_package_lists_every_file_with_its_columns(folder: Path) -> None:
    package = json.loads((folder / "public" / "datapackage.json").read_text(encoding="utf-8"))
    files = {path.name for path in (folder / "public").glob("*.csv")}
    assert {resource["path"] for resource in package["resources"]} == files
    for resource in package["resources"]:
        with (folder / "public" / resource["path"]).open(encoding="utf-8-sig") as stream:
            header = next(csv.reader(stream))
        assert header == [field["name"] for field in resource["schema"]["fields"]]


def test_a_later_release_reads_this_one_without_the_names(folder: Path) -> None:
    then = read_release(folder)
    assert then.public["mart.goal_attainment"].columns == then.marts["mart.goal_attainment"].columns
