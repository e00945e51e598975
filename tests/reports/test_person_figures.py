"""Each person before and after: in the evaluator's edition alone."""

from __future__ import annotations

from typing import Any

from reports import Edition
from reports.context import View
from reports.sections.person_figures import TABLE, person_figures
from tests.reports.example_marts import context, table, tables

ROW = {
    "evaluation": "children-2019",
    "wave_pre": "baseline",
    "wave_post": "endline",
    "instrument": "kidscreen52",
    "respondent": "self",
}
SCORES = [
    ("physical_wellbeing", 1, 40.0, 50.0, 10.0, "improved"),
    ("physical_wellbeing", 2, 45.0, 45.0, 0.0, "unchanged"),
    ("physical_wellbeing", 3, 45.0, 45.0, 0.0, "unchanged"),
    ("school_environment", 1, 50.0, 30.0, -20.0, "worsened"),
]


def view(edition: Edition = "restricted", **more: Any) -> View:
    columns = ("scale", "place", "pre", "post", "change", "outcome")
    persons = table(TABLE, [{**ROW, **dict(zip(columns, scores, strict=True))} for scores in SCORES])
    made = {**tables(), TABLE: persons} if edition == "restricted" else tables()
    return View.of(context(edition, tables=made, **more), "children-2019", "en")


def test_a_square_a_scale_and_a_mark_a_person() -> None:
    shown = view()
    rows = shown.rows("mart.score_change", instrument="kidscreen52")
    [figure] = person_figures(shown, rows)
    svg = figure.svg.decode()
    assert "Physical Well-Being" in svg
    assert "School Environment" in svg
    # A scale on which nobody was scored at both waves has no square.
    assert "Autonomy" not in svg
    # Three places of scores: the two persons with the same scores are one mark, twice as large.
    drawn = svg[svg.index('id="PathCollection_1"') : svg.index('id="legend')]
    assert drawn.count("<use ") == 3
    assert "Physical Well-Being: improved" in figure.alt


def test_the_public_edition_has_none() -> None:
    shown = view("public")
    assert list(person_figures(shown, shown.rows("mart.score_change", instrument="kidscreen52"))) == []
