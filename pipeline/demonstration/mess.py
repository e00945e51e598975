"""What goes wrong in real life, added to the calibrated submissions and never part of them.

Early versions that a later file replaces, a file sent twice, rows that can't be accepted, people of no
evaluation or without consent, a file nobody can read. None of it may move a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from pipeline.demonstration.sheets import EVALUATORS, Sheet, texts

OUTSIDER = "salaspils-novads"  # a municipality that is in neither pilot
UNREADABLE = f"{OUTSIDER}/goals-2019-11.xlsx"
KIDSCREEN_BEFORE = f"{EVALUATORS}/kidscreen52-2018-10.csv"
SERVICES_AFTER = "bauskas-novads/services-2019-10.csv"
GOALS_AFTER = "cesu-novads/goals-2021-01.csv"
SENT_TWICE = "gulbenes-novads/goals-2019-10.csv"


def mess_sheets(calibrated: Sequence[Sheet]) -> list[Sheet]:
    """Submissions that supersede nothing right: early versions, a repeat, and files with wrong rows."""
    by_path = {sheet.path: sheet for sheet in calibrated}
    return [*_superseded(by_path), *_wrong_people(), *_wrong_answers(by_path), *_wrong_facts()]


def unreadable_file(rng: np.random.Generator) -> tuple[str, bytes]:
    """Path and bytes of a workbook that was cut off while it was sent."""
    return UNREADABLE, b"PK\x03\x04" + rng.bytes(600)


def _superseded(by_path: Mapping[str, Sheet]) -> list[Sheet]:
    """Early versions of three files, wrong in places; and one file again, unchanged, under another name."""
    services, goals = by_path[SERVICES_AFTER], by_path[GOALS_AFTER]
    answers, again = by_path[KIDSCREEN_BEFORE], by_path[SENT_TWICE]
    months = pl.col("month") <= "2019-03"
    tenfold = (10 * pl.col("eur").cast(pl.Decimal(18, 2))).cast(pl.String)
    mistyped = pl.when(pl.int_range(pl.len()) % 9 == 0).then(tenfold).otherwise("eur").alias("eur")
    not_yet = pl.lit(None, pl.String)
    first_ten = answers.frame.head(10)
    recoded = [_mirrored(item) for item in first_ten.columns if item.startswith("bul")]
    return [
        Sheet(services.sender, "services-2019-03", services.frame.filter(months).with_columns(mistyped)),
        Sheet(
            goals.sender, "goals-2020-06", goals.frame.with_columns(attainment=not_yet, reviewed_on=not_yet)
        ),
        Sheet(answers.sender, "kidscreen52-2018-09", first_ten.with_columns(recoded)),
        Sheet(again.sender, f"{again.name}-atkartoti", again.frame, again.layout),
    ]


def _mirrored(item: str) -> pl.Expr:
    """An item entered with its boxes counted from the wrong end; blank stays blank."""
    return (6 - pl.col(item).cast(pl.Int64)).cast(pl.String).alias(item)


def _wrong_people() -> list[Sheet]:
    """People who came too late or gave no consent, and rows about people that can't be accepted."""
    columns = (
        "participant_id",
        "target_group",
        "municipality",
        "enrolled_on",
        "sex",
        "birth_year",
        "consent",
    )
    children = [
        ("B-0103", "children", "Jelgavas pilsēta", "2018-09-03", "f", 2008, "no"),
        ("B-0104", "children", "Jelgavas pilsēta", "2018-09-05", "m", 2006, "withdrawn"),
        ("B-0105", "children", "Jelgavas pilsēta", "2018-11-20", "m", 2007, "yes"),
        ("B-0106", "children", "Jelgavas pilsēta", "2018-12-04", "f", 2009, "yes"),
        ("B-0107", "children", "Jelgavas pilsēta", "30.02.2018", "f", 2010, "yes"),
        ("B-0108", "children", "Jelgavas apriņķis", "2018-09-10", "m", 2010, "yes"),
        ("B-0109", "children", "Jelgavas pilsēta", "2018-09-11", "x", 2011, "yes"),
        ("B-0110", "children", "Jelgavas pilsēta", "2018-09-12", "m", 2021, "yes"),
        ("B-0111", "pupils", "Jelgavas pilsēta", "2018-09-12", "m", 2009, "yes"),
        ("B-0112", "children", None, "2018-09-13", "f", 2009, "maybe"),
    ]
    adults = [
        ("G-0098", "adults", "Talsu novads", "2019-08-20", "f", 1988, "no"),
        ("G-0099", "adults", "Talsu novads", "2020-02-03", "m", 1979, "yes"),
    ]
    goals = [
        ("B-0103", "M1", "family_support", "1", "2018-10-15", "2019-09-20"),
        ("B-0104", "M1", "child_functioning", "0.5", "2018-10-15", "2019-09-20"),
        ("B-0105", "M1", "child_functioning", "0", "2018-12-15", "2019-09-25"),
    ]
    return [
        Sheet("jelgavas-pilseta", "participants-2018-12", texts(children, columns)),
        Sheet("talsu-novads", "participants-2020-02", texts(adults, columns)),
        Sheet("jelgavas-pilseta", "goals-2019-11", _goals(goals)),
    ]


