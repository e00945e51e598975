"""Sections on months, budgets, outcomes beside money, employment by way, and the programme's cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pipeline.community_services import community_service_cost, load_community_services
from pipeline.indicative_amount import indicative_amounts
from pipeline.programme_cost import programme_cost, programme_financing
from pipeline.programmes import load_programmes
from reports import Edition, RenderedReport, evaluation_report
from tests.reports.example_marts import ALL, context, hidden_below, plan, table, tables
from tests.reports.reading import read, row_of, text_of

SCALE = {"instrument": "beach_center_fqol", "respondent": "parent", "scale": "total"}


def months() -> pl.DataFrame:
    """A month that is shown, and one that isn't."""
    march = {**ALL, "month": dt.date(2019, 3, 1), "service_group": "total", "eur": Decimal("1234.50")}
    march |= {"units": Decimal(20), "participants": 12, "eur_per_participant": Decimal("102.8750")}
    return hidden_below("mart.service_month", [march], {**march, "month": dt.date(2019, 4, 1)})


def budgets() -> pl.DataFrame:
    whole = {**ALL, "persons": 100, "participants": 99, "indicative_eur": Decimal("700000.00")}
    whole |= {"agreed_eur": Decimal("650000.00"), "spent_eur": Decimal("325000.00"), "persons_over": 7}
    whole |= {
        "agreed_of_indicative": 0.9286,
        "spent_of_agreed": 0.5,
        "rule_persons": 90,
        "persons_above_rule": 8,
    }
    whole |= {"rule_most_eur": Decimal("690000.00"), "rule_agreed_eur": Decimal("600000.50")}
    return table("mart.budget_use", [whole])


def elsewhere() -> pl.DataFrame:
    total = {**ALL, "service_group": "total", "participants": 80, "participants_elsewhere": 20}
    total |= {"eur": Decimal("1000.00"), "eur_elsewhere": Decimal("250.00"), "units_elsewhere": Decimal(5)}
    total |= {"share_eur_elsewhere": 0.25, "share_participants_elsewhere": 0.25}
    return hidden_below("mart.service_elsewhere", [total], {**total, "service_group": "health"})


def outcomes() -> pl.DataFrame:
    same = {**ALL, "persons": 60, "participants": 102, "eur_per_outcome": Decimal("1753.6144")}
    same |= {"eur_low": Decimal("1564.1764"), "eur_high": Decimal("1965.8651")}
    goal = {**same, "outcome": "goal_attained", "instrument": "goal_attainment", "respondent": "none"}
    improved = {**same, **SCALE, "outcome": "person_improved", "threshold_kind": "rci_sample"}
    nobody = {
        "eur_per_outcome": None,
        "eur_low": None,
        "eur_high": None,
        "reason": "nobody attained the outcome",
    }
    return table("mart.outcome_cost", [{**goal, "scale": "total"}, {**improved, **nobody}])


def doses() -> pl.DataFrame:
    whole = {**ALL, **SCALE, "dose_group": 0, "n": 40, "dose_eur": Decimal("6000.00")}
    whole |= {"rank_correlation": -0.12, "rank_correlation_low": -0.42, "rank_correlation_high": 0.20}
    groups = [
        {**ALL, **SCALE, "dose_group": group, "n": 20, "dose_eur": Decimal(eur), "mean_pre": 3.4}
        | {"mean_change": change, "ci_low": change - 0.2, "ci_high": change + 0.2}
        for group, eur, change in ((1, "4000.00", 0.31), (2, "8000.00", -0.05))
    ]
    return table("mart.dose_change", [whole, *groups])


def flows() -> pl.DataFrame:
    way = {**ALL, "before": "not_employed", "during": "part_time", "n": 97, "persons": 12}
    return hidden_below("mart.employment_flow", [way], {**way, "before": "in_education"})


def of_programmes() -> Mapping[str, pl.DataFrame]:
    programmes = load_programmes()
    return {
        "mart.programme_cost": programme_cost(programmes),
        "mart.programme_financing": programme_financing(programmes),
        "mart.community_service_cost": community_service_cost(load_community_services()),
        "meta.indicative_amount": indicative_amounts(programmes),
    }


