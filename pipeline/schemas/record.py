"""Schema `record`: accepted rows as submitted, typed; the warehouse's memory. Restricted.

Every row carries the submission it came with and its row there; a later submission supersedes an earlier
one when `core` is made, so the old row stays traceable.
"""

from __future__ import annotations

import dataframely as dy

from pipeline.schemas import codes
from pipeline.schemas.columns import (
    PARTICIPANT,
    coded,
    count,
    date,
    euro,
    figure,
    flag,
    key,
    repeated,
    text,
)


class Submission(dy.Schema):
    """A file that was sent in."""

    submission_id = key("Identifier of the submission, from its sender, kind and contents.")
    sequence = count("Order in which submissions arrived; the later stands.", unit="position")
    sender = text("First folder of the inbox.")
    path = text("Path in the inbox.")
    kind = text("Kind of submission.")
    instrument = text("Measure, for answers.", nullable=True)
    sha256 = text("Hash of the file's bytes.")
    rows_received = count("Rows in the file.", unit="rows")
    rows_accepted = count("Rows accepted.", unit="rows")
    rows_rejected = count("Rows rejected.", unit="rows")
    readable = flag("False when the file as a whole was refused.")
    received_on = date("Day it was first read.")


class Problem(dy.Schema):
    """A problem or warning about a row: where, which rule, what was expected; never the value."""

    submission_id = key("Submission the row came with.")
    sheet = key("Sheet of a workbook; empty for other files.")
    row = dy.Int64(primary_key=True, description="Row in the file, the header being row 1; 0 for the file.")
    column = key("Column; empty when the row as a whole is meant.")
    rule = key("Rule that was broken.")
    severity = coded("error: the row was rejected; warning: it was kept.", ("error", "warning"))
    expected = text("What was expected.")


class Row(dy.Schema):
    """Where an accepted row came from."""

    submission_id = repeated("Submission the row came with.")
    sheet = text("Sheet of a workbook; empty for other files.")
    row = dy.Int64(min=1, description="Row in the file, the header being row 1.")


class Participant(Row):
    """A person, as submitted."""

    participant_id = text(PARTICIPANT)
    target_group = text("Target group, a code of the plan.")
    municipality_code = text("ATVK code valid on the day of enrolment.")
    enrolled_on = date("First day in the programme.", nullable=False)
    sex = coded("Sex: f or m.", codes.SEXES, nullable=True)
    birth_year = dy.Int64(nullable=True, min=1900, max=2100, description="Year of birth.")
    birth_date = date("Day of birth, where sent.")
    left_on = date("Day the person left before the end.")
    left_reason = text("Why the person left.", nullable=True)
    care_level = dy.Int64(nullable=True, min=1, max=4, description="Care level.")
    residence = text("Where the person lives.", nullable=True)
    indicative_eur = euro("Indicative amount for the plan's months.", nullable=True)
    agreed_eur = euro("Agreed amount for the plan's months.", nullable=True)
    consent = coded("Consent to research; empty counts as yes.", codes.CONSENTS, nullable=True)
    arm = coded("programme or waiting.", codes.ARMS)


class Answer(Row):
    """An answer to an item of a measure, as submitted."""

    participant_id = text(PARTICIPANT)
    instrument = repeated("Measure.")
    respondent = repeated("Who answered.", codes.RESPONDENTS)
    wave = repeated("Wave of the plan: as sent, or found from the day of the answer.")
    answered_on = date("Day of the answer, where sent.")
    item = repeated("Item of the measure.")
    answer = figure("The answer's code; null for free text.")
    free_text = text("Free text; never leaves the warehouse.", nullable=True)


class IcfRating(Row):
    """A qualifier given to an ICF code, as submitted."""

    participant_id = text(PARTICIPANT)
    wave = text("Wave of the plan.")
    code = text("ICF code or chapter.")
    construct = coded("performance or capacity.", codes.CONSTRUCTS)
    facilitator = flag("True when rated as a facilitator (+).")
    qualifier = dy.Int64(min=0, max=9, description="0-4, 8, 9.")
    rated_on = date("Day of the rating, where sent.")


class Goal(Row):
    """A goal, as submitted."""

    participant_id = text(PARTICIPANT)
    goal_id = text("Goal, unique within the person.")
    domain = text("Domain of the goal.")
    attainment = figure("Attainment; null = open.")
    weight = figure("Weight; null = equal weights.", minimum=0)
    set_on = date("Day the goal was set.")
    reviewed_on = date("Day the goal was reviewed.")


class Service(Row):
    """An amount of a service in a month, as submitted."""

    participant_id = text(PARTICIPANT)
    service = text("Service.")
    service_group = coded("Group of the service.", codes.SERVICE_GROUPS)
    month = date("First day of the month.", nullable=False)
    units = dy.Decimal(18, 4, description="Units of the service.")
    eur = euro("Amount paid.")
    provider_municipality = text("ATVK code of the provider's municipality.", nullable=True)
    correction = flag("True when amounts may be negative.")


class Cost(Row):
    """A programme cost, as submitted."""

    evaluation = text("Evaluation the cost belongs to.")
    month = date("First day of the month.", nullable=False)
    cost_kind = coded("Kind of cost.", codes.COST_KINDS)
    municipality_code = text("ATVK code; null = the programme's own.", nullable=True)
    eur = euro("Amount paid.")


class Employment(Row):
    """An employment status at a wave, as submitted."""

    participant_id = text(PARTICIPANT)
    wave = text("Wave of the plan.")
    status = coded("Employment status.", codes.EMPLOYMENT_STATUSES)


class StakeholderAnswer(Row):
    """A stakeholder's answer to an item of the yearly survey, as submitted."""

    respondent_id = text("Pseudonym of the respondent.")
    year = dy.Int64(min=2000, max=2100, description="Year of the survey.")
    role = coded("Role of the respondent.", codes.STAKEHOLDER_ROLES)
    municipality_code = text("ATVK code valid in the survey's year.")
    item = text("Item of the survey.")
    answer = figure("The answer's code; null for free text.")
    free_text = text("Free text; never leaves the warehouse.", nullable=True)


class Invitation(Row):
    """An invitation to answer, as submitted."""

    invitation_for = text("Measure asked for, or the year of the stakeholder survey.")
    invited_id = text("Pseudonym of the person or stakeholder.")
    respondent = text("Respondent or role asked; `unknown` where not sent.")
    wave = text("Wave asked for; `none` where not sent.")
    municipality_code = text("ATVK code, where sent.", nullable=True)
    invited_on = date("Day of the invitation.")
    outcome = coded("What came of it.", codes.INVITATION_OUTCOMES, nullable=True)
