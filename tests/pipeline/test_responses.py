"""core.response made within the database is what the function of frames makes, whether texts are ENUMs or not."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline import facts, schemas
from pipeline.warehouse import Warehouse
from sql import core

SUBMISSIONS = ("s3", "s1", "s2")
PERSONS = ("p1", "p2", "p3")
Row = tuple[str, int, str, str, str, str, float | None]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(SUBMISSIONS),
        st.integers(2, 9),
        st.sampled_from(PERSONS),
        st.sampled_from(("kidscreen10", "kidscreen27")),
        st.sampled_from(("wave2", "wave1")),
        st.sampled_from(("k1", "k2", "phy1")),
        st.one_of(st.none(), st.sampled_from((1.0, 5.0))),
    ),
    # What came in holds a key once in a file.
    unique_by=lambda row: (row[0], *row[2:6]),
    max_size=40,
)


class Lake(Warehouse):
    """A warehouse that has no ENUMs."""

    def enumerated(self, schema: schemas.Schema) -> list[str]:
        """No column of any."""
        assert schema
        return []


@pytest.fixture(scope="module", params=[Warehouse, Lake])
def warehouse(request: pytest.FixtureRequest) -> Iterator[Warehouse]:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA record; CREATE SCHEMA core")
        yield request.param(connection)


def answers(rows: list[Row]) -> pl.DataFrame:
    names = ("submission_id", "row", "participant_id", "instrument", "wave", "item", "answer")
    empty = schemas.RECORD["record.answer"].create_empty()
    frame = pl.DataFrame(rows, schema={name: empty.schema[name] for name in names}, orient="row")
    return empty.clear().join(frame, on=names, how="right").select(empty.columns).with_columns(
        sheet=pl.lit(""), respondent=pl.lit("self")
    )  # fmt: skip


def submissions() -> pl.DataFrame:
    """The submissions, the later in the order of time not the later in that of names."""
    rows = [
        {
            "submission_id": name, "sequence": place, "sender": "x", "path": "x", "kind": "answers",
            "instrument": None, "sha256": "0", "rows_received": 1, "rows_accepted": 1, "rows_rejected": 0,
            "readable": True, "received_on": None,
        }
        for place, name in enumerate(SUBMISSIONS, start=1)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schemas.RECORD["record.submission"].create_empty().schema)


def persons(names: list[str]) -> pl.DataFrame:
    row = {
        "target_group": "children", "municipality_code": "0001000", "municipality": "Rīga", "region": "riga",
        "sex": None, "age_band": None, "enrolled_on": "2024-01-01", "arm": "programme", "submission_id": "s1",
    }  # fmt: skip
    empty = schemas.CORE["core.participant"].create_empty()
    frame = pl.DataFrame([{"participant_id": name, **row} for name in names] or None)
    known = frame.with_columns(enrolled_on=pl.lit(None, pl.Date).fill_null(pl.date(2024, 1, 1)))
    return pl.concat([empty, known], how="diagonal_relaxed") if names else empty


@given(rows=ROWS, consenting=st.sets(st.sampled_from(PERSONS)))
def test_the_select_gives_what_the_function_gives(
    warehouse: Warehouse, rows: list[Row], consenting: set[str]
) -> None:
    """Superseded answers, empty ones, persons who are not taken further."""
    people = persons(sorted(consenting))
    for table, frame in (
        ("record.answer", answers(rows)),
        ("record.submission", submissions()),
        ("core.participant", people),
    ):
        warehouse.write(table, frame)
    expected = facts.responses(answers(rows), submissions(), people)
    assert warehouse.write_selected("core.response", core()["core.response"]) == expected.height
    assert_frame_equal(warehouse.read("core.response"), expected)


def test_the_later_submission_stands(warehouse: Warehouse) -> None:
    rows: list[Row] = [
        ("s1", 2, "p1", "kidscreen10", "wave1", "k1", 1.0),
        ("s3", 3, "p1", "kidscreen10", "wave1", "k1", 2.0),
        ("s3", 3, "p1", "kidscreen10", "wave1", "k2", 3.0),
        ("s2", 9, "p2", "kidscreen10", "wave1", "k1", 4.0),
    ]
    warehouse.write("record.answer", answers(rows))
    warehouse.write("record.submission", submissions())
    warehouse.write("core.participant", persons(["p1"]))
    warehouse.write_selected("core.response", core()["core.response"])
    found = warehouse.read("core.response").select("item", "answer", "submission_id").rows()
    assert found == [("k1", 1.0, "s1"), ("k2", 3.0, "s3")]
