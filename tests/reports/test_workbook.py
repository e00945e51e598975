"""The workbook beside a report: read back, its sheets are the marts."""

from __future__ import annotations

import io
import zipfile

import fastexcel
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.plan import Language
from pipeline.schemas import MART
from reports import Edition, ReportContext
from reports.workbook import evaluation_workbook, stakeholder_workbook
from tests.reports.example_marts import context, tables
from tests.reports.example_marts import table as rows_of


def read_back(content: bytes, table: str) -> pl.DataFrame:
    """A sheet as a frame, typed as the mart is."""
    types: dict[type[pl.DataType], str] = {pl.String: "string", pl.Boolean: "boolean"}
    schema = MART[f"mart.{table}"].columns()
    heads = fastexcel.read_excel(content).load_sheet(table, n_rows=0).available_columns()
    names = [head.name for head in heads]
    dtypes = {name: types.get(type(schema[name].dtype), "float") for name in names}
    frame = fastexcel.read_excel(content).load_sheet(table, dtypes=dtypes).to_polars()  # type: ignore[arg-type]
    return frame.with_columns(pl.col(name).cast(schema[name].dtype) for name in names)


def sheets(content: bytes) -> list[str]:
    return fastexcel.read_excel(content).sheet_names


@pytest.mark.parametrize("edition", ["public", "restricted"])
def test_the_sheets_are_the_marts_of_the_evaluation(edition: Edition) -> None:
    made = context(edition)
    content = evaluation_workbook("children-2019", "lv", made)
    checked = 0
    for table, frame in made.tables.items():
        if table not in MART or "year" in frame.columns:
            continue
        own = frame.filter(evaluation="children-2019") if "evaluation" in frame.columns else frame
        if own.is_empty():
            assert table.removeprefix("mart.") not in sheets(content)
            continue
        found = read_back(content, table.removeprefix("mart."))
        assert_frame_equal(found, own.sort(MART[table].primary_key()), check_column_order=False)
        checked += 1
    assert checked > 8


def test_the_evaluators_workbook_has_each_persons_change() -> None:
    person = {
        "evaluation": "children-2019",
        "wave_pre": "baseline",
        "wave_post": "endline",
        "instrument": "kidscreen52",
        "respondent": "self",
        "scale": "autonomy",
        "place": 1,
        "pre": 40.0,
        "post": 45.5,
        "change": 5.5,
        "outcome": "improved",
    }
    persons = rows_of("analyst.person_change", [person])
    made = context("restricted", tables={**tables(), "analyst.person_change": persons})
    content = evaluation_workbook("children-2019", "en", made)
    shown = fastexcel.read_excel(content).load_sheet("person_change").to_polars()
    assert shown.rows(named=True) == [person]
    assert "person_change" not in sheets(evaluation_workbook("children-2019", "en", context()))


def test_a_survey_has_its_years_rows() -> None:
    made = context()
    content = stakeholder_workbook(2024, "en", made)
    assert sheets(content) == ["Contents", "stakeholder_item", "Columns"]
    whole = made.tables["mart.stakeholder_item"].filter(year=2024)
    assert read_back(content, "stakeholder_item").height == whole.height > 0


@pytest.mark.parametrize(
    ("language", "first", "last"), [("lv", "Saturs", "Kolonnas"), ("en", "Contents", "Columns")]
)
def test_contents_and_columns_are_in_the_reports_language(language: Language, first: str, last: str) -> None:
    names = sheets(evaluation_workbook("children-2019", language, context()))
    assert (names[0], names[-1]) == (first, last)


def told(content: bytes, sheet: str) -> str:
    frame = fastexcel.read_excel(content).load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    return " ".join(text for column in frame for text in column.drop_nulls())


def test_the_edition_and_synthetic_data_are_marked() -> None:
    restricted = told(evaluation_workbook("children-2019", "en", context("restricted")), "Contents")
    assert "Restricted: not to be passed on" in restricted
    assert "Synthetic data" in restricted
    assert "Restricted" not in told(evaluation_workbook("children-2019", "en", context()), "Contents")


def with_reason(made: ReportContext, reason: str) -> ReportContext:
    changes = made.tables["mart.score_change"].with_columns(reason=pl.lit(reason))
    return context(tables={"mart.score_change": changes})


def test_no_text_becomes_a_formula_or_a_link() -> None:
    content = evaluation_workbook("children-2019", "en", with_reason(context(), '=HYPERLINK("http://x","y")'))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        written = b"".join(archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name)
    assert b"<f>" not in written
    assert '=HYPERLINK("http://x","y")' in told(content, "score_change")


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = (evaluation_workbook("children-2019", "lv", context()) for _ in range(2))
    assert first == second
