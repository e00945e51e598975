"""Forgetting a person, through the real command: no byte of them is left anywhere in the home.

On a small home whose files come in every format, with two releases, a correction, a workbook for the sender, and an
event of Dagster's that names them.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pyreadstat
import pytest

from assets.history import dagster_instance
from pipeline.disclosure.rules import RULES
from pipeline.home import Home, Settings
from pipeline.identity import load_key, pseudonym
from pipeline.release.publish import read_manifest, released
from pipeline.release.seal import edited_files, edited_manifests
from pipeline.schemas import MART
from tests.assets.small_home import PERSONS, SHEET, answered, name, write_small_home
from tests.assets.test_by_configuration import write
from tests.conftest import CommandLine, command_line
from tests.pipeline.submissions.test_reading_files import ods, workbook

pytestmark = pytest.mark.slow  # runs of the main job

NUMBER = 7
ERASED = name(NUMBER)
CORRECTIONS = "".join(
    f"""\
- table: participants
  where: {{participant: {name(n)}}}
  expect: {{sex: {"fm"[n % 2]}}}
  set: {{sex: {"mf"[n % 2]}}}
  reason: checked against the form
  reported: 2024-02-01
"""
    for n in (NUMBER, NUMBER + 1)
)
DATABASE_KEY = "0123456789abcdef0123456789abcdef"


def write_home(home: Path, left_out: int | None = None) -> Path:
    """A small home whose every file names the person; without somebody where asked for. Gives the sender's folder.

    The answers after the programme come in every format, all the same: the later file stands.
    """
    inbox = write_small_home(home)
    persons = [n for n in range(PERSONS) if n != left_out]
    if left_out is not None:
        for path in inbox.iterdir():
            path.write_text("".join(_lines_without(path, name(left_out))), encoding="utf-8")
    head = SHEET.split(",")
    rows = [answered(n, "2024-01-20", 3 + n % 3).split(",") for n in persons]
    text = "\r\n".join(";".join(row) for row in [head, *rows])
    (inbox / "low_mood-after-a.csv").write_bytes(text.encode("utf-16"))
    (inbox / "low_mood-after-b.xlsx").write_bytes(workbook([head, *rows]))
    (inbox / "low_mood-after-c.ods").write_bytes(ods([head, *rows]))
    frame = pl.DataFrame(rows, schema=head, orient="row")
    frame.write_parquet(inbox / "low_mood-after-d.parquet")
    pyreadstat.write_sav(frame, str(inbox / "low_mood-after-e.sav"))
    wrong = [f"{name(n)},2024-01-20,self,9,9,9" for n in (NUMBER, NUMBER + 1) if n != left_out]
    write(inbox / "low_mood-wrong.csv", SHEET, wrong)
    corrections = CORRECTIONS if left_out is None else CORRECTIONS[len(CORRECTIONS) // 2 :]
    (home / "corrections.yaml").write_text(corrections, encoding="utf-8")
    return inbox


def _lines_without(path: Path, person: str) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return [line for line in lines if not line.startswith(f"{person},")]


def parts(content: bytes) -> Iterator[bytes]:
    """A file's bytes, and those of each of its parts unpacked."""
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from parts(archive.read(member))


def columns(path: Path) -> Iterator[str]:
    """Every text in a Parquet file or DuckDB database."""
    if path.suffix == ".parquet":
        for column in pl.read_parquet(path):
            yield from column.cast(pl.String).drop_nulls()
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as database:
            tables = database.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
            for schema, table in tables:
                for row in database.execute(f'SELECT * FROM {schema}."{table}"').fetchall():
                    yield from (str(value) for value in row if value is not None)


