"""Who changed: thresholds and counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.statistics import (
    Threshold,
    ThresholdKind,
    count_responders,
    half_sd_threshold,
    reasons,
    reliable_change_threshold,
)

changes = st.lists(st.integers(min_value=-40, max_value=40), max_size=40)


def test_reliable_change_on_t_scores() -> None:
    # KIDSCREEN-10 self report, r = .70: SEM = 10 * sqrt(.3) = 5.477226; 1.959964 * 1.414214 * SEM = 15.1818
    assert reliable_change_threshold(10, 0.70).value == pytest.approx(15.1818, abs=5e-5)


def test_reliable_change_of_jacobson_and_truax() -> None:
    # Jacobson & Truax (1991), p. 14: SD 7.5, r .80, S_diff = 4.74 (from a rounded SE): 1.96 * 4.74 = 9.29
    assert reliable_change_threshold(7.5, 0.80).value == pytest.approx(9.29, abs=0.01)


def test_half_sd_prefers_the_norm() -> None:
    assert half_sd_threshold(10, [1, 2, 3]).value == 5
    assert half_sd_threshold(None, [1, 2, 3]).value == 0.5


@pytest.mark.parametrize(
    ("threshold", "reason"),
    [
        (reliable_change_threshold(10, None), reasons.NO_REFERENCE),
        (reliable_change_threshold(10, 1.0), reasons.THRESHOLD_NOT_POSITIVE),
        (half_sd_threshold(None, [3, 3]), reasons.THRESHOLD_NOT_POSITIVE),
        (half_sd_threshold(None, [3]), reasons.ONE_PERSON),
    ],
)
def test_a_threshold_that_cannot_be_set_counts_nobody(threshold: Threshold, reason: str) -> None:
    counted = count_responders([1, 2, -3], threshold)
    assert (counted.n_improved, counted.share_improved, counted.reason) == (None, None, reason)


@pytest.mark.parametrize(("kind", "improved", "worsened"), [("rci", 1, 0), ("mid", 2, 1), ("half_sd", 2, 1)])
def test_a_change_of_just_the_threshold_counts_for_mid_and_half_sd_only(
    kind: ThresholdKind, improved: int, worsened: int
) -> None:
    counted = count_responders([5.1, 5, 0, -5], Threshold(kind, 5.0))
    assert (counted.n_improved, counted.n_worsened) == (improved, worsened)
    assert counted.n_unchanged == 4 - improved - worsened


def test_float_noise_does_not_move_a_person_over_the_threshold() -> None:
    # 0.3 - 0.1 is 0.19999999999999998 in floats.
    assert count_responders([0.3 - 0.1], Threshold("mid", 0.2)).n_improved == 1


@given(changes, st.sampled_from(["rci", "rci_sample", "mid", "half_sd"]))
def test_counts_add_up_and_swap_with_the_waves(differences: list[int], kind: ThresholdKind) -> None:
    there = count_responders(differences, Threshold(kind, 5.0))
    back = count_responders([-change for change in differences], Threshold(kind, 5.0))
    counts = [there.n_improved, there.n_unchanged, there.n_worsened]
    assert sum(count or 0 for count in counts) == there.n_pairs == len(differences)
    assert (there.n_improved, there.n_worsened) == (back.n_worsened, back.n_improved)
