"""The attribution ladder, by hand."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from instruments import Library
from pipeline.outcomes.attribution import attribution
from pipeline.outcomes.score_change import score_change
from pipeline.plan import Evaluation
from pipeline.schemas import MART

Frame = Callable[..., pl.DataFrame]
Plan = Callable[..., Evaluation]

# Two of each of three persons: pre 30 40 50, post 40 44 54; g and h are lost.
PERSONS = {
    "a": (30.0, 40.0),
    "b": (40.0, 44.0),
    "c": (50.0, 54.0),
    "d": (30.0, 40.0),
    "e": (40.0, 44.0),
    "f": (50.0, 54.0),
    "g": (10.0, None),
    "h": (90.0, None),
}
EVERYBODY = "a b c d e f g h"


@pytest.fixture
def ladder(library: Library, no_reliability: pl.DataFrame, members_of: Frame) -> Frame:
    def run(scores: pl.DataFrame, plan: Evaluation) -> pl.DataFrame:
        members = members_of(EVERYBODY, sex={"f": EVERYBODY})
        changes = score_change(scores, members, plan, library, no_reliability)
        return MART["mart.attribution"].validate(attribution(scores, members, plan, library, changes))

    return run


def rung(frame: pl.DataFrame, name: str, assumption: str) -> dict[str, Any]:
    return frame.filter(rung=name, assumption=assumption).row(0, named=True)


def test_the_rungs_of_a_headline(ladder: Frame, score_rows: Frame, make_evaluation: Plan) -> None:
    plan = make_evaluation({"scales": ["ease"], "role": "confirmatory"}, {"scales": "all"})
    found = ladder(score_rows("ease", PERSONS), plan)
    assert found.select("population", "scale").unique().rows() == [("all", "ease")]
    assert found.select("rung", "assumption").rows() == [
        ("attrition_worst_case", "tipping_point"),
        ("norm_age_trend", "norm_trend"),
        ("raw_change", "none"),
        ("regression_to_mean", "norm_mean"),
        ("regression_to_mean", "pre_mean"),
    ]
    # Changes 10 4 4 10 4 4: mean 6, SD sqrt(48/5); t quantile .975 with 5 df 2.570582.
    half = 2.570582 * (48 / 5 / 6) ** 0.5
    raw = rung(found, "raw_change", "none")
    assert (raw["change"], raw["ci_low"], raw["reason"]) == (6, pytest.approx(6 - half, abs=1e-5), None)
    assert rung(found, "norm_age_trend", "norm_trend")["reason"] == "not available"
    # Eight were scored before, two of them lost: delta* = lower limit · 8/2.
    worst = rung(found, "attrition_worst_case", "tipping_point")
    assert (worst["change"], worst["break_even"]) == (None, pytest.approx((6 - half) * 4, abs=1e-4))


def test_regression_to_the_mean(ladder: Frame, score_rows: Frame, make_evaluation: Plan) -> None:
    # b = 280/400 = .7; residuals 1 -2 1 1 -2 1, s² = 12/4 = 3; t quantile .975 with 4 df 2.776445.
    found = ladder(score_rows("ease", PERSONS), make_evaluation({"scales": ["ease"], "role": "confirmatory"}))
    at_pre = rung(found, "regression_to_mean", "pre_mean")
    assert (at_pre["change"], at_pre["ci_low"]) == (
        pytest.approx(6),
        pytest.approx(6 - 2.776445 * 0.5**0.5, abs=1e-5),
    )
    # At the norm's 50: d = 6 - .3·10 = 3, standard error sqrt(3·(1/6 + 100/400)) = sqrt(1.25).
    at_norm = rung(found, "regression_to_mean", "norm_mean")
    assert at_norm["change"] == pytest.approx(3)
    assert at_norm["ci_low"] == pytest.approx(3 - 2.776445 * 1.25**0.5, abs=1e-5)
    # (6 - .3u)² = 2.776445²·3·(1/6 + u²/400) at u = 9.78548 above the pre mean of 40.
    assert at_norm["break_even"] == at_pre["break_even"] == pytest.approx(49.78548, abs=1e-4)


def test_a_known_mean_stands_instead_of_the_norms(
    ladder: Frame, score_rows: Frame, make_evaluation: Plan
) -> None:
    plan = make_evaluation({"scales": ["ease"], "role": "confirmatory"}, selected_by_score=True, norm_mean=45)
    found = ladder(score_rows("ease", PERSONS), plan).filter(rung="regression_to_mean")
    assert found["assumption"].to_list() == ["known_mean", "pre_mean"]
    assert rung(found, "regression_to_mean", "known_mean")["change"] == pytest.approx(4.5)  # 6 - .3·5


def test_without_a_norm_only_the_pre_mean(ladder: Frame, score_rows: Frame, make_evaluation: Plan) -> None:
    plan = make_evaluation({"scales": ["worry", "rank"], "role": "confirmatory"})
    scores = pl.concat([score_rows("worry", PERSONS), score_rows("rank", PERSONS)])
    found = ladder(scores, plan).filter(rung="regression_to_mean").sort("scale")
    assert found.select("scale", "assumption").rows() == [("rank", "pre_mean"), ("worry", "pre_mean")]
    # Lower is better for worry: it became worse by 6. Regression is not for ordinal scales.
    assert found["change"].to_list() == [None, pytest.approx(-6)]
    assert found["reason"].to_list() == ["the scale is ordinal", None]


def test_without_confirmatory_outcomes_what_changed_is_the_headline(
    ladder: Frame, score_rows: Frame, make_evaluation: Plan
) -> None:
    still = {person: (40.0, 41.0 if place % 2 else 39.0) for place, person in enumerate(PERSONS)}
    scores = pl.concat([score_rows("ease", PERSONS), score_rows("calm", still)])
    found = ladder(scores, make_evaluation({"scales": "all"}))
    assert set(found["scale"]) == {"ease"}


@pytest.mark.parametrize(
    ("persons", "reason"),
    [({}, "no pairs"), ({"a": (40.0, 44.0)}, "fewer than two pairs"), ({"a": (1.0, None)}, "no pairs")],
)
def test_a_headline_that_cannot_be_estimated(
    ladder: Frame,
    score_rows: Frame,
    make_evaluation: Plan,
    persons: dict[str, tuple[float, float | None]],
    reason: str,
) -> None:
    plan = make_evaluation({"scales": ["ease"], "role": "confirmatory"})
    found = ladder(score_rows("ease", persons), plan)
    assert found.height == 5
    assert rung(found, "raw_change", "none")["reason"] == reason
    assert found.filter(pl.col("ci_low").is_null() & pl.col("reason").is_null()).is_empty()
