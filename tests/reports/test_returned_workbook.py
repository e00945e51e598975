"""The returned workbook: in both languages, no text becomes a formula, the same input gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import fastexcel
import polars as pl
import pytest

from instruments import load_library
from pipeline.plan import Language, parse_plan
from pipeline.returning import Returned
from reports.returned_workbook import returned_workbook
from tests.pipeline.submissions.small_home import PLAN

FORMULA = '=HYPERLINK("http://example.org")'
FOUND = Returned(
    "north",
    pl.DataFrame(
        {
            "participant_id": ["paaaa", "pbbbb"], "own_id": [FORMULA, None],
            "path": ["north/participants.csv"] * 2,
            "sheet": ["", ""], "row": [2, 3], "municipality": ["Liepājas pilsēta"] * 2,
            "enrolled_on": [dt.date(2018, 9, 1)] * 2, "left_on": [None, dt.date(2019, 1, 1)],
            "age_band": ["0-17", None],
        }
    ),
    pl.DataFrame(
        {
            "participant_id": ["paaaa"], "instrument": ["kidscreen10"], "respondent": ["self"],
            "wave": ["baseline"], "scale": ["general_hrqol"], "score": [51.239],
            "metric": ["t"], "items_answered": [10], "items": [10],
            "reason": [None],
        }
    ),
    pl.DataFrame(
        {
            "participant_id": ["pbbbb"], "goal_id": ["@g1"], "domain": ["family_support"], "attainment": [0.5],
            "set_on": [None], "reviewed_on": [None],
        }
    ),
    pl.DataFrame(
        {
            "evaluation": ["children-2019"], "participant_id": ["paaaa"], "instrument": ["kidscreen10"],
            "respondent": ["self"], "scale": ["general_hrqol"], "pre": [51.2], "post": [45.0], "change": [-6.2],
            "threshold": [5.0], "threshold_kind": ["half_sd"], "outcome": ["worsened"],
        }
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "names", "outcome"),
    [
        ("lv", ["Kā lasīt", "Personas", "Izmaiņas pa personām", "Rezultāti", "Mērķi"], "Pasliktinājās"),
        ("en", ["How to read it", "Persons", "Changes", "Scores", "Goals"], "Worsened"),
    ],
)
def test_the_workbook_in_both_languages(language: Language, names: list[str], outcome: str) -> None:
    content = returned_workbook(FOUND, parse_plan(PLAN), load_library(), language)
    assert content == returned_workbook(FOUND, parse_plan(PLAN), load_library(), language)
    book = fastexcel.read_excel(content)
    assert book.sheet_names == names
    changes = book.load_sheet(2, dtypes="string").to_polars()
    assert changes.row(0)[-5:] == ("51.2", "45", "-6.2", "5", outcome)
    assert changes.row(0)[0] == FORMULA
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
