"""Taking rows out of files, whatever their format: the row stays, empty, so that the others keep their number."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.erasure import ErasureError
from pipeline.erasure.open_document import open_document
from pipeline.erasure.persons import Persons
from pipeline.submissions.reading import TEXT_FORMATS, Table, read_tables
from pipeline.submissions.statistical_files import read_sav
from pipeline.submissions.text_files import DELIMITERS, LONGEST_LINE, encoding_of

_SAMPLE = 200


@dataclass(frozen=True)
class Theirs:
    """Which rows of a file are the persons': those at known places, and any with a cell that tells one of them.

    places: rows by sheet, counted from 1; the sheet of a file without any is the empty text.
    """

    persons: Persons
    places: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def rows(self, table: Table) -> pl.Series:
        """Tell of each row of a table whether it is theirs."""
        numbers = pl.int_range(1, pl.len() + 1)
        texts = pl.all().cast(pl.String).str.strip_chars().is_in(sorted(self.persons.telling))
        known = numbers.is_in(sorted(self.places.get(table.name, frozenset())))
        if not table.cells.width:
            return pl.Series([], dtype=pl.Boolean)
        return table.cells.select(known | pl.any_horizontal(texts).fill_null(value=False)).to_series()

    def has(self, number: int, cells: Sequence[str]) -> bool:
        """Tell whether a record of a text is theirs."""
        return number in self.places.get("", ()) or any(
            cell.strip() in self.persons.telling for cell in cells
        )


def without_rows(content: bytes, suffix: str, theirs: Theirs) -> bytes:
    """Return a file without the persons' rows, and with no other cell that names one of them.

    suffix: the ending of the file's name. A text keeps every other line byte for byte; of a workbook the cells are
    kept as they are shown, without formats, formulas and comments. Raises ErasureError when anything else of the
    file would change, ReadingError when it can't be read.
    """
    if suffix.lower() in TEXT_FORMATS:
        changed = _text(content, theirs)
    else:
        changed = _WRITERS[suffix.lower()](content, theirs)
    _check(read_tables(content, suffix), read_tables(changed, suffix), theirs)
    return changed


def _check(before: Sequence[Table], after: Sequence[Table], theirs: Theirs) -> None:
    """Raise ErasureError unless all that is left is what was there, in the same rows."""
    wanted = [_left(_masked(_emptied(table, theirs), theirs.persons)) for table in before]
    found = [_left(table.cells) for table in after]
    if wanted != found:
        raise ErasureError("can't be written anew without a change of other rows")


def _left(cells: pl.DataFrame) -> list[tuple[int, list[str | None]]]:
    """The rows that hold anything, with their number, without empty cells at their end."""
    rows = ((number, _shortened(row)) for number, row in enumerate(cells.iter_rows(), start=1))
    return [(number, row) for number, row in rows if row]


def _shortened(row: Sequence[str | None]) -> list[str | None]:
    cells = [cell or None for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _emptied(table: Table, theirs: Theirs) -> pl.DataFrame:
    """The cells of a table, those of the persons' rows empty."""
    gone = theirs.rows(table)
    return table.cells.with_columns(pl.when(~pl.lit(gone)).then(pl.all())) if gone.any() else table.cells


def _masked(cells: pl.DataFrame, persons: Persons) -> pl.DataFrame:
    """The cells with nobody of them named within a longer text."""
    texts = [name for name, dtype in cells.schema.items() if dtype == pl.String]
    return cells.with_columns(_masked_column(cells[name], persons) for name in texts)


def _masked_column(texts: pl.Series, persons: Persons) -> pl.Series:
    named = texts.str.contains_any(sorted(persons.telling)).fill_null(value=False)
    if not named.any():
        return texts
    masked = {text: persons.masked(text) for text in texts.filter(named).unique()}
    return texts.replace(masked)


def _text(content: bytes, theirs: Theirs) -> bytes:
    """A delimited text: lines of the persons' records are left empty, all others as they are."""
    encoding = encoding_of(content)
    text = content.decode(encoding)
    broken = text.replace("\r", "\n") if "\n" not in text else text
    lines = [line + "\n" for line in broken.split("\n")]
    lines[-1] = lines[-1][:-1]
    delimiter = _delimiter(lines)
    return "".join(_lines_left(lines, delimiter, theirs)).encode(encoding)


def _lines_left(lines: Sequence[str], delimiter: str, theirs: Theirs) -> Iterator[str]:
    start = 0
    for number, (end, cells) in enumerate(_records(lines, delimiter), start=1):
        if theirs.has(number, cells):
            yield "\r\n" if lines[end - 1].endswith("\r\n") else "\n"
        else:
            yield from (theirs.persons.masked(line) for line in lines[start:end])
        start = end


def _records(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give the cells of each record, and up to which line it goes."""
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(iter(lines), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise ErasureError("can't be told apart into rows") from error


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter by which most of the first lines fall into most cells."""

    def cells(delimiter: str) -> int:
        return sum(len(found) for _, found in _records(lines[:_SAMPLE], delimiter))

    return max(DELIMITERS, key=cells)


def _xlsx(content: bytes, theirs: Theirs) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as workbook:
        for table in read_tables(content, ".xlsx"):
            sheet = workbook.add_worksheet(table.name)
            for row, cells in enumerate(_masked(_emptied(table, theirs), theirs.persons).iter_rows()):
                for place, cell in enumerate(cells):
                    if cell:
                        sheet.write_string(row, place, cell)
    return stream.getvalue()


def _ods(content: bytes, theirs: Theirs) -> bytes:
    tables = read_tables(content, ".ods")
    return open_document([(table.name, _masked(_emptied(table, theirs), theirs.persons)) for table in tables])


def _parquet(content: bytes, theirs: Theirs) -> bytes:
    [table] = read_tables(content, ".parquet")
    stream = io.BytesIO()
    # A category that no row has any more would still be written.
    frame = pl.read_parquet(io.BytesIO(content)).with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    _typed(frame, theirs.rows(table)[1:], theirs.persons).write_parquet(stream)
    return stream.getvalue()


def _typed(frame: pl.DataFrame, gone: pl.Series, persons: Persons) -> pl.DataFrame:
    return _masked(frame.with_columns(pl.when(~pl.lit(gone)).then(pl.all())), persons)


def _sav(content: bytes, theirs: Theirs) -> bytes:
    import pyreadstat

    # Numbers stay as they are stored: days are seconds, declared missing values are values.
    frame, meta = pyreadstat.read_sav(
        io.BytesIO(content), user_missing=True, disable_datetime_conversion=True, output_format="polars"
    )
    gone = theirs.rows(Table("", read_sav(content)[0]))[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rewritten.sav"
        pyreadstat.write_sav(
            _typed(frame, gone, theirs.persons),
            str(path),
            file_label=meta.file_label or "",
            column_labels=meta.column_names_to_labels,
            variable_value_labels=meta.variable_value_labels,
            missing_ranges=_missing_ranges(meta.missing_ranges),
            variable_measure=dict(meta.variable_measure),
            variable_format={name: told for name, told in meta.original_variable_types.items() if told},
        )
        return path.read_bytes()


def _missing_ranges(found: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """The declared missing values as they are written: a single value is no range."""
    return {
        name: [part["lo"] if isinstance(part, dict) and part["lo"] == part["hi"] else part for part in parts]
        for name, parts in found.items()
    }


_WRITERS = {".xlsx": _xlsx, ".ods": _ods, ".parquet": _parquet, ".sav": _sav}
