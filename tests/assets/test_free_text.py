"""What people wrote in their own words, and the themes of it, stay with the analyst: not in what is released."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.conftest import Demonstration

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def warehouse(demonstration: Demonstration) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demonstration.home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def secret(warehouse: duckdb.DuckDBPyConnection, demonstration: Demonstration) -> set[str]:
    """All remarks, and the terms found in them that neither report nor commentary uses as a word of its own."""
    remarks = warehouse.execute(
        "SELECT DISTINCT free_text FROM record.stakeholder_answer WHERE free_text IS NOT NULL"
    ).fetchall()
    terms = warehouse.execute("SELECT DISTINCT term FROM analyst.stakeholder_theme").fetchall()
    assert len(remarks) == 3
    said = [*(ROOT / "reports").rglob("*.po"), *(demonstration.home / "commentary").glob("*.md")]
    own_words = "".join(path.read_text(encoding="utf-8") for path in said)
    kept = {term for (term,) in terms if term not in own_words.lower()}
    assert "gaidīšanas" in kept
    return {remark for (remark,) in remarks} | kept


def told(text: str, secret: set[str]) -> set[str]:
    return {words for words in secret if words in text or words in text.lower()}


def texts(path: Path) -> Iterator[str]:
    """The text of a released file, whatever its format."""
    if path.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    elif path.suffix == ".parquet":
        yield pl.read_parquet(path).write_csv()
    elif path.suffix == ".pdf":
        if shutil.which("pdftotext"):
            done = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
            yield done.stdout
    elif path.suffix != ".duckdb":
        yield path.read_bytes().decode("utf-8", "replace")


@pytest.mark.slow
def test_no_released_file_tells_a_remark_or_a_theme(demonstration: Demonstration, secret: set[str]) -> None:
    restricted = demonstration.release / "reports" / "restricted"
    files = [path for path in demonstration.release.rglob("*") if path.is_file()]
    open_files = [path for path in files if restricted not in path.parents]
    assert {path.suffix for path in open_files} >= {".html", ".docx", ".xlsx", ".json", ".csv"}
    leaking = {path.name for path in open_files for text in texts(path) if told(text, secret)}
    assert leaking == set()


def test_no_table_of_the_research_database_tells_any(
    research: duckdb.DuckDBPyConnection, secret: set[str]
) -> None:
    tables = research.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
    assert "analyst" not in {schema for schema, _ in tables}
    leaking = {
        f"{schema}.{table}"
        for schema, table in tables
        if told(research.sql(f"FROM {schema}.{table}").pl().write_csv(), secret)
    }
    assert leaking == set()


def test_neither_what_is_printed_nor_the_history_of_runs_tells_any(
    demonstration: Demonstration, secret: set[str]
) -> None:
    assert told(demonstration.printed, secret) == set()
    history = [path for path in (demonstration.home / ".dagster").rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in history)
    leaking = {path.name for path in history for text in texts(path) if told(text, secret)}
    assert leaking == set()


def test_the_analysts_edition_names_the_themes_and_no_remark(
    demonstration: Demonstration, secret: set[str]
) -> None:
    restricted = demonstration.release / "reports" / "restricted"
    named = {
        words
        for path in restricted.glob("stakeholders-*.html")
        for text in texts(path)
        for words in told(text, secret)
    }
    assert "gaidīšanas" in named
    assert not any(" " in words for words in named)
