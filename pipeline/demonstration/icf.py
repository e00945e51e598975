"""ICF ratings of the children's pilot: as many children improved, over all and by chapter, as published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from pipeline.demonstration.people import Person
from pipeline.demonstration.sheets import texts
from pipeline.demonstration.targets import IcfTargets, Pilot
from pipeline.demonstration.timetable import Calendar

COLUMNS = ("participant_id", "wave", "code", "qualifier", "rated_on")
CODES: Mapping[str, tuple[str, ...]] = {
    "d1": ("d110", "d140", "d160", "d175"),
    "d2": ("d210", "d230"),
    "d3": ("d310", "d330"),
    "d4": ("d410", "d450", "d455"),
    "d5": ("d510", "d540", "d550"),
    "d6": ("d630", "d640"),
    "d7": ("d710", "d720", "d760"),
    "d8": ("d820", "d880"),
    "d9": ("d910", "d920"),
}
NOT_A_LEVEL = (8, 9)
SHARE_NOT_A_LEVEL = 0.05  # of a child's unchanged chapters with a code that was not specified once
MOST_TRIES = 1000

Pairs = set[tuple[str, str]]


def make_ratings(people: Sequence[Person], pilot: Pilot, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """Submissions by wave. Within a chapter a child's changed codes all change to the same side.

    Raises ValueError when the pilot has no ICF targets.
    """
    if pilot.icf is None:
        raise ValueError("this pilot has no targets for ICF ratings")
    target = pilot.icf
    assessed = _assessed(people, target, rng)
    better, worse = _who_changes([person.participant_id for person in assessed], target, rng)
    times = Calendar(pilot.asked_on)
    rows: dict[str, list[tuple[object, ...]]] = {"baseline": [], "endline": []}
    for person in assessed:
        name = person.participant_id
        days = {wave: times.day(person, wave, rng) for wave in rows}
        for chapter, codes in CODES.items():
            direction = ((name, chapter) in worse) - ((name, chapter) in better)
            ratings = _chapter(len(codes), direction, rng)
            for code, pair in zip(codes, ratings, strict=True):
                for wave, qualifier in zip(rows, pair, strict=True):
                    rows[wave].append((name, wave, code, qualifier, days[wave]))
    return {wave: texts(part, COLUMNS) for wave, part in rows.items()}


def _assessed(people: Sequence[Person], target: IcfTargets, rng: np.random.Generator) -> list[Person]:
    """Who was rated twice: nobody who left early, and else as many as were assessed."""
    stayed = [person for person in people if person.left_on is None]
    return [stayed[position] for position in sorted(rng.permutation(len(stayed))[: target.assessed])]


def _who_changes(assessed: list[str], target: IcfTargets, rng: np.random.Generator) -> tuple[Pairs, Pairs]:
    """Pairs (child, chapter) that improve, and that worsen."""
    shuffled = rng.permutation(assessed).tolist()
    improved = shuffled[: target.children_improved]
    worse_only = shuffled[target.children_improved :][: target.children_worsened]
    better = spread(target.improved, improved, set(), rng)
    return better, spread(target.worsened, improved[: target.children_mixed] + worse_only, better, rng)


def spread(counts: Mapping[str, int], persons: list[str], taken: Pairs, rng: np.random.Generator) -> Pairs:
    """Give each chapter as many of the persons as counted: everybody at least one, nobody one that is taken.

    Raises ValueError when no such spread is found.
    """
    slots = [chapter for chapter, number in counts.items() for _ in range(number)]
    for _ in range(MOST_TRIES):
        shuffled = rng.permutation(slots).tolist()
        firsts = set(zip(rng.permutation(persons).tolist(), shuffled, strict=False))
        if len(slots) >= len(persons) and not firsts & taken:
            return _fill(firsts, shuffled[len(persons) :], persons, taken, rng)
    raise ValueError("the chapters' counts can't be spread over so many persons")


def _fill(
    given: Pairs, slots: list[str], persons: list[str], taken: Pairs, rng: np.random.Generator
) -> Pairs:
    """Give each further slot to a random person who may have it and doesn't yet."""
    for chapter in slots:
        free = [person for person in persons if (person, chapter) not in given | taken]
        given = given | {(str(rng.choice(free)), chapter)}
    return given


def _chapter(codes: int, direction: int, rng: np.random.Generator) -> list[list[int]]:
    """Qualifiers before and after of a chapter's codes; direction: -1 fewer difficulties, +1 more, 0 same."""
    before = np.clip(rng.normal(rng.normal(2.0, 0.8), 0.8, codes).round(), 0, 4).astype(int)
    after = before.copy()
    if direction:
        changed = rng.choice(codes, size=min(codes, 1 + int(rng.random() < 0.3)), replace=False)
        before[changed] = np.clip(before[changed], max(0, -direction), min(4, 4 - direction))
        after[changed] = before[changed] + direction
    elif rng.random() < SHARE_NOT_A_LEVEL:
        wave = before if rng.random() < 0.5 else after
        wave[rng.integers(codes)] = rng.choice(NOT_A_LEVEL)
    return [[int(first), int(last)] for first, last in zip(before, after, strict=True)]