def _goals(rows: Sequence[Sequence[object]]) -> pl.DataFrame:
    columns = ("participant_id", "goal_id", "domain", "attainment", "set_on", "reviewed_on")
    return texts(rows, columns)


def _wrong_answers(by_path: Mapping[str, Sheet]) -> list[Sheet]:
    """Questionnaires that came late: of people in no evaluation, unknown people, with impossible answers."""
    blank = by_path[KIDSCREEN_BEFORE].frame.head(1).select(pl.all().fill_null("3"))
    late = [
        blank.with_columns(pl.lit(value).alias(column) for column, value in changes.items())
        for changes in (
            {"participant_id": "B-0103"},
            {"participant_id": "B-0106", "phy2": "7"},
            {"participant_id": "B-0105"},
            {"participant_id": "B-0105", "respondent": "self", "phy3": "1"},
            {"participant_id": "B-0999"},
            {"participant_id": "B-0106", "wave": "followup"},
            {"participant_id": "B-0106", "respondent": "teacher"},
            {"participant_id": "B-0106", "answered_on": "31.09.2018", "respondent": "parent"},
            {"participant_id": None},
        )
    ]
    answers = pl.concat(late).with_columns(phy9=pl.lit("3"), piezimes=pl.lit(None, pl.String))
    unknown = texts(
        [("B-0001", "baseline", "self", 4, 3, 5)], ("participant_id", "wave", "respondent", "f1", "f2", "f3")
    )
    survey = [
        ("S24-901", 2024, "mayor", "Ogres novads", 4, 4),
        ("S24-902", 2024, "staff", "Ogres novads", 6, 4),
        ("S24-903", 2024, "staff", "Ogre apkārtne", 3, 4),
        ("S24-904", 2024, "staff", "Ogres novads", 3, 4),
        ("S24-904", 2024, "staff", "Ogres novads", 5, 4),
    ]
    return [
        Sheet(EVALUATORS, "kidscreen52-2019-11-late", answers),
        Sheet(EVALUATORS, "whoqol-2019-10", unknown),
        Sheet(
            EVALUATORS,
            "stakeholders-2024-late",
            texts(survey, ("respondent_id", "year", "role", "municipality", "q1", "q2")),
        ),
    ]


def _wrong_facts() -> list[Sheet]:
    """Goals, services, costs, ICF ratings and employment that can't be accepted, or of no evaluation."""
    goals = [
        ("B-0105", "M2", "sports", "1", "2018-12-15", "2019-09-25"),
        ("B-0105", "M3", "family_support", "0.7", "2018-12-15", "2019-09-25"),
        ("B-0998", "M1", "family_support", "1", "2018-12-15", "2019-09-25"),
        ("B-0105", "M4", "family_support", "1", "2018-12-15", "2019-19-25"),
    ]
    services = [
        ("B-0105", "Masāža", "health", "2019-03", "4", "80.00"),
        ("B-0105", "Masāža", "health", "2019-03", "4", "80.00"),
        ("B-0105", "Masāža", "medical", "2019-04", "4", "80.00"),
        ("B-0105", "Masāža", "health", "2019-13", "4", "80.00"),
        ("B-0105", "Masāža", "health", "2019-05", "apm. 5", "100.00"),
        ("B-0105", "Masāža", "health", "2019-06", "-2", "-40.00"),
        ("B-0997", "Masāža", "health", "2019-06", "2", "40.00"),
        ("B-0106", "Masāža", "health", "2018-11", "2", "40,00 EUR"),
        ("B-0105", "Masāža", "social", "2019-07", "2", "40.00"),
        ("B-0105", "Masāža", "health", "2019-08", "2", "0.00"),
    ]
    costs = [
        ("2019-05", "municipality", "-120.00", "children-2019", "Salaspils novads"),
        ("2019-06", "municipality", "120.00", "seniors-2019", "Salaspils novads"),
        ("2019-06", "fuel", "55.00", "children-2019", "Salaspils novads"),
    ]
    ratings = [
        ("B-0105", "baseline", "x450", "2", None),
        ("B-0105", "baseline", "d450", "7", None),
        ("B-0105", "baseline", "d510", "2", "yes"),
        ("B-0996", "endline", "d450", "2", None),
    ]
    employment = [
        ("G-0099", "endline", "entrepreneur"),
        ("G-0099", "summer", "part_time"),
        ("G-0995", "endline", "part_time"),
    ]
    service_columns = ("participant_id", "service", "service_group", "month", "units", "eur")
    cost_columns = ("month", "cost_kind", "eur", "evaluation", "municipality")
    rating_columns = ("participant_id", "wave", "code", "qualifier", "facilitator")
    return [
        Sheet(OUTSIDER, "goals-2019-10", _goals(goals)),
        Sheet(OUTSIDER, "services-2019-10", texts(services, service_columns)),
        Sheet(OUTSIDER, "costs-2019-10", texts(costs, cost_columns)),
        Sheet(EVALUATORS, "icf-2019-11-late", texts(ratings, rating_columns)),
        Sheet(
            EVALUATORS,
            "employment-2021-02-late",
            texts(employment, ("participant_id", "wave", "status")),
        ),
    ]
