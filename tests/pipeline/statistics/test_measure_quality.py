"""Reliability, agreement of respondents, levels against the norm."""

import numpy as np
import pingouin
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.multivariate.factor import Factor

from pipeline.statistics import (
    absolute_agreement,
    agreement,
    compare_with_norm,
    floor_ceiling,
    item_quality,
    reasons,
    scale_reliability,
    standardised_difference,
)

# Shrout & Fleiss (1979), table 2: six targets by four judges.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)


def with_correlations(correlations: np.ndarray, persons: int = 60) -> np.ndarray:
    """Data whose sample correlations are exactly these."""
    raw = np.random.default_rng(1).normal(size=(persons, len(correlations)))
    white = np.linalg.qr(raw - raw.mean(axis=0))[0]
    return np.asarray(white @ np.linalg.cholesky(correlations).T)


def one_factor(loadings: list[float]) -> np.ndarray:
    correlations = np.outer(loadings, loadings)
    np.fill_diagonal(correlations, 1)
    return correlations


def answers(seed: int, persons: int = 40, items: int = 5) -> np.ndarray:
    generator = np.random.default_rng(seed)
    trait = generator.normal(size=(persons, 1))
    return np.clip(np.round(3 + trait + generator.normal(0, 1, (persons, items))), 1, 5)


@pytest.mark.parametrize("seed", range(4))
def test_alpha_agrees_with_pingouin(seed: int) -> None:
    import pandas as pd

    matrix = answers(seed)
    expected, interval = pingouin.cronbach_alpha(pd.DataFrame(matrix))
    found = scale_reliability(matrix)
    assert found.alpha == pytest.approx(expected, abs=1e-12)
    assert (found.alpha_low, found.alpha_high) == pytest.approx(tuple(interval), abs=5e-4)


def test_alpha_uses_complete_cases_and_their_number() -> None:
    matrix = answers(1)
    holed = np.vstack([matrix, [[np.nan, 3, 3, 3, 3], [1, np.nan, np.nan, 2, 2], [np.nan] * 5]])
    whole, found = scale_reliability(matrix), scale_reliability(holed)
    assert (found.n, found.alpha, found.alpha_low) == (40, whole.alpha, whole.alpha_low)
    # Three answers missing of 42 persons who answered anything, five items each.
    assert found.missing_share == pytest.approx(3 / 210)


def test_omega_of_an_exact_factor_by_hand() -> None:
    # Loadings .8 .7 .6 .5 of standardised items: (2.6)^2 / (2.6^2 + .36 + .51 + .64 + .75) = 6.76 / 9.02
    matrix = with_correlations(one_factor([0.8, 0.7, 0.6, 0.5]))
    assert scale_reliability(matrix).omega == pytest.approx(6.76 / 9.02, abs=1e-6)
    # In other units loadings and uniquenesses stretch: items doubled, halved.
    units = np.array([2, 1, 1, 0.5])
    common = float(np.array([0.8, 0.7, 0.6, 0.5]) @ units) ** 2
    alone = float(np.array([0.36, 0.51, 0.64, 0.75]) @ units**2)
    assert scale_reliability(matrix * units).omega == pytest.approx(common / (common + alone), abs=1e-6)


def test_omega_agrees_with_statsmodels() -> None:
    matrix = answers(2, persons=200)
    fit = Factor(matrix, n_factor=1, method="ml").fit()
    deviations = matrix.std(axis=0, ddof=1)
    common = float(np.abs(fit.loadings[:, 0]) @ deviations) ** 2
    expected = common / (common + float(fit.uniqueness @ deviations**2))
    assert scale_reliability(matrix).omega == pytest.approx(expected, abs=1e-4)


def test_a_heywood_case_has_no_omega_but_an_alpha() -> None:
    # With three items the squared loading of the first is r12 * r13 / r23 = .8 * .8 / .5 = 1.28, above 1.
    matrix = with_correlations(np.array([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]]))
    found = scale_reliability(matrix)
    assert (found.omega, found.reason) == (None, reasons.HEYWOOD_CASE)
    assert found.alpha is not None


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        ([[1.0], [2.0]], reasons.ONE_ITEM),
        ([[1.0, 2.0]], reasons.ONE_PERSON),
        ([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]], reasons.CONSTANT_SCORES),
        (np.empty((0, 3)), reasons.ONE_PERSON),
    ],
)
def test_no_alpha_without_variation(matrix: list[list[float]], reason: str) -> None:
    found = scale_reliability(matrix)
    assert (found.alpha, found.omega, found.reason) == (None, None, reason)


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        ([[1.0, 3.0], [2.0, 5.0], [3.0, 4.0]], reasons.TWO_ITEMS),
        ([[1.0, 3.0, 3.0], [2.0, 5.0, 3.0], [3.0, 4.0, 3.0]], reasons.CONSTANT_ITEM),
        ([[1.0, 3.0, 4.0], [2.0, 5.0, 7.0], [3.0, 4.0, 7.0]], reasons.SINGULAR_ITEMS),
    ],
)
def test_no_omega_says_why(matrix: list[list[float]], reason: str) -> None:
    found = scale_reliability(matrix)
    assert (found.omega, found.reason) == (None, reason)
    assert found.alpha is not None


