"""Schema `core`: who took part, what they answered, what was agreed and given; one row a fact."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from pipeline.schemas import codes
from pipeline.schemas.columns import (
    GRP,
    PARTICIPANT,
    POPULATION,
    REASON,
    coded,
    coded_key,
    count,
    date,
    enumeration,
    euro,
    figure,
    flag,
    key,
    repeated,
    text,
)

SUBMISSION = "Submission the row came with (meta.submission)."


class Participant(dy.Schema):
    """A person of the programme."""

    participant_id = key(PARTICIPANT)
    target_group = text("Target group of the programme, a code of the plan (children, adults, …).")
    municipality_code = text("ATVK code of the municipality, valid on the day of enrolment.")
    municipality = text("Official Latvian name of the municipality on the day of enrolment.")
    region = coded("Planning region of the municipality on the day of enrolment.", codes.REGIONS)
    sex = coded("Sex: f or m.", codes.SEXES, nullable=True)
    age_band = text("Age in whole years at enrolment, as a band of the plan.", nullable=True)
    enrolled_on = date("First day in the programme.", nullable=False)
    left_on = date("Day the person left before the end; null when they stayed.")
    left_reason = text("Why the person left.", nullable=True)
    care_level = dy.Int64(
        nullable=True,
        min=1,
        max=4,
        description="Care level 1 (least) to 4 (most).",
        metadata={"unit": "level"},
    )
    residence = text("Where the person lives: alone, family, group_home, …", nullable=True)
    arm = coded("programme, or waiting for a waiting list.", codes.ARMS)
    submission_id = text(SUBMISSION)


class EvaluationMember(dy.Schema):
    """A person in an evaluation, with the days between which their services, goals and costs count."""

    evaluation = key("Evaluation of the plan.")
    participant_id = key(PARTICIPANT)
    first_day = date("First day of the person's first wave.", nullable=False)
    last_day = date("Last day of the person's last wave.", nullable=False)


class PopulationMember(dy.Schema):
    """A person in a population of an evaluation: `all`, or a group of a breakdown."""

    evaluation = key("Evaluation of the plan.")
    population = key(POPULATION)
    grp = key(GRP)
    participant_id = key(PARTICIPANT)


class EligibleMember(dy.Schema):
    """A person of an evaluation whom a measure is meant for: its ages, a target group that was given it."""

    evaluation = key("Evaluation of the plan.")
    participant_id = key(PARTICIPANT)
    instrument = key("Measure (meta.instrument).")


class Response(dy.Schema):
    """An answer to an item of a measure."""

    participant_id = key(PARTICIPANT)
    instrument = enumeration("Measure (meta.instrument).")
    respondent = enumeration("Who answered: self, parent, proxy or assessor.")
    wave = enumeration("Wave of the plan.")
    answered_on = date("Day of the answer, where known.")
    item = enumeration("Item of the measure (meta.item).")
    answer = dy.Float64(
        nullable=True,
        description="The answer as printed on the form, not reversed.",
        metadata={"unit": "answer code"},
    )
    submission_id = repeated(SUBMISSION)


class Score(dy.Schema):
    """A scale of one questionnaire filled in by one respondent."""

    participant_id = key(PARTICIPANT)
    instrument = enumeration("Measure (meta.instrument).")
    respondent = enumeration("Who answered: self, parent, proxy or assessor.")
    wave = enumeration("Wave of the plan.")
    scale = enumeration("Scale of the measure (meta.scale).")
    raw = figure("The authors' raw score; null when the scale is not scored.", unit="score")
    score = figure(
        "The reported score in the scale's own metric and direction; null when not scored.", unit="score"
    )
    metric = repeated("Metric of the score: t, sum, mean, percent, …")
    items_answered = count("Items answered, of those the scale has.", unit="items")
    items = count("Items the scale has.", unit="items")
    prorated = flag("True when missing items were made up for by the measure's rule.")
    scored = flag("True when the measure's rule on missing items is met.")
    reason = text(REASON, nullable=True)

    @dy.rule()
    def null_means_unscored(cls) -> pl.Expr:
        """A score is null exactly when the scale is not scored."""
        return cls.score.col.is_null() == ~cls.scored.col


class IcfRating(dy.Schema):
    """A qualifier given to a code of the ICF."""

    participant_id = key(PARTICIPANT)
    wave = key("Wave of the plan.")
    code = key("ICF code (d450) or chapter (d4).")
    construct = coded_key("performance (in the person's own surroundings) or capacity.", codes.CONSTRUCTS)
    facilitator = dy.Bool(
        primary_key=True, description="True when an environmental factor was rated as a facilitator (+)."
    )
    qualifier = dy.Int64(
        check=lambda column: column.is_in([0, 1, 2, 3, 4, 8, 9]),
        metadata={"unit": "qualifier", "values": (0, 1, 2, 3, 4, 8, 9)},
        description="0 no … 4 complete problem (or facilitation); 8 not specified, 9 not applicable.",
    )
    rated_on = date("Day of the rating, where known.")
    submission_id = text(SUBMISSION)


class Goal(dy.Schema):
    """A goal of a person's support plan."""

    participant_id = key(PARTICIPANT)
    goal_id = key("Goal, unique within the person.")
    domain = text("Domain of the goal (meta.item of goal_attainment).")
    attainment = figure(
        "1 achieved, 0.5 partly, 0 not; -2 … +2 in goal attainment scaling; null = open.", unit="attainment"
    )
    weight = figure("Weight of the goal; null = equal weights.", minimum=0, unit="weight")
    set_on = date("Day the goal was set.")
    reviewed_on = date("Day the goal was reviewed.")
    submission_id = text(SUBMISSION)


