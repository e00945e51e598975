"""Two years of ticks with a clock of the test's own: Dagster's scheduler asks for the right runs, none twice."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.scheduler.instigation import InstigatorTick, TickStatus
from dagster._core.test_utils import (
    create_test_daemon_workspace_context,
    freeze_time,
    instance_for_test,
)
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster._scheduler.scheduler import launch_scheduled_runs

from assets.schedules import appointments
from pipeline.calendar import Calendar
from pipeline.home import Home
from pipeline.release.fingerprint import fingerprint
from tests.assets.yearly_home import PLAN

pytestmark = pytest.mark.slow

RIGA = ZoneInfo("Europe/Riga")
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2025, 12, 31)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    monkeypatch.setenv("IEGUVUMI_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home")


@pytest.fixture
def workspace(home: Home, tmp_path: Path) -> Iterator[WorkspaceProcessContext]:
    """The code location of the home, served as the daemon has it, and an instance that starts no run."""
    assert home.plan_file.is_file()
    storage = tmp_path / "dagster"
    storage.mkdir()
    with (
        instance_for_test(temp_dir=str(storage)) as instance,
        create_test_daemon_workspace_context(
            ModuleTarget(
                module_name="assets.definitions", attribute=None, working_directory=None, location_name="home"
            ),
            instance,
        ) as context,
    ):
        yield context


class Scheduler:
    """The schedules of a home, switched on, and the clock."""

    def __init__(self, context: WorkspaceProcessContext, *names: str) -> None:
        self.context, self.instance = context, context.instance
        [location] = context.create_request_context().get_code_location_entries().values()
        assert location.code_location is not None
        [repository] = location.code_location.get_repositories().values()
        self.schedules = {schedule.name: schedule for schedule in repository.get_schedules()}
        assert all(
            not schedule.get_current_instigator_state(None).is_running for schedule in self.schedules.values()
        )
        with freeze_time(at(FIRST, 0)):
            for name in names or self.schedules:
                self.instance.start_schedule(self.schedules[name])

    def is_running(self, name: str) -> bool:
        return bool(self.schedules[name].get_current_instigator_state(None).is_running)

    def tick(self, now: dt.datetime) -> None:
        """What the daemon does at this time, after a start: it knows what it did from the storage alone."""
        with freeze_time(now):
            list(launch_scheduled_runs(self.context, logging.getLogger("test"), now, iteration_times={}))

    def ticks(self, name: str) -> Sequence[InstigatorTick]:
        schedule = self.schedules[name]
        return self.instance.get_ticks(schedule.get_remote_origin_id(), schedule.selector_id)[::-1]

    def asked(self, name: str) -> list[str]:
        """The days for which a schedule asked for a run, in order."""
        runs = self.instance.get_runs(dg.RunsFilter(tags={"dagster/schedule_name": name}))
        return sorted(run.tags["dagster/run_key"].removeprefix(f"{name}-") for run in runs)

    def skipped(self, name: str) -> list[str]:
        return [tick.skip_reason or "" for tick in self.ticks(name) if tick.status == TickStatus.SKIPPED]


def at(day: dt.date, hour: int = 12) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), RIGA).astimezone(dt.UTC)


def days(step: int = 1) -> list[dt.date]:
    return [FIRST + dt.timedelta(days=n) for n in range(0, (LAST - FIRST).days + 1, step)]


def test_all_schedules_are_off_and_in_the_time_of_riga(workspace: WorkspaceProcessContext) -> None:
    scheduler = Scheduler(workspace, "survey_opens")
    assert set(scheduler.schedules) == {found.name for found in appointments(Calendar())}
    assert {schedule.execution_timezone for schedule in scheduler.schedules.values()} == {"Europe/Riga"}


def test_two_years_ask_for_the_right_runs_and_none_twice(workspace: WorkspaceProcessContext) -> None:
    scheduler = Scheduler(workspace, "survey_opens", "survey_closes", "annual_report", "services_reports")
    for day in days(step=10):
        scheduler.tick(at(day))
        scheduler.tick(at(day, 13))
    assert scheduler.asked("survey_opens") == ["2024-10-01", "2025-10-01"]
    assert scheduler.asked("survey_closes") == ["2024-11-01", "2025-11-01"]
    # The plan has no evaluation of 2024: the second year's report says so instead.
    assert scheduler.asked("annual_report") == ["2024-03-01"]
    [reason] = scheduler.skipped("annual_report")
    assert reason == "evaluation.yaml has no evaluation with `reporting_year: 2024`; add one, then run"
    sixteenths = [f"{year}-{month:02}-16" for year in (2024, 2025) for month in range(1, 13)]
    assert scheduler.asked("services_reports") == sixteenths


def test_a_run_is_for_all_partitions(workspace: WorkspaceProcessContext) -> None:
    scheduler = Scheduler(workspace, "survey_closes")
    scheduler.tick(at(dt.date(2024, 11, 1)))
    [run] = scheduler.instance.get_runs()
    assert run.job_name == "everything"
    assert run.tags["dagster/asset_partition_range_start"] == "annual-2022"
    assert run.tags["dagster/asset_partition_range_end"].startswith("stakeholders-")


def test_a_night_is_asked_for_once_though_the_clock_changes(workspace: WorkspaceProcessContext) -> None:
    scheduler = Scheduler(workspace, "data_quality")
    # The nights in which the clocks of Riga go forward and back.
    for first, last in (("2024-03-29", "2024-04-02"), ("2024-10-25", "2024-10-29")):
        day = dt.date.fromisoformat(first)
        while day <= dt.date.fromisoformat(last):
            for hour in (1, 2, 3, 4, 5):
                scheduler.tick(at(day, hour))
            day += dt.timedelta(days=1)
    counted = Counter(scheduler.asked("data_quality"))
    assert set(counted.values()) == {1}
    assert {"2024-03-31", "2024-04-01", "2024-10-27", "2024-10-28"} <= set(counted)


def test_nothing_new_makes_no_run_and_says_so(workspace: WorkspaceProcessContext, home: Home) -> None:
    release = home.releases / "2023.1"
    release.mkdir(parents=True)
    (release / "manifest.json").write_text(json.dumps({"fingerprint": fingerprint(home)}), encoding="utf-8")
    (home.releases / "latest").symlink_to("2023.1")
    scheduler = Scheduler(workspace, "survey_closes")
    scheduler.tick(at(dt.date(2024, 11, 1)))
    assert scheduler.asked("survey_closes") == []
    assert scheduler.skipped("survey_closes") == ["nothing new since release 2023.1: no release is made"]


def test_nights_that_a_stopped_daemon_missed_are_made_up_by_one_run(
    workspace: WorkspaceProcessContext,
) -> None:
    # A check of what is there today is not wanted many times over: the night before each start is asked for.
    scheduler = Scheduler(workspace, "data_quality")
    for day in days(step=28):
        scheduler.tick(at(day))
    assert scheduler.asked("data_quality") == [day.isoformat() for day in days(step=28)]
