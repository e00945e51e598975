"""The main job from an installed wheel, outside the checkout: SQL, YAML, CSV, templates, catalogues are in it."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "docs" / "example" / "anorexia.py"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with its own backend and unpack it as an installer does."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [wheel] = folder.glob("*.whl")
    target = folder / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def run_installed(installed: Path, folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("IEGUVUMI", "DAGSTER"))},
        "PYTHONPATH": str(installed),
        "IEGUVUMI_KEY_FILE": str(folder / "key"),
        "HOME": str(folder),
    }
    return subprocess.run(
        [sys.executable, "-m", "assets.command_line", *map(str, arguments)],
        env=environment, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_wheel_stands_before_the_checkout(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import assets, sql; print(assets.__file__, sql.__file__)"],
        env={**os.environ, "PYTHONPATH": str(installed)}, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert all(path.startswith(str(installed)) for path in done.stdout.split())


def test_a_home_runs_from_the_installed_wheel(installed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    runpy.run_path(str(EXAMPLE))["write_home"](home)
    done = run_installed(installed, tmp_path, "run", home)
    assert done.returncode == 0, done.stderr
    release = tmp_path / done.stdout.splitlines()[-1]
    with duckdb.connect(str(release / "research.duckdb"), read_only=True) as research:
        assert research.execute("SELECT count(*) FROM core.score WHERE scored").fetchone() == (144,)
    assert (release / "reports" / "anorexia.lv.pdf").read_bytes().startswith(b"%PDF")


def test_the_demonstration_is_written_from_the_installed_wheel(installed: Path, tmp_path: Path) -> None:
    done = run_installed(installed, tmp_path, "demo", tmp_path / "demo")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "demo" / "evaluation.yaml").is_file()