def places_of(home: Path, texts: list[str]) -> list[tuple[str, str]]:
    """Where any of some texts stands in a home, by file."""
    needles = [(text, text.encode(code)) for text in texts for code in ("utf-8", "utf-16-le", "utf-16-be")]
    found = set()
    for path in sorted(path for path in home.rglob("*") if path.is_file()):
        relative = path.relative_to(home).as_posix()
        found |= {
            (relative, text)
            for part in parts(path.read_bytes())
            for text, needle in needles
            if needle in part
        }
        found |= {(relative, text) for text in texts if text in relative}
        if path.suffix in (".parquet", ".duckdb"):
            found |= {(relative, text) for value in columns(path) for text in texts if text in value}
    return sorted(found)


def figures(release: Path) -> dict[str, list[tuple[object, ...]]]:
    """The rows of the marts as the research database has them, without what disclosure control says of them."""
    with duckdb.connect(str(release / "research.duckdb"), read_only=True) as research:
        return {
            table: research.execute(
                f"SELECT COLUMNS(c -> c NOT IN ('suppressed', 'reason')) FROM {table} ORDER BY ALL"
            ).fetchall()
            for table in MART
        }


def assert_nothing_new_is_published(earlier: Path, later: Path) -> None:
    """The figures that both public databases show are the same: nothing follows from their difference."""
    with duckdb.connect() as both:
        for name, release in (("earlier", earlier), ("later", later)):
            both.execute(f"ATTACH '{release / 'public' / 'public.duckdb'}' AS {name} (READ_ONLY)")
        shown_before = 0
        for table, rules in RULES.items():
            if rules.way == "no_cells":
                continue
            key = ", ".join(MART[table].primary_key())
            for figure in rules.figures:
                [[shown, other]] = both.execute(
                    f"SELECT count(e.{figure}), count(*) FILTER (e.{figure} <> l.{figure}) "
                    f"FROM earlier.{table} AS e JOIN later.{table} AS l USING ({key})"
                ).fetchall()
                assert other == 0, (table, figure)
                shown_before += shown
    assert shown_before > 0


def open_to_everybody(home: Path) -> dict[str, bytes]:
    """What of the releases is for everybody, by path."""
    paths = [path for path in home.glob("releases/2*/**/*") if path.is_file()]
    shown = [
        p for p in paths if p.name not in ("research.duckdb", "manifest.json") and "restricted" not in p.parts
    ]
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in shown}


@dataclass(frozen=True)
class Erasure:
    """A home with two releases, before and after somebody was forgotten."""

    home: Path
    ieguvumi: CommandLine
    before: Path
    said: str

    @property
    def pseudonym(self) -> str:
        return pseudonym(ERASED, load_key(self.home.parent / "key"))


