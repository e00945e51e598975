"""Writing submissions as files: the same table gives the same bytes, whatever the day."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import xlsxwriter

from pipeline.demonstration.sheets import Layout

CREATED = dt.datetime(2020, 1, 1)
AUTHOR = "synthetic demonstration data"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_STAYS_TEXT = frozenset({"participant_id", "respondent_id", "municipality", "month", "service", "goal_id"})


def write_files(files: Iterable[tuple[str, bytes]], inbox: Path) -> None:
    """Write each file (path in the inbox, bytes). Raises ValueError when two have one path."""
    written: set[str] = set()
    for path, content in sorted(files):
        if path in written:
            raise ValueError(f"two submissions would be written to {path}")
        written.add(path)
        target = inbox / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def sheet_bytes(frame: pl.DataFrame, layout: Layout) -> bytes:
    """The table as a file of this layout."""
    return _workbook(frame, layout.title) if layout.ending == "xlsx" else _delimited(frame, layout)


def _delimited(frame: pl.DataFrame, layout: Layout) -> bytes:
    """A text file with a header line."""
    cells = pl.all()
    if layout.decimal_comma:
        cells = cells.str.replace(r"^(-?\d+)\.(\d+)$", "$1,$2")
    if layout.dotted_dates:
        cells = cells.str.replace(r"^(\d{4})-(\d{2})-(\d{2})$", "$3.$2.$1")
    content = frame.select(cells).write_csv(separator=layout.delimiter)
    encoded = content.encode(layout.encoding)
    return b"\xef\xbb\xbf" + encoded if layout.bom else encoded


def _workbook(frame: pl.DataFrame, title: str | None) -> bytes:
    """A workbook with one sheet; numbers and dates are stored as such."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED, "author": AUTHOR})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        page = book.add_worksheet("dati")
        first = 0
        if title is not None:
            page.write_string(0, 0, title)
            first = 2
        page.write_row(first, 0, frame.columns)
        for position, row in enumerate(frame.iter_rows(), start=first + 1):
            for column, (name, text) in enumerate(zip(frame.columns, row, strict=True)):
                _write_cell(page, position, column, name, text, day)
    return buffer.getvalue()


def _write_cell(
    page: xlsxwriter.worksheet.Worksheet,
    row: int,
    column: int,
    name: str,
    text: str | None,
    day: xlsxwriter.format.Format,
) -> None:
    """One cell with the type that a spreadsheet would give it; an empty one isn't written."""
    if text is None:
        return
    if name not in _STAYS_TEXT and _NUMBER.fullmatch(text):
        page.write_number(row, column, float(text))
    elif _DATE.fullmatch(text):
        page.write_datetime(row, column, dt.datetime.fromisoformat(text), day)
    else:
        page.write_string(row, column, text)
