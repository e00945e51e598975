"""Figures of changes: what they tell, what they leave out, what is drawn only where it can be."""

from __future__ import annotations

from typing import Any

import polars as pl

from reports import RenderedReport
from reports.anchors import marked
from reports.cells import TableRow
from reports.context import Row, View
from reports.document import Figure
from reports.figures import EstimatePanel, Estimates, Funnel, FunnelPoint, HeatColumn, HeatMap, Interval
from reports.sections.functioning import functioning
from reports.sections.municipalities import municipalities
from reports.sections.score_figures import score_figures
from reports.sections.score_tables import ScoreTables, by_respondent
from tests.reports.example_marts import ALL, changes, context, table, tables
from tests.reports.example_marts import functioning as ratings
from tests.reports.reading import told

POINTS = (
    FunnelPoint("Far", 10, 3.0, (-1.0, 1.0), (-2.0, 2.0)),
    FunnelPoint("Near", 12, 0.2, (-0.9, 0.9), (-1.8, 1.8)),
    FunnelPoint("Other", 15, -0.2, (-0.8, 0.8), (-1.6, 1.6)),
)


def _view(**marts: pl.DataFrame) -> View:
    changed = {f"mart.{name}": frame for name, frame in marts.items()}
    return View.of(context(tables={**tables(), **changed}), "children-2019", "en")


def test_changes_are_told_with_their_intervals(english: RenderedReport) -> None:
    """Changes of −1.25 and 3.6 with a standard error of 1 (t 2.0), rounded half up; a hidden scale is not told."""
    said = told(english.html, "KIDSCREEN-52: mean change with 95% intervals").replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert said.split(" scale. ")[1] == (
        "self-report, Physical Well-Being: −1.3 (−3.3; 0.8); self-report, School Environment: +3.6 (1.6; 5.6)."
    )


def test_persons_who_changed_are_told_better_beside_worse(english: RenderedReport) -> None:
    """20, 30 and 10 of 60 persons."""
    said = told(english.html, "Persons who changed by more than the threshold: Beach Center FQOL")
    assert said.endswith("total: improved 33%, unchanged 50%, worsened 17%.")


def _named(view: View, ending: str) -> list[Figure]:
    rows: list[Row] = view.rows("mart.score_change", instrument="kidscreen52")
    tables = ScoreTables.of(view, "kidscreen52", by_respondent(rows))
    drawn = score_figures(view, "kidscreen52", rows, tables)
    return [figure for figure, _ in drawn if figure.name.endswith(ending)]


def test_respondents_are_compared_only_where_they_can_be() -> None:
    agreement: dict[str, Any] = {
        **ALL, "wave": "baseline", "instrument": "kidscreen52", "scale": "autonomy",
        "respondent_a": "self", "respondent_b": "parent", "n": 60,
    }  # fmt: skip
    without = table("mart.agreement", [{**agreement, "reason": "other metrics"}])
    assert _named(_view(agreement=without), "agreement") == []
    limits = {"mean_difference": 1.5, "loa_low": -16.0, "loa_high": 19.0}
    [figure] = _named(_view(agreement=table("mart.agreement", [{**agreement, **limits}])), "agreement")
    assert b"self-report less parent report" in figure.svg
    hidden = changes().filter(pl.col("scale") == "autonomy")
    assert hidden.height == 1
    assert _named(_view(score_change=hidden), "changes") == []


def test_a_funnel_names_those_outside_the_limits_of_chance() -> None:
    drawn = Funnel(POINTS, 0.1, "all", ("95%", "99.8%"), "persons", "change", ",").svg()
    assert b"Far" in drawn
    assert b"Near" not in drawn
    change = {
        **ALL, "population": "municipality", "instrument": "beach_center_fqol", "respondent": "parent",
        "scale": "total", "wave_pre": "baseline", "wave_post": "endline", "n_pairs": 10, "mean_change": 0.2,
        "programme_change": 0.25, "funnel95_low": -0.5, "funnel95_high": 0.9, "funnel998_low": -0.8,
        "funnel998_high": 1.2,
    }  # fmt: skip
    rows = [{**change, "grp": code} for code in ("0170000", "0900200", "0054010")]
    assert _funnel(rows[:2]) is None
    found = _funnel(rows)
    assert found is not None
    assert found.alt.endswith("None lies outside the wider limits.")
    outside = _funnel([*rows[:2], {**rows[2], "mean_change": 1.3}])
    assert outside is not None
    name = context().municipality_names["0054010"]
    assert outside.alt.endswith(f"Outside the wider limits: {name}.")


def _funnel(rows: list[dict[str, Any]]) -> Figure | None:
    section = municipalities(_view(municipality_change=table("mart.municipality_change", rows)))
    assert section is not None
    [change] = section.values["changes"]
    found: Figure | None = change["funnel"]
    return found


def test_kinds_of_ratings_stand_beside_each_other_once_there_are_two() -> None:
    one = functioning(_view())
    assert one is not None
    assert one.values["map"] is None
    second = ratings().with_columns(construct=pl.lit("capacity"))
    both = functioning(_view(icf_change=pl.concat([ratings(), second])))
    assert both is not None
    # 30 of 100 persons improved in the first chapter, by both kinds; 10 worsened.
    assert both.values["map"].svg.count(b"30%") == 2
    assert both.values["map"].svg.count(b"10%") == 2


def test_figures_carry_no_marks_of_cells() -> None:
    number = TableRow({**ALL, "domain": "total", "goals": 12}, "mart.goal_attainment")["goals"]
    text = marked("12", number)
    column = HeatColumn("kind", "better", True, (0.5,), (text,))
    panel = EstimatePanel(text, (Interval(number, number, number),), (None,))
    drawn = [
        HeatMap((text,), (column,)).svg(),
        Estimates((text,), (panel,), ("a", "b", "c", "d"), "change", ".").svg(),
    ]
    for svg in drawn:
        assert b"12" in svg
        assert b"\xf3\xa0" not in svg
