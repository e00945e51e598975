"""Months, services elsewhere, other costs and budgets of three persons: every figure by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

Mart = Callable[..., pl.DataFrame]
Rows = list[dict[str, Any]]
OLD, NEW, OTHER = "0900200", "0050000", "0200200"  # a municipality, what it was merged into, another


def service(
    person: str, month: str, eur: str, group: str = "social", provider: str | None = None
) -> dict[str, Any]:
    return {
        "participant_id": person,
        "service_group": group,
        "month": dt.date.fromisoformat(f"{month}-01"),
        "eur": Decimal(eur),
        "units": Decimal(2),
        "provider_municipality": provider,
    }


@pytest.fixture
def tables() -> dict[str, Rows]:
    days = {"evaluation": "e", "first_day": dt.date(2019, 1, 15), "last_day": dt.date(2019, 6, 20)}
    return {
        "core.evaluation_member": [{**days, "participant_id": person} for person in "abc"],
        "core.population_member": [
            {"evaluation": "e", "population": population, "grp": grp, "participant_id": person}
            for person, sex in (("a", "f"), ("b", "m"), ("c", "m"))
            for population, grp in (("all", "all"), ("sex", sex))
        ],
        "core.service": [
            service("a", "2019-01", "100.00", provider=OLD),
            service("a", "2019-02", "30.00", "health", provider=NEW),  # the same place, by its new code
            service("b", "2019-01", "50.01", provider=OTHER),
            service("b", "2019-02", "19.99"),  # nobody said where
            service("b", "2019-07", "999.00", provider=OTHER),  # after the last wave
        ],
    }


def one(frame: pl.DataFrame, **wanted: Any) -> dict[str, Any]:
    found = frame.filter(*(pl.col(name) == value for name, value in wanted.items()))
    assert found.height == 1
    return found.row(0, named=True)


def test_months(mart: Mart, tables: dict[str, Rows]) -> None:
    found = mart("mart.service_month", tables)
    january = one(found, grp="all", service_group="total", month=dt.date(2019, 1, 1))
    assert (january["eur"], january["units"], january["participants"]) == (Decimal("150.01"), Decimal(4), 2)
    assert january["eur_per_participant"] == Decimal("75.0050")
    health = one(found, grp="all", service_group="health")
    assert (health["month"], health["eur"]) == (dt.date(2019, 2, 1), Decimal("30.00"))
    totals = found.filter((pl.col("grp") == "all") & (pl.col("service_group") == "total"))
    assert totals["eur"].sum() == Decimal("200.00")


def elsewhere(tables: dict[str, Rows]) -> dict[str, Rows]:
    return {
        **tables,
        "core.participant": [
            {"participant_id": person, "municipality_code": OLD, "region": "zemgale", "arm": "programme"}
            | {"enrolled_on": dt.date(2019, 1, 15)}
            for person in "abc"
        ],
        "meta.municipality": [
            {"municipality_code": OLD, "successor_code": NEW, "valid_from": dt.date(2009, 7, 1)},
            {"municipality_code": NEW, "successor_code": None, "valid_from": dt.date(2021, 7, 1)},
        ],
    }


def test_services_in_another_municipality(mart: Mart, tables: dict[str, Rows]) -> None:
    found = mart("mart.service_elsewhere", elsewhere(tables))
    total = one(found, grp="all", service_group="total")
    assert (total["participants"], total["participants_elsewhere"]) == (2, 1)
    assert (total["eur"], total["eur_elsewhere"]) == (Decimal("180.01"), Decimal("50.01"))
    assert total["units_elsewhere"] == Decimal(2)
    assert total["share_eur_elsewhere"] == pytest.approx(50.01 / 180.01)
    assert one(found, grp="all", service_group="health")["eur_elsewhere"] == Decimal("0.00")
    assert one(found, grp="f", service_group="total")["share_participants_elsewhere"] == 0.0


def test_other_costs_by_kind(mart: Mart, tables: dict[str, Rows]) -> None:
    def cost(month: str, kind: str, eur: str, place: str | None = None) -> dict[str, Any]:
        day = dt.date.fromisoformat(f"{month}-01")
        return {
            "evaluation": "e",
            "month": day,
            "cost_kind": kind,
            "eur": Decimal(eur),
            "municipality_code": place,
        }

    found = mart(
        "mart.cost_by_kind",
        {
            "core.evaluation_member": tables["core.evaluation_member"],
            "core.cost": [
                cost("2019-01", "assessment", "10.00"),
                cost("2019-02", "assessment", "5.50"),
                cost("2019-02", "municipality", "7.00", OLD),
                cost("2019-02", "municipality", "1.00", OTHER),
                cost("2019-07", "municipality", "100.00", OLD),  # after the last wave
            ],
        },
    )
    assert sorted(found.select("population", "grp", "cost_kind", "eur", "months").rows()) == [
        ("all", "all", "assessment", Decimal("15.50"), 2),
        ("all", "all", "municipality", Decimal("8.00"), 1),
        ("municipality", OTHER, "municipality", Decimal("1.00"), 1),
        ("municipality", OLD, "municipality", Decimal("7.00"), 1),
    ]


def test_use_of_budgets(mart: Mart, tables: dict[str, Rows]) -> None:
    def budget(person: str, indicative: str, agreed: str | None, most: str | None = None) -> dict[str, Any]:
        return {
            "participant_id": person,
            "indicative_eur": Decimal(indicative),
            "agreed_eur": None if agreed is None else Decimal(agreed),
            "rule_most_month_eur": None if most is None else Decimal(most),
        }

    found = mart(
        "mart.budget_use",
        {
            **tables,
            "core.budget": [
                budget("a", "200.00", "120.00", "20.00"),  # 130 spent; a year of the rule: 10 months of 20
                budget("b", "100.00", "80.00", "7.00"),  # 70 spent; 80 agreed, 70 allowed
                budget("c", "500.00", None),  # nothing agreed: not counted
            ],
            "meta.evaluation": [{"evaluation": "e", "pre": "x", "post": "y", "months": 10}],
        },
    )
    everybody = one(found, grp="all")
    assert (everybody["persons"], everybody["participants"]) == (2, 2)
    assert everybody["indicative_eur"] == Decimal("300.00")
    assert (everybody["agreed_eur"], everybody["spent_eur"]) == (Decimal("200.00"), Decimal("200.00"))
    assert everybody["agreed_of_indicative"] == pytest.approx(2 / 3)
    assert (everybody["spent_of_agreed"], everybody["persons_over"]) == (1.0, 1)
    assert (everybody["rule_persons"], everybody["rule_most_eur"]) == (2, Decimal("270.00"))
    assert (everybody["rule_agreed_eur"], everybody["persons_above_rule"]) == (Decimal("200.00"), 1)
    assert one(found, grp="f")["spent_eur"] == Decimal("130.00")


@pytest.mark.parametrize("name", ["service_month", "service_elsewhere", "cost_by_kind", "budget_use"])
def test_nothing_gives_no_rows(mart: Mart, name: str) -> None:
    assert mart(f"mart.{name}", {}).is_empty()
