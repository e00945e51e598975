"""A small yearly survey: an item rated 1-3, an open choice, two municipalities."""

from collections.abc import Callable

import polars as pl
import pytest

Mart = Callable[..., pl.DataFrame]
Rows = list[dict[str, object]]


def answer(person: str, value: float, municipality: str = "0001", item: str = "q1") -> dict[str, object]:
    return {
        "respondent_id": person,
        "year": 2024,
        "role": "staff",
        "municipality_code": municipality,
        "item": item,
        "answer": value,
    }


@pytest.fixture
def tables() -> dict[str, Rows]:
    return {
        "core.stakeholder_answer": [
            *(answer(person, 3.0) for person in "abcd"),
            answer("e", 1.0, "0002"),
            answer("f", 9.0, "0002"),  # the code for "can't say": outside the printed range
            answer("a", 4.0, item="c1"),
        ],
        "meta.instrument": [{"instrument": "survey", "kind": "survey"}],
        "meta.item": [
            {"instrument": "survey", "item": "q1", "minimum": 1.0, "maximum": 3.0},
            {"instrument": "survey", "item": "c1"},
        ],
    }


def of(frame: pl.DataFrame, item: str, grp: str) -> list[tuple[object, ...]]:
    rows = frame.filter((pl.col("item") == item) & (pl.col("grp") == grp))
    return rows.select("category", "n", "count", "share").rows()


def test_every_category_of_the_range_has_a_row(mart: Mart, tables: dict[str, Rows]) -> None:
    frame = mart("mart.stakeholder_item", tables)
    assert of(frame, "q1", "all") == [("1", 5, 1, 0.2), ("2", 5, 0, 0.0), ("3", 5, 4, 0.8)]
    assert of(frame, "q1", "0001") == [("1", 4, 0, 0.0), ("2", 4, 0, 0.0), ("3", 4, 4, 1.0)]
    assert of(frame, "c1", "all") == [("4", 1, 1, 1.0)]


def test_shares_have_wilson_intervals(mart: Mart, tables: dict[str, Rows]) -> None:
    row = mart("mart.stakeholder_item", tables).filter((pl.col("category") == "2") & (pl.col("grp") == "all"))
    # By hand: at 0 of n the limits are 0 and z2 / (n + z2) = 3.841459 / 8.841459
    assert row.select("ci_low", "ci_high").row(0) == pytest.approx((0.0, 0.4344825))


def test_invited_are_counted_where_a_list_was_sent(mart: Mart, tables: dict[str, Rows]) -> None:
    tables["core.invitation"] = [
        {
            "invitation_for": "2024",
            "invited_id": person,
            "respondent": "staff",
            "wave": "none",
            "municipality_code": municipality,
            "outcome": None,
        }
        for person, municipality in (("a", "0001"), ("b", "0001"), ("x", None))
    ]
    frame = mart("mart.stakeholder_item", tables)
    invited = dict(frame.filter(pl.col("item") == "q1").select("grp", "invited").unique().rows())
    assert invited == {"all": 3, "0001": 2, "0002": None}


def test_nobody_asked_gives_no_rows(mart: Mart) -> None:
    assert mart("mart.stakeholder_item", {}).is_empty()
