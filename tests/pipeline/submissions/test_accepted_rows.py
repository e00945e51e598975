"""Good rows of every kind become the record's tables, typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest

from instruments import Library
from pipeline.identity import pseudonym
from pipeline.record import merge
from pipeline.submissions import Intake, IntakeContext
from pipeline.submissions.building import empty_tables
from pipeline.submissions.intake import take_in
from pipeline.submissions.kinds import kind_of_file
from pipeline.submissions.received import list_received
from tests.pipeline.submissions.small_home import PARTICIPANTS, Inbox, counts, problems

Sent = Callable[[Mapping[str, str | bytes]], Intake]


def table(intake: Intake, name: str, *columns: str) -> list[tuple[object, ...]]:
    """Some columns of a record table."""
    return list(intake.tables[f"record.{name}"].select(columns).rows())


def test_participants(inbox: Inbox) -> None:
    header = (
        "Participant_ID;target_group;Municipality;enrolled_on;sex;birth_date;care_level;agreed_eur;consent"
    )
    row = "A1;Children;tukuma NOVADS;01.09.2018;F;31.12.2008;3;1 234,50 €;"
    intake = inbox({"north/participants.csv": f"{header};arm\n{row};\n"})
    assert problems(intake, "north/participants.csv") == [(2, "agreed_eur", "not_a_plain_amount")]
    found = intake.tables["record.participant"].row(0, named=True)
    assert found["participant_id"] == pseudonym("A1", inbox.context.key)
    expected = {
        "row": 2,
        "target_group": "children",
        "municipality_code": "0900200",
        "enrolled_on": dt.date(2018, 9, 1),
        "sex": "f",
        "birth_year": 2008,
        "birth_date": dt.date(2008, 12, 31),
        "care_level": 3,
        "agreed_eur": Decimal("1234.50"),
        "indicative_eur": None,
        "consent": None,
        "arm": "programme",
    }
    assert {name: found[name] for name in expected} == expected


def test_wide_answers_get_their_wave_from_the_day(sent: Sent, context: IntakeContext) -> None:
    rows = "A1,2018-09-30,self,1,\nA2,15.09.2019,parent,,\n"
    intake = sent({"kidscreen10.csv": "participant_id,answered_on,respondent,k1,k2\n" + rows})
    assert counts(intake, "north/kidscreen10.csv") == (2, 2, 0)
    assert table(intake, "answer", "participant_id", "wave", "respondent", "item", "answer") == [
        (pseudonym("A1", context.key), "baseline", "self", "k1", 1.0)
    ]


def test_long_answers_are_the_same_as_wide_ones(sent: Sent) -> None:
    wide = sent({"kidscreen10.csv": "participant_id,wave,respondent,k1,k2\nA1,baseline,self,1,5\n"})
    rows = "A1,baseline,self,k1,1\nA1,baseline,self,K2,5\nA1,baseline,self,k3,\n"
    long = sent({"kidscreen10.csv": "participant_id,wave,respondent,item,answer\n" + rows})
    columns = (
        "participant_id",
        "instrument",
        "respondent",
        "wave",
        "answered_on",
        "item",
        "answer",
        "free_text",
    )
    assert table(wide, "answer", *columns) == table(long, "answer", *columns)
    assert counts(long, "north/kidscreen10.csv") == (3, 3, 0)


def test_a_missing_code_of_the_form_stays_an_answer(sent: Sent) -> None:
    intake = sent(
        {"sqol_change.csv": "participant_id,wave,respondent,life_as_a_whole,leisure\nB1,after,self,-1,9\n"}
    )
    assert table(intake, "answer", "item", "answer") == [("life_as_a_whole", -1.0), ("leisure", 9.0)]


def test_icf_in_columns_and_in_whos_notation(sent: Sent) -> None:
    rows = (
        "A1,baseline,d450,2,,\n"
        "A1,baseline,D450,3,,capacity\n"
        "A1,baseline,e310+3,,,\n"
        "A1,baseline,e310.1,,no,\n"
        "A1,baseline,e355,4,yes,\n"
        "A1,baseline,d4,8,,\n"
    )
    intake = sent({"icf.csv": "participant_id,wave,code,qualifier,facilitator,construct\n" + rows})
    assert problems(intake, "north/icf.csv") == []
    assert table(intake, "icf_rating", "code", "qualifier", "facilitator", "construct") == [
        ("d450", 2, False, "performance"),
        ("d450", 3, False, "capacity"),
        ("e310", 3, True, "performance"),
        ("e310", 1, False, "performance"),
        ("e355", 4, True, "performance"),
        ("d4", 8, False, "performance"),
    ]


def test_goals_on_both_scales(sent: Sent) -> None:
    rows = 'A1,g1,family_support,"0,5"\nA1,g2,child_functioning,\nB1,g1,leisure,-2\n'
    intake = sent({"goal_attainment.csv": "participant_id,goal_id,domain,attainment\n" + rows})
    assert table(intake, "goal", "goal_id", "domain", "attainment") == [
        ("g1", "family_support", 0.5),
        ("g2", "child_functioning", None),
        ("g1", "leisure", -2.0),
    ]


def test_services_and_costs(sent: Sent) -> None:
    services = "participant_id;service;service_group;month;units;eur;provider_municipality;correction\n"
    costs = "month,cost_kind,eur,evaluation,municipality\n2021-07,assessment,1.234.567,children-2019,\n"
    intake = sent(
        {
            "services.csv": services
            + "A1;care;social;2019-03;1,5;12,5;;\nA1;care;social;03.2019;-1;-1.234,56;Liepāja;yes\n",
            "costs.csv": costs.replace("1.234.567", "0.10")
            + "2021-07,training_and_consultation,5,adults-2024,Liepāja\n",
        }
    )
    march = dt.date(2019, 3, 1)
    assert table(intake, "service", "month", "units", "eur", "provider_municipality", "correction") == [
        (march, Decimal("1.5000"), Decimal("12.50"), None, False),
        (march, Decimal("-1.0000"), Decimal("-1234.56"), "0170000", True),
    ]
    assert table(intake, "cost", "evaluation", "eur", "municipality_code") == [
        ("children-2019", Decimal("0.10"), None),
        ("adults-2024", Decimal("5.00"), "0005000"),
    ]


def test_stakeholders_by_the_register_of_their_year(sent: Sent, context: IntakeContext) -> None:
    header = "respondent_id,year,role,municipality,q1,c1,t1\n"
    rows = "S1,2020,staff,Liepāja,5,2,Zvaniet 29123456\nS1,2024,staff,Liepāja,,,\n"
    intake = sent({"stakeholder_survey.csv": header + rows})
    assert counts(intake, "north/stakeholder_survey.csv") == (2, 2, 0)
    one = pseudonym("S1", context.key)
    columns = ("respondent_id", "municipality_code", "item", "answer", "free_text")
    assert table(intake, "stakeholder_answer", *columns) == [
        (one, "0170000", "q1", 5.0, None),
        (one, "0170000", "c1", 2.0, None),
        (one, "0170000", "t1", None, "Zvaniet [phone]"),
    ]


def test_invitations_for_a_measure_and_for_a_year(sent: Sent, context: IntakeContext) -> None:
    header = "instrument,year,participant_id,respondent_id,role,respondent,wave,municipality,outcome\n"
    rows = (
        "kidscreen10,,A1,,,self,baseline,,answered\n,2024,,S1,staff,,,Balvu novads,refused\n,2024,A2,,,,,,\n"
    )
    intake = sent({"invitations.csv": header + rows})
    assert problems(intake, "north/invitations.csv") == []
    columns = ("invitation_for", "invited_id", "respondent", "wave", "municipality_code", "outcome")
    assert table(intake, "invitation", *columns) == [
        ("kidscreen10", pseudonym("A1", context.key), "self", "baseline", None, "answered"),
        ("2024", pseudonym("S1", context.key), "staff", "none", "0024000", "refused"),
        ("2024", pseudonym("A2", context.key), "unknown", "none", None, None),
    ]


def test_employment(sent: Sent) -> None:
    intake = sent({"employment.csv": "participant_id,wave,status\nA1,baseline,Part_Time\n"})
    assert table(intake, "employment", "wave", "status") == [("baseline", "part_time")]


def test_enrolment_does_not_depend_on_the_order_of_files(inbox: Inbox) -> None:
    answers = "participant_id,wave,respondent,k1\nA1,baseline,self,1\n"
    intake = inbox({"a/kidscreen10.csv": answers, "z/participants.csv": PARTICIPANTS})
    assert counts(intake, "a/kidscreen10.csv") == (1, 1, 0)
    paths = intake.tables["record.submission"].sort("sequence")["path"].to_list()
    assert paths == ["a/kidscreen10.csv", "z/participants.csv"]


def test_a_person_of_an_earlier_run_is_known(inbox: Inbox) -> None:
    earlier = inbox({"north/participants.csv": PARTICIPANTS})
    (inbox.folder / "north/participants.csv").unlink()
    inbox.write({"north/kidscreen10.csv": "participant_id,wave,respondent,k1\nA1,baseline,self,1\n"})
    context = IntakeContext(
        inbox.context.plan,
        inbox.context.library,
        inbox.context.register,
        inbox.context.key,
        known=earlier.tables["record.participant"],
    )
    later = take_in(list_received(inbox.folder), context)
    assert counts(later, "north/kidscreen10.csv") == (1, 1, 0)


@pytest.mark.parametrize("still_there", [True, False])
def test_the_later_enrolment_stands_whatever_the_order_of_files_and_rows(
    inbox: Inbox, still_there: bool
) -> None:
    """Somebody moved to 2019 is asked from October 2019; the earlier file is called so that it sorts last."""
    header = "participant_id,target_group,municipality,enrolled_on\n"
    first = inbox({"north/participants-z.csv": header + "A1,children,Tukuma novads,2018-09-01\n"})
    second = inbox({"north/participants-a.csv": header + "A1,children,Tukuma novads,2018-11-01\n"})
    record = merge(merge(empty_tables(), first.tables), second.tables)
    (inbox.folder / "north/participants-a.csv").unlink()
    if not still_there:
        (inbox.folder / "north/participants-z.csv").unlink()
    inbox.write({"north/kidscreen10.csv": "participant_id,answered_on,respondent,k1\nA1,2019-11-15,self,1\n"})
    context = replace(
        inbox.context,
        known=record["record.participant"].sort("enrolled_on", descending=True),
        earlier=record["record.submission"],
    )
    later = take_in(list_received(inbox.folder), context)
    assert table(later, "answer", "wave") == [("endline",)]


def test_the_identifier_depends_on_sender_kind_and_bytes_alone(inbox: Inbox) -> None:
    content = "participant_id,wave,status\n"
    first = inbox({"a/employment.csv": content, "b/employment.csv": content, "b/icf.csv": content})
    ids = first.tables["record.submission"]["submission_id"]
    assert ids.n_unique() == 3
    assert ids.str.contains("^[0-9a-f]{16}$").all()
    (inbox.folder / "a/employment.csv").rename(inbox.folder / "a/employment-renamed.csv")
    again = inbox({})
    assert set(again.tables["record.submission"]["submission_id"]) == set(ids)


@pytest.mark.parametrize(
    ("name", "kind", "measure"),
    [
        ("kidscreen52.csv", "answers", "kidscreen52"),
        ("goals-2019-10.xlsx", "goals", None),
        ("Goal_Attainment.2019.csv", "goals", None),
        ("stakeholder_survey-2024.csv", "stakeholders", "stakeholder_survey"),
        ("services (2).csv", "services", None),
        ("icf.parquet", "icf", None),
    ],
)
def test_the_file_name_decides_the_kind(library: Library, name: str, kind: str, measure: str | None) -> None:
    found = kind_of_file(name, library)
    assert found is not None
    assert (found.name, found.instrument.id if found.instrument else None) == (kind, measure)


@pytest.mark.parametrize("name", ["goalsetting.csv", "kidscreen.csv", "costs_2019.csv", ".csv"])
def test_another_name_is_no_kind(library: Library, name: str) -> None:
    assert kind_of_file(name, library) is None


def test_rows_lead_back_to_their_file(sent: Sent) -> None:
    intake = sent({"employment.csv": "\nDarbs\nparticipant_id,wave,status\n\nA1,baseline,part_time\n"})
    row = intake.tables["record.employment"].join(intake.tables["record.submission"], on="submission_id")
    assert row.select("path", "row").rows() == [("north/employment.csv", 5)]
    assert row["sha256"].str.len_chars().eq(64).all()
    assert pl.Series(row["readable"]).all()
