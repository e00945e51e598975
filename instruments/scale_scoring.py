"""Scoring one scale for all questionnaires at once: missing rule, proration, sums, means and table look-up.

Work goes in small steps on frames, one row a questionnaire: one large expression for all of it costs Polars
a second of planning, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from instruments.items import Form, Item, form_of
from instruments.recoding import GivenAnswers, is_out_of_range, looked_up
from instruments.scales import Norm, Scale

_ROUNDING_NOISE = 1e-9  # a half that float arithmetic left just below is still a half
_NO_NUMBER = pl.lit(None, pl.Float64)
OUTSIDE = "an answer lies outside the item's range"
NO_FORM = "the measure has no form for this respondent"
NOT_IN_TABLE = "the raw sum is not in the table"
NO_TABLE = "no conversion table for this respondent"
NO_NORM = "no norm for this respondent, age and sex"


@dataclass(frozen=True)
class Part:
    """What a scale is made of: an item, or another scale; `low` and `high` are the least and most it adds."""

    name: str
    low: float
    high: float


def scale_scores(
    scale: Scale, items: Sequence[Item], respondent: str, given: GivenAnswers, counted: pl.DataFrame
) -> pl.DataFrame:
    """Return raw, score, items_answered, prorated, scored, reason of a scale made of items.

    items: those of the scale, in its order. counted: the given answers as they count, a column an item; and,
    if they are known, `age` and `sex`.
    """
    form = form_of(respondent)
    parts = [Part(item.code, *item.scored_range(form)) for item in items]
    gaps = [item.code for item in items if item.code in given.gaps]
    has_table = scale.method == "table" and form in scale.conversion
    figures = counted.with_columns(_counts(items, given, gaps))
    figures = _with_sums(figures, parts, scale.allowed_missing, rounded=has_table)
    scored = (
        _converted(scale, items, form, figures) if has_table else _computed(scale, parts, respondent, figures)
    )
    return _result(scored, _reason(scale, len(items), "items", _no_score(scale, form)), scale, form)


def total_scores(
    scale: Scale,
    parts: Sequence[Part],
    respondent: str,
    of_parts: Mapping[str, pl.DataFrame],
    items_answered: pl.Series,
) -> pl.DataFrame:
    """Return the same columns for a scale made of other scales, from their scores.

    items_answered: of the items of all its parts.
    """
    form = form_of(respondent)
    answered = pl.sum_horizontal(pl.col(part.name).is_not_null() for part in parts).cast(pl.Int32)
    prorated = pl.DataFrame([frame["prorated"].alias(name) for name, frame in of_parts.items()])
    scores = pl.DataFrame([frame["score"].alias(name) for name, frame in of_parts.items()])
    figures = scores.with_columns(answered.alias("answered"), (len(parts) - answered).alias("missing"))
    figures = _with_sums(figures, parts, scale.allowed_missing, rounded=False).with_columns(
        items_answered, prorated.select(of_prorated=pl.any_horizontal(pl.all())).to_series()
    )
    figures = _computed(scale, parts, respondent, figures)
    reason = _reason(scale, len(parts), "scales", NO_NORM)
    return _result(figures, reason, scale, form)


def without_form(scale: Scale, given: GivenAnswers) -> pl.DataFrame:
    """Return the same columns where the measure has no form for the respondent: nothing is scored."""
    answered = pl.sum_horizontal(pl.col(code).is_not_null() for code in scale.items).cast(pl.Int32)
    return given.frame.select(
        _NO_NUMBER.alias("raw"),
        _NO_NUMBER.alias("score"),
        answered.alias("items_answered"),
        pl.lit(False).alias("prorated"),
        pl.lit(False).alias("scored"),
        pl.lit(NO_FORM).alias("reason"),
    )


def _counts(items: Sequence[Item], given: GivenAnswers, gaps: Sequence[str]) -> list[pl.Series]:
    """Return how many items were answered, how many are missing, and whether an answer is out of range."""
    missing = pl.sum_horizontal(pl.col(code).is_null() for code in gaps) if gaps else pl.lit(0)
    doubtful = [is_out_of_range(item) for item in items if item.code in given.doubtful]
    outside = pl.any_horizontal(doubtful) if doubtful else pl.lit(False)
    counts = given.frame.with_columns(missing=missing.cast(pl.Int32), outside=outside)
    answered = (len(items) - counts["missing"]).cast(pl.Int32)
    return [
        answered.alias("items_answered"),
        answered.alias("answered"),
        counts["missing"],
        counts["outside"],
    ]


def _with_sums(figures: pl.DataFrame, parts: Sequence[Part], allowed: int, *, rounded: bool) -> pl.DataFrame:
    """Return the figures with the sum of the answered parts, and that of all with the missing ones prorated.

    A missing part takes the person's mean share of range over the answered ones, put on its own range.
    rounded: whether a prorated sum is rounded half up. Where more than `allowed` are missing nothing is
    prorated. Most questionnaires have no gap, so only the others are looked at closer.
    """
    of_answered = figures.select(
        pl.sum_horizontal(pl.col(part.name).fill_null(0) for part in parts)
    ).to_series()
    figures = figures.with_columns(of_answered.alias("of_answered"), of_answered.alias("total"))
    rows = figures.select(pl.arg_where(pl.col("missing").is_between(1, allowed))).to_series()
    if rows.is_empty():
        return figures
    prorated = figures[rows].select(total=_prorated(parts)).to_series()
    if rounded:
        prorated = (prorated + 0.5 + _ROUNDING_NOISE).floor().cast(of_answered.dtype)
    total = of_answered.clone() if rounded else of_answered.cast(pl.Float64)
    return figures.with_columns(total.scatter(rows, prorated).alias("total"))


def _prorated(parts: Sequence[Part]) -> pl.Expr:
    of_answered = pl.col("of_answered")
    if len({(part.low, part.high) for part in parts}) == 1:
        return of_answered * len(parts) / pl.col("answered")  # the same, where all ranges are one
    shares, lowest, width = [], [], []
    for part in parts:
        missing = pl.col(part.name).is_null()
        shares.append((pl.col(part.name) - part.low) / (part.high - part.low))
        lowest.append(missing * part.low)
        width.append(missing * (part.high - part.low))
    share = pl.sum_horizontal(shares) / pl.col("answered")
    return of_answered + pl.sum_horizontal(lowest) + share * pl.sum_horizontal(width)


def _computed(scale: Scale, parts: Sequence[Part], respondent: str, figures: pl.DataFrame) -> pl.DataFrame:
    """Return the figures with raw and score of a sum, a mean, a single item, a share of range or a z."""
    raw = pl.col("total").cast(pl.Float64)
    if scale.method == "mean":
        raw = raw / len(parts)
    metric = scale.metric_for(respondent)
    if metric == "percent":
        lowest, highest = scale.raw_limits([(part.low, part.high) for part in parts])
        score = 100 * (raw - lowest) / (highest - lowest)
    elif metric == "z":
        score = _standardised(raw, scale.norms_of_raw(respondent), figures.columns)
    else:
        score = _NO_NUMBER if scale.method == "table" else raw
    return figures.with_columns(raw=raw, score=score)


def _standardised(raw: pl.Expr, norms: Sequence[Norm], known: Sequence[str]) -> pl.Expr:
    """Return how many SD a raw score lies from the mean of the first norm that holds for the person.

    norms: the closest to the person first. known: the columns; a norm by `age` or `sex` needs that column.
    """
    usable = [norm for norm in norms if norm.columns <= set(known)]
    chosen = [pl.when(_holds(norm)).then((raw - norm.mean) / norm.sd) for norm in usable]
    return pl.coalesce([*chosen, _NO_NUMBER])


def _holds(norm: Norm) -> pl.Expr:
    conditions = [pl.lit(True)]
    if norm.ages is not None:
        conditions.append(pl.col("age").is_between(*norm.ages))
    if norm.sex is not None:
        conditions.append(pl.col("sex") == norm.sex)
    return pl.all_horizontal(conditions)


def _converted(scale: Scale, items: Sequence[Item], form: Form, figures: pl.DataFrame) -> pl.DataFrame:
    """Return the figures with the raw sum and its score from the table.

    With one item missing, the authors' table for it is used where there is one: raw is the sum of the rest.
    """
    figures = figures.with_columns(
        pl.col("total").alias("raw"),
        looked_up(pl.col("total"), scale.conversion[form].scores).cast(pl.Float64).alias("score"),
    )
    by_item = scale.missing_item_table.get(form)
    rows = figures.select(pl.arg_where(pl.col("missing") == 1)).to_series()
    if by_item is None or rows.is_empty():
        return figures
    scores = pl.coalesce(
        pl.when(pl.col(item.code).is_null()).then(looked_up(pl.col("of_answered"), by_item.scores(item.code)))
        for item in items
    )
    one_missing = figures[rows].select("of_answered", score=scores.cast(pl.Float64))
    return figures.with_columns(
        figures["raw"].clone().scatter(rows, one_missing["of_answered"]).alias("raw"),
        figures["score"].clone().scatter(rows, one_missing["score"]).alias("score"),
    )


def _reason(scale: Scale, parts: int, kind: str, no_score: str) -> pl.Expr:
    """Return why the scale has no score; null when it has one. The few sentences there are stand in a list."""
    allowed = scale.allowed_missing
    at_most = f"{parts} {kind} missing; " + (f"at most {allowed} may be" if allowed else "none may be")
    sentences = [*(f"{missing} of {at_most}" for missing in range(parts + 1)), OUTSIDE, no_score]
    place = (
        pl.when(pl.col("outside") if kind == "items" else pl.lit(False))
        .then(parts + 1)
        .when(pl.col("missing") > allowed)
        .then("missing")
        .when(pl.col("score").is_null())
        .then(parts + 2)
    )
    return pl.lit(pl.Series(sentences)).gather(place)


def _no_score(scale: Scale, form: Form) -> str:
    """Return why a score can be null although enough was answered."""
    if scale.metric == "z":
        return NO_NORM
    return NOT_IN_TABLE if form in scale.conversion else NO_TABLE


def _result(figures: pl.DataFrame, reason: pl.Expr, scale: Scale, form: Form) -> pl.DataFrame:
    """Return the columns of a score; raw and score are null where there is a reason.

    A score is prorated when something is missing that no table of the authors' accounts for.
    """
    prorated = pl.col("missing") >= 1 + (form in scale.missing_item_table)
    if "of_prorated" in figures.columns:
        prorated |= pl.col("of_prorated")
    scored = pl.col("reason").is_null()
    return figures.with_columns(reason=reason).select(
        pl.when(scored).then(pl.col("raw").cast(pl.Float64)).alias("raw"),
        pl.when(scored).then(pl.col("score").cast(pl.Float64)).alias("score"),
        "items_answered",
        (scored & prorated).alias("prorated"),
        scored.alias("scored"),
        "reason",
    )
