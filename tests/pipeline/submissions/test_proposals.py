"""A mapping proposed for an unknown file is such that, accepted, the file goes through."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from instruments import Library
from pipeline.submissions import IntakeContext, load_mappings, propose_mappings
from tests.pipeline.submissions.small_home import PARTICIPANTS, Inbox, counts, problems


def export_with_wordings(library: Library) -> str:
    """Numbered headings with words beside the labels, answers as words: how a form tool without codes exports."""
    items = library["kidscreen10"].items
    header = [f"{n}. {item.label.lv} (pēdējā nedēļā)" for n, item in enumerate(items, start=1)]
    first = [item.options[0].label.lv.upper() for item in items]
    last = [item.options[-1].label.lv for item in items]
    lines = [
        ["Klienta kods", "Kas atbild", "Aptaujas datums", *header, "Piezīmes"],
        ["A1", "Bērns", "30.09.2018", *first, ""],
        ["A2", "Māte", "01.10.2018", *last, "zvanīt"],
    ]
    return "\n".join(";".join(line) for line in lines)


def test_an_accepted_proposal_takes_the_file_in(
    inbox: Inbox, context: IntakeContext, library: Library, tmp_path: Path
) -> None:
    inbox.write(
        {"north/participants.csv": PARTICIPANTS, "north/Atbildes 2019.csv": export_with_wordings(library)}
    )
    (text,) = propose_mappings([inbox.folder], context).values()
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings/atbildes.yaml").write_text(text, encoding="utf-8")
    accepted = Inbox(inbox.folder, replace(context, mappings=load_mappings(tmp_path / "mappings")))
    intake = accepted({})
    assert problems(intake, "north/Atbildes 2019.csv") == [
        (0, "Piezīmes", "unknown_column"),
        (2, "", "straight_line"),
        (3, "", "straight_line"),
    ]
    assert counts(intake, "north/Atbildes 2019.csv") == (2, 2, 0)
    items = library["kidscreen10"].items
    rows = intake.tables["record.answer"].select("respondent", "item", "answer").rows()
    found = {(respondent, item): answer for respondent, item, answer in rows}
    expected = {("self", item.code): item.options[0].value for item in items}
    assert found == expected | {("parent", item.code): item.options[-1].value for item in items}


TOOLS = {
    "kobotoolbox": "today=2018-09-30;who/participant_id=A1;who/respondent=self;ks/k{}=3;_uuid=u;_index=1;_status=w",
    "limesurvey": "id=1;submitdate=2018-09-30 10:15:22;lastpage=3;token=A1;respondent=self;KS10[k{}]=A3",
    "odk": "SubmissionDate=2018-09-30T07:15:30.000Z;who-participant_id=A1;who-respondent=self;ks-k{}=3;"
    "meta-instanceID=u;KEY=u;Status=;ReviewState=",
    "redcap": "record_id=A1;redcap_event_name=baseline_arm_1;respondent=self;k{}=3;kidscreen10_complete=2",
    "qualtrics": "StartDate=2018-09-30 10:00:00;EndDate=2018-09-30 10:15:22;Status=IP Address;Finished=True;"
    "ResponseId=R;ExternalReference=A1;respondent=self;KS10_k{}=3",
}


def export_of(tool: str) -> str:
    """One questionnaire of ten items, all answered alike, as a tool exports it."""
    cells: list[tuple[str, str]] = []
    for column in TOOLS[tool].split(";"):
        name, value = column.split("=")
        cells += [(name.format(n), value) for n in (range(1, 11) if "{}" in name else (0,))]
    names, values = zip(*cells, strict=True)
    imports = [f'{{"ImportId":"{name}"}}'.replace('"', '""') for name in names]
    below = [";".join(f'"{one}"' for one in imports)] if tool == "qualtrics" else []
    return "\n".join([";".join(names), *below, ";".join(values)])


@pytest.mark.parametrize("tool", TOOLS)
def test_what_a_tools_mapping_understands_is_not_asked_again(
    inbox: Inbox, context: IntakeContext, tool: str, tmp_path: Path
) -> None:
    inbox.write({"north/participants.csv": PARTICIPANTS, "north/Dati.csv": export_of(tool)})
    (text,) = propose_mappings([inbox.folder], context).values()
    comment, *rules = text.splitlines()
    assert comment.startswith("# Proposed")
    assert rules == ["files:", "- Dati*", "measure: kidscreen10", f"like: {tool}"]
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings/dati.yaml").write_text(text, encoding="utf-8")
    accepted = Inbox(inbox.folder, replace(context, mappings=load_mappings(tmp_path / "mappings")))
    rows = accepted({}).tables["record.answer"].select("respondent", "wave", "item", "answer").rows()
    assert sorted(rows) == sorted(("self", "baseline", f"k{n}", 3.0) for n in range(1, 11))


ITEMS = {"phy": 5, "pwb": 6, "emo": 7, "sel": 5, "aut": 5, "par": 6, "fin": 3, "soc": 6, "sch": 6, "bul": 3}
KIDSCREEN52 = ";".join(f"KS[{scale}{n}]" for scale, items in ITEMS.items() for n in range(1, items + 1))


@pytest.mark.parametrize(
    ("header", "measure"),
    [
        ("Dalībnieka kods;Pakalpojums;Pakalpojuma grupa;Mēnesis;Stundas;Summa", "services"),
        (
            f"id;submitdate;lastpage;Kods;{KIDSCREEN52}",
            "kidscreen52",
        ),
        ("Kods;life_as_a_whole;leisure;housing;friends;work_or_study;independence;self_confidence", "sqol_"),
    ],
)
def test_the_measure_is_found_by_codes_and_names(
    inbox: Inbox, context: IntakeContext, header: str, measure: str
) -> None:
    row = ";".join("1" for _ in header.split(";"))
    inbox.write({"north/dati.csv": f"{header}\n{row}\n"})
    (text,) = propose_mappings([inbox.folder], context).values()
    assert f"measure: {measure}" in text


def test_a_file_like_nothing_known_gets_no_proposal(inbox: Inbox, context: IntakeContext) -> None:
    inbox.write({"north/dati.csv": "alpha;beta;gamma\n1;2;3\n", "north/bilde.csv": b"\x00\x01"})
    assert propose_mappings([inbox.folder], context) == {}


def test_a_proposal_shows_no_identifier(inbox: Inbox, context: IntakeContext, library: Library) -> None:
    text = export_with_wordings(library).replace("Māte", "zanda@example.lv")
    inbox.write({"north/Atbildes.csv": text})
    (proposal,) = propose_mappings([inbox.folder], context).values()
    assert "example.lv" not in proposal
    assert "codes of respondent: what do these mean? [e-mail]" in proposal
