"""Regression to the mean, the break-even mean and the tipping point."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.regression.linear_model import OLS

from pipeline.statistics import break_even_mean, reasons, tipping_point, unexplained_change

PRE = np.array([38.0, 41, 35, 44, 47, 39, 50, 42, 36, 45])
POST = np.array([44.0, 43, 42, 48, 46, 47, 52, 45, 41, 49])

# Scores before, and gains that are all above 0, so that most lists show a change.
scores_and_gains = st.lists(
    st.tuples(st.integers(20, 70), st.integers(2, 12)),
    min_size=6,
    max_size=30,
    unique_by=lambda pair: pair[0],
)


@pytest.mark.parametrize("long_run_mean", [30.0, 41.7, 50.0])
def test_agrees_with_the_regression_line(long_run_mean: float) -> None:
    # R: predict(lm(post ~ pre), data.frame(pre = mu), interval = "confidence") - mu; statsmodels too.
    fit = OLS(POST, np.column_stack([np.ones(10), PRE])).fit()
    predicted = fit.get_prediction([[1.0, long_run_mean]])
    low, high = predicted.conf_int()[0] - long_run_mean
    found = unexplained_change(PRE, POST, long_run_mean)
    assert found.change == pytest.approx(float(predicted.predicted_mean[0]) - long_run_mean)
    assert found.se == pytest.approx(float(predicted.se[0]))
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high))
    assert (found.df, found.slope) == pytest.approx((8, fit.params[1]))


def test_at_the_groups_own_mean_it_is_the_raw_change() -> None:
    assert unexplained_change(PRE, POST, PRE.mean()).change == pytest.approx((POST - PRE).mean())


def test_lower_is_better_turns_the_figure() -> None:
    up, down = unexplained_change(PRE, POST, 50), unexplained_change(PRE, POST, 50, orientation=-1)
    assert up.change is not None
    assert up.ci_high is not None
    assert (down.change, down.ci_low, down.se) == (-up.change, -up.ci_high, up.se)


def test_break_even_is_where_the_interval_reaches_zero() -> None:
    found = break_even_mean(PRE, POST).long_run_mean
    assert found is not None
    assert found > PRE.mean()
    assert unexplained_change(PRE, POST, found).ci_low == pytest.approx(0, abs=1e-9)
    assert (unexplained_change(PRE, POST, found - 0.5).ci_low or 0) > 0


@given(scores_and_gains)
@settings(max_examples=30)
def test_between_the_mean_and_break_even_the_interval_stays_on_its_side(pairs: list[tuple[int, int]]) -> None:
    pre, gain = np.array(pairs, dtype=float).T
    post = pre + gain
    found = break_even_mean(pre, post)
    assume(found.long_run_mean is not None)
    for share in (0.1, 0.5, 0.99):
        between = unexplained_change(pre, post, pre.mean() + share * (found.long_run_mean - pre.mean()))
        assert between.ci_low is not None
        assert between.ci_high is not None
        assert between.ci_low * between.ci_high > 0


@pytest.mark.parametrize(
    ("pre", "post", "reason"),
    [
        ([1, 2], [2, 4], reasons.TWO_PAIRS),
        ([3, 3, 3], [2, 4, 5], reasons.CONSTANT_BASELINE),
        ([1, 2, 3, 4], [2, 4, 6, 8], reasons.NO_RESIDUAL),
        ([1, 2, 3, 4], [4, 1, 3, 2], reasons.INTERVAL_REACHES_ZERO),
    ],
)
def test_without_a_break_even_there_is_a_reason(pre: list[float], post: list[float], reason: str) -> None:
    assert (break_even_mean(pre, post).long_run_mean, break_even_mean(pre, post).reason) == (None, reason)


def test_a_perfect_line_has_a_change_but_no_interval() -> None:
    found = unexplained_change([1, 2, 3, 4], [2, 4, 6, 8], 2.5)
    assert found.change == pytest.approx(2.5)
    assert (found.ci_low, found.reason) == (None, reasons.NO_RESIDUAL)


def test_tipping_point_by_hand() -> None:
    # Limit 2, 60 persons, 40 pairs: 2 * 60 / 20 = 6.
    assert tipping_point(2.0, 60, 40).delta == 6
    assert tipping_point(2.0, 40, 40).reason == reasons.NOBODY_LOST
    assert tipping_point(-0.1, 60, 40).reason == reasons.INTERVAL_HOLDS_ZERO
    assert tipping_point(None, 60, 40).reason == reasons.NO_INTERVAL
    with pytest.raises(ValueError, match="impossible"):
        tipping_point(2.0, 40, 60)
