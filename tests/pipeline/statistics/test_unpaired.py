"""Two surveys of other people: ranks, shares and odds against other programs and printed examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import mannwhitneyu
from scipy.stats import t as student
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.stats.proportion import confint_proportions_2indep

from pipeline.statistics import mann_whitney, proportional_odds, share_difference, wilson


@pytest.mark.parametrize("seed", range(5))
def test_mann_whitney_is_scipys(seed: int) -> None:
    random = np.random.default_rng(seed)
    earlier, later = random.integers(1, 6, 23).astype(float), random.integers(2, 6, 31).astype(float)
    found = mann_whitney(earlier, later)
    witness = mannwhitneyu(later, earlier, method="asymptotic", use_continuity=True)
    assert found.superiority == pytest.approx(witness.statistic / (23 * 31))
    assert found.p == pytest.approx(witness.pvalue)


def test_superiority_counts_ties_half() -> None:
    # Of the four pairs (1,2) (1,3) (2,2) (2,3) three are won and one is tied.
    assert mann_whitney([1, 2], [2, 3]).superiority == 3.5 / 4


def test_equal_answers_have_no_test() -> None:
    found = mann_whitney([3, 3], [3, 3, 3])
    assert (found.superiority, found.p, found.reason) == (0.5, None, "all answers are equal")


def test_the_difference_of_shares_has_newcombes_interval() -> None:
    # Newcombe (1998), table II, example (a), 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    found = share_difference(wilson(48, 80), wilson(56, 70))
    assert found.difference == pytest.approx(0.2)
    assert found.ci_low == pytest.approx(0.0524, abs=5e-5)
    assert found.ci_high == pytest.approx(0.3339, abs=5e-5)


@pytest.mark.parametrize(("earlier", "later"), [((0, 10), (10, 20)), ((3, 7), (0, 9)), ((5, 5), (2, 30))])
def test_the_interval_is_statsmodels(earlier: tuple[int, int], later: tuple[int, int]) -> None:
    found = share_difference(wilson(*earlier), wilson(*later))
    witness = confint_proportions_2indep(*later, *earlier, method="newcomb")
    assert (found.ci_low, found.ci_high) == pytest.approx(witness)


def survey(seed: int, municipalities: int = 12) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    place = random.integers(0, municipalities, 200)
    later = np.repeat([0.0, 1.0], 100)
    latent = 3.3 + 0.4 * later + random.normal(0, 0.9, 200) + random.normal(0, 0.4, municipalities)[place]
    return np.clip(np.round(latent), 1, 5), later, place


@pytest.mark.parametrize("seed", [1, 2])
def test_the_odds_ratio_is_statsmodels_with_municipalities_as_clusters(seed: int) -> None:
    answers, later, place = survey(seed)
    found = proportional_odds(answers, later, place)
    codes = np.unique(answers, return_inverse=True)[1]
    model = OrderedModel(codes, later[:, None], distr="logit")
    witness = model.fit(method="newton", disp=0, cov_type="cluster", cov_kwds={"groups": place})
    beta, error = witness.params[0], witness.bse[0]
    half = student.ppf(0.975, 11) * error
    assert found.clusters == 12
    assert found.odds_ratio == pytest.approx(math.exp(beta), rel=1e-4)
    assert found.ci_low == pytest.approx(math.exp(beta - half), rel=1e-4)
    assert found.ci_high == pytest.approx(math.exp(beta + half), rel=1e-4)
    assert found.p == pytest.approx(2 * student.sf(abs(beta / error), 11), rel=1e-3)


def test_two_categories_are_the_logistic_regression_of_a_two_by_two_table() -> None:
    # 10 of 40 against 20 of 40: the odds ratio of the table is (20/20) / (10/30).
    answers = np.repeat([1.0, 2.0, 1.0, 2.0], [30, 10, 20, 20])
    found = proportional_odds(answers, np.repeat([0.0, 1.0], 40), np.arange(80) % 8)
    assert found.odds_ratio == pytest.approx(3.0)


def test_few_municipalities_have_no_odds_ratio() -> None:
    answers, later, place = survey(1, municipalities=4)
    found = proportional_odds(answers, later, place)
    assert (found.odds_ratio, found.p, found.reason) == (None, None, "fewer than five municipalities")


def test_answers_that_separate_the_years_have_no_estimate() -> None:
    later = np.repeat([0.0, 1.0], 20)
    found = proportional_odds(later + 1, later, np.arange(40) % 8)
    assert (found.odds_ratio, found.reason) == (None, "the model's optimum could not be confirmed")


@pytest.mark.slow
def test_the_interval_covers_with_municipalities_that_answer_alike() -> None:
    """The same odds in both years, municipalities of the pilots' number: about 95 % of intervals hold 1."""
    covered = []
    for seed in range(400):
        random = np.random.default_rng(seed)
        place, later = random.integers(0, 12, 120), random.integers(0, 2, 120).astype(float)
        latent = 3.4 + random.normal(0, 0.9, 120) + random.normal(0, 0.4, 12)[place]
        found = proportional_odds(np.clip(np.round(latent), 1, 5), later, place)
        covered.append(found.ci_low is not None and found.ci_low <= 1 <= (found.ci_high or 0))
    assert 0.92 <= np.mean(covered) <= 0.98
