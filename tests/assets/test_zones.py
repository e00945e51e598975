"""What leaves each zone: no pseudonym in anything public, no direct identifier in the research database."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.identity import is_pseudonym, mask
from tests.conftest import Demonstration

PSEUDONYM = re.compile(rb"(?<![a-z0-9])p[a-z2-7]{16}(?![a-z0-9])")


def texts_of(database: Path) -> Iterator[tuple[str, pl.Series]]:
    """Every column of text of every table of a database, with its name."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
        for (table,) in tables:
            frame = connection.execute(f"FROM {table}").pl()
            for name in frame.columns:
                if isinstance(frame[name].dtype, pl.String | pl.Enum | pl.Categorical):
                    yield f"{table}.{name}", frame[name].cast(pl.String).drop_nulls().unique()


def contents(path: Path) -> Iterator[bytes]:
    """What a file says, unpacked."""
    if path.suffix == ".parquet":
        yield pl.read_parquet(path).write_csv().encode()
    elif path.suffix == ".duckdb":
        yield from ("\n".join(values).encode() for _, values in texts_of(path))
    elif path.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    else:
        yield path.read_bytes()


def pseudonyms(research: duckdb.DuckDBPyConnection) -> set[bytes]:
    rows = research.execute(
        "SELECT participant_id FROM core.participant UNION SELECT respondent_id FROM core.stakeholder_answer"
    ).fetchall()
    return {name.encode() for (name,) in rows}


def public_files(release: Path) -> list[Path]:
    folders = [release / "public", release / "reports"]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if "restricted" not in path.relative_to(release).parts]


def test_nothing_public_holds_a_pseudonym(
    demonstration_release: Path, research: duckdb.DuckDBPyConnection
) -> None:
    known = pseudonyms(research)
    assert len(known) > 400
    assert all(PSEUDONYM.fullmatch(name) for name in known)
    looked_at = public_files(demonstration_release)
    assert {".csv", ".parquet", ".duckdb", ".json", ".html", ".xlsx", ".docx"} <= {
        p.suffix for p in looked_at
    }
    for path in looked_at:
        for content in contents(path):
            # One pass for anything of a pseudonym's form; whatever has it must be a word that is none of ours.
            assert known.isdisjoint(PSEUDONYM.findall(content)), path.name


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs pdftotext (poppler) to read a PDF's words"
)
def test_no_public_pdf_holds_a_pseudonym_in_its_words(
    demonstration_release: Path, research: duckdb.DuckDBPyConnection
) -> None:
    """The bytes of a PDF are compressed: its words are read out, as a reader of the page would."""
    known = pseudonyms(research)
    files = [path for path in public_files(demonstration_release) if path.suffix == ".pdf"]
    assert files
    for path in files:
        words = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout
        assert len(words) > 500, path.name
        # A word may be broken at the end of a line.
        for text in (words, words.replace(b"-\n", b""), words.replace(b"\n", b"")):
            assert known.isdisjoint(PSEUDONYM.findall(text)), path.name


def test_the_search_would_find_a_pseudonym(research: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    one = next(iter(pseudonyms(research))).decode()
    frame = pl.DataFrame({"participant_id": [one]})
    frame.write_csv(tmp_path / "a.csv")
    frame.write_parquet(tmp_path / "b.parquet")
    with duckdb.connect(str(tmp_path / "c.duckdb")) as connection:
        connection.execute(f"CREATE TABLE t AS SELECT '{one}' AS participant_id")
    for path in tmp_path.iterdir():
        assert any(one.encode() in PSEUDONYM.findall(content) for content in contents(path)), path.name


# Our own texts: what a measure, a municipality or a check is called, and the SQL of macros and saved queries.
OURS = (
    "meta.dictionary",
    "meta.instrument",
    "meta.scale",
    "meta.item",
    "meta.saved_query",
    "meta.municipality",
)
HASHES = ("submission_id", "sha256", "run_id", "plan_hash", "inputs_hash", "code_hash")


def test_the_research_database_holds_no_direct_identifier(demonstration: Demonstration) -> None:
    sent = {
        name
        for path in (demonstration.home / "inbox").rglob("participants*.csv")
        for name in re.findall(r"(?m)^(\w+-\d+)[;,\t]", path.read_text("utf-8", errors="replace"))
    }
    assert len(sent) > 100
    for column, values in texts_of(demonstration.release / "research.duckdb"):
        table = column.rpartition(".")[0]
        if table in OURS or column.rpartition(".")[2] in HASHES:
            continue
        assert sent.isdisjoint(values.to_list()), column
        # A pseudonym can have the form of a bank account: two letters, digits, more letters.
        texts = [text for text in values if not is_pseudonym(text)]
        assert [text for text in texts if mask(text, bare_phones=False) != text] == [], column


@pytest.mark.parametrize("table", ["core.participant", "core.response"])
def test_the_research_database_has_no_free_text_and_no_birth_date(
    research: duckdb.DuckDBPyConnection, table: str
) -> None:
    columns = {row[0] for row in research.execute(f"DESCRIBE {table}").fetchall()}
    assert columns.isdisjoint({"birth_date", "birth_year", "text", "name", "source_id", "file"})
