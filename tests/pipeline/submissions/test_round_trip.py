"""What comes in equals what was written, in any format, encoding and delimiter."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Literal

import polars as pl
import pyreadstat
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.submissions.reading import read_sheets
from tests.conftest import INTAKE_EXAMPLES
from tests.pipeline.submissions.test_reading_files import ods

COLUMNS = ["participant_id", "service", "eur"]
ENCODINGS = ("utf-8", "utf-8-sig", "cp1257", "utf-16")
LATVIAN = "abcxyzABCXYZ0123456789 āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ,;.'\"-+=@"
ANYTHING = st.characters(
    exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp", "Zs"), include_characters=" "
)
AWKWARD = st.sampled_from(
    ['x"y', '"', "a;b", "a,b", "a\tb", "a\nb", "007", "1,5", "=1+1", "-", "2019-03-01", "nan"]
)


def tables(letters: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    cell = st.text(letters, max_size=12) | AWKWARD | st.just("")
    return st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=6)


def expected(rows: list[list[str]]) -> list[tuple[object, ...]]:
    """Cells trimmed, empty ones null, empty rows left out; the header is row 1."""
    texts = [[cell.strip() or None for cell in row] for row in rows]
    return [(number, *row) for number, row in enumerate(texts, start=2) if any(row)]


def read(content: bytes, suffix: str) -> list[tuple[object, ...]]:
    (sheet,) = read_sheets(content, suffix, COLUMNS)
    return list(sheet.cells.select(pl.all()).rows())


@settings(max_examples=INTAKE_EXAMPLES)
@given(data=st.data(), encoding=st.sampled_from(ENCODINGS), delimiter=st.sampled_from(",;\t"))
def test_delimited_text(data: st.DataObject, encoding: str, delimiter: str) -> None:
    letters = st.sampled_from(LATVIAN) if encoding == "cp1257" else ANYTHING
    rows = data.draw(tables(letters))
    quoting: Literal[0, 1] = data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    ending = data.draw(st.sampled_from(["\n", "\r\n"]))
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=ending).writerows([COLUMNS, *rows])
    assert read(text.getvalue().encode(encoding), ".csv") == expected(rows)


@settings(max_examples=INTAKE_EXAMPLES)
@given(rows=tables(ANYTHING))
def test_parquet(rows: list[list[str]]) -> None:
    content = io.BytesIO()
    pl.DataFrame(rows, schema=COLUMNS, orient="row").write_parquet(content)
    assert read(content.getvalue(), ".parquet") == expected(rows)


@settings(max_examples=INTAKE_EXAMPLES)
@given(rows=tables(st.sampled_from(LATVIAN)))
def test_workbooks(rows: list[list[str]]) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, cells in enumerate([COLUMNS, *rows]):
            for place, cell in enumerate(cells):
                sheet.write_string(line, place, cell)
    assert read(content.getvalue(), ".xlsx") == expected(rows)
    # In ODS a tab or a line break inside a cell is an element of its own, which the test's writer does not make.
    plain = [[" ".join(cell.split()) for cell in row] for row in rows]
    assert read(ods([COLUMNS, *plain]), ".ods") == expected(plain)


@settings(max_examples=INTAKE_EXAMPLES)
@given(rows=tables(st.sampled_from(LATVIAN)))
def test_spss(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.sav"
        pyreadstat.write_sav(pl.DataFrame(rows, schema=COLUMNS, orient="row"), str(path))
        assert read(path.read_bytes(), ".sav") == expected(rows)
