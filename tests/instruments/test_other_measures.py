"""The family scales and subjective quality of life by hand, and the measures that are not scored."""

from collections.abc import Callable

import polars as pl
import pytest

from instruments import Library, score_answers

Score = Callable[..., object]


def test_beach_center_scales_are_means(score: Score) -> None:
    # (4 + 5 + 3 + 4 + 4 + 4) / 6 = 24 / 6
    assert score("beach_center_fqol", "family_interaction", "4 5 3 4 4 4", "parent") == (4, 4)
    assert score("beach_center_fqol", "emotional_wellbeing", "1 1 1 1", "parent") == (1, 1)
    assert score("beach_center_fqol", "importance_parenting", "5 5 5 5 5 5", "parent") == (5, 5)
    # five items each of 1, 2, 3, 4, 5: 75 / 25
    assert score("beach_center_fqol", "total", " ".join("12345" * 5), "parent") == (3, 3)


def test_beach_center_needs_half_of_the_items(score: Score) -> None:
    # the mean of those answered: (4 + 5 + 3) / 3
    assert score("beach_center_fqol", "family_interaction", "4 5 3 . . .", "parent") == (4, 4, "prorated")
    four = "4 of 6 items missing; at most 3 may be"
    assert score("beach_center_fqol", "family_interaction", "4 5 . . . .", "parent") == four
    # 25 items: 13 are half, 12 are not
    thirteen, twelve = "4 " * 13 + ". " * 12, "4 " * 12 + ". " * 13
    assert score("beach_center_fqol", "total", thirteen, "parent") == (4, 4, "prorated")
    too_many = "13 of 25 items missing; at most 12 may be"
    assert score("beach_center_fqol", "total", twelve, "parent") == too_many


def test_every_beach_center_item_is_in_one_subscale_and_the_total(library: Library) -> None:
    beach = library["beach_center_fqol"]
    for item in beach.items:
        assert len(beach.scales_of(item.code)) == 2
    assert [len(scale.items) for scale in beach.scales] == [6, 6, 4, 5, 4, 25] * 2


def test_fqols2006_means_over_domains_and_over_dimensions(score: Score, library: Library) -> None:
    # a dimension over nine domains: 1+2+3+4+5+1+2+3+4 = 25; 25 / 9 = 2.78
    assert score("fqols2006", "attainment", "1 2 3 4 5 1 2 3 4", "parent") == (2.78, 2.78)
    # a domain over six dimensions: 27 / 6
    assert score("fqols2006", "leisure", "5 4 4 5 4 5", "parent") == (4.5, 4.5)
    assert score("fqols2006", "leisure", "1 1 1 1 1 1", "parent") == (1, 1)
    assert score("fqols2006", "leisure", "5 . 5 . 5 .", "parent") == (5, 5, "prorated")
    four = "4 of 6 items missing; at most 3 may be"
    assert score("fqols2006", "leisure", "5 . . . 5 .", "parent") == four
    survey = library["fqols2006"]
    assert len(survey.items) == 54
    assert {len(survey.scales_of(item.code)) for item in survey.items} == {2}


def test_subjective_state_aspects_stand_alone(score: Score) -> None:
    assert score("sqol_state", "leisure", "4") == (4, 4)
    assert score("sqol_state", "leisure", "1") == (1, 1)
    # 9 is "not applicable"
    assert score("sqol_state", "leisure", "9") == "1 of 1 items missing; none may be"


def test_an_answer_that_the_item_does_not_have_leaves_the_scale_unscored(score: Score) -> None:
    outside = "an answer lies outside the item's range"
    assert score("beach_center_fqol", "emotional_wellbeing", "4 4 4 7", "parent") == outside
    assert score("kidscreen52", "physical_wellbeing", "2.5 4 4 4 4") == outside


def test_a_respondent_without_a_form_gets_no_score(score: Score) -> None:
    assert score("kidscreen52", "autonomy", "3 3 3 3 3", "assessor") == (
        "the measure has no form for this respondent"
    )


def test_measures_without_scales_give_no_rows(
    library: Library, answer_rows: Callable[..., pl.DataFrame]
) -> None:
    rows = answer_rows("sqol_change", {"friends": 1.0, "leisure": 9.0})
    assert score_answers(rows, library).is_empty()


@pytest.mark.parametrize("instrument", ["sqol_change", "icf", "goal_attainment", "stakeholder_survey"])
def test_unscored_measures_carry_what_their_analysis_needs(library: Library, instrument: str) -> None:
    measure = library[instrument]
    assert not measure.scored
    assert measure.level == "ordinal"
    assert measure.items or (measure.domains and measure.attainment_scales)


def test_rated_change_knows_not_applicable(library: Library) -> None:
    item = library["sqol_change"].item("intimate_relationship")
    assert [option.value for option in item.options] == [-1, 0, 1]
    assert item.is_missing_code(9)
    assert item.allows(9)
    assert not item.allows(2)
    assert item.expected == "one of -1, 0, 1, 9"
    assert len(library["sqol_change"].items) == 13


def test_icf_has_the_thirty_chapters_but_body_structures(library: Library) -> None:
    codes = [item.code for item in library["icf"].items]
    assert codes == [
        *(f"d{n}" for n in range(1, 10)),
        *(f"b{n}" for n in range(1, 9)),
        *(f"e{n}" for n in range(1, 6)),
    ]
    qualifiers = library["icf"].item("d4")
    assert [option.band for option in qualifiers.options] == [
        "0-4 %",
        "5-24 %",
        "25-49 %",
        "50-95 %",
        "96-100 %",
    ]
    assert [qualifiers.allows(value) for value in (0, 4, 5, 8, 9)] == [True, True, False, True, True]


def test_goal_domains_and_levels(library: Library) -> None:
    goals = library["goal_attainment"]
    assert [domain.id for domain in goals.domains if domain.target_group == "children"] == [
        "family_support",
        "child_functioning",
    ]
    levels = {scale.id: [level.value for level in scale.levels] for scale in goals.attainment_scales}
    assert levels == {"three_level": [1, 0.5, 0], "gas": [-2, -1, 0, 1, 2]}
