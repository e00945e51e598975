"""The sensor of the inbox: a run for new files, none for the same ones, none while they are being written."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
import pytest

from assets.jobs import EVERYTHING
from assets.sensors import inbox_sensor
from pipeline.home import Settings
from pipeline.new_home import write_new_home

LONG_AGO = 1_600_000_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_new_home(tmp_path / "home")
    return Settings.for_home(tmp_path / "home", {"IEGUVUMI_KEY_FILE": str(tmp_path / "key")})


def put(settings: Settings, name: str, content: str, *, settled: bool = True) -> None:
    path = settings.home.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    if settled:
        os.utime(path, (LONG_AGO, LONG_AGO))


def looked(settings: Settings, cursor: str | None) -> tuple[list[str | None], str | None]:
    """What the sensor asks for, and its cursor afterwards."""
    context = dg.build_sensor_context(cursor=cursor)
    result = inbox_sensor(settings, EVERYTHING)(context)
    if isinstance(result, dg.SensorResult):
        return [request.run_key for request in result.run_requests or []], result.cursor
    return [], cursor


def test_new_files_start_one_run_and_the_same_files_none(settings: Settings) -> None:
    put(settings, "north/goals.csv", "participant_id\n")
    requests, cursor = looked(settings, None)
    assert len(requests) == 1
    assert looked(settings, cursor) == ([], cursor)
    put(settings, "south/goals.csv", "participant_id\n")
    again, later = looked(settings, cursor)
    assert len(again) == 1
    assert again != requests
    assert later != cursor


def test_a_file_that_is_being_written_waits(settings: Settings) -> None:
    put(settings, "north/goals.csv", "participant_id\n", settled=False)
    assert looked(settings, None) == ([], None)


def test_the_cursor_tells_no_file_name(settings: Settings) -> None:
    put(settings, "north/goals-Zanda.csv", "participant_id\n")
    _, cursor = looked(settings, None)
    assert cursor is not None
    assert len(cursor) == 64
