"""The tables of a report as a workbook: a sheet a table, numbers as numbers, notes beside them.

A table's sheet holds just its rows under its columns' names, so that what reads it gets the mart back; what the
columns mean, and what was hidden, stands on sheets of their own.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dataframely as dy
import polars as pl
from rvgsrust_xlsxwriter import Format, Workbook, Worksheet

from pipeline.plan import Language
from pipeline.schemas import ANALYST, MART, TABLES
from reports.context import ReportContext
from reports.language import Words, column_meanings, words_for
from reports.marks import banner, edition_mark

_PROPERTIES = "docProps/core.xml"
_MADE_AT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# Each workbook would carry the time at which it was made, and no two would have the same bytes.
_NO_TIME = b"2000-01-01T00:00:00Z"
_COMPRESSION = 2
_WHOLE, _FIGURE, _PLAIN = "#,##0", "0.00", "General"
_FORMATS = {"EUR": "#,##0.00", "share 0-1": "0.0%", "probability": "0.000", "year": _PLAIN}
_WIDEST, _NARROWEST, _NUMBER = 42, 8, 13
# A wider table is printed over several pages instead of too small to read.
_READABLE_COLUMNS = 18
_ACCENT, _WARNING, _PAPER_A4 = "#17486B", "#9C2F10", 9
# Far more rows than a width can depend on are not looked at.
_MEASURED_ROWS = 200


@dataclass(frozen=True)
class _Sheet:
    """A table's rows as they go into the workbook."""

    table: str
    frame: pl.DataFrame

    @property
    def name(self) -> str:
        return self.table.partition(".")[2]

    @property
    def columns(self) -> Mapping[str, dy.Column]:
        return TABLES[self.table].columns()

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
    """The edition's tables, of each the rows with the wanted values in its columns; none without rows."""
    found = []
    for table, schema in {**MART, **ANALYST}.items():
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
    workbook, styles = Workbook(), _Styles()
    workbook.set_properties(title=title, author=f"ieguvumi {context.version}")
    _write_contents(workbook, styles, context, title, sheets, words)
    for sheet in sheets:
        _write_table(workbook, styles, sheet, context, words)
    _write_columns(workbook, styles, sheets, words)
    return _without_time(workbook.save_to_buffer())


def _without_time(content: bytes) -> bytes:
    """The workbook as if made at one time always."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as kept,
    ):
        for part in made.infolist():
            inside = made.read(part)
            kept.writestr(part, _MADE_AT.sub(_NO_TIME, inside) if part.filename == _PROPERTIES else inside)
    return file.getvalue()


class _Styles:
    """The workbook's formats, each made once."""

    def __init__(self) -> None:
        self._numbers: dict[str, Format] = {}
        self.title = Format().set_bold().set_font_size(16).set_font_color(_ACCENT)
        self.head = Format().set_bold().set_font_color(_ACCENT).set_text_wrap()
        self.head.set_bottom_border("medium").set_border_bottom_color(_ACCENT)
        self.wrapped = Format().set_text_wrap().set_vertical_align("top")
        self.warning = Format().set_bold().set_font_color(_WARNING).set_text_wrap()
        self.link = Format().set_hyperlink()

    def number(self, column: dy.Column) -> Format:
        """The format of a column's cells, by its unit and type."""
        pattern = _pattern(column)
        if pattern not in self._numbers:
            self._numbers[pattern] = Format().set_num_format(pattern)
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
    workbook: Workbook,
    styles: _Styles,
    context: ReportContext,
    title: str,
    sheets: Sequence[_Sheet],
    words: Words,
) -> None:
    """The first sheet: what this is, how to read it, and a link to each table."""
    say, sheet = words.say, workbook.add_worksheet(words.say("Contents"))
    for place, width in enumerate((34, 20, 20, 20)):
        sheet.set_column_width(place, width)
    sheet.write(0, 0, title, styles.title)
    lines = [
        (say("Release"), context.release),
        (say("Edition"), words.name("edition", context.edition)),
        (say("Made with"), f"ieguvumi {context.version}"),
    ]
    for row, (name, value) in enumerate(lines, start=1):
        sheet.write(row, 0, name)
        sheet.write(row, 1, value)
    row = len(lines) + 2
    warnings = [text for text in (edition_mark(context, words), banner(context, words)) if text]
    for warning in warnings:
        sheet.merge_range(row, 0, row, 3, warning, styles.warning)
        row += 1
    for note in _notes(context, words):
        sheet.merge_range(row, 0, row, 3, note, styles.wrapped)
        sheet.set_row_height(row, 32)
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
        said = words.name("mart", table.name).capitalize()
        sheet.write_url(place, 0, f"internal:'{table.name}'!A1", styles.link, said)
        sheet.write(place, 1, table.name)
        sheet.write(place, 2, table.frame.height)
        sheet.write(place, 3, table.hidden)


