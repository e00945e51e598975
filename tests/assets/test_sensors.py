"""The sensor of the inbox: a run for new files, none for the same ones, none while they are being written."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from assets import clock
from assets.jobs import EVERYTHING
from assets.sensors import inbox_sensor
from pipeline.home import Settings
from pipeline.new_home import write_new_home
from pipeline.release.fingerprint import fingerprint
from tests.assets.yearly_home import send

RIGA = ZoneInfo("Europe/Riga")
GOALS = "participant_id\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_new_home(tmp_path / "home")
    return Settings.for_home(tmp_path / "home", {"IEGUVUMI_KEY_FILE": str(tmp_path / "key")})


def looked(settings: Settings, cursor: str | None) -> tuple[str | None, str | None]:
    """The key of the run that the sensor asks for, or why it asks for none; and its cursor afterwards."""
    context = dg.build_sensor_context(cursor=cursor)
    tick = inbox_sensor(settings, EVERYTHING).evaluate_tick(context)
    [*keys] = [request.run_key for request in tick.run_requests or []]
    return (keys[0] if keys else tick.skip_message), tick.cursor or cursor


def test_new_files_start_one_run_and_the_same_files_none(settings: Settings) -> None:
    send(settings.home.path, "north/goals.csv", GOALS)
    first, cursor = looked(settings, None)
    assert looked(settings, cursor) == ("Nothing new in the inbox.", cursor)
    send(settings.home.path, "south/goals.csv", GOALS)
    second, later = looked(settings, cursor)
    assert len({first, second, "Nothing new in the inbox."}) == 3
    assert later != cursor


def test_an_empty_inbox_starts_nothing(settings: Settings) -> None:
    assert looked(settings, None) == ("Nothing new in the inbox.", None)
    (settings.home.inbox / ".gitkeep").touch()
    assert looked(settings, None) == ("Nothing new in the inbox.", None)


def test_a_file_that_goes_starts_nothing(settings: Settings) -> None:
    # As accepted files do where the plan asks for it: the record has their rows.
    send(settings.home.path, "north/goals.csv", GOALS)
    gone = send(settings.home.path, "south/goals.csv", GOALS)
    _, cursor = looked(settings, None)
    gone.unlink()
    assert looked(settings, cursor) == ("Nothing new in the inbox.", cursor)


def test_a_changed_file_starts_a_run(settings: Settings) -> None:
    send(settings.home.path, "north/goals.csv", GOALS)
    first, cursor = looked(settings, None)
    send(settings.home.path, "north/goals.csv", GOALS + "a\n")
    again, _ = looked(settings, cursor)
    assert again not in (first, "Nothing new in the inbox.")


def test_files_that_a_release_was_made_from_start_nothing(settings: Settings) -> None:
    # `ieguvumi run` was there before the daemon.
    send(settings.home.path, "north/goals.csv", GOALS)
    release = settings.home.releases / "2023.1"
    release.mkdir(parents=True)
    manifest = {"fingerprint": fingerprint(settings.home)}
    (release / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (settings.home.releases / "latest").symlink_to("2023.1")
    said, cursor = looked(settings, None)
    assert said == "nothing new since release 2023.1: no release is made"
    assert looked(settings, cursor) == ("Nothing new in the inbox.", cursor)


def test_a_file_that_is_being_written_waits(settings: Settings) -> None:
    send(settings.home.path, "north/goals.csv", GOALS, settled_at=time.time())
    assert looked(settings, None) == ("Files in the inbox are still being written.", None)


def test_the_cursor_tells_no_file_name(settings: Settings) -> None:
    send(settings.home.path, "north/goals-Zanda.csv", GOALS)
    _, cursor = looked(settings, None)
    assert cursor is not None
    assert len(cursor) == 16
    assert set(cursor) <= set("0123456789abcdef")


def test_two_years_of_ticks_start_a_run_for_each_delivery_and_none_twice(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Files come in the nights in which the clocks of Riga change too, still being written at the first tick.
    comes = {"2024-01-10", "2024-03-31", "2024-10-27", "2025-02-03", "2025-03-30", "2025-10-26", "2025-12-31"}
    first, cursor, asked = dt.date(2024, 1, 1), None, []
    for day in (first + dt.timedelta(days=number) for number in range(731)):
        for minute in range(180, 185) if day.isoformat() in comes else (180,):
            midnight = dt.datetime.combine(day, dt.time(), RIGA).astimezone(dt.UTC)
            now = midnight + dt.timedelta(minutes=minute)
            monkeypatch.setattr(clock, "now", now.timestamp)
            if minute == 180 and day.isoformat() in comes:
                send(settings.home.path, f"north/goals-{day}.csv", GOALS, settled_at=now.timestamp() - 1)
            said, cursor = looked(settings, cursor)
            if said and len(said) == 64:
                asked.append((day.isoformat(), minute, said))
    assert [(day, minute) for day, minute, _ in asked] == [(day, 181) for day in sorted(comes)]
    assert len({key for *_, key in asked}) == len(comes)
