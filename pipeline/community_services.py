"""Community services: prices as published, and what the scenarios of a month's use come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache

import polars as pl
from pydantic import Field, model_validator

from pipeline import schemas
from pipeline.outcomes.frames import mart_frame
from pipeline.shipped_inputs import CENT, Exact, Part, Positive, half_up, shipped_file


class Price(Part):
    """The price of one unit of a service, in euro."""

    service: str
    unit: str
    eur: Exact


class Scenario(Part):
    """What a person of a care level would use in a month in a kind of home: days or hours by service."""

    level: int = Field(ge=1, le=4)
    home: str
    use: Mapping[str, Positive] = Field(min_length=1)


class CommunityServices(Part):
    """The price list and the scenarios of one plan."""

    date: dt.date
    date_assumed: bool = False
    source: str
    prices: tuple[Price, ...] = Field(min_length=1)
    scenarios: tuple[Scenario, ...]

    @model_validator(mode="after")
    def _every_use_has_a_price(self) -> CommunityServices:
        priced = {price.service for price in self.prices}
        if len(priced) < len(self.prices):
            raise ValueError("a service has two prices; keep one")
        without = [
            service for scenario in self.scenarios for service in scenario.use if service not in priced
        ]
        if without:
            raise ValueError(f"`{without[0]}` is used and has no price; add it under prices")
        return self


@cache
def load_community_services() -> CommunityServices:
    """Read the shipped price list and scenarios."""
    return shipped_file(CommunityServices, "catalogue", "community_services.yaml")


def community_service_cost(plan: CommunityServices) -> pl.DataFrame:
    """Return mart.community_service_cost: each scenario's services, quantity times price, and its total.

    A line is rounded half up to the cent before it is added.
    """
    prices = {price.service: price for price in plan.prices}
    rows = [
        {"care_level": str(scenario.level), "home": scenario.home, **line}
        for scenario in plan.scenarios
        for line in _lines(scenario, prices)
    ]
    return mart_frame("mart.community_service_cost", rows)


def _lines(scenario: Scenario, prices: Mapping[str, Price]) -> Iterator[dict[str, object]]:
    total = Decimal(0)
    for service, quantity in scenario.use.items():
        price = prices[service]
        eur = half_up(quantity * price.eur, CENT)
        total += eur
        line = {"quantity": quantity, "unit": price.unit, "price_eur": price.eur, "eur_month": eur}
        yield {"service": service, **line}
    yield {"service": "total", "eur_month": total}


def service_prices(plan: CommunityServices) -> pl.DataFrame:
    """Return table meta.service_price: the price list."""
    about = {"valid_from": plan.date, "citation": plan.source, "date_assumed": plan.date_assumed}
    schema = schemas.META["meta.service_price"]
    rows = [
        {**about, "service": price.service, "unit": price.unit, "eur": price.eur} for price in plan.prices
    ]
    return schema.validate(pl.DataFrame(rows, schema=schema.create_empty().schema), cast=True)
