"""What tests of several rooms share: the demonstration home, run once through the real pipeline."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, settings

from pipeline.garbage_collection import collect_rarely

collect_rarely()
# As the pipeline does: the matrices are small, and threads inside BLAS cost more than they give.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# `make test` looks at a few examples of each property, `make test-all` (HYPOTHESIS_PROFILE=thorough) at many.
_SHARED = [HealthCheck.function_scoped_fixture]
settings.register_profile("quick", max_examples=6, deadline=None, suppress_health_check=_SHARED)
settings.register_profile("thorough", max_examples=60, deadline=None, suppress_health_check=_SHARED)
settings.register_profile("fuzz", max_examples=10_000, deadline=None, suppress_health_check=_SHARED)
# What comes in is looked at closer: 3 000 examples over six properties, and 60 000 by `make fuzz`.
INTAKE_EXAMPLES = {"quick": 6, "thorough": 500, "fuzz": 10_000}[os.environ.get("HYPOTHESIS_PROFILE", "quick")]
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@dataclass(frozen=True)
class CommandLine:
    """Runs `ieguvumi` as a user does: as a process of its own."""

    environment: dict[str, str]
    folder: Path

    def __call__(self, *arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the command; with `check`, a failure fails the test and shows what was printed."""
        done = subprocess.run(
            [sys.executable, "-m", "assets.command_line", *map(str, arguments)],
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=self.folder,
            check=False,
        )
        if check and done.returncode != 0:
            pytest.fail(f"ieguvumi {' '.join(map(str, arguments))} gave {done.returncode}:\n{done.stderr}")
        return done


def command_line(folder: Path) -> CommandLine:
    """The command line with a key file and a home folder of the test's own."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("IEGUVUMI", "DAGSTER"))},
        "HOME": str(folder),
        "IEGUVUMI_KEY_FILE": str(folder / "key"),
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }
    return CommandLine(environment, folder)


@pytest.fixture
def ieguvumi(tmp_path: Path) -> CommandLine:
    """The command line in a folder of the test's own."""
    return command_line(tmp_path)


@dataclass(frozen=True)
class Demonstration:
    """The demonstration home after one real run."""

    home: Path
    release: Path
    printed: str
    ieguvumi: CommandLine


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """Write the demonstration home and run it: once for all tests, which must not change it.

    Several processes of tests share one run: the first makes it, the others wait for it.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "demonstration"
    folder.mkdir(exist_ok=True)
    ieguvumi, home, printed = command_line(folder), folder / "demo", folder / "printed"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not printed.exists():
            ieguvumi("demo", home)
            printed.write_text(ieguvumi("run", home).stdout, encoding="utf-8")
    text = printed.read_text(encoding="utf-8")
    return Demonstration(home, folder / text.splitlines()[-1], text, ieguvumi)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the file that runs the demonstration first and the others that need its run last: nobody waits for it."""
    needing = {
        item.path
        for item in items
        if isinstance(item, pytest.Function) and "demonstration" in item.fixturenames
    }
    first = min(needing, default=None)
    items.sort(key=lambda item: 0 if item.path == first else 1 + (item.path in needing))


@pytest.fixture(scope="session")
def demonstration_release(demonstration: Demonstration) -> Path:
    """The release that the demonstration's run made."""
    return demonstration.release


@pytest.fixture(scope="session")
def research(demonstration_release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The research database of that release, read-only."""
    connection = duckdb.connect(str(demonstration_release / "research.duckdb"), read_only=True)
    yield connection
    connection.close()
