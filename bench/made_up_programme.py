"""A made-up programme of any size: raw files as senders send them, and a plan; nothing of it has been computed.

Usage: python bench/made_up_programme.py HOME PERSONS [WAVES] [MEASURES]

MEASURES: `all`, or the name of one questionnaire. Same numbers and seed, same bytes. All persons are synthetic.
Answers follow a trait of the person that rises a little from wave to wave, so that scales hang together and change.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from instruments import Instrument, load_library
from pipeline.municipalities import Register
from pipeline.schemas import codes

SEED = 2024
FIRST_YEAR = 2023
ENROLLED_ON = dt.date(FIRST_YEAR, 1, 10)
LEFT_OUT = 0.01
ALL = "all"
OF_CHILDREN = {"kidscreen52": "self", "kidscreen27": "self", "kidscreen10": "self"} | {
    "beach_center_fqol": "parent",
    "fqols2006": "parent",
}
OF_ADULTS = {"sqol_state": "self", "sqol_change": "self"}
PLAN = """\
synthetic: true
languages: [en]
evaluations:
"""
EVALUATION = """\
  - id: {group}
    title: {{lv: Izdomāta programma, en: A made-up programme}}
    members: {{target_group: {group}}}
    waves:
{waves}
    pre: wave1
    post: wave{last}
    months: 12
    reporting_year: {year}
    outcomes:
{outcomes}
    breakdowns: [municipality, region, sex, age_band]
    age_bands: [0-11, 12-17, 18-39, 40-99]
"""


def write_programme(home: Path, persons: int, waves: int = 2, measures: str = ALL) -> None:
    """Write the plan and the inbox of a home: with all measures, children and adults; else children and one."""
    inbox = home / "inbox" / "evaluators"
    inbox.mkdir(parents=True)
    by_group = {"children": OF_CHILDREN, "adults": OF_ADULTS}
    if measures != ALL:
        by_group = {"children": {measures: OF_CHILDREN[measures]}}
    (home / "evaluation.yaml").write_text(plan_text(by_group, waves), encoding="utf-8")
    random = np.random.default_rng(SEED)
    people = made_up_people(persons, list(by_group), random)
    people.drop("trait").write_csv(inbox / "participants.csv")
    for group, own in by_group.items():
        members = people.filter(target_group=group)
        for name, respondent in own.items():
            for wave, sheet in enumerate(questionnaires(members, name, respondent, waves, random), start=1):
                sheet.write_csv(inbox / f"{name}-{wave}.csv")
    if measures == ALL:
        for name, sheet in facts(people, waves, random).items():
            sheet.write_csv(inbox / f"{name}.csv")


def plan_text(by_group: dict[str, dict[str, str]], waves: int) -> str:
    """The plan: an evaluation for each target group, its waves a year apart, every scale of its measures."""
    library = load_library()
    windows = [
        f"      wave{n + 1}: {{from: {FIRST_YEAR + n}-02-01, to: {FIRST_YEAR + n}-03-31}}"
        for n in range(waves)
    ]
    text = PLAN
    for group, measures in by_group.items():
        outcomes = [
            f"      - {{instrument: {name}, respondent: {respondent}, scales: all, role: exploratory}}"
            for name, respondent in measures.items()
            if library[name].scales
        ]
        text += EVALUATION.format(
            group=group,
            waves="\n".join(windows),
            last=waves,
            year=FIRST_YEAR + waves - 1,
            outcomes="\n".join(outcomes),
        )
    return text


def municipalities() -> pl.DataFrame:
    """The register on the day of enrolment."""
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= ENROLLED_ON)
    ended = pl.col("valid_to").is_null() | (pl.col("valid_to") >= ENROLLED_ON)
    return Register.shipped().frame.filter(begun & ended)


def made_up_people(persons: int, groups: list[str], random: np.random.Generator) -> pl.DataFrame:
    """The participants as their sheet has them, and `trait`, by which they answer."""
    places = municipalities()["name_lv"].to_numpy()
    group = np.array(groups)[np.arange(persons) % len(groups)]
    born = np.where(
        group == "children", random.integers(2008, 2015, persons), random.integers(1960, 2004, persons)
    )
    return pl.DataFrame(
        {
            "participant_id": pl.Series(np.arange(persons))
            .cast(pl.String)
            .str.zfill(8)
            .str.replace("^", "P"),
            "target_group": group,
            "municipality": places[random.integers(0, len(places), persons)],
            "enrolled_on": ENROLLED_ON.isoformat(),
            "sex": np.array(codes.SEXES)[random.integers(0, 2, persons)],
            "birth_year": born,
            "trait": random.normal(0, 0.7, persons),
        }
    )


def questionnaires(
    people: pl.DataFrame, name: str, respondent: str, waves: int, random: np.random.Generator
) -> Iterator[pl.DataFrame]:
    """A measure's sheet at each wave, a column an item; a measure that is rated looking back has the last alone."""
    measure = load_library()[name]
    trait, key = people["trait"].to_numpy().astype(np.float32), people.select("participant_id")
    for wave in range(1, waves + 1):
        if measure.kind == "rated_change" and wave < waves:
            continue
        place = key.with_columns(wave=pl.lit(f"wave{wave}"), respondent=pl.lit(respondent))
        yield place.with_columns(answers(measure, trait + np.float32(0.15 * wave), random))