def test_item_quality_by_hand() -> None:
    # Item 1 against the sum of the others: 1 2 3 4 against 5 4 8 9; r = 8 / sqrt(5 * 17) = 0.8677
    found = item_quality(
        np.array([[1, 2, 3], [2, 2, 2], [3, 4, 4], [4, 4, 5], [np.nan, 1, 1]]), [1, 1, 1], [5, 4, 5]
    )
    assert found[0].item_rest == pytest.approx(8 / 85**0.5)
    assert (found[0].n, found[0].floor, found[0].missing_share) == pytest.approx((4, 0.25, 0.2))
    assert (found[1].n, found[1].ceiling, found[1].missing_share) == (5, 0.4, 0)


def test_floor_and_ceiling() -> None:
    found = floor_ceiling([5, 5, 7, 25], 5, 25)
    assert (found.floor, found.ceiling) == (0.5, 0.25)
    assert floor_ceiling([], 5, 25).reason == reasons.NO_PERSONS


def test_absolute_agreement_as_shrout_and_fleiss_print_it() -> None:
    # Shrout & Fleiss (1979), p. 424: ICC(2,1) = .29. R: psych::ICC(sf): ICC2 0.29, 0.019 to 0.761
    found = absolute_agreement(SHROUT_FLEISS)
    assert (found.icc, found.ci_low, found.ci_high) == pytest.approx((0.29, 0.019, 0.761), abs=5e-4)


# pingouin 0.7 calls pandas 3.1 in a way that pandas means to drop.
@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_agreement_by_hand() -> None:
    # Differences -1, 1, 0, -2, -1, 3: mean 0, SD sqrt(16/5).
    first, second = [4, 6, 5, 7, 8, 9], [5, 5, 5, 9, 9, 6]
    found = agreement(first, second)
    half = 1.96 * (16 / 5) ** 0.5
    assert (found.mean_difference, found.loa_low, found.loa_high) == pytest.approx((0, -half, half))
    long = {
        "person": [*range(6), *range(6)],
        "rater": ["a"] * 6 + ["b"] * 6,
        "score": [*first, *second],
    }
    import pandas as pd

    table = pingouin.intraclass_corr(pd.DataFrame(long), targets="person", raters="rater", ratings="score")
    row = table.iloc[1]
    assert found.icc_a1 == pytest.approx(row["ICC"], abs=1e-6)
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(row.filter(regex="CI").iloc[0]), abs=5e-3)


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([], [], reasons.NO_PERSONS),
        ([3], [4], reasons.ONE_PERSON),
        ([3, 3, 3], [3, 3, 3], reasons.CONSTANT_SCORES),
        ([1, 2, 3], [1, 2, 3], reasons.ENTIRE_AGREEMENT),
        ([0.103, 0.101, 0.103], [0.301, 0.303, 0.302], reasons.NO_AGREEMENT_INTERVAL),
    ],
)
def test_no_agreement_says_why(first: list[float], second: list[float], reason: str) -> None:
    found = agreement(first, second)
    assert (found.ci_low, found.reason) == (None, reason)


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), max_size=20))
def test_agreement_is_never_nan(pairs: list[tuple[int, int]]) -> None:
    found = agreement([one for one, _ in pairs], [other for _, other in pairs])
    figures = (found.icc_a1, found.ci_low, found.ci_high, found.loa_low, found.mean_difference)
    assert all(figure is None or np.isfinite(figure) for figure in figures)


def test_comparison_with_the_norm() -> None:
    scores = [38, 42, 40, 55, 29, 47, 40]
    found = compare_with_norm(scores, 50, 10)
    witness = stats.ttest_1samp(scores, 50)
    assert (found.t_statistic, found.p) == pytest.approx((witness.statistic, witness.pvalue))
    interval = witness.confidence_interval()
    assert (found.ci_low, found.ci_high) == pytest.approx((interval.low - 50, interval.high - 50))
    # Below 40 are 38 and 29; the two at 40 are not.
    assert found.below_norm == pytest.approx(2 / 7)
    assert compare_with_norm(scores, 50, 10, orientation=-1).below_norm == 0


def test_levels_without_spread() -> None:
    assert compare_with_norm([], 50, 10).reason == reasons.NO_PERSONS
    alone = compare_with_norm([44], 50, 10)
    assert (alone.mean, alone.p, alone.reason) == (44, None, reasons.ONE_PERSON)
    assert compare_with_norm([44, 44], 50, 10).reason == reasons.CONSTANT_SCORES


def test_standardised_difference_by_hand() -> None:
    # Means 4 and 2, variances 4 and 1: 2 / sqrt(2.5)
    assert standardised_difference([2, 4, 6], [1, 2, 3]).difference == pytest.approx(2 / 2.5**0.5)
    assert standardised_difference([2, 4, 6], []).reason == reasons.NOBODY_LOST
    assert standardised_difference([2, 2], [2, 2]).reason == reasons.CONSTANT_SCORES
