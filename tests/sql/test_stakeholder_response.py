"""Response rates of the yearly survey: against the lists of those invited, null with a reason without them."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

Mart = Callable[..., pl.DataFrame]
Rows = list[dict[str, object]]


def answered(*people: tuple[str, str]) -> Rows:
    fixed: dict[str, object] = {"year": 2024, "role": "staff", "answer": 3.0}
    return [
        {**fixed, "respondent_id": person, "municipality_code": place, "item": item}
        for person, place in people
        for item in ("q1", "q2")
    ]


def invited(*people: tuple[str, str | None]) -> Rows:
    asked: dict[str, object] = {"invitation_for": "2024", "respondent": "staff", "wave": "none"}
    return [{**asked, "invited_id": person, "municipality_code": place} for person, place in people]


def of(mart: Mart, answers: Rows, invitations: Rows) -> dict[str, tuple[object, ...]]:
    frame = mart(
        "mart.stakeholder_response", {"core.stakeholder_answer": answers, "core.invitation": invitations}
    )
    rows = frame.select("grp", "invited", "answered", "response_rate", "reason").rows()
    return {row[0]: row[1:] for row in rows}


def test_the_rate_is_of_those_invited(mart: Mart) -> None:
    found = of(mart, answered(("a", "0001"), ("b", "0001"), ("c", "0002")),
               invited(("a", "0001"), ("b", "0001"), ("x", "0001"), ("c", "0002"), ("y", "0003")))  # fmt: skip
    assert found == {
        "all": (5, 3, 0.6, None),
        "0001": (3, 2, pytest.approx(2 / 3), None),
        "0002": (1, 1, 1.0, None),
        "0003": (1, 0, 0.0, None),
    }


def test_without_a_list_there_is_no_rate_and_the_reason_stands(mart: Mart) -> None:
    found = of(mart, answered(("a", "0001"), ("c", "0002")), invited(("a", "0001"), ("b", "0001")))
    assert found["0002"] == (None, 1, None, "no list of those invited was sent")
    assert found["all"] == (2, 2, None, "some municipalities sent no list of those invited")
    assert of(mart, answered(("a", "0001")), [])["all"] == (
        None,
        1,
        None,
        "no list of those invited was sent",
    )


def test_a_list_without_municipalities_is_of_all(mart: Mart) -> None:
    found = of(mart, answered(("a", "0001"), ("c", "0002")), invited(*((p, None) for p in "abcd")))
    assert found["all"] == (4, 2, 0.5, None)
    assert found["0001"] == (None, 1, None, "no list of those invited was sent")


def test_more_answers_than_invitations_give_no_rate_above_one(mart: Mart) -> None:
    found = of(mart, answered(("a", "0001"), ("b", "0001")), invited(("z", "0001")))
    assert found["0001"] == (1, 2, None, "more persons answered than were invited")
