"""What a municipality gets back is its own, equals the marts, and stands in no release."""

from __future__ import annotations

import csv
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from instruments import load_library
from pipeline.home import Home
from pipeline.identity import load_or_make_key, pseudonym
from pipeline.returning import NEEDED, changes_of
from pipeline.warehouse import Warehouse
from tests.conftest import CommandLine, Demonstration

SENDER = "cesu-novads"


def sheets(path: Path) -> dict[str, pl.DataFrame]:
    book = fastexcel.read_excel(path)
    return {name: book.load_sheet(name, dtypes="string").to_polars() for name in book.sheet_names}


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()


def sent_by(demonstration: Demonstration, sender: str) -> list[tuple[str, int, str]]:
    """Path in the inbox, row and identifier of every row of a sender's files of participants, by the csv module."""
    inbox = demonstration.home / "inbox"
    return [
        (path.relative_to(inbox).as_posix(), number, row["participant_id"])
        for path in sorted((inbox / sender).glob("participants*.csv"))
        for number, row in enumerate(csv.DictReader(lines_of(path)), start=2)
    ]


@pytest.mark.slow
def test_a_sender_gets_its_own_persons_and_nobody_elses(demonstration: Demonstration, tmp_path: Path) -> None:
    made = tmp_path / "back.xlsx"
    demonstration.ieguvumi("return", demonstration.home, SENDER, "--language", "en", "-o", made)
    assert made.stat().st_mode & 0o777 == 0o600
    found = sheets(made)
    assert list(found) == ["How to read it", "Persons", "Changes", "Scores", "Goals"]
    sent = sent_by(demonstration, SENDER)
    persons = found["Persons"]
    places = persons.select("Your file", pl.col("Row in it").cast(pl.Int64), "Your identifier").rows()
    assert places
    assert set(places) <= set(sent)
    key = load_or_make_key(demonstration.home.parent / "key")
    for own, name in persons.select("Your identifier", "Pseudonym").iter_rows():
        assert name == pseudonym(own, key)
    own = set(persons["Pseudonym"])
    for name in ("Changes", "Scores", "Goals"):
        assert found[name].height
        assert set(found[name]["Pseudonym"]) <= own


def test_all_persons_changes_add_up_to_the_table_of_responders(demonstration: Demonstration) -> None:
    home = Home(demonstration.home)
    with Warehouse.open(home.warehouse, read_only=True) as warehouse:
        tables = {name: warehouse.read(name) for name in NEEDED}
    members = warehouse_all(home)
    changes = changes_of(
        tables["core.participant"].select("participant_id"), tables, home.plan(), load_library()
    )
    key = ["evaluation", "instrument", "respondent", "scale"]
    counted = (
        changes.join(members, on=["evaluation", "participant_id"], how="semi")
        .group_by(key)
        .agg(
            (pl.col("outcome") == name).sum().alias(f"n_{name}")
            for name in ("improved", "unchanged", "worsened")
        )
    )
    mart = (
        tables["mart.score_change"]
        .filter(
            (pl.col("population") == "all") & pl.col("n_improved").is_not_null() & (pl.col("n_pairs") > 0)
        )
        .with_columns(pl.col(key).cast(pl.String))
        .select(*key, *(f"n_{name}" for name in ("improved", "unchanged", "worsened")))
    )
    both = mart.join(counted, on=key, how="left", suffix="_ours")
    assert both.height > 20
    for name in ("improved", "unchanged", "worsened"):
        assert both.filter(pl.col(f"n_{name}") != pl.col(f"n_{name}_ours").cast(pl.Int64)).is_empty()
    assert both["n_improved_ours"].null_count() == 0


def warehouse_all(home: Home) -> pl.DataFrame:
    """Evaluation and person of the population `all`."""
    with Warehouse.open(home.warehouse, read_only=True) as warehouse:
        members = warehouse.read("core.population_member")
    return members.filter(pl.col("population") == "all").select("evaluation", "participant_id")


def test_what_is_returned_stands_in_no_release(demonstration: Demonstration) -> None:
    names = {path.name for path in demonstration.release.rglob("*")}
    assert not any(name.startswith(SENDER) for name in names)
    assert not (demonstration.home / "returned").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sender", "said"),
    [
        ("talsi-novads", "no sender `talsi-novads`; did you mean talsu-novads"),
        ("evaluators", "evaluators: enrolled nobody, so there is nothing to return; senders who did: "),
        ("qqq", "no sender `qqq`; there are augsdaugavas-novads, "),
    ],
)
def test_a_sender_who_gets_nothing_is_told_who_would(
    demonstration: Demonstration, sender: str, said: str
) -> None:
    done = demonstration.ieguvumi("return", demonstration.home, sender, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"ieguvumi: {said}")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
def test_a_home_without_a_run_has_nothing_to_return(ieguvumi: CommandLine, tmp_path: Path) -> None:
    ieguvumi("init", tmp_path / "home")
    for command in (("return", tmp_path / "home", "north"), ("decrypt", tmp_path / "home", tmp_path / "out")):
        done = ieguvumi(*command, check=False)
        assert (done.returncode, "holds no data yet" in done.stderr) == (2, True)
