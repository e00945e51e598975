"""After a run on files full of direct identifiers (made up), no store, log, report or release holds any."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.conftest import CommandLine, command_line
from tests.pipeline.submissions.test_direct_identifiers import BORN, GOALS, NEW, SECRETS, SURVEY

pytestmark = pytest.mark.slow  # a run of the main job

PLAN = """\
languages: [lv, en]
synthetic: true
evaluations:
  - id: children-2019
    title: {lv: Bērni, en: Children}
    members: {target_group: children}
    waves:
      baseline: {from: 2018-09-01, to: 2018-10-31}
      endline: {after_months: 12, window_days: 60}
    pre: baseline
    post: endline
    months: 12
    reporting_year: 2019
    outcomes: [{instrument: kidscreen10, respondent: self, scales: all, role: confirmatory}]
"""
CORRECTIONS = f"""
- table: goals
  where: {{participant: "{BORN}", domain: child_functioning}}
  expect: {{attainment: 1}}
  set: {{attainment: 0.5}}
  reason: Zanda Kociņa zvanīja no 29123456
  reporter: Zanda Kociņa
  reported: 2019-11-01
"""
# Identifiers in every place: as a person's identifier, in columns, free text, a header and names of files.
PERSONS = [BORN, NEW, "Zanda Kociņa", "zanda@example.lv", "A1"]
ACCOUNT = "LV80BANK0000435195001"
ITEMS = [f"k{n}" for n in range(1, 11)]
ALL = [*SECRETS, NEW, NEW.replace("-", ""), "Pētera Ozolzīles"]


def participants() -> str:
    head = "participant_id,target_group,municipality,enrolled_on,sex,birth_year,left_reason,Vārds,Personas kods\n"
    return head + "".join(
        f"{person},children,Tukuma novads,2018-09-01,f,2008,pārcēlās uz Brīvības ielu 12-3,Zanda Kociņa,{BORN}\n"
        for person in PERSONS
    )


def answers() -> str:
    header = f"participant_id,wave,respondent,{','.join(ITEMS)},Zanda Kociņa +371 29123456\n"
    rows = [
        f"{person},{wave},self,{','.join(str(1 + (n * place + shift) % 5) for n in range(10))},{ACCOUNT}\n"
        for shift, wave in enumerate(("baseline", "endline"))
        for place, person in enumerate(PERSONS, start=1)
    ]
    # Rejected rows: an answer that is none, a person who is not enrolled and is named in the wrong cell.
    rows += [
        f"A1,baseline,parent,{','.join(['29123456'] * 10)},\n",
        f"Kociņa,{BORN},self,{','.join(['1'] * 10)},\n",
    ]
    return header + "".join(rows)


def write_home(home: Path) -> None:
    north = home / "inbox" / "north"
    north.mkdir(parents=True)
    (home / "evaluation.yaml").write_text(PLAN, encoding="utf-8")
    (home / "corrections.yaml").write_text(CORRECTIONS, encoding="utf-8")
    files = {
        "participants-Zanda Kociņa.csv": participants(),
        f"kidscreen10-{BORN}.csv": answers(),
        "goals-zanda@example.lv.csv": GOALS.replace("leisure,", "child_functioning,")
        .replace("participant_id,", "participant_id,attainment,")
        .replace(f"{BORN},Zandas", f"{BORN},1,Zandas")
        .replace("A1,apciemot", "A1,1,apciemot"),
        "stakeholders-29123456.csv": SURVEY,
        "services-Zanda Kociņa.csv": "participant_id,service,service_group,month,units,eur,Konts\n"
        f"{BORN},Aprūpe mājās,social,2018-10,3,30.00,LV80BANK0000435195001\n"
        f"{BORN},Zanda Kociņa,social,2018-10,3,30.00,LV80BANK0000435195001\n",
        "Zanda Kociņa.pdf": "Zanda Kociņa 29123456",
    }
    for name, content in files.items():
        (north / name).write_text(content, encoding="utf-8")


def texts_of(path: Path) -> Iterator[str]:
    """What a file holds, unpacked: its bytes, a database's rows, an archive's parts, the words of a PDF."""
    yield path.name
    content = path.read_bytes()
    yield content.decode("utf-8", "ignore")
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            for schema, table in connection.execute(
                "SELECT schema_name, table_name FROM duckdb_tables()"
            ).fetchall():
                yield connection.execute(f'FROM "{schema}"."{table}"').pl().write_json()
            yield str(
                connection.execute(
                    "SELECT comment FROM duckdb_columns() WHERE comment IS NOT NULL"
                ).fetchall()
            )
    elif path.suffix == ".parquet":
        yield pl.read_parquet(path).write_json()
    elif content.startswith(b"SQLite format 3"):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as history:
            yield "\n".join(history.iterdump())
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode("utf-8", "ignore")
    elif path.suffix == ".pdf" and shutil.which("pdftotext"):
        yield subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout


def found_in(text: str) -> set[str]:
    """The identifiers in a text, also as JSON writes them."""
    return {secret for secret in ALL if secret in text or json.dumps(secret)[1:-1] in text}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home after a run, and all that the run printed."""
    folder = tmp_path_factory.mktemp("scan")
    ieguvumi: CommandLine = command_line(folder)
    home = folder / "home"
    write_home(home)
    checked = ieguvumi("check", home, check=False)
    done = ieguvumi("run", home)
    again = ieguvumi("return", home, "north", check=False)
    return home, "".join((checked.stdout, checked.stderr, done.stdout, done.stderr, again.stderr))


def test_the_run_took_the_persons_in(scanned: tuple[Path, str]) -> None:
    home, _ = scanned
    with duckdb.connect(str(home / "releases/latest/research.duckdb"), read_only=True) as research:
        assert research.execute("SELECT count(*) FROM core.participant").fetchone() == (len(PERSONS),)
        assert research.execute("SELECT count(*) FROM core.response").fetchone() == (len(PERSONS) * 20,)
        assert research.execute("SELECT attainment FROM core.goal ORDER BY attainment").fetchall() == [
            (0.5,),
            (1.0,),
        ]
        assert research.execute("SELECT table_name, column_name FROM meta.correction").fetchall() == [
            ("goals", "attainment")
        ]


def test_no_store_log_or_report_holds_an_identifier(scanned: tuple[Path, str]) -> None:
    """All files of the home but the received ones and what the evaluator wrote; rejected/ goes back."""
    home, _ = scanned
    received = ("inbox", "rejected", "returned", "corrections.yaml")
    files = [
        path
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.relative_to(home).parts[0] not in received
    ]
    assert {".duckdb", ".db", ".json", ".html", ".pdf", ".xlsx", ".parquet"} <= {
        path.suffix for path in files
    }
    leaks = {
        str(path.relative_to(home)): found
        for path in files
        if (found := {secret for text in texts_of(path) for secret in found_in(text)})
    }
    assert leaks == {}


def test_rejected_rows_go_back_masked(scanned: tuple[Path, str]) -> None:
    """What a person is called by in the sender's file stays, and eight digits alone: they may be a case number."""
    home, _ = scanned
    texts = [text for path in (home / "rejected").rglob("*.csv") for text in list(texts_of(path))[1:]]
    assert texts
    assert {secret for text in texts for secret in found_in(text)} <= {"Kociņ", "29123456"}


def test_nothing_printed_holds_an_identifier(scanned: tuple[Path, str]) -> None:
    """But the names of files in `check`, which the reader has at hand."""
    _, printed = scanned
    names = [name.name for name in (scanned[0] / "inbox/north").iterdir()]
    for name in names:
        printed = printed.replace(name, "")
    assert found_in(printed) == set()
