"""Each kind of bad input lands in `rejected/` with its place and what was expected; the rest goes on."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

from pipeline.submissions import Intake, write_rejected
from tests.pipeline.submissions.small_home import Inbox, counts, problems

Sent = Callable[[Mapping[str, str | bytes]], Intake]

HEADER = "participant_id,wave,respondent,k1,k2\n"


def test_a_file_that_cannot_be_read(sent: Sent) -> None:
    intake = sent(
        {"goals.xlsx": b"this is no workbook", "kidscreen10.csv": HEADER + "A1,baseline,self,1,2\n"}
    )
    assert problems(intake, "north/goals.xlsx") == [(0, "", "unreadable_file")]
    assert counts(intake, "north/goals.xlsx") == (0, 0, 0)
    assert counts(intake, "north/kidscreen10.csv") == (1, 1, 0)


def test_an_unknown_measure(sent: Sent) -> None:
    intake = sent({"sf36.csv": HEADER + "A1,baseline,self,1,2\n"})
    assert problems(intake, "north/sf36.csv") == [(0, "", "unknown_kind")]
    kinds = dict(intake.tables["record.submission"].select("path", "kind").iter_rows())
    assert kinds["north/sf36.csv"] == "unknown"


def test_an_unknown_item_column_is_left_out_and_said(sent: Sent) -> None:
    intake = sent({"kidscreen10.csv": "participant_id,wave,respondent,k1,k99\nA1,baseline,self,1,2\n"})
    assert problems(intake, "north/kidscreen10.csv") == [(0, "k99", "unknown_column")]
    assert intake.tables["record.answer"]["item"].to_list() == ["k1"]


def test_an_answer_out_of_range_rejects_the_whole_row(sent: Sent) -> None:
    rows = "A1,baseline,self,1,2\nA2,baseline,self,1,55\n"
    intake = sent({"kidscreen10.csv": HEADER + rows})
    assert problems(intake, "north/kidscreen10.csv") == [(3, "k2", "out_of_range")]
    assert counts(intake, "north/kidscreen10.csv") == (2, 1, 1)
    assert intake.tables["record.answer"].select("row", "item", "answer").rows() == [
        (2, "k1", 1),
        (2, "k2", 2),
    ]


def test_a_person_nobody_enrolled(sent: Sent) -> None:
    intake = sent({"kidscreen10.csv": HEADER + "Z9,baseline,self,1,2\n"})
    assert problems(intake, "north/kidscreen10.csv") == [(2, "participant_id", "unknown_person")]


def test_a_date_that_is_none(sent: Sent) -> None:
    intake = sent({"goals.csv": "participant_id,goal_id,domain,set_on\nA1,g1,family_support,2018-02-30\n"})
    assert problems(intake, "north/goals.csv") == [(2, "set_on", "not_a_date")]


def test_a_second_row_for_the_same_answer_rejects_both(sent: Sent) -> None:
    rows = "A1,baseline,self,1,2\nA1,baseline,parent,1,2\nA1,baseline,self,2,2\n"
    intake = sent({"kidscreen10.csv": HEADER + rows})
    assert problems(intake, "north/kidscreen10.csv") == [(2, "", "duplicate_row"), (4, "", "duplicate_row")]
    assert counts(intake, "north/kidscreen10.csv") == (3, 1, 2)


def test_the_same_answer_in_two_submissions_is_no_duplicate(sent: Sent) -> None:
    row = "A1,baseline,self,1,2\n"
    intake = sent(
        {"kidscreen10-a.csv": HEADER + row, "kidscreen10-b.csv": HEADER + row + "A2,baseline,self,1,1\n"}
    )
    assert intake.tables["record.problem"].is_empty()
    assert intake.tables["record.answer"].height == 6


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("goals.csv", "participant_id,goal_id\nA1,g1\n", (0, "domain", "missing_column")),
        (
            "kidscreen10.csv",
            "participant_id,respondent,k1\nA1,self,1\n",
            (0, "wave / answered_on", "missing_column"),
        ),
        (
            "kidscreen10.csv",
            "participant_id,wave,respondent\nA1,baseline,self\n",
            (0, "item", "missing_column"),
        ),
        ("employment.csv", "participant_id,wave,status\nA1,baseline,\n", (2, "status", "missing_value")),
        ("employment.csv", "participant_id,wave,status\nA1,baseline,idle\n", (2, "status", "unknown_code")),
        ("employment.csv", "participant_id,wave,status\nA1,before,unknown\n", (2, "wave", "unknown_wave")),
        ("goals.csv", "participant_id,goal_id,domain\nA1,g,money\n", (2, "domain", "unknown_domain")),
        (
            "goals.csv",
            "participant_id,goal_id,domain,attainment\nA1,g,leisure,2\n",
            (2, "attainment", "out_of_range"),
        ),
        (
            "goals.csv",
            "participant_id,goal_id,domain,attainment\nB1,g,leisure,0.5\n",
            (2, "attainment", "out_of_range"),
        ),
        ("icf.csv", "participant_id,wave,code,qualifier\nA1,baseline,x9,1\n", (2, "code", "not_an_icf_code")),
        (
            "icf.csv",
            "participant_id,wave,code,qualifier\nA1,baseline,d450,7\n",
            (2, "qualifier", "out_of_range"),
        ),
        (
            "icf.csv",
            "participant_id,wave,code,qualifier\nA1,baseline,d450,\n",
            (2, "qualifier", "missing_value"),
        ),
        (
            "icf.csv",
            "participant_id,wave,code\nA1,baseline,d450+3\n",
            (2, "code", "facilitator_not_environmental"),
        ),
        (
            "icf.csv",
            "participant_id,wave,code,qualifier\nA1,baseline,e310+3,2\n",
            (2, "qualifier", "qualifiers_differ"),
        ),
        (
            "services.csv",
            "participant_id,service,service_group,month,units,eur\nA1,care,social,2019-03,1,-5\n",
            (2, "eur", "negative_amount"),
        ),
        (
            "services.csv",
            "participant_id,service,service_group,month,units,eur\nA1,care,social,2019-03,1,5.123\n",
            (2, "eur", "not_an_amount"),
        ),
        (
            "services.csv",
            "participant_id,service,service_group,month,units,eur\nA1,care,social,2019-13,1,5\n",
            (2, "month", "not_a_month"),
        ),
        (
            "services.csv",
            "participant_id,service,service_group,month,units,eur,provider_municipality\n"
            "A1,care,social,2019-03,1,5,Daugavpils\n",
            (2, "provider_municipality", "unknown_municipality"),
        ),
        (
            "costs.csv",
            "month,cost_kind,eur,evaluation\n2019-03,assessment,5,pensioners\n",
            (2, "evaluation", "unknown_evaluation"),
        ),
        (
            "stakeholders.csv",
            "respondent_id,year,role,municipality,q1\nS1,2024,mayor,Balvu novads,1\n",
            (2, "role", "unknown_code"),
        ),
        (
            "kidscreen10.csv",
            "participant_id,answered_on,respondent,k1\nA1,2018-12-24,self,1\n",
            (2, "answered_on", "in_no_window"),
        ),
        (
            "kidscreen10.csv",
            "participant_id,wave,respondent,item,answer\nA1,baseline,self,k77,1\n",
            (2, "item", "unknown_item"),
        ),
        (
            "kidscreen10.csv",
            "participant_id,wave,respondent,item,answer\nA1,baseline,self,k1,many\n",
            (2, "answer", "not_a_number"),
        ),
        (
            "beach_center_fqol.csv",
            "participant_id,wave,respondent,s1\nA1,baseline,cat,1\n",
            (2, "respondent", "unknown_respondent"),
        ),
        ("goals.csv", "participant_id,goal_id,domain\nA1,g1,leisure,more,cells\n", (2, "", "too_many_cells")),
        (
            "goals.csv",
            "participant_id,goal_id,domain,domain\nA1,g1,leisure,leisure\n",
            (0, "domain", "repeated_column"),
        ),
    ],
)
def test_one_problem_and_nothing_accepted(
    sent: Sent, file: str, content: str, expected: tuple[int, str, str]
) -> None:
    intake = sent({file: content})
    found = problems(intake, f"north/{file}")
    assert expected in found
    received, accepted, rejected = counts(intake, f"north/{file}")
    assert (received, accepted, rejected) == (1, 0, 1)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("C1,children,Atlantis,2018-09-01,,,", ("municipality", "unknown_municipality")),
        ("C1,children,Augstkalnes novads,2018-09-01,,,", ("municipality", "unknown_municipality")),
        ("C1,pensioners,Tukuma novads,2018-09-01,,,", ("target_group", "unknown_code")),
        ("C1,children,Tukuma novads,tomorrow,,,", ("enrolled_on", "not_a_date")),
        ("C1,children,Tukuma novads,2018-09-01,x,,", ("sex", "unknown_code")),
        ("C1,children,Tukuma novads,2018-09-01,f,2031,", ("birth_year", "born_after_enrolment")),
        ("C1,children,Tukuma novads,2018-09-01,f,2008,2018-08-01", ("left_on", "left_before_enrolment")),
    ],
)
def test_a_participant_who_cannot_be(inbox: Inbox, row: str, expected: tuple[str, str]) -> None:
    header = "participant_id,target_group,municipality,enrolled_on,sex,birth_year,left_on\n"
    intake = inbox({"north/participants.csv": header + row + "\n"})
    assert problems(intake, "north/participants.csv") == [(2, *expected)]
    assert intake.tables["record.participant"].is_empty()


def test_equal_rows_of_services_are_warned_about_and_kept(sent: Sent) -> None:
    row = "A1,care,social,2019-03,1,5\n"
    intake = sent({"services.csv": "participant_id,service,service_group,month,units,eur\n" + row + row})
    assert problems(intake, "north/services.csv") == [(2, "", "equal_rows"), (3, "", "equal_rows")]
    assert counts(intake, "north/services.csv") == (2, 2, 0)


def test_the_same_bytes_twice_count_once(sent: Sent) -> None:
    content = HEADER + "A1,baseline,self,1,2\n"
    intake = sent({"kidscreen10.csv": content, "later/kidscreen10-again.csv": content})
    assert problems(intake, "north/kidscreen10.csv") == [(0, "", "sent_twice")]
    assert intake.tables["record.submission"].height == 2
    assert intake.tables["record.answer"].height == 2


def test_links_out_of_the_inbox_pipes_and_strays_are_refused(inbox: Inbox, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("participant_id\nX\n", encoding="utf-8")
    inbox.write({"north/.keep": "", "goals.csv": "participant_id,goal_id,domain\n"})
    (inbox.folder / "north" / "participants.csv").symlink_to(tmp_path / "secret.csv")
    (inbox.folder / "north" / "elsewhere").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(inbox.folder / "north" / "costs.csv")
    intake = inbox({})
    assert problems(intake, "north/participants.csv") == [(0, "", "outside_inbox")]
    assert problems(intake, "north/elsewhere") == [(0, "", "outside_inbox")]
    assert problems(intake, "north/costs.csv") == [(0, "", "not_a_file")]
    assert problems(intake, "goals.csv") == [(0, "", "no_sender")]
    assert intake.tables["record.submission"].height == 4


def test_no_value_and_no_identifier_in_the_tables(sent: Sent) -> None:
    """A row full of direct identifiers: none of them in any table, masked in what the sender gets back."""
    header = "participant_id,goal_id,domain,set_on,Vārds,talrunis\n"
    row = "010190-12345,g1,leisure,anna@example.org,Anna Paraudziņa,+371 29123456\n"
    intake = sent({"goals.csv": header + row})
    text = "".join(frame.write_csv() for frame in intake.tables.values())
    for secret in ("010190", "anna@", "Paraudziņa", "29123456"):
        assert secret not in text
    rules = {rule for _, _, rule in problems(intake, "north/goals.csv")}
    assert rules == {"identifying_column", "unknown_person", "not_a_date"}


def test_rejected_rows_go_back_with_reasons_in_both_languages(sent: Sent, tmp_path: Path) -> None:
    rows = "A1,baseline,self,1,2\nA2,baseline,self,=1+1,2\nA2,baseline,parent,-1,9\n"
    intake = sent({"kidscreen10.csv": HEADER + rows})
    write_rejected(tmp_path / "rejected", intake)
    back = pl.read_csv(tmp_path / "rejected" / "north" / "kidscreen10.csv", infer_schema=False)
    assert back["rejected_row"].to_list() == ["3", "4"]
    assert back["k1"].to_list() == ["'=1+1", "-1"]
    assert "expected: a number" in back["problems_en"][0]
    assert "jābūt: skaitlis" in back["problems_lv"][0]
    workbook = pl.read_excel(tmp_path / "rejected" / "north.xlsx", sheet_id=4, infer_schema_length=0)
    assert workbook["rejected_row"].to_list() == ["3", "4"]
    assert workbook["k1"].to_list() == ["=1+1", "-1"]


def test_the_same_rows_go_back_as_the_same_bytes(sent: Sent, tmp_path: Path) -> None:
    intake = sent({"kidscreen10.csv": HEADER + "A1,baseline,self,77,2\n"})
    write_rejected(tmp_path / "one", intake)
    time.sleep(1.1)  # a workbook tells the second in which it was made
    write_rejected(tmp_path / "other", intake)
    for name in ("north.xlsx", "north/kidscreen10.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_a_mended_file_clears_what_was_sent_back(sent: Sent, tmp_path: Path) -> None:
    folder = tmp_path / "rejected"
    write_rejected(folder, sent({"kidscreen10.csv": HEADER + "A1,baseline,self,77,2\n"}))
    other = folder / "south" / "goals.csv"
    other.parent.mkdir()
    other.write_text("kept", encoding="utf-8")
    write_rejected(folder, sent({"kidscreen10.csv": HEADER + "A1,baseline,self,1,2\n"}))
    assert sorted(path.name for path in folder.rglob("*")) == ["goals.csv", "south"]


def test_what_was_sent_back_can_be_mended_and_sent_again(sent: Sent, tmp_path: Path) -> None:
    write_rejected(tmp_path, sent({"kidscreen10.csv": HEADER + "A1,baseline,self,77,2\n"}))
    returned = (tmp_path / "north" / "kidscreen10.csv").read_text(encoding="utf-8-sig")
    mended = sent({"kidscreen10.csv": returned.replace(",77,", ",1,")})
    assert mended.tables["record.problem"].is_empty()
    assert mended.tables["record.answer"].height == 2
