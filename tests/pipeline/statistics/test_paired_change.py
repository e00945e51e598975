"""A change on a scale score: printed values of R, other libraries, and the degenerate cases."""

import math
from collections.abc import Callable
from dataclasses import fields
from random import Random

import numpy as np
import pingouin
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.power import TTestPower

from pipeline.statistics import (
    PairedChange,
    detectable_change,
    paired_change,
    reasons,
    with_effect_intervals,
)

# Student's sleep data, R 4.3: extra[group == 1] and extra[group == 2] of datasets::sleep.
SLEEP_BEFORE = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_AFTER = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

whole_scores = st.integers(min_value=0, max_value=100)
pairs = st.lists(st.tuples(whole_scores, whole_scores), min_size=0, max_size=40)
CHANGE_FIGURES = ("mean_change", "t_statistic", "d_z", "g_av", "rank_biserial")
INTERVAL = ("d_z_low", "d_z_high")


def known(figure: float | None) -> float:
    """The figure, which this test expects to be there."""
    assert figure is not None
    return figure


def same(first: float | None, second: float | None) -> bool:
    """Whether both are missing or both are the same number."""
    if first is None or second is None:
        return first is second
    return math.isclose(first, second, rel_tol=1e-6, abs_tol=1e-6)


def whole_change(before: ArrayLike, after: ArrayLike) -> PairedChange:
    """The change with the interval of d_z."""
    [change] = with_effect_intervals([paired_change(before, after)])
    return change


def change_of(rows: list[tuple[int, int]], constant: float = 0.0) -> PairedChange:
    before, after = ([row[side] + constant for row in rows] for side in (0, 1))
    return whole_change(before, after)


def test_sleep_as_r_prints_it() -> None:
    # R: with(sleep, t.test(extra[group == 2], extra[group == 1], paired = TRUE))
    #    t = 4.0621, df = 9, p-value = 0.002833, interval 0.7001142 2.4598858, mean 1.58
    change = whole_change(SLEEP_BEFORE, SLEEP_AFTER)
    assert change.t_statistic == pytest.approx(4.0621, abs=5e-5)
    assert change.df == 9
    assert change.p_t == pytest.approx(0.002833, abs=5e-7)
    assert (change.ci_low, change.ci_high) == pytest.approx((0.7001142, 2.4598858), abs=5e-8)
    # R: effectsize::cohens_d(..., paired = TRUE): -1.28 | [-2.12, -0.41] (for group 1 - group 2)
    assert (change.d_z_low, change.d_z, change.d_z_high) == pytest.approx((0.41, 1.28, 2.12), abs=5e-3)
    # R: wilcox.test(paired = TRUE): V = 45, p-value = 0.009091 (a tie and a zero: normal approximation)
    assert (change.wilcoxon_statistic, change.wilcoxon_method) == (45, "normal")
    assert change.p_wilcoxon == pytest.approx(0.009091, abs=5e-7)


def test_exact_signed_rank_as_r_documents_it() -> None:
    # ?wilcox.test, depression data of Hollander & Wolfe (1973), p. 29: V = 40, one-sided p = 0.01953.
    before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    change = paired_change(before, after, orientation=-1)
    assert (change.wilcoxon_statistic, change.wilcoxon_method) == (40, "exact")
    assert change.p_wilcoxon == pytest.approx(20 / 512, abs=1e-15)


def test_anorexia_family_therapy(public_data: Callable[[str], pl.DataFrame]) -> None:
    # R: with(subset(MASS::anorexia, Treat == "FT"), t.test(Postwt, Prewt, paired = TRUE))
    #    t = 4.1849, df = 16, p-value = 0.0007003, mean of the differences 7.264706
    rows = public_data("MASS/anorexia").filter(pl.col("Treat") == "FT")
    change = paired_change(rows["Prewt"], rows["Postwt"])
    assert change.n_pairs == 17
    assert change.mean_change == pytest.approx(7.264706, abs=5e-7)
    assert change.t_statistic == pytest.approx(4.1849, abs=5e-5)
    assert change.p_t == pytest.approx(0.0007003, abs=5e-8)


