"""Each number of a page tells the cell it comes from, and SQL finds the number there."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from instruments import load_library
from pipeline.home import Home
from reports import ReportContext, language
from reports.anchors import marked, unmarked, with_anchors, with_letters, without_letters
from reports.cells import (
    SourcedDecimal,
    SourcedFloat,
    SourcedInteger,
    TableRow,
    counted,
    fulfilled,
    of_ten,
    ratio,
    source_of,
)
from reports.context import View
from reports.document import Section
from reports.evaluation import commented, sections
from reports.language import Words, words_for
from reports.own_pages import municipality_pages
from reports.plain import plain_report
from reports.render import Numbering, fill
from reports.stakeholders import stakeholder_report
from tests.conftest import Demonstration
from tests.reports.derivation import Derivation, anchored, written

GOALS = {"evaluation": "children-2019", "population": "all", "grp": "Bauska & Iecava", "domain": "total"}
HERE = "evaluation=children-2019&population=all&grp=Bauska%20%26%20Iecava&domain=total"
ENDING = re.compile(r"\.(lv|en)\.html$")


@pytest.fixture
def row() -> TableRow:
    return TableRow(
        {**GOALS, "goals": 12, "achieved": 7, "degree": 8.5, "open": None}, "mart.goal_attainment"
    )


def test_a_number_of_a_row_tells_its_cell(row: TableRow) -> None:
    assert str(source_of(row["goals"])) == f"mart.goal_attainment?{HERE}#goals"
    assert str(source_of(row.get("degree"))) == f"mart.goal_attainment?{HERE}#degree"
    assert (row["goals"], row["degree"], row["open"]) == (12, 8.5, None)
    assert source_of(row["domain"]) is None


def test_what_is_computed_tells_its_formula(row: TableRow) -> None:
    goals, achieved = (f"mart.goal_attainment?{HERE}#{column}" for column in ("goals", "achieved"))
    assert str(source_of(sum([row["goals"], row["achieved"]]))) == f"{goals} + {achieved}"
    assert str(source_of((row["goals"] - row["achieved"]) / 4)) == f"({goals} - {achieved}) / 4"
    assert str(source_of(100 * row["achieved"])) == f"100 * {achieved}"
    assert str(source_of(ratio(row["achieved"], row["goals"]))) == f"{achieved} / {goals}"
    assert source_of(ratio(1, 3)) is None
    assert (row["goals"] - row["achieved"]) / 4 == 1.25
    assert ratio(row["degree"], 10) == Decimal("0.85")


def test_counts_of_rows_tell_what_was_counted(row: TableRow) -> None:
    hidden = counted(3, "mart.employment_flow", {"population": "all", "persons": None})
    assert str(source_of(hidden)) == "count(mart.employment_flow?population=all&persons=#)"
    better = fulfilled(1, [row], "achieved", " > 0")
    assert str(source_of(better)) == f"fulfilled(mart.goal_attainment?{HERE}#achieved > 0)"
    assert str(source_of(of_ten(6, 0, [row["achieved"], 5]))) == (
        f"in_ten(0, mart.goal_attainment?{HERE}#achieved, 5)"
    )
    assert source_of(fulfilled(1, [{"achieved": 7}], "achieved")) is None


def test_words_mark_a_number_and_nothing_else(row: TableRow) -> None:
    words = words_for("lv")
    shown = words.count_and_share(row["achieved"], row["goals"])
    assert unmarked(shown) == "7\N{NO-BREAK SPACE}(58%)"
    lettered, sources = with_letters(shown)
    assert without_letters(lettered) == unmarked(shown)
    cell = f"mart.goal_attainment?{HERE.replace('&', '&amp;')}#"
    assert with_anchors(lettered, sources) == (
        f'<span data-cell="{cell}achieved">7</span>\N{NO-BREAK SPACE}'
        f'(<span data-cell="{cell}achieved / {cell}goals">58%</span>)'
    )
    assert marked("12", 12) == words.number(12) == "12"
    assert words.number(row["open"], hidden=True) == "–"


@pytest.mark.slow  # asks a database for each number of a report
def test_every_number_is_found_by_sql(demonstration: Demonstration) -> None:
    """In every page of the release: public ones from the public tables, the evaluator's from the marts."""
    release = demonstration.release
    with closing(_opened(release / "research.duckdb")) as research:
        with closing(_opened(release / "public" / "public.duckdb")) as public:
            _is_derived(_pages(release / "reports"), Derivation({"mart": public, "meta": research}))
        with closing(_opened(demonstration.home / "warehouse.duckdb")) as warehouse:
            databases = {"mart": research, "meta": research, "analyst": warehouse}
            _is_derived((release / "reports" / "restricted").glob("*.html"), Derivation(databases))


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(path), read_only=True)


