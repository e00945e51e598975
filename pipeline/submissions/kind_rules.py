"""Checks of rows that belong to one kind of submission."""

from __future__ import annotations

import polars as pl

from pipeline.plan import Plan
from pipeline.submissions.batch import Batch, Facts
from pipeline.submissions.problems import SUBMISSION
from pipeline.submissions.wording import (
    ATTAINMENT,
    BIRTHS_DIFFER,
    BORN_AFTER_ENROLMENT,
    LEFT_BEFORE_ENROLMENT,
    NEGATIVE_COST,
    NOT_AN_ICF_CODE,
    NOT_ENVIRONMENTAL,
    QUALIFIERS_DIFFER,
    REVIEWED_BEFORE_SET,
    UNUSUAL_AGE,
    unknown_code,
)
from pipeline.waves import goal_scales

# A chapter, a category or a subcategory, for a home whose classification names no pattern of its own.
_ICF_CODE = r"^(d[1-9]|b[1-8]|e[1-5])([0-9]{2}[0-9]{0,2})?$"
# WHO's notation: a point before the qualifier of a problem or barrier, a plus before that of a facilitator.
_ICF_NOTATION = r"^([bdes][0-9]{1,5})([.+])([0-9])$"


def target_group(batch: Batch, facts: Facts) -> None:
    """Reject persons of a target group that no evaluation of the plan has."""
    evaluations = () if facts.plan is None else facts.plan.evaluations
    groups = sorted({group for evaluation in evaluations for group in evaluation.members.target_group})
    if groups:
        batch.broken(~pl.col("target_group").is_in(groups), unknown_code(groups), "target_group")


def life_dates(batch: Batch, _facts: Facts) -> None:
    """Reject impossible births and a leaving before enrolment; a day of birth gives the year."""
    born = pl.col("birth_date").dt.year().cast(pl.Int64)
    batch.broken(born != pl.col("birth_year"), BIRTHS_DIFFER, "birth_year")
    column = pl.when(pl.col("birth_date").is_not_null()).then(born).otherwise(pl.col("birth_year"))
    batch.set(birth_year=column)
    possible = pl.col("birth_year").is_between(1900, pl.col("enrolled_on").dt.year())
    for sent in ("birth_date", "birth_year"):
        batch.broken(~possible & pl.lit(batch.raw[sent]).is_not_null(), BORN_AFTER_ENROLMENT, sent)
    batch.broken(pl.col("left_on") < pl.col("enrolled_on"), LEFT_BEFORE_ENROLMENT, "left_on")


def usual_age(batch: Batch, facts: Facts) -> None:
    """Warn about ages at enrolment outside all age bands of the evaluations that the target group is in."""
    evaluations = () if facts.plan is None else facts.plan.evaluations
    age = pl.col("enrolled_on").dt.year() - pl.col("birth_year")
    for group in sorted({name for evaluation in evaluations for name in evaluation.members.target_group}):
        limits = [
            (low, high)
            for evaluation in evaluations
            if group in evaluation.members.target_group
            for _, low, high in evaluation.age_band_limits()
        ]
        # The year alone makes a person up to a year older than they are.
        usual = age.is_between(min(low for low, _ in limits), max(high for _, high in limits) + 1)
        for sent in ("birth_date", "birth_year"):
            stands = pl.lit(batch.raw[sent]).is_not_null()
            possible = (age >= 0) & (pl.col("birth_year") >= 1900)
            batch.broken((pl.col("target_group") == group) & possible & ~usual & stands, UNUSUAL_AGE, sent)


