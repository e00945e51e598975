"""Invitations to answer, so that the participant flow knows who was asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl

from pipeline.demonstration.people import Person
from pipeline.demonstration.sheets import texts

COLUMNS = ("instrument", "participant_id", "respondent", "wave", "invited_on", "outcome")
NO_ANSWER = ("refused", "not_able", "not_reached")
ODDS = (0.3, 0.25, 0.45)


def make_invitations(
    instrument: str,
    asked: Sequence[Person],
    answered: pl.DataFrame,
    invited_on: dt.date,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """An invitation for everybody asked; the outcome follows from who is among the answers.

    answered: participant_id, wave and respondent of one wave and respondent. People who had left by then
    weren't asked.
    """
    wave, respondent = answered["wave"][0], answered["respondent"][0]
    there = set(answered["participant_id"])
    rows = [
        (
            instrument,
            person.participant_id,
            respondent,
            wave,
            invited_on,
            "answered" if person.participant_id in there else rng.choice(NO_ANSWER, p=ODDS),
        )
        for person in asked
        if person.left_on is None or person.left_on > invited_on
    ]
    return texts(rows, COLUMNS)
