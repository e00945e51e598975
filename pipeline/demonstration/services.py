"""Services and costs of the pilots: to the cent, the unit and the person as published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.demonstration.amounts import Floats, apportion, euro_text, in_cents
from pipeline.demonstration.people import Person
from pipeline.demonstration.sheets import texts
from pipeline.demonstration.targets import MunicipalService, Offer, Pilot

COLUMNS = ("participant_id", "service", "service_group", "month", "units", "eur")
COST_COLUMNS = ("month", "cost_kind", "eur", "evaluation", "municipality")
TUKUMS = "Tukuma novads"
QUIET = 0.3  # of the usual volume, in months when services were interrupted


@dataclass(frozen=True)
class Row:
    """A service that a person has in a month, before units and euro are apportioned."""

    participant_id: str
    service: str
    group: str
    month: int
    weight: float
    price: float


def make_services(
    people: list[Person], pilot: Pilot, offers: dict[str, tuple[Offer, ...]], rng: np.random.Generator
) -> pl.DataFrame:
    """All service rows of a pilot: Tukums' table exactly, the other municipalities the rest of each group."""
    tukums = [person for person in people if person.municipality == TUKUMS]
    others = [person for person in people if person.municipality != TUKUMS]
    months = pilot.service_months.names()
    submitted = _tukums(tukums, pilot, rng)
    users = _users(others, pilot, submitted, rng)
    for group, total in pilot.services.items():
        spent = submitted.filter(pl.col("group") == group)
        rows = _group_rows(users[group], group, offers[group], pilot, rng)
        rest = in_cents(total.eur) - int(spent["cents"].sum())
        units = total.units - int(spent["units"].sum())
        submitted = submitted.vstack(_amounts(rows, units, rest))
    ordered = submitted.sort("participant_id", "service", "month")
    return texts(
        ((row[0], row[1], row[2], months[row[3]], row[4], euro_text(row[5])) for row in ordered.iter_rows()),
        COLUMNS,
    )


def _tukums(people: list[Person], pilot: Pilot, rng: np.random.Generator) -> pl.DataFrame:
    """Tukums' rows: each service's persons and euro as published; everybody is served the whole time."""
    last = pilot.service_months.count - 1
    owners = _tukums_owners(people, pilot.tukums, rng)
    whole_time = _first_service_of_each(owners)
    parts = []
    for position, service in enumerate(pilot.tukums):
        units = round(float(service.eur / service.price))
        most = units // service.persons
        rows = [
            Row(person, service.service, service.group, month, rng.lognormal(0, 0.3), float(service.price))
            for person in owners[position]
            for month in _tukums_months(last, person in whole_time[position], most, rng)
        ]
        parts.append(_amounts(rows, units, in_cents(service.eur)))
    return pl.concat(parts)


def _tukums_owners(
    people: list[Person], services: Sequence[MunicipalService], rng: np.random.Generator
) -> list[list[str]]:
    """Who has which service: those with the fewest so far of the service's group, and of all, come first."""
    names = [person.participant_id for person in people]
    had: dict[str, list[str]] = {name: [] for name in names}
    owners = []
    for service in services:
        shuffled = [names[position] for position in rng.permutation(len(names))]
        chosen = sorted(shuffled, key=lambda name: (had[name].count(service.group), len(had[name])))
        owners.append(sorted(chosen[: service.persons]))
        for name in owners[-1]:
            had[name].append(service.group)
    return owners


def _first_service_of_each(owners: list[list[str]]) -> list[set[str]]:
    """For each service the persons whose first service it is."""
    seen: set[str] = set()
    firsts = []
    for persons in owners:
        firsts.append(set(persons) - seen)
        seen |= set(persons)
    return firsts


def _tukums_months(last: int, whole_time: bool, most: int, rng: np.random.Generator) -> list[int]:
    """At most so many months: the first and last among them where the service is to span the whole time."""
    months = [0, *range(1, last), last] if whole_time else _months(last, rng)
    if len(months) <= most:
        return months
    ends, middle = ([months[0], months[-1]], months[1:-1]) if whole_time else ([], months)
    chosen = rng.permutation(middle)[: most - len(ends)].tolist()
    return sorted([*ends, *chosen])


