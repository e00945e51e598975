"""The kinds of submissions, declared as data: columns, what is needed, keys, and the checks of a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from instruments import Instrument, Library
from pipeline.schemas import codes
from pipeline.submissions import kind_rules, money_rules, rules
from pipeline.submissions.rules import Step
from pipeline.submissions.values import (
    CODE_WORD,
    DATE,
    EURO,
    MONTH,
    NUMBER,
    PLUS_OR_YES_NO,
    TEXT,
    UNITS,
    YES_NO,
    ValueType,
    integers,
    one_of_numbers,
)
from pipeline.submissions.values import codes as one_of

ANSWERS = "answers"
STAKEHOLDERS = "stakeholders"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class LongSteps:
    """The steps of the long layout: of a row's item and answer, of its other columns, of all rows of a file."""

    questionnaire: tuple[Step, ...]
    answer: tuple[Step, ...]
    file: tuple[Step, ...]

    @property
    def all(self) -> tuple[Step, ...]:
        """The steps in their order."""
        return (*self.questionnaire, *self.answer, *self.file)


@dataclass(frozen=True)
class Kind:
    """A kind of submission.

    name: as in record.submission.
    table: the record table its rows go to.
    columns: each column that the kind knows, and the type of its values.
    needed: groups of columns of which each row must fill at least one; a single name is simply needed.
    steps: checks beyond a cell's type, in this order; each sees what the earlier ones made of the rows.
    may_be_empty: columns that are needed in the header while a cell may be empty.
    instrument: the measure whose answers these are.
    items: its items' codes, where each has a column of its own; empty in the long layout.
    long: the steps again, in parts, where the layout is long.
    """

    name: str
    table: str
    columns: Mapping[str, ValueType]
    needed: tuple[tuple[str, ...], ...]
    steps: tuple[Step, ...]
    may_be_empty: frozenset[str] = frozenset()
    instrument: Instrument | None = field(default=None, compare=False)
    items: tuple[str, ...] = ()
    long: LongSteps | None = None


PARTICIPANTS = Kind(
    name="participants",
    table="record.participant",
    columns={
        "participant_id": TEXT,
        "target_group": CODE_WORD,
        "municipality": TEXT,
        "enrolled_on": DATE,
        "sex": one_of(codes.SEXES),
        "birth_year": integers(1900, 2100),
        "birth_date": DATE,
        "left_on": DATE,
        "left_reason": TEXT,
        "care_level": integers(1, 4),
        "residence": CODE_WORD,
        "indicative_eur": EURO,
        "agreed_eur": EURO,
        "consent": one_of(codes.CONSENTS),
        "arm": one_of(codes.ARMS),
    },
    needed=(("participant_id",), ("target_group",), ("municipality",), ("enrolled_on",)),
    steps=(
        rules.pseudonyms("participant_id"),
        kind_rules.target_group,
        rules.municipality("municipality", pl.col("enrolled_on")),
        kind_rules.life_dates,
        kind_rules.usual_age,
        money_rules.budget_amounts,
        money_rules.plain_amounts("indicative_eur", "agreed_eur"),
        rules.masked("left_reason"),
        rules.filled("arm", "programme"),
        rules.no_duplicates(("participant_id",)),
    ),
)

ICF = Kind(
    name="icf",
    table="record.icf_rating",
    columns={
        "participant_id": TEXT,
        "wave": TEXT,
        "code": TEXT,
        "qualifier": one_of_numbers((0, 1, 2, 3, 4, 8, 9)),
        "facilitator": PLUS_OR_YES_NO,
        "construct": one_of(codes.CONSTRUCTS),
        "rated_on": DATE,
    },
    needed=(("participant_id",), ("wave",), ("code",)),
    steps=(
        rules.pseudonyms("participant_id"),
        rules.known_person,
        rules.wave("rated_on"),
        kind_rules.icf_notation,
        rules.value_needed("qualifier"),
        rules.filled("construct", "performance"),
        rules.no_duplicates(("participant_id", "wave", "code", "construct", "facilitator")),
    ),
)

GOALS = Kind(
    name="goals",
    table="record.goal",
    columns={
        "participant_id": TEXT,
        "goal_id": TEXT,
        "domain": CODE_WORD,
        "attainment": NUMBER,
        "weight": NUMBER,
        "set_on": DATE,
        "reviewed_on": DATE,
    },
    needed=(("participant_id",), ("goal_id",), ("domain",)),
    steps=(
        rules.pseudonyms("participant_id"),
        rules.known_person,
        kind_rules.goal_domain,
        kind_rules.goal_attainment,
        kind_rules.goal_dates,
        rules.masked("goal_id"),
        rules.no_duplicates(("participant_id", "goal_id")),
    ),
)

