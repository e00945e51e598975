"""After a crash: runs that ended without a word are marked as failed, so that nothing waits for them."""

from __future__ import annotations

import time
from pathlib import Path

import dagster as dg

from assets.history import dagster_instance
from pipeline.home import Settings
from pipeline.home_lock import is_alive

UNDER_WAY = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
WITHOUT_SIGN_SECONDS = 600
"""A run that has given no sign of life for so long has none to give: it died before its first step."""
WHY = "The run ended without a word: its process was killed or the machine stopped."


def sign_of(dagster_home: Path, run_id: str) -> Path:
    """The file on which a living run holds a lock."""
    return dagster_home / "running" / run_id


def recover(settings: Settings) -> list[str]:
    """Mark the home's broken runs as failed and give their identifiers; living ones go on."""
    with dagster_instance(settings.dagster_home) as instance:
        return mark_broken_runs(instance, settings.dagster_home)


def mark_broken_runs(instance: dg.DagsterInstance, dagster_home: Path) -> list[str]:
    """Mark runs that are under way by the history, but not in truth; take away the signs of those that ended."""
    broken = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=UNDER_WAY)):
        run, sign = record.dagster_run, sign_of(dagster_home, record.dagster_run.run_id)
        alive = is_alive(sign)
        if alive is None:
            alive = time.time() - record.update_timestamp.timestamp() < WITHOUT_SIGN_SECONDS
        if not alive:
            instance.report_run_failed(run, WHY)
            broken.append(run.run_id)
    _tidy(instance, dagster_home)
    return broken


def _tidy(instance: dg.DagsterInstance, dagster_home: Path) -> None:
    """Remove the signs of runs that have ended, by the history and in truth."""
    for sign in sign_of(dagster_home, "none").parent.glob("*"):
        record = instance.get_run_record_by_id(sign.name)
        under_way = record is not None and not record.dagster_run.is_finished
        if not under_way and not is_alive(sign):
            sign.unlink(missing_ok=True)