@pytest.mark.parametrize("n", [6, 12, 49, 50, 120])
def test_agrees_with_scipy_and_pingouin(n: int) -> None:
    generator = np.random.default_rng(n)
    before = generator.normal(50, 10, n).round()
    after = (before + generator.normal(2, 6, n)).round()
    change = paired_change(before, after, smallest_effect=5)
    difference = after - before
    kept = difference[difference != 0]
    witness = stats.wilcoxon(kept, correction=True, method="approx")
    assert change.p_wilcoxon == pytest.approx(witness.pvalue, abs=1e-12)
    assert change.p_t == pytest.approx(stats.ttest_rel(after, before).pvalue, abs=1e-12)
    assert change.p_sign == pytest.approx(stats.binomtest(int((kept > 0).sum()), len(kept)).pvalue, abs=1e-12)
    assert change.p_equivalence == pytest.approx(
        pingouin.tost(after, before, bound=5, paired=True)["pval"].iloc[0], abs=1e-12
    )
    assert change.d_z == pytest.approx(difference.mean() / difference.std(ddof=1))


@pytest.mark.parametrize("n", [1, 2, 5, 20, 49])
def test_exact_signed_rank_agrees_with_scipy(n: int) -> None:
    differences = np.random.default_rng(n).normal(0.4, 1, n)
    change = paired_change([*np.zeros(n), 0.0], [*differences, 5.0])
    if n < 49:
        expected = stats.wilcoxon([*differences, 5.0], method="exact").pvalue
        assert change.p_wilcoxon == pytest.approx(expected, abs=1e-12)
    assert change.wilcoxon_method == ("exact" if n < 49 else "normal")


@pytest.mark.parametrize("t_statistic", [0.0, 0.3, 2.0, 8.0, 40.0])
@pytest.mark.parametrize("n", [2, 3, 10, 200])
def test_effect_interval_puts_the_estimate_at_its_quantiles(t_statistic: float, n: int) -> None:
    # Two values a of opposite sign around the mean: n differences with a given t.
    spread = np.tile([-1.0, 1.0], n)[:n] if n % 2 == 0 else np.array([-1.0, 0.0, 1.0])
    differences = spread + t_statistic * spread.std(ddof=1) / math.sqrt(n)
    change = whole_change(np.zeros(n), differences)
    if not differences.any() or change.d_z is None:
        pytest.fail("the case is meant to have an effect size")
    t_observed = known(change.t_statistic)
    for limit, level in ((change.d_z_low, 0.975), (change.d_z_high, 0.025)):
        assert stats.nct.cdf(t_observed, n - 1, known(limit) * math.sqrt(n)) == pytest.approx(level, abs=1e-8)


def test_an_interval_that_cannot_be_found_is_null_with_a_reason() -> None:
    change = whole_change([0.0, 0.0, 0.0], [1e8, 1e8, 1e8 + 1])
    assert change.d_z == pytest.approx(1e8 * math.sqrt(3), rel=1e-6)
    assert (change.d_z_low, change.d_z_high) == (None, None)
    assert change.reason == reasons.NO_EFFECT_INTERVAL


def test_average_effect_by_hand() -> None:
    # Differences 1, 2, 3, 6: mean 3. Before 1, 2, 3, 4 (variance 5/3), after 2, 4, 6, 10 (variance 35/3).
    # g = 3 / sqrt((5/3 + 35/3) / 2) * J(3), J(3) = gamma(1.5) / (sqrt(1.5) gamma(1)) = 0.723601
    change = paired_change([1, 2, 3, 4], [2, 4, 6, 10])
    assert change.g_av == pytest.approx(3 / math.sqrt(20 / 3) * 0.7236012546, abs=1e-9)


@pytest.mark.parametrize("n", [2, 5, 10, 33, 400])
def test_detectable_change_agrees_with_statsmodels(n: int) -> None:
    # R: power.t.test(n = 10, power = .8, sd = 1, type = "paired", strict = TRUE): delta = 0.9960
    expected = TTestPower().solve_power(nobs=n, alpha=0.05, power=0.8)
    assert detectable_change(4.0, n) == pytest.approx(4 * expected, rel=1e-6)


def test_lower_is_better_turns_changes_and_leaves_levels() -> None:
    up, down = paired_change(SLEEP_BEFORE, SLEEP_AFTER), paired_change(SLEEP_BEFORE, SLEEP_AFTER, -1)
    assert down.mean_change == -known(up.mean_change)
    assert (down.ci_low, down.ci_high) == (-known(up.ci_high), -known(up.ci_low))
    assert (down.mean_pre, down.median_post) == (up.mean_pre, up.median_post)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ([], [], reasons.NO_PAIRS),
        ([4], [6], reasons.ONE_PAIR),
        ([4, 5, 6], [4, 5, 6], reasons.NO_CHANGE_AT_ALL),
        ([0.1, 0.2, 0.3], [0.2, 0.3, 0.4], reasons.EQUAL_DIFFERENCES),
    ],
)
def test_degenerate_changes_say_why(before: list[float], after: list[float], reason: str) -> None:
    change = paired_change(before, after, smallest_effect=1)
    missing = (
        change.p_t,
        change.ci_low,
        change.d_z,
        change.g_av,
        change.detectable_change,
        change.p_equivalence,
    )
    assert missing == (None,) * 6
    assert change.reason == reason


