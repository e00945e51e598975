"""Which sums of money rest on too few persons, or are held by one or two: by month, elsewhere, of budgets.

A sum is looked at together with what is left of its whole: who sees what was spent elsewhere and what was spent in
all, sees what was spent at home.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipeline.disclosure.dominance import in_time, line_holders
from pipeline.disclosure.members import with_those_in_no_group
from pipeline.disclosure.setting import DOMINANCE, SMALL_BASE
from pipeline.disclosure.two_way import MONEY_SIDE

MONTH, ELSEWHERE, BUDGET = "mart.service_month", "mart.service_elsewhere", "mart.budget_use"
OUTCOME = "mart.outcome_cost"
GROUP = ("evaluation", "population", "grp")
PART = ("table", *GROUP, "line", "month", "part")
Unsafe = Mapping[tuple[str, ...], str]
"""Table, evaluation, population, group, line, month and part of a sum that must be hidden, with the rule."""


MONEY_FACTS = (
    "core.service",
    "core.population_member",
    "core.evaluation_member",
    "core.participant",
    "core.budget",
    "core.eligible_member",
)
"""The tables of PersonalFacts, in its order."""


@dataclass(frozen=True)
class PersonalFacts:
    """The tables of core that tell who holds how much of a sum."""

    services: pl.DataFrame
    population_members: pl.DataFrame
    evaluation_members: pl.DataFrame
    participants: pl.DataFrame
    budgets: pl.DataFrame
    eligible_members: pl.DataFrame


def unsafe_sums(facts: PersonalFacts, municipalities: pl.DataFrame, min_cell: int) -> Unsafe:
    """Return the sums that rest on 1 to min_cell - 1 persons, or of which one or two persons hold nearly all.

    municipalities: meta.municipality, for what a merged one became. Those of the whole who are in no group of a
    breakdown are groups of their own, as they can be worked out.
    """
    given = in_time(facts.services, facts.evaluation_members)
    held = pl.concat(
        [
            _months(given),
            _elsewhere(given, facts.participants, municipalities),
            _budgets(given, facts),
            _outcomes(given, facts.eligible_members),
        ]
    )
    members = with_those_in_no_group(facts.population_members)
    placed = held.join(members, on=["evaluation", "participant_id"])
    holders = line_holders(placed, PART)
    rule = (
        pl.when(pl.col("persons") < min_cell)
        .then(pl.lit(SMALL_BASE))
        .when(pl.col("few"))
        .then(pl.lit(DOMINANCE))
    )
    found = holders.with_columns(rule.alias("rule")).filter(pl.col("rule").is_not_null())
    unsafe = {row[:-1]: row[-1] for row in found.select(*PART, "rule").iter_rows()}
    return {**_wholes_that_tell(found, holders), **unsafe}


def _wholes_that_tell(unsafe: pl.DataFrame, holders: pl.DataFrame) -> dict[tuple[str, ...], str]:
    """The sums of everybody that come too close to a hidden group's: it can't be more than the whole.

    A hidden sum must be able to lie MONEY_SIDE of its value above itself.
    """
    place = [name for name in PART if name not in ("population", "grp")]
    whole = holders.filter(pl.col("population") == "all").select(*place, whole="together")
    in_groups = (pl.col("population") != "all") & pl.col("table").is_in([ELSEWHERE, BUDGET])
    groups = unsafe.filter(in_groups).join(whole, on=place)
    close = groups.filter(pl.col("together") * (1 + MONEY_SIDE) > pl.col("whole"))
    keys = close.with_columns(population=pl.lit("all"), grp=pl.lit("all")).select(PART)
    return dict.fromkeys(keys.iter_rows(), DOMINANCE)


def _part(frame: pl.DataFrame, table: str, part: pl.Expr, line: pl.Expr, month: pl.Expr) -> pl.DataFrame:
    return frame.select(
        pl.lit(table).alias("table"), "evaluation", "participant_id", line.alias("line"), month.alias("month"),
        part.alias("part"), pl.col("eur").cast(pl.Float64),
    )  # fmt: skip


def _lines(given: pl.DataFrame) -> pl.DataFrame:
    """Services twice: in their group, and in the total."""
    return pl.concat([given, given.with_columns(service_group=pl.lit("total"))])


def _months(given: pl.DataFrame) -> pl.DataFrame:
    line, month = pl.col("service_group"), pl.col("month").cast(pl.String)
    return _part(_lines(given), MONTH, pl.lit("eur"), line, month)


def _elsewhere(given: pl.DataFrame, participants: pl.DataFrame, municipalities: pl.DataFrame) -> pl.DataFrame:
    own = participants.select("participant_id", "municipality_code").join(
        municipalities.select("municipality_code", "successor_code"), on="municipality_code", how="left"
    )
    provider = pl.col("provider_municipality")
    at_home = (provider == pl.col("municipality_code")) | (provider == pl.col("successor_code")).fill_null(
        False
    )
    part = pl.when(provider.is_null()).then(pl.lit("unknown")).when(at_home).then(pl.lit("home"))
    placed = _lines(given).join(own, on="participant_id", how="left")
    return _part(placed, ELSEWHERE, part.otherwise(pl.lit("elsewhere")), pl.col("service_group"), pl.lit(""))


def _budgets(given: pl.DataFrame, facts: PersonalFacts) -> pl.DataFrame:
    """What was indicated, agreed and spent; spent without a budget; agreed with and without a rule."""
    both = facts.budgets.drop_nulls(["indicative_eur", "agreed_eur"])
    members = facts.evaluation_members.select("evaluation", "participant_id")
    own = members.join(both, on="participant_id")
    ruled = pl.when(pl.col("rule_most_month_eur").is_null()).then(pl.lit("no_rule")).otherwise(pl.lit("rule"))
    spent = given.with_columns(
        part=pl.when(pl.col("participant_id").is_in(both["participant_id"].implode()))
        .then(pl.lit("spent"))
        .otherwise(pl.lit("outside"))
    )
    nothing = pl.lit("")
    return pl.concat(
        [
            _part(own.with_columns(eur="indicative_eur"), BUDGET, pl.lit("indicative"), nothing, nothing),
            _part(own.with_columns(eur="agreed_eur"), BUDGET, pl.lit("agreed"), nothing, nothing),
            _part(own.with_columns(eur="agreed_eur"), BUDGET, ruled, nothing, nothing),
            _part(spent, BUDGET, pl.col("part"), nothing, nothing),
        ]
    )


def _outcomes(given: pl.DataFrame, eligible: pl.DataFrame) -> pl.DataFrame:
    """What was spent for those whom one measure is meant for and another isn't, or none but this one.

    The amounts of two measures are shown side by side, so that their difference is known.
    """
    measures = eligible.select("evaluation", "instrument").unique()
    given = given.group_by("evaluation", "participant_id").agg(pl.col("eur").sum())
    meant = given.join(eligible, on=["evaluation", "participant_id"])
    pairs = measures.join(measures.rename({"instrument": "other"}), on="evaluation")
    both = eligible.rename({"instrument": "other"})
    without = meant.join(pairs, on=["evaluation", "instrument"]).join(
        both, on=["evaluation", "participant_id", "other"], how="anti"
    )
    rest = given.join(measures, on="evaluation").join(
        eligible, on=["evaluation", "participant_id", "instrument"], how="anti"
    )
    line, nothing = pl.col("instrument"), pl.lit("")
    return pl.concat(
        [
            _part(meant, OUTCOME, pl.lit("meant for"), line, nothing),
            _part(rest, OUTCOME, pl.lit("not meant for"), line, nothing),
            _part(without, OUTCOME, pl.col("other"), line, nothing),
        ]
    )


def hidden_months(facts: PersonalFacts, evaluation: str, unsafe: set[str], min_cell: int) -> set[str] | None:
    """Return the months whose total must be hidden: the unsafe ones, and others that cover them.

    What all hidden months have together follows from the others and the total of the whole time, so that it must
    be safe itself. The months with the fewest persons are added first; None when all would have to go.
    """
    if not unsafe:
        return set()
    members = facts.evaluation_members.filter(pl.col("evaluation") == evaluation)
    given = in_time(facts.services, members).with_columns(pl.col("month").cast(pl.String))
    order = given.group_by("month").agg(pl.col("participant_id").n_unique()).sort("participant_id", "month")
    others = [month for month in order["month"] if month not in unsafe]
    hidden = set(unsafe)
    while len(hidden) < 2 or not _is_safe(given.filter(pl.col("month").is_in(list(hidden))), min_cell):
        if not others:
            return None
        hidden.add(others.pop(0))
    return hidden


def _is_safe(pool: pl.DataFrame, min_cell: int) -> bool:
    """Tell whether some months together are of enough people, and none of them is nearly all of it."""
    [(persons, few, together)] = (
        line_holders(pool, ("evaluation",)).select("persons", "few", "together").rows()
    )
    largest = max(line_holders(pool, ("month",))["together"])
    return persons >= min_cell and not few and largest * (1 + MONEY_SIDE) <= together
