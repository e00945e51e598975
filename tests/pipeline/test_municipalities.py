"""The register: who existed when, and how a municipality may be written."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pipeline.municipalities import Register
from pipeline.schemas import META

IN_2019 = dt.date(2019, 3, 1)
IN_2024 = dt.date(2024, 3, 1)
LAST_OLD_DAY = dt.date(2021, 6, 30)
FIRST_NEW_DAY = dt.date(2021, 7, 1)


@pytest.fixture(scope="module")
def register() -> Register:
    return Register.shipped()


# Counts as documented for the register: 119 (110 + 9), then 43, then 42 from 2025-07-01.
@pytest.mark.parametrize(
    ("day", "number"), [(IN_2019, 119), (LAST_OLD_DAY, 119), (FIRST_NEW_DAY, 43), (dt.date(2025, 7, 1), 42)]
)
def test_the_number_of_municipalities_on_a_day(register: Register, day: dt.date, number: int) -> None:
    open_ended = pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
    assert register.frame.filter((pl.col("valid_from") <= day) & open_ended).height == number


def test_the_frame_is_the_table_of_municipalities(register: Register) -> None:
    META["meta.municipality"].validate(register.frame)


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("Jelgavas pilsēta", "0090000", "0003000"),
        ("JELGAVA", "0090000", "0003000"),
        ("Jelgavas valstspilsēta", "0090000", "0003000"),
        ("Jelgavas novads", "0540200", "0030000"),
        ("Bauskas nov.", "0400200", "0025000"),
        ("Liepaja", "0170000", "0005000"),
        ("Daugavpils novads", "0440200", "0022000"),
        ("Augšdaugavas novads", "0440200", "0022000"),
        ("  cesu   NOVADS ", "0420200", "0026000"),
        ("Ogres novads", "0740202", "0040000"),
        ("Tukums novads", "0900200", "0052000"),
        ("LV-033", "0500200", "0029000"),
        ("Priekules novads", "0641600", None),
        ("Priekuļu novads", "0427300", None),
        ("Priekulu novads", "0427300", None),
        ("Rīgas pilsēta", "0010000", "0001000"),
        ("Rīgas valstspilsēta", "0010000", "0001000"),
        ("Rīga", "0010000", "0001000"),
        ("Ventspils pilsēta", "0270000", "0007000"),
        ("Ventspils novads", "0980200", "0056000"),
        ("Rezeknes pilseta", "0210000", "0006000"),
        ("Ventspils", None, None),
        ("Rēzekne", None, None),
        ("Daugavpils", None, None),
        ("Valmieras pilsēta", "0250000", None),
    ],
)
def test_names_by_date(register: Register, text: str, before: str | None, after: str | None) -> None:
    assert register.find(text, LAST_OLD_DAY) == before
    assert register.find(text, FIRST_NEW_DAY) == after


@pytest.mark.parametrize(
    "text", ["Daugavpils", "Ventspils", "Jelgavas", "Balv", "Talsu novads, Dundaga", "", "Talsu rajons"]
)
def test_a_part_of_a_name_or_an_ambiguous_one_is_nobody(register: Register, text: str) -> None:
    assert register.find(text, IN_2019) is None
    assert register.find(text, IN_2024) is None


@pytest.mark.parametrize("text", ["0380200", "LV0380200", "LV_0380200", "lv0380200", "380200"])
def test_codes(register: Register, text: str) -> None:
    assert register.find(text, IN_2019) == "0380200"
    assert register.find(text, IN_2024) is None


def test_the_region_is_that_of_the_time(register: Register) -> None:
    assert register.region("0900200") == "riga"
    assert register.region("0052000") == "kurzeme"
    assert register.name("0022000") == "Augšdaugavas novads"


def test_every_official_name_finds_itself_on_its_first_day(register: Register) -> None:
    for row in register.frame.iter_rows(named=True):
        assert register.find(row["name_lv"], row["valid_from"]) == row["municipality_code"]


def test_a_name_over_time(register: Register) -> None:
    assert register.codes_of("Madonas novads") == {"0700200", "0038000", "0038001"}
