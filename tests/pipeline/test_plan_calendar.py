"""The plan's calendar and its yearly evaluations: defaults, a copy a year, errors in a sentence."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.calendar import Calendar, cron_yearly, day_after
from pipeline.plan import PlanError, parse_plan
from tests.assets.yearly_home import PLAN


def test_a_yearly_evaluation_is_a_copy_for_each_year() -> None:
    plan = parse_plan(PLAN)
    assert [evaluation.id for evaluation in plan.evaluations] == ["annual-2022", "annual-2023"]
    second = plan.evaluation("annual-2023")
    assert second.reporting_year == 2023
    assert second.waves["after"].closes == dt.date(2023, 12, 31)
    assert second.title.lv == "2023. gads"


def test_neighbouring_years_can_be_named() -> None:
    plan = parse_plan(PLAN.replace('from: "{year}-01-01"', 'from: "{previous_year}-12-01"'))
    assert plan.evaluation("annual-2022").waves["before"].opens == dt.date(2021, 12, 1)


def test_the_calendar_does_not_change_what_is_analysed() -> None:
    assert parse_plan(PLAN).digest() == parse_plan(PLAN.replace("10-01", "09-15")).digest()


def test_without_a_calendar_there_are_defaults() -> None:
    plan = parse_plan(PLAN[PLAN.index("evaluations:") :])
    assert plan.calendar == Calendar()
    assert plan.first_survey_year() == 2022


@pytest.mark.parametrize(
    ("calendar", "says"),
    [
        ("{timezone: Europe/Ryga}", "calendar > timezone: `Europe/Ryga` is no time zone; write one such as"),
        ("{annual_report: 02-30}", "calendar > annual_report: `02-30` is no day of every year"),
        ("{survey: {opens: 11-01}}", "calendar > survey: `closes: 10-31` lies before `opens: 11-01`"),
        ("{data_quality_at: late}", "calendar > data_quality_at: `late` is no time of day"),
        ("{services_report: {due_day: 31}}", "calendar > services_report > due_day: "),
        ("{notifications: {webhook: here}}", "no address that begins with https://"),
        ("{surveys: 1}", "calendar > surveys: "),
    ],
)
def test_a_mistake_is_named_with_its_place(calendar: str, says: str) -> None:
    plan = PLAN[PLAN.index("evaluations:") :]
    with pytest.raises(PlanError) as error:
        parse_plan(f"calendar: {calendar}\n{plan}")
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_years_that_are_none_are_refused() -> None:
    with pytest.raises(PlanError, match=r"`years` is a list such as \[2020, 2021\], or"):
        parse_plan(PLAN.replace("{from: 2022, to: 2023}", "{from: 2023, to: 2022}"))


def test_a_time_that_yaml_reads_as_minutes() -> None:
    assert Calendar.model_validate({"data_quality_at": 750}).data_quality_at == "12:30"


def test_days_as_cron_expressions() -> None:
    assert cron_yearly("10-01") == "0 6 1 10 *"
    assert day_after("12-31") == "01-01"
