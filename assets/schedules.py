"""Schedules: the programme's year, in the plan's time zone. All are off until somebody switches them on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dagster as dg

from assets import jobs
from assets.news import nothing_new
from assets.reporting import range_tags
from pipeline.calendar import Calendar, cron_daily, cron_monthly, cron_yearly, day_after, reporting_year
from pipeline.home import Settings

WhyNot = Callable[[Settings, dt.date], str | None]


def never(_settings: Settings, _today: dt.date) -> str | None:
    """Nothing speaks against a run."""
    return None


def no_news(settings: Settings, _today: dt.date) -> str | None:
    """Say so when nothing new came."""
    return nothing_new(settings)


def not_planned_or_nothing_new(settings: Settings, today: dt.date) -> str | None:
    """Say so when the plan has no evaluation of the year that is reported on, or nothing new came."""
    year = reporting_year(today)
    if all(evaluation.reporting_year != year for evaluation in settings.home.plan().evaluations):
        return f"evaluation.yaml has no evaluation with `reporting_year: {year}`; add one, then run"
    return nothing_new(settings)


@dataclass(frozen=True)
class Appointment:
    """What happens when: the job, the cron expression, and why it might not be worth a run."""

    name: str
    job: str
    cron: str
    description: str
    why_not: WhyNot = never


def appointments(calendar: Calendar) -> list[Appointment]:
    """The appointments of a plan's calendar."""
    return [
        Appointment(
            "survey_opens",
            jobs.SURVEY_OPENING,
            cron_yearly(calendar.survey.opens),
            "The stakeholder survey opens: its empty forms are written into the home's templates.",
        ),
        Appointment(
            "survey_closes",
            jobs.EVERYTHING,
            cron_yearly(day_after(calendar.survey.closes)),
            "The day after the stakeholder survey closes: a release with its report, if anything new came.",
            no_news,
        ),
        Appointment(
            "annual_report",
            jobs.EVERYTHING,
            cron_yearly(calendar.annual_report, "07:00"),
            "The yearly report: a release, if the plan has the year's evaluation and anything new came.",
            not_planned_or_nothing_new,
        ),
        Appointment(
            "services_reports",
            jobs.SERVICES_REPORTS,
            cron_monthly(calendar.services_report.due_day + 1),
            "The day after the municipalities' monthly reports are due: who is overdue or returned.",
        ),
        Appointment(
            "data_quality",
            jobs.DATA_QUALITY,
            cron_daily(calendar.data_quality_at),
            "Every night: the inbox is taken in and every data check put to it; makes no release.",
        ),
    ]


def schedules(settings: Settings, calendar: Calendar, keys: Sequence[str]) -> list[dg.ScheduleDefinition]:
    """The schedules of a home; dates and times are those of its plan when the code location was loaded.

    keys: the partitions of that time; a run of all of them makes later years too.
    """
    return [_schedule(settings, calendar, appointment, keys) for appointment in appointments(calendar)]


def _schedule(
    settings: Settings, calendar: Calendar, appointment: Appointment, keys: Sequence[str]
) -> dg.ScheduleDefinition:
    tags = range_tags(keys) if appointment.job == jobs.EVERYTHING else {}

    @dg.schedule(
        name=appointment.name,
        job_name=appointment.job,
        cron_schedule=appointment.cron,
        execution_timezone=calendar.timezone,
        description=appointment.description,
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )
    def asked(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        today = context.scheduled_execution_time.astimezone(calendar.zone).date()
        reason = appointment.why_not(settings, today)
        if reason:
            return dg.SkipReason(reason)
        # A key for each day: the same appointment never starts two runs.
        return dg.RunRequest(run_key=f"{appointment.name}-{today}", tags=tags)

    return asked
