"""What servers do: runs killed at any moment, stopped while publishing, or two at once; a home that can't be
written; a clock that jumps. A full disk is in `test_publishing.py`, a file that goes in `test_hostile_files.py`.

`make faults` kills 50 times and runs again after each; `make test-all` kills 10 times and runs again at the end.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from assets.history import dagster_instance
from assets.recovery import UNDER_WAY, recover
from pipeline.home import Home, Settings
from pipeline.home_lock import only_run
from pipeline.release.publish import read_manifest, released
from pipeline.release.seal import edited_files, edited_manifests
from tests.assets.small_home import PERSONS, SHEET, answered, write_small_home
from tests.assets.test_by_configuration import write
from tests.assets.test_publishing import NAMESPACE, RUN
from tests.conftest import CommandLine, command_line

pytestmark = pytest.mark.slow  # runs of the main job

KILLS = int(os.environ.get("KILLS", "10"))
RUN_AGAIN_AFTER = 10 if KILLS <= 10 else 1
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1_000_000))
OLD, NEW = "2024.1", "2024.2"
STARTING, REPORTS = "Starting", "Reports …"


@dataclass(frozen=True)
class Begun:
    """A home with a release and something new in its inbox; what an undisturbed run makes of it.

    stages: when an undisturbed run entered each stage, in seconds; seconds: when it ended.
    """

    home: Path
    ieguvumi: CommandLine
    wanted: dict[str, str]
    stages: dict[str, float]
    seconds: float

    def copy(self, folder: Path) -> Path:
        """The home, for one test to break. The key is the same."""
        home = folder / "home"
        shutil.copytree(self.home, home, symlinks=True)
        return home

    def moment(self, moments: random.Random, *, of_reports: bool) -> tuple[str, float]:
        """A random moment of a run: a stage, and seconds since it was entered; as well on a slower machine."""
        moment = moments.uniform(self.stages[REPORTS] if of_reports else 0, self.seconds)
        stage = max((name for name, start in self.stages.items() if start <= moment), key=self.stages.get)  # type: ignore[arg-type]
        return stage, moment - self.stages[stage]


def begin(ieguvumi: CommandLine, home: Path, script: str = RUN) -> subprocess.Popen[str]:
    """Begin a run in a process of its own, by a script that ends in the command line."""
    command = [sys.executable, "-c", script, "run", str(home)]
    return subprocess.Popen(
        command, env=ieguvumi.environment, cwd=home.parent, stdout=-1, stderr=-1, text=True
    )


def wait_for(process: subprocess.Popen[str], stage: str) -> None:
    """Wait until a run enters a stage."""
    assert process.stderr is not None
    if stage != STARTING:
        any(line.strip() == stage for line in process.stderr)


def hashes(home: Path, name: str) -> dict[str, str]:
    tables = read_manifest(home / "releases" / name)["tables"]
    return {table: told["sha256"] for table, told in tables.items()}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    folder = tmp_path_factory.mktemp("faults")
    home, ieguvumi = folder / "home", command_line(folder)
    inbox = write_small_home(home)
    write(inbox / "low_mood-after.csv", SHEET, [answered(n, "2024-01-20", 3 + n % 3) for n in range(20)])
    ieguvumi("run", home)
    rows = [answered(n, "2024-01-20", 3 + n % 3) for n in range(20, PERSONS)]
    write(inbox / "low_mood-after-more.csv", SHEET, [*rows, "person-01,2024-01-20,self,9,9,9"])
    undisturbed = folder / "undisturbed"
    shutil.copytree(home, undisturbed, symlinks=True)
    start, stages = time.monotonic(), {STARTING: 0.0}
    with begin(ieguvumi, undisturbed) as process:
        assert process.stderr is not None
        stages |= {line.strip(): time.monotonic() - start for line in process.stderr}
    assert process.returncode == 0
    return Begun(home, ieguvumi, hashes(undisturbed, NEW), stages, time.monotonic() - start)


def assert_nothing_is_broken(home: Path) -> None:
    """The last release is whole, the record has no row twice and none half, and nobody holds the home."""
    folders = released(Home(home))
    assert [folder.name for folder in folders] in ([OLD], [OLD, NEW])
    assert [edited_files(folder) for folder in folders] == [[] for _ in folders]
    assert edited_manifests(folders) == set()
    latest = home / "releases" / "latest"
    with duckdb.connect(str(latest / "research.duckdb"), read_only=True) as research:
        assert research.execute("SELECT count(*) FROM core.participant").fetchone() == (PERSONS,)
    waited: list[str] = []
    with only_run(home, waited.append):
        assert waited == []


def assert_it_is_as_undisturbed(begun: Begun, home: Path) -> None:
    assert [folder.name for folder in released(Home(home))] == [OLD, NEW]
    assert (home / "releases" / "latest").readlink() == Path(NEW)
    assert hashes(home, NEW) == begun.wanted
    assert {path.name for path in (home / "releases").iterdir()} == {OLD, NEW, "latest"}
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        counted = warehouse.execute(
            "SELECT count(*), count(DISTINCT (submission_id, row, item)) FROM record.answer"
        ).fetchone()
        files = warehouse.execute("SELECT count(*), sum(rows_accepted) FROM record.submission").fetchone()
    answers = 3 * (PERSONS + 20 + PERSONS - 20)
    assert counted == (answers, answers)
    assert files == (4, PERSONS + PERSONS + 20 + PERSONS - 20)
    settings = Settings.for_home(home, {})
    recover(settings)
    with dagster_instance(settings.dagster_home) as instance:
        assert instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY)) == []


def processes_in(folder: Path) -> list[int]:
    """Living processes that work in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink() == folder:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def test_killed_at_random_moments_it_is_as_if_nothing_had_been(begun: Begun, tmp_path: Path) -> None:
    print(f"SEED={SEED} KILLS={KILLS}; an undisturbed run takes {begun.seconds:.1f} s")
    moments, killed = random.Random(SEED), 0  # noqa: S311 - moments, no secrets
    for attempt in range(3 * KILLS):
        home = tmp_path / "home"
        if not home.exists():
            begun.copy(tmp_path)
        stage, later = begun.moment(moments, of_reports=attempt % 3 == 0)
        process = begin(begun.ieguvumi, home)
        wait_for(process, stage)
        time.sleep(later)
        process.kill()
        process.communicate()
        died = process.returncode == -signal.SIGKILL
        killed += died
        print(f"  {'killed' if died else 'ended before'} {later:.1f} s after {stage}")
        assert_its_helpers_end(tmp_path)
        assert_nothing_is_broken(home)
        if not died or killed % RUN_AGAIN_AFTER == 0:
            begun.ieguvumi("run", home)
            assert_nothing_is_broken(home)
            assert_it_is_as_undisturbed(begun, home)
            shutil.rmtree(home)
        if killed == KILLS:
            return
    pytest.fail(f"only {killed} of {attempt + 1} moments lay within the run")


