"""A home whose warehouse is a lake, with a real PostgreSQL: the release of a file, several writers and readers."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from assets.history import dagster_instance
from pipeline.erasure.databases import rows_in
from pipeline.erasure.persons import Persons
from pipeline.home import Settings
from pipeline.identity import load_key, pseudonym
from pipeline.warehouse import NOT_TIDIED, Warehouse
from tests.assets.small_home import PERSONS, PLAN, name, write_small_home
from tests.assets.test_forgetting import places_of
from tests.conftest import CommandLine, command_line
from tests.pipeline.test_warehouse import members
from tests.postgres_server import Server, postgres_server

pytestmark = pytest.mark.slow  # a server and several runs of the main job

PASSWORD = "of-the-test"  # noqa: S105 - of a server that lives as long as the tests
LINE = "warehouse: ducklake\n"
YEARS = ("small", "later")
TABLE = "core.evaluation_member"
ROWS, TIMES = 500, 15


@dataclass(frozen=True)
class LakeHome:
    """A home that was run once into a lake, and the same home with a file."""

    server: Server
    ieguvumi: CommandLine
    home: Path
    beside: Path

    @property
    def settings(self) -> Settings:
        return Settings.for_home(self.home, self.ieguvumi.environment)

    def script(self, code: str, *arguments: str) -> subprocess.Popen[str]:
        """Another process that runs some Python; `settings` are those of the home."""
        head = """
            import sys, time, logging
            from pathlib import Path
            import polars as pl
            from pipeline.home import Settings
            from pipeline.table_parts import Part
            from pipeline.warehouse import Warehouse
            from tests.pipeline.test_warehouse import members
            settings = Settings.for_home(Path(sys.argv[1]))
        """
        text = textwrap.dedent(head) + textwrap.dedent(code)
        return subprocess.Popen(
            [sys.executable, "-c", text, str(self.home), *arguments],
            env=self.ieguvumi.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip


def tables_of(home: Path) -> dict[str, str]:
    """The hash of each table of the latest release but that which says what it was made from."""
    manifest = json.loads((home / "releases" / "latest" / "manifest.json").read_text(encoding="utf-8"))
    return {table: of["sha256"] for table, of in manifest["tables"].items() if table != "meta.run"}


def two_years() -> str:
    """The small home's plan with its evaluation twice: this year's and the next's, of the same persons."""
    head, evaluation = PLAN.split("evaluations:\n")
    later = evaluation.replace("id: small", "id: later").replace(
        "reporting_year: 2024", "reporting_year: 2025"
    )
    return f"{head}evaluations:\n{evaluation}{later}"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LakeHome]:
    folder = tmp_path_factory.mktemp("lake")
    with postgres_server("programme", PASSWORD) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", PASSWORD)  # for connections of this process; libpq reads it by itself
        server.psql(
            f"CREATE ROLE researcher LOGIN PASSWORD '{PASSWORD}'",
            "ALTER DEFAULT PRIVILEGES FOR ROLE programme GRANT USAGE ON SCHEMAS TO researcher",
            "ALTER DEFAULT PRIVILEGES FOR ROLE programme GRANT SELECT ON TABLES TO researcher",
        )
        plain = command_line(folder)
        environment = {
            **plain.environment,
            "IEGUVUMI_CATALOGUE": server.address,
            "IEGUVUMI_LAKE": str(folder / "shared" / "lake"),
            "PGPASSWORD": PASSWORD,
        }
        made = LakeHome(server, replace(plain, environment=environment), folder / "lake", folder / "file")
        for home, plan in ((made.home, two_years() + LINE), (made.beside, two_years())):
            write_small_home(home)
            (home / "evaluation.yaml").write_text(plan, encoding="utf-8")
            made.ieguvumi("run", home)
        yield made


def test_a_release_from_a_lake_is_that_from_a_file(lake: LakeHome) -> None:
    assert tables_of(lake.home) == tables_of(lake.beside)
    assert len(tables_of(lake.home)) > 50
    assert not (lake.home / "warehouse.duckdb").exists()
    assert (lake.beside / "warehouse.duckdb").exists()


def test_a_release_stands_though_the_lake_could_not_be_tidied(lake: LakeHome) -> None:
    """The catalogue lacks a table that only tidying needs."""
    table, away = "ducklake_files_scheduled_for_deletion", "away"
    lake.server.psql(f"ALTER TABLE ieguvumi.{table} RENAME TO {away}")
    try:
        ended = lake.ieguvumi("run", lake.home, "--force")
    finally:
        lake.server.psql(f"ALTER TABLE ieguvumi.{away} RENAME TO {table}")
    assert ended.stdout.splitlines()[-1].endswith((lake.home / "releases" / "latest").resolve().name)
    with dagster_instance(lake.settings.dagster_home) as instance:
        [run] = instance.get_run_records(limit=1)
        told = [entry.user_message for entry in instance.all_logs(run.dagster_run.run_id)]
    assert len([line for line in told if line.startswith(NOT_TIDIED)]) == 1


