"""The people of the two pilots: synthetic, with neutral identifiers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from pipeline.demonstration.sheets import slug, texts
from pipeline.demonstration.targets import Pilot, Span

COLUMNS = (
    "participant_id",
    "target_group",
    "municipality",
    "enrolled_on",
    "sex",
    "birth_year",
    "left_on",
    "left_reason",
    "care_level",
    "residence",
    "indicative_eur",
    "agreed_eur",
    "consent",
    "arm",
)


@dataclass(frozen=True)
class Person:
    """A synthetic person as a municipality submits them."""

    participant_id: str
    target_group: str
    municipality: str
    enrolled_on: dt.date
    sex: str
    birth_year: int
    care_level: int
    residence: str
    indicative_eur: int
    agreed_eur: int
    consent: str | None = "yes"
    left_on: dt.date | None = None
    left_reason: str | None = None

    @property
    def age(self) -> int:
        """Age in whole years at enrolment, as far as the birth year tells."""
        return self.enrolled_on.year - self.birth_year

    @property
    def sender(self) -> str:
        """Folder of the municipality in the inbox."""
        return slug(self.municipality)


def make_people(pilot: Pilot, rng: np.random.Generator) -> list[Person]:
    """All people of a pilot, by municipality; the same number of each age and municipality for any seed."""
    homes = [name for name, size in pilot.municipalities.items() for _ in range(size)]
    ages = rng.permutation([age for age, number in pilot.ages.items() for _ in range(number)])
    people = [
        _person(pilot, number, home, int(age), rng)
        for number, (home, age) in enumerate(zip(homes, ages, strict=True), start=1)
    ]
    for leaving in pilot.left:
        person = people[leaving.position]
        people[leaving.position] = replace(person, left_on=leaving.on, left_reason=leaving.reason)
    return people


def _person(pilot: Pilot, number: int, home: str, age: int, rng: np.random.Generator) -> Person:
    care_level = int(rng.choice([1, 2, 3, 4], p=[0.2, 0.35, 0.3, 0.15]))
    indicative = _amount(pilot, care_level, rng)
    return Person(
        participant_id=f"{pilot.prefix}-{number:04d}",
        target_group=pilot.target_group,
        municipality=home,
        enrolled_on=_some_day(pilot.enrolled, rng),
        sex="f" if rng.random() < pilot.share_female else "m",
        birth_year=pilot.year - age,
        care_level=care_level,
        residence=_residence(pilot.target_group, rng),
        indicative_eur=indicative,
        agreed_eur=10 * round(indicative * rng.uniform(0.85, 1.0) / 10),
        consent=None if rng.random() < 0.06 else "yes",
    )


def _amount(pilot: Pilot, care_level: int, rng: np.random.Generator) -> int:
    """An indicative amount that rises with the care level, in tens of euro."""
    position = (care_level - 1 + rng.uniform(0, 1)) / 4
    return 10 * int((pilot.budget.low + position * (pilot.budget.high - pilot.budget.low)) / 10)


def _some_day(span: Span, rng: np.random.Generator) -> dt.date:
    return span.first + dt.timedelta(days=int(rng.integers((span.last - span.first).days + 1)))


def _residence(target_group: str, rng: np.random.Generator) -> str:
    if target_group == "children":
        return "family"
    return str(rng.choice(["alone", "family", "group_home", "social_flat"], p=[0.25, 0.45, 0.2, 0.1]))


def people_frame(people: list[Person]) -> pl.DataFrame:
    """The people as a submission of participants."""
    rows = [
        (
            person.participant_id,
            person.target_group,
            person.municipality,
            person.enrolled_on,
            person.sex,
            person.birth_year,
            person.left_on,
            person.left_reason,
            person.care_level,
            person.residence,
            person.indicative_eur,
            person.agreed_eur,
            person.consent,
            "programme",
        )
        for person in people
    ]
    return texts(rows, COLUMNS)
