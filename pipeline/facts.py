"""From accepted rows to facts: the later submission stands, and only who consented goes on.

A person without consent stays in the warehouse's record and is in no table of `core`.
"""

from __future__ import annotations

import polars as pl

from instruments import Library
from pipeline import schemas
from pipeline.breakdowns import AND, Breakdown, population_of
from pipeline.municipalities import Register
from pipeline.plan import Plan

WAITING = "waiting"
KEYS: dict[str, tuple[str, ...]] = {
    "participant": ("participant_id",),
    "answer": ("participant_id", "instrument", "respondent", "wave", "item"),
    "icf_rating": ("participant_id", "wave", "code", "construct", "facilitator"),
    "goal": ("participant_id", "goal_id"),
    "employment": ("participant_id", "wave"),
    "stakeholder_answer": ("respondent_id", "year", "item"),
    "invitation": ("invitation_for", "invited_id", "respondent", "wave"),
}


def latest_by_key(rows: pl.DataFrame, submissions: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """Of the rows with one key, the one of the submission that came last."""
    sequence = submissions.select("submission_id", "sequence")
    ordered = rows.join(sequence, on="submission_id", how="left").sort(*key, "sequence", "row")
    followed = pl.all_horizontal(pl.col(column).eq_missing(pl.col(column).shift(-1)) for column in key)
    # The row before the end has none after it: shifted in is null, which equals a null in the key.
    last = pl.int_range(pl.len()) == pl.len() - 1
    return ordered.filter(~followed | last).drop("sequence")


def latest_by_month(rows: pl.DataFrame, submissions: pl.DataFrame) -> pl.DataFrame:
    """Of the rows of one sender and month, those of the submission that came last."""
    origin = submissions.select("submission_id", "sequence", "sender")
    dated = rows.join(origin, on="submission_id", how="left")
    newest = pl.col("sequence") == pl.col("sequence").max().over("sender", "month")
    return dated.filter(newest).drop("sequence", "sender")


def consenting_persons(rows: pl.DataFrame, submissions: pl.DataFrame) -> pl.DataFrame:
    """The latest row of every person who consented, or was not asked to: columns of record.participant."""
    persons = latest_by_key(rows, submissions, KEYS["participant"])
    return persons.filter(pl.col("consent").fill_null("yes") == "yes").sort("participant_id")


def ages_at_enrolment(persons: pl.DataFrame) -> pl.DataFrame:
    """Person and age in whole years at enrolment; from the birth year alone where no day is known."""
    enrolled, born = pl.col("enrolled_on"), pl.col("birth_date")
    had_birthday = (enrolled.dt.month() * 100 + enrolled.dt.day()) >= (born.dt.month() * 100 + born.dt.day())
    exact = enrolled.dt.year() - born.dt.year() - pl.when(had_birthday).then(0).otherwise(1)
    by_year = enrolled.dt.year() - pl.col("birth_year")
    return persons.select("participant_id", pl.coalesce(exact, by_year).cast(pl.Int64).alias("age"))


def age_band(bands: list[tuple[str, int, int]]) -> pl.Expr:
    """Column `age` as the name of its band; null outside all bands."""
    named = [pl.when(pl.col("age").is_between(low, high)).then(pl.lit(name)) for name, low, high in bands]
    return pl.coalesce(*named)


def participants(
    persons: pl.DataFrame, members: pl.DataFrame, register: Register, plan: Plan
) -> pl.DataFrame:
    """Table core.participant. The age band is that of the first evaluation the person belongs to."""
    places = register.frame.select("municipality_code", municipality="name_lv", region="planning_region")
    frame = persons.join(places, on="municipality_code", how="left").join(
        first_age_bands(persons, members, plan), on="participant_id", how="left"
    )
    schema = schemas.CORE["core.participant"]
    return schema.validate(frame.select(schema.column_names()).sort("participant_id"), cast=True)


def first_age_bands(persons: pl.DataFrame, members: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Person and age band, by the bands of the first evaluation of the plan that the person is in."""
    ages = ages_at_enrolment(persons)
    banded = [
        members.filter(pl.col("evaluation") == evaluation.id)
        .join(ages, on="participant_id")
        .select("participant_id", age_band(evaluation.age_band_limits()).alias("age_band"))
        for evaluation in plan.evaluations
    ]
    return pl.concat(banded).unique("participant_id", keep="first", maintain_order=True)


def population_members(
    persons: pl.DataFrame, members: pl.DataFrame, core: pl.DataFrame, plan: Plan
) -> pl.DataFrame:
    """Table core.population_member: `all` and every breakdown of each evaluation.

    persons: record.participant rows with consent; members: core.evaluation_member; core: core.participant.
    A person whose value of a breakdown is not known is in no group of it, but in `all`. A waiting list is
    nobody's `all`: its persons are in the population `arm` alone, which is there when anybody waits.
    """
    facts = core.drop("age_band").join(ages_at_enrolment(persons), on="participant_id", how="left")
    parts = []
    for evaluation in plan.evaluations:
        people = members.filter(pl.col("evaluation") == evaluation.id).join(facts, on="participant_id")
        people = people.with_columns(age_band(evaluation.age_band_limits()).alias("age_band"))
        waiting = pl.col("arm") == WAITING
        if "arm" in evaluation.breakdowns or people.select(waiting.any()).item():
            parts.append(_population(people, "arm", _groups("arm")))
        served = people.filter(~waiting)
        parts.append(_population(served, "all", pl.lit("all")))
        parts.extend(
            _population(served, population_of(breakdown), _groups(breakdown))
            for breakdown in evaluation.breakdowns
            if breakdown != "arm"
        )
    schema = schemas.CORE["core.population_member"]
    frame = pl.concat(parts).filter(pl.col("grp").is_not_null())
    return schema.validate(frame.sort(schema.primary_key()), cast=True)


def _groups(breakdown: Breakdown) -> pl.Expr:
    """The group of a breakdown, null when a value is not known."""
    named = (breakdown,) if isinstance(breakdown, str) else breakdown
    return pl.concat_str([_value(attribute) for attribute in named], separator=AND)


def _value(attribute: str) -> pl.Expr:
    """The column that holds an attribute's value: a municipality by its code, the others by name."""
    return pl.col("municipality_code" if attribute == "municipality" else attribute).cast(pl.String)


def _population(people: pl.DataFrame, name: str, group: pl.Expr) -> pl.DataFrame:
    return people.select("evaluation", pl.lit(name).alias("population"), group.alias("grp"), "participant_id")


def eligible_members(
    persons: pl.DataFrame, members: pl.DataFrame, answers: pl.DataFrame | pl.LazyFrame, library: Library
) -> pl.DataFrame:
    """Table core.eligible_member.

    A measure is meant for the persons in its range of ages, of those target groups of the evaluation in which
    anybody was given it. persons: with consent; members: core.evaluation_member; answers: core.response.
    """
    people = members.join(ages_at_enrolment(persons), on="participant_id").join(
        persons.select("participant_id", "target_group"), on="participant_id"
    )
    given = (
        answers.lazy()
        .select("participant_id", "instrument")
        .unique()
        .collect(engine="streaming")
        .join(people, on="participant_id")
        .select("evaluation", "target_group", "instrument")
        .unique()
    )
    ages = pl.DataFrame(
        [(key, *(measure.ages or (0, 200))) for key, measure in library.items()],
        schema={"instrument": pl.String, "age_from": pl.Int64, "age_to": pl.Int64},
        orient="row",
    )
    in_ages = pl.col("age").is_null() | pl.col("age").is_between("age_from", "age_to")
    eligible = (
        people.join(given, on=["evaluation", "target_group"]).join(ages, on="instrument").filter(in_ages)
    )
    return _shaped("eligible_member", eligible)


def of_persons(rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """The rows of the persons who consented."""
    return rows.join(persons.select("participant_id"), on="participant_id", how="semi")


def responses(rows: pl.DataFrame, submissions: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Table core.response. Free text stays behind."""
    answered = of_persons(rows.filter(pl.col("answer").is_not_null()), persons)
    schema = schemas.CORE["core.response"]
    # By key already, and checked when it is written: either takes long with millions of rows.
    return schema.cast(latest_by_key(answered, submissions, KEYS["answer"]).select(schema.column_names()))


def icf_ratings(rows: pl.DataFrame, submissions: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Table core.icf_rating."""
    return _fact("icf_rating", of_persons(rows, persons), submissions, KEYS["icf_rating"])


def goals(rows: pl.DataFrame, submissions: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Table core.goal."""
    return _fact("goal", of_persons(rows, persons), submissions, KEYS["goal"])


def employment(rows: pl.DataFrame, submissions: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Table core.employment."""
    return _fact("employment", of_persons(rows, persons), submissions, KEYS["employment"])


def stakeholder_answers(rows: pl.DataFrame, submissions: pl.DataFrame) -> pl.DataFrame:
    """Table core.stakeholder_answer. Free text stays behind."""
    answered = rows.filter(pl.col("answer").is_not_null())
    return _fact("stakeholder_answer", answered, submissions, KEYS["stakeholder_answer"])


def stakeholder_remarks(rows: pl.DataFrame, submissions: pl.DataFrame) -> pl.DataFrame:
    """What stakeholders wrote, as it stands: rows of record.stakeholder_answer. It never leaves the warehouse."""
    return latest_by_key(
        rows.filter(pl.col("free_text").is_not_null()), submissions, KEYS["stakeholder_answer"]
    )


def invitations(
    rows: pl.DataFrame, submissions: pl.DataFrame, enrolled: pl.DataFrame, persons: pl.DataFrame
) -> pl.DataFrame:
    """Table core.invitation: of stakeholders, and of persons who did not refuse consent.

    enrolled: record.participant, everybody; persons: those who consented.
    """
    without_consent = enrolled.select("participant_id").join(persons, on="participant_id", how="anti")
    kept = rows.join(without_consent, left_on="invited_id", right_on="participant_id", how="anti")
    return _fact("invitation", kept, submissions, KEYS["invitation"])


def services(rows: pl.DataFrame, submissions: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Table core.service: rows add up; a sender's later file replaces the months it contains."""
    return _shaped("service", of_persons(latest_by_month(rows, submissions), persons))


def costs(rows: pl.DataFrame, submissions: pl.DataFrame) -> pl.DataFrame:
    """Table core.cost: rows add up; a sender's later file replaces the months it contains."""
    return _shaped("cost", latest_by_month(rows, submissions))


def _fact(table: str, rows: pl.DataFrame, submissions: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    return _shaped(table, latest_by_key(rows, submissions, key))


def _shaped(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    schema = schemas.CORE[f"core.{table}"]
    columns = schema.column_names()
    return schemas.checked(schema, rows.select(columns).sort(columns))
