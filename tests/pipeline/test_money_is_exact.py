"""No table holds money as a float."""

from __future__ import annotations

import re

import dataframely as dy
import polars as pl
import pytest

from pipeline.schemas import TABLES
from pipeline.schemas.columns import figure

MONEY = re.compile(r"(^|_)(eur|price)(_|$)")


def money_that_is_no_decimal(schema: type[dy.Schema]) -> list[str]:
    """Columns of money, by unit or by name (a share of euro is none), that are not decimals."""
    return [
        name
        for name, column in schema.columns().items()
        if (unit := (column.metadata or {}).get("unit", "")) == "EUR"
        or (MONEY.search(name) and not unit.startswith("share"))
        if not isinstance(column.dtype, pl.Decimal)
    ]


@pytest.mark.parametrize("table", TABLES)
def test_money_is_decimal(table: str) -> None:
    assert money_that_is_no_decimal(TABLES[table]) == []


def test_a_float_column_of_money_is_found() -> None:
    class Careless(dy.Schema):
        spent_eur = figure("By name.")
        amount = figure("By unit.", unit="EUR")
        share_eur = figure("A share of euro.", unit="share 0-1")

    assert money_that_is_no_decimal(Careless) == ["spent_eur", "amount"]
