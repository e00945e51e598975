"""Exports of survey tools, in each tool's documented layout, go through as they are. The data are made up."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from pipeline.identity import pseudonym
from pipeline.submissions import Intake, IntakeContext, MappingError, load_mappings
from tests.pipeline.submissions.small_home import Inbox, counts, problems
from tests.pipeline.submissions.test_reading_files import workbook

Sent = Callable[[Mapping[str, str | bytes]], Intake]
Answer = tuple[str, str, str, str, float]


@pytest.fixture
def answers(context: IntakeContext) -> Callable[[Intake], list[Answer]]:
    """Person, respondent, wave, item and answer of every answer taken in."""
    persons = {pseudonym(person, context.key): person for person in ("A1", "A2", "B1")}

    def of(intake: Intake) -> list[Answer]:
        rows = intake.tables["record.answer"].drop_nulls("answer")
        found = rows.select("participant_id", "respondent", "wave", "item", "answer").rows()
        return sorted((persons[person], *rest) for person, *rest in found)

    return of


EXPECTED = [
    ("A1", "self", "baseline", "k1", 1.0),
    ("A1", "self", "baseline", "k2", 5.0),
    ("A2", "parent", "baseline", "k1", 4.0),
]

# In each tool's own layout: LimeSurvey's headings as codes (a subquestion in brackets) or as “code & text”, with
# answers as codes; KoboToolbox's XML values and headers (a group before a slash); ODK Central (a group before a
# hyphen); REDCap's raw records of several forms; Qualtrics' choice values with three rows of headings, one of them
# with a line break, and a preview of the form.
EXPORTS = Path(__file__).parent / "exports"


@pytest.mark.parametrize(
    ("name", "expected_problems"),
    [
        ("limesurvey", [(0, "KS10[k2other]", "unknown_column")]),
        ("limesurvey-code-and-text", []),
        ("kobotoolbox", []),
        ("odk-central", []),
        ("redcap", [(0, "", "rows_of_other_forms"), (0, "contact_notes", "unknown_column")]),
        ("qualtrics", [(6, "", "try_of_the_form")]),
    ],
)
def test_an_export_goes_through_as_it_is(
    sent: Sent,
    answers: Callable[[Intake], list[Answer]],
    name: str,
    expected_problems: list[tuple[int, str, str]],
) -> None:
    intake = sent({"kidscreen10-export.csv": (EXPORTS / f"{name}.csv").read_bytes()})
    assert answers(intake) == EXPECTED
    assert problems(intake, "north/kidscreen10-export.csv") == expected_problems


def test_the_same_export_as_a_workbook(sent: Sent, answers: Callable[[Intake], list[Answer]]) -> None:
    rows = [line.split(",") for line in (EXPORTS / "redcap.csv").read_text("utf-8").splitlines()]
    assert answers(sent({"kidscreen10-export.xlsx": workbook(rows)})) == EXPECTED


def test_the_same_export_with_other_delimiters_and_encoding(
    sent: Sent, answers: Callable[[Intake], list[Answer]]
) -> None:
    text = (EXPORTS / "limesurvey.csv").read_text("utf-8").replace(",", ";")
    assert answers(sent({"kidscreen10-export.csv": text.encode("utf-16")})) == EXPECTED


def test_spss_with_value_labels(
    sent: Sent, answers: Callable[[Intake], list[Answer]], tmp_path: Path
) -> None:
    """A code word may be kept as a number with its meaning; an answer stays the number."""
    frame = pl.DataFrame(
        {
            "PARTICIPANT_ID": ["A1", "A2"],
            "RESPONDENT": [1.0, 2.0],
            "WAVE": [1.0, 1.0],
            "K1": [1.0, 4.0],
            "K2": [5.0, 99.0],
        }
    )
    path = tmp_path / "made.sav"
    labels: dict[str, dict[float | int, str]] = {
        "RESPONDENT": {1: "self", 2: "parent"},
        "WAVE": {1: "baseline"},
        "K1": {1: "nemaz", 4: "ļoti", 5: "ārkārtīgi"},
        "K2": {99: "nav atbildes"},
    }
    pyreadstat.write_sav(frame, str(path), variable_value_labels=labels, missing_ranges={"K2": [99]})
    intake = sent({"kidscreen10.sav": path.read_bytes()})
    assert answers(intake) == EXPECTED
    assert problems(intake, "north/kidscreen10.sav") == []


def test_a_repeat_of_kobotoolbox_takes_the_person_from_its_parent(sent: Sent) -> None:
    """An assessment with its goals as a repeat: XLSX, a sheet a repeat."""
    main = [
        ["start", "who/participant_id", "_id", "_uuid", "_submission_time", "_index"],
        ["2018-09-30T10:01:02.000+03:00", "A1", "901", "u-1", "2018-09-30T07:15:30", "1"],
        ["2018-10-01T17:50:00.000+03:00", "A2", "902", "u-2", "2018-10-01T15:00:10", "2"],
    ]
    goals = [
        [
            "goals/goal_id",
            "goals/domain",
            "goals/attainment",
            "_index",
            "_parent_table_name",
            "_parent_index",
            "_submission__id",
            "_submission__uuid",
            "_submission__submission_time",
        ],
        ["g1", "family_support", "1", "1", "assessment", "1"],
        ["g2", "leisure", "0.5", "2", "assessment", "1"],
        ["g1", "leisure", "", "3", "assessment", "2"],
    ]
    intake = sent({"goals-kobo.xlsx": named_workbook({"assessment": main, "goals": goals})})
    assert counts(intake, "north/goals-kobo.xlsx") == (3, 3, 0)
    found = intake.tables["record.goal"].select("goal_id", "domain", "attainment").rows()
    assert found == [("g1", "family_support", 1.0), ("g2", "leisure", 0.5), ("g1", "leisure", None)]
    assert intake.tables["record.goal"]["participant_id"].n_unique() == 2


def named_workbook(sheets: Mapping[str, list[list[str]]]) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, cells in enumerate(rows):
                sheet.write_row(line, 0, cells)
    return content.getvalue()


@pytest.mark.parametrize(
    ("columns", "cells"),
    [
        ("submitdate,lastpage,token,c1[1],c1[2]", "2024-05-01 10:00:00,1,S1,,Y"),
        ("record_id,c1___1,c1___2,survey_complete", "S1,0,1,2"),
        ("respondent_id,c1,c1/1,c1/2,_uuid,_index", "S1,2,0,1,u,1"),
    ],
    ids=["limesurvey", "redcap", "kobotoolbox"],
)
def test_a_ticked_box_is_the_choice(sent: Sent, columns: str, cells: str) -> None:
    row = "staff,2024,Balvu novads"
    intake = sent({"stakeholders.csv": f"role,year,municipality,{columns}\n{row},{cells}\n"})
    assert problems(intake, "north/stakeholders.csv") == []
    assert intake.tables["record.stakeholder_answer"].select("item", "answer").rows() == [("c1", 2.0)]


def test_a_negative_code_of_redcap_has_one_more_underscore(sent: Sent) -> None:
    """REDCap puts an underscore in place of the sign: the choice -1 is the column c1____1."""
    header = "record_id,role,year,municipality,c1____1,c1___2,survey_complete"
    intake = sent({"stakeholders.csv": f"{header}\nS1,staff,2024,Balvu novads,1,0,2\n"})
    assert problems(intake, "north/stakeholders.csv") == [(2, "c1", "out_of_range")]


@pytest.mark.parametrize("missing", [[99], [{"lo": 90, "hi": 99}], [97, 98, 99], [{"lo": 98, "hi": 99}, 90]])
def test_every_kind_of_declared_missing_value_of_spss_is_no_answer(
    sent: Sent, answers: Callable[[Intake], list[Answer]], tmp_path: Path, missing: list[Any]
) -> None:
    """SPSS: up to three values, a range, or a range and a value; the system's own missing value is none anyway."""
    frame = pl.DataFrame(
        {
            "participant_id": ["A1", "A2"],
            "respondent": ["self", "parent"],
            "wave": ["baseline", "baseline"],
            "k1": [1.0, 4.0],
            "k2": [5.0, 99.0],
            "k3": [None, 99.0],
        }
    )
    path = tmp_path / "made.sav"
    pyreadstat.write_sav(frame, str(path), missing_ranges={"k2": missing, "k3": missing})
    intake = sent({"kidscreen10.sav": path.read_bytes()})
    assert problems(intake, "north/kidscreen10.sav") == []
    assert answers(intake) == EXPECTED


