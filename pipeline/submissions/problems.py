"""Problems found in a submission: where, which rule, and what was expected, in English and Latvian."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import polars as pl

from pipeline.identity import mask, mask_all

# No column of a file can have these names: a number sign at the beginning is dropped when reading.
SUBMISSION = "#submission"
SHEET = "#sheet"
ROW = "#row"

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
    """The problems of some submissions, gathered while their rows are checked together.

    `places` has a row for each row of the submissions: SUBMISSION, SHEET and ROW. `rejected` marks the rows
    with an error, in the same order.
    """

    places: pl.DataFrame
    rejected: pl.Series = field(init=False)
    _parts: list[pl.DataFrame] = field(default_factory=list)
    _of_files: dict[str, list[pl.DataFrame]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rejected = pl.repeat(value=False, n=self.places.height, dtype=pl.Boolean, eager=True)

    def rows(self, broken: pl.Series, finding: Finding, column: str, values: pl.Series | None = None) -> None:
        """Note a problem of each row where `broken` is true (null is false); an error rejects the row."""
        if broken.any():
            broken = broken.fill_null(value=False)
            self.marked(broken, finding, column, None if values is None else values.filter(broken))

    def marked(self, broken: pl.Series, finding: Finding, column: str, values: pl.Series | None) -> None:
        """Note a problem of each marked row; `values` are those of the marked rows."""
        if finding.severity == "error":
            self.rejected = self.rejected | broken
        shown = pl.lit(None, pl.String) if values is None else pl.lit(_shown(values))
        self._parts.append(
            self.places.filter(broken).select(
                pl.col(SUBMISSION).cast(pl.String),
                pl.col(SHEET).cast(pl.String).alias("sheet"),
                pl.col(ROW).alias("row"),
                pl.lit(column).alias("column"),
                shown.alias("value"),
                *_sentence(finding),
            )
        )

    def file(
        self,
        submission: str,
        finding: Finding,
        *,
        sheet: str = "",
        column: str = "",
        value: str | None = None,
    ) -> None:
        """Note a problem of a file or one of its sheets (row 0); it rejects no row by itself."""
        problem = file_problem(finding, sheet=sheet, column=column, value=value)
        self._of_files.setdefault(submission, []).append(problem)

    def reject_sheet(self, submission: str, sheet: str) -> None:
        """Reject all rows of a sheet whose problem stands at row 0."""
        self.rejected = self.rejected | self.of_sheet(submission, sheet)

    def of_sheet(self, submission: str, sheet: str) -> pl.Series:
        """Tell which rows are those of a sheet."""
        return (self.places[SUBMISSION] == submission) & (self.places[SHEET] == sheet)

    def by_submission(self) -> dict[str, pl.DataFrame]:
        """Return the problems of each submission that has any (PROBLEM_SCHEMA), as `combined` orders them."""
        parts = {submission: list(found) for submission, found in self._of_files.items()}
        for submission, found in self._of_rows():
            parts.setdefault(submission, []).append(found)
        return {submission: combined(found) for submission, found in parts.items()}

    def _of_rows(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Give the problems of rows of each submission that has any."""
        if self._parts:
            split = pl.concat(self._parts).partition_by(
                SUBMISSION, as_dict=True, maintain_order=True, include_key=False
            )
            for (submission,), found in split.items():
                yield submission, found


def combined(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return a submission's problems as one frame, in the file's order; one a sheet, row, column and rule."""
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