def icf_notation(batch: Batch, facts: Facts) -> None:
    """Take a code apart that carries its qualifier (e310+3), and check that the parts fit."""
    text = pl.col("code").str.to_lowercase().str.replace_all(r"\s", "")
    parts = text.str.extract_groups(_ICF_NOTATION)
    code, sign, digit = (parts.struct.field(str(group)) for group in (1, 2, 3))
    rows = batch.typed.with_columns(
        code.fill_null(text).alias("code"),
        (sign == "+").alias("_plus"),
        digit.cast(pl.Int64, strict=False).alias("_digit"),
    )
    batch.typed = rows
    measure = facts.library.get("icf")
    pattern = (measure.code_pattern if measure else None) or _ICF_CODE
    batch.broken(~pl.col("code").str.contains(pattern), NOT_AN_ICF_CODE, "code")
    batch.broken(~pl.col("_digit").is_in([0, 1, 2, 3, 4, 8, 9]), NOT_AN_ICF_CODE, "code")
    batch.broken(pl.col("_digit") != pl.col("qualifier"), QUALIFIERS_DIFFER, "qualifier")
    batch.broken(pl.col("_plus") & ~pl.col("facilitator"), QUALIFIERS_DIFFER, "facilitator")
    batch.set(
        qualifier=pl.coalesce("qualifier", "_digit"),
        facilitator=pl.col("_plus").fill_null(False) | pl.col("facilitator").fill_null(False),
    )
    stray = pl.col("facilitator") & ~pl.col("code").str.starts_with("e")
    sent = _sent(batch, "facilitator")
    batch.all_broken(
        [(stray & sent, NOT_ENVIRONMENTAL, "facilitator"), (stray & ~sent, NOT_ENVIRONMENTAL, "code")]
    )


def _sent(batch: Batch, column: str) -> pl.Series:
    """Tell of which rows the file has anything in a column."""
    return batch.raw.select(pl.col(column).is_not_null().any().over(SUBMISSION)).to_series()


def goal_domain(batch: Batch, facts: Facts) -> None:
    """Reject domains that the goals' measure doesn't have."""
    measure = facts.library.get("goal_attainment")
    if measure is not None and measure.domains:
        domains = [domain.id for domain in measure.domains]
        batch.broken(~pl.col("domain").is_in(domains), unknown_code(domains, "unknown_domain"), "domain")


def goal_attainment(batch: Batch, facts: Facts) -> None:
    """Reject levels that the scale of the person's evaluation lacks; in no evaluation, any scale's do."""
    levels = _attainment_levels(facts)
    if facts.plan is None or not levels:
        every = sorted({level for scale in levels.values() for level in scale})
        batch.broken(~pl.col("attainment").is_in(every), ATTAINMENT, "attainment")
        return
    scales = _scales_of_persons(batch, facts, facts.plan)
    allowed = pl.any_horizontal(
        (scales.is_null() | scales.list.contains(scale)) & batch.typed["attainment"].is_in(values)
        for scale, values in levels.items()
    )
    batch.broken(~allowed, ATTAINMENT, "attainment")


def _scales_of_persons(batch: Batch, facts: Facts, plan: Plan) -> pl.Series:
    """Return the scales on which each row's person is rated; null for somebody in no evaluation."""
    scales = goal_scales(facts.windows, plan.evaluations).group_by("participant_id").agg("goal_scale")
    people = batch.typed.select("participant_id")
    return people.join(scales, on="participant_id", how="left", maintain_order="left")["goal_scale"]


def _attainment_levels(facts: Facts) -> dict[str, list[float]]:
    """Return the levels of both ways of rating goals, by the plan's name of the way."""
    measure = facts.library.get("goal_attainment")
    scales = measure.attainment_scales if measure is not None else ()
    return {
        "goal_attainment_scaling" if scale.t_score else "three_level": [level.value for level in scale.levels]
        for scale in scales
    }


def goal_dates(batch: Batch, _facts: Facts) -> None:
    """Reject negative weights, and warn about a review before the goal was set."""
    batch.broken(pl.col("weight") < 0, NEGATIVE_COST, "weight")
    batch.broken(pl.col("reviewed_on") < pl.col("set_on"), REVIEWED_BEFORE_SET, "reviewed_on")


def invitation(batch: Batch, facts: Facts) -> None:
    """Bring the two forms of an invitation (a measure or the yearly survey) to one."""
    measures = list(facts.library)
    batch.broken(
        ~pl.col("instrument").is_in(measures), unknown_code(measures, "unknown_measure"), "instrument"
    )
    batch.set(
        invitation_for=pl.coalesce(pl.col("instrument"), pl.col("year").cast(pl.String)),
        invited_id=pl.coalesce("participant_id", "respondent_id"),
        respondent=pl.coalesce("respondent", "role", pl.lit("unknown")),
        wave=pl.col("wave").fill_null("none"),
    )
