"""Marts: what the evaluation found, computed by evaluation; those that are joins and sums are SQL files."""

from collections.abc import Callable

import dagster as dg
import polars as pl

from assets.tables import GivenEvaluation, GivenYears, evaluation_asset, sql_asset, survey_asset, table_asset
from pipeline import facts
from pipeline.outcomes import agreement as respondents
from pipeline.outcomes import attribution as ladder
from pipeline.outcomes import employment as work
from pipeline.outcomes import goals, icf
from pipeline.outcomes import municipality_change as places
from pipeline.outcomes import rated_change as rated
from pipeline.outcomes import reliability as quality
from pipeline.outcomes import responder as responders
from pipeline.outcomes import score_change as changes
from pipeline.outcomes import stakeholder_change as survey
from pipeline.outcomes import stakeholder_theme as themes
from pipeline.programme_cost import load_programmes
from pipeline.programme_cost import programme_cost as costs_of
from sql import marts as sql_marts
from sql import upstreams

Frame = pl.DataFrame


def score_change(
    given: GivenEvaluation, core_score: Frame, core_population_member: Frame, mart_reliability: Frame
) -> Frame:
    """The change on every scale of the plan, in every population."""
    return changes.score_change(
        core_score, core_population_member, given.evaluation, given.library, mart_reliability
    )


def responder(
    given: GivenEvaluation, core_score: Frame, core_population_member: Frame, mart_reliability: Frame
) -> Frame:
    """Who changed, by every kind of threshold."""
    return responders.responder(
        core_score, core_population_member, given.evaluation, given.library, mart_reliability
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


def reliability(
    given: GivenEvaluation, core_response: Frame, core_score: Frame, core_population_member: Frame
) -> Frame:
    """How well each scale's items hang together."""
    return quality.reliability(
        core_response, core_score, core_population_member, given.evaluation, given.library
    )


def item_quality(given: GivenEvaluation, core_response: Frame, core_population_member: Frame) -> Frame:
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


def rated_change(given: GivenEvaluation, core_response: Frame, core_population_member: Frame) -> Frame:
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


@table_asset("mart.programme_cost")
def programme_cost() -> Frame:
    """What the model would cost in the whole country."""
    return costs_of(load_programmes())


BY_EVALUATION: tuple[Callable[..., Frame], ...] = (
    score_change,
    responder,
    attribution,
    municipality_change,
    reliability,
    item_quality,
    agreement,
    goal_attainment,
    icf_change,
    rated_change,
    employment_change,
)


def mart_assets(partitions: dg.PartitionsDefinition[str]) -> list[dg.AssetsDefinition]:
    """All marts: the functions above, and every file of `sql/marts`."""
    computed = [evaluation_asset(f"mart.{f.__name__}", partitions, f) for f in BY_EVALUATION]
    queried = [
        sql_asset(table, text, sorted(upstreams(text)), partitions) for table, text in sql_marts().items()
    ]
    surveyed = [
        survey_asset("mart.stakeholder_change", partitions, stakeholder_change),
        survey_asset("analyst.stakeholder_theme", partitions, stakeholder_theme),
    ]
    return [*computed, *queried, *surveyed, programme_cost]
