"""All reports of a release: made from the frames, written to files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Literal

from pipeline.garbage_collection import collect_rarely, leave_all
from pipeline.plan import Language
from reports.codebook import FOLDER, codebook_file, codebook_page
from reports.context import Edition, RenderedPage, RenderedReport, ReportContext
from reports.evaluation import evaluation_report
from reports.index import Entry, release_index
from reports.language import words_for
from reports.own_pages import FOLDER as MUNICIPALITIES
from reports.own_pages import municipality_codes, municipality_pages
from reports.pandoc import pandoc
from reports.plain import FOLDER as PLAIN
from reports.plain import plain_report
from reports.stakeholders import stakeholder_report, survey_years
from reports.workbook import evaluation_workbook, stakeholder_workbook

Part = Literal["surveys", "evaluations"]
PARTS: tuple[Part, ...] = ("surveys", "evaluations")
Making = Callable[[Language, ReportContext], RenderedReport]
Tables = Callable[[Language, ReportContext], bytes]


class Press:
    """Makes the editions of a release's reports while the run goes on, in a process for each language.

    Drawing and laying out are Python's work, so two reports at a time want two processes; new ones, since a
    copy of this one would inherit the locks of its threads. A language stays with its process: what one edition
    drew, the next has. Close it whatever happens.
    """

    def __init__(self, languages: Sequence[Language]) -> None:
        self._makers = {
            language: ProcessPoolExecutor(1, get_context("spawn"), end_with_the_run) for language in languages
        }
        for language, maker in self._makers.items():
            maker.submit(get_ready, language)
        self._begun: dict[tuple[Edition, Part], _Begun] = {}

    def begin(self, context: ReportContext, folder: Path, parts: Sequence[Part] = PARTS) -> None:
        """Begin parts of an edition in a folder; what was begun already goes on as it is."""
        for part in parts:
            if (context.edition, part) not in self._begun:
                waiting = [
                    maker.submit(write_part, part, folder, context, language)
                    for language, maker in self._makers.items()
                ]
                self._begun[context.edition, part] = _Begun(context, folder, waiting)

    def has_begun(self) -> bool:
        """Tell whether any edition was begun."""
        return bool(self._begun)

    def finish(self, listener: Callable[[str], None]) -> list[Path]:
        """Wait for all that was begun and write the indexes. Returns the files in the order written.

        listener: told the name of each file, `reports.…`, once it is written.
        """
        written: list[Path] = []
        for begun in self._begun.values():
            for path in (path for future in begun.waiting for path in future.result()):
                listener(f"reports.{path.name}")
                written.append(path)
        # Both parts know the surveys' years and the plan: all that an index is made of.
        whole = {begun.folder: begun.context for begun in self._begun.values()}
        return [*written, *(write_index(folder, context) for folder, context in whole.items())]

    def close(self) -> None:
        """End the processes; what was not finished is left."""
        for maker in self._makers.values():
            maker.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True)
class _Begun:
    """A part of an edition that is being made."""

    context: ReportContext
    folder: Path
    waiting: list[Future[list[Path]]]


def end_with_the_run() -> None:
    """End this process when the one that began it has ended, however it ended: a killed one tells nobody."""
    run = parent_process()

    def end() -> None:
        if run is not None:
            run.join()
            os._exit(1)

    Thread(target=end, daemon=True).start()


def get_ready(language: Language) -> None:
    """Load what drawing and laying out need, so that the first report needn't wait for it."""
    collect_rarely()
    words_for(language)
    for library in ("matplotlib.figure", "matplotlib.legend", "matplotlib.backends.backend_svg"):
        import_module(library)
    pandoc()
    leave_all()


def write_language(folder: Path, context: ReportContext, language: Language) -> list[Path]:
    """Write the reports of one edition in one language. Returns the files in the order written."""
    return [path for part in PARTS for path in write_part(part, folder, context, language)]


