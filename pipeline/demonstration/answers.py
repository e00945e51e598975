"""Answers to a scale's items that add up to given raw sums, as they would be printed on the form."""

from __future__ import annotations

import numpy as np

from instruments import Form, Instrument, Item, Scale
from pipeline.demonstration.amounts import Floats, Integers

OWN_SPREAD = 0.6  # of an item around the scale's level, in answer steps
SHARE_BLANK = 0.05  # of scales in a questionnaire with a blank item


def item_answers(
    instrument: Instrument, scale: Scale, form: Form, sums: Integers, rng: np.random.Generator
) -> dict[str, Floats]:
    """Printed answers by item, shape (n,), of n questionnaires whose scored answers add up to `sums`.

    Now and then an item is blank (NaN), where the scale's score stays the same without it.
    """
    items = [instrument.item(code) for code in scale.items]
    lows, highs = np.array([item.scored_range(form) for item in items]).T
    scored = _adding_up(sums, lows, highs, rng)
    printed = np.column_stack(
        [_printed(item, form, scored[:, column], rng) for column, item in enumerate(items)]
    )
    if scale.allowed_missing and form not in scale.missing_item_table:
        _leave_blank(printed, scored, lows, highs, rng)
    return {item.code: printed[:, column] for column, item in enumerate(items)}


def _adding_up(sums: Integers, lows: Floats, highs: Floats, rng: np.random.Generator) -> Floats:
    """Scored answers, shape (n, items): near the sum's share of each item's range, and adding up."""
    share = (sums - lows.sum()) / (highs - lows).sum()
    level = lows + share[:, None] * (highs - lows)
    answers: Floats = np.clip(np.rint(level + rng.normal(0, OWN_SPREAD, level.shape)), lows, highs)
    lacking = sums - answers.sum(axis=1)
    while (lacking != 0).any():
        step = np.sign(lacking)[:, None]
        room = (answers + step >= lows) & (answers + step <= highs) & (step != 0)
        chosen = np.where(room, rng.random(answers.shape), -1.0).argmax(axis=1)
        answers[np.arange(len(sums)), chosen] += np.sign(lacking)
        lacking = sums - answers.sum(axis=1)
    return answers


def _printed(item: Item, form: Form, scored: Floats, rng: np.random.Generator) -> Floats:
    """The answers as ticked: recoding and reversal undone; of several that count the same, one at random."""
    recoding = item.recode_for(form)
    if recoding:
        ticked = {value: [one for one, to in recoding.items() if to == value] for value in set(scored)}
        return np.array([rng.choice(ticked[value]) for value in scored])
    if item.reversed:
        return (item.minimum or 0) + (item.maximum or 0) - scored
    return scored


def _leave_blank(
    printed: Floats, scored: Floats, lows: Floats, highs: Floats, rng: np.random.Generator
) -> None:
    """Blank one item of some questionnaires, the one nearest to the mean of the others. Changes `printed`.

    Made up for by the mean share of range of the others, such an item leaves the rounded sum as it is.
    """
    shares = (scored - lows) / (highs - lows)
    others = (shares.sum(axis=1, keepdims=True) - shares) / (shares.shape[1] - 1)
    off = np.abs(others - shares) * (highs - lows)
    row = np.flatnonzero((rng.random(len(scored)) < SHARE_BLANK) & (off.min(axis=1) < 0.49))
    printed[row, off[row].argmin(axis=1)] = np.nan