def _months(last: int, rng: np.random.Generator) -> list[int]:
    """Positions of the months with a service, from a start to an end, with a gap now and then."""
    start = int(rng.integers(0, min(4, last + 1)))
    end = int(rng.integers(max(start, last - 4), last + 1))
    between = [month for month in range(start + 1, end) if rng.random() < 0.9]
    return sorted({start, *between, end})


def _users(
    people: list[Person], pilot: Pilot, tukums: pl.DataFrame, rng: np.random.Generator
) -> dict[str, list[Person]]:
    """Who outside Tukums has services of each group: as many as published, and everybody of some group.

    The groups that nearly all have go round in turn, so that nobody misses both.
    """
    order = [people[position] for position in rng.permutation(len(people))]
    users = {}
    for group, total in pilot.services.items():
        here = tukums.filter(pl.col("group") == group)["participant_id"].n_unique()
        number = total.participants - here
        users[group] = sorted(order[:number], key=lambda person: person.participant_id)
        order = order[number:] + order[:number]
    return users


def _group_rows(
    users: list[Person], group: str, offers: tuple[Offer, ...], pilot: Pilot, rng: np.random.Generator
) -> list[Row]:
    """Each user's one to three services of the group with their months, not beyond the day they left."""
    liking = np.array([offer.liking for offer in offers])
    factors = {name: rng.uniform(0.92, 1.08) for name in pilot.municipalities}
    rows = []
    for person in users:
        number = min(1 + int(rng.binomial(2, 0.45)), len(offers))
        need = rng.lognormal(0, 0.35)
        for choice in rng.choice(len(offers), size=number, replace=False, p=liking / liking.sum()):
            offer = offers[choice]
            price = float(offer.price) * factors[person.municipality]
            for month in _months(_last_month(person, pilot), rng):
                weight = need * offer.volume * _season(month, pilot) * rng.lognormal(0, 0.25)
                rows.append(Row(person.participant_id, offer.service, group, month, weight, price))
    return rows


def _last_month(person: Person, pilot: Pilot) -> int:
    """Position of the last month in which the person can have services."""
    months = pilot.service_months.names()
    if person.left_on is None:
        return len(months) - 1
    return months.index(f"{person.left_on:%Y-%m}")


def _season(month: int, pilot: Pilot) -> float:
    return QUIET if month in pilot.service_months.quiet else 1.0


def _amounts(rows: list[Row], units: int, cents: int) -> pl.DataFrame:
    """The rows with whole units that add up to `units`, and cents that do to `cents`, by units x price."""
    weights: Floats = np.array([row.weight for row in rows])
    prices: Floats = np.array([row.price for row in rows])
    in_units = apportion(units, weights, minimum=1)
    return pl.DataFrame(
        {
            "participant_id": [row.participant_id for row in rows],
            "service": [row.service for row in rows],
            "group": [row.group for row in rows],
            "month": [row.month for row in rows],
            "units": in_units,
            "cents": apportion(cents, in_units * prices, minimum=1),
        }
    )


def make_costs(evaluation: str, pilot: Pilot, rng: np.random.Generator) -> pl.DataFrame:
    """The programme's other costs: municipal ones by municipality and month, the rest the programme's own."""
    rows: list[tuple[object, ...]] = []
    months = pilot.costs.months()
    for kind, eur in pilot.costs.kinds.items():
        payers = list(pilot.municipalities) if kind == "municipality" else [None]
        keys = [(month, payer) for month in months for payer in payers]
        cents = apportion(in_cents(eur), rng.lognormal(0, 0.2, len(keys)))
        rows += [
            (month, kind, euro_text(int(part)), evaluation, payer)
            for (month, payer), part in zip(keys, cents, strict=True)
        ]
    return texts(sorted(rows, key=lambda row: (row[0], row[1], row[4] or "")), COST_COLUMNS)
