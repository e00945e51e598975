"""Programmes as published: cost inputs, indicative amounts and who would pay, each a YAML file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Literal

from pydantic import Field, model_validator

from pipeline.shipped_inputs import Exact, Part, Positive, shipped

Level = Literal["any", "1", "2", "3", "4"]
Residence = Literal["alone", "family", "group_home"]
Bearer = Literal["state", "municipality", "parents"]


class Group(Part):
    """A published line about some of the persons: what they need, or the share that takes it up."""

    line: str
    persons: int = Field(gt=0)
    share: Exact | None = None
    eur_year: Exact | None = None


class Variant(Part):
    """The published inputs of one variant of the calculation; amounts in euro a year."""

    variant: str
    persons: int = Field(gt=0)
    persons_per_post: int = Field(gt=0)
    services_year: Exact
    staff_year: Exact
    administration_share: Exact
    groups: tuple[Group, ...] = ()


class IndicativeRule(Part):
    """What a person's budget may come to, in euro a month, from a day on.

    basic_needs: by residence, for care levels 1 to 4; additions: on conditions, each up to so much; at_most: the
    highest amount by level, `any` for every level that has none of its own.
    """

    valid_from: dt.date
    basic_needs: Mapping[Residence, tuple[Exact, Exact, Exact, Exact]] = {}
    additions: Mapping[str, Exact] = {}
    at_most: Mapping[Level, Exact] = {}


class Financing(Part):
    """Who would pay which share, and the points that the ministry gave it."""

    financing: str
    shares: Mapping[Bearer, Positive] = Field(min_length=1)
    points: int = Field(ge=0)

    @model_validator(mode="after")
    def _shares_are_the_whole(self) -> Financing:
        total = sum(self.shares.values(), Decimal(0))
        if total != 1:
            raise ValueError(f"the shares add up to {total}; write shares that make 1")
        return self


class Programme(Part):
    """A programme's inputs, as published on a day; lines are rounded to `rounded_to` euro."""

    programme: str
    date: dt.date
    source: str
    rounded_to: Positive
    indicative_amounts: tuple[IndicativeRule, ...] = ()
    financing: tuple[Financing, ...] = ()
    variants: tuple[Variant, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_rule_a_day(self) -> Programme:
        days = [rule.valid_from for rule in self.indicative_amounts]
        if len(set(days)) < len(days):
            raise ValueError("two indicative amounts are valid from the same day; give each its own day")
        return self

    def rule_on(self, day: dt.date) -> IndicativeRule | None:
        """Return the rule on indicative amounts that was valid on a day; None before the first."""
        valid = [rule for rule in self.indicative_amounts if rule.valid_from <= day]
        return max(valid, key=lambda rule: rule.valid_from, default=None)


@cache
def load_programmes() -> tuple[Programme, ...]:
    """Read the shipped programmes, in the order of their file names."""
    return shipped(Programme, "programmes")
