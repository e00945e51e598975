"""Sensors: what makes a run start by itself."""

import hashlib
from collections.abc import Sequence

import dagster as dg

from assets import clock
from assets.news import nothing_new
from assets.reporting import range_tags, report_keys
from pipeline.calendar import Inbox
from pipeline.home import Home, Settings
from pipeline.submissions import list_received

SIGN_LENGTH = 16


def inbox_sensor(
    settings: Settings, job: str, keys: Sequence[str] | None = None, look: Inbox | None = None
) -> dg.SensorDefinition:
    """Start a job, the main one, when files in the inbox are new or changed, once nobody writes to them any more.

    look: how often, and how long files must have settled; the defaults of a plan where nothing is said.
    keys: the partitions when the code location was loaded, which a run of it knows; else those of the plan's today.
    A file that fails is sent back by that run and does not stop the others; one that goes starts nothing.
    """
    look = look or Inbox()

    @dg.sensor(
        name="inbox",
        job_name=job,
        minimum_interval_seconds=look.every_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts the main job when files in the inbox are new or changed.",
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        found, newest = inbox_state(settings.home)
        new = found - set((context.cursor or "").split())
        if not new:
            return dg.SkipReason("Nothing new in the inbox.")
        if clock.now() - newest < look.settled_seconds:
            return dg.SkipReason("Files in the inbox are still being written.")
        cursor = " ".join(sorted(found))
        reason = nothing_new(settings)
        if reason:
            return dg.SensorResult(skip_reason=reason, cursor=cursor)
        plan = settings.home.plan()
        known = keys or report_keys(plan, clock.today(plan.calendar))
        # A key for each set of new files: the same files never start two runs.
        request = dg.RunRequest(run_key=_key_of(new), tags=range_tags(known))
        return dg.SensorResult(run_requests=[request], cursor=cursor)

    return inbox


def inbox_state(home: Home) -> tuple[set[str], float]:
    """Return a sign for each file in the inbox, made of name, size and time, and the time of the newest.

    No name is kept: a sign is a piece of a hash.
    """
    signs, newest = set(), 0.0
    for file in list_received(home.inbox) if home.inbox.is_dir() else []:
        status = file.path.lstat()
        told = f"{file.relative}\0{status.st_size}\0{status.st_mtime_ns}"
        signs.add(hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:SIGN_LENGTH])
        newest = max(newest, status.st_mtime)
    return signs, newest


def _key_of(signs: set[str]) -> str:
    return hashlib.sha256(" ".join(sorted(signs)).encode()).hexdigest()
