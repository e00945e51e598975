"""The figures that the demonstration must come out at, and our choices around them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A part of the targets: frozen, and no key that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Span(Part):
    """Days from and to, both included."""

    first: dt.date = Field(alias="from")
    last: dt.date = Field(alias="to")


class Leaving(Part):
    """The person at this position of the list leaves early."""

    position: int
    on: dt.date
    reason: str


class GoalDomain(Part):
    """How many goals of a domain were achieved, partly achieved, not achieved."""

    domain: str
    achieved: int
    partly: int
    not_achieved: int


class ServiceMonths(Part):
    """The months in which services were given; `quiet`: positions of months with few."""

    first: str
    count: int
    quiet: tuple[int, ...] = ()

    def names(self) -> list[str]:
        """The months as `2019-03`, in order."""
        year, month = (int(part) for part in self.first.split("-"))
        positions = range(month - 1, month - 1 + self.count)
        return [f"{year + position // 12}-{position % 12 + 1:02d}" for position in positions]


class ServiceGroup(Part):
    """A group's published total."""

    eur: Decimal
    units: int
    participants: int


class MunicipalService(Part):
    """A row of Tukums' table: persons and euro of one service; our price of a unit."""

    service: str
    group: str
    persons: int
    eur: Decimal
    price: Decimal


class Costs(Part):
    """What the programme cost beside the services, by kind."""

    first: str
    count: int
    kinds: Mapping[str, Decimal]

    def months(self) -> list[str]:
        """The months over which the costs are spread."""
        return ServiceMonths(first=self.first, count=self.count).names()


class Offer(Part):
    """A service that the municipalities can buy: price and units a month, relative liking."""

    service: str
    price: Decimal
    volume: float
    liking: float


class Budget(Part):
    """The range of indicative amounts for the plan's months, in euro."""

    low: int
    high: int


class IcfTargets(Part):
    """How many children improved and worsened, by chapter and over all."""

    assessed: int
    improved: Mapping[str, int]
    children_improved: int
    worsened: Mapping[str, int]
    children_mixed: int
    children_worsened: int


class FormTargets(Part):
    """One form of a questionnaire: how many don't answer at each wave; endline mean and change by scale."""

    absent: Mapping[str, int]
    scales: Mapping[str, tuple[float, float]]


class StatusMove(Part):
    """How many persons had these statuses before and during."""

    before: str
    during: str
    persons: int


class Pilot(Part):
    """One of the two pilots. What only one of them has is empty in the other."""

    prefix: str
    target_group: str
    municipalities: Mapping[str, int]
    year: int
    ages: Mapping[int, int]
    share_female: float
    enrolled: Span
    left: tuple[Leaving, ...]
    asked_on: Mapping[str, tuple[dt.date, dt.date]]
    budget: Budget
    goals: tuple[GoalDomain, ...]
    service_months: ServiceMonths
    services: Mapping[str, ServiceGroup]
    costs: Costs
    tukums: tuple[MunicipalService, ...]
    icf: IcfTargets | None = None
    kidscreen52: Mapping[str, FormTargets] = {}
    beach_center_fqol: Mapping[str, FormTargets] = {}
    sqol_change: Mapping[str, tuple[int, int, int]] = {}
    employment: tuple[StatusMove, ...] = ()


class Targets(Part):
    """Both pilots' targets and what can be bought."""

    children: Pilot
    adults: Pilot
    catalogue: Mapping[str, Mapping[str, tuple[Offer, ...]]]


class AnnualSpread(Part):
    """Standard deviations of a form's scores and changes."""

    sd: float
    sd_change: float


class AnnualForm(FormTargets):
    """A form of the yearly evaluation; `who`: children (of the measure's ages), families, adults."""

    instrument: str
    respondent: str
    who: str
    spread: AnnualSpread


class AnnualService(Part):
    """A service of the yearly evaluation."""

    service: str
    group: str
    price: Decimal
    volume: float
    who: str


class Stakeholders(Part):
    """The yearly survey: level of ratings by year; invited by municipality; share that answers."""

    years: Mapping[int, float]
    invited: Mapping[str, int]
    answering: Mapping[str, float]


class Annual(Part):
    """The yearly evaluation, which is made up altogether."""

    evaluation: str
    prefix: str
    municipalities: Mapping[str, tuple[int, int]]
    enrolled: Span
    ages: Mapping[str, tuple[int, int]]
    budget: Budget
    left: int
    forms: tuple[AnnualForm, ...]
    services: tuple[AnnualService, ...]
    stakeholders: Stakeholders


@cache
def load_annual() -> Annual:
    """Read the shipped settings of the yearly evaluation."""
    return Annual.model_validate(_read("annual.yaml"))


@cache
def load_targets() -> Targets:
    """Read the shipped targets."""
    return Targets.model_validate(_read("targets.yaml"))


def _read(name: str) -> Any:
    return yaml.safe_load((files(__package__) / name).read_text(encoding="utf-8"))