def wait_for(word: str, process: subprocess.Popen[str]) -> None:
    """Wait until a process says a word; DuckDB may print an empty line before it."""
    assert process.stdout is not None
    said = ""
    while not said:
        line = process.stdout.readline()
        assert line, process.communicate()
        said = line.strip()
    assert said == word


WRITER = f"""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    evaluation = sys.argv[2]
    with Warehouse.open(settings.warehouse) as warehouse:
        print("ready", flush=True)
        rows = members(*((evaluation, f"p{{n:04}}") for n in range({ROWS})))
        for number in range({TIMES}):
            state = rows.with_columns(pl.col("first_day").dt.offset_by(f"{{number}}d"))
            warehouse.write("{TABLE}", state, Part("evaluation", [evaluation]))
"""
READER = f"""
    import duckdb
    from pipeline.database import load_extension
    with duckdb.connect() as reader:
        for extension in ("httpfs", "postgres_scanner", "ducklake"):
            load_extension(reader, extension, "a reader")
        address = f"{{sys.argv[2]}} user=researcher"
        reader.execute(f"ATTACH 'ducklake:postgres:{{address}}' AS lake (READ_ONLY, METADATA_SCHEMA 'ieguvumi')")
        print("ready", flush=True)
        states = set()
        while (Path(sys.argv[1]) / "writing").exists():
            states |= set(reader.execute(
                "SELECT evaluation, count(*), count(DISTINCT first_day), min(first_day) "
                "FROM lake.{TABLE} GROUP BY evaluation").fetchall())
        for state in sorted(states):
            print(*state)
"""


def test_two_writers_of_different_years_and_readers_at_once(lake: LakeHome) -> None:
    """Each read sees a whole state of each year; all that was written stands."""
    with Warehouse.open(lake.settings.warehouse) as warehouse:
        warehouse.write(TABLE, members(*((year, f"p{n:04}") for year in YEARS for n in range(ROWS))))
    (lake.home / "writing").touch()
    readers = [lake.script(READER, lake.server.address) for _ in range(2)]
    for reader in readers:
        wait_for("ready", reader)
    writers = [lake.script(WRITER, year) for year in YEARS]
    retried = 0
    for writer in writers:
        _, told = writer.communicate(timeout=300)
        assert writer.returncode == 0, told
        retried += told.count("another run wrote to it first")
    (lake.home / "writing").unlink()
    seen = []
    for reader in readers:
        printed, told = reader.communicate(timeout=60)
        assert reader.returncode == 0, told
        seen += [line.split() for line in printed.splitlines()]
    print(f"{len(seen)} states seen, transactions tried again: {retried}")
    assert {tuple(state[1:3]) for state in seen} == {(str(ROWS), "1")}
    assert len({tuple(state) for state in seen}) > len(YEARS)  # they did read while it was written
    with Warehouse.open(lake.settings.warehouse, read_only=True) as warehouse:
        last = warehouse.query(
            f"SELECT evaluation, count(*), min(first_day)::VARCHAR FROM {TABLE} GROUP BY 1"
        )
    assert set(last.rows()) == {(year, ROWS, f"2020-01-{TIMES:02}") for year in YEARS}


def test_a_reader_can_change_nothing(lake: LakeHome) -> None:
    with Warehouse.open(lake.settings.warehouse, read_only=True) as warehouse, pytest.raises(duckdb.Error):
        warehouse.connection.execute(f"DELETE FROM {TABLE}")


KILLED = f"""
    with Warehouse.open(settings.warehouse) as warehouse:
        def parts():
            yield members(("small", "p1"))
            print("inside", flush=True)
            time.sleep(600)
        warehouse.write_parts("{TABLE}", parts())
"""


def test_a_killed_writer_leaves_the_lake_as_it_was(lake: LakeHome) -> None:
    before = members(("small", "p1"), ("later", "p2"))
    with Warehouse.open(lake.settings.warehouse) as warehouse:
        warehouse.write(TABLE, before)
    killed = lake.script(KILLED)
    wait_for("inside", killed)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    with Warehouse.open(lake.settings.warehouse) as warehouse:
        assert (
            warehouse.read(TABLE)
            .sort("evaluation", descending=True)
            .equals(before.select(warehouse.read(TABLE).columns))
        )
        warehouse.write(TABLE, members(("small", "p3")))
        assert warehouse.read(TABLE)["participant_id"].to_list() == ["p3"]


EVALUATE = """
    import os
    import dagster as dg
    from assets.history import dagster_instance
    from tests.assets.evaluate_job import evaluate
    os.environ["IEGUVUMI_HOME"] = sys.argv[1]
    with dagster_instance(settings.dagster_home) as instance:
        how = {"execution": {"config": {"max_concurrent": 2, "start_method": {"forkserver": {}}}}}
        marts = [dg.AssetKey(mart.split(".")) for mart in sys.argv[3:]]
        with dg.execute_job(dg.reconstructable(evaluate), instance, run_config=how, asset_selection=marts,
                            tags={"dagster/partition": sys.argv[2]}) as result:
            assert result.success
            processes = {event.pid for event in result.all_events if event.is_step_success}
            steps = sum(event.is_step_success for event in result.all_events)
            print(steps, len(processes))
"""


