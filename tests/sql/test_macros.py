"""The macros against hand computation and Python's decimals."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext

import duckdb
import pytest


def value(connection: duckdb.DuckDBPyConnection, expression: str) -> object:
    row = connection.execute(f"SELECT {expression}").fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("amount", "divisor", "expected"),
    [
        ("10.00", "3", "3.3333"),
        ("-10.00", "3", "-3.3333"),  # cut towards 0, so that half up means the same on both sides
        ("20.00", "3", "6.6666"),  # cut, not rounded to 6.6667
        ("1.00", "2.5::DECIMAL(18, 4)", "0.4000"),
        ("99999999999999.99", "1", "99999999999999.9900"),
    ],
)
def test_money_is_divided_exactly(
    connection: duckdb.DuckDBPyConnection, amount: str, divisor: str, expected: str
) -> None:
    assert value(connection, f"exact_quotient({amount}, {divisor})") == Decimal(expected)


def test_nothing_is_divided_by_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    assert value(connection, "exact_quotient(1.00, 0)") is None
    assert value(connection, "exact_quotient(1.00, NULL)") is None
    assert value(connection, "exact_quotient(NULL, 1)") is None


def test_cutting_does_not_round_twice(connection: duckdb.DuckDBPyConnection) -> None:
    # 10.00 / 2002 = 0.004995…: rounded to four decimals 0.0050, and that to 0.01; the cent nearest is 0.00.
    quotient = value(connection, "exact_quotient(10.00, 2002)")
    assert isinstance(quotient, Decimal)
    assert quotient == Decimal("0.0049")
    assert quotient.quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal("0.00")


def test_every_quotient_is_that_of_exact_decimals(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "SELECT cents, n, exact_quotient(CAST(cents / 100 AS DECIMAL(18, 2)), n)"
        " FROM range(-2000, 2000, 7) AS a(cents), range(1, 60) AS b(n)"
    ).fetchall()
    with localcontext() as context:
        context.prec = 40
        expected = [
            (Decimal(cents) / 100 / n).quantize(Decimal("0.0001"), ROUND_DOWN) for cents, n, _ in rows
        ]
    assert [quotient for _, _, quotient in rows] == expected


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        # By hand: .5 -/+ 1.959964 * sqrt(.25/10 + 3.841459/400) / 1.3841459, which is 0.2634069
        (5, 10, 0.2365931, 0.7634069),
        # By hand: at k = 0 the upper limit is z2 / (n + z2) = 3.841459 / 13.841459
        (0, 10, 0.0, 0.2775328),
        (10, 10, 0.7224672, 1.0),  # the same from the other side
    ],
)
def test_wilson_limits(
    connection: duckdb.DuckDBPyConnection, k: int, n: int, low: float, high: float
) -> None:
    assert value(connection, f"wilson_low({k}, {n})") == pytest.approx(low, abs=1e-7)
    assert value(connection, f"wilson_high({k}, {n})") == pytest.approx(high, abs=1e-7)


def test_nobody_has_no_share(connection: duckdb.DuckDBPyConnection) -> None:
    assert value(connection, "wilson_low(0, 0)") is None
    assert value(connection, "wilson_high(0, 0)") is None
