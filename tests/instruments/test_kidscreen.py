"""KIDSCREEN by hand. T-values are read off the published raw-sum tables; the sums stand in the comments."""

from collections.abc import Callable

import pytest

from instruments import Library

Score = Callable[..., object]
PHYSICAL = ("kidscreen52", "physical_wellbeing")


def test_general_health_counts_with_three_levels(score: Score) -> None:
    # general health 2 (very good) counts 2; 2 + 4 + 4 + 5 + 3 = 18
    assert score(*PHYSICAL, "2 4 4 5 3") == (18, 49.63)
    # the five boxes count 3, 2, 2, 1, 1, the other four items 3 each
    raws = [score(*PHYSICAL, f"{box} 3 3 3 3") for box in range(1, 6)]
    assert raws == [(15, 42.53), (14, 40.45), (14, 40.45), (13, 38.47), (13, 38.47)]


def test_worst_and_best_answers_give_the_ends_of_the_table(score: Score) -> None:
    assert score(*PHYSICAL, "5 1 1 1 1") == (5, 12.13)
    assert score(*PHYSICAL, "1 5 5 5 5") == (23, 73.20)
    assert score("kidscreen52", "moods_and_emotions", "5 5 5 5 5 5 5") == (7, 7.92)
    assert score("kidscreen52", "moods_and_emotions", "1 1 1 1 1 1 1") == (35, 70.91)


def test_negative_items_are_reversed_and_positive_ones_are_not(score: Score) -> None:
    # 6 - answer: 5 + 5 + 4 = 14
    assert score("kidscreen52", "social_acceptance", "1 1 2") == (14, 48.07)
    # only the last three: 5 + 4 + (6-1) + (6-2) + (6-4) = 20
    assert score("kidscreen52", "self_perception", "5 4 1 2 4") == (20, 47.78)
    # not reversed: 4 + 5 + 5 = 14
    assert score("kidscreen52", "financial_resources", "4 5 5") == (14, 56.35)


def test_parents_have_a_table_of_their_own_which_proxies_share(score: Score) -> None:
    assert score("kidscreen52", "social_acceptance", "1 1 2", "parent") == (14, 50.55)
    assert score("kidscreen52", "social_acceptance", "1 1 2", "proxy") == (14, 50.55)


def test_one_missing_item_of_a_childs_physical_wellbeing_has_its_own_table(score: Score) -> None:
    # phy3 missing: 2 + 4 + 5 + 3 = 14 -> parameter 1.102; 50 + 10 (1.102 - 1.2203) / 1.45408 = 49.19
    assert score(*PHYSICAL, "2 4 . 5 3") == (14, 49.19)
    # phy1 missing: 16 -> parameter 1.221; 50 + 10 (1.221 - 1.2203) / 1.45408 = 50.00
    assert score(*PHYSICAL, ". 4 4 5 3") == (16, 50.00)


def test_elsewhere_one_missing_item_is_prorated_on_its_own_range_and_rounded_half_up(score: Score) -> None:
    # parents: shares of range 3/4, 3/4, 1, 1/2, mean 3/4; general health runs 1 to 3: 1 + 2 * 3/4 = 2.5
    # 4 + 4 + 5 + 3 + 2.5 = 18.5 -> 19
    assert score(*PHYSICAL, ". 4 4 5 3", "parent") == (19, 52.68, "prorated")
    # shares 1/2, 3/4, 1, 1/2, mean 11/16; 1 + 4 * 11/16 = 3.75; 2 + 4 + 5 + 3 + 3.75 = 17.75 -> 18
    assert score(*PHYSICAL, "2 . 4 5 3", "parent") == (18, 49.54, "prorated")
    # reversed 1 1 1 2 2 2, mean 1.5; 9 + 1.5 = 10.5 -> 11
    assert score("kidscreen52", "moods_and_emotions", "5 5 5 4 4 4 .") == (11, 24.52, "prorated")


def test_two_missing_items_leave_the_scale_unscored(score: Score) -> None:
    assert score(*PHYSICAL, "2 4 . 5 .") == "2 of 5 items missing; at most 1 may be"
    assert score(*PHYSICAL, ". . . . .") == "5 of 5 items missing; at most 1 may be"


