"""The analysis plan: what the evaluator decides, read once from the home's `evaluation.yaml`."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from pipeline.breakdowns import Breakdown, read_breakdown, require_margins
from pipeline.calendar import Calendar
from pipeline.plan_part import Part
from pipeline.yaml_lines import line_of
from pipeline.yearly import YearsError, each_year

Language = Literal["lv", "en"]


class PlanError(Exception):
    """The plan can't be used: says where in the file, what was found and what is expected."""


class Text(Part):
    """A text in the report's languages."""

    lv: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.lv


class Wave(Part):
    """A time of asking: a window in the calendar, or around some months after a person's enrolment."""

    opens: dt.date | None = Field(default=None, alias="from")
    closes: dt.date | None = Field(default=None, alias="to")
    after_months: int | None = Field(default=None, ge=0)
    window_days: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _one_kind_of_window(self) -> Wave:
        calendar = self.opens is not None and self.closes is not None
        by_person = self.after_months is not None and self.window_days is not None
        if calendar == by_person:
            raise ValueError("give either `from` and `to`, or `after_months` and `window_days`")
        if self.opens is not None and self.closes is not None and self.closes < self.opens:
            raise ValueError("`to` lies before `from`")
        return self


class Members(Part):
    """Who belongs to an evaluation."""

    target_group: Annotated[
        tuple[str, ...], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)
    ] = ()
    enrolled_from: dt.date | None = None
    enrolled_to: dt.date | None = None
    municipalities: tuple[str, ...] = ()


class Outcome(Part):
    """A measure whose change is evaluated, and how."""

    instrument: str
    respondent: str
    scales: tuple[str, ...] | Literal["all"] = "all"
    role: Literal["confirmatory", "exploratory"] = "exploratory"
    smallest_effect: float | None = Field(default=None, gt=0)
    threshold: Literal["rci", "rci_sample", "mid", "half_sd"] | None = None


class Evaluation(Part):
    """One pre/post evaluation."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: Text
    members: Members = Members()
    waves: Mapping[str, Wave] = Field(min_length=1)
    pre: str
    post: str
    months: int = Field(gt=0)
    reporting_year: int = Field(ge=2000, le=2100)
    planned_participants: int | None = Field(default=None, gt=0)
    goal_scale: Literal["three_level", "goal_attainment_scaling"] = "three_level"
    selected_by_score: bool = False
    norm_mean: float | None = None
    outcomes: tuple[Outcome, ...] = ()
    breakdowns: Annotated[
        tuple[Annotated[Breakdown, BeforeValidator(read_breakdown)], ...], AfterValidator(require_margins)
    ] = ()
    age_bands: tuple[str, ...] = ("0-17", "18-64", "65-120")

    @model_validator(mode="after")
    def _waves_and_bands_exist(self) -> Evaluation:
        for role, wave in (("pre", self.pre), ("post", self.post)):
            if wave not in self.waves:
                raise ValueError(f"`{role}: {wave}` is none of the waves {', '.join(self.waves)}")
        for band in self.age_bands:
            low, _, high = band.partition("-")
            if not (low.isdigit() and high.isdigit() and int(low) <= int(high)):
                raise ValueError(f"age band `{band}` is not of the form 8-11")
        return self

    def age_band_limits(self) -> list[tuple[str, int, int]]:
        """Name, lowest and highest age in whole years of each band."""
        return [(band, int(band.split("-")[0]), int(band.split("-")[1])) for band in self.age_bands]


class PublishedTable(Part):
    """A table that its owner has published already and that is therefore shown in full."""

    table: str
    evaluation: str | None = None
    populations: tuple[str, ...] = ("all",)
    source: Annotated[
        Text, BeforeValidator(lambda value: {"lv": value, "en": value} if isinstance(value, str) else value)
    ]
    date: dt.date


class Disclosure(Part):
    """How small a cell may be outside the restricted zone."""

    min_cell: int = Field(default=5, ge=2)
    protection: float = Field(default=5, gt=0)
    exceptions: tuple[PublishedTable, ...] = ()


class Plan(Part):
    """The analysis plan of a home."""

    synthetic: bool = False
    languages: tuple[Language, ...] = ("lv", "en")
    received_files: Literal["keep", "encrypt", "remove"] = "keep"
    research_database: Literal["encrypted"] | None = None
    warehouse: Literal["ducklake"] | None = None
    disclosure: Disclosure = Disclosure()
    calendar: Calendar = Calendar()
    evaluations: tuple[Evaluation, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Plan:
        ids = [evaluation.id for evaluation in self.evaluations]
        if len(set(ids)) < len(ids):
            raise ValueError(f"an evaluation's id stands twice in {', '.join(ids)}")
        return self

    def evaluation(self, evaluation_id: str) -> Evaluation:
        """The evaluation of that id. Raises PlanError when there is none."""
        for evaluation in self.evaluations:
            if evaluation.id == evaluation_id:
                return evaluation
        known = ", ".join(evaluation.id for evaluation in self.evaluations)
        raise PlanError(f"no evaluation `{evaluation_id}` in the plan; it has {known}")

    def first_survey_year(self) -> int:
        """The stakeholder survey's first year; where the plan doesn't say, the first that is reported on."""
        return self.calendar.survey.first_year or min(found.reporting_year for found in self.evaluations)

    def digest(self) -> str:
        """SHA-256 of what is analysed and how; neither comments and layout nor calendar, encryption and storage."""
        analysed = self.model_dump_json(by_alias=True, exclude={"calendar", "research_database", "warehouse"})
        return hashlib.sha256(analysed.encode()).hexdigest()


def parse_plan(content: str, name: str = "evaluation.yaml") -> Plan:
    """Read a plan from YAML text. Raises PlanError naming the file, the place and the mend."""
    try:
        document = yaml.safe_load(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise PlanError(f"{name}{line}: not readable as YAML; check indentation and quotes") from error
    if not isinstance(document, dict):
        raise PlanError(f"{name}: holds no plan; `ieguvumi init` writes a commented one to start from")
    try:
        return Plan.model_validate(_with_each_year(document))
    except YearsError as error:
        raise PlanError(f"{name}: evaluations: {error}") from error
    except ValidationError as error:
        found = line_of(content, _in_file(document, error.errors()[0]["loc"]))
        raise PlanError(f"{name}{f', line {found}' if found else ''}: {_first_problem(error)}") from error


def _in_file(document: dict[str, Any], place: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The place in the file of what is wrong, where yearly evaluations stand once."""
    if place[:1] != ("evaluations",) or len(place) == 1:
        return place
    stated = [number for number, entry in enumerate(document["evaluations"]) for _ in each_year(entry)]
    return (place[0], stated[int(place[1])], *place[2:])


def _with_each_year(document: dict[str, Any]) -> dict[str, Any]:
    """The document with a copy of each yearly evaluation for each of its years."""
    evaluations = document.get("evaluations")
    if not isinstance(evaluations, list):
        return document
    return {**document, "evaluations": [copy for entry in evaluations for copy in each_year(entry)]}


def _first_problem(error: ValidationError) -> str:
    """The first problem in a sentence: the place in the file as people say it, and what is wrong."""
    problem = error.errors()[0]
    place = " > ".join(f"no. {p + 1}" if isinstance(p, int) else p for p in problem["loc"]) or "the plan"
    more = error.error_count() - 1
    rest = f" (and {more} more)" if more else ""
    return f"{place}: {problem['msg'].removeprefix('Value error, ')}{rest}"
