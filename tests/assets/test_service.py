"""What a service needs: the units are sound, and Dagster's history may lie in PostgreSQL."""

from __future__ import annotations

import runpy
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import dagster as dg
import pytest
import yaml

from assets import jobs
from assets.history import SETTINGS, dagster_instance
from pipeline.home import Settings
from tests.conftest import CommandLine
from tests.postgres_server import postgres_server

ROOT = Path(__file__).parent.parent.parent
UNITS = ROOT / "docs" / "systemd"
EXAMPLE = ROOT / "docs" / "example" / "anorexia.py"

pytestmark = pytest.mark.slow


def test_the_units_are_sound(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("needs systemd-analyze")
    for unit in UNITS.glob("*.service"):
        # The programs are there under another name; this machine has no user of the service.
        text = unit.read_text(encoding="utf-8").replace("User=ieguvumi\n", "")
        for name in ("ieguvumi", "dagster-daemon", "dagster-webserver"):
            text = text.replace(f"/srv/ieguvumi/code/.venv/bin/{name}", shutil.which("true") or "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    units = sorted(tmp_path.glob("*.service"))
    assert len(units) == 3
    done = subprocess.run([program, "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_the_units_start_is_installed() -> None:
    programs = {
        word.rpartition("/")[2]
        for unit in UNITS.glob("*.service")
        for line in unit.read_text(encoding="utf-8").splitlines()
        if line.startswith("Exec")
        for word in line.partition("=")[2].split()[:1]
    }
    assert programs == {"ieguvumi", "dagster-daemon", "dagster-webserver"}
    from importlib.metadata import entry_points

    assert programs <= {found.name for found in entry_points(group="console_scripts")}


@pytest.fixture
def postgres() -> Iterator[int]:
    """The port of a PostgreSQL server of the test's own, with a database `dagster`."""
    if find_spec("dagster_postgres") is None:
        pytest.skip("needs the package dagster-postgres")
    with postgres_server("dagster") as server:
        yield server.port


def test_the_history_may_lie_in_postgres(postgres: int, ieguvumi: CommandLine, tmp_path: Path) -> None:
    home = tmp_path / "home"
    runpy.run_path(str(EXAMPLE))["write_home"](home)
    settings = Settings.for_home(home, {})
    place = {
        "scheme": "postgresql+psycopg2",
        "hostname": "127.0.0.1",
        "port": postgres,
        "db_name": "dagster",
        "username": "dagster",
    }
    storage = {"storage": {"postgres": {"postgres_db": {**place, "password": "none"}}}}
    settings.dagster_home.mkdir()
    (settings.dagster_home / "dagster.yaml").write_text(SETTINGS + yaml.safe_dump(storage), encoding="utf-8")
    release = tmp_path / ieguvumi("run", home, "--debug").stdout.splitlines()[-1]
    assert (release / "research.duckdb").is_file()
    assert not list(settings.dagster_home.rglob("*.db"))
    with dagster_instance(settings.dagster_home) as instance:
        assert type(instance.run_storage).__module__.startswith("dagster_postgres")
        [run] = instance.get_runs()
        assert (run.job_name, run.status) == (jobs.EVERYTHING, dg.DagsterRunStatus.SUCCESS)
        assert instance.get_latest_materialization_event(dg.AssetKey(["release", "release"])) is not None
