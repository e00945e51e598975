"""Marts: what the evaluation found, computed by evaluation; those that are joins and sums are SQL files."""

from collections.abc import Callable

import dagster as dg
import polars as pl

from assets.tables import GivenEvaluation, GivenYears, evaluation_asset, sql_asset, survey_asset, table_asset
from pipeline import community_services, facts, programme_cost
from pipeline.outcomes import agreement as respondents
from pipeline.outcomes import arm_difference as arms
from pipeline.outcomes import attribution as ladder
from pipeline.outcomes import baseline_difference as lost
from pipeline.outcomes import dose_change as doses
from pipeline.outcomes import employment as work
from pipeline.outcomes import employment_paths as paths
from pipeline.outcomes import evidence_card as cards
from pipeline.outcomes import goals, icf
from pipeline.outcomes import municipality_change as places
from pipeline.outcomes import norm_comparison as norms
from pipeline.outcomes import outcome_cost as ratios
from pipeline.outcomes import person_change as persons
from pipeline.outcomes import rated_change as rated
from pipeline.outcomes import reliability as quality
from pipeline.outcomes import responder as responders
from pipeline.outcomes import score_change as changes
from pipeline.outcomes import sensitivity as analyses
from pipeline.outcomes import stakeholder_change as survey
from pipeline.outcomes import stakeholder_theme as themes
from pipeline.programmes import load_programmes
from sql import marts as sql_marts
from sql import upstreams

Frame = pl.DataFrame
Lazy = pl.LazyFrame


def score_change(
    given: GivenEvaluation, core_score: Lazy, core_population_member: Frame, mart_reliability: Frame
) -> Frame:
    """The change on every scale of the plan, in every population."""
    return changes.score_change(
        core_score, core_population_member, given.evaluation, given.library, mart_reliability
    )


def responder(
    given: GivenEvaluation, core_score: Lazy, core_population_member: Frame, mart_reliability: Frame
) -> Frame:
    """Who changed, by every kind of threshold."""
    return responders.responder(
        core_score, core_population_member, given.evaluation, given.library, mart_reliability
    )


def person_change(
    given: GivenEvaluation, core_score: Frame, core_population_member: Frame, mart_score_change: Frame
) -> Frame:
    """Each person's scores before and after, for the analyst alone."""
    return persons.person_change(
        core_score, core_population_member, given.evaluation, given.library, mart_score_change
    )


def attribution(
    given: GivenEvaluation, core_score: Frame, core_population_member: Frame, mart_score_change: Frame
) -> Frame:
    """What other explanations leave of the headline changes."""
    return ladder.attribution(
        core_score, core_population_member, given.evaluation, given.library, mart_score_change
    )


def municipality_change(
    given: GivenEvaluation, core_score: Frame, core_population_member: Frame, core_participant: Frame
) -> Frame:
    """Each municipality's own and partially pooled change."""
    return places.municipality_change(
        core_score, core_population_member, core_participant, given.evaluation, given.library
    )


def sensitivity(
    given: GivenEvaluation,
    core_score: Frame,
    core_population_member: Frame,
    core_participant: Frame,
    mart_score_change: Frame,
) -> Frame:
    """The headline changes by two models, and without each municipality."""
    return analyses.sensitivity(
        core_score,
        core_population_member,
        core_participant,
        given.evaluation,
        given.library,
        mart_score_change,
    )


def robustness(mart_sensitivity: Frame) -> Frame:
    """How far these analyses agree."""
    return analyses.robustness(mart_sensitivity)


def baseline_difference(
    given: GivenEvaluation, core_score: Frame, core_population_member: Frame, core_participant: Frame
) -> Frame:
    """How those who stayed differed from those who were lost."""
    return lost.baseline_difference(
        core_score, core_population_member, core_participant, given.evaluation, given.library
    )


def norm_comparison(given: GivenEvaluation, core_score: Frame, core_population_member: Frame) -> Frame:
    """How far the persons lie from the norm."""
    return norms.norm_comparison(core_score, core_population_member, given.evaluation, given.library)


def arm_difference(given: GivenEvaluation, core_score: Frame, core_population_member: Frame) -> Frame:
    """The programme's changes less those of the waiting list."""
    return arms.arm_difference(core_score, core_population_member, given.evaluation, given.library)


def evidence_card(
    mart_score_change: Frame, mart_municipality_change: Frame, mart_participant_flow: Frame
) -> Frame:
    """All that is known of each change, on a card."""
    return cards.evidence_card(mart_score_change, mart_municipality_change, mart_participant_flow)


def reliability(
    given: GivenEvaluation, core_response: Lazy, core_score: Lazy, core_population_member: Frame
) -> Frame:
    """How well each scale's items hang together."""
    return quality.reliability(
        core_response, core_score, core_population_member, given.evaluation, given.library
    )


def item_quality(given: GivenEvaluation, core_response: Lazy, core_population_member: Frame) -> Frame:
    """How each item behaves in its scale."""
    return quality.item_quality(core_response, core_population_member, given.evaluation, given.library)


