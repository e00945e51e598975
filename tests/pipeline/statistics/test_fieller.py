"""Fieller's interval against the test that defines it, and the paired difference by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pipeline.statistics import paired_difference, ratio_of_means, reasons


@pytest.mark.parametrize("seed", range(5))
def test_the_limits_are_where_the_paired_t_test_turns(seed: int) -> None:
    """Of persons with both: at a limit r, the t test of eur - r outcome has p = .05 exactly (scipy)."""
    random = np.random.default_rng(seed)
    outcome = random.integers(0, 4, 40).astype(float)
    eur = 1000 + 400 * outcome + random.normal(0, 300, 40)
    found = ratio_of_means(eur, outcome)
    assert found.ratio == pytest.approx(eur.sum() / outcome.sum())
    assert found.ci_low is not None
    assert found.ci_high is not None
    assert found.ci_low < eur.sum() / outcome.sum() < found.ci_high
    for limit in (found.ci_low, found.ci_high):
        assert stats.ttest_1samp(eur - limit * outcome, 0).pvalue == pytest.approx(0.05, abs=1e-9)


def test_each_mean_is_of_those_who_have_it() -> None:
    nothing = np.nan
    eur = np.array([100.0, 300.0, nothing, 200.0])
    outcome = np.array([1.0, nothing, 1.0, 1.0])
    # (100 + 300 + 200) / 3 by (1 + 1 + 1) / 3
    assert ratio_of_means(eur, outcome).ratio == pytest.approx(200.0)


def test_a_certain_outcome_leaves_the_interval_of_the_mean() -> None:
    # With everybody at 1 the ratio is the mean, and the interval that of the t test.
    eur = np.array([900.0, 1100.0, 1000.0, 1400.0])
    found = ratio_of_means(eur, np.ones(4))
    low, high = stats.t.interval(0.95, 3, eur.mean(), stats.sem(eur))
    assert [found.ci_low, found.ci_high] == pytest.approx([low, high])


def test_an_outcome_that_might_be_none_has_no_interval() -> None:
    found = ratio_of_means(np.array([10.0, 12.0, 11.0, 9.0]), np.array([0.0, 0.0, 0.0, 1.0]))
    assert (found.ratio, found.ci_low, found.reason) == (42.0, None, reasons.OUTCOME_REACHES_ZERO)


def test_nothing_attained_has_no_ratio() -> None:
    assert ratio_of_means(np.array([10.0, 12.0]), np.zeros(2)).reason == reasons.NO_OUTCOME
    assert ratio_of_means(np.array([np.nan]), np.array([1.0])).reason == reasons.NO_PERSONS
    assert ratio_of_means(np.array([10.0]), np.array([2.0])).reason == reasons.ONE_PERSON


@pytest.mark.slow
def test_the_interval_holds_the_true_ratio_as_often_as_it_says() -> None:
    random = np.random.default_rng(1)
    held, trials = 0, 2000
    for _ in range(trials):
        outcome = random.binomial(1, 0.4, 90).astype(float)
        eur = random.gamma(4, 500, 90) + 300 * outcome
        found = ratio_of_means(eur, outcome)
        assert found.ci_low is not None
        assert found.ci_high is not None
        held += found.ci_low < (2000 + 300 * 0.4) / 0.4 < found.ci_high
    assert held / trials == pytest.approx(0.95, abs=0.015)


def test_difference_of_paired_shares_by_hand() -> None:
    # Gained 15, lost 2 of 97: (16 - 3) / 99 = 0.131313; (16 + 3) / 99 - 0.131313² = 0.174676;
    # half 1.959964 * sqrt(0.174676 / 99) = 0.082328
    found = paired_difference(15, 2, 97)
    assert found.difference == pytest.approx(13 / 97)
    assert [found.ci_low, found.ci_high] == pytest.approx([0.048985, 0.213641], abs=1e-6)
    assert paired_difference(0, 0, 0).reason == reasons.NO_PERSONS


def test_impossible_moves_are_refused() -> None:
    with pytest.raises(ValueError, match="impossible"):
        paired_difference(3, 3, 5)
