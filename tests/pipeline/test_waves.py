"""Windows by the calendar and by person, and the wave of an answer."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pipeline.municipalities import Register
from pipeline.plan import Plan, parse_plan
from pipeline.schemas import CORE
from pipeline.waves import assign_wave, evaluation_members, wave_windows

PLAN = parse_plan("""
evaluations:
  - id: calendar
    title: {lv: K, en: C}
    members: {target_group: children, enrolled_from: 2018-05-01, enrolled_to: 2018-10-31}
    waves:
      baseline: {from: 2018-09-01, to: 2018-10-31}
      endline: {after_months: 12, window_days: 60}
    pre: baseline
    post: endline
    months: 12
    reporting_year: 2019
  - id: by-person
    title: {lv: P, en: P}
    members: {municipalities: [Balvu novads, "0052000"]}
    waves:
      before: {after_months: 0, window_days: 10}
      after: {after_months: 1, window_days: 0}
    pre: before
    post: after
    months: 1
    reporting_year: 2024
""")


@pytest.fixture
def people() -> pl.DataFrame:
    """A child in the first evaluation, an adult in the second, and somebody in neither."""
    return pl.DataFrame(
        [
            ("child", "children", "0900200", dt.date(2018, 9, 1)),
            ("adult", "adults", "0024000", dt.date(2023, 1, 31)),
            ("nobody", "children", "0900200", dt.date(2018, 11, 1)),
        ],
        schema=["participant_id", "target_group", "municipality_code", "enrolled_on"],
        orient="row",
    )


@pytest.fixture
def plan() -> Plan:
    return PLAN


def test_members_and_their_days(people: pl.DataFrame, plan: Plan) -> None:
    members = evaluation_members(people, plan, Register.shipped())
    CORE["core.evaluation_member"].validate(members)
    # Child: from the calendar; 2019-09-01 + 60 days = 2019-10-31.
    # Adult: 31 January - 10 days; one month after 31 January is 28 February, window 0.
    assert members.rows() == [
        ("by-person", "adult", dt.date(2023, 1, 21), dt.date(2023, 2, 28)),
        ("calendar", "child", dt.date(2018, 9, 1), dt.date(2019, 10, 31)),
    ]


@pytest.mark.parametrize(
    ("person", "wave", "day", "expected", "problem"),
    [
        ("child", None, dt.date(2018, 10, 31), "baseline", None),
        ("child", None, dt.date(2018, 11, 1), None, "in_no_window"),
        ("child", None, dt.date(2019, 7, 3), "endline", None),
        ("child", None, dt.date(2019, 7, 2), None, "in_no_window"),
        ("child", "endline", None, "endline", None),
        ("child", "endline", dt.date(2018, 10, 1), "endline", "outside_window"),
        ("child", "before", None, None, "unknown_wave"),
        ("adult", None, dt.date(2023, 2, 10), "before", None),
        ("adult", None, dt.date(2023, 2, 28), "after", None),
        ("nobody", "before", None, "before", None),
        ("nobody", "never", None, None, "unknown_wave"),
        ("nobody", None, dt.date(2018, 10, 1), None, "in_no_window"),
    ],
)
def test_the_wave_of_an_answer(
    people: pl.DataFrame,
    plan: Plan,
    person: str,
    wave: str | None,
    day: dt.date | None,
    expected: str | None,
    problem: str | None,
) -> None:
    rows = pl.DataFrame(
        [(person, wave, day)],
        schema={"participant_id": pl.String, "wave": pl.String, "answered_on": pl.Date},
        orient="row",
    )
    found = assign_wave(rows, wave_windows(people, plan, Register.shipped()), plan)
    assert found.select("wave", "wave_problem").row(0) == (expected, problem)


def test_a_day_in_two_windows_is_not_guessed(people: pl.DataFrame) -> None:
    overlapping = parse_plan("""
evaluations:
  - id: e
    title: {lv: E, en: E}
    waves: {a: {from: 2018-09-01, to: 2018-10-31}, b: {from: 2018-10-01, to: 2018-12-31}}
    pre: a
    post: b
    months: 1
    reporting_year: 2018
""")
    windows = wave_windows(people, overlapping, Register.shipped())
    rows = pl.DataFrame(
        {
            "participant_id": ["child", "child"],
            "wave": [None, None],
            "answered_on": [dt.date(2018, 10, 5), dt.date(2018, 11, 5)],
        },
        schema_overrides={"wave": pl.String},
    )
    found = assign_wave(rows, windows, overlapping)
    assert found.select("wave", "wave_problem").rows() == [(None, "in_two_windows"), ("b", None)]


def test_rows_keep_their_order(people: pl.DataFrame, plan: Plan) -> None:
    rows = pl.DataFrame(
        {
            "participant_id": ["nobody", "adult", "child"],
            "wave": ["never", "after", "baseline"],
            "answered_on": [None] * 3,
        },
        schema_overrides={"answered_on": pl.Date},
    )
    found = assign_wave(rows, wave_windows(people, plan, Register.shipped()), plan)
    assert found["wave"].to_list() == [None, "after", "baseline"]
