"""The scoring engine: answers in, one row for each scale of each questionnaire out.

All persons at once, in Polars expressions: answers are recoded, counted, summed and looked up as the
measure's own file says. A score is never filled with zero and never extrapolated beyond its table.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from instruments.errors import InstrumentError, Problem
from instruments.items import form_of
from instruments.library import Library
from instruments.model import Instrument
from instruments.recoding import GivenAnswers, scored_answer
from instruments.scale_scoring import Part, scale_scores, total_scores, without_form
from instruments.scales import Scale

QUESTIONNAIRE = ("participant_id", "instrument", "respondent", "wave")

SCORE_SCHEMA: Mapping[str, pl.DataType] = {
    "participant_id": pl.String(),
    "instrument": pl.String(),
    "respondent": pl.String(),
    "wave": pl.String(),
    "scale": pl.String(),
    "raw": pl.Float64(),
    "score": pl.Float64(),
    "metric": pl.String(),
    "items_answered": pl.Int64(),
    "items": pl.Int64(),
    "prorated": pl.Boolean(),
    "scored": pl.Boolean(),
    "reason": pl.String(),
}


def score_answers(answers: pl.DataFrame, library: Library) -> pl.DataFrame:
    """Return the scores of all scored measures among the answers, sorted by questionnaire and scale.

    answers: a row an answer: participant_id, instrument, respondent, wave, item (text) and answer (number;
    missing codes and null count as missing). Measures without scales are left out.
    Returns the columns of SCORE_SCHEMA, a row a scale of a questionnaire; one that can't be scored has a null
    score, `scored` false and the reason.
    Raises InstrumentError when two rows hold one answer.
    """
    tables = [pl.DataFrame(schema=SCORE_SCHEMA)]
    for (name, respondent), part in answers.partition_by(
        "instrument", "respondent", as_dict=True, include_key=True
    ).items():
        if name in library and library[name].scored:
            tables.append(score_rows(_wide(part, library[name]), library[name], respondent))
    return pl.concat(tables).sort(*QUESTIONNAIRE, "scale")


def score_wide(answers: pl.DataFrame, instrument: Instrument, respondent: str) -> pl.DataFrame:
    """Return the frame's other columns and, named by each scale, a struct of its score.

    answers: a row a questionnaire, with a number column an item (an absent one is a missing item); other
    columns are kept. A norm by age or sex is used where the columns `age` (years) and `sex` (f, m) are there.
    The structs have the fields raw, score, items_answered, prorated, scored, reason; the metric and the number
    of items are the scale's (`metric_for`, `items`).
    """
    scores = scores_by_scale(answers, instrument, respondent)
    structs = [frame.to_struct(scale) for scale, frame in scores.items()]
    others = [column for column in answers.columns if column not in instrument.items_by_code]
    return answers.with_columns(structs).select(*others, *scores)


def scores_by_scale(
    answers: pl.DataFrame, instrument: Instrument, respondent: str
) -> dict[str, pl.DataFrame]:
    """Return, for each scale, its scores in the order of the wide frame's rows."""
    items = [item for item in instrument.items if item.type != "text"]
    given = GivenAnswers.of(answers, items)
    if respondent not in instrument.respondents:
        return {scale.id: without_form(scale, given) for scale in instrument.scales}
    form = form_of(respondent)
    counted = given.frame.select(scored_answer(item, form).alias(item.code) for item in items)
    known = [answers[name] for name in ("age", "sex") if name in answers.columns]
    scores: dict[str, pl.DataFrame] = {}
    for scale in sorted(instrument.scales, key=lambda scale: bool(scale.parts)):
        if scale.parts:
            scores[scale.id] = _total(scale, instrument, respondent, scores, given)
        else:
            own = [instrument.item(code) for code in scale.items]
            of_scale = counted.select(scale.items).with_columns(known)
            scores[scale.id] = scale_scores(scale, own, respondent, given, of_scale)
    return {scale.id: scores[scale.id] for scale in instrument.scales}


def _total(
    scale: Scale,
    instrument: Instrument,
    respondent: str,
    scores: Mapping[str, pl.DataFrame],
    given: GivenAnswers,
) -> pl.DataFrame:
    """Return the scores of a scale made of scales whose scores are there."""
    ranges = instrument.part_ranges(scale, respondent)
    parts = [Part(name, *limits) for name, limits in zip(scale.parts, ranges, strict=True)]
    answered = pl.sum_horizontal(pl.col(code).is_not_null() for code in scale.items).cast(pl.Int32)
    items_answered = given.frame.select(items_answered=answered).to_series()
    return total_scores(scale, parts, respondent, {p.name: scores[p.name] for p in parts}, items_answered)


def score_rows(answers: pl.DataFrame, instrument: Instrument, respondent: str) -> pl.DataFrame:
    """Return the scores of a wide frame as rows of SCORE_SCHEMA, a row a scale of a questionnaire, by scale.

    answers: as `score_wide` takes them, with `participant_id` and `wave`.
    """
    key = answers.select(
        "participant_id",
        pl.lit(instrument.id).alias("instrument"),
        pl.lit(respondent).alias("respondent"),
        "wave",
    )
    tables = []
    for name, frame in scores_by_scale(answers, instrument, respondent).items():
        scale = instrument.scale(name)
        metric = scale.metric_for(respondent) if respondent in instrument.respondents else scale.metric
        table = key.with_columns(
            frame.get_columns(),
            scale=pl.lit(name),
            metric=pl.lit(metric),
            items=pl.lit(len(scale.items)),
        )
        tables.append(table.select(pl.col(column).cast(kind) for column, kind in SCORE_SCHEMA.items()))
    return pl.concat(tables)


def _wide(answers: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """Return a row a questionnaire and a column an item; an item nobody answered has no column."""
    codes = list(instrument.items_by_code)
    questionnaires, number = _numbered(answers.select("participant_id", "wave"))
    item = answers.select(pl.col("item").cast(pl.Enum(codes), strict=False).to_physical()).to_series()
    known = item.is_not_null()
    count = questionnaires.height
    # Each item's answers lie together, a questionnaire after the other.
    place = item.filter(known).to_numpy().astype(np.int64) * count + number.filter(known).to_numpy()
    seen = np.zeros(len(codes) * count, dtype=bool)
    seen[place] = True
    if np.count_nonzero(seen) < len(place):
        message = "two rows hold the answer to one item of one questionnaire: keep the one that counts"
        raise InstrumentError((Problem(instrument.id, "answers", message),))
    given = np.full(len(codes) * count, np.nan)
    given[place] = answers["answer"].filter(known).cast(pl.Float64).to_numpy()
    by_item = given.reshape(len(codes), count)
    asked = [of_item.any() for of_item in seen.reshape(len(codes), count)]
    return questionnaires.with_columns(
        pl.Series(code, by_item[row], nan_to_null=True) for row, code in enumerate(codes) if asked[row]
    )


def _numbered(keys: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Return the distinct rows in the order in which they come, and the number of each row among them.

    Equal rows mostly follow one another: of such a run one row is looked up.
    """
    begins = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in keys.columns)
    run = keys.select((begins | (pl.int_range(pl.len()) == 0)).alias("begins")).to_series()
    runs = keys.filter(run)
    distinct = runs.unique(maintain_order=True)
    numbers = runs.join(
        distinct.with_row_index("number"),
        on=keys.columns,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )["number"]
    return distinct, numbers.gather(run.cum_sum() - 1)
