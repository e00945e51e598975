"""What the evaluators of the pilots sent: questionnaires, ICF ratings, employment, invitations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from instruments import Library
from pipeline.demonstration.adults import make_employment, make_rated_changes
from pipeline.demonstration.icf import make_ratings
from pipeline.demonstration.invitations import make_invitations
from pipeline.demonstration.people import Person
from pipeline.demonstration.pilots import PilotData, generator
from pipeline.demonstration.questionnaires import BEACH, KIDSCREEN, Form, draw_latents, make_answers
from pipeline.demonstration.sheets import EVALUATORS, PLAIN, SPREADSHEET_CSV, WORKBOOK, Layout, Sheet
from pipeline.demonstration.timetable import Calendar

HEAD = ("participant_id", "wave", "answered_on", "respondent")
SKIPPED_PAGE = 9  # items of the last page, which three children overlooked at the midpoint
Waves = Mapping[str, pl.DataFrame]


def children_sheets(data: PilotData, library: Library, seed: int) -> list[Sheet]:
    """KIDSCREEN-52 of those of its ages, the Beach Center scale of all families, ICF ratings, invitations."""
    pilot = data.pilot
    measure = library["kidscreen52"]
    youngest = (measure.ages or (0, 0))[0]
    old_enough = [person for person in data.people if person.age >= youngest]
    children, parents = _kidscreen(data, old_enough, library, seed)
    families = _families(data, library, seed)
    ratings = make_ratings(data.people, pilot, generator(seed, "icf"))
    asked = [
        *_invited("kidscreen52", old_enough, children, data, seed),
        *_invited("kidscreen52", old_enough, parents, data, seed),
        *_invited("beach_center_fqol", data.people, families, data, seed),
    ]
    both = {wave: pl.concat([children[wave], parents[wave]]) for wave in children}
    both["midpoint"] = _long(both["midpoint"])
    layouts = {"baseline": PLAIN, "midpoint": PLAIN, "endline": SPREADSHEET_CSV}
    return [
        *_by_wave("kidscreen52", both, data, layouts),
        *_by_wave("beach_center_fqol", families, data, {"endline": WORKBOOK}),
        *_by_wave("icf", ratings, data, {}),
        Sheet(EVALUATORS, "invitations-2019", pl.concat(asked)),
    ]


def _kidscreen(
    data: PilotData, people: Sequence[Person], library: Library, seed: int
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """The children's and the parents' questionnaires by wave."""
    measure, pilot = library["kidscreen52"], data.pilot
    rng = generator(seed, "kidscreen52")
    own = draw_latents(people, len(measure.scales), rng)
    parents = draw_latents(people, len(measure.scales), rng, like=own)
    times = Calendar(pilot.asked_on)
    form = Form(measure, "self", pilot.kidscreen52["self"], KIDSCREEN)
    by_child = make_answers(people, form, own, times, rng)
    by_parent = make_answers(
        people, replace(form, respondent="parent", target=pilot.kidscreen52["parent"]), parents, times, rng
    )
    by_child["midpoint"] = _skip_last_page(by_child["midpoint"])
    return by_child, by_parent


def _skip_last_page(answers: pl.DataFrame) -> pl.DataFrame:
    """Three children turn over two pages at once: those scales can't be scored at the midpoint."""
    overlooked = pl.int_range(pl.len()).is_in([4, 17, 31])
    items = answers.columns[-SKIPPED_PAGE:]
    return answers.with_columns(pl.when(~overlooked).then(pl.col(item)).alias(item) for item in items)


def _families(data: PilotData, library: Library, seed: int) -> dict[str, pl.DataFrame]:
    measure, target = library["beach_center_fqol"], data.pilot.beach_center_fqol["parent"]
    rng = generator(seed, "beach_center_fqol")
    latents = draw_latents(data.people, len(target.scales), rng)
    times = Calendar(data.pilot.asked_on)
    return make_answers(data.people, Form(measure, "parent", target, BEACH), latents, times, rng)


def adults_sheets(data: PilotData, seed: int) -> list[Sheet]:
    """Rated changes, employment and invitations of the adults' pilot."""
    changes = make_rated_changes(data.people, data.pilot, generator(seed, "sqol_change"))
    employment = make_employment(data.people, data.pilot, generator(seed, "employment"))
    asked = _invited("sqol_change", data.people, {"endline": changes}, data, seed)
    return [
        *_by_wave("sqol_change", {"endline": changes}, data, {"endline": WORKBOOK}),
        Sheet(EVALUATORS, "employment-2021-01", employment),
        Sheet(EVALUATORS, "invitations-2020", pl.concat(asked)),
    ]


def _long(wide: pl.DataFrame) -> pl.DataFrame:
    """A row an answer; what wasn't answered has none."""
    return (
        wide.unpivot(index=list(HEAD), variable_name="item", value_name="answer")
        .drop_nulls("answer")
        .sort("participant_id", "respondent", "item")
    )


def _by_wave(name: str, waves: Waves, data: PilotData, layouts: Mapping[str, Layout]) -> list[Sheet]:
    """A submission for each wave, named by the month in which it was closed."""
    return [
        Sheet(
            EVALUATORS,
            f"{name}-{data.pilot.asked_on[wave][1]:%Y-%m}",
            answers,
            layouts.get(wave, PLAIN),
        )
        for wave, answers in waves.items()
    ]


def _invited(
    instrument: str, people: Sequence[Person], waves: Waves, data: PilotData, seed: int
) -> list[pl.DataFrame]:
    rng = generator(seed, f"{instrument} invitations")
    before = dt.timedelta(days=7)
    return [
        make_invitations(instrument, people, answers, data.pilot.asked_on[wave][0] - before, rng)
        for wave, answers in waves.items()
    ]
