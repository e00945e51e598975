"""Facts: who took part, what they answered, what was given; and the plan and the measures as tables."""

import polars as pl

import sql
from assets.by_person import person_asset
from assets.tables import Given, table_asset
from instruments import score_answers
from pipeline import community_services, facts, indicative_amount, metadata, service_catalogue
from pipeline.programmes import load_programmes
from pipeline.waves import evaluation_members

Frame = pl.DataFrame


@table_asset("core.evaluation_member")
def evaluation_member(given: Given, record_participant: Frame, record_submission: Frame) -> Frame:
    """Who belongs to which evaluation."""
    persons = facts.consenting_persons(record_participant, record_submission)
    return evaluation_members(persons, given.plan, given.workshop.register)


@table_asset("core.participant")
def participant(
    given: Given, record_participant: Frame, record_submission: Frame, core_evaluation_member: Frame
) -> Frame:
    """Everybody who consented."""
    persons = facts.consenting_persons(record_participant, record_submission)
    return facts.participants(persons, core_evaluation_member, given.workshop.register, given.plan)


@table_asset("core.population_member")
def population_member(
    given: Given,
    record_participant: Frame,
    record_submission: Frame,
    core_evaluation_member: Frame,
    core_participant: Frame,
) -> Frame:
    """Who belongs to which group of which breakdown."""
    persons = facts.consenting_persons(record_participant, record_submission)
    return facts.population_members(persons, core_evaluation_member, core_participant, given.plan)


@table_asset("core.eligible_member")
def eligible_member(
    given: Given,
    record_participant: Frame,
    record_submission: Frame,
    core_evaluation_member: Frame,
    core_response: pl.LazyFrame,
) -> Frame:
    """Whom each measure is meant for."""
    persons = facts.consenting_persons(record_participant, record_submission)
    return facts.eligible_members(persons, core_evaluation_member, core_response, given.library)


@person_asset("core.response", largest="record.answer", select=sql.core()["core.response"])
def response(record_answer: Frame, record_submission: Frame, core_participant: Frame) -> Frame:
    """The answers that stand."""
    return facts.responses(record_answer, record_submission, core_participant)


@person_asset("core.score", largest="core.response")
def score(given: Given, core_response: Frame) -> Frame:
    """Every scale of every questionnaire."""
    return score_answers(core_response, given.library)


@table_asset("core.icf_rating")
def icf_rating(record_icf_rating: Frame, record_submission: Frame, core_participant: Frame) -> Frame:
    """The ICF ratings that stand."""
    return facts.icf_ratings(record_icf_rating, record_submission, core_participant)


@table_asset("core.goal")
def goal(record_goal: Frame, record_submission: Frame, core_participant: Frame) -> Frame:
    """The goals that stand."""
    return facts.goals(record_goal, record_submission, core_participant)


@table_asset("core.service")
def service(record_service: Frame, record_submission: Frame, core_participant: Frame) -> Frame:
    """The services that stand."""
    return facts.services(record_service, record_submission, core_participant)


@table_asset("core.cost")
def cost(record_cost: Frame, record_submission: Frame) -> Frame:
    """The programme's costs that stand."""
    return facts.costs(record_cost, record_submission)


@table_asset("core.budget")
def budget(record_participant: Frame, record_submission: Frame) -> Frame:
    """What was indicated and agreed for each person."""
    persons = facts.consenting_persons(record_participant, record_submission)
    return indicative_amount.budgets(persons, load_programmes())


@table_asset("core.employment")
def employment(record_employment: Frame, record_submission: Frame, core_participant: Frame) -> Frame:
    """The employment statuses that stand."""
    return facts.employment(record_employment, record_submission, core_participant)


@table_asset("core.stakeholder_answer")
def stakeholder_answer(record_stakeholder_answer: Frame, record_submission: Frame) -> Frame:
    """The stakeholders' answers that stand."""
    return facts.stakeholder_answers(record_stakeholder_answer, record_submission)


@table_asset("core.invitation")
def invitation(
    record_invitation: Frame,
    record_submission: Frame,
    record_participant: Frame,
    core_participant: Frame,
) -> Frame:
    """The invitations that stand."""
    return facts.invitations(record_invitation, record_submission, record_participant, core_participant)


@table_asset("meta.evaluation")
def evaluation(given: Given) -> Frame:
    """The plan's evaluations."""
    return metadata.evaluations(given.plan)


@table_asset("meta.wave")
def wave(given: Given) -> Frame:
    """The plan's waves."""
    return metadata.waves(given.plan)


@table_asset("meta.instrument")
def instrument(given: Given) -> Frame:
    """The measures."""
    return metadata.instruments(given.library)


@table_asset("meta.scale")
def scale(given: Given) -> Frame:
    """The measures' scales."""
    return metadata.scales(given.library)


@table_asset("meta.item")
def item(given: Given) -> Frame:
    """The measures' items."""
    return metadata.items(given.library)


@table_asset("meta.municipality")
def municipality(given: Given) -> Frame:
    """The register of municipalities."""
    return metadata.municipalities(given.workshop.register)


@table_asset("meta.municipality_successor")
def municipality_successor(given: Given) -> Frame:
    """What each municipality became."""
    return metadata.municipality_successors(given.workshop.register)


@table_asset("meta.t_quantile")
def t_quantile() -> Frame:
    """Quantiles of Student's t."""
    return metadata.t_quantiles()


@table_asset("meta.service")
def catalogue() -> Frame:
    """The catalogue of services."""
    return service_catalogue.services(service_catalogue.load_catalogue())


@table_asset("meta.service_price")
def service_price() -> Frame:
    """Published prices of community services."""
    return community_services.service_prices(community_services.load_community_services())


@table_asset("meta.indicative_amount")
def indicative_amounts() -> Frame:
    """Published rules on indicative amounts."""
    return indicative_amount.indicative_amounts(load_programmes())
