"""A submission before it is a file: a table of texts, who sends it, and how its file is laid out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

EVALUATORS = "evaluators"
PROGRAMME_OFFICE = "programme-office"


@dataclass(frozen=True)
class Layout:
    """How a file is written: the ending decides the format; the rest is about text files.

    `title`: a line above the header, in a workbook. `bom`: with a byte order mark, as spreadsheets write it.
    """

    ending: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal_comma: bool = False
    dotted_dates: bool = False
    bom: bool = False
    title: str | None = None


PLAIN = Layout()
BALTIC = Layout(delimiter=";", encoding="cp1257", decimal_comma=True, dotted_dates=True)
SPREADSHEET_CSV = Layout(delimiter=";", decimal_comma=True, dotted_dates=True, bom=True)
TABBED = Layout(ending="tsv", delimiter="\t")
WORKBOOK = Layout(ending="xlsx")
TITLED_WORKBOOK = Layout(ending="xlsx", title="Sintētiski demonstrācijas dati / synthetic demonstration data")


@dataclass(frozen=True)
class Sheet:
    """A submission: `sender` is its folder, `name` the file's name without ending.

    frame: all columns text, dates ISO, numbers with a decimal point; null = empty.
    """

    sender: str
    name: str
    frame: pl.DataFrame = field(repr=False)
    layout: Layout = PLAIN

    @property
    def path(self) -> str:
        """Path in the inbox."""
        return f"{self.sender}/{self.name}.{self.layout.ending}"


def slug(name: str) -> str:
    """A name as a folder: lower case, no diacritics, hyphens for blanks."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace(" ", "-")


def texts(rows: Iterable[Sequence[object]], columns: Sequence[str]) -> pl.DataFrame:
    """A frame of texts: None stays empty, all else as Python writes it (a date as ISO)."""
    cells = [[None if value is None else str(value) for value in row] for row in rows]
    return pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String), orient="row")


def by_sender(
    frame: pl.DataFrame, senders: Mapping[str, str], name: str, layouts: Mapping[str, Layout]
) -> list[Sheet]:
    """The frame's rows in a submission for each sender.

    senders: participant_id -> sender. layouts: sender -> layout, where it isn't the plain one.
    """
    parts = frame.with_columns(
        pl.col("participant_id").replace_strict(senders, return_dtype=pl.String).alias("sender")
    ).partition_by("sender", as_dict=True, include_key=False, maintain_order=True)
    return [
        Sheet(str(sender), name, part, layouts.get(str(sender), PLAIN))
        for (sender,), part in sorted(parts.items())
    ]
