from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir

import reports
from pipeline.schemas import ANALYST, MART, PUBLIC, codes
from reports import RenderedReport, stakeholder_report
from reports.collation import latvian_key
from reports.language import read_catalogue, words_for
from tests.reports.example_marts import context
from tests.reports.reading import text_of

LV, EN = words_for("lv"), words_for("en")
FOLDER = Path(reports.__file__).parent
SAID = {"say": None, "say_number": (1, 2)}


def said() -> list[str | tuple[str, ...]]:
    """Every text that code and templates say, a plural as a pair."""
    found = extract_from_dir(
        FOLDER, method_map=[("**.py", "python"), ("**.jinja", "jinja2")], keywords=SAID, comment_tags=()
    )
    return [message for _, _, message, _, _ in found]


def forms_of(message: Message) -> list[str]:
    """The translations of a text: one, or one a plural form."""
    found = message.string or ""
    return [found] if isinstance(found, str) else list(found)


def test_every_text_has_a_latvian_translation() -> None:
    catalogue = read_catalogue("lv")
    missing = []
    for message in said():
        found = catalogue.get(message if isinstance(message, str) else message[0])
        if found is None or not all(forms_of(found)):
            missing.append(message)
    assert missing == []


def test_the_catalogue_has_no_text_that_nothing_says() -> None:
    texts = {message if isinstance(message, str) else message[0] for message in said()}
    ids = {m.id if isinstance(m.id, str) else m.id[0] for m in read_catalogue("lv") if m.id and not m.context}
    assert ids - texts == set()


def test_both_catalogues_name_the_same_codes() -> None:
    named = [{(m.context, m.id) for m in read_catalogue(language) if m.context} for language in ("lv", "en")]
    assert named[0] == named[1]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("verdict", codes.VERDICTS),
        ("respondent", codes.RESPONDENTS),
        ("threshold_kind", codes.THRESHOLD_KINDS),
        ("service_group", codes.SERVICE_GROUPS),
        ("employment_status", codes.EMPLOYMENT_STATUSES),
        ("role_of_respondent", codes.STAKEHOLDER_ROLES),
        ("construct", codes.CONSTRUCTS),
        ("region", codes.REGIONS),
        ("sex", codes.SEXES),
        ("mart", [table.removeprefix("mart.") for table in MART]),
    ],
)
def test_every_code_has_a_name(kind: str, values: list[str]) -> None:
    assert [code for code in values if not (LV.knows(kind, code) and EN.knows(kind, code))] == []


def test_placeholders_are_the_same_in_the_translation() -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    wrong = []
    for message in read_catalogue("lv"):
        if message.context or not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        wrong += [form for form in forms_of(message) if places(form) != places(ids[-1])]
    assert wrong == []


def test_latvian_plural_forms() -> None:
    one, many = "{n} person is in the evaluation.", "{n} persons are in the evaluation."
    spoken = [LV.say_number(one, many, n) for n in (0, 1, 2, 10, 11, 21, 101, 111)]
    assert [text.split()[2:4] for text in spoken] == [
        ["0", "personas."],
        ["1", "persona."],
        ["2", "personas."],
        ["10", "personas."],
        ["11", "personas."],
        ["21", "persona."],
        ["101", "persona."],
        ["111", "personas."],
    ]


@pytest.mark.parametrize(
    ("value", "digits", "latvian", "english"),
    [
        (1234.5, 1, "1\xa0234,5", "1,234.5"),
        (Decimal("84892.40"), 2, "84\xa0892,40", "84,892.40"),
        (0.125, 2, "0,13", "0.13"),  # half up, not to even
        (2.675, 2, "2,68", "2.68"),  # as written, not as the float nearest to it
        (-1.25, 1, "−1,3", "−1.3"),
        (-0.04, 1, "0,0", "0.0"),
    ],
)
def test_numbers(value: float | Decimal, digits: int, latvian: str, english: str) -> None:
    assert (LV.number(value, digits), EN.number(value, digits)) == (latvian, english)


def test_signs_intervals_percent_and_p() -> None:
    assert LV.number(3.14, 1, sign=True) == "+3,1"
    assert LV.interval(-0.25, 1.5, 2) == "−0,25;\xa01,50"
    assert LV.percent(0.845) == "85%"
    assert LV.p_value(0.0004) == "<0,001"
    assert EN.p_value(0.0125) == "0.013"
    assert LV.date(dt.date(2018, 9, 1)) == "2018. gada 1. septembris"


def test_a_null_reads_differently_when_hidden() -> None:
    assert LV.number(None, hidden=True) == "–"
    assert LV.number(None) == "…"


def test_latvian_alphabetical_order() -> None:
    # The alphabet: a ā b c č d e ē f g ģ h i ī j k ķ l ļ m n ņ o p r s š t u ū v z ž
    names = [
        "Žagare",
        "Zilupe",
        "Cēsis",
        "Čakste",
        "Ādaži",
        "Aglona",
        "Ķekava",
        "Kuldīga",
        "Ogre",
        "Ozolnieki",
    ]
    assert sorted(names, key=latvian_key) == [
        "Aglona", "Ādaži", "Cēsis", "Čakste", "Kuldīga", "Ķekava", "Ogre", "Ozolnieki", "Zilupe", "Žagare",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def latvian_survey() -> RenderedReport:
    return stakeholder_report(2024, "lv", context())


def test_no_english_text_is_left_in_the_latvian_report(
    latvian: RenderedReport, latvian_survey: RenderedReport
) -> None:
    shown = text_of(latvian.html) + text_of(latvian_survey.html)
    texts = [text for message in said() for text in ([message] if isinstance(message, str) else message)]
    same = {m.id for m in read_catalogue("lv") if m.id == m.string}
    pieces = {piece.strip() for text in texts if text not in same for piece in re.split(r"{\w+}", text)}
    assert [piece for piece in pieces if len(piece) > 7 and piece in shown] == []


def test_the_latvian_report_has_no_decimal_point(latvian: RenderedReport) -> None:
    # The release 2019.1, the version 0.1.0 and the DOIs of sources are no decimals.
    shown = re.sub(r"2019\.1|0\.1\.0|doi \S+", "", text_of(latvian.html))
    assert re.findall(r"\d\.\d", shown) == []
    assert "5,42" in shown


def test_every_column_and_unit_of_a_workbook_has_a_latvian_meaning() -> None:
    known = {str(message.id) for message in read_catalogue("lv", "columns") if message.string}
    columns = [
        column for schema in (*PUBLIC.values(), *ANALYST.values()) for column in schema.columns().values()
    ]
    said = {column.description for column in columns} | {
        (column.metadata or {}).get("unit") for column in columns
    }
    assert {text for text in said if text} ^ {text for text in known if text} == set()
