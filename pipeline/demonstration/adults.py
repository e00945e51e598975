"""The adults' pilot: rated changes and employment, with exactly the published numbers of persons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from pipeline.demonstration.amounts import Floats
from pipeline.demonstration.people import Person
from pipeline.demonstration.sheets import texts
from pipeline.demonstration.targets import Pilot
from pipeline.demonstration.timetable import Calendar

BETTER, SAME, WORSE, NOT_APPLICABLE = 1, 0, -1, 9
COMMON = 0.6  # weight of what a person's ratings have in common
EMPLOYMENT_COLUMNS = ("participant_id", "wave", "status")
SHARE_CHANGED_BY_MIDPOINT = 0.6


def make_rated_changes(people: Sequence[Person], pilot: Pilot, rng: np.random.Generator) -> pl.DataFrame:
    """One rating of each aspect by everybody at the endline; who is better off is so in several aspects."""
    times = Calendar(pilot.asked_on)
    common = rng.normal(size=len(people))
    columns = {}
    for aspect, (better, same, worse) in pilot.sqol_change.items():
        latent = COMMON * common + np.sqrt(1 - COMMON**2) * rng.normal(size=len(people))
        applies = _applies(len(people), better + same + worse, rng)
        ratings = np.full(len(people), NOT_APPLICABLE)
        ratings[applies] = _ranked(latent[applies], [BETTER] * better + [SAME] * same + [WORSE] * worse)
        columns[aspect] = [str(rating) for rating in ratings]
    head = {
        "participant_id": [person.participant_id for person in people],
        "wave": ["endline"] * len(people),
        "answered_on": [str(times.day(person, "endline", rng)) for person in people],
        "respondent": ["self"] * len(people),
    }
    return pl.DataFrame(head | columns)


def _applies(persons: int, number: int, rng: np.random.Generator) -> list[int]:
    return sorted(rng.permutation(persons)[:number].tolist())


def _ranked(latent: Floats, values: list[int]) -> list[int]:
    """The values, best first, to the persons by their latent rating, highest first."""
    ranked = np.empty(len(values), dtype=np.int64)
    ranked[np.argsort(-latent, kind="stable")] = values
    return ranked.tolist()


def make_employment(people: Sequence[Person], pilot: Pilot, rng: np.random.Generator) -> pl.DataFrame:
    """Statuses at three waves. Two aren't known at the endline: what they did at the midpoint counts."""
    moves = [(move.before, move.during) for move in pilot.employment for _ in range(move.persons)]
    rows: list[tuple[object, ...]] = []
    order = rng.permutation(len(people)).tolist()
    not_reached = set(order[:2])
    for position, (before, during) in zip(order, moves, strict=True):
        person = people[position].participant_id
        early = position in not_reached or rng.random() < SHARE_CHANGED_BY_MIDPOINT
        rows.append((person, "baseline", before))
        rows.append((person, "midpoint", during if early else before))
        if position not in not_reached:
            rows.append((person, "endline", during))
    return texts(sorted(rows, key=lambda row: str(row[0])), EMPLOYMENT_COLUMNS)
