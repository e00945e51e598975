"""Scoring one scale for all questionnaires at once: missing rule, proration, sums, means and table look-up.

Work goes in small steps on frames, one row a questionnaire: one large expression for all of it costs Polars
a second of planning, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from instruments.items import Form, Item
from instruments.recoding import is_out_of_range
from instruments.scales import Scale

_ROUNDING_NOISE = 1e-9  # a half that float arithmetic left just below is still a half
_NO_NUMBER = pl.lit(None, pl.Float64)


def scale_scores(
    scale: Scale, items: list[Item], form: Form | None, given: pl.DataFrame, counted: pl.DataFrame
) -> pl.DataFrame:
    """Return raw, score, metric, items_answered, items, prorated, scored, reason: a row a questionnaire.

    items: those of the scale, in its order. form: None when the measure has none for the respondent.
    given: a column an item, answers as coded, null where missing. counted: the same as they count in a scale.
    """
    if form is None:
        figures = _counts(items, given).with_columns(raw=_NO_NUMBER, score=_NO_NUMBER)
        reason = pl.lit("the measure has no form for this respondent")
        return _result(scale.metric, len(items), figures, reason, prorated_from=1)
    figures = counted.with_columns(_counts(items, given)).with_columns(_total(items, form))
    if scale.method == "table" and form in scale.conversion:
        figures = _looked_up(scale, items, form, figures)
    else:
        figures = _computed(scale, items, form, figures)
    has_missing_item_table = form in scale.missing_item_table
    reason = _reason(scale, len(items), has_table=form in scale.conversion)
    prorated_from = 1 + has_missing_item_table
    return _result(scale.metric_of(form), len(items), figures, reason, prorated_from)


def _counts(items: list[Item], given: pl.DataFrame) -> pl.DataFrame:
    """Return how many items were answered, how many are missing, and whether an answer is out of range."""
    answered = pl.sum_horizontal(pl.col(item.code).is_not_null() for item in items).cast(pl.Int64)
    return given.select(
        answered.alias("items_answered"),
        (len(items) - answered).alias("missing"),
        pl.any_horizontal(is_out_of_range(item) for item in items).alias("outside"),
    )


def _total(items: list[Item], form: Form) -> list[pl.Expr]:
    """Return the sum of the answered items, and the sum over all items with the missing ones prorated.

    A missing item takes the person's mean share of range over the answered items, put on its own range.
    """
    shares, lowest, width = [], [], []
    for item in items:
        low, high = item.scored_range(form)
        answer = pl.col(item.code)
        shares.append((answer - low) / (high - low))
        lowest.append(answer.is_null() * low)
        width.append(answer.is_null() * (high - low))
    of_answered = pl.sum_horizontal(item.code for item in items)
    share = pl.sum_horizontal(shares) / pl.col("items_answered")
    prorated = of_answered + pl.sum_horizontal(lowest) + share * pl.sum_horizontal(width)
    return [
        of_answered.alias("of_answered"),
        pl.when(pl.col("missing") == 0).then(of_answered).otherwise(prorated).alias("total"),
    ]


def _computed(scale: Scale, items: list[Item], form: Form, figures: pl.DataFrame) -> pl.DataFrame:
    """Return the figures with raw and score of a sum, a mean, a single item or a share of range."""
    raw = pl.col("total") / len(items) if scale.method == "mean" else pl.col("total")
    lowest, highest = scale.raw_range(items, form)
    if scale.metric_of(form) == "percent":
        score = 100 * (raw - lowest) / (highest - lowest)
    else:
        score = _NO_NUMBER if scale.method == "table" else raw
    return figures.with_columns(raw=raw, score=score)


def _looked_up(scale: Scale, items: list[Item], form: Form, figures: pl.DataFrame) -> pl.DataFrame:
    """Return the figures with the raw sum, a prorated one rounded half up, and its score from the table.

    With one item missing, the authors' table for it is used where there is one: raw is the sum of the rest.
    """
    rounded = (pl.col("total") + 0.5 + _ROUNDING_NOISE).floor()
    figures = figures.with_columns(raw=rounded).with_columns(
        score=_from_table("raw", scale.conversion[form].scores)
    )
    by_item = scale.missing_item_table.get(form)
    if by_item is None:
        return figures
    one_missing = pl.col("missing") == 1
    of_answered = [
        pl.when(pl.col(item.code).is_null()).then(_from_table("of_answered", by_item.scores(item.code)))
        for item in items
    ]
    return figures.with_columns(
        raw=pl.when(one_missing).then("of_answered").otherwise("raw"),
        score=pl.when(one_missing).then(pl.coalesce(of_answered)).otherwise("score"),
    )


def _from_table(raw: str, scores: Mapping[float, float]) -> pl.Expr:
    """Return the score of a raw sum; null for a sum that isn't in the table."""
    return pl.col(raw).replace_strict(
        list(scores), list(scores.values()), default=None, return_dtype=pl.Float64
    )


def _reason(scale: Scale, items: int, *, has_table: bool) -> pl.Expr:
    """Return why the scale has no score; null when it has one."""
    allowed = scale.allowed_missing
    at_most = f" of {items} items missing; " + (f"at most {allowed} may be" if allowed else "none may be")
    no_score = "the raw sum is not in the table" if has_table else "no conversion table for this respondent"
    return (
        pl.when("outside")
        .then(pl.lit("an answer lies outside the item's range"))
        .when(pl.col("missing") > allowed)
        .then(pl.format("{}" + at_most, "missing"))
        .when(pl.col("score").is_null())
        .then(pl.lit(no_score))
    )


def _result(
    metric: str, items: int, figures: pl.DataFrame, reason: pl.Expr, prorated_from: int
) -> pl.DataFrame:
    """Return the columns of a score; raw and score are null where there is a reason.

    prorated_from: with so many items missing (and no more than allowed) a score is a prorated one.
    """
    scored = pl.col("reason").is_null()
    return figures.with_columns(reason=reason).select(
        pl.when(scored).then("raw").alias("raw"),
        pl.when(scored).then("score").alias("score"),
        pl.lit(metric).alias("metric"),
        "items_answered",
        pl.lit(items, pl.Int64).alias("items"),
        (scored & (pl.col("missing") >= prorated_from)).alias("prorated"),
        scored.alias("scored"),
        "reason",
    )
