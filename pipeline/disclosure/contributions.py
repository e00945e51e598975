"""What each person puts into each figure, so that two releases can be compared person by person.

A contribution is a row: evaluation, kind (of figure), block (the keys that tell the figures of a kind apart, joined
by `|`), participant_id and value (as text: only whether it changed counts). Restricted; never published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pipeline.disclosure.members import with_those_in_no_group

Facts = Mapping[str, pl.DataFrame]
Group = tuple[str, str]

FACTS = (
    "meta.evaluation",
    "core.evaluation_member",
    "core.population_member",
    "core.score",
    "core.goal",
    "core.service",
    "core.icf_rating",
    "core.response",
    "core.employment",
    "core.participant",
    "core.budget",
    "core.eligible_member",
    "core.stakeholder_answer",
)
"""The tables that contributions come from; one that isn't there contributes nothing."""

PERSON = ("evaluation", "participant_id")
COLUMNS = ("evaluation", "kind", "block", "participant_id", "value")
NO_EVALUATION = ""
ANYTHING = "anything"


def block_of(*values: object) -> str:
    """Return the block of these keys, as contributions have it."""
    return "|".join(str(value).lower() if isinstance(value, bool) else str(value) for value in values)


def changed_persons(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return how many persons' contributions (of `contributions`) differ between two releases.

    Columns: evaluation, kind, block, population, grp (also those in no group), persons. A person
    counts who contributes to only one of the two, or something else; who changed groups counts in both groups.
    Of kind ANYTHING are the persons of whom anything changed.
    """
    changed = pl.concat([_only_in(now, before), _only_in(before, now)])
    anything = changed.with_columns(kind=pl.lit(ANYTHING), block=pl.lit(""))
    return (
        pl.concat([changed, anything])
        .group_by("evaluation", "kind", "block", "population", "grp")
        .agg(pl.col("participant_id").n_unique().cast(pl.Int64).alias("persons"))
    )


def _only_in(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    return one.join(other, on=one.columns, how="anti", nulls_equal=True)


def contributions(facts: Facts) -> pl.DataFrame:
    """Return the contributions of each group's people, and of those in no group of a breakdown."""
    parts = [part for part in (*_of_persons(facts), _empty()) if part.width]
    people = pl.concat([part.select(COLUMNS) for part in parts])
    of_persons = people.join(with_those_in_no_group(facts["core.population_member"]), on=PERSON)
    return pl.concat([of_persons, _of_respondents(facts)])


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))


def _of_persons(facts: Facts) -> Iterable[pl.DataFrame]:
    """The contributions to the figures of an evaluation."""
    member = facts["core.evaluation_member"]
    if "core.score" in facts:
        yield from _scores(facts["core.score"], member.select(PERSON), facts["meta.evaluation"])
    if "core.goal" in facts:
        yield from _goals(facts["core.goal"].join(member.select(PERSON), on="participant_id"))
    if "core.service" in facts:
        yield from _services(facts["core.service"], member)
    if "core.icf_rating" in facts:
        yield from _ratings(facts["core.icf_rating"].join(member.select(PERSON), on="participant_id"))
    if "core.response" in facts:
        rows = facts["core.response"].join(member.select(PERSON), on="participant_id")
        yield _listed(rows, "rated", _block("instrument", "item"), "wave", "answer")
    if "core.employment" in facts:
        rows = facts["core.employment"].join(member.select(PERSON), on="participant_id")
        yield _listed(rows, "employment", pl.lit(""), "wave", "status")
    if "core.budget" in facts:
        amounts = [name for name in facts["core.budget"].columns if name != "participant_id"]
        rows = facts["core.budget"].join(member.select(PERSON), on="participant_id")
        yield _listed(rows, "budget", pl.lit(""), *amounts)


def _block(*columns: str) -> pl.Expr:
    return pl.concat_str([pl.col(column).cast(pl.String) for column in columns], separator="|")


