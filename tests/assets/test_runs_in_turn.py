"""Runs in turn: two at once, one that was killed, one that goes on from its failed step, five years at once."""

from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from assets import clock, jobs
from assets.definitions import build_definitions
from assets.history import BATCH_SIZE, dagster_instance
from assets.recovery import recover, sign_of
from assets.reporting import range_tags, report_keys, stretches, survey_key
from assets.running import QUIET, run_job
from pipeline.home import Home, Settings
from pipeline.home_lock import give_sign_of_life, is_alive, only_run
from pipeline.release.fingerprint import fingerprint
from tests.assets.yearly_home import PLAN
from tests.conftest import CommandLine

EXAMPLE = Path(__file__).parent.parent.parent / "docs" / "example" / "anorexia.py"
KEYS = ["annual-2020", "annual-2021", "stakeholders-2020", "stakeholders-2021", "stakeholders-2022"]
HOLD = """
import sys, time
from pathlib import Path
from pipeline.home_lock import only_run
with only_run(Path(sys.argv[1]), print):
    print("holds", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@contextmanager
def another_run(home: Path, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Another process that works on the home for a while."""
    command = [sys.executable, "-c", HOLD, str(home), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holds\n"
        yield process


def test_the_second_run_waits_and_says_so_in_a_line(tmp_path: Path) -> None:
    said: list[str] = []
    with another_run(tmp_path, 1.0) as other, only_run(tmp_path, said.append):
        assert other.wait(timeout=10) == 0
    [line] = said
    assert line.startswith("another run is working on ")
    assert line.endswith("; this one waits for it")


@pytest.mark.slow  # processes that wait for each other
def test_the_command_line_waits_for_another_run_and_says_so(ieguvumi: CommandLine, tmp_path: Path) -> None:
    home = tmp_path / "home"
    yearly_home(home)
    release = home / "releases" / "2024.1"
    release.mkdir(parents=True)
    manifest = {"fingerprint": fingerprint(Home(home))}
    (release / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (home / "releases" / "latest").symlink_to("2024.1")
    command = [sys.executable, "-m", "assets.command_line", "run", str(home)]
    with (
        another_run(home, 600) as other,
        subprocess.Popen(
            command, env=ieguvumi.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as second,
    ):
        assert second.stdout is not None
        assert second.stderr is not None
        told = second.stderr.readline()
        other.kill()
        said = second.stdout.read()
    assert told.startswith("ieguvumi: another run is working on home since ")
    assert told.endswith("; this one waits for it\n")
    assert said.startswith("Nothing changed since the latest release")


def test_a_killed_run_holds_nobody_up(tmp_path: Path) -> None:
    with another_run(tmp_path, 60) as other:
        other.send_signal(signal.SIGKILL)
    said: list[str] = []
    with only_run(tmp_path, said.append):
        assert said == []


def test_a_living_run_stays_and_a_killed_one_is_marked_as_failed(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    settings = Settings.for_home(tmp_path / "home", {})
    with dagster_instance(settings.dagster_home) as instance:
        job = dg.GraphDefinition("empty").to_job()
        runs = [instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED) for _ in range(3)]
    living, killed, young = (sign_of(settings.dagster_home, run.run_id) for run in runs)
    killed.parent.mkdir(parents=True, exist_ok=True)
    killed.touch()
    ended = sign_of(settings.dagster_home, "run-that-the-history-does-not-know")
    ended.touch()
    give_sign_of_life(living)
    assert recover(settings) == [runs[1].run_id]
    assert is_alive(living)
    assert sorted(killed.parent.iterdir()) == [living], "what ended leaves no sign"
    with dagster_instance(settings.dagster_home) as instance:
        statuses = [instance.get_run_by_id(run.run_id).status for run in runs]  # type: ignore[union-attr]
    started, failed = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.FAILURE
    assert statuses == [started, failed, started]
    assert is_alive(young) is None


def test_a_run_gives_a_sign_of_life_before_it_begins_and_until_the_history_knows_its_end(
    tmp_path: Path,
) -> None:
    (tmp_path / "home").mkdir()
    settings, seen = Settings.for_home(tmp_path / "home", {}), []

    def alive(run_id: str) -> bool | None:
        return is_alive(sign_of(settings.dagster_home, run_id))

    @dg.op
    def looks() -> None:
        seen.append(alive(dg.OpExecutionContext.get().run_id))

    @dg.job
    def looking() -> None:
        looks()

    with dagster_instance(settings.dagster_home) as instance:
        assert run_job(settings, dg.Definitions(jobs=[looking]), instance, "looking", {}).released
        [run] = instance.get_runs()
    assert seen == [True]
    assert alive(run.run_id), "the sign is the process's, not the run's: there is no moment without one"


def test_neighbouring_partitions_are_one_run() -> None:
    assert stretches(KEYS, ["stakeholders-2021", "annual-2020", "stakeholders-2020"]) == [
        ["annual-2020"],
        ["stakeholders-2020", "stakeholders-2021"],
    ]
    assert stretches(KEYS, KEYS) == [KEYS]


class BrokenPressError(Exception):
    """The press broke down."""


PRESS = {"broken": False}


def everything() -> dg.JobDefinition:
    """The main job of the home that the environment names, with a press that may break down."""

    def listener(table: str) -> None:
        if PRESS["broken"] and table.startswith("reports."):
            raise BrokenPressError

    definitions = build_definitions(Settings.from_environment(), listener)
    return definitions.resolve_job_def(jobs.EVERYTHING)


@pytest.mark.slow
def test_a_run_goes_on_from_its_failed_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runpy.run_path(str(EXAMPLE))["write_home"](tmp_path / "home")
    monkeypatch.setenv("IEGUVUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("IEGUVUMI_KEY_FILE", str(tmp_path / "key"))
    settings = Settings.from_environment()
    plan = settings.home.plan()
    tags, job = range_tags(report_keys(plan, clock.today(plan.calendar))), dg.reconstructable(everything)
    with dagster_instance(settings.dagster_home) as instance:
        monkeypatch.setitem(PRESS, "broken", True)
        with dg.execute_job(job, instance, run_config=QUIET, tags=tags) as first:
            assert not first.success
        assert settings.home.latest_release() is None
        monkeypatch.setitem(PRESS, "broken", False)
        options = dg.ReexecutionOptions.from_failure(first.run_id, instance)
        with dg.execute_job(job, instance, run_config=QUIET, tags=tags, reexecution_options=options) as again:
            assert again.success
            done = {event.step_key for event in again.filter_events(lambda event: event.is_step_success)}
    assert done == {"release__reports", "release__release"}
    release = settings.home.latest_release()
    assert release is not None
    assert (release / "research.duckdb").is_file()
    assert (release / "reports" / "anorexia.en.pdf").is_file()


def yearly_home(folder: Path) -> None:
    """A home of five years: an evaluation and a survey each year, and nothing but surveys in the inbox."""
    folder.mkdir()
    plan = "languages: [en]\n" + PLAN.replace("2022", "2020").replace("2023", "2024")
    (folder / "evaluation.yaml").write_text(plan, encoding="utf-8")
    sender = folder / "inbox" / "evaluators"
    sender.mkdir(parents=True)
    for year in range(2020, 2025):
        answers = [f"r{n},{year},staff,Liepāja,{1 + (n + year) % 5}" for n in range(8)]
        lines = ["respondent_id,year,role,municipality,q1", *answers]
        (sender / f"stakeholders-{year}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def surveyed(release: Path) -> dict[int, int]:
    with duckdb.connect(str(release / "research.duckdb"), read_only=True) as database:
        rows = database.execute("SELECT year, count(*) FROM mart.stakeholder_change GROUP BY year").fetchall()
    return dict(rows)


@pytest.mark.slow
def test_five_years_are_filled_in_from_the_command_line(ieguvumi: CommandLine, tmp_path: Path) -> None:
    home = tmp_path / "home"
    yearly_home(home)
    done = ieguvumi("run", home, "--years", "2020-2024")
    release = tmp_path / done.stdout.splitlines()[-1]
    assert surveyed(release) == dict.fromkeys(range(2020, 2025), 1)
    settings = Settings.for_home(home, {})
    with dagster_instance(settings.dagster_home) as instance:
        evaluated = instance.get_runs(dg.RunsFilter(job_name=jobs.EVALUATE))
        filled = instance.get_materialized_partitions(dg.AssetKey(["mart", "stakeholder_change"]))
    # Neighbours are one run: five evaluations and five surveys follow one another.
    assert len(evaluated) == 1
    assert {f"annual-{year}" for year in range(2020, 2025)} <= filled
    assert {survey_key(year) for year in range(2020, 2025)} <= filled


@pytest.mark.slow
def test_last_years_file_sent_again_changes_nothing(ieguvumi: CommandLine, tmp_path: Path) -> None:
    home = tmp_path / "home"
    yearly_home(home)
    first = tmp_path / ieguvumi("run", home).stdout.splitlines()[-1]
    sender = home / "inbox" / "evaluators"
    (sender / "stakeholders-2025.csv").write_bytes((sender / "stakeholders-2023.csv").read_bytes())
    second = tmp_path / ieguvumi("run", home).stdout.splitlines()[-1]
    tables = [json.loads((release / "manifest.json").read_text())["tables"] for release in (first, second)]
    marts = [{name: table for name, table in found.items() if name.startswith("mart.")} for found in tables]
    assert marts[0] == marts[1]


@pytest.mark.slow
def test_an_unknown_role_is_named_with_its_row(ieguvumi: CommandLine, tmp_path: Path) -> None:
    home = tmp_path / "home"
    yearly_home(home)
    survey = home / "inbox" / "evaluators" / "stakeholders-2024.csv"
    text = survey.read_text(encoding="utf-8")
    survey.write_text(text.replace("r3,2024,staff", "r3,2024,neighbour"), encoding="utf-8")
    done = ieguvumi("check", home, check=False)
    assert done.returncode == 1
    [line] = [line for line in done.stdout.splitlines() if "role" in line]
    assert "row 5" in line
    assert "staff" in line
    assert "provider" in line


def test_years_that_are_none_are_refused(ieguvumi: CommandLine, tmp_path: Path) -> None:
    done = ieguvumi("run", tmp_path, "--years", "2024-2020", check=False)
    assert done.returncode == 2
    assert "is no range of years" in done.stderr


def test_events_come_in_batches_to_runs_of_this_process_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is started from here later, such as the interface, shows each event as it comes."""
    monkeypatch.delenv(BATCH_SIZE, raising=False)
    with dagster_instance(tmp_path):
        assert int(os.environ[BATCH_SIZE]) > 1
    assert BATCH_SIZE not in os.environ