class Service(dy.Schema):
    """An amount of a service that a person had in a month, as submitted; rows add up."""

    participant_id = text(PARTICIPANT)
    service = text("Service, as the sender names it.")
    service_group = coded("Group of the service.", codes.SERVICE_GROUPS)
    month = date("First day of the month.", nullable=False)
    units = dy.Decimal(18, 4, description="Units of the service.", metadata={"unit": "service units"})
    eur = euro("Amount paid.")
    provider_municipality = text("ATVK code of the provider's municipality.", nullable=True)
    correction = flag("True when the row corrects an earlier one; its amounts may be negative.")
    submission_id = text(SUBMISSION)


class Cost(dy.Schema):
    """A cost of a programme that is nobody's service, as submitted; rows add up."""

    evaluation = text("Evaluation the cost belongs to.")
    month = date("First day of the month.", nullable=False)
    cost_kind = coded("Kind of cost.", codes.COST_KINDS)
    municipality_code = text("ATVK code of the municipality; null = the programme's own cost.", nullable=True)
    eur = euro("Amount paid.")
    submission_id = text(SUBMISSION)


class Budget(dy.Schema):
    """What was indicated and agreed for a person, beside the published rule of the day of enrolment."""

    participant_id = key(PARTICIPANT)
    indicative_eur = euro("Indicative amount for the plan's months, as sent.", nullable=True)
    agreed_eur = euro("Agreed amount for the plan's months.", nullable=True)
    rule_valid_from = date("First day of the rule valid at enrolment; null when none was.")
    rule_least_month_eur = euro("What the rule gives for basic needs alone, a month.", nullable=True)
    rule_most_month_eur = euro("What the rule allows at most, a month.", nullable=True)


class Employment(dy.Schema):
    """A person's employment status at a wave."""

    participant_id = key(PARTICIPANT)
    wave = key("Wave of the plan.")
    status = coded("Employment status.", codes.EMPLOYMENT_STATUSES)
    submission_id = text(SUBMISSION)


class StakeholderAnswer(dy.Schema):
    """An answer of a stakeholder to an item of the yearly survey."""

    respondent_id = key("Pseudonym of the respondent.")
    year = dy.Int64(
        primary_key=True, min=2000, max=2100, description="Year of the survey.", metadata={"unit": "year"}
    )
    role = coded("Role of the respondent.", codes.STAKEHOLDER_ROLES)
    municipality_code = text("ATVK code of the municipality, valid in the survey's year.")
    item = key("Item of the survey (meta.item).")
    answer = dy.Float64(
        description="The answer's code. Free text stays in the warehouse.", metadata={"unit": "answer code"}
    )
    submission_id = text(SUBMISSION)


class Invitation(dy.Schema):
    """A person or stakeholder who was asked to answer."""

    invitation_for = key("Measure asked for, or the year of the stakeholder survey.")
    invited_id = key("Pseudonym of the person or stakeholder.")
    respondent = dy.String(
        primary_key=True, description="Respondent or role asked; `unknown` where not sent."
    )
    wave = dy.String(primary_key=True, description="Wave asked for; `none` where not sent.")
    municipality_code = text("ATVK code of the municipality, where sent.", nullable=True)
    invited_on = date("Day of the invitation.")
    outcome = coded("What came of it.", codes.INVITATION_OUTCOMES, nullable=True)
    submission_id = text(SUBMISSION)
