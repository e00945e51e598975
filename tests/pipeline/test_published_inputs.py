"""Rules on indicative amounts, the catalogue of services, prices and scenarios; and files that can't be used."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pipeline.community_services import CommunityServices, community_service_cost
from pipeline.indicative_amount import Amount, amount_of, budgets
from pipeline.programme_cost import programme_financing
from pipeline.programmes import Programme, load_programmes
from pipeline.schemas import RECORD
from pipeline.service_catalogue import Catalogue, load_catalogue
from pipeline.shipped_inputs import InputError, parse_input

PROGRAMME = """
programme: adults
date: 2024-01-01
source: made up
rounded_to: "1"
indicative_amounts:
  - valid_from: 2024-01-01
    basic_needs: {alone: ["100", "200", "300", "400"]}
    additions: {mobility: "10.50", child: "5"}
  - valid_from: 2025-01-01
    at_most: {any: "500", "2": "250"}
financing:
  - {financing: thirds, shares: {state: "0.34", municipality: "0.33", parents: "0.33"}, points: 2}
  - {financing: state, shares: {state: "1"}, points: 1}
variants:
  - {variant: v, persons: 10, persons_per_post: 5, services_year: "100", staff_year: "0.01",
     administration_share: "0"}
"""
ADULTS = parse_input(Programme, PROGRAMME, "adults.yaml")


@pytest.mark.parametrize(
    ("day", "level", "residence", "expected"),
    [
        ("2023-12-31", 2, "alone", None),  # before the first rule
        ("2024-01-01", 2, "alone", Amount(Decimal("200"), Decimal("215.50"))),
        (
            "2024-12-31",
            4,
            "alone",
            Amount(Decimal("400"), Decimal("415.50")),
        ),  # next year's rule isn't valid yet
        ("2024-06-01", 2, "family", None),  # the rule says nothing about it
        ("2024-06-01", None, "alone", None),
        ("2025-01-01", 2, "alone", Amount(None, Decimal("250"))),
        ("2025-01-01", None, None, Amount(None, Decimal("500"))),
    ],
)
def test_the_rule_of_the_day(
    day: str, level: int | None, residence: str | None, expected: Amount | None
) -> None:
    rule = ADULTS.rule_on(dt.date.fromisoformat(day))
    assert (rule and amount_of(rule, level, residence)) == expected


def test_budgets_beside_the_rule_of_enrolment() -> None:
    def person(name: str, day: str, **more: Any) -> dict[str, Any]:
        return {
            "participant_id": name,
            "target_group": "adults",
            "enrolled_on": dt.date.fromisoformat(day),
            **more,
        }

    schema = RECORD["record.participant"].create_empty().schema
    rows = [
        person("a", "2024-05-01", care_level=1, residence="alone", agreed_eur=Decimal("1200.00")),
        person("b", "2023-05-01", care_level=1, residence="alone", agreed_eur=Decimal("900.00")),
        person("c", "2023-05-01"),  # neither an amount nor a rule
        person("d", "2025-05-01"),
    ]
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
    found = budgets(frame, (ADULTS,))
    columns = (
        "participant_id",
        "agreed_eur",
        "rule_valid_from",
        "rule_least_month_eur",
        "rule_most_month_eur",
    )
    assert found.select(columns).rows() == [
        ("a", Decimal("1200.00"), dt.date(2024, 1, 1), Decimal("100.00"), Decimal("115.50")),
        ("b", Decimal("900.00"), None, None, None),
        ("d", None, dt.date(2025, 1, 1), None, Decimal("500.00")),
    ]


def test_the_shares_add_up_to_the_total_to_the_cent() -> None:
    found = programme_financing((ADULTS,)).filter(pl.col("financing") == "thirds")
    paid = dict(found.select("bearer", "eur_year").rows())
    # 33 % of 100.01 is 33.0033: cut; the rest is the state's
    assert paid == {"municipality": Decimal("33.00"), "parents": Decimal("33.00"), "state": Decimal("34.01")}
    assert found["chosen"].to_list() == [True, True, True]


@pytest.mark.parametrize("programme", load_programmes(), ids=lambda programme: programme.programme)
def test_every_way_of_financing_pays_the_whole(programme: Programme) -> None:
    found = programme_financing((programme,))
    totals = found.group_by("variant", "financing").agg(pl.col("eur_year").sum())
    assert totals.group_by("variant").agg(pl.col("eur_year").n_unique())["eur_year"].to_list() == [1] * len(
        programme.variants
    )


SCENARIOS = """
date: 2020-01-01
source: made up
prices: [{service: walk, unit: hour, eur: "3.33"}, {service: rest, unit: day, eur: "10.00"}]
scenarios: [{level: 1, home: family, use: {walk: "2.5", rest: "3"}}]
"""


def test_a_scenario_is_quantity_times_price() -> None:
    found = community_service_cost(parse_input(CommunityServices, SCENARIOS, "x.yaml"))
    # 2.5 * 3.33 = 8.325: half up 8.33
    assert dict(found.select("service", "eur_month").rows()) == {
        "walk": Decimal("8.33"),
        "rest": Decimal("30.00"),
        "total": Decimal("38.33"),
    }


@pytest.mark.parametrize(
    ("model", "content", "message"),
    [
        (CommunityServices, SCENARIOS.replace("rest: ", "sleep: "), "`sleep` is used and has no price"),
        (CommunityServices, SCENARIOS.replace("service: rest", "service: walk"), "a service has two prices"),
        (
            CommunityServices,
            SCENARIOS.replace('"3.33"', "3.33"),
            "prices > 0 > eur: write the number in quotes",
        ),
        (Programme, PROGRAMME.replace('state: "0.34"', 'state: "0.35"'), "the shares add up to 1.01"),
        (Programme, PROGRAMME.replace("2025-01-01", "2024-01-01"), "valid from the same day"),
        (
            Catalogue,
            "grouping: ours\nservices: [{code: a, group: social, unit: h, lv: A, en: A},"
            " {code: b, group: health, unit: h, lv: A, en: B}]",
            "`A` stands twice; a service has one group",
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_why(model: Any, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_input(model, content, "x.yaml")


def test_the_catalogue_has_every_service_of_the_demonstration() -> None:
    from pipeline.demonstration.targets import load_annual, load_targets

    targets = load_targets()
    pilots = {
        (service.service, service.group)
        for pilot in (targets.children, targets.adults)
        for service in pilot.tukums
    }
    offered = {
        (offer.service, group)
        for groups in targets.catalogue.values()
        for group, offers in groups.items()
        for offer in offers
    }
    yearly = {(service.service, service.group) for service in load_annual().services}
    known = {(service.lv, service.group) for service in load_catalogue().services}
    assert pilots | offered | yearly == known
