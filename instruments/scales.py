"""The parts of a measure that concern a score: conversions, missing rule, norms, reliability, scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from instruments.items import (
    Code,
    Direction,
    Form,
    Frozen,
    Level,
    Metric,
    Respondent,
    Sourced,
    Text,
    form_of,
)


class TableSource(Sourced):
    """A CSV file of a conversion: its key and value column; and, if any, that of the missing item."""

    file: str = Field(description="File name, beside the measure or among the shipped tables.")
    key: str = Field(description="Column of the raw sum.")
    value: str = Field(description="Column of the score.")
    item: str | None = Field(default=None, description="Column of the item that is missing.")


class Reference(Frozen):
    """Mean and SD of the reference population in Rasch person parameters (logits)."""

    mean: float
    sd: float = Field(gt=0)

    def t(self, person_parameter: float) -> float:
        """Return the T-value, European mean 50 and SD 10."""
        return 50 + 10 * (person_parameter - self.mean) / self.sd


class ConversionTable(Frozen):
    """Raw sum to score, for one scale and form. The loader fills `points` from the CSV that `table` names."""

    table: str = ""
    where: Mapping[str, str] = {}
    reference: Reference | None = None
    points: tuple[tuple[float, float], ...] = ()

    @cached_property
    def scores(self) -> Mapping[float, float]:
        """Return {raw sum: score}."""
        return {raw: self.reference.t(value) if self.reference else value for raw, value in self.points}


class MissingItemTable(Frozen):
    """A conversion for each item that may be missing: the sum of the others to the score."""

    table: str
    where: Mapping[str, str] = {}
    reference: Reference | None = None
    points: Mapping[str, tuple[tuple[float, float], ...]] = {}

    def scores(self, item: str) -> Mapping[float, float]:
        """Return {sum of the answered items: score} when `item` is the missing one."""
        return {raw: self.reference.t(value) if self.reference else value for raw, value in self.points[item]}


class MissingRule(Frozen):
    """How many items of a scale may be missing: exactly one of the three is given (never: `at_most: 0`)."""

    at_most: int | None = Field(default=None, ge=0, description="So many may be missing.")
    minimum_answered: int | None = Field(default=None, ge=1, description="So many must be answered.")
    minimum_share: float | None = Field(default=None, gt=0, le=1, description="This share must be answered.")
    by_authors: bool = Field(description="Whether the measure's authors give the rule.")
    source: str = Field(default="", description="Where they give it.")

    @model_validator(mode="after")
    def _one_rule(self) -> MissingRule:
        given = [self.at_most, self.minimum_answered, self.minimum_share]
        if sum(value is not None for value in given) != 1:
            raise ValueError("give exactly one of at_most, minimum_answered, minimum_share")
        return self

    def allowed_missing(self, items: int) -> int:
        """Return how many of a scale's items may be missing."""
        if self.at_most is not None:
            return min(self.at_most, items - 1)
        if self.minimum_answered is not None:
            return max(items - self.minimum_answered, 0)
        return int(items * (1 - (self.minimum_share or 1)) + 1e-9)


class Norm(Sourced):
    """Mean and SD of a reference population in one metric; for everybody unless restricted."""

    metric: Metric
    mean: float
    sd: float = Field(gt=0)
    respondents: tuple[Respondent, ...] = ()
    ages: tuple[int, int] | None = None
    sex: Literal["f", "m"] | None = None

    @property
    def columns(self) -> frozenset[str]:
        """Return what must be known of a person for the norm to hold: `age`, `sex`, both or nothing."""
        return frozenset(name for name, limit in (("age", self.ages), ("sex", self.sex)) if limit is not None)

    def is_for(self, respondent: str) -> bool:
        """Tell whether the norm is one of this kind of respondent."""
        return not self.respondents or respondent in self.respondents


class Reliability(Sourced):
    """A published reliability of the scale: Cronbach's alpha or a test-retest coefficient."""

    kind: Literal["alpha", "retest"]
    value: float = Field(gt=0, lt=1)
    respondents: tuple[Respondent, ...] = ()


class ImportantDifference(Sourced):
    """A published minimal important difference, in the scale's metric."""

    value: float = Field(gt=0)
    respondents: tuple[Respondent, ...] = ()


