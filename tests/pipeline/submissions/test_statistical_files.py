"""SPSS files: names, value labels, declared missing values, days; and days as spreadsheets keep them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from pipeline.submissions import Intake
from pipeline.submissions.problems import ROW
from pipeline.submissions.reading import read_sheets
from pipeline.submissions.values import DATE, MONTH
from tests.pipeline.submissions.small_home import counts, problems

Sent = Callable[[Mapping[str, str | bytes]], Intake]


@pytest.fixture
def sav(tmp_path: Path) -> Callable[..., bytes]:
    """Makes the bytes of an SPSS file."""

    def make(frame: pl.DataFrame, **options: Any) -> bytes:
        path = tmp_path / "made.sav"
        pyreadstat.write_sav(frame, str(path), **options)
        return path.read_bytes()

    return make


def test_cells_labels_and_declared_missing_values(sav: Callable[..., bytes]) -> None:
    frame = pl.DataFrame(
        {
            "Participant_ID": ["Ā1", "A2", "A3"],
            "phy1": [1.0, 99.0, None],
            "pwb1": [2.5, 3.0, 98.0],
            "answered_on": [dt.date(2018, 9, 30), None, dt.date(2018, 10, 1)],
        }
    )
    content = sav(
        frame,
        variable_value_labels={"phy1": {1: "nemaz", 99: "nav atbildes"}},
        missing_ranges={"phy1": [99], "pwb1": [{"lo": 90, "hi": 99}]},
    )
    (sheet,) = read_sheets(content, ".sav", ["participant_id", "phy1"])
    assert sheet.cells.columns == [ROW, "participant_id", "phy1", "pwb1", "answered_on"]
    assert sheet.cells.rows() == [
        (2, "Ā1", "1", "2.5", "2018-09-30"),
        (3, "A2", None, "3", None),
        (4, "A3", None, None, "2018-10-01"),
    ]
    assert sheet.labels == {"phy1": {"1": "nemaz", "99": "nav atbildes"}}
    assert sheet.headers["participant_id"] == "Participant_ID"


def test_an_spss_file_goes_through(sent: Sent, sav: Callable[..., bytes]) -> None:
    frame = pl.DataFrame(
        {
            "participant_id": ["A1", "A2"],
            "wave": ["baseline", "baseline"],
            "respondent": ["self", "self"],
            "k1": [1.0, 5.0],
        }
    )
    intake = sent({"kidscreen10.sav": sav(frame, compress=True)})
    assert problems(intake, "north/kidscreen10.sav") == []
    assert counts(intake, "north/kidscreen10.sav") == (2, 2, 0)


def test_a_broken_spss_file_is_told(sent: Sent, sav: Callable[..., bytes]) -> None:
    content = sav(pl.DataFrame({"participant_id": ["A1"] * 50, "k1": [1.0] * 50}))
    intake = sent({"kidscreen10.sav": content[:200], "kidscreen10-2.sav": b"$FL2 but no more"})
    assert problems(intake, "north/kidscreen10.sav") == [(0, "", "unreadable_file")]
    assert problems(intake, "north/kidscreen10-2.sav") == [(0, "", "unreadable_file")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("43555", dt.date(2019, 3, 31)),  # what a spreadsheet keeps for 31 March 2019
        ("43555.0", None),
        ("2019-03-31 10:15:22", dt.date(2019, 3, 31)),
        ("2019-03-31T23:59:59.000+02:00", dt.date(2019, 3, 31)),
        ("31.03.2019 8:05", dt.date(2019, 3, 31)),
        ("2019-03-31 noon", None),
        ("99999", None),
        ("2019", None),
    ],
)
def test_days_as_programs_write_them(text: str, day: dt.date | None) -> None:
    assert pl.select(DATE.parse(pl.lit(text))).item() == day


def test_a_month_kept_as_its_first_day() -> None:
    texts = pl.Series(["43525", "43526"])  # 1 and 2 March 2019
    assert pl.select(MONTH.parse(pl.lit(texts))).to_series().to_list() == [dt.date(2019, 3, 1), None]
