"""The workbook that goes back to a sender: what to do, the problems, and the rejected rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pipeline.private_file import touch_private

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

INSTRUCTIONS = "Norādes - Instructions"
COUNTED = {
    "file": "datne / file",
    "received": "rindas / rows",
    "accepted": "pieņemtas / accepted",
    "rejected": "nav pieņemtas / rejected",
}
"""What is told of each file."""

_TO_DO = (
    ("Kas jādara", "What to do"),
    (
        "Šeit ir rindas, kuras nevarēja pieņemt, un vērtības, kuras lūdzam pārbaudīt. Pārējās rindas ir pieņemtas.",
        "Here are the rows that could not be accepted, and values that we ask you to look at. All other rows were "
        "accepted.",
    ),
    (
        "1. Lapā „Kļūdas” par katru kļūdu ir teikts, kurā datnē, rindā un kolonnā tā ir, kas tur rakstīts un kam "
        "tur jābūt. Izlabojiet to savā datnē.",
        "1. The sheet “Errors” tells of each error the file, row and column where it stands, what is written there "
        "and what should be. Mend it in your own file.",
    ),
    (
        "2. Nosūtiet vēlreiz visu izlaboto datni, ne tikai izlabotās rindas. Nekas netiks ieskaitīts divreiz.",
        "2. Send the whole mended file again, not only the mended rows. Nothing will be counted twice.",
    ),
    (
        "3. Lapā „Brīdinājumi” ir rindas, kas ir pieņemtas, bet izskatās neparasti. Ja tās ir pareizas, nekas nav "
        "jādara.",
        "3. The sheet “Warnings” has rows that were accepted but look unusual. If they are right, there is nothing "
        "to do.",
    ),
    (
        "4. Nākamajās lapās ir nepieņemtās rindas, katra ar savu iemeslu. Vārdi, tālruņi un tamlīdzīgi dati ir "
        "aizklāti.",
        "4. The other sheets have the rejected rows, each with its reason. Names, phones and the like are masked.",
    ),
)
_MOST_ROWS_A_SHEET = 1_000_000
_LONGEST_CELL = 32_000
_ROWS_LOOKED_AT = 200
_NARROWEST, _WIDEST = 8, 48
_WIDE, _NUMBER = 64, 18
_LINE_HEIGHT, _MOST_LINES = 15, 27
"""In points; Excel's rows have at most 409."""
_MOST_COLUMNS_A_PAGE = 14
_A4 = 9
# A fixed day of making, so that the same rows give the same bytes.
_MADE = dt.datetime(1980, 1, 1)


def write_workbook(
    path: Path, counted: pl.DataFrame, listed: Mapping[str, pl.DataFrame], rows: Mapping[str, pl.DataFrame]
) -> None:
    """Write a workbook of texts, readable by its owner alone.

    counted: COUNTED, a row a file. listed: the problems and the warnings, by sheet. rows: the rejected rows of each
    file.
    """
    numbered = zip(_sheet_names(list(rows)), rows.values(), strict=True)
    write_sheets(path, counted, {**listed, **dict(numbered)})


def write_sheets(path: Path, counted: pl.DataFrame, sheets: Mapping[str, pl.DataFrame]) -> None:
    """Write the same from sheets by their names."""
    import xlsxwriter  # only where rows go back: most commands write none

    touch_private(path)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        workbook.set_properties({"created": _MADE})
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        plain = workbook.add_format({"text_wrap": True, "valign": "top"})
        _write_instructions(workbook.add_worksheet(INSTRUCTIONS), counted, bold, plain)
        for name, frame in sheets.items():
            _write_table(workbook.add_worksheet(name), frame, bold, plain)


def _write_instructions(sheet: Worksheet, counted: pl.DataFrame, bold: Format, plain: Format) -> None:
    _for_print(sheet, counted.width)
    widths = _set_widths(sheet, [_WIDE, _WIDE, _NUMBER, _NUMBER])
    for line, texts in enumerate(_TO_DO):
        _write_row(sheet, line, texts, widths, bold if line == 0 else plain)
    below = len(_TO_DO) + 1
    for line, cells in enumerate([counted.columns, *counted.iter_rows()], start=below):
        _write_row(sheet, line, cells, widths, bold if line == below else plain)


def _write_table(sheet: Worksheet, rows: pl.DataFrame, bold: Format, plain: Format) -> None:
    _for_print(sheet, rows.width)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 0)
    widths = _set_widths(sheet, list(map(_width, rows)))
    _write_row(sheet, 0, rows.columns, widths, bold)
    for line, cells in enumerate(rows.head(_MOST_ROWS_A_SHEET).iter_rows(), start=1):
        _write_row(sheet, line, cells, widths, plain)


def _set_widths(sheet: Worksheet, widths: list[int]) -> list[int]:
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    return widths


def _write_row(
    sheet: Worksheet, line: int, cells: Iterable[object], widths: Sequence[int], style: Format
) -> None:
    """Write a row, high enough for its texts: not every program makes it so by itself."""
    texts = [None if cell is None else str(cell)[:_LONGEST_CELL] for cell in cells]
    lines = max(_lines(text, width) for text, width in zip(texts, widths, strict=False))
    if lines > 1:
        sheet.set_row(line, min(lines, _MOST_LINES) * _LINE_HEIGHT)
    for place, text in enumerate(texts):
        if text is not None:
            sheet.write_string(line, place, text, style)


def _lines(text: str | None, width: int) -> int:
    """Return about how many lines a text takes in a column; words are not cut, hence a little less room."""
    return 1 if text is None else -(-len(text) // max(width - 4, 1)) if len(text) > width else 1


def _for_print(sheet: Worksheet, columns: int) -> None:
    """Lay a sheet out on A4: on pages as wide as the table where it can still be read then."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.set_footer("&L&A&R&P / &N")
    if columns <= _MOST_COLUMNS_A_PAGE:
        sheet.fit_to_pages(1, 0)


def _width(column: pl.Series) -> int:
    """Return the width of a column in characters: its longest cell's, within limits."""
    cells = column.head(_ROWS_LOOKED_AT).cast(pl.String).str.len_chars().max()
    longest = max(len(column.name), cells if isinstance(cells, int) else 0) + 1
    return min(max(longest, _NARROWEST), _WIDEST)


def _sheet_names(names: Sequence[str]) -> list[str]:
    """Return names that a workbook allows: at most 31 characters, no signs of a formula, none twice."""
    return [f"{number} {name_of_sheet(name)}" for number, name in enumerate(names, start=1)]


def name_of_sheet(name: str) -> str:
    """Return the name of a file's sheet without its number."""
    return re.sub(r"[\[\]:*?/\\']", "_", name)[:24]
