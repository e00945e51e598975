"""Every table, written once: type, nullability, key, range, rules, description.

The DuckDB tables, their comments, `meta.dictionary`, the check before writing and the codebook come from
here.
"""

from __future__ import annotations

import copy

import dataframely as dy
import polars as pl

from pipeline.coded_values import each_value
from pipeline.schemas import (
    core,
    mart,
    mart_counts,
    mart_explanations,
    mart_money,
    mart_survey,
    meta,
    record,
)

Schema = type[dy.Schema]

RECORD: dict[str, Schema] = {
    "record.submission": record.Submission,
    "record.problem": record.Problem,
    "record.participant": record.Participant,
    "record.answer": record.Answer,
    "record.icf_rating": record.IcfRating,
    "record.goal": record.Goal,
    "record.service": record.Service,
    "record.cost": record.Cost,
    "record.employment": record.Employment,
    "record.stakeholder_answer": record.StakeholderAnswer,
    "record.invitation": record.Invitation,
}

CORE: dict[str, Schema] = {
    "core.participant": core.Participant,
    "core.evaluation_member": core.EvaluationMember,
    "core.population_member": core.PopulationMember,
    "core.eligible_member": core.EligibleMember,
    "core.response": core.Response,
    "core.score": core.Score,
    "core.icf_rating": core.IcfRating,
    "core.goal": core.Goal,
    "core.service": core.Service,
    "core.cost": core.Cost,
    "core.budget": core.Budget,
    "core.employment": core.Employment,
    "core.stakeholder_answer": core.StakeholderAnswer,
    "core.invitation": core.Invitation,
}

MART: dict[str, Schema] = {
    "mart.score_change": mart.ScoreChange,
    "mart.responder": mart.Responder,
    "mart.score_level": mart.ScoreLevel,
    "mart.attribution": mart.Attribution,
    "mart.municipality_change": mart.MunicipalityChange,
    "mart.goal_attainment": mart_counts.GoalAttainment,
    "mart.icf_change": mart_counts.IcfChange,
    "mart.rated_change": mart_counts.RatedChange,
    "mart.employment_change": mart_counts.EmploymentChange,
    "mart.employment_status": mart_counts.EmploymentStatus,
    "mart.employment_flow": mart_counts.EmploymentFlow,
    "mart.service_spend": mart_counts.ServiceSpend,
    "mart.service_month": mart_money.ServiceMonth,
    "mart.service_elsewhere": mart_money.ServiceElsewhere,
    "mart.cost_by_kind": mart_money.CostByKind,
    "mart.budget_use": mart_money.BudgetUse,
    "mart.outcome_cost": mart_money.OutcomeCost,
    "mart.dose_change": mart_money.DoseChange,
    "mart.programme_cost": mart_money.ProgrammeCost,
    "mart.programme_financing": mart_money.ProgrammeFinancing,
    "mart.community_service_cost": mart_money.CommunityServiceCost,
    "mart.participant_flow": mart_counts.ParticipantFlow,
    "mart.stakeholder_response": mart_survey.StakeholderResponse,
    "mart.stakeholder_item": mart_survey.StakeholderItem,
    "mart.stakeholder_change": mart_survey.StakeholderChange,
    "mart.reliability": mart.Reliability,
    "mart.item_quality": mart.ItemQuality,
    "mart.agreement": mart.Agreement,
    "mart.sensitivity": mart_explanations.Sensitivity,
    "mart.robustness": mart_explanations.Robustness,
    "mart.baseline_difference": mart_explanations.BaselineDifference,
    "mart.norm_comparison": mart_explanations.NormComparison,
    "mart.arm_difference": mart_explanations.ArmDifference,
    "mart.evidence_card": mart_explanations.EvidenceCard,
}

