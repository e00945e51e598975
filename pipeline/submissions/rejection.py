"""What goes back to a sender: the rejected rows as they were sent, with reasons in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipeline.formulas import harmless
from pipeline.identity import mask_all
from pipeline.private_file import make_private_folder, touch_private
from pipeline.submissions.coded import decoded
from pipeline.submissions.intake import Examined, Intake
from pipeline.submissions.problems import ROW, SHEET
from pipeline.submissions.reading import plain_name
from pipeline.submissions.rejection_workbook import COUNTED, write_workbook
from pipeline.submissions.wording import FORGOTTEN_PERSON

_NO_SENDER = "no sender"
_ERRORS = ("Kļūdas - Errors", "error")
_WARNINGS = ("Brīdinājumi - Warnings", "warning")
FILE, SHEET_IN_FILE, ROW_IN_FILE = "datne / file", "lapa / sheet", "rinda / row"
_ERASED = "#erased"
_LISTED = {
    "file": FILE,
    "sheet": SHEET_IN_FILE,
    "row": ROW_IN_FILE,
    "column": "kolonna / column",
    "value": "vērtība / value",
    "expected_lv": "jābūt",
    "expected": "expected",
    "rule": "noteikums / rule",
}
_WHOLE_FILE = "visa / all"


def write_rejected(folder: Path, intake: Intake) -> None:
    """Write `folder/SENDER/<path>.csv` and `folder/SENDER.xlsx` for whom anything is to be told.

    What an earlier run wrote for the senders of this intake and is no longer so is removed; other senders'
    files stay as they are.
    """
    for sender in intake.senders:
        name = sender or _NO_SENDER
        own = [one for one in intake.rejected if one.opened.file.sender == sender]
        returned = {_file_name(one, sender): rejected_rows(one) for one in own}
        noted = [one for one in intake.noted if one.opened.file.sender == sender]
        _remove_stale(folder / name, keep={f"{file}.csv" for file in returned})
        if noted:
            make_private_folder(folder / name if returned else folder)
            for file, rows in returned.items():
                _write_csv(folder / name / f"{file}.csv", rows)
            listed = {title: _listed(noted, severity) for title, severity in (_ERRORS, _WARNINGS)}
            write_workbook(folder / f"{name}.xlsx", _counted(noted), listed, returned)
        else:
            (folder / f"{name}.xlsx").unlink(missing_ok=True)


def rejected_rows(examined: Examined) -> pl.DataFrame:
    """Return a submission's rejected rows: rejected_sheet, rejected_row, problems in lv and en, the cells.

    Problems of the file as a whole stand first, at row 0. The cells are those of the columns that the kind
    knows, under the file's own names, with direct identifiers masked.
    """
    reasons = _reasons(examined.problems)
    if examined.checked is None:
        return reasons.filter(pl.col("rejected_row") == 0)
    headers = {
        # Foreign columns go back under our names, for their cells are in our codes now.
        column: header if plain_name(header) == column else column
        for column, header in examined.checked.headers.items()
    }
    rows = decoded(examined.checked.raw.filter(examined.checked.rejected)).select(
        pl.col(SHEET).cast(pl.String).alias("rejected_sheet"),
        pl.col(ROW).alias("rejected_row"),
        *(pl.col(column).alias(header) for column, header in headers.items()),
    )
    masked = rows.with_columns(mask_all(rows[header], bare_phones=False) for header in headers.values())
    place = ["rejected_sheet", "rejected_row"]
    masked = _without_erased(masked, examined.problems, place)
    with_reasons = masked.join(reasons, on=place, how="left", maintain_order="left")
    whole = reasons.filter(pl.col("rejected_row") == 0)
    columns = [*reasons.columns, *headers.values()]
    return pl.concat([whole, with_reasons.select(columns)], how="diagonal")


def _without_erased(rows: pl.DataFrame, problems: pl.DataFrame, place: list[str]) -> pl.DataFrame:
    """Return rejected rows; of an erased person's row only its place is told, no cell of it."""
    erased = problems.filter(pl.col("rule") == FORGOTTEN_PERSON.rule).select(
        pl.col("sheet").alias("rejected_sheet"),
        pl.col("row").alias("rejected_row"),
        pl.lit(value=True).alias(_ERASED),
    )
    if erased.is_empty():
        return rows
    marked = rows.join(erased.unique(), on=place, how="left", maintain_order="left")
    return marked.select(*place, pl.when(pl.col(_ERASED).is_null()).then(pl.exclude(*place, _ERASED)))


