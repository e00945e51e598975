"""Warnings are kept apart from errors; every row leads back to its file, sheet and row; the workbook sent back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from pipeline.record import merge
from pipeline.submissions import Intake, take_in, write_rejected
from pipeline.submissions.building import empty_tables
from pipeline.submissions.received import list_received
from tests.pipeline.submissions.small_home import PARTICIPANTS, Inbox, counts, problems
from tests.pipeline.submissions.test_reading_files import workbook

Sent = Callable[[Mapping[str, str | bytes]], Intake]
ITEMS = ",".join(f"k{number}" for number in range(1, 11))
HEADER = f"participant_id,wave,respondent,{ITEMS}\n"


def test_a_straight_line_of_answers_is_warned_about_and_kept(sent: Sent) -> None:
    rows = "A1,baseline,self,3,3,3,3,3,3,3,3,3,3\nA2,baseline,self,3,3,3,3,3,3,3,3,3,4\n"
    intake = sent({"kidscreen10.csv": HEADER + rows + "A1,endline,self,3,3,3,3,3,3,3,3,3,\n"})
    assert problems(intake, "north/kidscreen10.csv") == [(2, "", "straight_line")]
    assert counts(intake, "north/kidscreen10.csv") == (3, 3, 0)


@pytest.mark.parametrize(("year", "rules"), [("2018", []), ("2001", []), ("1999", ["unusual_age"])])
def test_an_age_outside_the_programmes_bands_is_warned_about(
    inbox: Inbox, year: str, rules: list[str]
) -> None:
    """The plan's bands are 0-17, 18-64, 65-120 for everybody; with one band, others are unusual."""
    plan = inbox.context.plan
    assert plan is not None
    evaluations = tuple(e.model_copy(update={"age_bands": ("0-17",)}) for e in plan.evaluations)
    context = replace(inbox.context, plan=plan.model_copy(update={"evaluations": evaluations}))
    header = "participant_id,target_group,municipality,enrolled_on,birth_year\n"
    intake = Inbox(inbox.folder, context)(
        {"north/participants.csv": f"{header}A1,children,Liepāja,2018-09-01,{year}\n"}
    )
    assert [rule for _, _, rule in problems(intake, "north/participants.csv")] == rules
    assert counts(intake, "north/participants.csv") == (1, 1, 0)


def test_a_row_leads_back_to_file_sheet_and_row(sent: Sent) -> None:
    header = ["participant_id", "wave", "status"]
    book = workbook(
        [header, ["A1", "baseline", "part_time"]], [["Nodarbinātība"], header, ["A2", "endline", "unknown"]]
    )
    intake = sent({"employment.xlsx": book})
    rows = intake.tables["record.employment"].join(intake.tables["record.submission"], on="submission_id")
    assert rows.select("path", "sheet", "row").rows() == [
        ("north/employment.xlsx", "Sheet1", 2),
        ("north/employment.xlsx", "Sheet2", 3),
    ]


def test_the_day_of_receipt_stays_that_of_the_first_run(inbox: Inbox) -> None:
    inbox.write({"north/participants.csv": PARTICIPANTS})
    days = (dt.date(2024, 5, 1), dt.date(2024, 6, 1))
    record = empty_tables()
    for day in days:
        intake = take_in(list_received(inbox.folder), replace(inbox.context, today=day))
        record = merge(record, intake.tables)
    assert record["record.submission"].select("sender", "received_on").rows() == [("north", days[0])]


def read(path: Path, sheet: int) -> pl.DataFrame:
    book = fastexcel.read_excel(path)
    return book.load_sheet(sheet, dtypes="string").to_polars()


def test_the_workbook_sent_back_lists_errors_and_warnings_apart(sent: Sent, tmp_path: Path) -> None:
    rows = "A1,baseline,self,3,3,3,3,3,3,3,3,3,3\nA2,baseline,self,55,1,1,1,1,1,1,1,1,1\n"
    intake = sent({"kidscreen10.csv": HEADER.replace("k1,", "K1,") + rows})
    write_rejected(tmp_path, intake)
    errors, warnings = read(tmp_path / "north.xlsx", 1), read(tmp_path / "north.xlsx", 2)
    assert errors.rows() == [
        (
            "north/kidscreen10.csv",
            "",
            "3",
            "K1",
            "55",
            "viens no: 1, 2, 3, 4, 5",
            "one of 1, 2, 3, 4, 5",
            "out_of_range",
        )
    ]
    assert warnings["noteikums / rule"].to_list() == ["straight_line"]
    assert warnings["rinda / row"].to_list() == ["2"]


