"""Reading a received file: whatever its format, it becomes sheets of texts that know their row."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from pipeline.submissions.coded import with_changed
from pipeline.submissions.problems import ROW
from pipeline.submissions.statistical_files import Labels, read_parquet, read_sav
from pipeline.submissions.text_files import ReadingError, read_text
from pipeline.submissions.wording import EMPTY_FILE, UNKNOWN_FORMAT, UNREADABLE
from pipeline.submissions.workbooks import read_workbook

TEXT_FORMATS = (".csv", ".tsv", ".txt")
WORKBOOK_FORMATS = (".xlsx", ".ods")
FORMATS = (*TEXT_FORMATS, *WORKBOOK_FORMATS, ".sav", ".parquet")

# The header is looked for in the first rows: titles and empty rows may stand above it.
_HEADER_ROWS = 20


class Table(NamedTuple):
    """A table as it stands in the file: the header is a row like the others. labels: as in Sheet."""

    name: str
    cells: pl.DataFrame
    labels: Mapping[str, Mapping[str, str]] = {}


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook, or the only table of another file.

    cells: texts, trimmed, empty = null; a column ROW (the row in the file, counted from 1) and a column each
    for the header's columns, by their names in lower case. Empty rows are left out. Of a large file of answers
    the columns are codes of the texts (`pipeline.submissions.coded`).
    headers: the names as they stand in the file, by column.
    repeated: names that stand in the header more than once; only the first is kept.
    overfull: rows with more cells than the header has columns.
    recognised: how many of the header's names are known.
    labels: where the file tells what values mean (SPSS), the meanings by column and value.
    tests: rows that are tries of a form. other_forms: how many rows had nothing of this form and were left out.
    repeat: whether its rows belong to rows of another sheet.
    """

    name: str
    cells: pl.DataFrame
    headers: dict[str, str]
    repeated: tuple[str, ...] = ()
    overfull: tuple[int, ...] = ()
    recognised: int = 0
    labels: Labels = field(default_factory=dict)
    tests: tuple[int, ...] = ()
    other_forms: int = 0
    repeat: bool = False


def read_sheets(content: bytes, suffix: str, known: Collection[str], *, coded: bool = False) -> list[Sheet]:
    """Return the filled sheets of a file.

    `suffix` is the file name's ending, `known` the column names by which header and delimiter are recognised.
    `coded`: the columns of a large text may be codes.
    Raises ReadingError, and nothing else, when the file can't be read or is empty.
    """
    names = frozenset(known)
    sheets = [_sheet(table, names) for table in read_tables(content, suffix, names, coded=coded)]
    filled = [sheet for sheet in sheets if sheet is not None]
    if not filled:
        raise ReadingError(EMPTY_FILE)
    return filled


def plain_name(text: str) -> str:
    """Return a column's name as it is compared: NFC, lower case, trimmed, inner spaces as underscores."""
    if text.isascii() and text.isalnum():
        return text.lower()
    plain = unicodedata.normalize("NFC", text).strip().lstrip("#").strip().lower()
    return "_".join(plain.split())


def read_tables(
    content: bytes, suffix: str, known: frozenset[str] = frozenset(), *, coded: bool = False
) -> list[Table]:
    """Return the tables of a file as they stand in it. Arguments and errors as of `read_sheets`."""
    suffix = suffix.lower()
    with _only_reading_errors():
        if suffix in TEXT_FORMATS:
            return [Table("", read_text(content, lambda cells: _count_known(cells, known), coded=coded))]
        if suffix in WORKBOOK_FORMATS:
            return [Table(name, cells) for name, cells in read_workbook(content)]
        if suffix == ".sav":
            return [Table("", *read_sav(content))]
        if suffix == ".parquet":
            return [Table("", read_parquet(content))]
    raise ReadingError(UNKNOWN_FORMAT)


@contextmanager
def _only_reading_errors() -> Iterator[None]:
    """Turn whatever a reading library raises on a broken file into a ReadingError.

    A panic of a library written in Rust is no Exception, hence BaseException; an interrupt goes through.
    """
    try:
        yield
    except ReadingError:
        raise
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)):
            raise
        raise ReadingError(UNREADABLE) from error


def _count_known(cells: list[str], known: frozenset[str]) -> int:
    return len({plain_name(cell) for cell in cells} & known)


def _sheet(table: Table, known: frozenset[str]) -> Sheet | None:
    """Return a table as a sheet: trimmed, its header found; None when it has no filled cell."""
    if table.cells.width == 0:
        return None
    trimmed = with_changed(table.cells, dict.fromkeys(table.cells.columns, _trimmed))
    numbered = trimmed.select(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW), pl.all())
    filled = numbered.select(pl.any_horizontal(pl.exclude(ROW).is_not_null())).to_series()
    rows = numbered if filled.all() else numbered.filter(filled)
    if rows.is_empty():
        return None
    position, recognised = _header_position(rows, known)
    return _with_header(table, rows, position, recognised)


def _trimmed(text: pl.Expr) -> pl.Expr:
    """Return a text without blanks at its ends; an empty one is null."""
    return text.cast(pl.String).str.strip_chars().replace("", None)


def _header_position(rows: pl.DataFrame, known: frozenset[str]) -> tuple[int, int]:
    """Return the position of the row with the most known names among the first ones, and how many it has."""
    counts = [
        _count_known([cell for cell in cells if cell is not None], known)
        for _, *cells in rows.head(_HEADER_ROWS).rows()
    ]
    best = max(counts)
    return counts.index(best), best


def _with_header(table: Table, rows: pl.DataFrame, position: int, recognised: int) -> Sheet:
    """Return the rows below the header, named by it."""
    header = rows.row(position)[1:]
    body = rows.slice(position + 1)
    names: dict[str, str] = {}
    headers: dict[str, str] = {}
    repeated: list[str] = []
    spare: list[str] = []
    for place, cell in zip(rows.columns[1:], header, strict=True):
        column = plain_name(cell or "")
        if not column:
            spare.append(place)
        elif column in headers:
            repeated.append(column)
        else:
            names[place] = column
            headers[column] = cell or column
    cells = body[[ROW, *names]]
    cells.columns = [ROW, *names.values()]
    labels = {column: dict(table.labels[cell]) for column, cell in headers.items() if cell in table.labels}
    overfull = _overfull(body, spare)
    return Sheet(table.name, cells, headers, tuple(repeated), overfull, recognised, labels)


def _overfull(body: pl.DataFrame, spare: list[str]) -> tuple[int, ...]:
    """Return the rows in which a column without a name holds something."""
    filled = [place for place in spare if body[place].null_count() < body.height]
    if not filled:
        return ()
    return tuple(body.filter(pl.any_horizontal(pl.col(filled).is_not_null()))[ROW])
