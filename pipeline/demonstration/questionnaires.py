"""Questionnaires whose scale scores come out at a target: who answers, and their answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from instruments import Form as FormKind
from instruments import Instrument, Scale, form_of
from pipeline.demonstration.amounts import Floats
from pipeline.demonstration.answers import item_answers
from pipeline.demonstration.calibration import Aim, Booleans, Ladder, calibrated_sums, standardised
from pipeline.demonstration.people import Person
from pipeline.demonstration.targets import FormTargets
from pipeline.demonstration.timetable import Timetable

GENERAL = 0.6  # weight of what a person's scales have in common; the rest is each scale's own
AGREEMENT = 0.5  # correlation of parent and child
FALL = -0.35  # correlation of change with the level before
SPREAD_OF_MUNICIPALITIES = 0.25  # of the change, in standard deviations


@dataclass(frozen=True)
class Spread:
    """Standard deviations of a measure's scores and changes, and of one scale that differs."""

    sd: float
    sd_change: float
    exceptions: Mapping[str, float]


KIDSCREEN = Spread(9.0, 7.0, {"social_acceptance": 9.0})
BEACH = Spread(0.75, 0.72, {})


@dataclass(frozen=True)
class Form:
    """A measure as one kind of respondent answers it, and what its scores shall come out at."""

    instrument: Instrument
    respondent: str
    target: FormTargets
    spread: Spread

    @property
    def kind(self) -> FormKind:
        """The form whose conversion this respondent uses."""
        return form_of(self.respondent)

    def aim(self, scale: str) -> Aim:
        """The target of one scale."""
        mean_post, mean_change = self.target.scales[scale]
        spread = self.spread.exceptions.get(scale, self.spread.sd_change)
        return Aim(mean_post, mean_change, self.spread.sd, spread)

    def table(self, scale: Scale) -> Mapping[float, float]:
        """Raw sum of the scored answers -> score: the scale's own table, or the mean of the answers."""
        if self.kind in scale.conversion:
            return scale.conversion[self.kind].scores
        ranges = [self.instrument.item(code).scored_range(self.kind) for code in scale.items]
        lowest, highest = (int(sum(ends)) for ends in zip(*ranges, strict=True))
        return {float(total): total / len(ranges) for total in range(lowest, highest + 1)}


@dataclass(frozen=True)
class Latents:
    """What lies behind the answers: level and change, shape (persons, scales)."""

    level: Floats
    change: Floats


def draw_latents(
    people: Sequence[Person], scales: int, rng: np.random.Generator, like: Latents | None = None
) -> Latents:
    """Levels and changes of people on some scales; correlated with those of `like`, another respondent."""
    n = len(people)
    level = _common_and_own(n, scales, rng)
    change = _common_and_own(n, scales, rng) + _by_municipality(people, rng)[:, None]
    if like is not None:
        rest = np.sqrt(1 - AGREEMENT**2)
        level = AGREEMENT * like.level + rest * level
        change = AGREEMENT * like.change + rest * change
    return Latents(level, FALL * level + np.sqrt(1 - FALL**2) * change)


def _common_and_own(n: int, scales: int, rng: np.random.Generator) -> Floats:
    own = np.sqrt(1 - GENERAL**2)
    mixed: Floats = GENERAL * rng.normal(size=(n, 1)) + own * rng.normal(size=(n, scales))
    return mixed


def _by_municipality(people: Sequence[Person], rng: np.random.Generator) -> Floats:
    """The same small addition for all of a municipality, of a fixed spread between municipalities."""
    homes = sorted({person.municipality for person in people})
    additions = standardised(rng.normal(size=len(homes)), np.ones(len(homes), dtype=bool))
    of_home = dict(zip(homes, SPREAD_OF_MUNICIPALITIES * additions, strict=True))
    return np.array([of_home[person.municipality] for person in people])


def draw_presence(
    people: Sequence[Person], absent: Mapping[str, int], times: Timetable, rng: np.random.Generator
) -> dict[str, Booleans]:
    """Who answers at each wave: all but `absent` of them, who are the early leavers first, then anybody."""
    present = {}
    for wave in times.waves:
        gone = [n for n, person in enumerate(people) if _has_left(person, times.last_day(person, wave))]
        order = gone + [n for n in rng.permutation(len(people)).tolist() if n not in gone]
        present[wave] = np.ones(len(people), dtype=bool)
        present[wave][order[: max(absent[wave], len(gone))]] = False
    return present


def _has_left(person: Person, day: dt.date) -> bool:
    return person.left_on is not None and person.left_on <= day


def make_answers(
    people: Sequence[Person], form: Form, latents: Latents, times: Timetable, rng: np.random.Generator
) -> dict[str, pl.DataFrame]:
    """Wide submissions by wave: participant_id, wave, answered_on, respondent, then a column an item."""
    present = draw_presence(people, form.target.absent, times, rng)
    both = (present[times.waves[0]], present[times.waves[-1]])
    columns: dict[str, dict[str, Floats]] = {wave: {} for wave in times.waves}
    for number, name in enumerate(form.target.scales):
        scale = form.instrument.scale(name)
        ladder = Ladder.of(form.table(scale))
        level, change = latents.level[:, number], latents.change[:, number]
        before, after = calibrated_sums(ladder, form.aim(name), level, change, both)
        between = ladder.sums[ladder.nearest((_score(ladder, before) + _score(ladder, after)) / 2)]
        sums = {times.waves[0]: before, times.waves[-1]: after}
        for wave in times.waves:
            answers = item_answers(form.instrument, scale, form.kind, sums.get(wave, between), rng)
            columns[wave] |= answers
    return {
        wave: _submission(people, wave, form, columns[wave], times, rng).filter(present[wave])
        for wave in times.waves
    }


def _score(ladder: Ladder, sums: Iterable[int]) -> Floats:
    return ladder.scores[np.searchsorted(ladder.sums, np.asarray(sums))]


def _submission(
    people: Sequence[Person],
    wave: str,
    form: Form,
    answers: Mapping[str, Floats],
    times: Timetable,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """The wave's questionnaires, a row a person; items in the form's order."""
    head = pl.DataFrame(
        {
            "participant_id": [person.participant_id for person in people],
            "wave": wave,
            "answered_on": [str(times.day(person, wave, rng)) for person in people],
            "respondent": form.respondent,
        }
    )
    in_order = {item.code: answers[item.code] for item in form.instrument.items if item.code in answers}
    cells = pl.DataFrame(in_order).fill_nan(None).cast(pl.Int64).cast(pl.String)
    return pl.concat([head, cells], how="horizontal")