def _listed(rows: pl.DataFrame, kind: str, block: pl.Expr, *columns: str) -> pl.DataFrame:
    """A contribution for each person and block: all of the person's rows there, in order."""
    own = pl.concat_str([pl.col(column).cast(pl.String).fill_null("?") for column in columns], separator=":")
    return (
        rows.select(*PERSON, kind=pl.lit(kind), block=block, value=own)
        .group_by(*PERSON, "kind", "block")
        .agg(pl.col("value").sort().str.join(","))
    )


def _scores(scores: pl.DataFrame, member: pl.DataFrame, evaluations: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Levels at each wave, changes, and the levels at either wave of the paired and of those who are not."""
    scale = ("instrument", "respondent", "scale")
    scored = (
        scores.filter("scored")
        .select("participant_id", *(pl.col(name).cast(pl.String) for name in (*scale, "wave")), "score")
        .join(member, on="participant_id")
    )
    level = scored.select(
        *PERSON,
        *scale,
        "wave",
        kind=pl.lit("level"),
        block=_block(*scale, "wave"),
        value=pl.col("score").cast(pl.String),
    )
    waves = evaluations.select("evaluation", "pre", "post")
    at = [
        level.join(waves.select("evaluation", wave=name), on=["evaluation", "wave"])
        for name in ("pre", "post")
    ]
    key = [*PERSON, *scale]
    paired = at[0].join(at[1].select(*key, after="value"), on=key)
    yield level
    yield paired.with_columns(
        kind=pl.lit("change"), block=_block(*scale), value=pl.concat_str("value", "after", separator="|")
    )
    for of_wave in at:
        yield of_wave.join(paired.select(key), on=key).with_columns(kind=pl.lit("paired"))
        yield of_wave.join(paired.select(key), on=key, how="anti").with_columns(kind=pl.lit("unpaired"))


def _goals(goals: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """The goals of each domain, and all."""
    for domain in (pl.col("domain"), pl.lit("total")):
        block = pl.concat_str(domain, pl.lit("all"), separator="|")
        yield _listed(goals, "goal", block, "goal_id", "attainment", "weight")


def _services(services: pl.DataFrame, member: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """The amounts of each service, each group of services, and all, in the months of the person's waves."""
    in_time = pl.col("month").is_between(pl.col("first_day").dt.truncate("1mo"), pl.col("last_day"))
    given = services.join(member, on="participant_id").filter(in_time)
    group, service, every = pl.col("service_group"), pl.col("service"), pl.lit("all")
    for line in ((group, service), (group, every), (pl.lit("total"), every)):
        block = pl.concat_str(*line, separator="|")
        yield _listed(given, "service", block, "month", "service", "eur", "units")


def _ratings(ratings: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """The qualifiers of each ICF code, chapter, and all."""
    code = pl.col("code")
    for level, of_level in (("code", code), ("chapter", code.str.head(2)), ("any", pl.lit("any"))):
        rest = [pl.col(name).cast(pl.String) for name in ("construct", "facilitator")]
        block = pl.concat_str(pl.lit(level), of_level, *rest, separator="|")
        yield _listed(ratings, "icf", block, "wave", "code", "qualifier")


def _of_respondents(facts: Facts) -> pl.DataFrame:
    """The answers to the survey of stakeholders, in all municipalities and in each."""
    columns = ["evaluation", "kind", "block", "participant_id", "value", "population", "grp"]
    if "core.stakeholder_answer" not in facts:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    answers = facts["core.stakeholder_answer"].select(
        evaluation=pl.lit(NO_EVALUATION),
        kind=pl.lit("survey"),
        block=_block("year", "role", "item"),
        participant_id="respondent_id",
        value=pl.col("answer").cast(pl.String),
        population=pl.lit("municipality"),
        grp="municipality_code",
    )
    everywhere = answers.with_columns(population=pl.lit("all"), grp=pl.lit("all"))
    return pl.concat([everywhere, answers]).select(columns)
