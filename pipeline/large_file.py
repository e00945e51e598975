"""A file of answers too large to hold at once: read by ranges of persons, each range a sheet of its own.

All rows of a person come together, so a questionnaire in the long layout is whole and a duplicate is seen; the
ranges follow one another in the order of identifiers.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import polars as pl

from pipeline.submissions.problems import ROW
from pipeline.submissions.reading import Sheet, plain_name
from pipeline.submissions.text_files import DELIMITERS, find_delimiter

LARGE_BYTES = 64_000_000
LARGE_CELLS = 8_000_000
CELLS_AT_ONCE = 6_000_000
PERSON = "participant_id"
_TEXTS = (".csv", ".tsv", ".txt")
_HEAD_BYTES = 200_000
_SAMPLE_LINES = 20
_BLOCK = 1 << 22


@dataclass(frozen=True)
class LargeFile:
    """A large file whose first row is its header.

    rows: its cells, lazily, as they stand: texts, or numbers of a Parquet file; with ROW. headers: the names as
    they stand in the file, by column. spare: a column that holds something only in rows with too many cells.
    """

    rows: pl.LazyFrame
    headers: dict[str, str]
    repeated: tuple[str, ...]
    recognised: int
    spare: str | None = None

    @classmethod
    def of(cls, path: Path, known: Collection[str]) -> LargeFile | None:
        """The file, if it is large and plain enough; None for one that is to be read at once.

        known: the column names by which a header and a delimiter are recognised.
        """
        suffix = path.suffix.lower()
        if suffix == ".parquet":
            return _parquet(path, frozenset(known))
        if suffix in _TEXTS and path.stat().st_size > LARGE_BYTES and _is_utf8(path):
            return _text(path, frozenset(known))
        return None

    def parts(self) -> Iterator[Sheet]:
        """Yield the rows as sheets, in the order of persons; those without a person first."""
        person = _trimmed(PERSON)
        for low, high in self._ranges():
            of_range = person.is_null() if low is None else person.is_between(pl.lit(low), pl.lit(high))
            chosen = self.rows.filter(of_range).collect(engine="streaming").sort(ROW)
            yield self._sheet(chosen.select(ROW, *(_trimmed(column) for column in self._columns())))

    def _columns(self) -> list[str]:
        return [*self.headers, *([self.spare] if self.spare else [])]

    def _ranges(self) -> list[tuple[str | None, str | None]]:
        """Return first and last identifier of each range, so that a range holds about CELLS_AT_ONCE."""
        people = (
            self.rows.select(_trimmed(PERSON))
            .group_by(PERSON)
            .len()
            .collect(engine="streaming")
            .sort(PERSON, nulls_last=False)
        )
        at_once = max(1, CELLS_AT_ONCE // (len(self.headers) + 1))
        part = (pl.col("len").cum_sum() - pl.col("len")) // at_once
        ranges = (
            people.drop_nulls(PERSON)
            .group_by(part.alias("part"), maintain_order=True)
            .agg(pl.col(PERSON).first().alias("low"), pl.col(PERSON).last().alias("high"))
        )
        without = [(None, None)] if people[PERSON].null_count() else []
        return [*without, *ranges.select("low", "high").iter_rows()]

    def _sheet(self, cells: pl.DataFrame) -> Sheet:
        filled = cells.filter(pl.any_horizontal(pl.col(self._columns()).is_not_null()))
        overfull = filled.filter(pl.col(self.spare).is_not_null())[ROW].to_list() if self.spare else []
        own = filled.select(pl.col(ROW).cast(pl.Int64), *self.headers)
        return Sheet("", own, self.headers, self.repeated, tuple(overfull), self.recognised)


def _trimmed(column: str) -> pl.Expr:
    """A column as trimmed texts, empty ones null; whole floats without a decimal point."""
    text = pl.col(column).cast(pl.String)
    return text.str.replace(r"^(-?\d+)\.0$", "$1").str.strip_chars().replace("", None).alias(column)


def _parquet(path: Path, known: frozenset[str]) -> LargeFile | None:
    """A Parquet file's header counts as row 1, as in the other formats."""
    try:
        scanned = pl.scan_parquet(path)
        names = scanned.collect_schema().names()
        rows = scanned.select(pl.len()).collect().item()
    except pl.exceptions.PolarsError:
        return None
    if rows * len(names) <= LARGE_CELLS:
        return None
    return _named(scanned.with_row_index(ROW, offset=2), dict(zip(names, names, strict=True)), known)


def _text(path: Path, known: frozenset[str]) -> LargeFile | None:
    """A delimited text; the names of its columns are looked for in the first line."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    text = head[: head.rfind(b"\n") + 1].decode("utf-8-sig", errors="ignore")
    if '"' in text.partition("\n")[0]:
        return None
    samples = {delimiter: _first_lines(text, delimiter) for delimiter in DELIMITERS}
    delimiter = find_delimiter(samples, lambda cells: len({plain_name(cell) for cell in cells} & known))
    lines = samples[delimiter]
    if not lines or len(lines[0]) < max(map(len, lines)):
        return None
    names = [f"column_{place}" for place in range(len(lines[0]) + 1)]
    scanned = pl.scan_csv(
        path,
        has_header=False,
        separator=delimiter,
        schema=dict.fromkeys(names, pl.String),
        truncate_ragged_lines=True,
        missing_columns="insert",
    )
    below = scanned.with_row_index(ROW, offset=1).filter(pl.col(ROW) > 1)
    return _named(below, dict(zip(names, lines[0], strict=False)), known, spare=names[-1])


def _first_lines(text: str, delimiter: str) -> list[list[str]]:
    """The cells of the first lines."""
    return list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), _SAMPLE_LINES))


def _named(
    rows: pl.LazyFrame, header: dict[str, str], known: frozenset[str], spare: str | None = None
) -> LargeFile | None:
    """The rows under the header's plain names; None when persons have no column."""
    names: dict[str, str] = {}
    headers: dict[str, str] = {}
    repeated = []
    for place, cell in header.items():
        column = plain_name(cell)
        if not column:
            return None
        if column in headers:
            repeated.append(column)
        else:
            names[place] = column
            headers[column] = cell
    if PERSON not in headers:
        return None
    kept = [pl.col(place).alias(column) for place, column in names.items()]
    named = rows.select(ROW, *kept, *([spare] if spare else []))
    return LargeFile(named, headers, tuple(repeated), len(known & set(headers)), spare)


def _is_utf8(path: Path) -> bool:
    """Whether all bytes are UTF-8; other encodings are left to the reader of whole files."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
