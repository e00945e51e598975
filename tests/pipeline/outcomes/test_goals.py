"""Goals of a few persons: counts, degree, interval and T by hand."""

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest

from pipeline.outcomes.goals import goal_attainment
from pipeline.plan import Evaluation
from pipeline.schemas import CORE, MART
from pipeline.statistics import reasons

MembersOf = Callable[..., pl.DataFrame]
MakeEvaluation = Callable[..., Evaluation]


def goals(**attained: list[float | None]) -> pl.DataFrame:
    """Rows of core.goal in the domain `home` from {person: attainments}; None is an open goal."""
    rows = [
        {
            "participant_id": person,
            "goal_id": str(number),
            "domain": "home",
            "attainment": value,
            "weight": None,
            "set_on": None,
            "reviewed_on": None,
            "submission_id": "s",
        }
        for person, values in attained.items()
        for number, value in enumerate(values)
    ]
    return pl.DataFrame(rows, schema=CORE["core.goal"].create_empty().schema)


def members(persons: str) -> pl.DataFrame:
    """Rows of core.evaluation_member whose waves span the year 2020."""
    days = {"evaluation": "trial", "first_day": dt.date(2020, 1, 1), "last_day": dt.date(2020, 12, 31)}
    return pl.DataFrame([{**days, "participant_id": person} for person in persons.split()])


@pytest.fixture
def attainment(members_of: MembersOf, make_evaluation: MakeEvaluation) -> Callable[..., pl.DataFrame]:
    """Compute the mart and check it against its schema."""

    def compute(rows: pl.DataFrame, persons: str = "a b c d", **more: object) -> pl.DataFrame:
        frame = goal_attainment(rows, members_of(persons), members(persons), make_evaluation(**more))
        return MART["mart.goal_attainment"].validate(frame)

    return compute


def total(frame: pl.DataFrame) -> dict[str, object]:
    return frame.filter((pl.col("domain") == "total") & (pl.col("grp") == "all")).row(0, named=True)


def test_three_levels(attainment: Callable[..., pl.DataFrame]) -> None:
    row = total(attainment(goals(a=[1, 1, 0.5], b=[1, 0.5, 0.5], c=[1, 1, 1], d=[0.5, 0.5, 1, None])))
    assert (row["goals"], row["open"], row["persons"]) == (13, 1, 4)
    assert (row["achieved"], row["partly"], row["not_achieved"]) == (7, 5, 0)
    assert row["degree"] == 9.5
    # r = 9.5 / 12; residuals .125 -.375 .625 -.375, their squares .6875; v = 4/3 * .6875 / 144 = .006365741;
    # t(3) = 3.182446: half = .253913; the upper limit is cut at 1
    assert row["degree_pct"] == pytest.approx(79.166667)
    assert (row["ci_low"], row["ci_high"]) == (pytest.approx(53.77533, abs=1e-4), 100.0)
    assert row["reason"] is None


def test_domains_are_tabled_apart_and_together(attainment: Callable[..., pl.DataFrame]) -> None:
    rows = goals(a=[1, 0])
    rows = rows.with_columns(pl.Series("domain", ["home", "leisure"]))
    frame = attainment(rows)
    assert frame.select("domain", "goals", "degree", "degree_pct").rows() == [
        ("home", 1, 1.0, 100.0),
        ("leisure", 1, 0.0, 0.0),
        ("total", 2, 1.0, 50.0),
    ]
    assert frame["reason"].unique().to_list() == [reasons.ONE_PERSON_WITH_GOALS]


def test_open_goals_alone_have_no_degree(attainment: Callable[..., pl.DataFrame]) -> None:
    row = total(attainment(goals(a=[None])))
    assert (row["goals"], row["open"], row["degree"], row["degree_pct"]) == (1, 1, None, None)
    assert row["reason"] == reasons.NO_GOALS


def test_everybody_alike_has_no_interval(attainment: Callable[..., pl.DataFrame]) -> None:
    row = total(attainment(goals(a=[1], b=[1])))
    assert (row["degree_pct"], row["ci_low"], row["ci_high"]) == (100.0, None, None)
    assert row["reason"] == reasons.NO_VARIATION_BETWEEN_PERSONS


def test_a_goal_counts_between_the_first_and_the_last_day(attainment: Callable[..., pl.DataFrame]) -> None:
    inside, outside = dt.date(2020, 12, 31), dt.date(2021, 1, 1)
    rows = goals(a=[1, 1, 1, 1]).with_columns(
        pl.Series("set_on", [inside, outside, outside, None]),
        # The review decides where there is one: the third was set too late and reviewed in time
        pl.Series("reviewed_on", [outside, None, inside, None]),
    )
    assert total(attainment(rows))["goals"] == 2


def test_goals_of_others_do_not_count(attainment: Callable[..., pl.DataFrame]) -> None:
    assert attainment(goals(stranger=[1])).is_empty()
    assert attainment(goals()).is_empty()


def test_goal_attainment_scaling(attainment: Callable[..., pl.DataFrame]) -> None:
    frame = attainment(goals(a=[1, 0], b=[-1, -2], c=[0, None]), goal_scale="goal_attainment_scaling")
    row = total(frame)
    assert (row["achieved"], row["partly"], row["not_achieved"], row["open"]) == (3, 1, 1, 1)
    # T = 50 + 10 * sum / sqrt(.7 n + .3 n²): 56.201737, 31.394789, 50; SD 12.909944, t(2) = 4.302653
    assert row["degree"] == pytest.approx(45.865509, abs=1e-6)
    assert row["degree_pct"] is None
    assert row["ci_low"] == pytest.approx(13.795427, abs=1e-5)
    assert row["ci_high"] == pytest.approx(77.935591, abs=1e-5)


def test_weights_of_goals(attainment: Callable[..., pl.DataFrame]) -> None:
    rows = goals(a=[1, -1]).with_columns(pl.Series("weight", [3.0, 1.0]))
    row = total(attainment(rows, goal_scale="goal_attainment_scaling"))
    # 50 + 10 * (3 - 1) / sqrt(.7 * 10 + .3 * 16)
    assert row["degree"] == pytest.approx(55.822225, abs=1e-6)
    assert row["reason"] == reasons.ONE_PERSON_WITH_GOALS


def test_an_attainment_of_another_scale_is_refused(attainment: Callable[..., pl.DataFrame]) -> None:
    with pytest.raises(ValueError, match=r"trial: 1 goals have an attainment that is none of 0, 0\.5, 1"):
        attainment(goals(a=[1, -2]))
