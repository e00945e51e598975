"""Monthly reports of services: received, returned, overdue or due, in the months somebody takes part."""

from __future__ import annotations

import datetime as dt

import polars as pl

from pipeline.calendar import ServicesReport, months_reported, services_due_on
from pipeline.services_reports import services_reports

DAY = dt.date(2024, 1, 1)
REPORT = ServicesReport(due_day=15, months_back=3)


def people(**places: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Members and participants: who lives where, all of them in an evaluation of 2024."""
    members = [{"participant_id": p, "first_day": DAY, "last_day": dt.date(2024, 12, 31)} for p in places]
    persons = [
        {"participant_id": p, "municipality_code": place, "enrolled_on": DAY, "left_on": None}
        for p, place in places.items()
    ]
    return pl.DataFrame(members), pl.DataFrame(persons, schema_overrides={"left_on": pl.Date()})


def sent(*rows: tuple[str, int, str]) -> pl.DataFrame:
    """Services: person, month of 2024, submission."""
    found = [
        {"participant_id": p, "month": dt.date(2024, month, 1), "submission_id": s} for p, month, s in rows
    ]
    schema = {"participant_id": pl.String(), "month": pl.Date(), "submission_id": pl.String()}
    return pl.DataFrame(found, schema=schema)


def files(*rows: tuple[str, str, int, int]) -> pl.DataFrame:
    """Submissions: identifier, sender, sequence, rows rejected."""
    schema = {"submission_id": pl.String(), "sender": pl.String(), "sequence": pl.Int64()}
    frame = pl.DataFrame(rows, schema={**schema, "rows_rejected": pl.Int64()}, orient="row")
    return frame.with_columns(kind=pl.lit("services"), readable=pl.lit(value=True))


def statuses(table: pl.DataFrame) -> dict[tuple[str, int], str]:
    return {(row["municipality_code"], row["month"].month): row["status"] for row in table.to_dicts()}


def test_a_report_is_due_on_the_fifteenth_of_the_next_month() -> None:
    assert services_due_on(dt.date(2024, 12, 1), REPORT) == dt.date(2025, 1, 15)
    assert months_reported(dt.date(2024, 1, 16), REPORT) == [
        dt.date(2023, 10, 1), dt.date(2023, 11, 1), dt.date(2023, 12, 1),
    ]  # fmt: skip


def test_what_is_missing_is_overdue_after_the_day_and_due_before_it() -> None:
    members, persons = people(a="0001", b="0002")
    services, submissions = sent(("a", 2, "s1"), ("a", 3, "s1"), ("b", 2, "s2")), files(
        ("s1", "one", 1, 0), ("s2", "two", 2, 0)
    )  # fmt: skip
    late = services_reports(members, persons, services, submissions, REPORT, dt.date(2024, 4, 16))
    assert statuses(late) == {
        ("0001", 1): "overdue", ("0001", 2): "received", ("0001", 3): "received",
        ("0002", 1): "overdue", ("0002", 2): "received", ("0002", 3): "overdue",
    }  # fmt: skip
    in_time = services_reports(members, persons, services, submissions, REPORT, dt.date(2024, 4, 15))
    assert statuses(in_time)["0002", 3] == "due"


def test_a_file_with_rejected_rows_is_returned_until_a_good_one_came() -> None:
    members, persons = people(a="0001")
    services = sent(("a", 1, "s1"), ("a", 2, "s1"), ("a", 3, "s1"))
    today = dt.date(2024, 4, 20)
    bad = files(("s1", "one", 1, 2))
    assert set(statuses(services_reports(members, persons, services, bad, REPORT, today)).values()) == {
        "returned"
    }
    mended = files(("s1", "one", 1, 2), ("s2", "one", 2, 0))
    assert set(statuses(services_reports(members, persons, services, mended, REPORT, today)).values()) == {
        "received"
    }


def test_nobody_is_expected_to_report_of_who_has_left() -> None:
    members, persons = people(a="0001")
    left = persons.with_columns(left_on=pl.lit(dt.date(2024, 1, 20)))
    table = services_reports(members, left, sent(), files(), REPORT, dt.date(2024, 4, 16))
    assert statuses(table) == {("0001", 1): "overdue"}
