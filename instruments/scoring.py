"""The scoring engine: answers in, one row for each scale of each questionnaire out.

All persons at once, in Polars expressions: answers are recoded, counted, summed and looked up as the
measure's own file says. A score is never filled with zero and never extrapolated beyond its table.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from instruments.errors import InstrumentError, Problem
from instruments.items import Form, Item, form_of
from instruments.library import Library
from instruments.model import Instrument
from instruments.recoding import answered, is_out_of_range, scored_answer
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

_NO_NUMBER = pl.lit(None, pl.Float64)
_ROUNDING_NOISE = 1e-9  # a half that float arithmetic left just below is still a half


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
            wide = _wide(part, library[name])
            tables.append(scores_long(wide, library[name], respondent))
    return pl.concat(tables).sort(*QUESTIONNAIRE, "scale")


def score_wide(answers: pl.DataFrame, instrument: Instrument, respondent: str) -> pl.DataFrame:
    """Return the frame's other columns and, named by each scale, a struct of its score.

    answers: a row a questionnaire, with a number column an item (an absent one is a missing item); other
    columns are kept.
    The structs have the fields raw, score, metric, items_answered, items, prorated, scored, reason.
    """
    codes = list(instrument.items_by_code)
    absent = [pl.lit(None, pl.Float64).alias(code) for code in codes if code not in answers.columns]
    scales = [scale_score(scale, instrument, respondent).alias(scale.id) for scale in instrument.scales]
    return answers.with_columns(absent).select(pl.exclude(codes), *scales)


def scores_long(answers: pl.DataFrame, instrument: Instrument, respondent: str) -> pl.DataFrame:
    """Return the scores of a wide frame (participant_id, wave, item columns) as rows of SCORE_SCHEMA."""
    scored = score_wide(answers, instrument, respondent)
    by_scale = [
        scored.select(
            "participant_id",
            pl.lit(instrument.id).alias("instrument"),
            pl.lit(respondent).alias("respondent"),
            "wave",
            pl.lit(scale.id).alias("scale"),
            pl.col(scale.id).struct.unnest(),
        )
        for scale in instrument.scales
    ]
    return pl.concat(by_scale)


def _wide(answers: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """Return a row a questionnaire and a column an item; an item nobody answered has no column."""
    key = ["participant_id", "wave"]
    known = answers.filter(pl.col("item").is_in(list(instrument.items_by_code)))
    if known.select(pl.struct(*key, "item").is_duplicated().any()).item():
        message = "two rows hold the answer to one item of one questionnaire: keep the one that counts"
        raise InstrumentError((Problem(instrument.id, "answers", message),))
    wide = known.pivot("item", index=key, values="answer", maintain_order=True)
    return answers.select(key).unique(maintain_order=True).join(wide, on=key, how="left", nulls_equal=True)


def scale_score(scale: Scale, instrument: Instrument, respondent: str) -> pl.Expr:
    """Return the struct expression of one scale's score for one kind of respondent."""
    items = [instrument.item(code) for code in scale.items]
    n_answered = pl.sum_horizontal(answered(item).is_not_null() for item in items).cast(pl.Int64)
    missing = len(items) - n_answered
    if respondent in instrument.respondents:
        metric: str = scale.metric_of(form_of(respondent))
        raw, score = _raw_and_score(scale, items, form_of(respondent), missing)
        reason = _reason(scale, items, form_of(respondent), missing, score)
    else:
        metric, raw, score = scale.metric, _NO_NUMBER, _NO_NUMBER
        reason = pl.lit("the measure has no form for this respondent")
    has_table = respondent in instrument.respondents and form_of(respondent) in scale.missing_item_table
    scored = reason.is_null()
    return pl.struct(
        pl.when(scored).then(raw).alias("raw"),
        pl.when(scored).then(score).alias("score"),
        pl.lit(metric).alias("metric"),
        n_answered.alias("items_answered"),
        pl.lit(len(items), pl.Int64).alias("items"),
        (scored & (missing > (1 if has_table else 0))).alias("prorated"),
        scored.alias("scored"),
        reason.alias("reason"),
    )


def _reason(scale: Scale, items: list[Item], form: Form, missing: pl.Expr, score: pl.Expr) -> pl.Expr:
    """Return why the scale has no score; null when it has one."""
    allowed = scale.allowed_missing
    at_most = f" of {len(items)} items missing; " + (
        f"at most {allowed} may be" if allowed else "none may be"
    )
    no_table = scale.method == "table" and form not in scale.conversion
    return (
        pl.when(pl.any_horizontal(is_out_of_range(item) for item in items))
        .then(pl.lit("an answer lies outside the item's range"))
        .when(missing > allowed)
        .then(pl.format("{}" + at_most, missing))
        .when(score.is_null())
        .then(
            pl.lit(
                "no conversion table for this respondent" if no_table else "the raw sum is not in the table"
            )
        )
    )


def _raw_and_score(scale: Scale, items: list[Item], form: Form, missing: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the raw score and the reported score in the scale's metric."""
    total = _prorated_sum(items, form, missing)
    if scale.method == "table" and form in scale.conversion:
        return _looked_up(scale, items, form, missing, total)
    if scale.method == "mean":
        total = total / len(items)
    if scale.metric_of(form) != "percent":
        return total, _NO_NUMBER if scale.method == "table" else total
    lowest, highest = scale.raw_range(items, form)
    return total, 100 * (total - lowest) / (highest - lowest)


def _prorated_sum(items: list[Item], form: Form, missing: pl.Expr) -> pl.Expr:
    """Return the sum over all items, a missing one at the person's mean share of the item's own range."""
    total = pl.sum_horizontal(scored_answer(item, form) for item in items)
    shares, imputed = [], []
    for item in items:
        low, high = item.scored_range(form)
        shares.append((scored_answer(item, form) - low) / (high - low))
        imputed.append((answered(item).is_null().cast(pl.Float64), low, high - low))
    share = pl.sum_horizontal(shares) / (len(items) - missing)
    added = pl.sum_horizontal(is_missing * (low + share * width) for is_missing, low, width in imputed)
    return pl.when(missing == 0).then(total).otherwise(total + added)


def _looked_up(
    scale: Scale, items: list[Item], form: Form, missing: pl.Expr, prorated_sum: pl.Expr
) -> tuple[pl.Expr, pl.Expr]:
    """Return the raw sum and its score from the table.

    With one item missing, the authors' table for it is used where there is one: raw is the sum of the rest.
    """
    rounded = (prorated_sum + 0.5 + _ROUNDING_NOISE).floor()
    score = _from_table(rounded, scale.conversion[form].scores)
    by_item = scale.missing_item_table.get(form)
    if by_item is None:
        return rounded, score
    of_answered = pl.sum_horizontal(scored_answer(item, form) for item in items)
    raw = pl.when(missing == 1).then(of_answered).otherwise(rounded)
    for item in items:
        one_missing = (missing == 1) & answered(item).is_null()
        score = (
            pl.when(one_missing).then(_from_table(of_answered, by_item.scores(item.code))).otherwise(score)
        )
    return raw, score


def _from_table(raw: pl.Expr, scores: Mapping[float, float]) -> pl.Expr:
    """Return the score of a raw sum; null for a sum that isn't in the table."""
    return raw.replace_strict(list(scores), list(scores.values()), default=None, return_dtype=pl.Float64)
