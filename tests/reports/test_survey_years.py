"""The survey's years beside one another: a test that nobody may see takes no column of the public edition."""

from __future__ import annotations

import re

import pytest

from reports import stakeholder_report
from tests.reports.example_marts import context, table, tables
from tests.reports.reading import text_of

CHANGE = {
    "role": "staff",
    "population": "all",
    "grp": "all",
    "municipalities": 5,
    "family": "survey",
    "item": "q1",
    "favourable": "4, 5",
    "n": 40,
    "share": 0.6,
    "suppressed": False,
}
AGAINST = {"year_before": 2023, "change": 0.05, "change_low": -0.15, "change_high": 0.25}
TEST = {"odds_ratio": 1.25, "odds_ratio_low": 0.6, "odds_ratio_high": 2.5, "p_adjusted": 0.5}


@pytest.mark.parametrize("tested", [False, True])
def test_odds_stand_beside_the_change_where_they_may_be_seen(tested: bool) -> None:
    rows = [{**CHANGE, "year": 2023}, {**CHANGE, "year": 2024, **AGAINST, **(TEST if tested else {})}]
    marts = {**tables(), "mart.stakeholder_change": table("mart.stakeholder_change", rows)}
    shown = text_of(stakeholder_report(2024, "en", context(tables=marts)).html)
    assert re.search(r"\+5 \(.15. 25\)", shown)
    assert "Change against 2023, with 95% intervals." in shown
    assert ("Odds ratio" in shown) is tested
    assert bool(re.search(r"1\.25 \(0\.60. 2\.50\)", shown)) is tested
    assert ("allow for people of one municipality" in shown) is tested
