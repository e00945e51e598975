"""Sensors: what makes a run start by itself."""

import hashlib
import time
from collections.abc import Sequence

import dagster as dg

from assets import clock
from assets.reporting import range_tags, report_keys
from pipeline.home import Home, Settings
from pipeline.submissions import list_received

SETTLED_SECONDS = 10.0
EVERY_SECONDS = 30


def inbox_sensor(settings: Settings, job: str, keys: Sequence[str] | None = None) -> dg.SensorDefinition:
    """Start a job, the main one, when files in the inbox are new or changed, once nobody writes to them any more.

    keys: the partitions when the code location was loaded, which a run of it knows; else those of the plan's today.
    A file that fails is sent back by that run and does not stop the others.
    """

    @dg.sensor(
        name="inbox",
        job_name=job,
        minimum_interval_seconds=EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts the main job when files in the inbox are new or changed.",
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        found, newest = inbox_state(settings.home)
        if found == context.cursor:
            return dg.SkipReason("Nothing new in the inbox.")
        if time.time() - newest < SETTLED_SECONDS:
            return dg.SkipReason("Files in the inbox are still being written.")
        plan = settings.home.plan()
        known = keys or report_keys(plan, clock.today(plan.calendar))
        request = dg.RunRequest(run_key=found, tags=range_tags(known))
        return dg.SensorResult(run_requests=[request], cursor=found)

    return inbox


def inbox_state(home: Home) -> tuple[str, float]:
    """Return a hash of names, sizes and times of the inbox's files, and the time of the newest; no name is kept."""
    total, newest = hashlib.sha256(), 0.0
    for file in list_received(home.inbox) if home.inbox.is_dir() else []:
        status = file.path.lstat()
        total.update(
            f"{file.relative}\0{status.st_size}\0{status.st_mtime_ns}\0".encode("utf-8", "surrogateescape")
        )
        newest = max(newest, status.st_mtime)
    return total.hexdigest(), newest