@pytest.mark.parametrize("scale", ["financial_resources", "social_acceptance"])
def test_three_item_scales_are_never_prorated(score: Score, scale: str) -> None:
    assert score("kidscreen52", scale, "3 . 3") == "1 of 3 items missing; none may be"


def test_kidscreen27_self_report(score: Score) -> None:
    # pwb4 to pwb6 reversed: 4 + 4 + 4 + (6-2) + (6-2) + (6-2) + 4 = 28
    assert score("kidscreen27", "psychological_wellbeing", "4 4 4 2 2 2 4") == (28, 46.53)
    assert score("kidscreen27", "psychological_wellbeing", "1 1 1 5 5 5 1") == (7, 4.53)
    assert score("kidscreen27", "psychological_wellbeing", "5 5 5 1 1 1 5") == (35, 73.53)
    # 3 + 4 + 2 + 4 = 13
    assert score("kidscreen27", "peers_and_social_support", "3 4 2 4") == (13, 39.93)
    # soc2 missing: 3 + 2 + 4 = 9 -> parameter 0.075; 50 + 10 (0.075 - 1.7749) / 1.50386 = 38.70
    assert score("kidscreen27", "peers_and_social_support", "3 . 2 4") == (9, 38.70)
    two = "2 of 4 items missing; at most 1 may be"
    assert score("kidscreen27", "peers_and_social_support", "3 . 2 .") == two


def test_kidscreen27_parents_get_no_t_but_the_share_of_range(score: Score, library: Library) -> None:
    # 4 items of 1 to 5: (14 - 4) / 16 = 62.5 %
    assert score("kidscreen27", "school_environment", "3 4 2 5", "parent") == (14, 62.5)
    # physical well-being runs 5 to 23: (18 - 5) / 18 = 72.22 %
    assert score("kidscreen27", "physical_wellbeing", "2 4 4 5 3", "parent") == (18, 72.22)
    # mean of the three 10/3, no table to round for: 13.33; (13.33 - 4) / 16 = 58.33 %
    assert score("kidscreen27", "school_environment", "3 . 2 5", "parent") == (13.33, 58.33, "prorated")
    scale = library["kidscreen27"].scale("school_environment")
    assert scale.norm_for("parent") is None
    assert scale.norm_for("self") is not None


def test_kidscreen10(score: Score) -> None:
    # k3 and k4 reversed: 5 + 5 + 5 + 5 + 6 * 5 = 50
    assert score("kidscreen10", "general_hrqol", "5 5 1 1 5 5 5 5 5 5") == (50, 83.81)
    assert score("kidscreen10", "general_hrqol", "1 1 5 5 1 1 1 1 1 1") == (10, -3.54)
    # nine answered with 4 (after reversal): 36 + 4 = 40
    assert score("kidscreen10", "general_hrqol", "4 4 2 2 4 4 4 4 4 .") == (40, 48.29, "prorated")
    two = "2 of 10 items missing; at most 1 may be"
    assert score("kidscreen10", "general_hrqol", "4 4 2 2 4 4 4 4 . .") == two
    # parents: (40 - 10) / 40 = 75 %
    assert score("kidscreen10", "general_hrqol", "4 4 2 2 4 4 4 4 4 4", "parent") == (40, 75)


def test_only_verified_reliabilities_are_offered_retest_before_alpha(library: Library) -> None:
    index = library["kidscreen10"].scale("general_hrqol")
    found = [index.verified_reliability(respondent) for respondent in ("self", "parent")]
    assert [(value.kind, value.value) for value in found if value] == [("retest", 0.70), ("retest", 0.67)]
    assert library["kidscreen52"].scale("autonomy").verified_reliability("self") is None


def test_the_norm_of_a_t_scale_is_50_and_10(library: Library) -> None:
    for scale in library["kidscreen52"].scales:
        norms = [scale.norm_for(respondent) for respondent in ("self", "parent")]
        assert [(norm.mean, norm.sd) for norm in norms if norm] == [(50, 10), (50, 10)]
