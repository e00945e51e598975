"""Table mart.stakeholder_change: how each role rated each item, year on year; other people answer each year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from instruments import Item, Library
from pipeline.outcomes.frames import mart_frame
from pipeline.statistics import (
    benjamini_hochberg,
    mann_whitney,
    proportional_odds,
    share_difference,
    wilson,
)
from pipeline.statistics.reasons import NO_EARLIER_SURVEY, join_reasons

Row = dict[str, object]


def stakeholder_change(
    answers: pl.DataFrame, library: Library, years: Iterable[int] | None = None
) -> pl.DataFrame:
    """Return mart.stakeholder_change: a row a year, role and rated item, against the latest earlier survey.

    answers: core.stakeholder_answer; answers outside an item's printed range are codes for no answer. years: those
    that are wanted, all by default. The tests of one year are one family (Benjamini-Hochberg).
    """
    wanted = set(years) if years is not None else set(answers["year"])
    rows = [row for ratings in _ratings(answers, library) for row in ratings.rows(wanted)]
    return mart_frame("mart.stakeholder_change", _adjusted(rows))


@dataclass(frozen=True)
class _Ratings:
    """One role's answers to one rated item, in all years: year, municipality_code, answer."""

    role: str
    item: Item
    answers: pl.DataFrame

    def rows(self, wanted: set[int]) -> Iterator[Row]:
        """The row of each wanted year that has answers."""
        years = sorted(set(self.answers["year"]))
        for place, year in enumerate(years):
            if year in wanted:
                yield self._row(year, years[place - 1] if place else None)

    def _row(self, year: int, before: int | None) -> Row:
        now = self._of(year)
        share = wilson(self._favourable(now), now.height)
        row: Row = {
            "year": year,
            "role": self.role,
            "population": "all",
            "grp": "all",
            "item": self.item.code,
            "favourable": ", ".join(f"{value:g}" for value in favourable(self.item)),
            "n": now.height,
            "share": share.share,
            "share_low": share.ci_low,
            "share_high": share.ci_high,
            "municipalities": now["municipality_code"].n_unique(),
            "family": str(year),
        }
        if before is None:
            return {**row, "reason": NO_EARLIER_SURVEY}
        return {**row, "year_before": before, **self._change(self._of(before), now)}

    def _change(self, earlier: pl.DataFrame, later: pl.DataFrame) -> Row:
        """The figures of two years side by side; a better rating is higher, whatever the item's direction."""
        shares = [wilson(self._favourable(frame), frame.height) for frame in (earlier, later)]
        difference = share_difference(*shares)
        both = pl.concat([earlier, later])
        is_later = (both["year"] == later["year"][0]).cast(pl.Float64)
        ratings, sign = both["answer"], -1.0 if self.item.reversed else 1.0
        ranks = mann_whitney(earlier["answer"] * sign, later["answer"] * sign)
        odds = proportional_odds(ratings * sign, is_later, both["municipality_code"].rank("dense"))
        return {
            "n_before": earlier.height,
            "share_before": shares[0].share,
            "share_before_low": shares[0].ci_low,
            "share_before_high": shares[0].ci_high,
            "change": difference.difference,
            "change_low": difference.ci_low,
            "change_high": difference.ci_high,
            "superiority": ranks.superiority,
            "p_mann_whitney": ranks.p,
            "municipalities": odds.clusters,
            "odds_ratio": odds.odds_ratio,
            "odds_ratio_low": odds.ci_low,
            "odds_ratio_high": odds.ci_high,
            "p": odds.p,
            "reason": join_reasons(ranks.reason, odds.reason),
        }

    def _of(self, year: int) -> pl.DataFrame:
        return self.answers.filter(pl.col("year") == year)

    def _favourable(self, frame: pl.DataFrame) -> int:
        return int(frame["answer"].is_in(favourable(self.item)).sum())


def favourable(item: Item) -> list[float]:
    """The answers of a rated item on the better side of its printed range's middle."""
    values = [option.value for option in item.options]
    middle = (min(values) + max(values)) / 2
    return [value for value in values if (value < middle if item.reversed else value > middle)]


def _ratings(answers: pl.DataFrame, library: Library) -> Iterator[_Ratings]:
    """The answers to each rated item by role, in the order of role and item."""
    rated = {
        item.code: item
        for instrument in library.values()
        if instrument.kind == "survey"
        for item in instrument.items
        if item.type == "rated" and item.options
    }
    of_item = answers.partition_by("role", "item", as_dict=True)
    for (role, code), found in sorted(of_item.items()):
        item = rated.get(str(code))
        if item is not None:
            valid = found.filter(pl.col("answer").is_in([option.value for option in item.options]))
            yield _Ratings(str(role), item, valid.select("year", "municipality_code", "answer"))


def _adjusted(rows: list[Row]) -> list[Row]:
    """The rows with p adjusted within each year."""
    by_year: dict[object, list[Row]] = {}
    for row in rows:
        by_year.setdefault(row["year"], []).append(row)
    for family in by_year.values():
        adjusted = benjamini_hochberg([p if isinstance(p := row.get("p"), float) else None for row in family])
        for row, value in zip(family, adjusted, strict=True):
            row["p_adjusted"] = value
    return rows
