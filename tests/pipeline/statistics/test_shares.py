"""Counts, paired categories and goals against printed examples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable, mcnemar
from statsmodels.stats.proportion import proportion_confint

from pipeline.statistics import (
    bowker,
    cross_table,
    exact_mcnemar,
    goal_attainment_t,
    half_test,
    rated_change,
    ratio_estimate,
    reasons,
    sign_test,
    stuart_maxwell,
    wilson,
)

# Unaided distance vision of 7477 women, right eye by left eye (Stuart 1955, table 1).
VISION = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17:857, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_newcombe_prints_it(count: int, n: int, low: float, high: float) -> None:
    share = wilson(count, n)
    assert (share.ci_low, share.ci_high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(min_value=1, max_value=300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_agrees_with_statsmodels(case: tuple[int, int]) -> None:
    share = wilson(*case)
    assert (share.ci_low, share.ci_high) == pytest.approx(
        proportion_confint(*case, method="wilson"), abs=1e-12
    )


def test_nobody_has_no_share() -> None:
    assert (wilson(0, 0).share, wilson(0, 0).reason) == (None, reasons.NO_PERSONS)
    with pytest.raises(ValueError, match="impossible"):
        wilson(4, 3)


def test_exact_mcnemar_by_hand() -> None:
    # Six gained, one lost: 2 * (1 + 7) / 2^7 = 0.125.
    assert exact_mcnemar(6, 1).p == 0.125
    assert exact_mcnemar(0, 0).reason == reasons.NO_DISCORDANT


@given(st.integers(0, 60), st.integers(0, 60))
def test_exact_tests_agree_with_other_libraries(better: int, worse: int) -> None:
    if better + worse == 0:
        return
    assert exact_mcnemar(better, worse).p == pytest.approx(
        mcnemar([[0, better], [worse, 0]], exact=True).pvalue, abs=1e-12
    )
    expected = stats.binomtest(better, better + worse).pvalue
    assert sign_test(better, worse).p == pytest.approx(expected, abs=1e-12)
    assert half_test(better, better + worse).p == pytest.approx(expected, abs=1e-12)


def test_rated_change() -> None:
    # Better 14, same 4, worse 2: share 0.7, balance 0.6; R: binom.test(14, 16)$p.value = 0.004181,
    # binom.test(14, 20)$p.value = 0.1153.
    rated = rated_change(14, 4, 2)
    assert (rated.n, rated.share_better, rated.net_balance) == (20, 0.7, 0.6)
    assert rated.p_sign == pytest.approx(0.004181, abs=5e-7)
    assert rated.p_half == pytest.approx(0.1153, abs=5e-5)
    assert rated_change(0, 0, 0).reason == reasons.NO_PERSONS
    assert rated_change(0, 3, 0).p_half == 0.25


def test_vision_of_stuart() -> None:
    # Stuart (1955): 11.96 on 3 degrees of freedom. R: mcnemar.test(VISION): 19.107 on 6, p-value = 0.004
    homogeneity, symmetry = stuart_maxwell(VISION), bowker(VISION)
    assert homogeneity.statistic == pytest.approx(11.957, abs=5e-4)
    assert (homogeneity.df, symmetry.df) == (3, 6)
    assert symmetry.statistic == pytest.approx(19.107, abs=5e-4)
    witness = SquareTable(np.array(VISION), shift_zeros=False)
    assert homogeneity.p == pytest.approx(witness.homogeneity("stuart_maxwell").pvalue, abs=1e-12)
    assert symmetry.p == pytest.approx(witness.symmetry("bowker").pvalue, abs=1e-12)


def test_two_states_are_mcnemar_without_correction() -> None:
    # (12 - 4)^2 / (12 + 4) = 4
    assert stuart_maxwell([[10, 12], [4, 7]]).statistic == pytest.approx(4)
    assert bowker([[10, 12], [4, 7]]).statistic == pytest.approx(4)


def test_states_that_say_nothing_are_dropped() -> None:
    # First two states of the plain table: d = (7, -3), S = [[13, -13], [-13, 19]], its inverse
    # [[19, 13], [13, 13]] / 78: (49*19 - 2*21*13 + 9*13) / 78 = 502 / 78.
    plain = stuart_maxwell([[20, 10, 0], [3, 30, 1], [0, 5, 40]])
    assert (plain.statistic, plain.df) == pytest.approx((502 / 78, 2))
    padded = np.zeros((5, 5))
    padded[:3, :3] = [[20, 10, 0], [3, 30, 1], [0, 5, 40]]
    padded[4, 4] = 8
    again = stuart_maxwell(padded)
    assert (again.statistic, again.df) == pytest.approx((502 / 78, 2))


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[0, 0], [0, 0]], reasons.NO_PERSONS),
        ([[5, 0], [0, 0]], reasons.FEWER_THAN_TWO_STATES),
        ([[5, 0], [0, 4]], reasons.NO_DISCORDANT),
    ],
)
def test_tables_without_a_move_have_no_test(table: list[list[int]], reason: str) -> None:
    for test in (stuart_maxwell, bowker):
        assert (test(table).p, test(table).reason) == (None, reason)


def test_cross_table_counts_by_person() -> None:
    assert cross_table(["a", "b", "b"], ["b", "b", "c"]).tolist() == [[0, 1, 0], [0, 1, 1], [0, 0, 0]]
    assert cross_table([], []).shape == (0, 0)


def test_degree_of_attainment_by_hand() -> None:
    # Persons with (attained, goals) (1, 2), (2, 2), (0, 1); a fourth has none. r = 3/5; residuals -0.2, 0.8,
    # -0.6; v = 3/2 * 1.04 / 25 = 0.0624; t(0.975, 2) = 4.302653: 0.6 -+ 1.0748, cut to 0-1.
    degree = ratio_estimate([1, 2, 0, 0], [2, 2, 1, 0])
    assert (degree.ratio, degree.variance) == pytest.approx((0.6, 0.0624))
    assert (degree.ci_low, degree.ci_high, degree.df, degree.persons) == (0.0, 1.0, 2, 3)


def test_degree_interval_is_uncut_inside() -> None:
    # Twenty persons with two goals each, eleven attaining one and nine both: r = 29/40; y - r*x is -0.45 or
    # 0.55; v = 20/19 * (11*0.2025 + 9*0.3025) / 1600 = 20/19 * 4.95 / 1600; t(0.975, 19) = 2.093024
    degree = ratio_estimate([1] * 11 + [2] * 9, [2] * 20)
    half = 2.093024 * (20 / 19 * 4.95 / 1600) ** 0.5
    assert (degree.ci_low, degree.ci_high) == pytest.approx((0.725 - half, 0.725 + half), abs=1e-6)


@pytest.mark.parametrize(
    ("attained", "goals", "reason"),
    [
        ([], [], reasons.NO_GOALS),
        ([0], [0], reasons.NO_GOALS),
        ([1], [2], reasons.ONE_PERSON_WITH_GOALS),
        ([1, 2], [2, 4], reasons.NO_VARIATION_BETWEEN_PERSONS),
        ([0.3, 0.1], [3, 1], reasons.NO_VARIATION_BETWEEN_PERSONS),
    ],
)
def test_degree_without_interval_says_why(attained: list[float], goals: list[float], reason: str) -> None:
    degree = ratio_estimate(attained, goals)
    assert (degree.ci_low, degree.reason) == (None, reason)


def test_goal_attainment_t() -> None:
    # sum(wx) = -6 + 0 - 1 + 8 + 0 + 6 = 7, sum(w) = 21, sum(w^2) = 91: 50 + 70 / sqrt(63.7 + 132.3) = 55.
    assert goal_attainment_t([-2, 0, -1, 2, 0, 1], [3, 5, 1, 4, 2, 6]) == pytest.approx(55.0, abs=1e-12)
    assert goal_attainment_t([-1, 1], [0, 0]) == 50
    assert goal_attainment_t([]) is None
    with pytest.raises(ValueError, match="between -2 and 2"):
        goal_attainment_t([3])


@pytest.mark.parametrize(("n", "below", "far_below"), [(1, 40, 30), (2, 37.60, 25.19), (5, 34.92, 19.85)])
def test_goal_attainment_t_depends_on_the_number_of_goals(n: int, below: float, far_below: float) -> None:
    assert goal_attainment_t([-1] * n) == pytest.approx(below, abs=5e-3)
    assert goal_attainment_t([-2] * n) == pytest.approx(far_below, abs=5e-3)