def answers(measure: Instrument, trait: np.ndarray, random: np.random.Generator) -> Iterator[pl.Series]:
    """A column for each item; one answer in a hundred is left out."""
    for item in measure.items:
        if item.type == "text":
            continue
        low, high = item.minimum, item.maximum
        if low is None or high is None:
            low, high = (
                min(option.value for option in item.options),
                max(option.value for option in item.options),
            )
        leaning = -trait if item.reversed else trait
        noise = random.standard_normal(len(trait), dtype=np.float32)
        value = np.rint((low + high) / 2 + (high - low) / 5 * (leaning + noise)).clip(low, high)
        given = pl.Series(item.code, value.astype(np.int8))
        left_out = random.random(len(trait), dtype=np.float32) < LEFT_OUT
        yield given.set(pl.Series(left_out), None)


def facts(people: pl.DataFrame, waves: int, random: np.random.Generator) -> dict[str, pl.DataFrame]:
    """What is no questionnaire: ICF ratings, goals, services, costs, employment, the stakeholders' survey."""
    persons, key = people.height, people.select("participant_id", "target_group")
    children, adults = key.filter(target_group="children"), key.filter(target_group="adults")
    waved = pl.DataFrame({"wave": [f"wave{wave}" for wave in range(1, waves + 1)]})
    items = [item.code for item in load_library()["icf"].items if item.code.startswith("d")][:5]
    icf = (
        children.drop("target_group")
        .join(waved, how="cross")
        .join(pl.DataFrame({"code": items}), how="cross")
    )
    goals = key.join(pl.DataFrame({"goal_id": ["g1", "g2"]}), how="cross")
    domain = pl.when(pl.col("target_group") == "children").then(pl.lit("family_support"))
    months = pl.DataFrame({"month": [f"{FIRST_YEAR}-{month:02}" for month in (2, 3, 4, 5, 6)]})
    services = key.drop("target_group").join(months, how="cross")
    units = random.integers(1, 8, services.height)
    work = adults.drop("target_group").join(waved, how="cross")
    statuses = np.array(codes.EMPLOYMENT_STATUSES)
    return {
        "icf": icf.with_columns(qualifier=pl.Series(random.integers(0, 5, icf.height))),
        "goals": goals.with_columns(
            domain=domain.otherwise(pl.lit("leisure")),
            attainment=pl.Series(random.integers(0, 2, goals.height)),
        ).drop("target_group"),
        "services": services.with_columns(
            service=pl.lit("Fizioterapeita nodarbība"),
            service_group=pl.lit("health"),
            units=pl.Series(units),
            eur=pl.Series(units * 32),
        ),
        "costs": months.with_columns(
            cost_kind=pl.lit("administration"), eur=pl.lit(persons), evaluation=pl.lit("children")
        ),
        "employment": work.with_columns(
            status=pl.Series(statuses[random.integers(0, len(statuses), work.height)])
        ),
        "stakeholders": survey(persons // 10, random),
    }


def survey(count: int, random: np.random.Generator) -> pl.DataFrame:
    """The stakeholders' sheet of the last year."""
    roles = np.array(codes.STAKEHOLDER_ROLES)
    return pl.DataFrame(
        {
            "respondent_id": [f"S{number:08}" for number in range(count)],
            "year": FIRST_YEAR + 1,
            "role": roles[random.integers(0, len(roles), count)],
            "municipality": "Liepājas valstspilsēta",
            **{f"q{number}": random.integers(1, 6, count) for number in range(1, 9)},
        }
    )


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    write_programme(Path(sys.argv[1]), int(sys.argv[2]), *map(int, sys.argv[3:4]), *sys.argv[4:5])