def test_a_declared_missing_text_of_spss_is_no_answer(
    sent: Sent, answers: Callable[[Intake], list[Answer]], tmp_path: Path
) -> None:
    """Answers kept as texts, as a form tool writes them; compressed, as SPSS saves by default."""
    frame = pl.DataFrame(
        {
            "participant_id": ["A1", "A2"],
            "respondent": ["self", "parent"],
            "wave": ["baseline", "baseline"],
            "k1": ["1", "4"],
            "k2": ["5", "NA"],
        }
    )
    path = tmp_path / "made.sav"
    pyreadstat.write_sav(frame, str(path), missing_ranges={"k2": ["NA"]}, row_compress=True)
    assert answers(sent({"kidscreen10.sav": path.read_bytes()})) == EXPECTED


def test_two_ticked_boxes_are_no_answer_to_one_question(sent: Sent) -> None:
    header = "record_id,role,year,municipality,c1___1,c1___2,survey_complete"
    intake = sent({"stakeholders.csv": f"{header}\nS1,staff,2024,Balvu novads,1,1,2\n"})
    assert problems(intake, "north/stakeholders.csv") == [(2, "c1", "not_a_number")]


OWN = """
like: limesurvey
files: ["results-survey*.csv"]
measure: kidscreen10
values: {wave: baseline}
columns: {participant_id: Kods, respondent: Kas atbild}
codes:
  respondent: {A1: self, A2: parent}
  answers: {nemaz: 1, ļoti: 4, ārkārtīgi: 5}
"""


