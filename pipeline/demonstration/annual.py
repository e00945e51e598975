"""The yearly evaluation: people of today's municipalities, and the measures that the pilots did not use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from instruments import Library
from pipeline.demonstration.annual_facts import (
    make_annual_costs,
    make_annual_employment,
    make_annual_goals,
    make_annual_ratings,
    make_annual_services,
)
from pipeline.demonstration.invitations import make_invitations
from pipeline.demonstration.people import Person, people_frame
from pipeline.demonstration.pilots import LAYOUTS, generator
from pipeline.demonstration.providers import with_providers
from pipeline.demonstration.questionnaires import Form, Spread, draw_latents, make_answers
from pipeline.demonstration.sheets import (
    EVALUATORS,
    PROGRAMME_OFFICE,
    TITLED_WORKBOOK,
    Sheet,
    by_sender,
)
from pipeline.demonstration.targets import Annual, AnnualForm
from pipeline.demonstration.timetable import FromEnrolment, months_later

TIMES = FromEnrolment({"baseline": 0, "endline": 12}, days=30)
WITHOUT_WAVE = frozenset({"kidscreen10", "kidscreen27", "fqols2006"})  # sent with the day alone


def annual_sheets(annual: Annual, library: Library, seed: int) -> list[Sheet]:
    """All submissions of the yearly evaluation but the stakeholder survey."""
    people = make_annual_people(annual, generator(seed, "annual people"))
    senders = {person.participant_id: person.sender for person in people}
    goals = make_annual_goals(people, generator(seed, "annual goals"))
    services = make_annual_services(people, annual.services, generator(seed, "annual services"))
    homes = {person.participant_id: person.municipality for person in people}
    providers = generator(seed, "annual providers")
    services = with_providers(services, homes, list(annual.municipalities), providers)
    costs = make_annual_costs(annual, generator(seed, "annual costs"))
    layouts = LAYOUTS | {"valmieras-novads": TITLED_WORKBOOK}
    return [
        *by_sender(people_frame(people), senders, "participants-2023", layouts),
        *by_sender(goals, senders, "goals-2024-12", layouts),
        *by_sender(services, senders, "services-2024-12", layouts),
        Sheet(PROGRAMME_OFFICE, "costs-2024-12", costs),
        *_evaluators(people, annual, library, seed),
    ]


def make_annual_people(annual: Annual, rng: np.random.Generator) -> list[Person]:
    """Children and adults of each municipality; some leave before the year is over."""
    homes = [
        (home, group)
        for home, sizes in annual.municipalities.items()
        for group, size in zip(("children", "adults"), sizes, strict=True)
        for _ in range(size)
    ]
    people = [_person(annual, number, *home, rng) for number, home in enumerate(homes, start=1)]
    for position in rng.permutation(len(people))[: annual.left].tolist():
        person = people[position]
        left_on = person.enrolled_on + dt.timedelta(days=int(rng.integers(120, 300)))
        people[position] = replace(
            person, left_on=left_on, left_reason=str(rng.choice(["moved", "own_wish"]))
        )
    return people


def _person(annual: Annual, number: int, home: str, group: str, rng: np.random.Generator) -> Person:
    first = annual.enrolled.first
    enrolled_on = first + dt.timedelta(days=int(rng.integers((annual.enrolled.last - first).days)))
    youngest, oldest = annual.ages[group]
    care_level = int(rng.integers(1, 5))
    indicative = 10 * int(rng.uniform(annual.budget.low, annual.budget.high) / 10)
    child = group == "children"
    return Person(
        participant_id=f"{annual.prefix}-{number:04d}",
        target_group=group,
        municipality=home,
        enrolled_on=enrolled_on,
        sex="f" if rng.random() < (0.4 if child else 0.5) else "m",
        birth_year=enrolled_on.year - int(rng.integers(youngest, oldest + 1)),
        care_level=care_level,
        residence="family" if child else str(rng.choice(["alone", "family", "group_home"])),
        indicative_eur=indicative,
        agreed_eur=10 * round(indicative * rng.uniform(0.85, 1.0) / 10),
    )


def _evaluators(people: list[Person], annual: Annual, library: Library, seed: int) -> list[Sheet]:
    """Questionnaires, ICF ratings, employment and invitations."""
    adults = [person for person in people if person.target_group == "adults"]
    ratings, noted = make_annual_ratings(people, TIMES, generator(seed, "annual icf"))
    employment = make_annual_employment(adults, generator(seed, "annual employment"))
    sheets: dict[tuple[str, str], list[pl.DataFrame]] = {}
    asked = []
    for form in annual.forms:
        those = _asked(people, form, library)
        answers = _answers(
            those, form, library, generator(seed, f"annual {form.instrument} {form.respondent}")
        )
        asked += _invited(those, form, answers, seed)
        for wave, frame in answers.items():
            sheets.setdefault((form.instrument, wave), []).append(frame)
    return [
        *(_questionnaires(name, wave, pl.concat(frames)) for (name, wave), frames in sheets.items()),
        Sheet(EVALUATORS, "icf-2024", ratings),
        Sheet(EVALUATORS, "icf-2024-who-notation", noted),
        Sheet(EVALUATORS, "employment-2024", employment),
        Sheet(EVALUATORS, "invitations-2024", pl.concat(asked)),
    ]


def _asked(people: Sequence[Person], form: AnnualForm, library: Library) -> list[Person]:
    """Whom a form is for: children of the measure's ages, families of children, or adults."""
    group = "adults" if form.who == "adults" else "children"
    youngest, oldest = library[form.instrument].ages or (0, 120)
    return [
        person
        for person in people
        if person.target_group == group and (form.who == "families" or youngest <= person.age <= oldest)
    ]


def _answers(
    people: list[Person], form: AnnualForm, library: Library, rng: np.random.Generator
) -> dict[str, pl.DataFrame]:
    spread = Spread(form.spread.sd, form.spread.sd_change, {})
    latents = draw_latents(people, len(form.scales), rng)
    wanted = Form(library[form.instrument], form.respondent, form, spread)
    return make_answers(people, wanted, latents, TIMES, rng)


def _invited(
    people: Sequence[Person], form: AnnualForm, answers: Mapping[str, pl.DataFrame], seed: int
) -> list[pl.DataFrame]:
    """Invitations for each wave, all on the first day that anybody is asked."""
    rng = generator(seed, f"annual {form.instrument} {form.respondent} invitations")
    first = min(person.enrolled_on for person in people)
    return [
        make_invitations(form.instrument, people, frame, months_later(first, TIMES.after_months[wave]), rng)
        for wave, frame in answers.items()
    ]


def _questionnaires(name: str, wave: str, answers: pl.DataFrame) -> Sheet:
    """A wave's questionnaires; some measures are sent with the day alone, and the plan finds the wave."""
    frame = answers.drop("wave") if name in WITHOUT_WAVE else answers.drop("answered_on")
    return Sheet(EVALUATORS, f"{name}-{'2023' if wave == 'baseline' else '2024'}", frame)
