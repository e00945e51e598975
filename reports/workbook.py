"""The tables of a report as a workbook: a sheet a table, numbers as numbers, notes beside them.

A table's sheet holds just its rows under its columns' names, so that what reads it gets the mart back; what the
columns mean, and what was hidden, stands on sheets of their own.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import dataframely as dy
import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.plan import Language
from pipeline.schemas import MART
from reports.context import ReportContext
from reports.language import Words, column_meanings, words_for
from reports.marks import banner, edition_mark

# Without it each workbook would carry the time at which it was made, and no two would have the same bytes.
_NO_TIME = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
_FORMATS = {"EUR": "#,##0.00", "share 0-1": "0.0%", "probability": "0.000"}
_WHOLE, _FIGURE, _PLAIN = "#,##0", "0.00", "General"
_WIDEST, _NARROWEST, _NUMBER = 42, 8, 13
# A wider table is printed over several pages instead of too small to read.
_READABLE_COLUMNS = 18
_ACCENT, _PAPER_A4 = "#17486B", 9
# Far more rows than a width can depend on are not looked at.
_MEASURED_ROWS = 200


@dataclass(frozen=True)
class _Sheet:
    """A table's rows as they go into the workbook."""

    table: str
    frame: pl.DataFrame

    @property
    def name(self) -> str:
        return self.table.removeprefix("mart.")

    @property
    def columns(self) -> Mapping[str, dy.Column]:
        return MART[self.table].columns()

    @property
    def hidden(self) -> int:
        """How many rows disclosure control touched."""
        if "suppressed" not in self.frame.columns:
            return 0
        return int(self.frame["suppressed"].fill_null(value=False).sum())


def evaluation_workbook(evaluation_id: str, language: Language, context: ReportContext) -> bytes:
    """The tables of one evaluation, and those of the release that belong to no evaluation or year.

    The same input gives the same bytes. Raises PlanError when the plan has no evaluation of that id.
    """
    title = context.plan.evaluation(evaluation_id).title[language]
    sheets = _sheets(context, {"evaluation": evaluation_id}, without=("year",))
    return _workbook(context, title, sheets, words_for(language))


def stakeholder_workbook(year: int, language: Language, context: ReportContext) -> bytes:
    """The tables of one year's stakeholder survey. The same input gives the same bytes."""
    words = words_for(language)
    title = words.say("Stakeholder survey {year}", year=year)
    sheets = [
        sheet for sheet in _sheets(context, {"year": year}, without=()) if "year" in sheet.frame.columns
    ]
    return _workbook(context, title, sheets, words)


def _sheets(context: ReportContext, wanted: Mapping[str, object], without: Sequence[str]) -> list[_Sheet]:
    """The marts with the rows that have the wanted values in those columns that they have; none without rows."""
    found = []
    for table, schema in MART.items():
        frame = context.tables.get(table)
        if frame is None or not set(without).isdisjoint(frame.columns):
            continue
        for column, value in wanted.items():
            frame = frame.filter(pl.col(column) == value) if column in frame.columns else frame
        if frame.height:
            kept = frame.select(name for name in schema.column_names() if name in frame.columns)
            found.append(_Sheet(table, kept.sort(schema.primary_key())))
    return found


def _workbook(context: ReportContext, title: str, sheets: Sequence[_Sheet], words: Words) -> bytes:
    """Write the workbook: contents, a sheet a table, what the columns mean."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        workbook.set_properties(
            {"title": title, "author": f"ieguvumi {context.version}", "created": _NO_TIME}
        )
        styles = _Styles(workbook)
        _write_contents(workbook, styles, context, title, sheets, words)
        for sheet in sheets:
            _write_table(workbook, styles, sheet, context, words)
        _write_columns(workbook, styles, sheets, words)
    return file.getvalue()


class _Styles:
    """The workbook's formats, each made once."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._numbers: dict[str, Format] = {}
        self.title = workbook.add_format({"bold": True, "font_size": 16, "font_color": _ACCENT})
        self.head = workbook.add_format(
            {"bold": True, "font_color": _ACCENT, "bottom": 2, "bottom_color": _ACCENT, "text_wrap": True}
        )
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.warning = workbook.add_format({"bold": True, "font_color": "#9C2F10", "text_wrap": True})
        self.link = workbook.get_default_url_format()

    def number(self, column: dy.Column) -> Format:
        """The format of a column's cells, by its unit and type."""
        pattern = _pattern(column)
        if pattern not in self._numbers:
            self._numbers[pattern] = self._workbook.add_format({"num_format": pattern})
        return self._numbers[pattern]


def _unit(column: dy.Column) -> str:
    return (column.metadata or {}).get("unit") or ""


def _pattern(column: dy.Column) -> str:
    unit = _unit(column)
    if unit in _FORMATS:
        return _FORMATS[unit]
    if isinstance(column, dy.Int64):
        return _WHOLE if unit else _PLAIN
    return _FIGURE if isinstance(column, dy.Float64 | dy.Decimal) else _PLAIN


