"""The code location: all assets, checks, jobs and resources of one home."""

import datetime as dt
from collections.abc import Iterator

import dagster as dg

from assets import clock, facts, intake
from assets.checks import ASSET_CHECKS
from assets.failed_runs import failed_run_sensor
from assets.jobs import EVALUATE, EVERYTHING, RELEASING, jobs
from assets.links import with_links
from assets.marts import mart_assets
from assets.publication import databases, disclosure_control, release, reports, survey_reports
from assets.recovery import sign_of
from assets.reporting import report_keys
from assets.schedules import schedules
from assets.sensors import inbox_sensor
from assets.spreading import executor_of, run_by_report
from assets.tables import WarehouseTables
from assets.workshop import Listener, Workshop, no_listener
from assets.yearly_round import services_report_of, survey_forms
from pipeline.home import Settings
from pipeline.home_lock import give_sign_of_life, only_run
from pipeline.private_file import keep_private


def build_definitions(
    settings: Settings, listener: Listener = no_listener, today: dt.date | None = None
) -> dg.Definitions:
    """Everything Dagster needs to know of a home; partitions are the evaluations and surveys of its plan.

    Raises HomeError or PlanError when the home can't be used.
    """
    plan, spread = settings.home.plan(), settings.warehouse.shared
    keys = report_keys(plan, today or clock.today(plan.calendar))
    marts = mart_assets(dg.StaticPartitionsDefinition(keys))
    marts = [run_by_report(mart) for mart in marts] if spread else marts
    return dg.Definitions(
        assets=[
            intake.submissions,
            *dg.load_assets_from_modules([facts]),
            *(with_links(found, settings.pages) for found in (*marts, disclosure_control)),
            *(with_links(found, settings.pages) for found in (survey_reports, databases, reports, release)),
            survey_forms,
            services_report_of(plan.calendar),
        ],
        asset_checks=ASSET_CHECKS,
        jobs=jobs(executor_of(settings.executor) if spread else None),
        schedules=schedules(settings, plan.calendar, keys),
        sensors=[
            inbox_sensor(settings, EVERYTHING, keys, plan.calendar.inbox),
            failed_run_sensor(settings, plan.calendar.notifications),
        ],
        resources=_resources(settings, listener),
        executor=dg.in_process_executor,
    )


def is_resumed(run: dg.DagsterRun | None) -> bool:
    """Tell whether a run goes on from a failed one whose release was being built already."""
    steps = run.step_keys_to_execute if run and run.parent_run_id else None
    return steps is not None and not any(
        "disclosure_control" in step or "databases" in step for step in steps
    )


def _resources(settings: Settings, listener: Listener) -> dict[str, object]:
    """One workshop for a run, and the warehouse's tables through it."""

    @dg.resource(description="The home of this run: plan, measures, register, open warehouse.")
    def workshop(context: dg.InitResourceContext) -> Iterator[Workshop]:
        run = context.run
        if run:
            give_sign_of_life(sign_of(settings.dagster_home, run.run_id))
        tell = context.log.info if context.log else print
        # In a lake reports may be evaluated side by side; who takes in or publishes is alone in any case.
        alone = not (settings.warehouse.shared and run and run.job_name == EVALUATE)
        with only_run(settings.home.path, tell, alone=alone):
            opened = Workshop(settings, listener, resumed=is_resumed(run))
            try:
                if run and run.job_name in RELEASING:
                    opened.open_press()
                yield opened
            finally:
                opened.close()

    @dg.io_manager(required_resource_keys={"workshop"}, description="Tables of the warehouse.")
    def warehouse_tables(context: dg.InitResourceContext) -> WarehouseTables:
        return WarehouseTables(context.resources.workshop)

    return {"workshop": workshop, "warehouse_tables": warehouse_tables}


@dg.definitions
def definitions() -> dg.Definitions:
    """The home that IEGUVUMI_HOME names, for `dagster dev -w workspace.yaml`."""
    keep_private()
    return build_definitions(Settings.from_environment())