def _pages(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.html")
    yield from folder.glob("plain/*.html")
    yield from folder.glob("municipalities/*/*.html")


def _is_derived(pages: Iterator[Path], derivation: Derivation) -> None:
    shown = [(path, *found) for path in pages for found in anchored(path.read_text(encoding="utf-8"))]
    values = derivation.values({source for _, source, _ in shown})
    wrong = [
        f"{path.name}: {text} is not {values[source]}, {source}"
        for path, source, text in shown
        if not _shows(text, values[source], path)
    ]
    assert len(shown) > 10_000
    assert wrong == []


def _shows(text: str, value: float, path: Path) -> bool:
    """Whether a text is the value, rounded to the decimals it shows."""
    ending = ENDING.search(path.name)
    number = written(text, ending[1] if ending else "")
    value = value * 100 if text.endswith("%") else value
    if text.startswith("<"):
        return value < number
    half = float(Decimal(1).scaleb(int(number.as_tuple().exponent))) / 2
    return abs(value - float(number)) <= half * (1 + 1e-9)


def test_both_languages_show_the_same_numbers(demonstration: Demonstration) -> None:
    reports = demonstration.release / "reports"
    pairs = [(path, path.with_name(path.name.replace(".lv.", ".en."))) for path in reports.rglob("*.lv.html")]
    assert len(pairs) > 20
    for latvian, english in pairs:
        assert _numbers(latvian, "lv") == _numbers(english, "en"), latvian.name


def _numbers(path: Path, spoken: str) -> Counter[tuple[str, Decimal]]:
    """The numbers of a page's data with their source, each as often as it stands there."""
    found = anchored(path.read_text(encoding="utf-8"))
    return Counter((source, written(text, spoken)) for source, text in found)


# What writes numbers that no cell holds, and what they are.
NOT_OF_THE_DATA = {
    ("render", "table"): "the number of a table",
    ("render", "figure"): "the number of a figure",
    ("render", "_link"): "the number of a table",
    ("methods", "_window"): "the plan's waves",
    ("methods", "_outcome_cells"): "the plan's thresholds",
    ("methods", "_deviations"): "the plan before and after a change",
    ("plain", "_what"): "the plan's months",
    ("score_figures", "_arrows"): "a norm, in a figure",
    ("programme_cost", "_use"): "days and hours that the programme sets",
    ("stakeholders", "_page"): "a year",
    ("services.md", "root"): "the plan's months",
    ("methods.md", "root"): "the plan's thresholds",
    ("participation.md", "root"): "how many persons the plan expects",
    ("citing.md", "root"): "a year",
}


@pytest.mark.slow
def test_no_number_of_the_data_is_written_without_an_anchor(
    demonstration: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words tell who gives them a number without a source; no such number is printed past them."""
    plain_numbers = _watch_words(monkeypatch)
    past_words = _watch_printing(monkeypatch)
    context = _context(demonstration)
    for evaluation in context.plan.evaluations:
        view = View.of(context, evaluation.id, "en")
        _write(commented(view, sections(view)), view.words)
        plain_report(evaluation.id, "en", context)
        list(islice(municipality_pages(evaluation.id, "en", context), 3))
    stakeholder_report(2024, "en", context)
    assert plain_numbers == set(NOT_OF_THE_DATA)
    assert past_words - {("survey_years", "<genexpr>")} == set()  # a year is a name


def _write(written: list[Section], words: Words) -> str:
    """The Markdown of a report's sections."""
    numbering = Numbering(words)
    return fill("report.md.jinja", words, sections=written, table=numbering.table, figure=numbering.figure)


def _context(demonstration: Demonstration) -> ReportContext:
    """What the public reports of the release were made from."""
    tables: dict[str, pl.DataFrame] = {}
    for database, schema in (("research.duckdb", "meta"), ("public/public.duckdb", "mart")):
        with closing(_opened(demonstration.release / database)) as opened:
            names = opened.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = ?", [schema]
            ).fetchall()
            tables |= {f"{schema}.{name}": opened.execute(f"FROM {schema}.{name}").pl() for (name,) in names}
    plan = Home(demonstration.home).plan()
    return ReportContext(plan, load_library(), tables, "2024.1", "0.1.0", "public")


def _watch_words(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Who has a number without a source written: module and function, filled in as words are used."""
    seen: set[tuple[str, str]] = set()
    say = Words.say

    def watched(text: str, number: object) -> str:
        if source_of(number) is None:
            seen.add(_caller())
        return marked(text, number)

    def saying(words: Words, message: str, **values: object) -> str:
        if any(isinstance(value, int | float | Decimal) for value in values.values()):
            seen.add(_caller())
        return say(words, message, **values)

    monkeypatch.setattr(language, "marked", watched)
    monkeypatch.setattr(Words, "say", saying)
    return seen


def _watch_printing(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Who prints a number that has a source without words."""
    seen: set[tuple[str, str]] = set()
    for known, number in ((SourcedInteger, int), (SourcedFloat, float), (SourcedDecimal, Decimal)):

        def printed(self: Any, spec: str = "", number: Any = number) -> str:
            seen.add(_caller())
            return format(number(self), spec)

        monkeypatch.setattr(known, "__format__", printed)
        monkeypatch.setattr(known, "__str__", printed)
    return seen


def _caller() -> tuple[str, str]:
    """The module or template, and its function, that asked for the words."""
    between = ("language.py", "test_anchors.py", "jinja2/runtime.py")
    frame = sys._getframe(1)
    while frame.f_code.co_filename.endswith(between) and frame.f_back:
        frame = frame.f_back
    return Path(frame.f_code.co_filename).name.removesuffix(".py").removesuffix(
        ".jinja"
    ), frame.f_code.co_name
