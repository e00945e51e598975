"""What a check works on: the rows of submissions, and the facts they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from instruments import Library
from pipeline.forgotten import NOBODY, Forgotten
from pipeline.identity import Pseudonyms
from pipeline.municipalities import Register
from pipeline.plan import Plan
from pipeline.submissions.problems import Finding, ProblemLog

_IDENTIFIERS = ("participant_id", "respondent_id")
PERSON_COLUMNS = ("participant_id", "target_group", "municipality_code", "enrolled_on", "left_on")


@dataclass(frozen=True)
class Facts:
    """What rows are held against.

    plan: None when rows are checked without a home; what the plan decides is then not checked.
    persons: everybody enrolled so far (PERSON_COLUMNS, one row a person); None: persons are not checked.
    pseudonyms: of the persons whom rows name.
    windows: their survey windows, as `pipeline.waves.wave_windows` gives them.
    forgotten: who was erased and is not taken in again.
    """

    plan: Plan | None
    library: Library
    register: Register
    pseudonyms: Pseudonyms
    persons: pl.DataFrame | None
    windows: pl.DataFrame
    forgotten: Forgotten = NOBODY


@dataclass
class Batch:
    """The rows of submissions of one kind: as texts (`raw`), and typed as far as they can be (`typed`)."""

    raw: pl.DataFrame
    typed: pl.DataFrame
    log: ProblemLog

    def broken(self, condition: pl.Expr, finding: Finding, column: str) -> None:
        """Note a problem of the rows where a condition on the typed columns holds; null is no problem."""
        self.all_broken([(condition, finding, column)])

    def all_broken(self, checks: Sequence[tuple[pl.Expr, Finding, str]]) -> None:
        """Note the problems of several conditions, each with its finding and column; evaluated at once."""
        named = [condition.alias(str(place)) for place, (condition, _, _) in enumerate(checks)]
        broken = self.typed.select(named)
        if not named or broken.is_empty():
            return
        for place, (_, finding, column) in enumerate(checks):
            self.note(broken[str(place)], finding, column)

    def note(self, broken: pl.Series, finding: Finding, column: str) -> None:
        """Note a problem of the rows where `broken` is true; null is no problem."""
        if broken.any():
            self.log.rows(broken, finding, column, self._shown(column))

    def _shown(self, column: str) -> pl.Series | None:
        """Return the values that a message may show: never who it is about; the row says that."""
        return None if column in _IDENTIFIERS or column not in self.raw.columns else self.raw[column]

    def set(self, **columns: pl.Expr | pl.Series) -> None:
        """Put typed columns in place of the old ones, or beside them."""
        self.typed = self.typed.with_columns(**columns)
