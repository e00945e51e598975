"""What was sent back: rejected rows without those of the persons."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl

from pipeline.erasure.persons import Persons
from pipeline.erasure.received import PERSON_COLUMNS
from pipeline.submissions.reading import plain_name, read_tables
from pipeline.submissions.rejection import FILE, ROW_IN_FILE, SHEET_IN_FILE, written_name
from pipeline.submissions.rejection_workbook import COUNTED, INSTRUCTIONS, name_of_sheet, write_sheets

Places = dict[str, dict[str, frozenset[int]]]
"""Rows of the persons by the file's path in the inbox and its sheet."""


def files_of(folder: Path) -> list[Path]:
    """Return the files that were written to be sent back."""
    return [path for path in sorted(folder.rglob("*")) if path.suffix in (".csv", ".xlsx") and path.is_file()]


def without(path: Path, folder: Path, persons: Persons, places: Places) -> bytes | None:
    """Return a file of `rejected/` without what is the persons'; None where nothing of it is.

    places: as the persons' rows stand in received files: what is told of them goes too.
    """
    tables = {table.name: table.cells for table in read_tables(path.read_bytes(), path.suffix)}
    frames = {name: _with_header(cells) for name, cells in tables.items() if name != INSTRUCTIONS}
    kept = {
        name: frame.filter(~_theirs(frame, persons, places, _places_in(path, folder, name, places)))
        for name, frame in frames.items()
    }
    masked = {name: _masked(frame, persons) for name, frame in kept.items()}
    if all(masked[name].equals(frame) for name, frame in frames.items()):
        return None
    if path.suffix == ".xlsx":
        return _workbook(_counted(tables), masked)
    [(_, rows)] = masked.items()
    return rows.write_csv(include_bom=True).encode()


def _workbook(counted: pl.DataFrame, sheets: dict[str, pl.DataFrame]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sent_back.xlsx"
        write_sheets(path, counted, sheets)
        return path.read_bytes()


def _counted(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """What the instructions tell of each file: the table below the words."""
    rows = tables[INSTRUCTIONS].rows() if INSTRUCTIONS in tables else []
    names = list(COUNTED.values())
    start = next((line for line, cells in enumerate(rows, start=1) if cells[0] == names[0]), len(rows))
    listed = [cells[: len(names)] for cells in rows[start:]]
    return pl.DataFrame(listed, schema=dict.fromkeys(names, pl.String), orient="row")


def _with_header(cells: pl.DataFrame) -> pl.DataFrame:
    """A table by the names in its first row; a column without one is left out."""
    header = cells.row(0) if cells.height else ()
    named = {place: name for place, name in zip(cells.columns, header, strict=True) if name}
    return cells.slice(1).select(pl.col(place).alias(name) for place, name in named.items())


def _places_in(path: Path, folder: Path, sheet: str, places: Places) -> dict[str, frozenset[int]]:
    """The persons' rows in the received file whose rejected rows a CSV, or a sheet of a workbook, holds."""
    of_csv = path.suffix == ".csv"
    sender = path.parent.name if of_csv else path.stem
    if of_csv and path.parent == folder:
        return {}
    written = path.name.removesuffix(".csv") if of_csv else sheet.partition(" ")[2]
    for relative, by_sheet in places.items():
        sent_by, _, name = relative.partition("/")
        file = written_name(name)
        if sent_by == sender and (file if of_csv else name_of_sheet(file)) == written:
            return by_sheet
    return {}


def _theirs(
    rows: pl.DataFrame, persons: Persons, places: Places, own: dict[str, frozenset[int]]
) -> pl.Series:
    """Tell which rows are the persons': by an identifier, or by the place that they tell of."""
    found = pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
    for column in rows.columns:
        if plain_name(column) in PERSON_COLUMNS:
            found = found | persons.are(rows[column])
        found = found | rows[column].is_in(sorted(persons.telling)).fill_null(value=False)
    told = [_told(row, places, own) for row in rows.iter_rows(named=True)]
    return found | pl.Series(told, dtype=pl.Boolean)


def _told(row: dict[str, str | None], places: Places, own: dict[str, frozenset[int]]) -> bool:
    """Tell whether a row is about a row of the persons."""
    if "rejected_row" in row:
        sheet, number, by_sheet = row.get("rejected_sheet"), row["rejected_row"], own
    elif ROW_IN_FILE in row:
        sheet, number = row.get(SHEET_IN_FILE), row[ROW_IN_FILE]
        by_sheet = places.get(row.get(FILE) or "", {})
    else:
        return False
    return bool(number) and str(number).isdigit() and int(str(number)) in by_sheet.get(sheet or "", ())


def _masked(rows: pl.DataFrame, persons: Persons) -> pl.DataFrame:
    named = {
        name: rows[name].str.contains_any(sorted(persons.telling)).fill_null(value=False)
        for name in rows.columns
    }
    return rows.with_columns(
        pl.Series(name, [persons.masked(text) if text else text for text in rows[name]], dtype=pl.String)
        for name, marked in named.items()
        if marked.any()
    )