SERVICES = Kind(
    name="services",
    table="record.service",
    columns={
        "participant_id": TEXT,
        "service": TEXT,
        "service_group": one_of(codes.SERVICE_GROUPS),
        "month": MONTH,
        "units": UNITS,
        "eur": EURO,
        "provider_municipality": TEXT,
        "correction": YES_NO,
    },
    needed=tuple((name,) for name in ("participant_id", "service", "service_group", "month", "units", "eur")),
    steps=(
        rules.pseudonyms("participant_id"),
        rules.known_person,
        rules.municipality("provider_municipality", pl.col("month")),
        rules.filled("correction", default=False),
        money_rules.amounts,
        money_rules.plain_amounts("eur"),
        money_rules.time_of_support,
        money_rules.one_group,
        rules.masked("service"),
        rules.equal_rows,
    ),
)

COSTS = Kind(
    name="costs",
    table="record.cost",
    columns={
        "evaluation": TEXT,
        "month": MONTH,
        "cost_kind": one_of(codes.COST_KINDS),
        "municipality": TEXT,
        "eur": EURO,
    },
    needed=tuple((name,) for name in ("month", "cost_kind", "eur", "evaluation")),
    steps=(
        money_rules.cost_amounts,
        money_rules.plain_amounts("eur"),
        rules.municipality("municipality", pl.col("month")),
        rules.equal_rows,
    ),
)

EMPLOYMENT = Kind(
    name="employment",
    table="record.employment",
    columns={
        "participant_id": TEXT,
        "wave": TEXT,
        "status": one_of(codes.EMPLOYMENT_STATUSES),
    },
    needed=(("participant_id",), ("wave",), ("status",)),
    steps=(
        rules.pseudonyms("participant_id"),
        rules.known_person,
        rules.wave(),
        rules.no_duplicates(("participant_id", "wave")),
    ),
)

INVITATIONS = Kind(
    name="invitations",
    table="record.invitation",
    columns={
        "instrument": CODE_WORD,
        "year": integers(2000, 2100),
        "participant_id": TEXT,
        "respondent_id": TEXT,
        "role": one_of(codes.STAKEHOLDER_ROLES),
        "respondent": one_of(codes.RESPONDENTS),
        "wave": TEXT,
        "municipality": TEXT,
        "invited_on": DATE,
        "outcome": one_of(codes.INVITATION_OUTCOMES),
    },
    needed=(("instrument", "year"), ("participant_id", "respondent_id")),
    steps=(
        rules.pseudonyms("participant_id"),
        rules.pseudonyms("respondent_id"),
        rules.known_person,
        rules.planned_wave,
        rules.enrolment_day,
        rules.municipality(
            "municipality", pl.col("invited_on"), pl.col("enrolled_on"), *rules.year_ends("year"), rules.NOW
        ),
        kind_rules.invitation,
        rules.no_duplicates(("invitation_for", "invited_id", "respondent", "wave")),
    ),
)

_FIXED = {kind.name: kind for kind in (PARTICIPANTS, ICF, GOALS, SERVICES, COSTS, EMPLOYMENT, INVITATIONS)}
# A measure's kind decides which layout its file has; answers are the rest.
_KIND_OF_MEASURE = {"classification": "icf", "goals": "goals", "survey": STAKEHOLDERS}
_STAKEHOLDER_SURVEY = "stakeholder_survey"


@dataclass(frozen=True)
class FileKind:
    """What a file's name says about it: the kind of submission, and the measure if it has answers."""

    name: str
    instrument: Instrument | None = None

    @property
    def label(self) -> str:
        """The kind's name, or the measure's where answers are meant: part of a submission's identifier."""
        return self.instrument.id if self.name == ANSWERS and self.instrument else self.name

    @property
    def fixed(self) -> Kind | None:
        """The kind as declared, where no measure decides on its columns."""
        return _FIXED.get(self.name)


def kind_of_file(file_name: str, library: Library) -> FileKind | None:
    """Return a file's kind by its name up to the first dot, hyphen or space; None: unknown."""
    stem = re.split(r"[.\-\s]", file_name, maxsplit=1)[0].lower()
    if stem in _FIXED:
        return FileKind(stem)
    if stem == STAKEHOLDERS:
        survey = library.get(_STAKEHOLDER_SURVEY)
        return FileKind(STAKEHOLDERS, survey) if survey is not None else None
    measure = library.get(stem)
    if measure is None:
        return None
    name = _KIND_OF_MEASURE.get(measure.kind, ANSWERS)
    return FileKind(name, measure if name in (ANSWERS, STAKEHOLDERS) else None)


def file_kinds(library: Library) -> list[FileKind]:
    """Return every kind of file: the fixed ones, and one for each measure that is answered."""
    measures = [
        kind for name in library if (kind := kind_of_file(name, library)) is not None and kind.instrument
    ]
    return [*map(FileKind, _FIXED), *measures]
