"""Texts that a spreadsheet would compute: made harmless in every CSV that is written out."""

from __future__ import annotations

import polars as pl
from polars import selectors

# A spreadsheet takes a cell that begins so for a formula; a plain number is none.
_FORMULA = r"^[=+\-@\t\r]"
_NUMBER = r"^[+-]?\d+([.,]\d+)?$"


def harmless(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows in which an apostrophe goes before each text that a spreadsheet would take for a formula."""
    texts = selectors.string() | selectors.categorical() | selectors.enum()
    return rows.with_columns(_harmless(texts.cast(pl.String)))


def _harmless(text: pl.Expr) -> pl.Expr:
    is_formula = text.str.contains(_FORMULA) & ~text.str.contains(_NUMBER)
    return pl.when(is_formula).then(text.str.replace("^", "'")).otherwise(text)
