"""All reports of a release: made from the frames, written to files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from pipeline.plan import Language
from reports.context import Edition, RenderedReport, ReportContext
from reports.evaluation import evaluation_report
from reports.index import Entry, release_index
from reports.language import words_for
from reports.stakeholders import stakeholder_report, survey_years

Making = Callable[[Language, ReportContext], RenderedReport]
# Drawing and laying out are Python's work, so two reports at a time want two processes; new ones, since a
# copy of this one would inherit the locks of its threads.
_AT_A_TIME = 2


class Press:
    """Makes the editions of a release's reports in processes of their own, while the run goes on.

    The public edition goes into `folder`, the evaluator's into `folder/restricted`. Close it whatever happens.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pool: ProcessPoolExecutor | None = None
        self._begun: dict[Edition, tuple[ReportContext, list[Future[list[Path]]]]] = {}

    def begin(self, context: ReportContext, *, quietly: bool = False) -> None:
        """Begin an edition; one that was begun already goes on as it is.

        quietly: in one process, while the run has work of its own; else in a process a language.
        """
        if context.edition in self._begun:
            return
        self._pool = self._pool or ProcessPoolExecutor(_AT_A_TIME, mp_context=get_context("spawn"))
        target = self._target(context.edition)
        languages = context.plan.languages
        parts = [languages] if quietly else [(language,) for language in languages]
        waiting = [self._pool.submit(write_languages, target, context, part) for part in parts]
        self._begun[context.edition] = (context, waiting)

    def has_begun(self, edition: Edition) -> bool:
        """Tell whether an edition was begun."""
        return edition in self._begun

    def finish(self, listener: Callable[[str], None]) -> list[Path]:
        """Wait for all that was begun and write the indexes. Returns the files in the order written.

        listener: told the name of each file, `reports.…`, once it is written.
        """
        written: list[Path] = []
        for edition, (context, waiting) in self._begun.items():
            for path in (path for future in waiting for path in future.result()):
                listener(f"reports.{path.name}")
                written.append(path)
            written.append(write_index(self._target(edition), context))
        return written

    def close(self) -> None:
        """End the processes; what was not finished is left."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _target(self, edition: Edition) -> Path:
        return self.folder / "restricted" if edition == "restricted" else self.folder


def write_languages(folder: Path, context: ReportContext, languages: Sequence[Language]) -> list[Path]:
    """Write the reports of one edition in some languages. Returns the files in the order written."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for stem, making in _makings(context):
        for language in languages:
            written += write_report(folder, f"{stem}.{language}", making(language, context))
    return written


def write_index(folder: Path, context: ReportContext) -> Path:
    """Write the index of one edition's reports. Returns the file."""
    index = folder / "index.html"
    index.write_bytes(release_index(context, _entries(context)))
    return index


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
