"""Direct identifiers are recognised by column name and by content, and reach no table. All of them are made up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.direct_identifiers import is_personal_code, names_a_person
from pipeline.identity import mask, pseudonym
from pipeline.submissions import Intake, write_rejected
from pipeline.warehouse import Warehouse
from tests.pipeline.submissions.small_home import PARTICIPANTS, Inbox, problems


def code(first_ten: str) -> str:
    """A made-up personal code with its check digit: (1101 - weighted sum) mod 11 mod 10, the register's formula."""
    weighted = sum(w * int(d) for w, d in zip((1, 6, 3, 7, 9, 10, 5, 8, 4, 2), first_ten, strict=True))
    return f"{first_ten[:6]}-{first_ten[6:]}{(1101 - weighted) % 11 % 10}"


OLD, NEW = code("3113991234"), code("3203991234")
BORN = code("0101901234")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BORN, True),
        (BORN.replace("-", ""), True),
        (NEW, True),
        (OLD, False),  # the 31st of a 13th month
        (BORN[:-1] + str((int(BORN[-1]) + 1) % 10), False),
        ("12345", False),
    ],
)
def test_a_personal_code_has_a_day_or_32_and_a_check_digit(text: str, expected: bool) -> None:
    assert is_personal_code(text) is expected


def test_both_ways_of_writing_a_code_are_one_person() -> None:
    key = b"k" * 32
    assert pseudonym(BORN, key) == pseudonym(BORN.replace("-", ""), key)
    assert pseudonym("A-1", key) != pseudonym("A1", key)


@pytest.mark.parametrize(
    "name",
    [
        "vārds",
        "Uzvārds",
        "vārds,_uzvārds",
        "first_name",
        "personas_kods",
        "tālrunis",
        "e-pasts",
        "adrese",
        "bankas_konts",
        "iban",
        "bērna_vārds",
    ],
)
def test_columns_are_recognised_by_name(name: str) -> None:
    assert names_a_person(name)


@pytest.mark.parametrize(
    "name", ["participant_id", "wave", "municipality", "eur", "phy1", "service", "goal_id"]
)
def test_our_own_columns_are_not(name: str) -> None:
    assert not names_a_person(name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("runāju ar Zandu Kociņu vakar", "runāju ar [name] vakar"),
        ("dzīvo Brīvības ielā 12-3, LV-1010", "[address]"),
        ("Liepājas novads, 2019. gads", "Liepājas novads, 2019. gads"),
        ("Aprūpe mājās 3 stundas", "Aprūpe mājās 3 stundas"),
    ],
)
def test_names_and_addresses_in_texts(text: str, expected: str) -> None:
    assert mask(text) == expected


SECRETS = [
    BORN,
    BORN.replace("-", ""),
    "Kociņ",
    "Zand",
    "zanda@example.lv",
    "29123456",
    "LV80BANK0000435195001",
]
SECRETS += ["Brīvības iel", "Ozolzīle"]
GOALS = (
    "participant_id,goal_id,domain,Vārds,Uzvārds,Tālrunis,E-pasts,Adrese,Konts,Piezīme\n"
    f"{BORN},Zandas Kociņas mērķis,leisure,Zanda,Kociņa,+371 29123456,zanda@example.lv,Brīvības iela 12-3,"
    f"LV80BANK0000435195001,zvanīt 29123456\n"
    "A1,apciemot Ozolzīli un zanda@example.lv,leisure,Pēteris,Ozolzīle,,,,,\n"
)
SURVEY = (
    "respondent_id,year,role,municipality,q1,t1\n"
    f'{BORN},2024,staff,Balvu novads,5,"Zanda Kociņa (29123456), '
    'Brīvības ielas 12, maksā no LV80BANK0000435195001"\n'
)
PEOPLE = PARTICIPANTS + f"{BORN},children,Tukuma novads,2018-09-01,f,2008\n"


def test_no_store_of_what_was_taken_in_holds_an_identifier(inbox: Inbox, tmp_path: Path) -> None:
    """Every table, and the database file itself, its comments and all; and what the rows say to their sender."""
    files: Mapping[str, str] = {
        "north/participants.csv": PEOPLE,
        f"north/goals-{BORN}.csv": GOALS,
        "north/stakeholders-Zanda Kociņa.csv": SURVEY,
    }
    intake: Intake = inbox(files)
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        for table, frame in intake.tables.items():
            warehouse.write(table, frame)
        texts = "".join(warehouse.read(table).write_csv() for table in intake.tables)
    write_rejected(tmp_path / "rejected", intake)
    stored = (tmp_path / "warehouse.duckdb").read_bytes().decode("utf-8", "ignore")
    assert intake.tables["record.goal"].height == 2
    assert [secret for secret in SECRETS if secret in texts or secret in stored] == []
    assert intake.tables["record.stakeholder_answer"].height == 2


def test_columns_that_name_persons_are_told(inbox: Inbox) -> None:
    intake = inbox({"north/participants.csv": PEOPLE, "north/goals.csv": GOALS})
    rules = {column: rule for _, column, rule in problems(intake, "north/goals.csv")}
    assert {column for column, rule in rules.items() if rule == "identifying_column"} == {
        "Vārds", "Uzvārds", "Tālrunis", "E-pasts", "Adrese", "Konts", "Piezīme",
    }  # fmt: skip
