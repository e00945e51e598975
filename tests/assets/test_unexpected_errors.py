"""What is printed of an error: our own words and the machine's; of any other its kind and where its words stand."""

from __future__ import annotations

import re
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from assets.history import dagster_instance
from assets.main_job import run_and_print
from assets.running import first_error
from pipeline.home import HomeError, Settings
from tests.assets.yearly_home import PLAN

VALUE = "Anna Ozola, 010180-12345"
UNEXPECTED = [ValueError(VALUE), duckdb.ConversionException(f"Could not convert string '{VALUE}'")]
TOLD = [
    (OSError(28, "No space left on device", "/here"), "[Errno 28] No space left on device: '/here'"),
    (PermissionError(13, "No", "/a/Anna Ozola.csv"), "[Errno 13] No: '/a/[name].csv'"),
    (HomeError("/here: no such home"), "/here: no such home"),
    (MemoryError(), "MemoryError"),
]


def told(error: Exception) -> str:
    """The line about a job whose only step raises the error while it handles another one."""

    @dg.op(name="record")
    def raises() -> None:
        try:
            raise error
        except type(error) as cause:
            raise RuntimeError(VALUE) from cause

    @dg.job
    def failing() -> None:
        raises()

    return first_error(failing.execute_in_process(raise_on_error=False))


@pytest.mark.parametrize("error", UNEXPECTED, ids=lambda error: type(error).__name__)
def test_of_an_unexpected_error_only_step_kind_and_place_are_told(error: Exception) -> None:
    line = told(error)
    assert line.startswith(f"record: unexpected {type(error).__name__}, ")
    assert re.search(r"log of run \w{8}, which `ieguvumi ui` shows", line)
    assert not [word for word in ("Ozola", "010180", "12345") if word in line]


@pytest.mark.parametrize(("error", "words"), TOLD, ids=lambda value: type(value).__name__)
def test_our_own_words_and_the_machines_are_told(error: Exception, words: str) -> None:
    assert told(error) == f"record: {words}"


@pytest.mark.slow
def test_the_words_stand_where_the_line_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    (home / "inbox").mkdir(parents=True)
    (home / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    settings = Settings.for_home(home, {"IEGUVUMI_KEY_FILE": str(tmp_path / "keys/own.key")})

    def take_in(*_arguments: object) -> None:
        raise ValueError(VALUE)

    monkeypatch.setattr("assets.intake.take_in", take_in)
    assert run_and_print(settings) == 1
    [line] = [line for line in capsys.readouterr().err.splitlines() if line.startswith("ieguvumi:")]
    assert "nothing was released: submissions: unexpected ValueError" in line
    assert "Ozola" not in line
    found = re.search(r"log of run (\w{8})", line)
    assert found is not None
    with dagster_instance(settings.dagster_home) as instance:
        [run] = [run for run in instance.get_runs() if run.run_id.startswith(found[1])]
        assert VALUE in str(instance.all_logs(run.run_id))
    assert settings.dagster_home.stat().st_mode & 0o777 == 0o700
