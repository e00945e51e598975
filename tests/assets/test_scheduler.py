"""Two years of ticks with a clock of the test's own: Dagster's daemon asks for the right runs, none twice."""

from __future__ import annotations

import datetime as dt
import functools
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.scheduler.instigation import InstigatorTick, TickStatus
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from dagster._core.storage.event_log.sqlite import consolidated_sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from dagster._core.test_utils import (
    create_test_daemon_workspace_context,
    freeze_time,
    instance_for_test,
)
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster._daemon.sensor import execute_sensor_iteration
from dagster._scheduler.scheduler import launch_scheduled_runs
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from assets.schedules import appointments
from pipeline.calendar import Calendar
from pipeline.home import Home
from tests.assets.yearly_home import PLAN, send

pytestmark = pytest.mark.slow

RIGA = ZoneInfo("Europe/Riga")
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2025, 12, 31)
CLOCK_CHANGES = ("2024-03-31", "2024-10-27", "2025-03-30", "2025-10-26")
# When files come.
SENT = ("2024-01-10", "2024-03-31", "2024-10-27", "2025-02-03", "2025-11-01")
LOG = logging.getLogger("test")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    monkeypatch.setenv("IEGUVUMI_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home")


@functools.cache
def engine_of(address: str) -> Engine:
    """The engine of a file: Dagster makes one for each look into it, and each compiles its statements anew."""
    return create_engine(address, poolclass=NullPool, connect_args={"timeout": 30})


@pytest.fixture
def workspace(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[WorkspaceProcessContext]:
    """The code location of the home, served as the daemon has it; its runs stay in the queue."""
    for module in (sqlite_run_storage, sqlite_schedule_storage, consolidated_sqlite_event_log):
        monkeypatch.setattr(module, "create_engine", lambda address, **_: engine_of(address))
    assert home.plan_file.is_file()
    storage = tmp_path / "dagster"
    storage.mkdir()
    # One file for the events of all runs: a file for each costs a second a run, two thirds of this test.
    events = {
        "module": "dagster._core.storage.event_log",
        "class": ConsolidatedSqliteEventLogStorage.__name__,
    }
    overrides = {
        "run_coordinator": {"module": "dagster._core.run_coordinator", "class": "QueuedRunCoordinator"},
        "event_log_storage": {**events, "config": {"base_dir": str(storage / "history")}},
        "retention": {"sensor": {"purge_after_days": -1}},
    }
    with (
        instance_for_test(overrides, temp_dir=str(storage)) as instance,
        create_test_daemon_workspace_context(
            ModuleTarget(
                module_name="assets.definitions", attribute=None, working_directory=None, location_name="home"
            ),
            instance,
        ) as context,
    ):
        yield context


class Daemon:
    """What Dagster's daemon does of itself with the home's schedules and sensors, and the clock."""

    def __init__(self, context: WorkspaceProcessContext) -> None:
        self.context, self.instance = context, context.instance
        [location] = context.create_request_context().get_code_location_entries().values()
        assert location.code_location is not None
        [repository] = location.code_location.get_repositories().values()
        self.schedules = {schedule.name: schedule for schedule in repository.get_schedules()}
        self.sensors = {sensor.name: sensor for sensor in repository.get_sensors()}

    def switch_on(self) -> None:
        """Switch every schedule on, all of which are off; and the sensor that is off."""
        with freeze_time(at(FIRST, 0)):
            for schedule in self.schedules.values():
                assert not schedule.get_current_instigator_state(None).is_running
                self.instance.start_schedule(schedule)
            self.instance.start_sensor(self.sensors["failed_run"])

    def tick(self, now: dt.datetime) -> None:
        """What the daemon does at this time, after a start: it knows what it did from the storage alone."""
        with freeze_time(now):
            list(launch_scheduled_runs(self.context, LOG, now, iteration_times={}))
            list(execute_sensor_iteration(self.context, LOG, None, None))

    def ticks(self, name: str) -> Sequence[InstigatorTick]:
        found = self.schedules.get(name) or self.sensors[name]
        return self.instance.get_ticks(found.get_remote_origin_id(), found.selector_id)[::-1]

    def runs(self, name: str) -> Sequence[dg.DagsterRun]:
        kind = "schedule" if name in self.schedules else "sensor"
        return self.instance.get_runs(dg.RunsFilter(tags={f"dagster/{kind}_name": name}))

    def asked(self, name: str) -> list[str]:
        """The days for which a schedule asked for a run, in order."""
        return sorted(run.tags["dagster/run_key"].removeprefix(f"{name}-") for run in self.runs(name))

    def skipped(self, name: str) -> list[str]:
        return [tick.skip_reason or "" for tick in self.ticks(name) if tick.status == TickStatus.SKIPPED]

    def asked_by_sensor(self, name: str) -> list[str]:
        """The days on which a sensor asked for runs, a day for each run."""
        return [
            dt.datetime.fromtimestamp(tick.timestamp, RIGA).date().isoformat()
            for tick in self.ticks(name)
            for _ in tick.run_ids
        ]


def at(day: dt.date, hour: int = 12) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), RIGA).astimezone(dt.UTC)


