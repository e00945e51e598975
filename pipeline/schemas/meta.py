"""Schema `meta`: what the tables mean and where their rows come from."""

from __future__ import annotations

import dataframely as dy

from pipeline.schemas import codes
from pipeline.schemas.columns import coded, count, date, euro, figure, flag, key, text


class Dictionary(dy.Schema):
    """A column of a table, or a table (column_name empty)."""

    schema_name = key("Schema.")
    table_name = key("Table.")
    column_name = key("Column; empty for the table itself.")
    type = text("DuckDB type.", nullable=True)
    description = text("What it means; for a table: what one row is.")
    unit = text("Unit, where there is one.", nullable=True)
    source = text("Where it comes from: submitted or computed, and by which rule.", nullable=True)
    unique_key = flag("True when the column is part of what makes a row unique.")


class Submission(dy.Schema):
    """A file that was sent in."""

    submission_id = key("Identifier of the submission, from its sender, kind and contents.")
    kind = text("Kind of submission, or the measure.")
    sender = text("Who sent it: the first folder of the inbox.", nullable=True)
    received_on = date("Day it was first read.")
    sha256 = text("Hash of the file's bytes.")
    rows_received = count("Rows in the file.", unit="rows")
    rows_accepted = count("Rows accepted.", unit="rows")
    rows_rejected = count("Rows rejected.", unit="rows")


class RejectedRow(dy.Schema):
    """A problem of a row that was not accepted. Values stand only in the home's rejected folder."""

    submission_id = key("Submission the row came with.")
    sheet = key("Sheet of a workbook; empty for other files.")
    row = dy.Int64(
        primary_key=True,
        description="Row in the file, the header being row 1; 0 for the file.",
        metadata={"unit": "row number"},
    )
    column = key("Column; empty when the row as a whole is meant.")
    rule = key("Rule that was broken.")
    expected = text("What was expected.")


class Run(dy.Schema):
    """The run that made this release."""

    run_id = key("Identifier, from inputs, plan, measures and code.")
    version = text("Version of ieguvumi.")
    plan_hash = text("Hash of the analysis plan.")
    inputs_hash = text("Hash of all accepted inputs.")
    code_hash = text("Hash of the code and the measures.")


class Evaluation(dy.Schema):
    """An evaluation of the plan."""

    evaluation = key("Evaluation of the plan.")
    title_lv = text("Title in Latvian.")
    title_en = text("Title in English.")
    pre = text("Wave before.")
    post = text("Wave after.")
    months = count("Denominator of figures by person and month.", unit="months")
    reporting_year = dy.Int64(description="Reporting year.", metadata={"unit": "year"})


class PlanChange(dy.Schema):
    """A setting of the analysis plan that was changed after a release."""

    since = key("Release after which it was changed.")
    evaluation = key("Evaluation of the plan; empty for what holds for all.")
    setting = key("Setting, as the way to it in the plan: `outcomes.1.role`.")
    before = text("Value in that release; null = not there.", nullable=True)
    after = text("Value since then; null = not there any more.", nullable=True)


class Correction(dy.Schema):
    """A known error of the data that the evaluator corrected. Whose it is, and the values, stand in the home."""

    number = dy.Int64(
        primary_key=True,
        min=1,
        description="Place in the home's corrections.yaml.",
        metadata={"unit": "position"},
    )
    table_name = text("What was corrected: a kind of submission.")
    column_name = text("Column, or columns.")
    instrument = text("Measure, for answers.", nullable=True)
    reason = text("Why, in the evaluator's words.")
    reported = date("Day it was reported.", nullable=False)


class Wave(dy.Schema):
    """A wave of an evaluation."""

    evaluation = key("Evaluation of the plan.")
    wave = key("Wave of the plan.")
    position = count("Order of the wave.", unit="position")
    opens = date("First day, for a window in the calendar.")
    closes = date("Last day, for a window in the calendar.")
    after_months = dy.Int64(
        nullable=True,
        description="Months after enrolment, for a window by person.",
        metadata={"unit": "months"},
    )
    window_days = dy.Int64(
        nullable=True, description="Days either side, for a window by person.", metadata={"unit": "days"}
    )


class Instrument(dy.Schema):
    """A measure."""

    instrument = key("Measure.")
    kind = text("questionnaire, rated_change, classification, goals or survey.")
    title_lv = text("Title in Latvian.")
    title_en = text("Title in English.")
    version = text("Version of the definition.")
    age_from = dy.Int64(
        nullable=True,
        min=0,
        description="Lowest age it is meant for; null = any.",
        metadata={"unit": "years"},
    )
    age_to = dy.Int64(
        nullable=True,
        min=0,
        description="Highest age it is meant for; null = any.",
        metadata={"unit": "years"},
    )
    citation = text("How to cite the measure.", nullable=True)
    terms = text("Whose the measure is and how it may be used.", nullable=True)


