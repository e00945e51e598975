"""Problems found in a submission: where, which rule, and what was expected, in English and Latvian."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import polars as pl

from pipeline.identity import mask, mask_all

# No column of a file can have these names: a number sign at the beginning is dropped when reading.
ROW = "#row"
SHEET = "#sheet"

Severity = Literal["error", "warning"]

PROBLEM_SCHEMA = pl.Schema(
    {
        "sheet": pl.String,
        "row": pl.Int64,
        "column": pl.String,
        "value": pl.String,
        "rule": pl.String,
        "severity": pl.String,
        "expected": pl.String,
        "expected_lv": pl.String,
    }
)

_LONGEST_VALUE = 60


class Words(NamedTuple):
    """A sentence in both languages."""

    en: str
    lv: str


class Finding(NamedTuple):
    """A rule and what it expects."""

    rule: str
    words: Words
    severity: Severity = "error"


@dataclass
class ProblemLog:
    """The problems of one submission, gathered while its rows are checked.

    `places` has a row for each row of the submission: its sheet and its row in the file. `rejected` marks
    the rows with an error, in the same order.
    """

    places: pl.DataFrame
    rejected: pl.Series = field(init=False)
    _parts: list[pl.DataFrame] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rejected = pl.repeat(value=False, n=self.places.height, dtype=pl.Boolean, eager=True)

    def rows(self, broken: pl.Series, finding: Finding, column: str, values: pl.Series | None = None) -> None:
        """Note a problem of each row where `broken` is true (null is false); an error rejects the row."""
        broken = broken.fill_null(value=False)
        if not broken.any():
            return
        if finding.severity == "error":
            self.rejected = self.rejected | broken
        shown = pl.lit(None, pl.String) if values is None else pl.lit(_shown(values.filter(broken)))
        self._parts.append(
            self.places.filter(broken).select(
                pl.col(SHEET).alias("sheet"),
                pl.col(ROW).alias("row"),
                pl.lit(column).alias("column"),
                shown.alias("value"),
                *_sentence(finding),
            )
        )

    def file(self, finding: Finding, *, sheet: str = "", column: str = "", value: str | None = None) -> None:
        """Note a problem of the file or one of its sheets (row 0); it rejects no row by itself."""
        self._parts.append(file_problem(finding, sheet=sheet, column=column, value=value))

    def reject_sheet(self, sheet: str) -> None:
        """Reject all rows of a sheet whose problem stands at row 0."""
        self.rejected = self.rejected | (self.places[SHEET] == sheet)

    @property
    def frame(self) -> pl.DataFrame:
        """The problems (PROBLEM_SCHEMA), in the file's order; one a row, column and rule."""
        return combined(self._parts)


def combined(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return problems as one frame, in the file's order; one a sheet, row, column and rule."""
    whole = pl.concat([PROBLEM_SCHEMA.to_frame(), *parts])
    key = ["sheet", "row", "column", "rule"]
    return whole.unique(key, keep="first", maintain_order=True).sort(*key, maintain_order=True)


def file_problem(
    finding: Finding, *, sheet: str = "", column: str = "", value: str | None = None
) -> pl.DataFrame:
    """Return a problem of a file or sheet as a frame of one row."""
    place = {
        "sheet": sheet,
        "row": 0,
        "column": mask(column),
        "value": None if value is None else mask(value),
    }
    told = {
        "rule": finding.rule,
        "severity": finding.severity,
        "expected": finding.words.en,
        "expected_lv": finding.words.lv,
    }
    return pl.DataFrame([{**place, **told}], schema=PROBLEM_SCHEMA)


def _sentence(finding: Finding) -> tuple[pl.Expr, ...]:
    return (
        pl.lit(finding.rule).alias("rule"),
        pl.lit(finding.severity).alias("severity"),
        pl.lit(finding.words.en).alias("expected"),
        pl.lit(finding.words.lv).alias("expected_lv"),
    )


def _shown(values: pl.Series) -> pl.Series:
    """Return values as a message may show them: masked and short."""
    masked = mask_all(values.cast(pl.String))
    return masked.to_frame("value").select(
        pl.when(pl.col("value").str.len_chars() > _LONGEST_VALUE)
        .then(pl.col("value").str.slice(0, _LONGEST_VALUE) + "…")
        .otherwise(pl.col("value"))
    )["value"]
