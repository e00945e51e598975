"""The programme's mixed model over all waves against lme4 and a dense likelihood."""

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from pipeline.statistics import reasons, wave_model
from pipeline.statistics.nested_reml import criterion, criterion_with_slope, fit_nested, nested_data

WAVES = ["baseline", "midpoint", "endline"]


def codes_of(column: pl.Series) -> np.ndarray:
    return np.unique(column.to_numpy(), return_inverse=True)[1]


def programme(seed: int, municipality_sd: float, person_sd: float) -> tuple[np.ndarray, ...]:
    """Scores, waves, persons and municipalities of about 150 persons, a tenth of the scores missing."""
    generator = np.random.default_rng(seed)
    home = np.repeat(np.arange(12), generator.integers(3, 25, 12))
    person = np.repeat(np.arange(len(home)), 3)
    wave = np.tile(np.arange(3), len(home))
    score = (
        50
        + 2.0 * (wave == 1)
        + 3.0 * (wave == 2)
        + generator.normal(0, municipality_sd, 12)[home[person]]
        + generator.normal(0, person_sd, len(home))[person]
        + generator.normal(0, 5, len(person))
    )
    kept = generator.random(len(person)) < 0.9
    return score[kept], np.array(WAVES)[wave[kept]], person[kept], home[person[kept]]


def test_pastes_as_lme4_prints_it(public_data: Callable[[str], pl.DataFrame]) -> None:
    # R: lme4::lmer(strength ~ 1 + (1 | batch) + (1 | sample), Pastes): REML criterion 247.0; sample 8.434,
    # batch 1.657, residual 0.678; intercept 60.0533, standard error 0.6769.
    rows = public_data("lme4/Pastes")
    data = nested_data(
        rows["strength"].to_numpy(), np.ones((60, 1)), codes_of(rows["batch"]), codes_of(rows["sample"])
    )
    fit = fit_nested(data)
    assert fit is not None
    assert fit.criterion == pytest.approx(247.0, abs=0.05)
    variances = (fit.inner_variance, fit.outer_variance, fit.residual_variance)
    assert variances == pytest.approx((8.434, 1.657, 0.678), abs=5e-4)
    assert (fit.effects[0], fit.covariance[0, 0] ** 0.5) == pytest.approx((60.0533, 0.6769), abs=5e-5)


@pytest.mark.parametrize("ratios", [(0.0, 0.0), (1.3, 0.2), (0.0, 0.7), (0.4, 0.0)])
def test_criterion_agrees_with_the_dense_likelihood(ratios: tuple[float, float]) -> None:
    score, wave, person, home = programme(1, 2, 6)
    design = np.column_stack([np.ones(len(score)), wave == "midpoint", wave == "endline"])
    covariance = (
        np.eye(len(score)) + ratios[0] * (person[:, None] == person) + ratios[1] * (home[:, None] == home)
    )
    inverse = np.linalg.inv(covariance)
    information = design.T @ inverse @ design
    rest = score - design @ np.linalg.solve(information, design.T @ inverse @ score)
    freedom = len(score) - 3
    expected = (
        np.linalg.slogdet(covariance)[1]
        + np.linalg.slogdet(information)[1]
        + freedom * (1 + np.log(2 * np.pi * (rest @ inverse @ rest) / freedom))
    )
    data = nested_data(score, design, home, np.unique(person, return_inverse=True)[1])
    assert criterion(data, *ratios) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("ratios", [(1.3, 0.2), (0.4, 0.01), (0.01, 0.7), (20.0, 3.0)])
def test_the_slope_is_that_of_small_steps(ratios: tuple[float, float]) -> None:
    score, wave, person, home = programme(1, 2, 6)
    design = np.column_stack([np.ones(len(score)), wave == "midpoint", wave == "endline"])
    data = nested_data(score, design, home, person)
    value, slope = criterion_with_slope(data, np.array(ratios))
    assert value == criterion(data, *ratios)
    for place, step in enumerate(np.diag([1e-5, 1e-5]) * ratios):
        rise = criterion(data, *(ratios + step)) - criterion(data, *(ratios - step))
        assert slope[place] == pytest.approx(rise / (2 * step[place]), rel=1e-4, abs=1e-4)


