"""Indicative amounts: the rules as a table, and what the rule of the day says about a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from pipeline import schemas
from pipeline.programmes import IndicativeRule, Programme

ANY = "any"


class Amount(NamedTuple):
    """Euro a month: at least, for basic needs alone (null where the rule names a maximum only), and at most."""

    least: Decimal | None
    most: Decimal


def amount_of(rule: IndicativeRule, care_level: int | None, residence: str | None) -> Amount | None:
    """Return what a rule gives a person; None where it says nothing about such a person.

    By care level and residence: the basic needs, and with all additions that may come on conditions. By level
    alone: the maximum.
    """
    by_level = {str(level): eur for level, eur in rule.at_most.items()}
    most = by_level.get(str(care_level), by_level.get(ANY))
    if most is not None:
        return Amount(None, most)
    basic = {str(home): amounts for home, amounts in rule.basic_needs.items()}.get(residence or "")
    if basic is None or care_level is None:
        return None
    least = basic[care_level - 1]
    return Amount(least, least + sum(rule.additions.values(), Decimal(0)))


def budgets(persons: pl.DataFrame, programmes: Iterable[Programme]) -> pl.DataFrame:
    """Return table core.budget: what was agreed, beside the rule valid on the day of enrolment.

    persons: record.participant, the latest row of everybody who consented. Who has neither an amount nor a rule
    has no row. A person's programme is the one named as the target group.
    """
    by_name = {programme.programme: programme for programme in programmes}
    columns = ("target_group", "enrolled_on", "care_level", "residence")
    kinds = persons.select(columns).unique().rows()
    found = [(*kind, *_by_rule(by_name.get(kind[0]), *kind[1:])) for kind in kinds]
    schema = schemas.CORE["core.budget"]
    types = {
        **persons.select(columns).schema,
        **{name: schema.columns()[name].dtype for name in RULE_COLUMNS},
    }
    rules = pl.DataFrame(found, schema=types, orient="row")
    known = persons.join(rules, on=columns, how="left", nulls_equal=True)
    some = pl.any_horizontal(pl.col("indicative_eur", "agreed_eur", "rule_most_month_eur").is_not_null())
    return schema.validate(known.filter(some).select(schema.column_names()).sort("participant_id"), cast=True)


RULE_COLUMNS = ("rule_valid_from", "rule_least_month_eur", "rule_most_month_eur")


def _by_rule(
    programme: Programme | None, enrolled_on: dt.date, care_level: int | None, residence: str | None
) -> tuple[dt.date | None, Decimal | None, Decimal | None]:
    """The day of the rule that applies, and its least and most."""
    rule = programme.rule_on(enrolled_on) if programme is not None else None
    amount = amount_of(rule, care_level, residence) if rule is not None else None
    return (None, None, None) if rule is None or amount is None else (rule.valid_from, *amount)


def indicative_amounts(programmes: Iterable[Programme]) -> pl.DataFrame:
    """Return table meta.indicative_amount: every rule, part by part, and the total that follows."""
    rows = [
        {
            "programme": programme.programme,
            "valid_from": rule.valid_from,
            "citation": programme.source,
            **line,
        }
        for programme in programmes
        for rule in programme.indicative_amounts
        for line in _lines(rule)
    ]
    schema = schemas.META["meta.indicative_amount"]
    return schema.validate(pl.DataFrame(rows, schema=schema.create_empty().schema), cast=True)


def _lines(rule: IndicativeRule) -> Iterator[dict[str, object]]:
    for level, eur in rule.at_most.items():
        yield _line(level, ANY, "at_most", eur)
    for part, eur in rule.additions.items():
        yield _line(ANY, ANY, part, eur)
    for residence, amounts in rule.basic_needs.items():
        for place, basic in enumerate(amounts):
            care_level = str(place + 1)
            yield _line(care_level, residence, "basic_needs", basic)
            total = basic + sum(rule.additions.values(), Decimal(0))
            yield _line(care_level, residence, "total", total) | {"source": "computed"}


def _line(level: str, residence: str, part: str, eur: Decimal) -> dict[str, object]:
    return {"care_level": level, "residence": residence, "part": part, "eur_month": eur, "source": "input"}