_STANDARD = {"metric": "z", "mean": 0.0, "sd": 1.0, "ages": None, "sex": None}


class Scale(Frozen):
    """A score made of items: how it is computed, its metric and direction, and what is published about it.

    A scale whose `parts` name other scales is made of their scores; its items are then theirs.
    """

    id: Code = Field(description="Name of the scale in tables and plans.")
    label: Text
    items: tuple[Code, ...] = Field(min_length=1, description="Codes of its items.")
    parts: tuple[Code, ...] = Field(default=(), description="Scales it is made of, instead of items.")
    method: Literal["sum", "mean", "table", "single_item"] = Field(description="How the raw score is made.")
    metric: Metric = Field(description="What the score is: t, z, percent of the range, or the raw score.")
    better_is: Direction = Field(description="Whether a higher or a lower score is better for the person.")
    level: Level
    missing: MissingRule = Field(description="How many items may be missing: exactly one of three rules.")
    without_table: Literal["percent"] | None = Field(
        default=None, description="Metric of a form that has no conversion table."
    )
    conversion: Mapping[Form, ConversionTable] = Field(default={}, description="Raw sum to score, by form.")
    missing_item_table: Mapping[Form, MissingItemTable] = Field(
        default={}, description="The authors' conversions for one missing item, by form."
    )
    norms: tuple[Norm, ...] = ()
    reliability: tuple[Reliability, ...] = ()
    important_difference: tuple[ImportantDifference, ...] = ()

    @property
    def orientation(self) -> int:
        """Return +1 when higher is better for the person, -1 when lower is."""
        return 1 if self.better_is == "higher" else -1

    @property
    def norm(self) -> Norm | None:
        """Return the norm of all ages and both sexes, if one is known."""
        return next((norm for norm in self.norms if norm.ages is None and norm.sex is None), None)

    @property
    def allowed_missing(self) -> int:
        """Return how many items (of a scale made of scales: how many of these) may be missing."""
        return self.missing.allowed_missing(len(self.parts or self.items))

    def metric_of(self, form: Form) -> Metric:
        """Return the metric of this form's score: `without_table` where a form has no conversion table."""
        if self.method == "table" and form not in self.conversion and self.without_table:
            return self.without_table
        return self.metric

    def metric_for(self, respondent: str) -> Metric:
        """Return the metric of this respondent's score."""
        return self.metric_of(form_of(respondent))

    def raw_limits(self, ranges: Sequence[tuple[float, float]]) -> tuple[float, float]:
        """Return the lowest and highest raw score that parts with these ranges can make."""
        lowest, highest = sum(low for low, _ in ranges), sum(high for _, high in ranges)
        return (lowest / len(ranges), highest / len(ranges)) if self.method == "mean" else (lowest, highest)

    def norms_of_raw(self, respondent: str) -> tuple[Norm, ...]:
        """Return the norms of the raw score that a z is made with, those closest to a person first."""
        raw = "mean" if self.method == "mean" else "sum"
        fitting = [norm for norm in self.norms if norm.metric == raw and norm.is_for(respondent)]
        return tuple(sorted(fitting, key=lambda norm: (norm.ages is None, norm.sex is None)))

    def norm_for(self, respondent: str) -> Norm | None:
        """Return the general norm that this respondent's score can be compared with, if there is one.

        A z has mean 0 and SD 1 by construction.
        """
        metric = self.metric_for(respondent)
        if metric == "z":
            norms = self.norms_of_raw(respondent)
            return norms[0].model_copy(update=_STANDARD) if norms else None
        fitting = (
            norm
            for norm in self.norms
            if norm.ages is None and norm.sex is None and norm.metric == metric and norm.is_for(respondent)
        )
        return next(fitting, None)

    def verified_reliability(self, respondent: str) -> Reliability | None:
        """Return the verified [V] reliability for this respondent, test-retest before alpha, if any."""
        verified = [
            value for value in self.reliability if value.status == "V" and respondent in value.respondents
        ]
        return min(verified, key=lambda value: value.kind != "retest", default=None)

    def important_difference_for(self, respondent: str) -> ImportantDifference | None:
        """Return the published minimal important difference for this respondent, if any."""
        fitting = (d for d in self.important_difference if not d.respondents or respondent in d.respondents)
        return next(fitting, None)
