"""What a measure is: the frozen model that a measure's YAML file is read into.

A measure is data. Everything that scoring, checking, analysis and the codebook need stands in its file:
items, answer options, scales, missing rule, conversion tables, norms, reliability, each with its source.
The model checks types and keys; what a file gets wrong across fields is looked for in `instruments.checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pydantic import AliasChoices, Field, model_validator

from instruments.items import (
    AnswerSet,
    Code,
    Direction,
    Frozen,
    Item,
    Kind,
    Level,
    Missing,
    Note,
    Option,
    Respondent,
    Text,
    form_of,
)
from instruments.scales import ConversionTable, MissingRule, Norm, Reliability, Scale, TableSource

__all__ = [
    "AnswerSet",
    "AttainmentScale",
    "ConversionTable",
    "Domain",
    "Instrument",
    "Item",
    "ItemGroup",
    "MissingRule",
    "Norm",
    "Option",
    "Reliability",
    "Role",
    "Scale",
    "Text",
    "spread_shared_keys",
]

# Keys of the file that only save repetition: they are spread over items and scales before the model is built.
_SCALE_DEFAULTS = "scale_defaults"


class ItemGroup(Frozen):
    """Items that belong together without being a scale: an ICF component, a domain of FQOLS-2006."""

    id: Code
    label: Text
    better_is: Direction | None = None


class Domain(Frozen):
    """A domain in which goals are set; `target_group` says whose plan has it."""

    id: Code
    label: Text
    target_group: str | None = None


class Role(Frozen):
    """Who answers a survey: staff, provider, recipient."""

    id: Code
    label: Text


class AttainmentScale(Frozen):
    """The levels on which the attainment of a goal is rated."""

    id: Code
    label: Text
    levels: tuple[Option, ...] = Field(min_length=2)
    t_score: bool = False


class Instrument(Frozen):
    """A measure: who answers it, its items, its scales, its terms of use, and every fact with its source."""

    id: Code = Field(description="Short name, by which plans, files and tables call the measure.")
    version: str = Field(min_length=1, description="Version of the form or of this definition, in quotes.")
    kind: Kind = Field(description="What is done with the answers; only a questionnaire has scales.")
    level: Level = Field(description="Whether differences of scores mean something (interval) or only order.")
    title: Text = Field(description="Full name, the official one where there is one.")
    short_title: Text = Field(description="Name in tables and headings.")
    citation: str = Field(min_length=1, description="How to cite the measure.")
    terms: Text = Field(
        validation_alias=AliasChoices("terms", "licence"),  # a file may use either word
        description="Whose it is and how it may be used.",
    )
    recall: Text | None = Field(default=None, description="The time the questions are about.")
    respondents: tuple[Respondent, ...] = Field(min_length=1, description="Who may answer.")
    ages: tuple[int, int] | None = Field(default=None, description="Lowest and highest age; none = any.")
    answer_sets: Mapping[str, AnswerSet] = Field(default={}, description="Answers that several items share.")
    groups: tuple[ItemGroup, ...] = Field(default=(), description="Items that belong together, no scale.")
    code_pattern: str | None = Field(default=None, description="Codes of a classification.")
    items: tuple[Item, ...] = Field(default=(), description="The questions in the order of the form.")
    tables: Mapping[str, TableSource] = Field(default={}, description="CSV files of conversions, by name.")
    scales: tuple[Scale, ...] = Field(default=(), description="The scores.")
    domains: tuple[Domain, ...] = Field(default=(), description="Domains of goals.")
    roles: tuple[Role, ...] = Field(default=(), description="Who answers a survey.")
    attainment_scales: tuple[AttainmentScale, ...] = Field(default=(), description="How goals are rated.")
    not_found: tuple[Missing, ...] = Field(
        default=(),
        description="Facts that were looked for and not found, so that nobody takes silence for one.",
    )
    notes: tuple[Note, ...] = Field(default=(), description="Facts that no computation uses.")

    @model_validator(mode="before")
    @classmethod
    def _spread_shared_keys(cls, data: Any) -> Any:
        return spread_shared_keys(data) if isinstance(data, dict) else data

    @cached_property
    def items_by_code(self) -> Mapping[str, Item]:
        """Return the items by their code."""
        return {item.code: item for item in self.items}

    @cached_property
    def scales_by_id(self) -> Mapping[str, Scale]:
        """Return the scales by their id."""
        return {scale.id: scale for scale in self.scales}

    @property
    def scored(self) -> bool:
        """Tell whether the measure has scales (only questionnaires have)."""
        return bool(self.scales)

    def item(self, code: str) -> Item:
        """Return the item with this code; KeyError if there is none."""
        return self.items_by_code[code]

    def scale(self, scale_id: str) -> Scale:
        """Return the scale with this id; KeyError if there is none."""
        return self.scales_by_id[scale_id]

    def group(self, group_id: str) -> ItemGroup:
        """Return the group of items with this id; KeyError if there is none."""
        return {group.id: group for group in self.groups}[group_id]

    def score_range(self, scale_id: str, respondent: str) -> tuple[float, float]:
        """Return the lowest and highest score a scale can give this respondent, in its metric."""
        scale, form = self.scale(scale_id), form_of(respondent)
        if scale.method == "table" and form in scale.conversion:
            scores = scale.conversion[form].scores.values()
            return min(scores), max(scores)
        if scale.metric_of(form) == "percent":
            return 0.0, 100.0
        lowest, highest = scale.raw_limits(self.part_ranges(scale, respondent))
        norms = scale.norms_of_raw(respondent) if scale.metric == "z" else ()
        ends = [(limit - norm.mean) / norm.sd for norm in norms for limit in (lowest, highest)]
        return (min(ends), max(ends)) if ends else (lowest, highest)

    def part_ranges(self, scale: Scale, respondent: str) -> list[tuple[float, float]]:
        """Return the least and most that each part of a scale, an item or a scale, adds to its raw score."""
        if scale.parts:
            return [self.score_range(part, respondent) for part in scale.parts]
        return [self.item(code).scored_range(form_of(respondent)) for code in scale.items]

    def scales_of(self, code: str) -> tuple[Scale, ...]:
        """Return the scales that an item belongs to."""
        return tuple(scale for scale in self.scales if code in scale.items)


def spread_shared_keys(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data with `scale_defaults` and `level` put under each scale, answer sets under each item.

    A scale's or item's own key wins; nothing is merged deeper. What isn't a mapping is left for the model to
    report.
    """
    defaults = data.get(_SCALE_DEFAULTS) or {}
    if "level" in data:
        defaults = _over({"level": data["level"]}, defaults)
    spread = {key: value for key, value in data.items() if key != _SCALE_DEFAULTS}
    answer_sets = data.get("answer_sets") or {}
    if isinstance(data.get("scales"), list):
        scales = [_over(defaults, scale) for scale in data["scales"]]
        spread["scales"] = [_with_items_of_parts(scale, scales) for scale in scales]
    if isinstance(data.get("items"), list):
        spread["items"] = [_with_answers(item, answer_sets) for item in data["items"]]
    return spread


def _with_items_of_parts(scale: Any, scales: list[Any]) -> Any:
    """Return a scale made of others with their items, each once; unknown parts are left for the checks."""
    if not isinstance(scale, dict) or not isinstance(scale.get("parts"), list) or "items" in scale:
        return scale
    by_id = {str(other.get("id")): other for other in scales if isinstance(other, dict)}
    of_parts = [by_id.get(str(part), {}).get("items") for part in scale["parts"]]
    items = [item for found in of_parts if isinstance(found, list) for item in found]
    return {**scale, "items": list(dict.fromkeys(map(str, items)))}


def _over(defaults: Any, own: Any) -> Any:
    both_mappings = isinstance(defaults, dict) and isinstance(own, dict)
    return {**defaults, **own} if both_mappings else own


def _with_answers(item: Any, answer_sets: Any) -> Any:
    named = item.get("answers") if isinstance(item, dict) else None
    return _over(answer_sets.get(named), item) if isinstance(named, str) and named in answer_sets else item
