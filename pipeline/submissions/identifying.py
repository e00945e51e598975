"""Columns that tell who somebody is: found by their names and by what they hold, and never kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from pipeline.direct_identifiers import names_a_person
from pipeline.identity import mask_all
from pipeline.submissions.coded import with_changed
from pipeline.submissions.problems import ROW
from pipeline.submissions.reading import Sheet

_SAMPLE = 200
_MOSTLY = 0.5
_SHORTEST = 3
_IDS = ("participant_id", "respondent_id")


def identifying(sheet: Sheet, column: str) -> bool:
    """Tell whether a column names persons: by its name, or because most of its cells would be masked."""
    if names_a_person(column):
        return True
    cells = sheet.cells[column].drop_nulls().head(_SAMPLE).cast(pl.String)
    return cells.len() > 0 and int((cells != mask_all(cells)).sum()) > _MOSTLY * cells.len()


def without_names(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the sheets with the words of their naming columns masked wherever else they stand, as in a remark.

    A Latvian name is found in every case: its last letter or two may differ. Identifiers of persons stay, for they
    become pseudonyms.
    """
    words = sorted({word for sheet in sheets for word in _words(sheet)}, key=len, reverse=True)
    if not words:
        return list(sheets)
    expression = rf"(?i)\b(?:{'|'.join(re.escape(_stem(word)) for word in words)})\w{{0,3}}\b"
    return [_masked(sheet, expression) for sheet in sheets]


def _words(sheet: Sheet) -> set[str]:
    """Return the words of the columns that hold names and addresses; numbers are found by their form anyway."""
    columns = [column for column in sheet.headers if names_a_person(column) and column not in _IDS]
    texts = (text for column in columns for text in sheet.cells[column].unique().drop_nulls())
    return {word for text in texts for word in re.findall(r"[^\W\d_]+", text) if len(word) >= _SHORTEST}


def _stem(word: str) -> str:
    return word[:-1] if len(word) > _SHORTEST and word[-1].lower() in "aesšiīuāē" else word


def _masked(sheet: Sheet, expression: str) -> Sheet:
    columns = [c for c in sheet.headers if c not in _IDS and c != ROW and not names_a_person(c)]

    def without(text: pl.Expr) -> pl.Expr:
        masked = text.str.replace_all(expression, "[name]")
        return (
            pl.when(text.str.contains(r"\s")).then(masked).otherwise(text)
        )  # a single word is a code or a number

    return replace(sheet, cells=with_changed(sheet.cells, dict.fromkeys(columns, without)))
