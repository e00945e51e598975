"""Tables made by ranges of persons are those that are made at once."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from assets import by_person
from assets.definitions import build_definitions
from assets.history import dagster_instance
from assets.jobs import TAKE_IN
from assets.running import run_job
from pipeline.home import Settings
from pipeline.warehouse import Warehouse
from tests.assets.small_home import PERSONS, SHEET, answered, write_small_home
from tests.assets.test_by_configuration import write

pytestmark = pytest.mark.slow  # two runs of a job


def taken_in(home: Path) -> dict[str, pl.DataFrame]:
    """The tables of persons' answers after the job that takes in."""
    settings = Settings.for_home(home, {"IEGUVUMI_KEY_FILE": str(home.parent / "key")})
    with dagster_instance(settings.dagster_home) as instance:
        assert run_job(settings, build_definitions(settings), instance, TAKE_IN, {}).released
    with Warehouse.open(settings.home.warehouse) as warehouse:
        return {table: warehouse.read(table) for table in ("core.response", "core.score")}


def test_a_table_made_by_ranges_of_persons_is_that_made_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    inbox = write_small_home(home)
    # A later file of some persons, so that rows of two files have one key.
    write(inbox / "low_mood-later.csv", SHEET, [answered(n, "2024-01-21", 4) for n in range(0, PERSONS, 3)])
    at_once = taken_in(home)
    monkeypatch.setattr(by_person, "ROWS_AT_ONCE", 50)
    by_ranges = taken_in(home)
    assert at_once["core.response"].height == 2 * 3 * PERSONS
    for table, rows in at_once.items():
        assert_frame_equal(by_ranges[table], rows)
