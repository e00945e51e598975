"""Municipalities: the random-intercept model against lme4 and metafor, pooling, the funnel, case mix."""

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.regression.linear_model import OLS

from pipeline.statistics import (
    GroupSums,
    adjusted_changes,
    group_sums,
    municipality_changes,
    random_intercept,
    reasons,
)
from pipeline.statistics.random_intercept import tau2_upper_limit

PublicData = Callable[[str], pl.DataFrame]

# BCG vaccine trials, metafor::dat.bcg: tpos, tneg, cpos, cneg.
BCG = np.array(
    [
        [4, 119, 11, 128],
        [6, 300, 29, 274],
        [3, 228, 11, 209],
        [62, 13536, 248, 12619],
        [33, 5036, 47, 5761],
        [180, 1361, 372, 1079],
        [8, 2537, 10, 619],
        [505, 87886, 499, 87892],
        [29, 7470, 45, 7232],
        [17, 1699, 65, 1600],
        [186, 50448, 141, 27197],
        [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ]
)

groups_of_changes = st.lists(
    st.tuples(st.integers(-30, 30), st.sampled_from(["a", "b", "c", "d"])), min_size=1, max_size=40
)


def test_dyestuff_as_lme4_prints_it(public_data: PublicData) -> None:
    # R: lme4::lmer(Yield ~ 1 + (1 | Batch), Dyestuff): Batch 1764 (42.00), Residual 2451 (49.51),
    # intercept 1527.50, standard error 19.38. Balanced: REML is the analysis of variance, 2451.25, 1764.05.
    rows = public_data("lme4/Dyestuff")
    model = random_intercept(group_sums(rows["Yield"], rows["Batch"]))
    assert (model.mean, model.mean_se) == pytest.approx((1527.5, 19.38), abs=5e-3)
    assert (model.sigma2, model.tau2) == pytest.approx((2451.25, 1764.05), rel=1e-9)
    assert model.icc == pytest.approx(1764.05 / (1764.05 + 2451.25))


def test_dyestuff2_has_no_variance_between(public_data: PublicData) -> None:
    # R: lme4::lmer(Yield ~ 1 + (1 | Batch), Dyestuff2): Batch 0, Residual 13.81, intercept 5.6656 (0.6784)
    rows = public_data("lme4/Dyestuff2")
    model = random_intercept(group_sums(rows["Yield"], rows["Batch"]))
    assert (model.tau2, model.icc) == (0, 0)
    assert model.sigma2 == pytest.approx(13.81, abs=5e-3)
    assert (model.mean, model.mean_se) == pytest.approx((5.6656, 0.6784), abs=5e-5)


def test_q_profile_limit_as_metafor_prints_it() -> None:
    # R: dat <- escalc("RR", tpos, tneg, cpos, cneg, data = dat.bcg); confint(rma(yi, vi, data = dat)):
    # tau^2 0.3132, 95 % interval 0.1197 to 1.1115. Variances vi are those of groups of 1/vi with sigma2 = 1.
    tpos, tneg, cpos, cneg = BCG.T.astype(float)
    log_ratio = np.log(tpos / (tpos + tneg)) - np.log(cpos / (cpos + cneg))
    variance = 1 / tpos - 1 / (tpos + tneg) + 1 / cpos - 1 / (cpos + cneg)
    sums = GroupSums(tuple("abcdefghijklm"), 1 / variance, log_ratio, 0.0)
    assert tau2_upper_limit(sums, 1.0) == pytest.approx(1.1115, abs=5e-5)


@pytest.mark.parametrize("seed", range(8))
def test_unbalanced_fit_agrees_with_the_dense_likelihood(seed: int) -> None:
    generator = np.random.default_rng(seed)
    labels = np.repeat(np.arange(9), generator.integers(1, 15, 9))
    values = generator.normal(0, 0.4 * (seed % 4), 9)[labels] + generator.normal(2, 3, len(labels))
    same_group = (labels[:, None] == labels).astype(float)

    def dense(parameters: np.ndarray) -> float:
        """Minus twice the REML log-likelihood from the whole covariance matrix (Harville 1974)."""
        covariance = np.exp(parameters[0]) * same_group + np.exp(parameters[1]) * np.eye(len(labels))
        inverse = np.linalg.inv(covariance)
        mean = inverse.sum(axis=0) @ values / inverse.sum()
        rest = values - mean
        return float(np.linalg.slogdet(covariance)[1] + np.log(inverse.sum()) + rest @ inverse @ rest)

    best = optimize.minimize(dense, [0.0, 2.0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10})
    model = random_intercept(group_sums(values, labels))
    assert model.sigma2 == pytest.approx(np.exp(best.x[1]), rel=1e-3)
    assert model.tau2 == pytest.approx(np.exp(best.x[0]), rel=1e-3, abs=1e-3)


def test_pooling_by_hand() -> None:
    # Three groups of two, changes -+1 around 0, 4, 8: sigma2 = 2 (squares within 6, 3 degrees of freedom);
    # variance of means 16 = tau2 + 2/2, tau2 = 15, B = 15/16; pooled first 4/16 = 0.25; Var(mu) = 16/3;
    # se = sqrt(15/16 + 1/256 * 16/3).
    found = municipality_changes([-1, 1, 3, 5, 7, 9], ["a", "a", "b", "b", "c", "c"])
    first = found.municipalities[0]
    assert (found.model.sigma2, found.model.tau2, found.model.mean) == pytest.approx((2, 15, 4))
    assert (first.weight_own, first.pooled_change) == pytest.approx((15 / 16, 0.25))
    assert first.pooled_se == pytest.approx((15 / 16 + 16 / 3 / 256) ** 0.5)
    # Q at the upper limit: 32 / (T + 1) = chi-squared(0.025, 2) = 0.0506356, so T = 630.967.
    high = 32 / stats.chi2.ppf(0.025, 2) - 1
    assert found.model.tau2_high == pytest.approx(high)
    share = high / (high + 1)
    half = 1.959964 * (share + (1 - share) ** 2 * (high + 1) / 3) ** 0.5
    centre = (1 - share) * 4
    assert (first.pooled_low, first.pooled_high) == pytest.approx((centre - half, centre + half), rel=1e-6)
    # Funnel: 4 -+ 1.959964 * sqrt(2/2 + 15) and 4 -+ 3.090232 * 4
    assert (first.funnel95_low, first.funnel998_high) == pytest.approx(
        (4 - 7.839856, 4 + 12.360928), abs=1e-5
    )


@pytest.mark.parametrize(
    ("changes", "codes", "reason"),
    [
        ([1, 2, 3], ["a", "a", "a"], reasons.ONE_MUNICIPALITY),
        ([1, 2, 3], ["a", "b", "c"], reasons.NO_REPEATED_MUNICIPALITY),
        ([1, 1, 3, 3], ["a", "a", "b", "b"], reasons.NO_VARIATION_WITHIN),
        ([2, 2, 2, 2], ["a", "a", "b", "b"], reasons.NO_VARIATION_WITHIN),
        ([], [], reasons.ONE_MUNICIPALITY),
    ],
)
def test_without_a_model_the_own_figures_stand(changes: list[float], codes: list[str], reason: str) -> None:
    found = municipality_changes(changes, codes)
    assert (found.model.tau2, found.model.reason) == (None, reason)
    assert [row.pooled_change for row in found.municipalities] == [None] * len(set(codes))
    assert all(reason in (row.reason or "") for row in found.municipalities)


def test_a_municipality_of_one_is_pooled_but_has_no_interval_of_its_own() -> None:
    found = municipality_changes([5, 1, 2, 3, 2, 8, 3], ["one", "b", "b", "b", "c", "c", "c"])
    lonely = next(row for row in found.municipalities if row.municipality == "one")
    assert (lonely.n_pairs, lonely.mean_change, lonely.ci_low, lonely.reason) == (
        1,
        5,
        None,
        reasons.ONE_PAIR,
    )
    assert lonely.pooled_change is not None


@given(groups_of_changes)
def test_pooling_never_leaves_the_span_of_own_and_programme(rows: list[tuple[int, str]]) -> None:
    found = municipality_changes([value for value, _ in rows], [group for _, group in rows])
    for row in found.municipalities:
        if row.pooled_change is None or found.model.mean is None:
            continue
        low, high = sorted([row.mean_change, found.model.mean])
        assert low - 1e-9 <= row.pooled_change <= high + 1e-9
        assert row.weight_own is not None
        assert 0 <= row.weight_own <= 1


def test_case_mix_agrees_with_a_covariance_analysis() -> None:
    generator = np.random.default_rng(3)
    codes = np.repeat(["a", "b", "c", "d"], [12, 7, 9, 2])
    dummies = (codes[:, None] == np.array(["a", "b", "c", "d"])).astype(float)
    covariates = np.column_stack(
        [generator.normal(45, 9, 30) + 4 * dummies[:, 1], generator.integers(0, 2, 30)]
    )
    changes = 3 - 0.4 * (covariates[:, 0] - 45) + 2 * covariates[:, 1] + generator.normal(0, 3, 30)
    fit = OLS(changes, np.column_stack([dummies, covariates])).fit()
    expected = fit.params[:4] + covariates.mean(axis=0) @ fit.params[4:]
    found = adjusted_changes(changes, codes, covariates)
    assert [row.adjusted_change for row in found] == pytest.approx(list(expected))
    assert [row.mean_change for row in found] == pytest.approx(
        [changes[codes == code].mean() for code in "abcd"]
    )


def test_case_mix_without_variation_or_persons() -> None:
    constant = adjusted_changes([1, 2, 3, 5], ["a", "a", "b", "b"], [[1], [1], [1], [1]])
    assert [row.adjusted_change for row in constant] == [1.5, 4]
    few = adjusted_changes([1, 2, 3], ["a", "a", "b"], [[1], [2], [3]])
    assert [row.reason for row in few] == [reasons.TOO_FEW_FOR_ADJUSTMENT] * 2