def test_one_pair_keeps_its_description() -> None:
    change = paired_change([4], [6])
    assert (change.mean_pre, change.mean_post, change.mean_change, change.sd_pre) == (4, 6, 2, None)
    assert (change.p_wilcoxon, change.p_sign) == (None, None)


def test_equal_differences_keep_their_rank_tests() -> None:
    # All three signs equal: two-sided sign p = 2/8. Ties: V = 6, variance (84 - 12)/... by scipy.
    change = paired_change([0.1, 0.2, 0.3], [0.2, 0.3, 0.4])
    assert (change.p_sign, change.rank_biserial, change.wilcoxon_statistic) == (0.25, 1.0, 6.0)
    witness = stats.wilcoxon([1.0, 1.0, 1.0], correction=True, method="approx")
    assert change.p_wilcoxon == pytest.approx(witness.pvalue, abs=1e-12)


def test_two_pairs_have_no_average_effect() -> None:
    change = paired_change([1, 2], [2, 5])
    assert change.g_av is None
    assert change.reason == reasons.TWO_PAIRS
    assert change.p_t is not None


@pytest.mark.parametrize(
    ("before", "after", "orientation"),
    [([1.0, math.nan], [1, 2], 1), ([1, 2], [1, 2, 3], 1), ([1, 2], [1, 2], 0), ([[1, 2]], [[1, 2]], 1)],
)
def test_unusable_input_is_refused(before: list[float], after: list[float], orientation: int) -> None:
    with pytest.raises(ValueError, match=r"missing|same persons|orientation|dimension"):
        paired_change(before, after, orientation)


@given(pairs)
def test_no_figure_is_ever_nan(rows: list[tuple[int, int]]) -> None:
    change = change_of(rows)
    values = [getattr(change, field.name) for field in fields(change)]
    assert all(math.isfinite(value) for value in values if isinstance(value, (int, float)))
    assert (change.p_t is None) == (change.d_z is None)
    assert change.p_t is not None or change.reason


@given(pairs)
def test_swapping_the_waves_flips_every_change(rows: list[tuple[int, int]]) -> None:
    there, back = change_of(rows), change_of([(after, before) for before, after in rows])
    for name in CHANGE_FIGURES:
        first, second = getattr(there, name), getattr(back, name)
        assert same(first, None if second is None else -second), name
    for first, second in ((there.d_z_low, back.d_z_high), (there.d_z_high, back.d_z_low)):
        assert same(first, None if second is None else -second)
    assert same(there.p_t, back.p_t)
    assert same(there.p_wilcoxon, back.p_wilcoxon)


@given(pairs, st.floats(min_value=-1000, max_value=1000))
def test_a_constant_added_to_both_changes_nothing(rows: list[tuple[int, int]], constant: float) -> None:
    plain, moved = change_of(rows), change_of(rows, constant)
    for name in (
        *CHANGE_FIGURES,
        *INTERVAL,
        "ci_low",
        "ci_high",
        "p_t",
        "p_wilcoxon",
        "p_sign",
        "detectable_change",
    ):
        assert same(getattr(plain, name), getattr(moved, name)), name


@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_persons_does_not_matter(rows: list[tuple[int, int]], random: Random) -> None:
    assert change_of(rows) == change_of(random.sample(rows, len(rows)))


@given(st.lists(pairs, max_size=6))
def test_many_effect_intervals_at_once_are_those_found_one_by_one(cells: list[list[tuple[int, int]]]) -> None:
    alone = [change_of(rows) for rows in cells]
    without = [paired_change([before for before, _ in rows], [after for _, after in rows]) for rows in cells]
    for together, single in zip(with_effect_intervals(without), alone, strict=True):
        for name in INTERVAL:
            first, second = getattr(together, name), getattr(single, name)
            assert (first is None) == (second is None)
            assert first is None or first == pytest.approx(second, abs=1e-9)