def _write_contents(
    workbook: xlsxwriter.Workbook,
    styles: _Styles,
    context: ReportContext,
    title: str,
    sheets: Sequence[_Sheet],
    words: Words,
) -> None:
    """The first sheet: what this is, how to read it, and a link to each table."""
    say, sheet = words.say, workbook.add_worksheet(words.say("Contents"))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 3, 20)
    sheet.write_string(0, 0, title, styles.title)
    lines = [
        (say("Release"), context.release),
        (say("Edition"), words.name("edition", context.edition)),
        (say("Made with"), f"ieguvumi {context.version}"),
    ]
    for row, (name, value) in enumerate(lines, start=1):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    row = len(lines) + 2
    warnings = [text for text in (edition_mark(context, words), banner(context, words)) if text]
    for warning in warnings:
        sheet.merge_range(row, 0, row, 3, warning, styles.warning)
        row += 1
    for note in _notes(context, words):
        sheet.merge_range(row, 0, row, 3, note, styles.wrapped)
        sheet.set_row(row, 32)
        row += 1
    _write_links(sheet, styles, row + 1, sheets, words)
    _set_up_print(sheet, title, words)


def _notes(context: ReportContext, words: Words) -> list[str]:
    say = words.say
    found = [
        say(
            "Each table has a sheet of its own; the last sheet says what the columns mean. "
            "Shares are numbers from 0 to 1."
        )
    ]
    if context.edition == "public":
        found.append(say("An empty cell was hidden to protect privacy or could not be computed (`reason`)."))
    else:
        found.append(
            say("Every figure is shown; `suppressed` marks those that the public edition does not show.")
        )
    return found


def _write_links(sheet: Worksheet, styles: _Styles, row: int, sheets: Sequence[_Sheet], words: Words) -> None:
    heads = [words.say("Table"), words.say("Sheet"), words.say("Rows"), words.say("Rows with hidden figures")]
    sheet.write_row(row, 0, heads, styles.head)
    for place, table in enumerate(sheets, start=row + 1):
        sheet.write_url(
            place, 0, f"internal:'{table.name}'!A1", styles.link, words.name("mart", table.name).capitalize()
        )
        sheet.write_string(place, 1, table.name)
        sheet.write_number(place, 2, table.frame.height)
        sheet.write_number(place, 3, table.hidden)


def _write_table(
    workbook: xlsxwriter.Workbook, styles: _Styles, table: _Sheet, context: ReportContext, words: Words
) -> None:
    """A table as it is: its columns' names, its rows; the head stays in view and can be filtered by."""
    sheet = workbook.add_worksheet(table.name)
    for place, (name, column) in enumerate(_shown(table)):
        sheet.write_string(0, place, name, styles.head)
        style, write = styles.number(column), _writing(column)
        sheet.set_column(place, place, _width(name, table.frame[name]), style)
        for row, value in enumerate(table.frame[name].to_list(), start=1):
            if value is not None:
                write(sheet, row, place, value, style)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, table.frame.height, table.frame.width - 1)
    _set_up_print(sheet, words.name("mart", table.name).capitalize(), words, table.frame.width)
    sheet.repeat_rows(0)
    if context.edition == "restricted":
        sheet.set_tab_color("#9C2F10")


def _shown(table: _Sheet) -> list[tuple[str, dy.Column]]:
    return [(name, table.columns[name]) for name in table.frame.columns]


def _writing(column: dy.Column) -> Callable[[Worksheet, int, int, Any, Format], None]:
    """The function that writes a cell of this type, so that a text never becomes a formula or a number."""
    if isinstance(column, dy.Bool):
        return lambda sheet, row, place, value, _: sheet.write_boolean(row, place, value)
    if isinstance(column, dy.Date):
        return lambda sheet, row, place, value, _: sheet.write_string(row, place, value.isoformat())
    if isinstance(column, dy.String):
        return lambda sheet, row, place, value, _: sheet.write_string(row, place, value)
    return lambda sheet, row, place, value, style: sheet.write_number(row, place, _number(value), style)


def _number(value: float | Decimal) -> float:
    """The number that a cell holds: cells are doubles, exact for amounts of money to the cent below 10^13."""
    return float(value)


def _width(name: str, values: pl.Series) -> int:
    """The width that a column's name and its first rows need, in letters; a number's format needs its own."""
    if values.dtype != pl.String:
        return max(_NUMBER, len(name) + 3)
    letters: list[int | None] = values.head(_MEASURED_ROWS).str.len_chars().to_list()
    longest = max([len(name) + 3, *(n + 1 for n in letters if n is not None)])
    return max(_NARROWEST, min(_WIDEST, longest))


def _write_columns(
    workbook: xlsxwriter.Workbook, styles: _Styles, sheets: Sequence[_Sheet], words: Words
) -> None:
    """The last sheet: what each column of each table means, and its unit."""
    sheet = workbook.add_worksheet(words.say("Columns"))
    heads = [words.say("Sheet"), words.say("Column"), words.say("Meaning"), words.say("Unit")]
    sheet.write_row(0, 0, heads, styles.head)
    for place, width in enumerate((22, 24, 90, 20)):
        sheet.set_column(place, place, width)
    meaning = column_meanings(words.language).gettext
    row = 1
    for table in sheets:
        for name, column in _shown(table):
            said = [text and meaning(text) for text in (column.description or "", _unit(column))]
            for place, text in enumerate([table.name, name, *said]):
                sheet.write_string(row, place, text, styles.wrapped)
            row += 1
    sheet.freeze_panes(1, 0)
    _set_up_print(sheet, words.say("Columns"), words)
    sheet.repeat_rows(0)


def _set_up_print(sheet: Worksheet, title: str, words: Words, columns: int = 0) -> None:
    """A4 across, numbered, as wide as one page if that can still be read."""
    sheet.set_landscape()
    sheet.set_paper(_PAPER_A4)
    sheet.fit_to_pages(1 if columns <= _READABLE_COLUMNS else 0, 0)
    sheet.set_header(f"&L{title.replace('&', '&&')}")
    page = words.say("Page")
    sheet.set_footer(f"&R{page} &P / &N")