def _listed(examined: Sequence[Examined], severity: str) -> pl.DataFrame:
    """Return every problem of a sender's files in a row: where, what was found, which rule, what is expected."""
    parts = [
        one.problems.filter(pl.col("severity") == severity).select(
            pl.lit(one.opened.file.relative).alias("file"),
            "sheet",
            pl.when(pl.col("row") == 0)
            .then(pl.lit(_WHOLE_FILE))
            .otherwise(pl.col("row").cast(pl.String))
            .alias("row"),
            pl.col("column").replace({} if one.checked is None else one.checked.headers),
            "value",
            "expected_lv",
            "expected",
            "rule",
        )
        for one in examined
    ]
    return pl.concat(parts).rename(_LISTED)


def _counted(examined: Sequence[Examined]) -> pl.DataFrame:
    """Return how many rows of each file were received, accepted and rejected."""
    rows = [
        (
            one.opened.file.relative,
            one.rows_received,
            one.rows_received - one.rows_rejected,
            one.rows_rejected,
        )
        for one in examined
    ]
    return pl.DataFrame(rows, schema=list(COUNTED.values()), orient="row")


def _reasons(problems: pl.DataFrame) -> pl.DataFrame:
    """Return the errors of each row as one text in each language."""
    errors = problems.filter(pl.col("severity") == "error")
    column = pl.when(pl.col("column") == "").then(pl.lit("")).otherwise(pl.col("column") + ": ")
    told = errors.with_columns(
        (column + _quoted("„", "”") + pl.lit("jābūt: ") + pl.col("expected_lv")).alias("problems_lv"),
        (column + _quoted("“", "”") + pl.lit("expected: ") + pl.col("expected")).alias("problems_en"),
    )
    return (
        told.group_by(
            pl.col("sheet").alias("rejected_sheet"), pl.col("row").alias("rejected_row"), maintain_order=True
        )
        .agg(pl.col("problems_lv", "problems_en").str.join("; "))
        .sort("rejected_sheet", "rejected_row")
    )


def _quoted(opening: str, closing: str) -> pl.Expr:
    """Return the value in quotation marks, with a dash; nothing where there is no value to show."""
    value = pl.concat_str(pl.lit(opening), "value", pl.lit(f"{closing} — "))
    return pl.when(pl.col("value").is_null()).then(pl.lit("")).otherwise(value)


def _file_name(examined: Examined, sender: str) -> str:
    """Return a submission's path below the sender's folder, slashes as double underscores, without `.csv`."""
    relative = (
        examined.opened.file.relative.removeprefix(f"{sender}/") if sender else examined.opened.file.relative
    )
    return written_name(relative)


def written_name(relative: str) -> str:
    """Return under which name the rejected rows of a sender's file are written."""
    return relative.replace("/", "__").removesuffix(".csv")


def _remove_stale(folder: Path, keep: set[str]) -> None:
    if folder.is_dir():
        for path in folder.glob("*.csv"):
            if path.name not in keep:
                path.unlink()
        if not keep and not any(folder.iterdir()):
            folder.rmdir()


def _write_csv(path: Path, rows: pl.DataFrame) -> None:
    """Write a CSV that spreadsheets open with Latvian letters intact (UTF-8 with byte order mark)."""
    touch_private(path)
    harmless(rows.select(pl.all().cast(pl.String))).write_csv(path, include_bom=True)
