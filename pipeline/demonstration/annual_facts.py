"""Goals, services, costs, employment and ICF ratings of the yearly evaluation: made up, aimed at none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl

from pipeline.demonstration.amounts import euro_text, in_cents
from pipeline.demonstration.people import Person
from pipeline.demonstration.sheets import texts
from pipeline.demonstration.targets import Annual, AnnualService
from pipeline.demonstration.timetable import FromEnrolment, months_later

DOMAINS = {
    "children": ("family_support", "child_functioning"),
    "adults": ("living_and_care", "employment_and_education", "leisure"),
}
GAS_LEVELS = (-2, -1, 0, 1, 2)
GAS_ODDS = (0.07, 0.22, 0.43, 0.2, 0.08)
SHARE_OPEN = 0.05
RATED = ("d230", "d330", "d450", "d510", "d640", "d720", "d920", "b130", "b152")
SURROUNDINGS = ("e310", "e580")
STATUSES = ("independent_full_time", "part_time", "casual_full_time", "in_education", "not_employed")
STATUS_ODDS = (0.09, 0.1, 0.05, 0.08, 0.68)
SHARE_FINDING_WORK = 0.14
SERVICE_MONTHS = range(1, 12)


def make_annual_goals(people: Sequence[Person], rng: np.random.Generator) -> pl.DataFrame:
    """One to four goals a person on the five-level scale of goal attainment scaling; a few are still open."""
    rows: list[tuple[object, ...]] = []
    for person in people:
        for number in range(1, int(rng.integers(1, 5)) + 1):
            is_open = rng.random() < SHARE_OPEN or person.left_on is not None
            set_on = person.enrolled_on + dt.timedelta(days=int(rng.integers(5, 31)))
            rows.append(
                (
                    person.participant_id,
                    f"M{number}",
                    rng.choice(DOMAINS[person.target_group]),
                    None if is_open else int(rng.choice(GAS_LEVELS, p=GAS_ODDS)),
                    int(rng.integers(1, 4)),
                    set_on,
                    None if is_open else months_later(person.enrolled_on, 12),
                )
            )
    columns = ("participant_id", "goal_id", "domain", "attainment", "weight", "set_on", "reviewed_on")
    return texts(rows, columns)


def make_annual_services(
    people: Sequence[Person], services: Sequence[AnnualService], rng: np.random.Generator
) -> pl.DataFrame:
    """One to three services a person, month by month; half units occur, and a correction now and then."""
    rows: list[tuple[object, ...]] = []
    for person in people:
        fitting = [service for service in services if service.who == person.target_group]
        for choice in sorted(rng.permutation(len(fitting))[: int(rng.integers(1, 4))].tolist()):
            rows += _service_rows(person, fitting[choice], rng)
    columns = ("participant_id", "service", "service_group", "month", "units", "eur", "correction")
    return texts(rows, columns)


def _service_rows(
    person: Person, service: AnnualService, rng: np.random.Generator
) -> list[tuple[object, ...]]:
    """A service's rows of one person; the last month may be corrected by one unit."""
    rows: list[tuple[object, ...]] = []
    for month in SERVICE_MONTHS:
        day = months_later(person.enrolled_on, month)
        if rng.random() < 0.15 or (person.left_on is not None and day > person.left_on):
            continue
        halves = max(1, round(2 * service.volume * rng.lognormal(0, 0.3)))
        cents = in_cents(service.price) * halves // 2
        key = (person.participant_id, service.service, service.group, f"{day:%Y-%m}")
        rows.append((*key, halves / 2, euro_text(cents), None))
    if rows and rng.random() < 0.03:
        rows.append((*rows[-1][:4], -1, euro_text(-in_cents(service.price)), "yes"))
    return rows


def make_annual_costs(annual: Annual, rng: np.random.Generator) -> pl.DataFrame:
    """Administration by month for the programme, and each municipality's own costs by quarter."""
    months = [f"{2023 + month // 12}-{month % 12 + 1:02d}" for month in range(24)]
    rows: list[tuple[object, ...]] = [
        (month, "administration", euro_text(int(rng.integers(380_000, 460_000))), annual.evaluation, None)
        for month in months
    ]
    rows += [
        (month, "municipality", euro_text(int(rng.integers(90_000, 210_000))), annual.evaluation, home)
        for month in months[2::3]
        for home in annual.municipalities
    ]
    return texts(rows, ("month", "cost_kind", "eur", "evaluation", "municipality"))


def make_annual_employment(adults: Sequence[Person], rng: np.random.Generator) -> pl.DataFrame:
    """Statuses at both waves; some who had no work find part-time work."""
    rows: list[tuple[object, ...]] = []
    for person in adults:
        before = str(rng.choice(STATUSES, p=STATUS_ODDS))
        finds = before == "not_employed" and rng.random() < SHARE_FINDING_WORK
        rows.append((person.participant_id, "baseline", before))
        if person.left_on is None:
            after = "part_time" if finds else before
            rows.append((person.participant_id, "endline", after if rng.random() < 0.95 else "unknown"))
    return texts(rows, ("participant_id", "wave", "status"))


def make_annual_ratings(
    people: Sequence[Person], times: FromEnrolment, rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """ICF ratings of two thirds of the people: as columns, and (every other person) in WHO's notation.

    Performance and capacity of activities, impairments of functions, barriers and facilitators.
    """
    rated: list[tuple[object, ...]] = []
    noted: list[tuple[object, ...]] = []
    chosen = sorted(rng.permutation(len(people))[: 2 * len(people) // 3].tolist())
    for order, position in enumerate(chosen):
        person = people[position]
        if person.left_on is not None:
            continue
        for code, construct, facilitator, qualifiers in _ratings(rng):
            for wave, qualifier in zip(times.waves, qualifiers, strict=True):
                day = times.last_day(person, wave)
                plus = "+" if facilitator else "."
                if order % 2:
                    noted.append((person.participant_id, wave, f"{code}{plus}{qualifier}", construct, day))
                else:
                    sign = "yes" if facilitator else None
                    rated.append((person.participant_id, wave, code, qualifier, sign, construct, day))
    columns = ("participant_id", "wave", "code", "qualifier", "facilitator", "construct", "rated_on")
    return texts(rated, columns), texts(noted, ("participant_id", "wave", "code", "construct", "rated_on"))


def _ratings(rng: np.random.Generator) -> list[tuple[str, str | None, bool, tuple[int, int]]]:
    """One person's codes: code, construct (None: performance), facilitator, qualifiers before and after."""
    ratings: list[tuple[str, str | None, bool, tuple[int, int]]] = []
    for code in RATED:
        performance = _changed(int(rng.integers(0, 4)), -1, rng)
        ratings.append((code, None, False, performance))
        if code in ("d450", "d720"):
            capacity = min(performance[0] + int(rng.integers(0, 2)), 4)
            ratings.append((code, "capacity", False, _changed(capacity, -1, rng)))
    for code in SURROUNDINGS:
        helps = bool(rng.random() < 0.7)
        ratings.append((code, None, helps, _changed(int(rng.integers(0, 4)), 1 if helps else -1, rng)))
    return ratings


def _changed(before: int, better: int, rng: np.random.Generator) -> tuple[int, int]:
    """A qualifier and the one after: a fifth get better by one (`better` says which way), a few worse."""
    step = int(rng.choice([better, 0, -better], p=[0.2, 0.74, 0.06]))
    return before, min(max(before + step, 0), 4)
