"""Outcomes beside what was spent, of a few persons: every figure by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from scipy import stats

from instruments import Library
from pipeline.outcomes.dose_change import dose_change, rank_correlation
from pipeline.outcomes.outcome_cost import outcome_cost
from pipeline.outcomes.spending import spent_by_person
from pipeline.plan import Evaluation
from pipeline.schemas import CORE, MART
from pipeline.statistics import reasons

Make = Callable[..., Any]


def frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = CORE[table]
    types = {name: column.dtype for name, column in schema.columns().items()}
    texts = {name: "-" for name, kind in types.items() if kind == pl.String}
    filled = [{**dict.fromkeys(types), **texts, "correction": False, **row} for row in rows]
    return pl.DataFrame([{name: row.get(name) for name in types} for row in filled], schema=types)


def services(amounts: Mapping[str, str], month: dt.date = dt.date(2020, 3, 1)) -> pl.DataFrame:
    rows = [
        {"participant_id": person, "month": month, "units": Decimal(1), "eur": Decimal(eur)}
        for person, eur in amounts.items()
    ]
    return frame("core.service", [{**row, "service_group": "social"} for row in rows])


def members(persons: str) -> pl.DataFrame:
    days = {"evaluation": "trial", "first_day": dt.date(2020, 1, 15), "last_day": dt.date(2020, 12, 31)}
    return frame("core.evaluation_member", [{**days, "participant_id": person} for person in persons.split()])


def goals(attained: Mapping[str, tuple[float | None, ...]]) -> pl.DataFrame:
    rows = [
        {"participant_id": person, "goal_id": f"g{number}", "domain": "d", "attainment": attainment}
        for person, levels in attained.items()
        for number, attainment in enumerate(levels)
    ]
    return frame("core.goal", rows)


def eligible(persons: str) -> pl.DataFrame:
    rows = [{"evaluation": "trial", "participant_id": p, "instrument": "mood"} for p in persons.split()]
    return frame("core.eligible_member", rows)


@pytest.fixture
def cost(
    members_of: Make, make_evaluation: Make, library: Library, no_reliability: pl.DataFrame, score_rows: Make
) -> Callable[..., pl.DataFrame]:
    def compute(
        spent: Mapping[str, str],
        attained: Mapping[str, tuple[float | None, ...]],
        scores: Mapping[str, tuple[float | None, ...]] | None = None,
        meant_for: str = "a b c d",
        scale: str = "all",
        **more: Any,
    ) -> pl.DataFrame:
        outcomes = [{"scales": [scale]}] if scores else []
        evaluation: Evaluation = make_evaluation(*outcomes, **more)
        found = outcome_cost(
            services(spent),
            goals(attained),
            score_rows(scale, scores or {}),
            members_of("a b c d", sex={"f": "a b", "m": "c d"}),
            members("a b c d"),
            eligible(meant_for),
            evaluation,
            library,
            no_reliability,
        )
        return MART["mart.outcome_cost"].validate(found)

    return compute


def row(found: pl.DataFrame, outcome: str, grp: str = "all") -> dict[str, Any]:
    return found.row(by_predicate=(pl.col("outcome") == outcome) & (pl.col("grp") == grp), named=True)


def test_cost_of_a_unit_of_goal_attainment(cost: Make) -> None:
    spent = {"a": "100.00", "b": "200.01", "c": "300.00", "d": "50.00"}
    found = cost(spent, {"a": (1, 0.5), "b": (1,), "c": (0,), "d": (None,)})
    everybody = row(found, "goal_attained")
    # 650.01 / 4 persons with services by 2.5 / 3 persons with reviewed goals = 195.003
    assert everybody["eur_per_outcome"] == Decimal("195.0030")
    assert (everybody["persons"], everybody["participants"]) == (3, 4)
    # 300.01 / 2 by 2.5 / 2
    assert row(found, "goal_attained", "f")["eur_per_outcome"] == Decimal("120.0040")
    men = row(found, "goal_attained", "m")
    assert (men["eur_per_outcome"], men["reason"]) == (None, reasons.NO_OUTCOME)


def test_in_goal_attainment_scaling_a_goal_as_expected_is_attained(cost: Make) -> None:
    spent = {"a": "100.00", "b": "200.00"}
    found = cost(spent, {"a": (-1, 0, 2), "b": (-2,)}, goal_scale="goal_attainment_scaling")
    assert row(found, "goal_attained")["eur_per_outcome"] == Decimal("150.0000")  # 300 by 2 goals


def test_cost_of_a_person_improved_is_of_those_whom_the_measure_is_meant_for(cost: Make) -> None:
    # `calm`: SD 10, r .70: reliable from 1.959964 * sqrt(2) * 10 * sqrt(.3) = 15.18 on. a and b improve.
    scores = {"a": (30, 50), "b": (30, 46), "c": (30, 45)}
    spent = {"a": "100.00", "b": "200.00", "c": "300.00", "d": "999.00"}
    found = cost(spent, {}, scores, meant_for="a b c", scale="calm")
    everybody = row(found, "person_improved")
    # 600 / 3 by 2 / 3; what d had is not counted
    assert everybody["eur_per_outcome"] == Decimal("300.0000")
    assert (everybody["persons"], everybody["participants"]) == (3, 3)
    assert everybody["threshold_kind"] == "rci"


def test_without_services_nothing_is_said(cost: Make) -> None:
    everybody = row(cost({}, {"a": (1,)}), "goal_attained")
    assert (everybody["eur_per_outcome"], everybody["reason"]) == (None, reasons.NO_SERVICES)


def test_services_count_in_the_months_of_the_waves() -> None:
    given = pl.concat(
        [
            services({"a": "1.10"}, dt.date(2020, 1, 1)),  # the month of the first day
            services({"a": "2.20"}, dt.date(2020, 12, 1)),
            services({"a": "4.00", "b": "8.00"}, dt.date(2021, 1, 1)),
        ]
    )
    assert spent_by_person(given, members("a b"), "trial").rows() == [("a", Decimal("3.30"))]


@pytest.fixture
def doses(members_of: Make, make_evaluation: Make, library: Library, score_rows: Make) -> Make:
    def compute(spent: Mapping[str, str], scores: Mapping[str, tuple[float | None, ...]]) -> pl.DataFrame:
        persons = " ".join(scores)
        found = dose_change(
            services(spent),
            score_rows("ease", scores),
            members_of(persons),
            members(persons),
            make_evaluation({"scales": ["ease"]}),
            library,
        )
        return MART["mart.dose_change"].validate(found)

    return compute


def test_persons_are_put_in_groups_by_what_was_spent(doses: Make) -> None:
    persons = [f"p{number:02d}" for number in range(20)]
    spent = {person: f"{1000 + 100 * number}.00" for number, person in enumerate(persons)}
    scores = {person: (40.0, 40.0 + (number >= 10)) for number, person in enumerate(persons)}
    found = doses(spent, scores)
    assert found["dose_group"].to_list() == [0, 1, 2]
    lower, upper = found.row(1, named=True), found.row(2, named=True)
    assert (lower["n"], upper["n"]) == (10, 10)
    # 1000 … 1900: 1450; 2000 … 2900: 2450; in all 1950
    assert found["dose_eur"].to_list() == [Decimal("1950.00"), Decimal("1450.00"), Decimal("2450.00")]
    assert (lower["mean_change"], upper["mean_change"], lower["mean_pre"]) == (0.0, 1.0, 40.0)
    assert (upper["ci_low"], upper["ci_high"]) == (1.0, 1.0)


def test_amounts_are_rounded_to_fifty_euro(doses: Make) -> None:
    found = doses({"a": "1024.99", "b": "1075.00"}, {"a": (1.0, 2.0), "b": (1.0, 3.0)})
    assert found["dose_eur"].to_list() == [Decimal("1050.00"), Decimal("1050.00")]  # 1049.995


def test_rank_correlation_is_scipys() -> None:
    eur, change = [1, 5, 2, 8, 7, 3, 9, 4], [2.0, 3.0, 1.0, 3.0, 6.0, 0.0, 4.0, 4.0]
    found = rank_correlation(pl.DataFrame({"eur": [Decimal(value) for value in eur], "change": change}))
    assert found["rank_correlation"] == pytest.approx(stats.spearmanr(eur, change).statistic)
    assert rank_correlation(pl.DataFrame({"eur": [Decimal(1)], "change": [1.0]})) == {
        "reason": reasons.TOO_FEW_FOR_CORRELATION
    }


def test_a_person_without_services_is_in_no_group(doses: Make) -> None:
    assert doses({}, {"a": (1.0, 2.0)}).is_empty()
