"""The workbook that a municipality gets back: its own persons, their scores, changes, goals; in no release."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import xlsxwriter

from instruments import Library
from pipeline.plan import Language, Plan
from pipeline.returning import Returned
from reports.context import ReportContext, View
from reports.language import Words, words_for
from reports.marks import banner

# A fixed day of making, so that the same rows give the same bytes.
_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_ACCENT, _WARNING, _PAPER_A4 = "#17486B", "#9C2F10", 9
_IDENTIFIER, _PSEUDONYM = 18, 21
# Programs that lay a sheet out don't agree on the height of wrapped lines: it is set.
_LINE, _LINE_LETTERS = 16, 105
Cells = Sequence[Any]


@dataclass(frozen=True)
class _Sheet:
    """A sheet: its name, the heads with the widths of their columns, and the rows."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Cells]


def returned_workbook(found: Returned, plan: Plan, library: Library, language: Language) -> bytes:
    """Return the workbook of one sender: how to read it, persons, scores, changes, goals.

    All texts are written as texts, so that none becomes a formula. The same input gives the same bytes.
    """
    context = ReportContext(plan, library, {}, "", "", "restricted")
    writer = _Writer(found, context, words_for(language))
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        workbook.set_properties({"author": "ieguvumi", "created": _MADE})
        _write_notes(workbook, writer)
        for sheet in writer.sheets():
            _write_sheet(workbook, sheet)
    return file.getvalue()


