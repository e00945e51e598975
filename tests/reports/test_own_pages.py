"""A municipality's own pages and the map, from marts made by hand."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reports import ReportContext
from reports.context import RenderedPage, View
from reports.figures.tiles import Tile, TileMap
from reports.own_pages import municipality_codes, municipality_pages
from reports.release import write_index, write_municipalities
from reports.sections.municipality_map import of_today, participants_map
from tests.reports.example_marts import ALL, context, hidden_below, table, tables
from tests.reports.reading import read, text_of

LIEPAJA, TUKUMS = "0170000", "0900200"
OF = {"population": "municipality", "suppressed": False}
MONEY = ("eur", "units", "eur_per_unit", "eur_per_participant", "eur_per_participant_month")


def spend(code: str, **changed: Any) -> dict[str, Any]:
    """10 persons, 12 000 EUR in 12 months: 100 EUR a person and month."""
    figures = dict(zip(MONEY, map(Decimal, ("12000", "2400", "5", "1200", "100")), strict=True))
    row = {**ALL, **OF, **figures, "grp": code, "service_group": "total", "service": "all", "months": 12}
    return {
        **row,
        "participants": 10,
        "person_months": 120,
        "share_eur": 1.0,
        "share_participants": 1.0,
    } | changed


def with_municipalities() -> ReportContext:
    """Liepāja with all figures; Tukums, whose money and goals are hidden."""
    own = {**ALL, **OF, "grp": LIEPAJA, "domain": "total", "open": 0, "persons": 10}
    levels = {"goals": 40, "achieved": 30, "partly": 4, "not_achieved": 6, "degree": 32.0, "degree_pct": 80.0}
    goals = [{**own, **levels, "ci_low": 70.0, "ci_high": 90.0}]
    made = tables()
    added = {
        "mart.service_spend": pl.concat(
            [
                made["mart.service_spend"],
                hidden_below("mart.service_spend", [spend(LIEPAJA)], spend(TUKUMS)).select(
                    made["mart.service_spend"].columns
                ),
            ],
            how="vertical_relaxed",
        ),
        "mart.goal_attainment": pl.concat(
            [
                made["mart.goal_attainment"],
                hidden_below("mart.goal_attainment", goals, {**goals[0], "grp": TUKUMS}).select(
                    made["mart.goal_attainment"].columns
                ),
            ],
            how="vertical_relaxed",
        ),
    }
    return context(tables={**made, **added})


@pytest.fixture(scope="module")
def programme() -> ReportContext:
    return with_municipalities()


@pytest.fixture(scope="module")
def english(programme: ReportContext) -> dict[str, RenderedPage]:
    return dict(municipality_pages("children-2019", "en", programme))


@pytest.fixture(scope="module")
def liepaja(english: dict[str, RenderedPage]) -> RenderedPage:
    return english[LIEPAJA]


def test_those_with_figures_have_pages_in_latvian_order(programme: ReportContext) -> None:
    assert municipality_codes(programme, "children-2019") == [LIEPAJA, TUKUMS]
    assert municipality_codes(programme, "empty-2024") == []


def test_each_figure_stands_beside_the_programmes(liepaja: RenderedPage) -> None:
    text = text_of(liepaja.html)
    assert "10 persons received services." in text
    assert "100.00 EUR per person and month; in the whole programme: 575.94 EUR" in text
    assert "Degree of attainment: 80% (95% interval 70%; 90%); in the whole programme: 75%" in text
    assert ["Total", "12,000.00", "10", "100.00", "575.94"] in read(liepaja.html).rows


def test_the_headline_says_what_its_interval_says(english: dict[str, RenderedPage]) -> None:
    # Liepāja's interval lies above zero, that of Tukums does not.
    said = {code: text_of(page.html) for code, page in english.items()}
    assert "better on average than before. Mean change +0.31" in said[LIEPAJA]
    assert "the data do not settle whether anything changed. Mean change +0.20" in said[TUKUMS]


def test_a_hidden_figure_shows_no_number(english: dict[str, RenderedPage]) -> None:
    text = text_of(english[TUKUMS].html)
    assert "How many persons received services is not shown" in text
    assert "What was paid for services is not shown" in text
    assert "How far the goals were attained is not shown" in text
    assert "12,000.00" not in text


def test_both_languages_have_the_same_numbers(programme: ReportContext, liepaja: RenderedPage) -> None:
    latvian = read(dict(municipality_pages("children-2019", "lv", programme))[LIEPAJA].html).rows
    # English groups thousands by a comma, Latvian by a no-break space; the decimal marks differ.
    in_english = [
        re.findall(r"\d+\.?\d*", cell.replace(",", "")) for row in read(liepaja.html).rows for cell in row
    ]
    in_latvian = [
        re.findall(r"\d+\.?\d*", re.sub(r"(?<=\d)\s(?=\d)", "", cell).replace(",", "."))
        for row in latvian
        for cell in row
    ]
    assert in_latvian == in_english
    assert ["12000.00"] in in_english


def test_short_pages_have_no_contents(liepaja: RenderedPage) -> None:
    assert b"<nav" not in liepaja.html
    assert liepaja.pdf.startswith(b"%PDF-")


def test_only_the_public_edition_has_them(programme: ReportContext, tmp_path: Path) -> None:
    assert write_municipalities(tmp_path, replace(programme, edition="restricted"), "en") == []
    written = write_municipalities(tmp_path, programme, "en")
    folder = tmp_path / "municipalities" / "children-2019"
    names = {f"{code}.en.{ending}" for code in (LIEPAJA, TUKUMS) for ending in ("html", "pdf")}
    assert {path.name for path in folder.iterdir()} == names
    assert {path.name for path in written} == names
    index = write_index(tmp_path, programme).read_text(encoding="utf-8")
    assert f'href="municipalities/children-2019/{TUKUMS}.en.pdf"' in index


def register() -> dict[str, pl.DataFrame]:
    """Two municipalities that merged into a third, which has a tile."""
    days = {"valid_from": dt.date(2009, 7, 1), "planning_region": "kurzeme", "kind": "novads"}
    merged = [{**days, "municipality_code": code, "name_lv": code, "successor_code": "C"} for code in "AB"]
    whole = {**days, "municipality_code": "C", "name_lv": "C novads", "tile_x": 2, "tile_y": 1}
    until, since = {"valid_to": dt.date(2021, 6, 30)}, {"valid_from": dt.date(2021, 7, 1)}
    times = [
        {**days, "municipality_code": code, "successor_code": successor, "split": False, **time}
        for code in "AB"
        for successor, time in ((code, until), ("C", since))
    ]
    times.append({**days, "municipality_code": "C", "successor_code": "C", "split": False})
    return {
        "meta.municipality": table("meta.municipality", [*merged, whole]),
        "meta.municipality_successor": table("meta.municipality_successor", times),
    }


@pytest.mark.parametrize(("second", "shown"), [(5, "12"), (None, "–")])
def test_a_tile_adds_up_what_merged_unless_one_is_hidden(second: int | None, shown: str) -> None:
    view = View.of(context(tables=register()), "children-2019", "en")
    assert of_today(view) == {"A": "C", "B": "C", "C": "C"}
    figure = participants_map(view, {"A": 7, "B": second})
    assert figure is not None
    assert f"C novads: {shown}" in figure.alt
    assert (b">12<" in figure.svg) == (second is not None)


def test_without_tiles_there_is_no_map() -> None:
    assert participants_map(View.of(context(), "children-2019", "en"), {LIEPAJA: 10}) is None


def test_the_same_map_has_the_same_bytes() -> None:
    tiles = (Tile(0, 0, "A", "7", "some"), Tile(1, 0, "B", look="hidden"))
    drawn = TileMap(tiles, (("some", "few"), ("hidden", "not shown"))).svg()
    TileMap.svg.cache_clear()
    assert TileMap(tiles, (("some", "few"), ("hidden", "not shown"))).svg() == drawn
