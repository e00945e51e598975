"""The survey year on year: against the latest earlier survey, favourable answers, one family a year."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from instruments import load_library
from pipeline.outcomes.stakeholder_change import stakeholder_change
from pipeline.statistics import benjamini_hochberg

LIBRARY = load_library()


def answers(
    year: int, ratings: Sequence[int], item: str = "q1", role: str = "staff"
) -> list[dict[str, object]]:
    return [
        {
            "respondent_id": f"{year}-{role}-{place}",
            "year": year,
            "role": role,
            "municipality_code": f"000{place % 6}",
            "item": item,
            "answer": float(rating),
        }
        for place, rating in enumerate(ratings)
    ]


FIRST = [1, 2, 3, 3, 4, 5, 2, 3, 2, 4]
THIRD = [3, 4, 4, 5, 5, 4, 2, 3, 5, 4]


def change(*rows: list[dict[str, object]], years: list[int] | None = None) -> pl.DataFrame:
    return stakeholder_change(pl.DataFrame([row for some in rows for row in some]), LIBRARY, years)


def test_a_year_is_compared_with_the_latest_earlier_survey() -> None:
    frame = change(answers(2020, FIRST), answers(2022, THIRD))
    first, third = frame.sort("year").to_dicts()
    assert (first["year_before"], first["change"], first["reason"]) == (None, None, "no earlier survey")
    assert (third["year_before"], third["n_before"], third["n"]) == (2020, 10, 10)
    # Favourable are 4 and 5: three of ten, then seven of ten.
    assert third["favourable"] == "4, 5"
    assert (third["share_before"], third["share"]) == (0.3, 0.7)
    assert third["change"] == pytest.approx(0.4)
    assert third["municipalities"] == 6
    assert third["odds_ratio"] > 1
    assert third["superiority"] > 0.5


def test_a_code_for_no_answer_does_not_count() -> None:
    frame = change(answers(2020, FIRST), answers(2021, [*THIRD, 9]))
    assert frame.filter(pl.col("year") == 2021)["n"].item() == 10


def test_choices_and_free_text_have_no_row() -> None:
    assert change(answers(2020, [1, 2], "c1"), answers(2020, [1], "t1")).is_empty()


def test_the_tests_of_a_year_are_one_family_over_roles_and_items() -> None:
    frame = change(
        *(answers(year, ratings, item, role)
          for year, ratings in ((2020, FIRST), (2021, THIRD))
          for item, role in (("q1", "staff"), ("q2", "staff"), ("q1", "recipient"))),
        answers(2020, THIRD, "q3"),
        answers(2021, FIRST, "q3"),
    ).filter(pl.col("year") == 2021)  # fmt: skip
    assert frame["p_adjusted"].to_list() == pytest.approx(benjamini_hochberg(frame["p"].to_list()))


def test_one_year_is_computed_as_in_a_run_of_all() -> None:
    rows = answers(2020, FIRST), answers(2021, THIRD), answers(2022, FIRST)
    assert change(*rows, years=[2021]).equals(change(*rows).filter(pl.col("year") == 2021))


def test_everybody_answers_alike_in_both_years() -> None:
    [row] = change(answers(2020, [3] * 9), answers(2021, [3] * 9), years=[2021]).to_dicts()
    assert (row["p"], row["p_mann_whitney"], row["reason"]) == (None, None, "all answers are equal")
    assert row["change"] == 0
