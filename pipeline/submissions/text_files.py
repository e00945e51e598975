"""Delimited text: which encoding, which delimiter, and the cells as they stand."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import polars as pl

from pipeline.submissions.coded import new_type
from pipeline.submissions.problems import Finding
from pipeline.submissions.wording import (
    LINE_TOO_LONG,
    NUL_CHARACTERS,
    UNCLOSED_QUOTE,
    UNKNOWN_ENCODING,
    UNREADABLE,
)

DELIMITERS = (",", ";", "\t")
_SAMPLE_LINES = 20
_SAMPLE_CHARACTERS = 200_000
_PIECE = 1 << 24
LONGEST_LINE = 1 << 24
# From so many bytes the columns of a file of answers become codes.
LARGE_BYTES = 32_000_000
_PART = 1 << 26
# Latin letters have a zero as their upper byte in UTF-16; a lower byte is zero in Ā (U+0100) and few others.
_MANY_ZEROS = 0.5
_RARE_ZEROS = 0.1


class ReadingError(Exception):
    """A file can't be read; `finding` says what was expected."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.words.en)
        self.finding = finding


def read_text(
    content: bytes, count_known: Callable[[list[str]], int], *, coded: bool = False
) -> pl.DataFrame:
    """Return the cells of a delimited text as a frame of strings, one row a record of the file.

    Blank lines are rows of nulls, so that the position of a row is its place in the file. The last column
    is a spare one: it holds something only where a record has more cells than the widest of the first lines.
    `count_known` counts the known column names in a line's cells. With `coded` the columns of a large text are
    columns of codes (`pipeline.submissions.coded`). Raises ReadingError.
    """
    text = as_utf8(content)
    if b"\n" not in text:
        text = text.replace(b"\r", b"\n")
    refuse_long_lines(text)
    head = _head(text)
    samples = {delimiter: _sample(head, delimiter) for delimiter in DELIMITERS}
    delimiter = find_delimiter(samples, count_known)
    width = max((len(cells) for cells in samples[delimiter]), default=1)
    return _cells(text, delimiter, width + 1, coded=coded and len(text) > LARGE_BYTES)


def as_utf8(content: bytes) -> bytes:
    """Return text in UTF-8, UTF-16 or Windows-1257, with or without a byte order mark, as plain UTF-8.

    UTF-8 is tried strictly first: Latvian text in Windows-1257 is practically never valid UTF-8; it is not
    copied. Raises ReadingError for other encodings and for bytes that are no text.
    """
    encoding = _marked_encoding(content) or _unmarked_utf16(content)
    try:
        if encoding in (None, "utf-8-sig") and is_utf8(content):
            text = content
        else:
            text = content.decode(encoding or "cp1257").encode()
    except UnicodeDecodeError as error:
        raise ReadingError(UNKNOWN_ENCODING) from error
    if b"\0" in text:
        raise ReadingError(NUL_CHARACTERS)
    return _without_mark(text)


def _without_mark(text: bytes) -> bytes:
    """Return a text without byte order marks at its beginning: programs that join files put one to another."""
    while text.startswith(codecs.BOM_UTF8):
        text = text.removeprefix(codecs.BOM_UTF8)
    return text


def encoding_of(content: bytes) -> str:
    """Return the name of the encoding in which `as_utf8` reads a text; one with a mark is written with it."""
    marked = _marked_encoding(content) or _unmarked_utf16(content)
    return marked or ("utf-8" if is_utf8(content) else "cp1257")


def refuse_long_lines(text: bytes) -> None:
    """Raise ReadingError where a line is too long to be one of a table."""
    start = 0
    while len(text) - start > LONGEST_LINE:
        end = text.rfind(b"\n", start, start + LONGEST_LINE)
        if end < 0:
            raise ReadingError(LINE_TOO_LONG)
        start = end + 1


