"""No figure of a mart depends on what persons are called or in which order their rows lie."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from assets.marts import BY_EVALUATION, Frame
from assets.tables import table_of
from instruments import Library, load_library
from pipeline.home import Settings
from pipeline.plan import Evaluation
from pipeline.schemas import MART
from tests.conftest import Demonstration

pytestmark = pytest.mark.slow

Change = Callable[[Frame], Frame]


@dataclass(frozen=True)
class Given:
    """What the functions of the marts get beside frames."""

    evaluation: Evaluation
    library: Library


def marts(given: Given, connection: duckdb.DuckDBPyConnection, change: Change) -> dict[str, Frame]:
    """Every mart of the evaluation that is a function of frames, from the core tables as `change` leaves them."""
    found: dict[str, Frame] = {}

    def frame(table: str) -> Frame:
        if table in found:
            return found[table]
        rows = connection.sql(f"FROM {table}").pl()
        return change(rows) if table.startswith("core.") else rows

    waiting = list(BY_EVALUATION)
    while waiting:
        function = waiting.pop(0)
        tables = {name: table for name in inspect.signature(function).parameters if (table := table_of(name))}
        if any(table == f"mart.{other.__name__}" for table in tables.values() for other in waiting):
            waiting.append(function)
            continue
        arguments: dict[str, Any] = {name: frame(table) for name, table in tables.items()}
        if "given" in inspect.signature(function).parameters:
            arguments["given"] = given
        found[f"mart.{function.__name__}"] = function(**arguments)
    return found


def renamed_and_shuffled(connection: duckdb.DuckDBPyConnection) -> Change:
    """Give every person another one's place in the order of names, and every table another order of rows."""
    random = Random(7)  # noqa: S311
    persons = [name for (name,) in connection.sql("SELECT participant_id FROM core.participant").fetchall()]
    names = [f"person{n:06}" for n in range(len(persons))]
    random.shuffle(names)
    called = dict(zip(sorted(persons), names, strict=True))

    def change(rows: Frame) -> Frame:
        shuffled = rows.sample(fraction=1, shuffle=True, seed=random.randrange(10**6))
        if "participant_id" not in rows.columns:
            return shuffled
        return shuffled.with_columns(pl.col("participant_id").replace_strict(called))

    return change


FITTED = {"mart.sensitivity": 1e-5, "mart.robustness": 1e-5, "mart.reliability": 1e-7}
"""Relative tolerance where an optimiser stops near the optimum: sums in another order move where it stops."""


@pytest.mark.parametrize(("evaluation", "filled"), [("children-2019", 15), ("adults-2020", 6)])
def test_relabelled_and_shuffled_persons_give_the_same_marts(
    demonstration: Demonstration, research: duckdb.DuckDBPyConnection, evaluation: str, filled: int
) -> None:
    home = Settings.for_home(demonstration.home).home
    [planned] = [each for each in home.plan().evaluations if each.id == evaluation]
    given = Given(planned, load_library(home.instruments))
    plain = marts(given, research, lambda rows: rows)
    assert set(plain) == {f"mart.{function.__name__}" for function in BY_EVALUATION}
    assert sum(table.height > 0 for table in plain.values()) >= filled
    for name, table in marts(given, research, renamed_and_shuffled(research)).items():
        key, tolerance = MART[name].primary_key(), FITTED.get(name, 1e-9)
        assert_frame_equal(plain[name].sort(key), table.sort(key), rel_tol=tolerance, abs_tol=tolerance)