EVALUATED = ("mart.score_change", "mart.score_level", "mart.participant_flow")


def marts_of(lake: LakeHome) -> dict[str, list[tuple[object, ...]]]:
    with Warehouse.open(lake.settings.warehouse, read_only=True) as warehouse:
        tables = [
            row[0]
            for row in warehouse.query(
                "SELECT 'mart.' || table_name FROM duckdb_tables() WHERE schema_name = 'mart' "
                "AND database_name = current_database()"
            ).rows()
        ]
        return {table: warehouse.query(f"SELECT * FROM {table} ORDER BY ALL").rows() for table in tables}


def test_two_reports_are_evaluated_side_by_side_in_processes_of_their_own(lake: LakeHome) -> None:
    """The job `evaluate` for two partitions at once, each with a process a step, gives the marts of one run."""
    lake.ieguvumi("run", lake.home, "--force")
    before = marts_of(lake)
    with Warehouse.open(lake.settings.warehouse) as warehouse:
        for table in EVALUATED:
            warehouse.connection.execute(f"DELETE FROM {table}")
    runs = [lake.script(EVALUATE, year, *EVALUATED) for year in YEARS]
    for run in runs:
        printed, told = run.communicate(timeout=900)
        assert run.returncode == 0, told[-3000:]
        steps, processes = printed.splitlines()[-1].split()  # what the steps print comes before
        assert int(steps) == int(processes) >= len(EVALUATED)  # their checks are steps too
    assert marts_of(lake) == before


def test_forgetting_leaves_nothing_of_a_person(lake: LakeHome) -> None:
    """Neither in the catalogue, which knows the first value of each column, nor in a file, nor in the home."""
    lake.ieguvumi("run", lake.home, "--force")
    key = load_key(lake.settings.key_file)
    first, person = min((pseudonym(name(n), key), name(n)) for n in range(PERSONS))
    folder = Path(lake.ieguvumi.environment["IEGUVUMI_LAKE"])
    files = set(folder.rglob("*.parquet"))
    assert first in lake.server.dumped()
    lake.ieguvumi("forget", lake.home, person, "--yes")
    assert first not in lake.server.dumped()
    assert files
    assert not any(file.exists() for file in files)
    assert rows_in(lake.settings.warehouse, Persons(frozenset([first]), key=key)) == {}
    assert places_of(lake.home, [first, person]) == []
    as_researcher = "SET ROLE researcher"  # who was let in is let into the new lake
    assert "lake-2" in lake.server.psql(as_researcher, "SELECT value FROM ieguvumi.ducklake_metadata")
    lake.ieguvumi("run", lake.home)
    assert first not in lake.server.dumped()


def test_a_home_moves_from_its_file_into_a_lake(lake: LakeHome, tmp_path: Path) -> None:
    """What was recorded stays, though nothing of it lies in the inbox any more."""
    lake.server.psql("CREATE DATABASE other")
    address = lake.server.address.replace("dbname=programme", "dbname=other")
    environment = {
        **lake.ieguvumi.environment, "IEGUVUMI_CATALOGUE": address, "IEGUVUMI_LAKE": str(tmp_path / "other"),
    }  # fmt: skip
    before = tables_of(lake.beside)
    for path in (lake.beside / "inbox" / "town").iterdir():
        path.unlink()
    with (lake.beside / "evaluation.yaml").open("a", encoding="utf-8") as plan:
        plan.write(LINE)
    replace(lake.ieguvumi, environment=environment)("run", lake.beside)
    after = tables_of(lake.beside)
    assert {table for table in before if before[table] != after[table]} <= {"meta.hidden_cell"}
    assert not (lake.beside / "warehouse.duckdb").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"IEGUVUMI_CATALOGUE": "host=127.0.0.1 port=1 dbname=x user=x"},
            "PostgreSQL can't be reached: .*refused",
        ),
        ({"PGPASSWORD": "another"}, "PostgreSQL can't be reached: .*password authentication failed"),
        ({"IEGUVUMI_CATALOGUE": "nonsense"}, "IEGUVUMI_CATALOGUE: the catalogue can't be used"),
        (
            {"IEGUVUMI_LAKE": "/another/folder"},
            "/another/folder: the catalogue is of a lake whose data are in",
        ),
    ],
)
def test_what_is_wrong_is_told_in_a_line(lake: LakeHome, changed: dict[str, str], said: str) -> None:
    wrong = replace(lake.ieguvumi, environment={**lake.ieguvumi.environment, **changed})
    done = wrong("run", lake.home, check=False)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith("ieguvumi: ")
    assert PASSWORD not in line
    assert re.search(said, line), line