def shown(language: Any, edition: Edition = "public") -> RenderedReport:
    money = {
        "mart.service_month": months(),
        "mart.budget_use": budgets(),
        "mart.service_elsewhere": elsewhere(),
        "mart.outcome_cost": outcomes(),
        "mart.dose_change": doses(),
        "mart.employment_flow": flows(),
        **of_programmes(),
    }
    both = plan()
    members = both.evaluations[0].members.model_copy(update={"target_group": ("children", "adults")})
    evaluation = both.evaluations[0].model_copy(update={"members": members})
    changed = both.model_copy(update={"evaluations": (evaluation, *both.evaluations[1:])})
    return evaluation_report(
        "children-2019", language, context(edition, plan=changed, tables={**tables(), **money})
    )


@pytest.fixture(scope="module")
def latvian_money() -> RenderedReport:
    return shown("lv")


@pytest.fixture(scope="module")
def english_money() -> RenderedReport:
    return shown("en")


def test_months(latvian_money: RenderedReport) -> None:
    assert row_of(latvian_money.html, "2019. g. marts")[1:] == ["1\xa0234,50", "20", "12", "102,88"]
    assert set(row_of(latvian_money.html, "2019. g. aprīlis")[1:]) == {"–"}


def test_budgets_and_the_rule(english_money: RenderedReport) -> None:
    row = row_of(english_money.html, "All")
    assert row[1:] == ["100", "700,000.00", "650,000.00", "325,000.00", "93%", "50%", "7"]
    said = text_of(english_money.html)
    assert "it allows 690,000.00 EUR at most for them, 600,000.50 EUR was agreed; for 8 of them" in said


def test_outcomes_beside_money_warn_and_rank_nothing(english_money: RenderedReport) -> None:
    assert row_of(english_money.html, "Goal attained")[1:] == ["60", "1,753.61", "1,564.18;\xa01,965.87"]
    said = text_of(english_money.html)
    assert "no ranking of services, groups or municipalities" in said
    assert "More impaired persons get more services" in said
    assert "could not be computed (nobody attained the outcome)" in said


def test_hidden_ways_are_counted_not_shown(english_money: RenderedReport) -> None:
    said = text_of(english_money.html)
    assert "1 further way is not shown, to protect privacy." in said
    alternatives = [text for text in read(english_money.html).alternatives if text and "Bands" in text]
    assert alternatives == []  # nobody knows how many there are at its ends


def test_variants_stand_side_by_side(english_money: RenderedReport) -> None:
    total = next(row for row in read(english_money.html).rows if row and row[0] == "Total" and len(row) == 7)
    assert total == ["Total", "", "56,392,846.00", "4,699,405.00", "", "172,648,563.00", "14,387,381.00"]
    staff = next(row for row in read(english_money.html).rows if row and row[0] == "Posts" and len(row) == 7)
    assert (staff[1], staff[4]) == ("93.4", "285.8")


def test_services_have_english_names() -> None:
    known = {"service": "Fizioterapeita nodarbība", "code": "physiotherapy", "service_group": "health"}
    known |= {"unit": "session", "name_lv": known["service"], "name_en": "Physiotherapy session"}
    named = {**tables(), "meta.service": table("meta.service", [{**known, "grouping": "ours"}])}
    english = evaluation_report("children-2019", "en", context(tables=named))
    assert row_of(english.html, "Physiotherapy session")
    latvian = evaluation_report("children-2019", "lv", context(tables=named))
    assert row_of(latvian.html, "Fizioterapeita nodarbība")


def test_no_machine_word_or_point_in_latvian(latvian_money: RenderedReport) -> None:
    import re

    text = re.sub(r"2019\.1|0\.1\.0|doi \S+", "", text_of(latvian_money.html))
    assert re.findall(r"\b(?:nan|NaN|None|null|inf|True|False)\b", text) == []
    assert re.findall(r"\d\.\d", text) == []
    assert not re.search(r"\b(?:variant_1|take_up|need_basic|state_50|group_home|at_most)", text)