def is_utf8(content: bytes) -> bool:
    """Tell whether bytes are valid UTF-8; looked at in pieces, so that a large file is not copied."""
    if content.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _PIECE):
            decoder.decode(content[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def find_delimiter(samples: Mapping[str, list[list[str]]], count_known: Callable[[list[str]], int]) -> str:
    """Return the delimiter whose lines hold most known column names; else the one that gives most cells.

    `samples` has the cells of the first lines by delimiter.
    """

    def fit(delimiter: str) -> tuple[int, int]:
        lines = samples[delimiter]
        known = max((count_known(cells) for cells in lines), default=0)
        return known, max((len(cells) for cells in lines), default=0)

    return max(samples, key=fit)


def _marked_encoding(content: bytes) -> str | None:
    """Return the encoding that a byte order mark names."""
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


def _unmarked_utf16(content: bytes) -> str | None:
    """Return UTF-16's byte order when every other byte of the beginning is mostly zero."""
    head = content[:2000]
    pairs = len(head) // 2
    if pairs == 0 or len(content) % 2:
        return None
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if min(even, odd) > _RARE_ZEROS or max(even, odd) < _MANY_ZEROS:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _head(text: bytes) -> str:
    """Return the first characters of a text; no character has more than four bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    return decoder.decode(text[: 4 * _SAMPLE_CHARACTERS])[:_SAMPLE_CHARACTERS]


def _sample(head: str, delimiter: str) -> list[list[str]]:
    """Return the cells of the first lines; what can't be told apart is left out."""
    lines: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
            lines.append(cells)
            if len(lines) == _SAMPLE_LINES:
                break
    except csv.Error:
        pass
    return lines


def _cells(text: bytes, delimiter: str, width: int, *, coded: bool) -> pl.DataFrame:
    """Return all cells; with `coded` as codes, so that the texts of one part at a time are held.

    A text with quotation marks is one part: a cell may then have line breaks, and where one ends can't be told
    from the middle of the text.
    """
    types = [new_type() if coded else pl.String() for _ in range(width)]
    at_once = _PART if coded and b'"' not in text else len(text)
    read = partial(_cells_of_part, delimiter=delimiter, width=width)
    # The next part is read while the texts of one become codes, which one processor does.
    each = _ahead if len(text) > at_once else map
    parts = [
        cells.cast(dict(zip(cells.columns, types, strict=True)))
        for cells in each(read, _parts(text, at_once))
    ]
    return pl.concat(parts, rechunk=len(parts) > 1)


def _ahead(function: Callable[[bytes], pl.DataFrame], items: Iterable[bytes]) -> Iterator[pl.DataFrame]:
    """Give what a function makes of each item, in their order, the next one being worked on meanwhile."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        waiting: Future[pl.DataFrame] | None = None
        for item in items:
            following = pool.submit(function, item)
            if waiting is not None:
                yield waiting.result()
            waiting = following
        if waiting is not None:
            yield waiting.result()


def _parts(text: bytes, size: int) -> Iterator[bytes]:
    """Give a text in parts of whole lines of about a size; at least one part."""
    if len(text) <= size:
        yield text
        return
    start = 0
    while start < len(text):
        end = text.find(b"\n", start + size) + 1 or len(text)
        yield text[start:end]
        start = end


def _cells_of_part(text: bytes, delimiter: str, width: int) -> pl.DataFrame:
    """Return the cells of a part. Polars drops blank lines before the first filled one: they are put back."""
    schema = pl.Schema({f"column_{number}": pl.String() for number in range(width)})
    filled = text.lstrip(b"\r\n")
    frame = schema.to_frame().clear(text.count(b"\n", 0, len(text) - len(filled)))
    if filled:
        frame = pl.concat([frame, _read_csv(filled, delimiter, schema)])
    return frame


def _read_csv(text: bytes, delimiter: str, schema: pl.Schema) -> pl.DataFrame:
    # Polars leaves out a mark at the beginning; in the midst of a file, where a part begins, it is text.
    text = codecs.BOM_UTF8 + text if text.startswith(codecs.BOM_UTF8) else text
    # Texts, never codes: reading quoted cells as Categorical reads beyond the end of the text (Polars 2.1.0).
    try:
        return pl.read_csv(
            text,
            has_header=False,
            separator=delimiter,
            schema=schema,
            truncate_ragged_lines=True,
            missing_columns="insert",
            extra_columns="ignore",
        )
    except pl.exceptions.ComputeError as error:
        raise ReadingError(UNCLOSED_QUOTE if b'"' in text else UNREADABLE) from error
