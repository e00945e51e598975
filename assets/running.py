"""Running the graph of a home in this process: the main job, with what came of it."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from assets import clock
from assets.definitions import build_definitions
from assets.errors import EXPECTED, OF_THE_MACHINE
from assets.history import dagster_instance
from assets.jobs import EVALUATE, EVERYTHING, PUBLISH, TAKE_IN
from assets.recovery import mark_broken_runs, sign_of
from assets.reporting import range_tags, report_keys, stretches, survey_key
from assets.workshop import Listener, no_listener
from pipeline.home import Settings
from pipeline.home_lock import give_sign_of_life
from pipeline.identity import mask_path
from pipeline.plan import Plan

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class RunOutcome:
    """What came of a run: whether a release was made, and if not, why."""

    released: bool
    failed_checks: tuple[str, ...] = ()
    error: str | None = None


def run_graph(
    settings: Settings,
    evaluations: Sequence[str] = (),
    listener: Listener = no_listener,
    years: Sequence[int] = (),
) -> RunOutcome:
    """Run from inbox to release; with `evaluations` or `years`, only theirs are computed anew.

    years: years of the stakeholder survey.

    Raises HomeError or PlanError when the home can't be used.
    """
    today = clock.today(settings.home.plan().calendar)
    definitions = build_definitions(settings, listener, today)
    with dagster_instance(settings.dagster_home) as instance:
        mark_broken_runs(instance, settings.dagster_home)
        for job, tags in _plan_of(settings.home.plan(), today, evaluations, years):
            outcome = run_job(settings, definitions, instance, job, tags)
            if not outcome.released:
                return outcome
    return RunOutcome(released=True)


def _plan_of(
    plan: Plan, today: dt.date, evaluations: Sequence[str], years: Sequence[int]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The jobs to run, each with the reports it is for; all reports, or neighbours, are one run."""
    keys = report_keys(plan, today)
    wanted = [*(plan.evaluation(name).id for name in evaluations), *(survey_key(year) for year in years)]
    if not wanted:
        yield EVERYTHING, range_tags(keys)
        return
    yield TAKE_IN, {}
    for neighbours in stretches(keys, wanted):
        yield EVALUATE, range_tags(neighbours)
    yield PUBLISH, {}


def run_job(
    settings: Settings,
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    job: str,
    tags: dict[str, str],
) -> RunOutcome:
    """Run a job in this process and say what came of it."""
    run = str(uuid.uuid4())
    # Before the history knows of the run: killed at any moment, it can be told from one that has not begun.
    give_sign_of_life(sign_of(settings.dagster_home, run))
    result = definitions.resolve_job_def(job).execute_in_process(
        instance=instance, tags=tags, run_config=QUIET, raise_on_error=False, run_id=run
    )
    if result.success:
        return RunOutcome(released=True)
    failed = tuple(
        sorted(
            evaluation.check_name
            for evaluation in result.get_asset_check_evaluations()
            if not evaluation.passed and evaluation.blocking
        )
    )
    return RunOutcome(released=False, failed_checks=failed, error=None if failed else first_error(result))


def first_error(result: dg.ExecuteInProcessResult) -> str:
    """The first failure in a line: the asset, and the words of our own error or of the machine's.

    Words of any other error might hold a value of a person: only its kind is told, and where the words stand.
    """
    for event in result.all_events:
        if event.is_step_failure and event.step_failure_data.error:
            return f"{event.step_key}: {_told(event.step_failure_data.error, result.run_id)}"
    return f"the run failed; {_in_its_log(result.run_id)}"


def _told(error: SerializableErrorInfo, run_id: str) -> str:
    while error.cause and error.cls_name not in EXPECTED:
        error = error.cause
    kind, _, words = " ".join(error.message.split()).partition(": ")
    if error.cls_name in EXPECTED:
        return words or kind
    if error.cls_name in OF_THE_MACHINE:
        return mask_path(words or kind)
    return f"unexpected {error.cls_name}, which is a fault of ours; {_in_its_log(run_id)}"


def _in_its_log(run_id: str) -> str:
    """Where all that is known of a run stands."""
    return (
        f"its words stand in the log of run {run_id[:8]}, which `ieguvumi ui` shows: they may hold a value of "
        "a person, so look them through before you pass them on"
    )