def _write_table(
    workbook: Workbook, styles: _Styles, table: _Sheet, context: ReportContext, words: Words
) -> None:
    """A table as it is: its columns' names, its rows; the head stays in view and can be filtered by."""
    sheet = workbook.add_worksheet(table.name)
    for place, (name, column) in enumerate(_shown(table)):
        sheet.set_column_width(place, _width(name, table.frame[name]))
        sheet.set_column_format(place, styles.number(column))
    formats = {name: styles.number(column) for name, column in _shown(table)}
    sheet.write_dataframe(0, 0, _in_cells(table.frame), styles.head, column_formats=formats)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, table.frame.height, table.frame.width - 1)
    _set_up_print(sheet, words.name("mart", table.name).capitalize(), words, table.frame.width)
    sheet.set_repeat_rows(0, 0)
    if context.edition == "restricted":
        sheet.set_tab_color(_WARNING)


def _shown(table: _Sheet) -> list[tuple[str, dy.Column]]:
    columns = table.columns
    return [(name, columns[name]) for name in table.frame.columns]


def _in_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows as cells hold them: doubles, exact for amounts to the cent below 10^13, and dates as ISO text."""
    return frame.with_columns(pl.col(pl.Decimal).cast(pl.Float64), pl.col(pl.Date).cast(pl.String))


def _width(name: str, values: pl.Series) -> int:
    """The width that a column's name and its first rows need, in letters; a number's format needs its own."""
    if values.dtype != pl.String:
        return max(_NUMBER, len(name) + 3)
    letters: list[int | None] = values.head(_MEASURED_ROWS).str.len_chars().to_list()
    longest = max([len(name) + 3, *(n + 1 for n in letters if n is not None)])
    return max(_NARROWEST, min(_WIDEST, longest))


def _write_columns(workbook: Workbook, styles: _Styles, sheets: Sequence[_Sheet], words: Words) -> None:
    """The last sheet: what each column of each table means, and its unit."""
    sheet = workbook.add_worksheet(words.say("Columns"))
    heads = [words.say("Sheet"), words.say("Column"), words.say("Meaning"), words.say("Unit")]
    sheet.write_row(0, 0, heads, styles.head)
    for place, width in enumerate((22, 24, 90, 20)):
        sheet.set_column_width(place, width)
    meaning = column_meanings(words.language).gettext
    row = 1
    for table in sheets:
        for name, column in _shown(table):
            said = [text and meaning(text) for text in (column.description or "", _unit(column))]
            for place, text in enumerate([table.name, name, *said]):
                sheet.write(row, place, text, styles.wrapped)
            row += 1
    sheet.freeze_panes(1, 0)
    _set_up_print(sheet, words.say("Columns"), words)
    sheet.set_repeat_rows(0, 0)


def _set_up_print(sheet: Worksheet, title: str, words: Words, columns: int = 0) -> None:
    """A4 across, numbered, as wide as one page if that can still be read."""
    sheet.set_landscape()
    sheet.set_paper_size(_PAPER_A4)
    sheet.set_print_fit_to_pages(1 if columns <= _READABLE_COLUMNS else 0, 0)
    sheet.set_header(f"&L{title.replace('&', '&&')}")
    page = words.say("Page")
    sheet.set_footer(f"&R{page} &P / &N")