def test_waves_by_place_are_those_by_name() -> None:
    score, wave, person, home = programme(2, 2, 6)
    places = np.searchsorted(np.sort(WAVES), wave)
    order = sorted(WAVES)
    assert wave_model(score, places, person, home, order) == wave_model(score, wave, person, home, order)
    with pytest.raises(ValueError, match="does not name"):
        wave_model(score, places, person, home, order[:2])


@pytest.mark.parametrize(("municipality_sd", "person_sd"), [(3.0, 6.0), (0.0, 6.0), (3.0, 0.0), (0.0, 0.0)])
def test_no_other_variances_fit_better(municipality_sd: float, person_sd: float) -> None:
    score, wave, person, home = programme(4, municipality_sd, person_sd)
    model = wave_model(score, wave, person, home, WAVES)
    assert model.reml_criterion is not None
    design = np.column_stack([np.ones(len(score)), wave == "midpoint", wave == "endline"])
    data = nested_data(score, design, home, np.unique(person, return_inverse=True)[1])
    grid = [0.0, 0.001, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 1.4, 2.0, 3.0]
    assert model.reml_criterion <= min(criterion(data, one, other) for one in grid for other in grid) + 1e-8


def test_complete_balanced_waves_give_the_paired_change() -> None:
    # With every person at both waves the difference of the waves is the mean of the persons' changes.
    score, wave, person, home = programme(2, 2, 6)
    whole = [place for place in np.unique(person) if (person == place).sum() == 3]
    kept = np.isin(person, whole) & (wave != "midpoint")
    model = wave_model(score[kept], wave[kept], person[kept], home[kept], WAVES)
    before, after = (score[kept & (wave == name)] for name in ("baseline", "endline"))
    (effect,) = model.effects
    assert effect.wave == "endline"
    assert effect.change == pytest.approx((after - before).mean())
    assert effect.se == pytest.approx((after - before).std(ddof=1) / len(whole) ** 0.5, rel=1e-4)


def test_lower_is_better_turns_the_effects_only() -> None:
    score, wave, person, home = programme(3, 2, 6)
    up, down = (wave_model(score, wave, person, home, WAVES, orientation) for orientation in (1, -1))
    assert [effect.change for effect in down.effects] == [-effect.change for effect in up.effects]
    assert (down.intercept, down.effects[0].p) == (up.intercept, up.effects[0].p)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([(5, "baseline", "p", "a"), (6, "baseline", "q", "b")], reasons.ONE_WAVE),
        ([(5, "baseline", "p", "a"), (6, "endline", "p", "a")], reasons.ONE_MUNICIPALITY),
        ([(5, "baseline", "p", "a"), (6, "endline", "q", "b")], reasons.NO_REPEATED_PERSON),
        (
            [(5, wave, person, home) for person, home in ("pa", "qb") for wave in ("baseline", "endline")],
            reasons.TOO_FEW_FOR_MODEL,
        ),
        (
            [
                (5, wave, person, home)
                for person, home in ("pa", "qb", "rb")
                for wave in ("baseline", "endline")
            ],
            reasons.CONSTANT_SCORES,
        ),
    ],
)
def test_a_model_that_cannot_be_fitted_says_why(rows: list[tuple[float, str, str, str]], reason: str) -> None:
    score, wave, person, home = zip(*rows, strict=True)
    model = wave_model(score, wave, person, home, WAVES)
    assert (model.effects, model.intercept, model.reason) == ((), None, reason)


def test_a_person_in_two_municipalities_is_refused() -> None:
    rows = [
        (5, "baseline", "p", "a"),
        (6, "endline", "p", "b"),
        (7, "baseline", "q", "a"),
        (9, "endline", "q", "a"),
    ]
    rows += [(4, "baseline", "r", "b"), (8, "endline", "r", "b")]
    score, wave, person, home = zip(*rows, strict=True)
    with pytest.raises(ValueError, match="one municipality"):
        wave_model(score, wave, person, home, WAVES)
