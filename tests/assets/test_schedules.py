"""The schedules over two years, each tick evaluated at the time its cron expression and time zone say."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from assets.definitions import build_definitions
from pipeline.home import Settings
from pipeline.release.fingerprint import fingerprint
from tests.assets.yearly_home import PLAN, send

RIGA = ZoneInfo("Europe/Riga")
FIRST, AFTER = dt.datetime(2024, 1, 1, tzinfo=RIGA), dt.datetime(2026, 1, 1, tzinfo=RIGA)
Ticks = list[tuple[dt.datetime, dg.RunRequest | str]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    send(tmp_path, "north/goals.csv", "participant_id\n")
    return Settings.for_home(tmp_path, {})


def ticks(settings: Settings, name: str) -> Ticks:
    """What a schedule asks for at each of its times in two years: a run, or why not."""
    definitions = build_definitions(settings, today=dt.date(2024, 1, 1))
    schedule = definitions.resolve_schedule_def(name)
    assert isinstance(schedule.cron_schedule, str)
    times = schedule_execution_time_iterator(
        FIRST.timestamp(), schedule.cron_schedule, schedule.execution_timezone, ascending=True
    )
    found: Ticks = []
    for time in times:
        if time >= AFTER:
            return found
        asked = schedule.evaluate_tick(dg.build_schedule_context(scheduled_execution_time=time))
        requests: list[dg.RunRequest] = list(asked.run_requests or [])
        found.append((time.astimezone(RIGA), requests[0] if requests else asked.skip_message or ""))
    return found


def asked_on(found: Ticks) -> list[str]:
    return [f"{time:%Y-%m-%d %H:%M}" for time, request in found if isinstance(request, dg.RunRequest)]


def run_keys(found: Ticks) -> list[str]:
    return [request.run_key or "" for _, request in found if isinstance(request, dg.RunRequest)]


def test_the_survey_opens_and_closes_once_a_year(settings: Settings) -> None:
    assert asked_on(ticks(settings, "survey_opens")) == ["2024-10-01 06:00", "2025-10-01 06:00"]
    assert asked_on(ticks(settings, "survey_closes")) == ["2024-11-01 06:00", "2025-11-01 06:00"]


def test_a_year_that_the_plan_lacks_is_named(settings: Settings) -> None:
    found = ticks(settings, "annual_report")
    assert asked_on(found) == ["2024-03-01 07:00"]
    assert found[1][1] == "evaluation.yaml has no evaluation with `reporting_year: 2024`; add one, then run"


def test_services_reports_are_looked_for_the_day_after_they_are_due(settings: Settings) -> None:
    sixteenths = [f"{year}-{month:02}-16 06:00" for year in (2024, 2025) for month in range(1, 13)]
    assert asked_on(ticks(settings, "services_reports")) == sixteenths


def test_every_night_is_asked_for_once_though_the_clock_changes(settings: Settings) -> None:
    found = ticks(settings, "data_quality")
    nights = [FIRST.date() + dt.timedelta(days=n) for n in range((AFTER.date() - FIRST.date()).days)]
    assert asked_on(found) == [f"{night} 02:30" for night in nights]
    assert len(set(run_keys(found))) == len(nights)


def test_a_release_is_asked_for_with_all_partitions(settings: Settings) -> None:
    [(_, request), _] = ticks(settings, "survey_closes")
    assert isinstance(request, dg.RunRequest)
    assert request.tags["dagster/asset_partition_range_start"] == "annual-2022"
    assert request.tags["dagster/asset_partition_range_end"] == "stakeholders-2024"


@pytest.mark.parametrize("name", ["survey_closes", "annual_report"])
def test_nothing_new_asks_for_no_run_and_says_so(settings: Settings, name: str) -> None:
    release = settings.home.releases / "2023.1"
    release.mkdir(parents=True)
    (release / "manifest.json").write_text(
        json.dumps({"fingerprint": fingerprint(settings.home)}), encoding="utf-8"
    )
    (settings.home.releases / "latest").symlink_to("2023.1")
    found = ticks(settings, name)
    assert asked_on(found) == []
    assert found[0][1] == "nothing new since release 2023.1: no release is made"


@pytest.mark.parametrize("name", ["survey_closes", "annual_report"])
def test_nothing_sent_in_yet_asks_for_no_run_and_says_so(settings: Settings, name: str) -> None:
    (settings.home.inbox / "north" / "goals.csv").unlink()
    found = ticks(settings, name)
    assert asked_on(found) == []
    assert found[0][1] == "nothing new: nothing has been sent in yet, so no release is made"


def test_schedules_are_off_until_switched_on(settings: Settings) -> None:
    [repository] = [build_definitions(settings).get_repository_def()]
    assert {schedule.default_status for schedule in repository.schedule_defs} == {
        dg.DefaultScheduleStatus.STOPPED
    }
    assert repository.get_sensor_def("failed_run").default_status == dg.DefaultSensorStatus.STOPPED