def test_a_homes_own_mapping(inbox: Inbox, tmp_path: Path, answers: Callable[[Intake], list[Answer]]) -> None:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings/own.yaml").write_text(OWN, encoding="utf-8")
    context = replace(inbox.context, mappings=load_mappings(tmp_path / "mappings"))
    content = (
        "id,submitdate,lastpage,startlanguage,Kods,Kas atbild,KS10[k1],KS10[k2]\n"
        "1,2018-09-30 10:15:22,1,lv,A1,A1,Nemaz,ārkārtīgi\n2,2018-09-30 10:15:22,1,lv,A2,A2,ļoti,\n"
    )
    own = Inbox(inbox.folder, context)
    people = "participant_id,target_group,municipality,enrolled_on\n"
    people += "A1,children,Tukuma novads,2018-09-01\nA2,children,Tukuma novads,2018-09-01\n"
    intake = own({"north/participants.csv": people, "north/results-survey123456.csv": content})
    assert problems(intake, "north/results-survey123456.csv") == []
    assert answers(intake) == EXPECTED


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("files: [a", "mappings/own.yaml, line 1: not readable as YAML; check indentation and quotes"),
        ("- a", "mappings/own.yaml: holds no mapping; `ieguvumi check FILE` proposes one"),
        ("collumns: {a: b}", "mappings/own.yaml: collumns: Extra inputs are not permitted"),
        ("like: limesurvy", "no mapping `limesurvy`; there are kobotoolbox, limesurvey, odk"),
    ],
)
def test_a_broken_mapping_is_told_with_its_mend(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "own.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        load_mappings(tmp_path)
    assert message in str(caught.value)
