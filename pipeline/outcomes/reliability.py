"""Tables mart.reliability and mart.item_quality: how well the scales and their items work in this sample.

METHODS, "Measures' quality in this sample".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from instruments import Instrument, Library
from instruments.recoding import reversed_answer
from pipeline.outcomes.frames import mart_frame
from pipeline.outcomes.pairing import SCALE, everybody, members_of
from pipeline.outcomes.planned import PlannedScale, planned_scales
from pipeline.plan import Evaluation
from pipeline.statistics.inputs import Vector
from pipeline.statistics.reasons import join_reasons
from pipeline.statistics.reliability import floor_ceiling, scale_reliability
from pipeline.statistics.reliability import item_quality as quality_of_items

Frame = pl.DataFrame | pl.LazyFrame


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The answers to one scale at one wave: a row a person, a column an item, NaN where missing.

    Items are reversed in their printed range; a recode for scoring is not applied.
    """

    wave: str
    planned: PlannedScale
    instrument: Instrument
    answers: Vector

    def key(self, evaluation: Evaluation) -> dict[str, object]:
        """Return the columns of the key that both tables share."""
        instrument, respondent, scale = self.planned.key
        return {
            "evaluation": evaluation.id,
            "wave": self.wave,
            "instrument": instrument,
            "respondent": respondent,
            "scale": scale,
        }


def reliability(
    responses: Frame,
    scores: Frame,
    population_members: pl.DataFrame,
    evaluation: Evaluation,
    library: Library,
) -> pl.DataFrame:
    """Return mart.reliability of one evaluation: a row for each scale of the plan and wave with an answer.

    responses: core.response. scores: core.score, for floor and ceiling. population_members:
    core.population_member of this evaluation.
    """
    scored = _scores_by_scale(scores, population_members, evaluation)
    rows = [
        _scale_row(sheet, scored.get((sheet.wave, *sheet.planned.key), []), evaluation)
        for sheet in _sheets(responses, population_members, evaluation, library)
    ]
    return mart_frame("mart.reliability", rows)


def item_quality(
    responses: Frame, population_members: pl.DataFrame, evaluation: Evaluation, library: Library
) -> pl.DataFrame:
    """Return mart.item_quality of one evaluation: a row for each item of these scales and wave.

    Takes what `reliability` takes. The share missing is of the persons with an answer to any item of the
    scale.
    """
    rows = [
        row
        for sheet in _sheets(responses, population_members, evaluation, library)
        for row in _item_rows(sheet, evaluation)
    ]
    return mart_frame("mart.item_quality", rows)


def _scale_row(sheet: _Sheet, scores: ArrayLike, evaluation: Evaluation) -> dict[str, object]:
    """Return the figures of one scale at one wave."""
    found = scale_reliability(sheet.answers)
    lowest, highest = sheet.instrument.score_range(sheet.planned.scale.id, sheet.planned.outcome.respondent)
    ends = floor_ceiling(scores, lowest, highest)
    figures = ("n", "items", "alpha", "alpha_low", "alpha_high", "omega", "missing_share")
    return {
        **sheet.key(evaluation),
        **{name: getattr(found, name) for name in figures},
        "floor": ends.floor,
        "ceiling": ends.ceiling,
        "reason": join_reasons(found.reason, ends.reason),
    }


def _item_rows(sheet: _Sheet, evaluation: Evaluation) -> Iterator[dict[str, object]]:
    """Yield the figures of a scale's items at one wave."""
    codes = sheet.planned.scale.items
    ranges = [_printed_range(sheet.instrument, code) for code in codes]
    found = quality_of_items(sheet.answers, [low for low, _ in ranges], [high for _, high in ranges])
    for code, quality in zip(codes, found, strict=True):
        yield {
            **sheet.key(evaluation),
            "item": code,
            "n": quality.n,
            "item_rest": quality.item_rest,
            "missing_share": quality.missing_share,
            "reason": quality.reason,
        }


def _printed_range(instrument: Instrument, code: str) -> tuple[float, float]:
    """Return the lowest and highest answer printed on the form."""
    item = instrument.item(code)
    if item.minimum is not None and item.maximum is not None:
        return item.minimum, item.maximum
    printed = [option.value for option in item.options]
    return min(printed), max(printed)


def _scores_by_scale(
    scores: Frame, population_members: pl.DataFrame, evaluation: Evaluation
) -> dict[tuple[str, ...], pl.Series]:
    """Return the scores of the evaluation's members by wave, measure, respondent and scale."""
    persons = everybody(members_of(population_members, evaluation)).select("participant_id")
    gathered = (
        scores.lazy()
        .filter(pl.col("scored"))
        .join(persons.lazy(), on="participant_id", how="semi")
        .group_by("wave", *SCALE)
        .agg("score")
        .collect()
    )
    keys = gathered.select("wave", *SCALE).iter_rows()
    return dict(zip(keys, gathered["score"], strict=True))


def _sheets(
    responses: Frame, population_members: pl.DataFrame, evaluation: Evaluation, library: Library
) -> Iterator[_Sheet]:
    """Yield the answers to each scale of the plan at each wave at which any of its items was answered."""
    persons = everybody(members_of(population_members, evaluation)).select("participant_id")
    numbered = persons.sort("participant_id").with_row_index("person")
    planned = planned_scales(evaluation, library)
    for instrument, respondent in dict.fromkeys(scale.key[:2] for scale in planned):
        scales = [scale for scale in planned if scale.key[:2] == (instrument, respondent)]
        answered = responses.lazy().filter(
            pl.col("instrument") == instrument, pl.col("respondent") == respondent
        )
        for wave in evaluation.waves:
            yield from _sheets_of_wave(
                wave, answered.filter(pl.col("wave") == wave), numbered, scales, library[instrument]
            )


def _sheets_of_wave(
    wave: str,
    answers: pl.LazyFrame,
    numbered: pl.DataFrame,
    scales: list[PlannedScale],
    instrument: Instrument,
) -> Iterator[_Sheet]:
    """Yield the sheets of one measure and wave."""
    codes = list(dict.fromkeys(code for scale in scales for code in scale.scale.items))
    matrix = _matrix(answers, numbered, codes)
    if np.isnan(matrix).all():
        return
    reversed_items = [reversed_answer(instrument.item(code)).fill_null(np.nan).alias(code) for code in codes]
    matrix = pl.DataFrame(matrix, schema=codes).select(reversed_items).to_numpy()
    for scale in scales:
        of_scale = matrix[:, [codes.index(code) for code in scale.scale.items]]
        if not np.isnan(of_scale).all():
            yield _Sheet(wave, scale, instrument, of_scale)


def _matrix(answers: pl.LazyFrame, numbered: pl.DataFrame, codes: list[str]) -> Vector:
    """Return the answers of one measure and wave: a row a numbered person, a column an item, NaN where missing.

    Persons and items are numbers before the rows are gathered: millions of texts would not be held at once.
    """
    placed = (
        answers.join(numbered.lazy(), on="participant_id")
        .select("person", pl.col("item").cast(pl.Enum(codes), strict=False).to_physical(), "answer")
        .drop_nulls("item")
        .collect(engine="streaming")
    )
    matrix = np.full((numbered.height, len(codes)), np.nan)
    matrix[placed["person"].to_numpy(), placed["item"].to_numpy()] = placed["answer"].to_numpy()
    return matrix
