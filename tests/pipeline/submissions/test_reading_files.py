"""The same table in every format, encoding and delimiter comes in the same; rows keep their number."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from html import escape

import polars as pl
import pytest
import xlsxwriter

from pipeline.submissions.problems import ROW
from pipeline.submissions.reading import Sheet, read_sheets
from pipeline.submissions.text_files import ReadingError

KNOWN = ("participant_id", "service", "eur", "month")
TABLE = [
    ["participant_id", "service", "eur"],
    ["Ā1", "Ēdināšana, ar piegādi", "12,50"],
    ["Ā2", 'saukts "Šķūnis"; jauns', "3"],
]


def delimited(delimiter: str, rows: list[list[str]] = TABLE) -> str:
    return "\r\n".join(
        delimiter.join(
            '"' + cell.replace('"', '""') + '"' if set(cell) & set(',;"\t\n') else cell for cell in row
        )
        for row in rows
    )


def workbook(*parts: Sequence[Sequence[object]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "dd.mm.yyyy"}) as book:
        for part in parts:
            sheet = book.add_worksheet()
            for line, cells in enumerate(part):
                for place, cell in enumerate(cells):
                    sheet.write(line, place, cell)
    return content.getvalue()


def ods_cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'


def ods(rows: list[list[str]]) -> bytes:
    """A minimal OpenDocument spreadsheet (ODF 1.2, part 1, sections 3.1.3 and 9.1)."""
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    prefixes = ("office", "table", "text")
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in prefixes)
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="Lapa">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", document)
    return content.getvalue()


def parquet() -> bytes:
    content = io.BytesIO()
    pl.DataFrame(TABLE[1:], schema=TABLE[0], orient="row").write_parquet(content)
    return content.getvalue()


def only_sheet(content: bytes, suffix: str) -> Sheet:
    (sheet,) = read_sheets(content, suffix, KNOWN)
    return sheet


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1257", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    sheet = only_sheet(delimited(delimiter).encode(encoding), ".csv")
    assert sheet.cells.rows() == [(2, *TABLE[1]), (3, *TABLE[2])]
    assert sheet.cells.columns == [ROW, *TABLE[0]]


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (workbook(TABLE), ".xlsx"),
        (ods(TABLE), ".ods"),
        (parquet(), ".parquet"),
        (delimited("\t").encode(), ".TSV"),
    ],
    ids=["xlsx", "ods", "parquet", "tsv"],
)
def test_every_format(content: bytes, suffix: str) -> None:
    assert only_sheet(content, suffix).cells.rows() == [(2, *TABLE[1]), (3, *TABLE[2])]


@pytest.mark.parametrize("blank", ["", "\n", "\n\n"])
def test_title_lines_and_blank_lines_are_survived_and_counted(blank: str) -> None:
    text = blank + "Pakalpojumi, 2019. gads\n\nparticipant_id;service;eur\nA1;care;5\n\nA2;care;6\n\n;;\n"
    sheet = only_sheet(text.encode(), ".csv")
    first = len(blank) + 4
    assert sheet.cells.rows() == [(first, "A1", "care", "5"), (first + 2, "A2", "care", "6")]


def test_a_workbook_with_titles_dates_and_numbers_as_they_were_typed() -> None:
    rows: list[list[object]] = [
        [],
        [None, "Pakalpojumi"],
        [],
        [None, "Participant_ID ", None, "Month", "eur"],
        [None, 101, None, dt.datetime(2019, 3, 1), 12.5],
        [],
        [None, "007", None, "2019-04", "7"],
    ]
    sheet = only_sheet(workbook(rows), ".xlsx")
    assert sheet.cells.rows() == [(5, "101", "2019-03-01 00:00:00", "12.5"), (7, "007", "2019-04", "7")]
    assert sheet.headers == {"participant_id": "Participant_ID", "month": "Month", "eur": "eur"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_two_byte_order_marks_are_no_name_of_a_column(encoding: str) -> None:
    sheet = only_sheet(("\ufeff\ufeff" + delimited(";")).encode(encoding), ".csv")
    assert list(sheet.headers) == TABLE[0]


def test_every_sheet_of_a_workbook_is_read_but_empty_ones() -> None:
    sheets = read_sheets(workbook(TABLE, [], [["notes"], ["x"]]), ".xlsx", KNOWN)
    assert [(sheet.name, sheet.recognised) for sheet in sheets] == [("Sheet1", 3), ("Sheet3", 0)]


def test_a_line_break_inside_a_cell_is_one_row() -> None:
    sheet = only_sheet(b'participant_id,service\nA1,"two\nlines"\nA2,one\n', ".csv")
    assert sheet.cells.rows() == [(2, "A1", "two\nlines"), (3, "A2", "one")]


def test_old_line_ends() -> None:
    assert only_sheet(b"participant_id,eur\rA1,5\rA2,6\r", ".csv").cells.height == 2


def test_a_row_with_too_many_cells_is_told() -> None:
    assert only_sheet(b"participant_id,eur\nA1,5\nA2,6,50\n", ".csv").overfull == (3,)


@pytest.mark.parametrize(
    ("content", "suffix", "rule"),
    [
        (b"", ".csv", "empty_file"),
        (b"\n\n \n", ".csv", "empty_file"),
        (b"participant_id\0,eur\nA1,5\n", ".csv", "nul_characters"),
        (b"participant_id,eur\nA\x81\xfe,5\n", ".csv", "unknown_encoding"),
        (b'participant_id,eur\nA1,"5\nA2,6\n', ".csv", "broken_quoting"),
        (b"", ".xlsx", "unreadable_file"),
        (workbook(TABLE)[:500], ".xlsx", "unreadable_file"),
        (b"PAR1 but no more", ".parquet", "unreadable_file"),
        (b"anything", ".docx", "unknown_format"),
        (workbook([]), ".xlsx", "empty_file"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, suffix: str, rule: str) -> None:
    with pytest.raises(ReadingError) as caught:
        read_sheets(content, suffix, KNOWN)
    assert caught.value.finding.rule == rule


def test_a_workbook_that_unpacks_to_too_much_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.submissions.workbooks.LARGEST_UNPACKED", 1000)
    with pytest.raises(ReadingError) as caught:
        read_sheets(workbook(TABLE), ".xlsx", KNOWN)
    assert caught.value.finding.rule == "too_large"
