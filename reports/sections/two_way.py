"""By two characteristics at once, where the plan asks: services and goals, and headline changes."""

from __future__ import annotations

from typing import Any

from pipeline.breakdowns import Attribute, population_of
from reports.context import Row, View
from reports.document import Column, Section, Table
from reports.sections.municipalities import given_rows, given_table, is_confirmatory


def two_way(view: View) -> Section | None:
    """Tables of each two-way breakdown; None when the plan has none, or nobody is in one."""
    pairs = [breakdown for breakdown in view.evaluation.breakdowns if not isinstance(breakdown, str)]
    found = [values for pair in pairs if (values := _breakdown(view, pair))]
    if not found:
        return None
    return Section("two_way", "two-way", view.words.say("By two characteristics"), {"breakdowns": found})


def _breakdown(view: View, pair: tuple[Attribute, Attribute]) -> dict[str, Any]:
    population = population_of(pair)
    one, other = (view.words.name("attribute", name) for name in pair)
    head = view.words.say("{one} and {other}", one=one, other=other.lower())
    tables = _changes(view, population, head)
    given = given_rows(view, population)
    if given:
        caption = view.words.say("Services and goals: {groups}", groups=head.lower())
        tables.insert(0, given_table(view, population, given, head, caption))
    return {"tables": tables} if tables else {}


def _changes(view: View, population: str, head: str) -> list[Table]:
    """A table for each headline change."""
    by_scale: dict[tuple[str, str, str], list[Row]] = {}
    for row in view.rows("mart.score_change", population):
        scale = (row["instrument"], row["respondent"], row["scale"])
        if is_confirmatory(view, scale):
            by_scale.setdefault(scale, []).append(row)
    return [_change_table(view, population, head, rows) for rows in by_scale.values()]


def _change_table(view: View, population: str, head: str, rows: list[Row]) -> Table:
    say, first = view.words.say, rows[0]
    scale = f"{view.label(first['instrument'], first['scale'])} ({view.who(first)})"
    columns = [Column(say("n"), 7), Column(say("Mean change"), 14), Column(say("95% interval"), 18)]
    ordered = view.alphabetical(rows, population)
    return view.table(
        say("Mean change: {scale}, {groups}", scale=scale, groups=head.lower()),
        [Column(head, 30, "left"), *columns],
        [_change_cells(view, population, row) for row in ordered],
        ordered,
    )


def _change_cells(view: View, population: str, row: Row) -> list[str]:
    words, hidden = view.words, row["suppressed"]
    digits = view.digits(row["instrument"], row["scale"], row["respondent"])
    return [
        view.group(population, row["grp"]),
        words.number(row["n_pairs"], hidden=hidden),
        words.number(row["mean_change"], digits, hidden=hidden, sign=True),
        words.interval(row["ci_low"], row["ci_high"], digits, hidden=hidden),
    ]
