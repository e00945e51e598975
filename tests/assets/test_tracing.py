"""Rows of `core` lead back to the very cell of the file that was received."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.facts import KEYS
from pipeline.home import Home
from pipeline.identity import load_or_make_key, pseudonym
from pipeline.tracing import TRACEABLE, origins_query
from pipeline.warehouse import Warehouse
from tests.conftest import Demonstration

SAMPLE = 12


pytestmark = pytest.mark.slow  # takes the whole demonstration in


@pytest.fixture(scope="module")
def warehouse(demonstration: Demonstration) -> Iterator[Warehouse]:
    with Warehouse.open(Home(demonstration.home).warehouse, read_only=True) as opened:
        yield opened


def file_row(path: Path, row: int) -> dict[str, str]:
    """A row of a delimited file as the sender counts, by the csv module."""
    text = path.read_bytes()
    lines = text.decode("utf-8-sig" if text.startswith(b"\xef\xbb\xbf") else "utf-8").splitlines()
    delimiter = max(",;\t", key=lines[0].count)
    cells = list(csv.reader(lines, delimiter=delimiter))
    return dict(zip([name.lower() for name in cells[0]], cells[row - 1], strict=False))


def origin_of(warehouse: Warehouse, table: str, row: dict[str, Any], key: tuple[str, ...]) -> dict[str, Any]:
    condition = " AND ".join(f"{name} = '{row[name]}'" for name in (*key, "submission_id"))
    found = warehouse.query(origins_query(table, condition))
    assert found.height == 1
    return found.row(0, named=True)


def sample(warehouse: Warehouse, table: str) -> list[dict[str, Any]]:
    return warehouse.query(
        f"SELECT {table}.* FROM core.{table} JOIN record.submission USING (submission_id) "
        f"WHERE submission.path LIKE '%.csv' ORDER BY hash(core.{table}::VARCHAR) LIMIT {SAMPLE}"
    ).to_dicts()


def test_an_answer_leads_back_to_its_cell(demonstration: Demonstration, warehouse: Warehouse) -> None:
    key = load_or_make_key(demonstration.home.parent / "key")
    found = 0
    for row in sample(warehouse, "response"):
        origin = origin_of(warehouse, "response", row, KEYS["answer"])
        cells = file_row(demonstration.home / "inbox" / origin["file"], origin["row"])
        if row["item"] in cells and "participant_id" in cells:
            assert pseudonym(cells["participant_id"], key) == row["participant_id"]
            assert float(cells[row["item"]].replace(",", ".")) == row["answer"]
            found += 1
    assert found > SAMPLE / 2


@pytest.mark.parametrize("table", ["participant", "goal", "employment", "icf_rating"])
def test_a_row_leads_back_to_its_persons_row(
    demonstration: Demonstration, warehouse: Warehouse, table: str
) -> None:
    key = load_or_make_key(demonstration.home.parent / "key")
    rows = sample(warehouse, table)
    assert len(rows) == SAMPLE
    for row in rows:
        origin = origin_of(warehouse, table, row, KEYS[table])
        cells = file_row(demonstration.home / "inbox" / origin["file"], origin["row"])
        assert pseudonym(cells["participant_id"], key) == row["participant_id"]


@pytest.mark.parametrize("table", TRACEABLE)
def test_every_table_of_core_is_traceable(warehouse: Warehouse, table: str) -> None:
    if warehouse.query(f"SELECT count(*) FROM core.{table}").item():
        rows = warehouse.query(origins_query(table, "true"))
        assert rows.height
        assert rows.null_count().sum_horizontal().item() == rows["received_on"].null_count()


@pytest.mark.parametrize(
    "table", [name for name in TRACEABLE if name in (*KEYS, "response", "service", "cost")]
)
def test_no_row_of_core_is_without_an_origin(warehouse: Warehouse, table: str) -> None:
    """Every submission that core names gives as many persons' rows in the record as in core, or more."""
    record = {"response": "answer"}.get(table, table)
    lost = warehouse.query(
        f"SELECT count(*) FROM core.{table} AS c WHERE NOT EXISTS (SELECT 1 FROM record.{record} AS r "
        "WHERE r.submission_id = c.submission_id)"
    ).item()
    assert lost == 0


def test_the_command_prints_file_sheet_and_row(demonstration: Demonstration, warehouse: Warehouse) -> None:
    person = warehouse.query("SELECT min(participant_id) FROM core.participant").item()
    done = demonstration.ieguvumi("trace", demonstration.home, "participant", f"participant_id = '{person}'")
    assert "participants-" in done.stdout
    assert "file" in done.stdout
    for condition, code, said in (
        ("false", 1, "no row of core.participant"),
        ("nonsense =", 1, "Parser Error"),
    ):
        done = demonstration.ieguvumi("trace", demonstration.home, "participant", condition, check=False)
        assert (done.returncode, said in done.stderr) == (code, True)
    done = demonstration.ieguvumi("trace", demonstration.home, "person", "true", check=False)
    assert (done.returncode, "`person` can't be traced; tables: participant" in done.stderr) == (2, True)
