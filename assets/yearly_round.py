"""What the calendar asks for beside releases: the survey's forms, and which monthly reports are late."""

import datetime as dt
from typing import Any

import dagster as dg
import polars as pl

from assets import clock, groups
from assets.shown import markdown
from assets.tables import asset_key
from assets.workshop import Workshop
from pipeline.calendar import Calendar, cron_monthly
from pipeline.new_home import write_survey_forms
from pipeline.services_reports import LATE, services_reports

SERVICES_REPORT = dg.AssetKey(["calendar", "services_report"])
SURVEY_FORMS = dg.AssetKey(["calendar", "survey_forms"])
IN_TIME = "reports_are_in_time"
LATE_COLUMNS = ["municipality", "month", "status"]
DEADLINE = "12:00"
# The schedule looks at six in the morning of that day.
LOOKED_AT_BEFORE = dt.timedelta(hours=12)
NEEDED = ("core.evaluation_member", "core.participant", "core.service", "record.submission")


@dg.asset(
    key=SURVEY_FORMS,
    group_name=groups.CALENDAR,
    kinds={"csv"},
    owners=["team:evaluation"],
    description="Empty forms of this year's stakeholder survey and of its list of those invited.",
)
def survey_forms(workshop: dg.ResourceParam[Workshop]) -> dg.MaterializeResult[Any]:
    """Write the forms into the home's `templates`; a form that is there already stays as it is."""
    year = clock.today(workshop.plan.calendar).year
    written = write_survey_forms(workshop.home.path / "templates", workshop.library, year)
    return dg.MaterializeResult(metadata={"year": year, "files": ", ".join(path.name for path in written)})


@dg.asset(
    key=SERVICES_REPORT,
    group_name=groups.CALENDAR,
    kinds={"polars"},
    owners=["team:evaluation"],
    deps=[asset_key(table) for table in NEEDED],
    check_specs=[
        dg.AssetCheckSpec(
            IN_TIME, asset=SERVICES_REPORT, description="No municipality's report is overdue or returned."
        )
    ],
    description="The municipalities' monthly reports of services: received, due, overdue or returned.",
)
def services_report(workshop: dg.ResourceParam[Workshop]) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Look for the reports of the latest months; who is late shows in the check."""
    calendar, warehouse = workshop.plan.calendar, workshop.warehouse
    members, participants, services, submissions = (warehouse.read(table) for table in NEEDED)
    today, due = clock.today(calendar), calendar.services_report
    table = services_reports(members, participants, services, submissions, due, today)
    named = _with_names(table, workshop)
    late = named.filter(pl.col("status").is_in(LATE))
    return dg.MaterializeResult(
        metadata={
            "reports": dg.MetadataValue.md(markdown(named)),
            **{status: named.filter(pl.col("status") == status).height for status in ("received", *LATE)},
        },
        check_results=[
            dg.AssetCheckResult(
                check_name=IN_TIME,
                passed=late.is_empty(),
                severity=dg.AssetCheckSeverity.WARN,
                description=_in_a_line(late),
                metadata={"late": dg.MetadataValue.md(markdown(late)), "reports": late.height},
            )
        ],
    )


def services_report_of(calendar: Calendar) -> dg.AssetsDefinition:
    """The asset with the day by which it should have been made: when a month's reports are due."""
    policy = dg.FreshnessPolicy.cron(
        cron_monthly(calendar.services_report.due_day + 1, DEADLINE), LOOKED_AT_BEFORE, calendar.timezone
    )
    return services_report.map_asset_specs(lambda spec: dg.apply_freshness_policy(spec, policy))


def _in_a_line(late: pl.DataFrame) -> str:
    """Who is late with what; the interface shows it beside the check."""
    told = [f"{place}: {month:%Y-%m} {status}" for place, month, status in late[LATE_COLUMNS].iter_rows()]
    return "; ".join(told) or "All reports that are due have come."


def _with_names(table: pl.DataFrame, workshop: Workshop) -> pl.DataFrame:
    """The table with the municipalities' names in place of codes."""
    names = workshop.register.names()
    return table.select(
        pl.col("municipality_code").replace(names).alias("municipality"),
        pl.all().exclude("municipality_code", "persons", "reported"),
    )
