"""Bad amounts: what is rejected, what is kept and warned about, and that each is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.submissions import Intake, write_rejected
from tests.pipeline.submissions.small_home import counts, problems

Sent = Callable[[Mapping[str, str]], Intake]
HEADER = "participant_id,service,service_group,month,units,eur"


def send(sent: Sent, *rows: str, header: str = HEADER) -> Intake:
    return sent({"services.csv": "\n".join([header, *rows]) + "\n"})


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("A1,Masāža,health,2018-11,-1,20", (2, "units", "negative_amount")),
        ("A1,Masāža,health,2018-11,1,-20", (2, "eur", "negative_amount")),
        ("A1,Masāža,health,2018-11,1,", (2, "eur", "missing_value")),
        ("A1,Masāža,health,2018-11,,20", (2, "units", "missing_value")),
        ("A1,Masāža,health,2018-11,1,20 USD", (2, "eur", "not_an_amount")),
        ("A1,Masāža,health,2018-11,1,12.505", (2, "eur", "not_an_amount")),
        ("A1,Masāža,beauty,2018-11,1,20", (2, "service_group", "unknown_code")),
    ],
)
def test_rejected(sent: Sent, row: str, expected: tuple[int, str, str]) -> None:
    intake = send(sent, row, "A2,Masāža,health,2018-11,1,20")
    assert problems(intake, "north/services.csv") == [expected]
    assert counts(intake, "north/services.csv") == (2, 1, 1)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("A1,Masāža,health,2018-11,2,0", (2, "eur", "units_without_euro")),
        ("A1,Masāža,health,2018-11,0,20", (2, "units", "euro_without_units")),
        ('A1,Masāža,health,2018-11,1,"12,50 EUR"', (2, "eur", "not_a_plain_amount")),
        ("A1,Masāža,health,2018-11,1,1 234.50", (2, "eur", "not_a_plain_amount")),
        ("A1,Masāža,health,2018-11,1,€20", (2, "eur", "not_a_plain_amount")),
        ("A1,Masāža,social,2018-11,1,20", (2, "service_group", "service_in_two_groups")),
        ("A1,Masāža,health,2018-08,1,20", (2, "month", "outside_support")),  # enrolled on 1 September
        ("A1,Masāža,health,2019-11,1,20", (2, "month", "outside_support")),  # waves end in October 2019
    ],
)
def test_kept_and_warned_about(sent: Sent, row: str, expected: tuple[int, str, str]) -> None:
    intake = send(sent, row)
    assert problems(intake, "north/services.csv") == [expected]
    assert counts(intake, "north/services.csv") == (1, 1, 0)
    assert intake.tables["record.problem"]["severity"].to_list() == ["warning"]


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ('"12,50 EUR"', "12.50"),
        ("1 234.50", "1234.50"),
        ('"1.234,50"', "1234.50"),
        ("EUR 7", "7.00"),
        ("20.5", "20.50"),
    ],
)
def test_amounts_as_people_write_them_are_read_to_the_cent(sent: Sent, written: str, amount: str) -> None:
    intake = send(sent, f"A1,Masāža,health,2018-11,1,{written}")
    assert intake.tables["record.service"]["eur"].to_list() == [Decimal(amount)]


def test_a_service_that_a_file_has_in_two_groups(sent: Sent) -> None:
    # Not in the catalogue: only the file itself can tell. Both rows stay as sent.
    intake = send(
        sent,
        "A1,Peldēšana,other,2018-11,1,20",
        "A2,peldēšana,health,2018-11,1,20",
        "A2,Šahs,other,2018-11,1,5",
    )
    rule = "service_in_two_groups"
    assert problems(intake, "north/services.csv") == [(2, "service_group", rule), (3, "service_group", rule)]
    assert intake.tables["record.service"]["service_group"].to_list() == ["other", "health", "other"]


def test_a_group_that_differs_is_told_once_for_each_service(sent: Sent) -> None:
    rows = [f"A1,{name},other,2018-{month},1,20" for month in (10, 11) for name in ("Masāža", "Peldēšana")]
    intake = send(sent, *rows, "A2,peldēšana,health,2018-11,1,20")
    assert [row for row, _, _ in problems(intake, "north/services.csv")] == [2, 3, 6]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("services", "participant_id,service,service_group,month,units,eur\nA1,Masāža,health,2018-11,1,20\n"),
        ("costs", "month,cost_kind,eur,evaluation\n2018-11,assessment,20,children-2019\n"),
    ],
)
def test_rows_sent_back_alone_do_not_take_the_place_of_their_month(
    sent: Sent, tmp_path: Path, name: str, rows: str
) -> None:
    """Of services and costs a later file replaces its months: the rows that were accepted would go."""
    broken = rows + rows.splitlines()[1].replace("2018-11", "2018-12").replace(",20", ",-20") + "\n"
    write_rejected(tmp_path, sent({f"{name}.csv": broken}))
    returned = (tmp_path / f"north/{name}.csv").read_text("utf-8-sig")
    mended = sent(
        {f"{name}.csv": broken, f"{name}-2.csv": returned.replace(",'-20", ",20").replace(",-20", ",20")}
    )
    assert problems(mended, f"north/{name}-2.csv") == [(0, "rejected_row", "rows_sent_back_alone")]
    assert counts(mended, f"north/{name}-2.csv") == (1, 0, 1)


def test_a_month_after_leaving(sent: Sent) -> None:
    header = "participant_id,target_group,municipality,enrolled_on,left_on\n"
    people = header + "A9,children,Tukuma novads,2018-09-01,2019-02-10\n"
    rows = "A9,Masāža,health,2019-02,1,20\nA9,Masāža,health,2019-03,1,20\n"
    intake = sent({"participants-b.csv": people, "services.csv": f"{HEADER}\n{rows}"})
    assert problems(intake, "north/services.csv") == [(3, "month", "outside_support")]


def test_a_correction_may_be_negative(sent: Sent) -> None:
    intake = send(sent, "A1,Masāža,health,2018-11,-1,-20,yes", header=f"{HEADER},correction")
    assert problems(intake, "north/services.csv") == []


def test_budgets_and_costs(sent: Sent) -> None:
    rows = ("2018-11,assessment,-5,children-2019", '2018-11,assessment,"5,00 EUR",children-2019')
    intake = sent({"costs.csv": "\n".join(("month,cost_kind,eur,evaluation", *rows)) + "\n"})
    assert problems(intake, "north/costs.csv") == [
        (2, "eur", "negative_amount"),
        (3, "eur", "not_a_plain_amount"),
    ]