def test_the_workbook_sent_back_begins_with_what_to_do(sent: Sent, tmp_path: Path) -> None:
    rows = "A1,baseline,self,1,2,3,3,3,3,3,3,3,3\nA2,baseline,self,55,1,1,1,1,1,1,1,1,1\n"
    write_rejected(tmp_path, sent({"kidscreen10.csv": HEADER + rows, "goals.xlsx": b"PK"}))
    book = fastexcel.read_excel(tmp_path / "north.xlsx")
    told = book.load_sheet(0, header_row=None, dtypes="string").to_polars().rows()
    assert told[0][:2] == ("Kas jādara", "What to do")
    assert "visu izlaboto datni" in str(told[3][0])
    assert "the whole mended file" in str(told[3][1])
    assert told[-2:] == [("north/goals.xlsx", "0", "0", "0"), ("north/kidscreen10.csv", "2", "1", "1")]
    errors = read(tmp_path / "north.xlsx", 1)
    assert errors["rinda / row"].to_list() == ["visa / all", "3"]


def test_what_is_sent_back_is_for_its_owner_alone(sent: Sent, tmp_path: Path) -> None:
    folder = tmp_path / "rejected"
    intake = sent({"kidscreen10.csv": HEADER + "A2,baseline,self,55,1,1,1,1,1,1,1,1,1\n"})
    write_rejected(folder, intake)
    (folder / "north.xlsx").chmod(0o644)
    write_rejected(folder, intake)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}
    assert modes == {"rejected": 0o700, "north": 0o700, "north.xlsx": 0o600, "kidscreen10.csv": 0o600}


def test_a_mended_return_of_a_foreign_export_goes_through(inbox: Inbox, tmp_path: Path) -> None:
    """What goes back of a survey tool's export is in our own layout; mended, it comes in as any file."""
    export = (
        "submitdate,lastpage,startlanguage,token,respondent,KS10[k1],KS10[k2]\n"
        "2018-09-30 10:00:00,1,lv,A1,self,A1,A2\n2018-09-30 10:00:00,1,lv,A2,self,A9,A2\n"
    )
    intake = inbox({"north/participants.csv": PARTICIPANTS, "north/kidscreen10-export.csv": export})
    assert counts(intake, "north/kidscreen10-export.csv") == (2, 1, 1)
    write_rejected(tmp_path / "rejected", intake)
    returned = (tmp_path / "rejected/north/kidscreen10-export.csv").read_text("utf-8-sig")
    mended = returned.replace(",9,", ",4,")
    assert mended != returned
    later = inbox({"north/kidscreen10-mended.csv": mended})
    assert problems(later, "north/kidscreen10-mended.csv") == []
    answers = later.tables["record.answer"].filter(pl.col("participant_id").is_duplicated())
    assert sorted(answers["answer"].to_list()) == [1.0, 2.0, 2.0, 4.0]


def long_rows(person: str, answers: list[str], wave: str = "baseline") -> str:
    return "".join(f"{person},{wave},self,k{n},{answer}\n" for n, answer in enumerate(answers, start=1))


def test_a_straight_line_in_the_long_layout_is_warned_about_at_its_first_row(sent: Sent) -> None:
    header = "participant_id,wave,respondent,item,answer\n"
    rows = (
        long_rows("A2", ["3"] * 9 + ["4"])
        + long_rows("A1", ["3"] * 10)
        + long_rows("A1", ["2"] * 7, "endline")
    )
    intake = sent({"kidscreen10.csv": header + rows})
    assert problems(intake, "north/kidscreen10.csv") == [(12, "", "straight_line")]
    assert counts(intake, "north/kidscreen10.csv") == (27, 27, 0)


def test_a_sender_with_warnings_alone_gets_a_workbook_too(sent: Sent, tmp_path: Path) -> None:
    intake = sent({"kidscreen10.csv": HEADER + "A1,baseline,self,3,3,3,3,3,3,3,3,3,3\n"})
    assert intake.rejected == ()
    write_rejected(tmp_path / "back", intake)
    assert [path.name for path in (tmp_path / "back").iterdir()] == ["north.xlsx"]
    assert read(tmp_path / "back/north.xlsx", 1).is_empty()
    assert read(tmp_path / "back/north.xlsx", 2)["noteikums / rule"].to_list() == ["straight_line"]
    write_rejected(
        tmp_path / "back", sent({"kidscreen10.csv": HEADER + "A1,baseline,self,3,3,3,3,3,3,3,3,3,2\n"})
    )
    assert list((tmp_path / "back").iterdir()) == []
