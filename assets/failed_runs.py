"""A sensor that tells when a run failed."""

from __future__ import annotations

import dagster as dg

from assets.notifying import notify
from pipeline.calendar import Notifications
from pipeline.home import Settings


def failed_run_sensor(settings: Settings, notifications: Notifications) -> dg.SensorDefinition:
    """Tell by e-mail or webhook that a run failed; on only where the plan's calendar names either."""
    configured = notifications.email is not None or notifications.webhook is not None
    status = dg.DefaultSensorStatus.RUNNING if configured else dg.DefaultSensorStatus.STOPPED

    @dg.run_failure_sensor(
        name="failed_run",
        default_status=status,
        monitor_all_code_locations=False,
        description="Tells by e-mail or webhook, as the plan's calendar says, that a run failed.",
    )
    def failed_run(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        current = settings.home.plan().calendar.notifications
        if current.email is None and current.webhook is None:
            return dg.SkipReason("the plan's calendar names neither e-mail nor webhook")
        steps = [event.step_key for event in context.get_step_failure_events() if event.step_key]
        notify(
            current, subject(settings, context.dagster_run.job_name), text(context.dagster_run.run_id, steps)
        )
        return None

    return failed_run


def subject(settings: Settings, job: str) -> str:
    """One line: which home, which job."""
    return f"ieguvumi: the run `{job}` of {settings.home.path.name} failed"


def text(run_id: str, steps: list[str]) -> str:
    """What to look at; never an error's own words, which might hold a value."""
    where = ", ".join(steps) if steps else "before its first step"
    return f"Run {run_id} failed in: {where}.\nThe reason stands in the run's log (ieguvumi ui)."