def daemon_days() -> list[dt.date]:
    """Each day on or around which something is due, comes or changes.

    The days between have the nightly check alone, whose every night `test_schedules.py` goes through.
    """
    every = [FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    yearly = {"02-29", "03-01", "03-02", "10-01", "11-01"}
    special = {*SENT, *CLOCK_CHANGES}
    return [
        day
        for day in every
        if day in (FIRST, LAST) or day.day == 16 or f"{day:%m-%d}" in yearly or day.isoformat() in special
    ]


def live(daemon: Daemon, home: Home) -> None:
    """A tick at noon, on days that matter more of them; files come now and then."""
    for day in daemon_days():
        if day.isoformat() in SENT:
            send(home.path, f"north/goals-{day}.csv", "participant_id\n")
        clocks_change, sixteenth = day.isoformat() in CLOCK_CHANGES, day.day == 16
        hours = (3, 4, 5, 12) if clocks_change else (12,) if sixteenth else (6, 12)
        for hour in hours:
            daemon.tick(at(day, hour))


def test_two_years_ask_for_the_right_runs_and_none_twice(
    workspace: WorkspaceProcessContext, home: Home
) -> None:
    daemon = Daemon(workspace)
    assert set(daemon.schedules) == {found.name for found in appointments(Calendar())}
    assert {schedule.execution_timezone for schedule in daemon.schedules.values()} == {"Europe/Riga"}
    assert set(daemon.sensors) == {"inbox", "failed_run"}
    daemon.switch_on()
    live(daemon, home)
    assert daemon.asked("survey_opens") == ["2024-10-01", "2025-10-01"]
    assert daemon.asked("survey_closes") == ["2024-11-01", "2025-11-01"]
    # The plan has no evaluation of 2024: the second year's report says so instead.
    assert daemon.asked("annual_report") == ["2024-03-01"]
    [reason] = daemon.skipped("annual_report")
    assert reason == "evaluation.yaml has no evaluation with `reporting_year: 2024`; add one, then run"
    sixteenths = [f"{year}-{month:02}-16" for year in (2024, 2025) for month in range(1, 13)]
    assert daemon.asked("services_reports") == sixteenths
    assert Counter(daemon.asked("data_quality")) == Counter(day.isoformat() for day in daemon_days())
    assert daemon.asked_by_sensor("inbox") == list(SENT)
    assert len(daemon.runs("inbox")) == len(SENT)
    assert set(daemon.skipped("inbox")) == {"Nothing new in the inbox."}
    assert daemon.runs("failed_run") == []
    for run in [*daemon.runs("survey_closes"), *daemon.runs("inbox")]:
        assert run.job_name == "everything"
        assert run.tags["dagster/asset_partition_range_start"] == "annual-2022"
        assert run.tags["dagster/asset_partition_range_end"].startswith("stakeholders-")


def test_nights_that_a_stopped_daemon_missed_are_made_up_by_one_run(
    workspace: WorkspaceProcessContext,
) -> None:
    # A check of what is there today is not wanted many times over: the night before each start is asked for.
    daemon = Daemon(workspace)
    daemon.switch_on()
    starts = [FIRST + dt.timedelta(days=28 * n) for n in range(4)]
    for day in starts:
        daemon.tick(at(day))
    assert daemon.asked("data_quality") == [day.isoformat() for day in starts]
    # Nothing was ever sent in: the yearly report says so.
    assert daemon.skipped("annual_report") == [
        "nothing new: nothing has been sent in yet, so no release is made"
    ]