@dataclass(frozen=True)
class _Writer:
    """What a sender gets back, in the words of one language."""

    found: Returned
    context: ReportContext
    words: Words

    def notes(self) -> Iterator[tuple[str, bool]]:
        """Give the lines of the first sheet, and whether each is a warning."""
        say = self.words.say
        yield say("Restricted: for the social workers of this municipality only. Not to be passed on."), True
        if synthetic := banner(self.context, self.words):
            yield synthetic, True
        yield say("It holds the persons whom your municipality enrolled and who consented."), False
        yield (
            say(
                "Your identifier is the one in your own file. Where it is empty, the file was not kept or the "
                "identifier tells by itself who somebody is: the file and row say who is meant."
            ),
            False,
        )
        yield (
            say(
                "A change is the score after less the score before; positive is better for the person. A change "
                "below the threshold may be chance: it is called unchanged."
            ),
            False,
        )
        yield (
            say(
                "Goals: 1 achieved, 0.5 partly, 0 not achieved, empty = open; with goal attainment scaling from "
                "−2 to +2, 0 as expected."
            ),
            False,
        )

    def sheets(self) -> list[_Sheet]:
        """Return the sheets after the first."""
        return [self._persons(), self._changes(), self._scores(), self._goals()]

    def _who(self) -> list[tuple[str, int]]:
        return [
            (self.words.say("Your identifier"), _IDENTIFIER),
            (self.words.say("Pseudonym"), _PSEUDONYM),
        ]

    def _sorted(self, rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
        """Give rows in the order of the persons, each with the sender's identifier."""
        order = self.found.persons.select("participant_id", "own_id").with_row_index("place")
        joined = rows.join(order, on="participant_id", how="inner", maintain_order="left")
        return joined.sort("place", maintain_order=True).iter_rows(named=True)

    def _persons(self) -> _Sheet:
        say, name = self.words.say, self.words.name
        heads = [(say("Your file"), 34), (say("Sheet in it"), 14), (say("Row in it"), 11),
                 (say("Municipality"), 24), (say("Enrolled"), 12), (say("Left"), 12),
                 (say("Age band"), 10)]  # fmt: skip
        rows = [
            [row["own_id"], row["participant_id"], row["path"], row["sheet"], row["row"], row["municipality"],
             row["enrolled_on"], row["left_on"], row["age_band"] and name("age_band", row["age_band"])]
            for row in self.found.persons.iter_rows(named=True)
        ]  # fmt: skip
        return _Sheet(say("Persons"), [*self._who(), *heads], rows)

    def _changes(self) -> _Sheet:
        say, outcomes = self.words.say, self._outcomes()
        heads = [(say("Evaluation"), 46), (say("Measure"), 24), (say("Respondent"), 20), (say("Scale"), 34),
                 (say("Score before"), 9), (say("Score after"), 9), (say("Change"), 10), (say("Threshold"), 11),
                 (say("Outcome by the threshold"), 18)]  # fmt: skip
        rows = []
        for row in self._sorted(self.found.changes):
            view = View.of(self.context, row["evaluation"], self.language)
            figures = [_rounded(row[column]) for column in ("pre", "post", "change", "threshold")]
            outcome = outcomes.get(row["outcome"] or "")
            rows.append(
                [row["own_id"], row["participant_id"], view.evaluation.title[self.language],
                 *self._scale(view, row), *figures, outcome]
            )  # fmt: skip
        return _Sheet(say("Changes"), [*self._who(), *heads], rows)

    def _scores(self) -> _Sheet:
        say, view = self.words.say, self._any_view()
        heads = [(say("Measure"), 24), (say("Respondent"), 20), (say("Scale"), 34), (say("Wave"), 14),
                 (say("Score"), 9), (say("Metric"), 18), (say("Items answered"), 12), (say("Items"), 9),
                 (say("Why there is no score"), 42)]  # fmt: skip
        scores = self.found.scores.with_columns(pl.col("instrument", "respondent").cast(pl.String))
        rows = [
            [row["own_id"], row["participant_id"], *self._scale(view, row), view.wave(str(row["wave"])),
             _rounded(row["score"]), self.words.name("metric", row["metric"]), row["items_answered"],
             row["items"], row["reason"] and self.words.name("reason", row["reason"])]
            for row in self._sorted(scores.sort("instrument", "respondent", "wave", maintain_order=True))
        ]  # fmt: skip
        return _Sheet(say("Scores"), [*self._who(), *heads], rows)

    def _goals(self) -> _Sheet:
        say, view = self.words.say, self._any_view()
        heads = [(say("Goal"), 16), (say("Domain"), 56), (say("Attainment"), 12), (say("Set on"), 12),
                 (say("Reviewed on"), 14)]  # fmt: skip
        rows = [
            [row["own_id"], row["participant_id"], row["goal_id"], view.label("goal_attainment", row["domain"]),
             row["attainment"], row["set_on"], row["reviewed_on"]]
            for row in self._sorted(self.found.goals)
        ]  # fmt: skip
        return _Sheet(say("Goals"), [*self._who(), *heads], rows)

    @property
    def language(self) -> Language:
        """The language as the plan names it."""
        return "lv" if self.words.language == "lv" else "en"

    def _any_view(self) -> View:
        """Return a view for the names of codes; which evaluation it is of doesn't matter for them."""
        return View.of(self.context, self.context.plan.evaluations[0].id, self.language)

    def _scale(self, view: View, row: Mapping[str, Any]) -> list[str]:
        return [
            view.measure(row["instrument"]),
            view.respondent(row["respondent"]),
            view.label(row["instrument"], str(row["scale"])),
        ]

    def _outcomes(self) -> dict[str, str]:
        say = self.words.say
        return {"improved": say("Improved"), "unchanged": say("Unchanged"), "worsened": say("Worsened")}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _write_notes(workbook: xlsxwriter.Workbook, writer: _Writer) -> None:
    """Write the first sheet: what this is, and how to read it."""
    say = writer.words.say
    sheet = workbook.add_worksheet(say("How to read it"))
    sheet.set_column(0, 0, 110)
    title = workbook.add_format({"bold": True, "font_size": 16, "font_color": _ACCENT})
    plain = workbook.add_format({"text_wrap": True, "valign": "top"})
    warning = workbook.add_format({"text_wrap": True, "bold": True, "font_color": _WARNING})
    sheet.write_string(0, 0, say("Your persons' results: {sender}", sender=writer.found.sender), title)
    for row, (note, warns) in enumerate(writer.notes(), start=2):
        sheet.write_string(row, 0, note, warning if warns else plain)
        sheet.set_row(row, _LINE * (1 + len(note) // _LINE_LETTERS))
    sheet.set_landscape()
    sheet.set_paper(_PAPER_A4)
    sheet.fit_to_pages(1, 0)


def _write_sheet(workbook: xlsxwriter.Workbook, table: _Sheet) -> None:
    """Write a table: numbers as numbers, days as days, texts as texts; the head stays in view."""
    head = workbook.add_format(
        {"bold": True, "font_color": _ACCENT, "bottom": 2, "bottom_color": _ACCENT, "text_wrap": True}
    )
    day = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left", "indent": 1})
    text = workbook.add_format({"indent": 1})
    sheet = workbook.add_worksheet(table.name)
    for place, (name, width) in enumerate(table.columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, name, head)
    for row, cells in enumerate(table.rows, start=1):
        for place, cell in enumerate(cells):
            if isinstance(cell, dt.date):
                sheet.write_datetime(row, place, dt.datetime.combine(cell, dt.time()), day)
            elif isinstance(cell, int | float):
                sheet.write_number(row, place, cell)
            elif cell is not None:
                sheet.write_string(row, place, str(cell), text)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
    sheet.set_tab_color(_WARNING)
    sheet.set_landscape()
    sheet.set_paper(_PAPER_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