META: dict[str, Schema] = {
    "meta.dictionary": meta.Dictionary,
    "meta.submission": meta.Submission,
    "meta.rejected_row": meta.RejectedRow,
    "meta.run": meta.Run,
    "meta.evaluation": meta.Evaluation,
    "meta.plan_change": meta.PlanChange,
    "meta.correction": meta.Correction,
    "meta.wave": meta.Wave,
    "meta.instrument": meta.Instrument,
    "meta.scale": meta.Scale,
    "meta.item": meta.Item,
    "meta.check": meta.Check,
    "meta.service": meta.Service,
    "meta.service_price": meta.ServicePrice,
    "meta.indicative_amount": meta.IndicativeAmount,
    "meta.hidden_cell": meta.HiddenCell,
    "meta.municipality": meta.Municipality,
    "meta.municipality_successor": meta.MunicipalitySuccessor,
    "meta.t_quantile": meta.TQuantile,
    "meta.saved_query": meta.SavedQuery,
}

MADE_AT_RELEASE = (
    "meta.dictionary",
    "meta.submission",
    "meta.rejected_row",
    "meta.run",
    "meta.check",
    "meta.saved_query",
    "meta.hidden_cell",
    "meta.plan_change",
    "meta.correction",
)
"""The tables of `meta` that are no assets: they document the release, and are made with it."""


# For the analyst: in the warehouse and the evaluator's edition, in no database and no public report.
ANALYST: dict[str, Schema] = {
    "analyst.person_change": mart.PersonChange,
    "analyst.stakeholder_theme": mart_survey.StakeholderTheme,
}


def disclosed(schema: Schema) -> Schema:
    """The schema of a mart after disclosure control: all but the key may be hidden, so it is nullable."""
    columns: dict[str, dy.Column] = {}
    for name, column in schema.columns().items():
        changed = copy.copy(column)
        changed.nullable = column.nullable or not column.primary_key
        columns[name] = changed
    return type(schema.__name__, (dy.Schema,), {**columns, "__doc__": schema.__doc__})


DISCLOSURE: dict[str, Schema] = {
    name.replace("mart.", "disclosure."): disclosed(schema) for name, schema in MART.items()
}

# What the codes of the public tables mean; nothing of a person.
NAMES: dict[str, Schema] = {
    name: META[name]
    for name in (
        "meta.evaluation",
        "meta.wave",
        "meta.instrument",
        "meta.scale",
        "meta.item",
        "meta.municipality",
    )
}

LABEL = "label"


def labelled(schema: Schema) -> Schema:
    """The schema of a public mart: with the name of its groups, where it has groups."""
    columns = schema.columns()
    if "grp" not in columns:
        return schema
    label = dy.String(
        nullable=True, description="Name of the group: of a municipality the official one of its time."
    )
    place = list(columns).index("grp") + 1
    ordered = [*list(columns.items())[:place], (LABEL, label), *list(columns.items())[place:]]
    return type(schema.__name__, (dy.Schema,), {**dict(ordered), "__doc__": schema.__doc__})


PUBLIC: dict[str, Schema] = {
    **{name: labelled(DISCLOSURE[name.replace("mart.", "disclosure.")]) for name in MART},
    **NAMES,
}
"""The tables in `public/`, by their name in public.duckdb."""

TABLES: dict[str, Schema] = {**RECORD, **CORE, **MART, **META, **ANALYST, **DISCLOSURE}
RELEASED: dict[str, Schema] = {**CORE, **MART, **META}


def checked(schema: Schema, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with a schema's columns and types, every rule of it kept.

    Raises dataframely's ValidationError naming the broken rules, polars' InvalidOperationError for a value that
    doesn't fit its type. Cast first: casting while it checks takes dataframely five times as long.
    """
    return schema.validate(schema.cast(frame))


def checked_values(schema: Schema, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame, whose texts may be codes, with a schema's columns; every rule of it kept, each about one column.

    Raises as `checked` does. A text that stands in many rows is looked at once.
    """
    checked(schema, each_value(frame))
    return frame.select(schema.column_names())


def row_of(schema: Schema) -> str:
    """What one row of the table is: the first line of the schema's docstring."""
    return (schema.__doc__ or "").strip().splitlines()[0]