def write_part(part: Part, folder: Path, context: ReportContext, language: Language) -> list[Path]:
    """Write a part of one edition in one language: the surveys' reports, or the evaluations' with their pages.

    Returns the files in the order written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for stem, making, tables in _surveys(context) if part == "surveys" else _evaluations(context):
        name = f"{stem}.{language}"
        written += write_report(folder, name, making(language, context), tables(language, context))
    if part == "surveys":
        return written
    plain, own = write_plain(folder, context, language), write_municipalities(folder, context, language)
    return [*written, *plain, *own, *write_codebook(folder, context, language)]


def write_plain(folder: Path, context: ReportContext, language: Language) -> list[Path]:
    """Write the plain-language version of each evaluation's report, of the public edition."""
    if context.edition != "public":
        return []
    (folder / PLAIN).mkdir(exist_ok=True)
    written: list[Path] = []
    for evaluation in context.plan.evaluations:
        page = plain_report(evaluation.id, language, context)
        written += write_page(folder / PLAIN, f"{evaluation.id}.{language}", page)
    return written


def write_municipalities(folder: Path, context: ReportContext, language: Language) -> list[Path]:
    """Write each municipality's own pages, of the public edition: they are made to be sent and shown."""
    if context.edition != "public":
        return []
    written: list[Path] = []
    for evaluation in context.plan.evaluations:
        own = folder / MUNICIPALITIES / evaluation.id
        for code, page in municipality_pages(evaluation.id, language, context):
            own.mkdir(parents=True, exist_ok=True)
            written += write_page(own, f"{code}.{language}", page)
    return written


def write_codebook(folder: Path, context: ReportContext, language: Language) -> list[Path]:
    """Write the page of each measure, beside the public edition: a measure has nothing to hide."""
    if context.edition != "public":
        return []
    (folder / FOLDER).mkdir(exist_ok=True)
    written = []
    for instrument in context.library.values():
        written.append(folder / codebook_file(instrument.id, language))
        written[-1].write_bytes(codebook_page(context, instrument, words_for(language)))
    return written


def write_index(folder: Path, context: ReportContext) -> Path:
    """Write the index of one edition's reports. Returns the file."""
    index = folder / "index.html"
    index.write_bytes(release_index(context, _entries(context)))
    return index


def write_report(folder: Path, stem: str, report: RenderedReport, tables: bytes) -> list[Path]:
    """Write one report in each of its formats as `stem` with the format's ending. Returns the files."""
    return [
        *write_page(folder, stem, report),
        _written(folder / f"{stem}.docx", report.docx),
        _written(folder / f"{stem}.xlsx", tables),
    ]


def write_page(folder: Path, stem: str, page: RenderedPage) -> list[Path]:
    """Write a page as `stem.html` and `stem.pdf`. Returns the files."""
    return [_written(folder / f"{stem}.html", page.html), _written(folder / f"{stem}.pdf", page.pdf)]


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _evaluations(context: ReportContext) -> Iterator[tuple[str, Making, Tables]]:
    """Each report's file name without language and ending, and the functions that make it and its tables."""
    for evaluation in context.plan.evaluations:
        own = evaluation.id
        yield own, partial(evaluation_report, own), partial(evaluation_workbook, own)


def _surveys(context: ReportContext) -> Iterator[tuple[str, Making, Tables]]:
    """The same for the surveys' years."""
    for year in survey_years(context):
        yield f"stakeholders-{year}", partial(stakeholder_report, year), partial(stakeholder_workbook, year)


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
    above = "" if context.edition == "public" else "../"
    plain = [replace(entry, kind="plain", stem=f"{above}{PLAIN}/{entry.stem}") for entry in evaluations]
    return [*evaluations, *surveys, *plain, *_municipality_entries(context), *_codebook_entries(context)]


def _municipality_entries(context: ReportContext) -> list[Entry]:
    """Each municipality's own pages; they lie beside the public edition."""
    above = "" if context.edition == "public" else "../"
    names = context.municipality_names
    return [
        Entry(
            "municipality",
            f"{above}{MUNICIPALITIES}/{evaluation.id}/{code}",
            tuple((language, names.get(code, code)) for language in context.plan.languages),
            tuple((language, evaluation.title[language]) for language in context.plan.languages),
        )
        for evaluation in context.plan.evaluations
        for code in municipality_codes(context, evaluation.id)
    ]


def _codebook_entries(context: ReportContext) -> list[Entry]:
    """The codebook's pages; they lie beside the public edition."""
    above = "" if context.edition == "public" else "../"
    return [
        Entry(
            "codebook",
            f"{above}{FOLDER}/{instrument.id}",
            tuple((code, instrument.short_title.in_language(code)) for code in context.plan.languages),
        )
        for instrument in context.library.values()
    ]


def _survey(language: Language, year: int) -> str:
    return words_for(language).say("Stakeholder survey {year}", year=year)
