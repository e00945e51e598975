"""Workbooks (XLSX, ODS): looked through before they are opened, so that none can fill the memory."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import IO

import polars as pl

from pipeline.submissions.text_files import ReadingError
from pipeline.submissions.wording import PROTECTED_WORKBOOK, TOO_LARGE

LARGEST_UNPACKED = 500_000_000
MOST_CELLS = 15_000_000
_MOST_PARTS = 5_000
_PIECE = 1 << 20
_LONGEST_TAG = 1 << 24
_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_MANIFEST = "META-INF/manifest.xml"
# A place in a sheet of an XLSX workbook: r="C7" of a cell, r="7" of a row.
_PLACE = re.compile(rb"""\br=["']([A-Z]{0,3})(\d{1,7})["']""")
# Rows and cells of an ODS sheet; both may say how often they are repeated.
_ODS_TAG = re.compile(rb"<table:(table-row|(?:covered-)?table-cell|table)(?=[\s/>])([^>]*?)(/?)>")
_ODS_REPEATED = re.compile(rb"""-repeated=["'](\d{1,9})["']""")
_ODS_MOST_COLUMNS = 16_384


def read_workbook(content: bytes) -> list[tuple[str, pl.DataFrame]]:
    """Return the sheets as shown: no formulas, dates as texts, row 1 the first.

    Raises ReadingError for a workbook that would unpack to too much; for one that is broken, whatever the
    reading libraries raise.
    """
    import fastexcel  # takes a while to import, and most files are not workbooks

    if _is_protected(content):
        raise ReadingError(PROTECTED_WORKBOOK)
    _look_through(content)
    workbook = fastexcel.read_excel(content)
    return [
        (name, workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars())
        for name in workbook.sheet_names
    ]


def _is_protected(content: bytes) -> bool:
    """Tell whether a workbook is encrypted.

    An XLSX is then no archive but a compound file (MS-OFFCRYPTO 1.3), as the old XLS is too; an ODS says so in its
    manifest (OpenDocument 1.3, part 2, 4.8).
    """
    if content.startswith(_COMPOUND_FILE):
        return True
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if any(entry.flag_bits & 1 for entry in archive.infolist()):
            return True
        if _MANIFEST not in archive.namelist():
            return False
        with archive.open(_MANIFEST) as stream:
            return b"encryption-data" in stream.read(_PIECE)


def _look_through(content: bytes) -> None:
    """Refuse a workbook whose parts or whose sheets are too large; sizes that the file states are not believed.

    A sheet is held with all cells from its first to its last: two filled corners make billions of them.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
            raise ReadingError(TOO_LARGE)
        for entry in entries:
            with archive.open(entry) as stream:  # ends at the stated size, or with BadZipFile
                pieces = _whole_tags(_pieces(stream))
                cells = _ods_cells(pieces) if entry.filename == "content.xml" else _xlsx_cells(pieces)
            if cells > MOST_CELLS:
                raise ReadingError(TOO_LARGE)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece


def _whole_tags(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Give the pieces of an XML text again, cut before the beginning of a tag."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        cut = text.rfind(b"<")
        if cut < 0 and len(text) > _LONGEST_TAG:
            cut = len(text)
        rest = text[max(cut, 0) :]
        if len(rest) > _LONGEST_TAG:
            raise ReadingError(TOO_LARGE)
        yield text[: max(cut, 0)]
    yield rest


def _xlsx_cells(pieces: Iterator[bytes]) -> int:
    """Return the area of the smallest rectangle from the first cell that holds all cells of a sheet."""
    row = column = 1
    for piece in pieces:
        for letters, digits in _PLACE.findall(piece):
            row = max(row, int(digits))
            column = max(column, _column_number(letters))
    return row * column


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _ods_cells(pieces: Iterator[bytes]) -> int:
    """Return the area of the largest sheet's rectangle that holds its filled cells."""
    largest = row = column = last_row = last_column = rows = 0
    for piece in pieces:
        for tag, attributes, closed in _ODS_TAG.findall(piece):
            repeated = _ODS_REPEATED.search(attributes)
            times = int(repeated[1]) if repeated else 1
            if tag == b"table":
                largest = max(largest, last_row * last_column)
                row = last_row = last_column = 0
            elif tag == b"table-row":
                row, column, rows = row + times, 0, times
            else:
                column = min(column + times, _ODS_MOST_COLUMNS)
                if not closed and rows:
                    last_row, last_column = row, max(last_column, column)
    return max(largest, last_row * last_column)
