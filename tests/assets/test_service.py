"""What a service needs: the units are sound, and Dagster's history may lie in PostgreSQL."""

from __future__ import annotations

import os
import runpy
import shutil
import socket
import subprocess
import tempfile
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
    found = shutil.which("pg_ctl") or next(
        (str(path) for path in Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")), None
    )
    if found is None:
        pytest.skip("needs PostgreSQL's server (Debian: postgresql)")
    if find_spec("dagster_postgres") is None:
        pytest.skip("needs the package dagster-postgres")
    programs = Path(found).resolve().parent
    # The server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"

    def run(*command: str | Path) -> None:
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

    try:
        run(programs / "initdb", "-D", data, "-U", "dagster", "-A", "trust", "--no-sync")
        options = f"-p {port} -h 127.0.0.1 -k {folder}"
        run(programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        try:
            run(programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "dagster", "dagster")
            yield port
        finally:
            run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