@contextmanager
def private_files() -> Iterator[None]:
    """Files made meanwhile are for their owner alone, as the command line makes them."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@pytest.fixture(scope="module")
def erasure(tmp_path_factory: pytest.TempPathFactory) -> Erasure:
    folder = tmp_path_factory.mktemp("forgetting")
    home, ieguvumi = folder / "home", command_line(folder)
    write_home(home)
    ieguvumi("run", home)
    ieguvumi("run", home, "--force")
    ieguvumi("return", home, "town", "--language", "en")
    theirs = pseudonym(ERASED, load_key(folder / "key"))
    with private_files(), dagster_instance(Settings.for_home(home, {}).dagster_home) as instance:
        run = instance.create_run_for_job(dg.GraphDefinition("empty").to_job())
        instance.report_engine_event(f"a row of {theirs}", run)
    shutil.copytree(home, folder / "before", symlinks=True)
    done = ieguvumi("forget", home, ERASED, "--yes")
    return Erasure(home, ieguvumi, folder / "before", done.stdout)


def test_every_store_named_them_before(erasure: Erasure) -> None:
    named = {path for path, _ in places_of(erasure.before, [ERASED, erasure.pseudonym])}
    inbox = {
        f"inbox/town/low_mood-after-{part}" for part in ("a.csv", "b.xlsx", "c.ods", "d.parquet", "e.sav")
    }
    assert named >= inbox | {
        "inbox/town/participants.csv",
        "corrections.yaml",
        "warehouse.duckdb",
        "releases/2024.1/research.duckdb",
        "releases/2024.2/research.duckdb",
        "rejected/town.xlsx",
        "rejected/town/low_mood-wrong.csv",
        "returned/town.en.xlsx",
    }
    assert any(path.startswith(".dagster/") for path in named)


def test_no_byte_of_them_is_left(erasure: Erasure) -> None:
    assert places_of(erasure.home, [ERASED, erasure.pseudonym]) == []
    for store in ("inbox/town/participants.csv", "releases/2024.1: ", "corrections.yaml: 1", "returned/town"):
        assert store in erasure.said


def test_others_stay(erasure: Erasure) -> None:
    other = pseudonym(name(NUMBER + 1), load_key(erasure.home.parent / "key"))
    files = ("inbox", "rejected", "returned", "corrections.yaml", "warehouse.duckdb", "releases")
    wanted, found = (
        {path for path, _ in places_of(home, [name(NUMBER + 1), other]) if path.startswith(files)}
        for home in (erasure.before, erasure.home)
    )
    assert wanted == found
    with duckdb.connect(str(erasure.home / "warehouse.duckdb"), read_only=True) as warehouse:
        persons = warehouse.execute(
            "SELECT count(DISTINCT participant_id) FROM record.participant"
        ).fetchall()
        sums = warehouse.execute(
            "SELECT sum(rows_received), sum(rows_accepted), sum(rows_rejected) FROM record.submission"
        ).fetchall()
    assert persons == [(PERSONS - 1,)]
    # Eight files of everybody, and one of a wrong row of two persons.
    assert sums == [(8 * (PERSONS - 1) + 1, 8 * (PERSONS - 1), 1)]


def test_releases_are_whole_and_tell_of_the_withdrawal(erasure: Erasure) -> None:
    assert open_to_everybody(erasure.home) == open_to_everybody(erasure.before)
    folders = released(Home(erasure.home))
    assert [folder.name for folder in folders] == ["2024.1", "2024.2"]
    assert [edited_files(folder) for folder in folders] == [[], []]
    assert edited_manifests(folders) == set()
    for folder in folders:
        assert (folder / "research.duckdb").stat().st_mode & 0o777 == 0o600
        assert (folder / "reports" / "restricted").stat().st_mode & 0o777 == 0o700
        before, after = (read_manifest(erasure.before / "releases" / folder.name), read_manifest(folder))
        entry = after["withdrawals"][0]
        assert entry["persons"] == 1
        told = entry["files"]["research.duckdb"]
        assert told == {"old": before["files"]["research.duckdb"], "new": after["files"]["research.duckdb"]}
        moved = entry["tables"]["core.participant"]
        assert (moved["old"]["rows"], moved["new"]["rows"]) == (PERSONS, PERSONS - 1)
    assert "previous" in read_manifest(folders[1])["withdrawals"][1]
    done = erasure.ieguvumi("releases", erasure.home)
    assert "edited" not in done.stdout + done.stderr
    assert (
        erasure.ieguvumi("diff", erasure.home, "2024.1", "2024.2").stdout.splitlines()[-1]
        == "No figure moved."
    )


def test_forgetting_again_finds_nothing_and_a_stranger_is_told(erasure: Erasure) -> None:
    again = erasure.ieguvumi("forget", erasure.home, erasure.pseudonym, "--dry-run")
    assert again.stdout == "Nothing of them is left.\n"
    done = erasure.ieguvumi("forget", erasure.home, "person-99", "--yes", check=False)
    assert done.returncode == 1
    assert done.stderr == "ieguvumi: person-99: known to no store of home; nothing was erased\n"


def test_the_next_run_is_as_if_they_had_never_been_there(erasure: Erasure, tmp_path: Path) -> None:
    """Even though the sender sends the old files again."""
    home, never = tmp_path / "home", tmp_path / "never"
    shutil.copytree(erasure.home, home, symlinks=True)
    for path in (erasure.before / "inbox" / "town").iterdir():
        shutil.copy(path, home / "inbox" / "town" / f"{path.stem}-again{path.suffix}")
    release = Path(erasure.ieguvumi("run", home).stdout.splitlines()[-1])
    own = command_line(tmp_path)
    shutil.copy(erasure.home.parent / "key", tmp_path / "key")
    write_home(never, NUMBER)
    other = Path(own("run", never).stdout.splitlines()[-1])
    assert figures(erasure.home.parent / release) == figures(tmp_path / other)
    assert_nothing_new_is_published(erasure.home / "releases" / "2024.1", erasure.home.parent / release)
    # What came again is the submission it was: nothing is there twice.
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        found = warehouse.execute(
            "SELECT count(*), count(*) FILTER (rows_received = rows_accepted + rows_rejected) "
            "FROM record.submission"
        ).fetchall()
        why = warehouse.execute(
            "SELECT DISTINCT rule FROM record.problem WHERE severity = 'error'"
        ).fetchall()
    assert found == [(9, 9)]
    assert ("forgotten_person",) in why
    inside = {path for path, _ in places_of(home, [ERASED, erasure.pseudonym])}
    assert all(path.startswith("inbox/") for path in inside), inside


def test_killed_at_any_moment_it_is_finished_by_the_next_call(tmp_path: Path) -> None:
    """On an encrypted home whose files were put away encrypted."""
    home, ieguvumi = tmp_path / "home", command_line(tmp_path)
    ieguvumi.environment["IEGUVUMI_DATABASE_KEY"] = DATABASE_KEY
    write_home(home)
    plan = home / "evaluation.yaml"
    plan.write_text(
        "received_files: encrypt\nresearch_database: encrypted\n" + plan.read_text(), encoding="utf-8"
    )
    ieguvumi("run", home)
    command = [sys.executable, "-m", "assets.command_line", "forget", str(home), ERASED, "--yes"]
    for line, seconds in (("warehouse.duckdb", 1.5), ("releases/2024.1", 4.0)):
        with subprocess.Popen(
            command, env=ieguvumi.environment, cwd=tmp_path, stdout=-1, stderr=-1, text=True
        ) as process:
            assert process.stderr is not None
            assert any(told.startswith(line) for told in process.stderr), line
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
        assert "edited" not in ieguvumi("releases", home).stdout
    ieguvumi("forget", home, ERASED, "--yes")
    theirs = pseudonym(ERASED, load_key(tmp_path / "key"))
    assert ieguvumi("forget", home, theirs, "--dry-run").stdout == "Nothing of them is left.\n"
    ieguvumi("decrypt", home, tmp_path / "plain")
    assert places_of(tmp_path / "plain", [ERASED, theirs]) == []
    left = {path.name for path in home.iterdir()} | {path.name for path in (home / "releases").iterdir()}
    assert not [name for name in left if "forgetting" in name or "withdraw" in name]
    found = ieguvumi("query", home, "SELECT count(*) FROM core.participant", "--format", "csv").stdout
    assert found.split() == ["count_star()", str(PERSONS - 1)]


def test_every_file_is_for_its_owner_alone_but_what_is_published(erasure: Erasure) -> None:
    """Files of the sender are the test's own; all others were made by the command line, whatever the umask."""
    opened: set[str] = set()
    closed: set[str] = set()
    for path in erasure.home.rglob("*"):
        relative = path.relative_to(erasure.home)
        if not path.is_symlink() and relative.parts[0] not in ("inbox", "instruments", "evaluation.yaml"):
            (opened if path.stat().st_mode & 0o077 else closed).add(relative.as_posix())
    published = {path for path in opened if path.startswith("releases/2024.")}
    assert not {
        path for path in published if "restricted" in path.split("/") or path.endswith("research.duckdb")
    }
    assert opened - published == {"corrections.yaml"}
    assert {"releases/2024.1/manifest.json", "releases/2024.2/public/score_change.csv"} <= published
    assert {"warehouse.duckdb", ".dagster", "rejected", "returned", "forgotten.json", "releases"} <= closed
    assert (erasure.home.parent / "key").stat().st_mode & 0o777 == 0o600