def agreement(given: GivenEvaluation, core_score: Frame, core_population_member: Frame) -> Frame:
    """How far two respondents agree."""
    return respondents.agreement(core_score, core_population_member, given.evaluation, given.library)


def goal_attainment(
    given: GivenEvaluation, core_goal: Frame, core_population_member: Frame, core_evaluation_member: Frame
) -> Frame:
    """How far the goals were attained."""
    return goals.goal_attainment(core_goal, core_population_member, core_evaluation_member, given.evaluation)


def icf_change(given: GivenEvaluation, core_icf_rating: Frame, core_population_member: Frame) -> Frame:
    """How functioning changed, by code and chapter."""
    return icf.icf_change(core_icf_rating, core_population_member, given.evaluation)


def rated_change(given: GivenEvaluation, core_response: Lazy, core_population_member: Frame) -> Frame:
    """How people rated the change, looking back."""
    return rated.rated_change(core_response, core_population_member, given.evaluation, given.library)


def employment_change(given: GivenEvaluation, core_employment: Frame, core_population_member: Frame) -> Frame:
    """Who worked before and during."""
    return work.employment_change(core_employment, core_population_member, given.evaluation)


def stakeholder_change(given: GivenYears, core_stakeholder_answer: Frame) -> Frame:
    """How each role rated each item, year on year."""
    return survey.stakeholder_change(core_stakeholder_answer, given.library, given.years)


def stakeholder_theme(given: GivenYears, record_stakeholder_answer: Frame, record_submission: Frame) -> Frame:
    """Which terms come up in the remarks."""
    remarks = facts.stakeholder_remarks(record_stakeholder_answer, record_submission)
    return themes.stakeholder_theme(remarks, given.plan.disclosure.min_cell, given.years)


def employment_status(given: GivenEvaluation, core_employment: Frame, core_population_member: Frame) -> Frame:
    """Who had which status at each wave."""
    return paths.employment_status(core_employment, core_population_member, given.evaluation)


def employment_flow(given: GivenEvaluation, core_employment: Frame, core_population_member: Frame) -> Frame:
    """Who went from which status to which."""
    return paths.employment_flow(core_employment, core_population_member, given.evaluation)


def outcome_cost(
    given: GivenEvaluation,
    core_service: Frame,
    core_goal: Frame,
    core_score: Frame,
    core_population_member: Frame,
    core_evaluation_member: Frame,
    core_eligible_member: Frame,
    mart_reliability: Frame,
) -> Frame:
    """What was spent for each unit of an outcome."""
    return ratios.outcome_cost(
        core_service,
        core_goal,
        core_score,
        core_population_member,
        core_evaluation_member,
        core_eligible_member,
        given.evaluation,
        given.library,
        mart_reliability,
    )


def dose_change(
    given: GivenEvaluation,
    core_service: Frame,
    core_score: Frame,
    core_population_member: Frame,
    core_evaluation_member: Frame,
) -> Frame:
    """How those fared for whom less and for whom more was spent."""
    return doses.dose_change(
        core_service,
        core_score,
        core_population_member,
        core_evaluation_member,
        given.evaluation,
        given.library,
    )


@table_asset("mart.programme_cost")
def programme_cost_lines() -> Frame:
    """What the model would cost in the whole country."""
    return programme_cost.programme_cost(load_programmes())


@table_asset("mart.programme_financing")
def programme_financing() -> Frame:
    """Who would pay how much of it."""
    return programme_cost.programme_financing(load_programmes())


@table_asset("mart.community_service_cost")
def community_service_cost() -> Frame:
    """What the scenarios of community services come to."""
    return community_services.community_service_cost(community_services.load_community_services())


BY_EVALUATION: tuple[Callable[..., Frame], ...] = (
    score_change,
    responder,
    attribution,
    municipality_change,
    sensitivity,
    robustness,
    baseline_difference,
    norm_comparison,
    arm_difference,
    evidence_card,
    reliability,
    item_quality,
    agreement,
    goal_attainment,
    icf_change,
    rated_change,
    employment_change,
    employment_status,
    employment_flow,
    outcome_cost,
    dose_change,
)
OF_PROGRAMMES = (programme_cost_lines, programme_financing, community_service_cost)


def mart_assets(partitions: dg.PartitionsDefinition[str]) -> list[dg.AssetsDefinition]:
    """All marts: the functions above, and every file of `sql/marts`."""
    computed = [evaluation_asset(f"mart.{f.__name__}", partitions, f) for f in BY_EVALUATION]
    computed.append(evaluation_asset("analyst.person_change", partitions, person_change))
    queried = [
        sql_asset(table, text, sorted(upstreams(text)), partitions) for table, text in sql_marts().items()
    ]
    surveyed = [
        survey_asset("mart.stakeholder_change", partitions, stakeholder_change),
        survey_asset("analyst.stakeholder_theme", partitions, stakeholder_theme),
    ]
    return [*computed, *queried, *surveyed, *OF_PROGRAMMES]
