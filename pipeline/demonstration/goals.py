"""Goals of the pilots' support plans: exactly as many achieved, partly and not achieved as published."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from pipeline.demonstration.amounts import Floats
from pipeline.demonstration.people import Person
from pipeline.demonstration.sheets import texts
from pipeline.demonstration.targets import GoalDomain, Pilot
from pipeline.demonstration.timetable import Calendar

COLUMNS = ("participant_id", "goal_id", "domain", "attainment", "set_on", "reviewed_on")
SPREAD_OF_PERSONS = (
    0.7  # of a goal's latent attainment; the rest is the goal's own, so goals cluster in persons
)
SPREAD_OF_MUNICIPALITIES = 0.25


def make_goals(people: list[Person], pilot: Pilot, rng: np.random.Generator) -> pl.DataFrame:
    """All goals of a pilot: persons have none to several of a domain, and everybody at least one goal."""
    homes = sorted({person.municipality for person in people})
    of_home = dict(zip(homes, rng.normal(0, SPREAD_OF_MUNICIPALITIES, len(homes)), strict=True))
    strength = rng.normal([of_home[person.municipality] for person in people], SPREAD_OF_PERSONS)
    numbers = [0] * len(people)
    rows: list[tuple[object, ...]] = []
    for domain in pilot.goals:
        owners = _owners(domain, numbers, rng)
        for owner, attainment in zip(owners, _attainments(domain, strength[owners], rng), strict=True):
            numbers[owner] += 1
            person = people[owner]
            days = _days(person, pilot, rng)
            rows.append((person.participant_id, f"M{numbers[owner]}", domain.domain, attainment, *days))
    return texts(sorted(rows, key=lambda row: (row[0], row[1])), COLUMNS)


def _owners(domain: GoalDomain, numbers: list[int], rng: np.random.Generator) -> list[int]:
    """Whose each goal of a domain is: one for each person as long as they last, first those without any."""
    total = domain.achieved + domain.partly + domain.not_achieved
    everybody = sorted(rng.permutation(len(numbers)).tolist(), key=lambda position: numbers[position] > 0)
    more = rng.choice(len(numbers), size=max(total - len(everybody), 0)).tolist()
    return sorted(everybody[:total] + more)


def _attainments(domain: GoalDomain, strength: Floats, rng: np.random.Generator) -> list[str]:
    """The best goals achieved, the next partly, the rest not."""
    latent = strength + rng.normal(0, 1, len(strength))
    values = ["1"] * domain.achieved + ["0.5"] * domain.partly + ["0"] * domain.not_achieved
    ranked = np.empty(len(values), dtype=object)
    ranked[np.argsort(-latent, kind="stable")] = values
    return ranked.tolist()


def _days(person: Person, pilot: Pilot, rng: np.random.Generator) -> tuple[dt.date, dt.date]:
    """When the goal was set (by the end of the baseline) and reviewed (in the endline, or on leaving)."""
    set_on = pilot.asked_on["baseline"][1] - dt.timedelta(days=int(rng.integers(0, 20)))
    reviewed_on = Calendar(pilot.asked_on).day(person, "endline", rng)
    return set_on, min(reviewed_on, person.left_on or reviewed_on)