def assert_its_helpers_end(folder: Path) -> None:
    """The processes that make reports end by themselves soon after the run that began them."""
    deadline = time.monotonic() + 20
    while processes_in(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_in(folder) == []


KILLED_BEFORE = """
import os, pathlib, signal
real = {of}.{name}
def killing(first, *rest):
    if "{marked}" in str(first):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(first, *rest)
{of}.{name} = killing
"""
BEFORE_THE_RENAME = KILLED_BEFORE.format(of="pathlib.Path", name="rename", marked=".building")
BEFORE_THE_END = "import dagster._core.events\n" + KILLED_BEFORE.format(
    of="dagster._core.events.DagsterEvent", name="job_success", marked=""
)
BEFORE_THE_LINK = KILLED_BEFORE.format(of="os", name="replace", marked=".building-latest")


def test_stopped_at_each_step_of_publishing_it_leaves_the_old_release(begun: Begun, tmp_path: Path) -> None:
    home = begun.copy(tmp_path)
    process = begin(begun.ieguvumi, home)
    wait_for(process, REPORTS)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in told
    assert_its_helpers_end(tmp_path)
    assert_nothing_is_broken(home)
    assert [folder.name for folder in released(Home(home))] == [OLD]
    for script, there in ((BEFORE_THE_RENAME, [OLD]), (BEFORE_THE_LINK, [OLD, NEW])):
        process = begin(begun.ieguvumi, home, script + RUN)
        process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL
        assert_its_helpers_end(tmp_path)
        assert_nothing_is_broken(home)
        assert [folder.name for folder in released(Home(home))] == there
        assert (home / "releases" / "latest").readlink() == Path(OLD)
    assert begun.ieguvumi("run", home).stdout.startswith("Nothing changed")
    assert_it_is_as_undisturbed(begun, home)


def test_killed_before_the_history_knows_its_end_it_holds_nobody_up(begun: Begun, tmp_path: Path) -> None:
    home = begun.copy(tmp_path)
    process = begin(begun.ieguvumi, home, BEFORE_THE_END + RUN)
    process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL
    assert_nothing_is_broken(home)
    assert begun.ieguvumi("run", home).stdout.startswith("Nothing changed")
    assert_it_is_as_undisturbed(begun, home)


def test_two_runs_at_once_make_one_release(begun: Begun, tmp_path: Path) -> None:
    home = begun.copy(tmp_path)
    both = [begin(begun.ieguvumi, home) for _ in range(2)]
    said = [process.communicate(timeout=300)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum(text.startswith("Nothing changed") for text in said) == 1
    assert_it_is_as_undisturbed(begun, home)


@pytest.mark.skipif(
    shutil.which("unshare") is None
    or subprocess.run([*NAMESPACE, "mount -t tmpfs none /tmp"], capture_output=True, check=False).returncode
    != 0,
    reason="needs a file system of its own, which this machine doesn't allow",
)
def test_a_home_that_can_t_be_written_is_told_in_a_line(begun: Begun, tmp_path: Path) -> None:
    home = begun.copy(tmp_path)
    script = f"""
        mount --bind {home} {home} && mount -o remount,bind,ro {home} &&
        {sys.executable} -c '{RUN}' run {home}; echo "code $?"
        {sys.executable} -c '{RUN}' releases {home}
    """
    done = subprocess.run(
        [*NAMESPACE, script],
        capture_output=True,
        text=True,
        env=begun.ieguvumi.environment,
        check=False,
        cwd=Path.cwd(),
    )
    [line] = [line for line in done.stderr.splitlines() if line.startswith("ieguvumi:")]
    assert "read-only" in line.lower()
    assert str(home) in line
    assert "Traceback" not in done.stderr
    assert "code 2" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1].startswith(OLD)
    assert_nothing_is_broken(home)


CLOCK = """
import datetime, itertools, time
from assets import clock
real, today, days = time.time, clock.today, itertools.cycle([0, 400, -4000, 1])
time.time = lambda: real() + 86_400 * next(days)
clock.today = lambda calendar: today(calendar) + datetime.timedelta(days=next(days))
"""


def test_a_clock_that_jumps_changes_no_figure(begun: Begun, tmp_path: Path) -> None:
    home = begun.copy(tmp_path)
    process = begin(begun.ieguvumi, home, CLOCK + RUN)
    _, told = process.communicate(timeout=300)
    assert process.returncode == 0, told
    folders = released(Home(home))
    assert [folder.name for folder in folders] == [OLD, NEW]
    assert (home / "releases" / "latest").readlink() == Path(NEW)
    assert edited_manifests(folders) == set()
    assert read_manifest(folders[1])["previous"]["release"] == OLD
    assert figures(hashes(home, NEW)) == figures(begun.wanted)


def figures(tables: dict[str, str]) -> dict[str, str]:
    return {table: told for table, told in tables.items() if table.startswith(("core.", "mart."))}
