"""`ieguvumi run`: the main job with progress and a summary."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assets import clock
from assets.reporting import survey_years
from assets.workshop import Listener
from pipeline.erasure.releases import finish_withdrawals
from pipeline.home import Settings
from pipeline.home_lock import only_run
from pipeline.plan import Plan
from pipeline.pseudonym_key import known_key_of_home
from pipeline.release.fingerprint import fingerprint
from pipeline.release.publish import finish_publishing, is_draft, latest_with
from pipeline.warehouse import Warehouse

DONE, BLOCKED, UNUSABLE = 0, 1, 2
STAGES = {
    "record": "Reading submissions",
    "core": "Facts and scores",
    "meta": "Facts and scores",
    "mart": "Outcomes",
    "disclosure": "Disclosure control",
    "reports": "Reports",
}
SHOWN_CHECKS = 5


class Stages:
    """How far a run has come, in the order of the stages.

    The graph makes what hangs on nothing else first, whatever its stage: a stage is entered when one of its tables
    is written and all stages before it have been entered.
    """

    def __init__(self) -> None:
        self._ahead = list(dict.fromkeys(STAGES.values()))
        self.current = "Starting"

    def enters(self, table: str) -> bool:
        """Say whether a new stage begins with this table or document; `current` is then its name."""
        stage = STAGES.get(table.split(".")[0], STAGES["reports"])
        if not self._ahead or stage != self._ahead[0]:
            return False
        self.current = self._ahead.pop(0)
        return True


def run_and_print(
    settings: Settings, evaluations: tuple[str, ...] = (), years: tuple[int, ...] = (), *, force: bool = False
) -> int:
    """Run the home's graph and print what came of it; gives the exit code.

    years: reporting years whose evaluations and surveys are computed anew, beside the named evaluations.
    """
    plan = settings.home.plan()
    settings.research_key(plan)  # raises now, not in the middle of the run
    for evaluation in evaluations:
        plan.evaluation(evaluation)
    named = [
        found.id for found in plan.evaluations if found.id in evaluations or found.reporting_year in years
    ]
    surveys = survey_years(plan, clock.today(plan.calendar), years)
    with only_run(settings.home.path, _tell):
        return _run_and_print(settings, plan, named, surveys, force=force)


def _tell(line: str) -> None:
    print(f"ieguvumi: {line}", file=sys.stderr, flush=True)


def _run_and_print(
    settings: Settings, plan: Plan, evaluations: list[str], years: list[int], *, force: bool
) -> int:
    finish_withdrawals(settings.home)
    finish_publishing(settings.home)
    _try_keys(settings)
    part = bool(evaluations or years)
    unchanged = None if force or part else latest_with(settings.home, fingerprint(settings.home))
    if unchanged and is_draft(unchanged) == settings.draft:
        print("Nothing changed since the latest release (inputs, plan, measures, code); --force builds anew.")
        print(_shown(settings, unchanged.name))
        return DONE
    from assets.running import run_graph

    with _progress(plan) as listener:
        outcome = run_graph(settings, evaluations, listener, years)
    if outcome.failed_checks:
        checks = ", ".join(outcome.failed_checks[:SHOWN_CHECKS])
        print(f"ieguvumi: nothing was released: a blocking check failed ({checks})", file=sys.stderr)
        return BLOCKED
    if not outcome.released:
        print(f"ieguvumi: nothing was released: {outcome.error}{mend_of(outcome.error)}", file=sys.stderr)
        return BLOCKED
    _print_summary(settings, plan)
    return DONE


def mend_of(error: str | None) -> str:
    """What to do about an error that comes of the machine; nothing for any other: it says so itself."""
    full = "no space left" in (error or "").lower()
    return "; the latest release is as it was: make room on the disk and run again" if full else ""


def _try_keys(settings: Settings) -> None:
    """Open what is there: a wrong key, of the database or of the pseudonyms, is found now, not amid the run."""
    if not settings.warehouse.is_there():
        return
    with Warehouse.open(settings.warehouse, read_only=True) as warehouse:
        if not warehouse.read("record.submission").is_empty():
            known_key_of_home(warehouse, settings.key_file)


def _shown(settings: Settings, release: str) -> str:
    """The release's folder, shown from the working folder where it lies below it."""
    folder = settings.home.releases / release
    return str(folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder)


def expected_steps(plan: Plan) -> int:
    """How many tables and documents a run writes: the length of the progress bar."""
    from pipeline import schemas

    tables = len(schemas.RECORD) + len(schemas.CORE) + len(schemas.MART) + len(schemas.DISCLOSURE)
    documented = len(schemas.META) - len(schemas.MADE_AT_RELEASE)
    documents = 2 * 2 * len(plan.evaluations) * len(plan.languages)
    return tables + documented + documents


def advanced(done: float, total: float | None) -> float:
    """The next length of a bar whose end isn't known exactly (survey years): it never runs past its end."""
    return min(done + 1, (total or 1) - 1)


@contextmanager
def _progress(plan: Plan) -> Iterator[Listener]:
    """Show how far the run has come: a bar on a terminal, a line a stage elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _line_by_stage()
        return
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        stages = Stages()
        task = progress.add_task(stages.current, total=expected_steps(plan))

        def advance(name: str) -> None:
            bar = progress.tasks[task]
            stages.enters(name)
            progress.update(task, completed=advanced(bar.completed, bar.total), description=stages.current)

        yield advance


def _line_by_stage() -> Listener:
    """A listener that prints each stage once, when it begins."""
    stages = Stages()

    def tell(name: str) -> None:
        if stages.enters(name):
            print(f"{stages.current} …", file=sys.stderr, flush=True)

    return tell


def _print_summary(settings: Settings, plan: Plan) -> None:
    """What came in, what was left out, where everything lies; the release's folder last."""
    from assets.querying import latest_rows

    home = settings.home
    latest = home.latest_release()
    name = latest.name if latest else ""
    [(files, received, accepted, rejected)] = latest_rows(
        settings,
        "SELECT count(*), coalesce(sum(rows_received), 0), coalesce(sum(rows_accepted), 0), "
        "coalesce(sum(rows_rejected), 0) FROM meta.submission",
    )
    folder = _shown(settings, name)
    print(f"Submissions: {files} files, {received} rows received, {accepted} accepted, {rejected} rejected")
    if rejected:
        print(f"  Rejected rows with reasons, to send back: {_home_path(settings)}/rejected")
    flow = "SELECT count(DISTINCT participant_id) FROM core.evaluation_member WHERE evaluation = ?"
    for evaluation in plan.evaluations:
        [(persons,)] = latest_rows(settings, flow, [evaluation.id])
        print(f"Evaluation {evaluation.id}: {persons} persons")
    warnings = latest_rows(settings, 'SELECT "check", rows FROM meta.check WHERE NOT passed')
    print(f"Checks: none blocked the release, {len(warnings)} warned (checks.json)")
    print(f"Reports: {folder}/reports/index.html")
    print(f"Research database: {folder}/research.duckdb")
    print(folder)


def _home_path(settings: Settings) -> str:
    path = settings.home.path
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
