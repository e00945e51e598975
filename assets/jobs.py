"""The jobs: what can be asked for as a whole."""

from __future__ import annotations

from typing import Any

import dagster as dg

from assets import groups
from assets.yearly_round import SERVICES_REPORT, SURVEY_FORMS

EVERYTHING = "everything"
TAKE_IN = "take_in"
EVALUATE = "evaluate"
PUBLISH = "publish"
SURVEY_OPENING = "survey_opening"
SERVICES_REPORTS = "services_reports"
DATA_QUALITY = "data_quality"
RELEASING = (EVERYTHING, PUBLISH)
"""The jobs that make reports."""


def jobs(evaluating: dg.ExecutorDefinition | None = None) -> list[Any]:
    """The whole way from inbox to release, its three parts, and what the calendar asks for beside it.

    evaluating: what executes the steps of the marts, where it isn't what executes all others.
    """
    taken_in = dg.AssetSelection.groups(groups.RECORD, groups.CORE, groups.META)
    released = dg.AssetSelection.all() - dg.AssetSelection.groups(groups.CALENDAR)
    late = dg.AssetSelection.assets(SERVICES_REPORT)
    return [
        dg.define_asset_job(EVERYTHING, released, description="From inbox to release."),
        dg.define_asset_job(TAKE_IN, taken_in, description="From inbox to scores."),
        dg.define_asset_job(
            EVALUATE,
            dg.AssetSelection.groups(*groups.MARTS),
            description="The marts of a report: evaluation or survey.",
            executor_def=evaluating,
        ),
        dg.define_asset_job(
            PUBLISH,
            dg.AssetSelection.groups(groups.DISCLOSURE, groups.RELEASE),
            description="Disclosure control, reports, release.",
        ),
        dg.define_asset_job(
            SURVEY_OPENING,
            dg.AssetSelection.assets(SURVEY_FORMS),
            description="The forms of this year's stakeholder survey.",
        ),
        dg.define_asset_job(
            SERVICES_REPORTS,
            late | taken_in,
            description="Takes in the inbox and says which municipalities' monthly reports are late.",
        ),
        dg.define_asset_job(
            DATA_QUALITY,
            late | taken_in,
            description="Takes in the inbox and puts every data check to it; makes no release.",
        ),
    ]
