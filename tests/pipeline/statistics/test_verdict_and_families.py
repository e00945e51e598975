"""The verdict's rule in its order; Holm and Benjamini-Hochberg."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from pipeline.statistics import benjamini_hochberg, holm, verdict

p_values = st.lists(st.none() | st.floats(min_value=0, max_value=1), max_size=30)


@pytest.mark.parametrize(
    ("interval", "interval_90", "smallest_effect", "expected"),
    [
        ((0.5, 4.0), (0.8, 3.7), None, "improved"),
        ((-4.0, -0.5), (-3.7, -0.8), None, "worsened"),
        ((-0.5, 4.0), (-0.2, 3.7), None, "inconclusive"),
        ((0.0, 4.0), (0.3, 3.7), None, "inconclusive"),
        ((0.5, 4.0), (0.8, 3.7), 5, "trivial_change"),
        ((-0.5, 4.0), (-0.2, 3.7), 5, "no_relevant_change"),
        ((0.5, 5.5), (0.8, 5.0), 5, "improved"),
        ((0.5, 5.5), (0.8, 4.9), 5, "trivial_change"),
    ],
)
def test_verdict_follows_the_intervals(
    interval: tuple[float, float],
    interval_90: tuple[float, float],
    smallest_effect: float | None,
    expected: str,
) -> None:
    assert verdict(0.04, *interval, *interval_90, smallest_effect) == expected


def test_without_a_test_there_is_no_verdict() -> None:
    assert verdict(None, 1.0, 2.0) == "not_estimable"
    assert verdict(0.01, None, None) == "not_estimable"


def test_adjustment_by_hand() -> None:
    # Holm: 0.01*4, max(0.04, 0.02*3), then 0.03*2 and 0.04*1 raised to 0.06. BH: 0.04*4/4 caps all at 0.04.
    assert holm([0.04, None, 0.01, 0.03, 0.02]) == pytest.approx([0.06, None, 0.04, 0.06, 0.06])
    assert benjamini_hochberg([0.04, None, 0.01, 0.03, 0.02]) == pytest.approx([0.04, None, 0.04, 0.04, 0.04])


def test_an_impossible_p_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, 1.5])


@pytest.mark.slow
@given(p_values)
@settings(max_examples=20)
def test_families_agree_with_statsmodels(values: list[float | None]) -> None:
    present = [value for value in values if value is not None]
    if not present:
        assert holm(values) == benjamini_hochberg(values) == values
        return
    for adjust, method in ((holm, "holm"), (benjamini_hochberg, "fdr_bh")):
        kept = [value for value in adjust(values) if value is not None]
        assert kept == pytest.approx(list(multipletests(present, method=method)[1]), abs=1e-12)


@given(p_values)
def test_holm_is_never_below_benjamini_hochberg_nor_that_below_the_raw(values: list[float | None]) -> None:
    for raw, hochberg, strict in zip(values, benjamini_hochberg(values), holm(values), strict=True):
        if raw is None or hochberg is None or strict is None:
            assert raw is hochberg is strict is None
        else:
            assert strict >= hochberg - 1e-12
            assert hochberg >= raw - 1e-12
