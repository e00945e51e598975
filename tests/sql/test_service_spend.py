"""Two members of one evaluation, a few months of services: every figure by hand."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import polars as pl
import pytest

Mart = Callable[..., pl.DataFrame]
Rows = list[dict[str, object]]


def service(person: str, group: str, name: str, month: str, eur: str, units: str = "1") -> dict[str, object]:
    return {
        "participant_id": person,
        "service_group": group,
        "service": name,
        "month": dt.date.fromisoformat(f"{month}-01"),
        "eur": Decimal(eur),
        "units": Decimal(units),
    }


def cost(eur: str, month: str = "2019-01", municipality: str | None = None) -> dict[str, object]:
    return {
        "evaluation": "e",
        "cost_kind": "administration",
        "eur": Decimal(eur),
        "month": dt.date.fromisoformat(f"{month}-01"),
        "municipality_code": municipality,
    }


def member(person: str, municipality: str) -> Rows:
    groups = [("all", "all"), ("municipality", municipality)]
    return [{"evaluation": "e", "population": p, "grp": g, "participant_id": person} for p, g in groups]


@pytest.fixture
def tables() -> dict[str, Rows]:
    # The waves run from 15 January to 20 June 2019; `b` and `a` live in two municipalities.
    days = {"evaluation": "e", "first_day": dt.date(2019, 1, 15), "last_day": dt.date(2019, 6, 20)}
    return {
        "core.evaluation_member": [{**days, "participant_id": "a"}, {**days, "participant_id": "b"}],
        "core.population_member": [*member("a", "0001"), *member("b", "0002")],
        "core.service": [
            service("a", "social", "day_centre", "2019-01", "100.00", "4"),
            service("a", "social", "day_centre", "2019-03", "0.01", "0.5"),
            service("a", "health", "massage", "2019-06", "10.00", "2"),
            service("b", "social", "transport", "2019-02", "50.00", "7"),
            service("b", "social", "transport", "2018-12", "999.00"),  # before the first month
            service("b", "social", "transport", "2019-07", "999.00"),  # after the last month
            service("c", "social", "transport", "2019-02", "999.00"),  # no member
        ],
        "meta.evaluation": [{"evaluation": "e", "pre": "x", "post": "y", "months": 12}],
    }


def row(frame: pl.DataFrame, group: str, service: str = "all", grp: str = "all") -> dict[str, object]:
    found = frame.filter(
        (pl.col("service_group") == group) & (pl.col("service") == service) & (pl.col("grp") == grp)
    )
    assert found.height == 1
    return found.row(0, named=True)


def test_total_of_all(mart: Mart, tables: dict[str, Rows]) -> None:
    total = row(mart("mart.service_spend", tables), "total")
    # 100 + 0.01 + 10 + 50; a: January to June, b: February alone
    assert total["eur"] == Decimal("160.01")
    assert total["units"] == Decimal("13.5")
    assert (total["participants"], total["person_months"], total["months"]) == (2, 7, 12)
    assert total["eur_per_unit"] == Decimal("11.8525")  # 160.01 / 13.5 = 11.85259…
    assert total["eur_per_participant"] == Decimal("80.005")
    assert total["eur_per_participant_month"] == Decimal("6.6670")  # 160.01 / 24 = 6.66708…
    assert total["eur_per_person_month"] == Decimal("22.8585")  # 160.01 / 7 = 22.858571…
    assert (total["share_eur"], total["share_participants"]) == (1.0, 1.0)


def test_a_group_counts_its_own_persons_and_months(mart: Mart, tables: dict[str, Rows]) -> None:
    social = row(mart("mart.service_spend", tables), "social")
    assert social["eur"] == Decimal("150.01")
    # a: January to March, b: February
    assert (social["participants"], social["person_months"]) == (2, 4)
    assert social["share_eur"] == pytest.approx(150.01 / 160.01)


def test_a_service_stands_in_its_group(mart: Mart, tables: dict[str, Rows]) -> None:
    frame = mart("mart.service_spend", tables)
    assert row(frame, "social", "transport")["eur"] == Decimal("50.00")
    assert row(frame, "health", "massage")["share_participants"] == 0.5
    assert row(frame, "social", "transport", grp="0002")["share_eur"] == 1.0
    # all: 3 services, 2 groups, total; 0001: 2 services, 2 groups, total; 0002: 1 service, 1 group, total
    assert frame.height == 6 + 5 + 3


def test_costs_are_added_beside_the_services(mart: Mart, tables: dict[str, Rows]) -> None:
    tables["core.cost"] = [
        cost("30.00"),
        cost("9.99", municipality="0001"),
        cost("1000.00", month="2019-07"),  # after the last wave
    ]
    frame = mart("mart.service_spend", tables)
    overall = row(frame, "total_with_costs")
    assert overall["eur"] == Decimal("200.00")
    assert overall["eur_per_participant"] == Decimal("100.0000")
    assert (overall["participants"], overall["units"]) == (2, Decimal("13.5"))
    assert overall["share_eur"] is None
    # a municipality bears its own costs: 110.01 + 9.99
    assert row(frame, "total_with_costs", grp="0001")["eur"] == Decimal("120.00")
    assert "0002" not in frame.filter(pl.col("service_group") == "total_with_costs")["grp"].to_list()


def test_a_correction_lowers_the_amount_and_leaves_no_impossible_share(
    mart: Mart, tables: dict[str, Rows]
) -> None:
    correction = service("b", "health", "massage", "2019-02", "-20.00", "-2")
    tables["core.service"].append({**correction, "correction": True})
    health = row(mart("mart.service_spend", tables), "health")
    assert health["eur"] == Decimal("-10.00")
    assert health["eur_per_participant"] == Decimal("-5.0000")
    assert health["eur_per_unit"] is None  # 2 - 2 units
    assert health["share_eur"] is None


def test_no_services_give_no_rows(mart: Mart) -> None:
    assert mart("mart.service_spend", {}).is_empty()
