"""All reports of a release: made from the frames, written to files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import polars as pl

from instruments import Library
from pipeline.plan import Language, Plan
from reports.context import Edition, RenderedReport, ReportContext
from reports.evaluation import evaluation_report
from reports.index import Entry, release_index
from reports.language import words_for
from reports.stakeholders import stakeholder_report, survey_years

Tables = Mapping[str, pl.DataFrame]
Making = Callable[[Language, ReportContext], RenderedReport]
# pandoc and Typst run beside Python: while one report is drawn, others are converted.
_AT_A_TIME = 3


def write_reports(
    folder: Path,
    *,
    plan: Plan,
    library: Library,
    public: Tables,
    restricted: Tables,
    release: str,
    version: str,
    commentary: Mapping[tuple[str, str], str],
    listener: Callable[[str], None],
) -> list[Path]:
    """Write a release's reports: the public ones into `folder`, the evaluator's into `folder/restricted`.

    public: frames by table after disclosure control; restricted: the same with every cell. listener: told
    the name of each report, `reports.…`, when it is written. Returns the files in the order written.
    """
    written: list[Path] = []
    editions: dict[Edition, tuple[Path, Tables]] = {
        "public": (folder, public),
        "restricted": (folder / "restricted", restricted),
    }
    for edition, (target, tables) in editions.items():
        context = ReportContext(plan, library, tables, release, version, edition, commentary)
        written += write_edition(target, context, listener)
    return written


def write_edition(folder: Path, context: ReportContext, listener: Callable[[str], None]) -> list[Path]:
    """Write the reports of one edition and their index. Returns the files in the order written."""
    folder.mkdir(parents=True, exist_ok=True)
    makings = list(_makings(context))
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        waiting = [
            (f"{stem}.{language}", pool.submit(making, language, context))
            for stem, making in makings
            for language in context.plan.languages
        ]
        written: list[Path] = []
        for name, future in waiting:
            listener(f"reports.{name}")
            written += write_report(folder, name, future.result())
    index = folder / "index.html"
    index.write_bytes(release_index(context, _entries(context)))
    return [*written, index]


def write_report(folder: Path, stem: str, report: RenderedReport) -> list[Path]:
    """Write one report in each of its formats as `stem` with the format's ending. Returns the files."""
    paths = {folder / f"{stem}.html": report.html, folder / f"{stem}.pdf": report.pdf}
    for path, content in paths.items():
        path.write_bytes(content)
    return list(paths)


def _makings(context: ReportContext) -> Iterator[tuple[str, Making]]:
    """Each report's file name without language and ending, and the function that makes it."""
    for evaluation in context.plan.evaluations:
        yield evaluation.id, partial(evaluation_report, evaluation.id)
    for year in survey_years(context):
        yield f"stakeholders-{year}", partial(stakeholder_report, year)


def _entries(context: ReportContext) -> list[Entry]:
    languages = context.plan.languages
    evaluations = [
        Entry("evaluation", evaluation.id, tuple((code, evaluation.title[code]) for code in languages))
        for evaluation in context.plan.evaluations
    ]
    surveys = [
        Entry(
            "stakeholders", f"stakeholders-{year}", tuple((code, _survey(code, year)) for code in languages)
        )
        for year in survey_years(context)
    ]
    return [*evaluations, *surveys]


def _survey(language: Language, year: int) -> str:
    return words_for(language).say("Stakeholder survey {year}", year=year)
