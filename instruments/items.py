"""The parts of a measure that concern a question: labels, answer options, items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Respondent = Literal["self", "parent", "proxy", "assessor"]
Form = Literal["self", "proxy", "assessor"]
Language = Literal["lv", "en"]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Metric = Literal["t", "z", "sum", "mean", "percent"]
Kind = Literal["questionnaire", "rated_change", "classification", "goals", "survey"]
Level = Literal["interval", "ordinal"]
Direction = Literal["higher", "lower"]
# What may be unknown of a measure.
Missing = Literal[
    "official_latvian_name",
    "official_latvian_chapter_names",
    "form",
    "recall",
    "ages",
    "missing_rule",
    "proxy_table",
    "norms",
    "norms_by_age_and_sex",
    "reliability",
    "retest",
    "important_difference",
]
# V: read in the cited source; V2: read in a third-party reproduction; D: deduced; M: remembered, unconfirmed.
Status = Literal["V", "V2", "D", "M"]

LARGEST_WHOLE = 100  # sums of some hundred such answers fit into 16 bits

_FORMS: Mapping[str, Form] = {"self": "self", "parent": "proxy", "proxy": "proxy", "assessor": "assessor"}


def form_of(respondent: str) -> Form:
    """Return the form whose conversion a respondent uses: `parent` and `proxy` share the proxy form."""
    return _FORMS[respondent]


class Frozen(BaseModel):
    """Base of all parts of a measure: immutable, and a key that isn't known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Text(Frozen):
    """A label in both languages."""

    lv: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, language: str) -> str:
        """Return the text in `lv` or `en`."""
        return self.lv if language == "lv" else self.en


class Sourced(Frozen):
    """A fact with its status mark and where it was read."""

    status: Status = Field(
        description="V read in the source, V2 in a third party's copy, D deduced, M remembered and unconfirmed."
    )
    source: str = Field(default="", description="Where it was read.")


class Note(Sourced):
    """A fact about the measure that no computation uses, such as a range of published reliabilities."""

    text: Text | str

    def in_language(self, language: str) -> str:
        """Return the note in `lv` or `en`; one that a home wrote in one language stands as it is."""
        return self.text if isinstance(self.text, str) else self.text.in_language(language)


class Option(Frozen):
    """An answer that can be ticked: the coded number and our label; `band` is ICF's percentage band."""

    value: float = Field(description="The number in the data.")
    label: Text
    band: str | None = Field(default=None, description="The range of per cent that it stands for.")


class AnswerSet(Frozen):
    """Answers shared by several items; an item names it under `answers`."""

    minimum: float | None = Field(default=None, description="Lowest answer.")
    maximum: float | None = Field(default=None, description="Highest answer.")
    options: tuple[Option, ...] = Field(default=(), description="The answers that can be ticked.")
    missing_codes: tuple[Option, ...] = Field(default=(), description="Codes that stand for no answer.")


class Item(AnswerSet):
    """A question: its code, our own short label (never the wording), its answers and how they are recoded.

    `reversed` mirrors the answer in its printed range. `recode` (by form, or `all`) replaces the
    answer by another number for scoring and then stands instead of the reversal.
    """

    code: Code = Field(description="Name of the column in the data.")
    label: Text = Field(description="A short label of our own, never the wording.")
    type: Literal["rated", "choice", "text"] = Field(default="rated", description="Free text is not scored.")
    group: Code | None = Field(default=None, description="A group of `groups`.")
    answers: str | None = Field(default=None, description="An answer set of `answer_sets`.")
    reversed: bool = Field(default=False, description="Whether a higher answer is worse.")
    recode: Mapping[Literal["all", "self", "proxy", "assessor"], Mapping[float, float]] = Field(
        default={}, description="What each answer counts, by form; stands instead of the reversal."
    )

    def recode_for(self, form: Form) -> Mapping[float, float]:
        """Return the recoding of this form; empty when answers are scored as coded (or reversed)."""
        return self.recode.get(form) or self.recode.get("all") or {}

    def scored_range(self, form: Form) -> tuple[float, float]:
        """Return the lowest and highest number that the item can add to a scale, after recoding."""
        recoded = self.recode_for(form).values()
        if recoded:
            return min(recoded), max(recoded)
        if self.minimum is None or self.maximum is None:
            raise ValueError(f"item {self.code} has no range")
        return self.minimum, self.maximum

    @property
    def whole_range(self) -> tuple[float, float] | None:
        """Return lowest and highest answer when every whole number between them, and no other, is one."""
        values = sorted(option.value for option in self.options)
        if not values or values != [values[0] + step for step in range(len(values))]:
            return None
        whole = values[0].is_integer() and max(abs(values[0]), abs(values[-1])) <= LARGEST_WHOLE
        return (values[0], values[-1]) if whole else None

    def is_missing_code(self, answer: float) -> bool:
        """Tell whether a coded answer stands for 'no answer' (not applicable, not specified)."""
        return any(code.value == answer for code in self.missing_codes)

    def allows(self, answer: float) -> bool:
        """Tell whether a coded answer may stand in the data: an option, in range, or a missing code."""
        if self.is_missing_code(answer):
            return True
        if self.options:
            return any(option.value == answer for option in self.options)
        above = self.minimum is None or answer >= self.minimum
        return above and (self.maximum is None or answer <= self.maximum)

    @property
    def expected(self) -> str:
        """Say in a few words which answers are allowed, for error messages."""
        if self.type == "text":
            return "text"
        listed = [f"{option.value:g}" for option in (*self.options, *self.missing_codes)]
        if self.options:
            return "one of " + ", ".join(listed)
        in_range = f"a number from {self.minimum:g} to {self.maximum:g}"
        return " or ".join([in_range, *listed])
