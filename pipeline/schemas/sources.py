"""Where the rows of each released table come from, in a sentence; part of its comment and of meta.dictionary."""

from __future__ import annotations

COMPUTED = "Computed from {}; the methods annex of the report defines each figure."
SUBMITTED = "Submitted ({}), checked and pseudonymised."

SOURCES: dict[str, str] = {
    "core.participant": "Submitted (participants), checked and pseudonymised; region from the register.",
    "core.evaluation_member": "The plan's members and waves, applied to core.participant.",
    "core.population_member": "The plan's breakdowns, applied to core.participant.",
    "core.eligible_member": "The measures' ages, and the target groups in which anybody was given the measure.",
    "core.response": SUBMITTED.format("answers to measures"),
    "core.score": "Scored from core.response by the rule of the measure.",
    "core.icf_rating": SUBMITTED.format("icf"),
    "core.goal": SUBMITTED.format("goals"),
    "core.service": SUBMITTED.format("services"),
    "core.cost": "Submitted (costs), checked.",
    "core.budget": "Submitted (participants: indicative and agreed amounts), beside meta.indicative_amount.",
    "core.employment": SUBMITTED.format("employment"),
    "core.stakeholder_answer": SUBMITTED.format("stakeholders"),
    "core.invitation": SUBMITTED.format("invitations"),
    "meta.dictionary": "The definitions of the tables.",
    "meta.submission": "The files as they were taken in.",
    "meta.rejected_row": "The checks of submissions.",
    "meta.run": "The run that made this release.",
    "meta.evaluation": "The analysis plan.",
    "meta.wave": "The analysis plan.",
    "meta.instrument": "The definitions of the measures.",
    "meta.scale": "The definitions of the measures.",
    "meta.item": "The definitions of the measures.",
    "meta.plan_change": "The analysis plans kept in the manifests of the earlier releases, beside this one's.",
    "meta.correction": "The home's corrections.yaml, without persons and values.",
    "meta.service": "The catalogue of services that comes with the project; `grouping` says whose reading it is.",
    "meta.service_price": "Published price lists; citation names each.",
    "meta.indicative_amount": "Published rules, which `citation` names; the rows with source `computed` are ours.",
    "meta.check": "The checks of the data, as they came out in this run.",
    "meta.hidden_cell": "Disclosure control: the proof of what it hid. Restricted, as the whole of this database.",
    "meta.municipality": "The register of municipalities (ATVK codes).",
    "meta.municipality_successor": "The register of municipalities (ATVK codes), followed over its mergers.",
    "meta.t_quantile": "Student's t distribution (scipy).",
    "meta.saved_query": "The saved queries that come with the project.",
    "mart.score_change": COMPUTED.format("core.score"),
    "mart.responder": COMPUTED.format("core.score"),
    "mart.score_level": COMPUTED.format("core.score"),
    "mart.attribution": COMPUTED.format("core.score"),
    "mart.municipality_change": COMPUTED.format("core.score"),
    "mart.goal_attainment": COMPUTED.format("core.goal"),
    "mart.icf_change": COMPUTED.format("core.icf_rating"),
    "mart.rated_change": COMPUTED.format("core.response"),
    "mart.employment_change": COMPUTED.format("core.employment"),
    "mart.service_spend": COMPUTED.format("core.service and core.cost"),
    "mart.programme_cost": "Computed from the programme's published amounts, which are dated and sourced.",
    "mart.participant_flow": COMPUTED.format("core.response, core.score and core.invitation"),
    "mart.stakeholder_item": COMPUTED.format("core.stakeholder_answer and core.invitation"),
    "mart.reliability": COMPUTED.format("core.response and core.score"),
    "mart.item_quality": COMPUTED.format("core.response"),
    "mart.agreement": COMPUTED.format("core.score"),
}
OTHERWISE = {"mart": "Computed from core; the methods annex of the report defines each figure."}


def source_of(table: str) -> str:
    """The source of a released table; a mart that is not listed is computed from core."""
    schema_name = table.split(".")[0]
    return SOURCES.get(table) or OTHERWISE.get(schema_name, "")
