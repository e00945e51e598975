"""The code location: all assets, checks, jobs and resources of one home."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets import clock, facts, intake
from assets.checks import ASSET_CHECKS
from assets.marts import mart_assets
from assets.publication import databases, disclosure_control, release, reports
from assets.reporting import report_partitions
from assets.tables import WarehouseTables
from assets.workshop import Listener, Workshop, no_listener
from pipeline.home import Settings

EVERYTHING = "everything"
TAKE_IN = "take_in"
EVALUATE = "evaluate"
PUBLISH = "publish"


def build_definitions(
    settings: Settings, listener: Listener = no_listener, today: dt.date | None = None
) -> dg.Definitions:
    """Everything Dagster needs to know of a home; partitions are the evaluations and surveys of its plan.

    Raises HomeError or PlanError when the home can't be used.
    """
    plan = settings.home.plan()
    marts = mart_assets(report_partitions(plan, today or clock.today(plan.calendar)))
    return dg.Definitions(
        assets=[
            intake.submissions,
            *dg.load_assets_from_modules([facts]),
            *marts,
            disclosure_control,
            databases,
            reports,
            release,
        ],
        asset_checks=ASSET_CHECKS,
        jobs=_jobs(),
        resources=_resources(settings, listener),
        executor=dg.in_process_executor,
    )


def _resources(settings: Settings, listener: Listener) -> dict[str, object]:
    """One workshop for a run, and the warehouse's tables through it."""

    @dg.resource(description="The home of this run: plan, measures, register, open warehouse.")
    def workshop(context: dg.InitResourceContext) -> Iterator[Workshop]:
        opened = Workshop(settings, listener)
        try:
            if context.dagster_run and context.dagster_run.job_name in (EVERYTHING, PUBLISH):
                opened.open_press()
            yield opened
        finally:
            opened.close()

    @dg.io_manager(required_resource_keys={"workshop"}, description="Tables of the warehouse.")
    def warehouse_tables(context: dg.InitResourceContext) -> WarehouseTables:
        return WarehouseTables(context.resources.workshop)

    return {"workshop": workshop, "warehouse_tables": warehouse_tables}


def _jobs() -> list[Any]:
    """The whole way from inbox to release, and its three parts."""
    taken_in = dg.AssetSelection.groups("record", "core", "meta")
    published = dg.AssetSelection.groups("disclosure", "release")
    return [
        dg.define_asset_job(EVERYTHING, dg.AssetSelection.all(), description="From inbox to release."),
        dg.define_asset_job(TAKE_IN, taken_in, description="From inbox to scores."),
        dg.define_asset_job(
            EVALUATE, dg.AssetSelection.groups("mart"), description="The marts of an evaluation."
        ),
        dg.define_asset_job(PUBLISH, published, description="Disclosure control, reports, release."),
    ]


@dg.definitions
def definitions() -> dg.Definitions:
    """The home that IEGUVUMI_HOME names, for `dagster dev -w workspace.yaml`."""
    return build_definitions(Settings.from_environment())
