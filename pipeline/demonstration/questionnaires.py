"""The children's pilot's questionnaires: KIDSCREEN-52 (self, parent) and the families' Beach Center scale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from instruments import Instrument, Scale, form_of
from pipeline.demonstration.amounts import Floats
from pipeline.demonstration.answers import item_answers
from pipeline.demonstration.calibration import Aim, Booleans, Ladder, calibrated_sums, standardised
from pipeline.demonstration.people import Person
from pipeline.demonstration.targets import FormTargets, Pilot

WAVES = ("baseline", "midpoint", "endline")
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
    people: Sequence[Person], absent: Mapping[str, int], pilot: Pilot, rng: np.random.Generator
) -> dict[str, Booleans]:
    """Who answers at each wave: all but `absent` of them, who are the early leavers first, then anybody."""
    present = {}
    for wave in WAVES:
        closes = pilot.asked_on[wave][1]
        gone = [n for n, person in enumerate(people) if person.left_on and person.left_on <= closes]
        order = gone + [n for n in rng.permutation(len(people)).tolist() if n not in gone]
        present[wave] = np.ones(len(people), dtype=bool)
        present[wave][order[: max(absent[wave], len(gone))]] = False
    return present


def make_answers(
    people: Sequence[Person],
    instrument: Instrument,
    respondent: str,
    target: FormTargets,
    spread: Spread,
    latents: Latents,
    pilot: Pilot,
    rng: np.random.Generator,
) -> dict[str, pl.DataFrame]:
    """Wide submissions by wave: participant_id, wave, answered_on, respondent, then a column an item."""
    present = draw_presence(people, target.absent, pilot, rng)
    columns: dict[str, dict[str, Floats]] = {wave: {} for wave in WAVES}
    for number, (name, (mean_post, mean_change)) in enumerate(target.scales.items()):
        scale = instrument.scale(name)
        aim = Aim(mean_post, mean_change, spread.sd, spread.exceptions.get(name, spread.sd_change))
        ladder = Ladder.of(_table(instrument, scale, respondent))
        level, change = latents.level[:, number], latents.change[:, number]
        both = (present["baseline"], present["endline"])
        before, after = calibrated_sums(ladder, aim, level, change, both)
        between = ladder.sums[ladder.nearest((_score(ladder, before) + _score(ladder, after)) / 2)]
        for wave, sums in zip(WAVES, (before, between, after), strict=True):
            columns[wave] |= item_answers(instrument, scale, form_of(respondent), sums, rng)
    return {
        wave: _submission(people, wave, respondent, columns[wave], present[wave], pilot, rng)
        for wave in WAVES
    }


def _score(ladder: Ladder, sums: Iterable[int]) -> Floats:
    return ladder.scores[np.searchsorted(ladder.sums, np.asarray(sums))]


def _table(instrument: Instrument, scale: Scale, respondent: str) -> Mapping[float, float]:
    """Raw sum of the scored answers -> score: the scale's own table, or the mean of the answers."""
    form = form_of(respondent)
    if form in scale.conversion:
        return scale.conversion[form].scores
    ranges = [instrument.item(code).scored_range(form) for code in scale.items]
    lowest, highest = (int(sum(ends)) for ends in zip(*ranges, strict=True))
    return {float(total): total / len(ranges) for total in range(lowest, highest + 1)}


def _submission(
    people: Sequence[Person],
    wave: str,
    respondent: str,
    answers: Mapping[str, Floats],
    present: Booleans,
    pilot: Pilot,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """The wave's questionnaires of those present, by person; items in the form's order."""
    first, last = pilot.asked_on[wave]
    days = rng.integers((last - first).days + 1, size=len(people))
    head = pl.DataFrame(
        {
            "participant_id": [person.participant_id for person in people],
            "wave": wave,
            "answered_on": [str(first + dt.timedelta(days=int(day))) for day in days],
            "respondent": respondent,
        }
    )
    cells = pl.DataFrame(dict(answers)).fill_nan(None).cast(pl.Int64).cast(pl.String)
    return pl.concat([head, cells], how="horizontal").filter(present)