class Scale(dy.Schema):
    """A scale of a measure, for one kind of respondent (forms may have their own conversion and norm)."""

    instrument = key("Measure.")
    respondent = key("Who answers.")
    scale = key("Scale.")
    label_lv = text("Label in Latvian.")
    label_en = text("Label in English.")
    items = count("Items of the scale.", unit="items")
    metric = text("Metric of the score.")
    orientation = dy.Int64(
        description="+1 when a higher score is better, -1 when a lower one is.", metadata={"unit": "sign"}
    )
    minimum = figure("Lowest score the scale can give.", unit="score")
    maximum = figure("Highest score the scale can give.", unit="score")
    norm_mean = figure("Mean of the norm; null without one.", unit="score")
    norm_sd = figure("Standard deviation of the norm; null without one.", unit="score")


class Item(dy.Schema):
    """An item of a measure: a code and our own short label, not the wording."""

    instrument = key("Measure.")
    item = key("Item.")
    position = count("Order of the item.", unit="position")
    label_lv = text("Short label in Latvian.")
    label_en = text("Short label in English.")
    minimum = figure("Lowest answer.", unit="score")
    maximum = figure("Highest answer.", unit="score")
    reversed = flag("True when a higher answer is worse for the person.")


class Check(dy.Schema):
    """A data check and how it came out."""

    check = key("Name of the check.")
    table_name = key("Table it looks at.")
    severity = text("error (blocks the release) or warning.")
    passed = flag("True when it passed.")
    rows = count("Rows that broke it.", unit="rows")
    description = text("What it looks for.")


class Service(dy.Schema):
    """A service of the catalogue, found in core.service by its name."""

    service = key("Name as senders write it, in Latvian.")
    code = text("Our code.")
    service_group = coded("Group of the service.", codes.SERVICE_GROUPS)
    unit = text("What a unit is: hour, session, day, …")
    name_lv = text("Name in Latvian.")
    name_en = text("Name in English.")
    grouping = coded("Whose reading the group and the unit are.", ("ours", "published"))


class ServicePrice(dy.Schema):
    """A published price of a community service."""

    service = key("Service.")
    unit = text("What a unit is: day, hour, place, …")
    eur = euro("Price of a unit.")
    valid_from = date("Day of the price list.", nullable=False)
    date_assumed = flag("True when the day is ours and only the year is known.")
    citation = text("Where it is published.")


class IndicativeAmount(dy.Schema):
    """A part of a published rule on indicative amounts."""

    programme = key("Programme (children, adults).")
    valid_from = dy.Date(primary_key=True, description="First day on which the rule is valid.")
    care_level = key("Care level 1 to 4, or `any`.")
    residence = key("Where the person lives, or `any`.")
    part = key("basic_needs, an addition (up to), at_most, or total.")
    eur_month = euro("Amount a month.")
    source = coded("input (published) or computed (ours).", ("input", "computed"))
    citation = text("Where it is published.")


class HiddenCell(dy.Schema):
    """A cell that disclosure control hides outside the restricted zone, and what an attacker could find out."""

    table_name = key("Mart the cell is in.")
    row_key = key("Key of the row: column=value, joined by commas.")
    column_name = key("Column; for a row that is hidden whole its first figure.")
    rule = text(
        "small_base, small_count, small_group_split, dominance, detail, small_difference from an earlier release "
        "of the year, or complementary (covers others)."
    )
    lower = figure(
        "Lower end of the feasible interval that the attack found; null where no sum bounds the figure.",
        unit="that of the column",
    )
    upper = figure("Upper end of that interval.", unit="that of the column")


class Municipality(dy.Schema):
    """A municipality of the register, with the days it was valid."""

    municipality_code = key("ATVK code.")
    name_lv = text("Official Latvian name of the time.")
    kind = text("novads, valstspilseta or republikas_pilseta.")
    planning_region = text("Planning region of that time.")
    valid_from = date("First valid day.", nullable=False)
    valid_to = date("Last valid day; null = still valid.")
    successor_code = text("What it became or merged into; null = still valid.", nullable=True)
    tile_x = count(
        "Column of its tile in the schematic map, from the west; null = no longer valid.",
        unit="tiles",
        nullable=True,
    )
    tile_y = count(
        "Row of its tile in the schematic map, from the north; null = no longer valid.",
        unit="tiles",
        nullable=True,
    )


class MunicipalitySuccessor(dy.Schema):
    """What a municipality of the register was or became in a time: itself, then what it merged into."""

    municipality_code = key("ATVK code.")
    successor_code = key("ATVK code in force in that time; the code itself in its own time.")
    valid_from = date("First day of that time.", nullable=False)
    valid_to = date("Last day of that time; null = still in force.")
    split = flag("True when part of the municipality went elsewhere: the successor is that of the main part.")


class SavedQuery(dy.Schema):
    """A question that researchers ask often, with the SQL that answers it."""

    query = key("Name of the query.")
    question_lv = text("The question, in Latvian.")
    question_en = text("The question, in English.")
    sql = text("The SELECT, to be run on this database.")


class TQuantile(dy.Schema):
    """A quantile of Student's t distribution, for intervals of one's own (DuckDB has none)."""

    df = dy.Int64(
        primary_key=True, min=1, description="Degrees of freedom.", metadata={"unit": "degrees of freedom"}
    )
    quantile = dy.Float64(
        primary_key=True, description="Probability below t, such as 0.975.", metadata={"unit": "probability"}
    )
    t = dy.Float64(description="The quantile.", metadata={"unit": "test statistic"})
