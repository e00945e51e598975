"""For each measure a worked example by hand: all answered, one missing, too many missing, all minimum, all maximum,
reversed items. The sums stand beside; T-values are read off the published tables.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from instruments import Library, score_answers

ONE_OF_FIVE = "2 of 5 items missing; at most 1 may be"

# measure, respondent, scale, answers in the order of its items (a point: left out), what comes out
EXAMPLES = [
    # -- KIDSCREEN-52, self: general health 2 counts 2; 2 + 4 + 4 + 5 + 3 = 18
    ("kidscreen52", "self", "physical_wellbeing", "2 4 4 5 3", (18, 49.63)),
    # phy3 missing: 2 + 4 + 5 + 3 = 14 -> parameter 1.102; 50 + 10 (1.102 - 1.2203) / 1.45408 = 49.19
    ("kidscreen52", "self", "physical_wellbeing", "2 4 . 5 3", (14, 49.19)),
    ("kidscreen52", "self", "physical_wellbeing", "2 4 . 5 .", ONE_OF_FIVE),
    ("kidscreen52", "self", "physical_wellbeing", "5 1 1 1 1", (5, 12.13)),
    ("kidscreen52", "self", "physical_wellbeing", "1 5 5 5 5", (23, 73.20)),
    # all seven reversed: (6 - 2) * 7 = 28
    ("kidscreen52", "self", "moods_and_emotions", "2 2 2 2 2 2 2", (28, 45.44)),
    # the last missing: 6 * 4 = 24, its mean 4 -> 28
    ("kidscreen52", "self", "moods_and_emotions", "2 2 2 2 2 2 .", (28, 45.44, "prorated")),
    ("kidscreen52", "self", "moods_and_emotions", "5 5 5 5 5 5 5", (7, 7.92)),
    ("kidscreen52", "self", "moods_and_emotions", "1 1 1 1 1 1 1", (35, 70.91)),
    # -- KIDSCREEN-52, parents: a table of their own. phy2 missing: shares of range 1/2, 3/4, 1, 1/2, mean 11/16;
    # 1 + 4 * 11/16 = 3.75; 2 + 4 + 5 + 3 + 3.75 = 17.75 -> 18
    ("kidscreen52", "parent", "physical_wellbeing", "2 . 4 5 3", (18, 49.54, "prorated")),
    ("kidscreen52", "parent", "physical_wellbeing", "5 1 1 1 1", (5, 9.35)),
    ("kidscreen52", "parent", "physical_wellbeing", "2 4 . 5 .", ONE_OF_FIVE),
    # -- three items: never with one missing; all reversed: 5 + 5 + 4
    ("kidscreen52", "self", "social_acceptance", "1 1 2", (14, 48.07)),
    ("kidscreen52", "self", "social_acceptance", "1 . 2", "1 of 3 items missing; none may be"),
    # -- KIDSCREEN-27, self: pwb4 to pwb6 reversed: 4 + 4 + 4 + 4 + 4 + 4 + 4 = 28
    ("kidscreen27", "self", "psychological_wellbeing", "4 4 4 2 2 2 4", (28, 46.53)),
    ("kidscreen27", "self", "psychological_wellbeing", "1 1 1 5 5 5 1", (7, 4.53)),
    ("kidscreen27", "self", "psychological_wellbeing", "5 5 5 1 1 1 5", (35, 73.53)),
    # soc2 missing: 3 + 2 + 4 = 9 -> parameter 0.075; 50 + 10 (0.075 - 1.7749) / 1.50386 = 38.70
    ("kidscreen27", "self", "peers_and_social_support", "3 . 2 4", (9, 38.70)),
    ("kidscreen27", "self", "peers_and_social_support", "3 . 2 .", "2 of 4 items missing; at most 1 may be"),
    # -- KIDSCREEN-27, parents: no T; (14 - 4) / 16 of the range
    ("kidscreen27", "parent", "school_environment", "3 4 2 5", (14, 62.5)),
    ("kidscreen27", "parent", "school_environment", "1 1 1 1", (4, 0)),
    ("kidscreen27", "parent", "school_environment", "5 5 5 5", (20, 100)),
    # 10 of three, 40 / 3 of four; (40/3 - 4) / 16
    ("kidscreen27", "parent", "school_environment", "3 . 2 5", (13.33, 58.33, "prorated")),
    ("kidscreen27", "parent", "school_environment", "3 . . 5", "2 of 4 items missing; at most 1 may be"),
    # -- KIDSCREEN-10, self: k3 and k4 reversed, all count 4: 40
    ("kidscreen10", "self", "general_hrqol", "4 4 2 2 4 4 4 4 4 4", (40, 48.29)),
    ("kidscreen10", "self", "general_hrqol", "4 4 2 2 4 4 4 4 4 .", (40, 48.29, "prorated")),
    ("kidscreen10", "self", "general_hrqol", "4 4 2 2 4 4 4 4 . .", "2 of 10 items missing; at most 1 may be"),
    ("kidscreen10", "self", "general_hrqol", "1 1 5 5 1 1 1 1 1 1", (10, -3.54)),
    ("kidscreen10", "self", "general_hrqol", "5 5 1 1 5 5 5 5 5 5", (50, 83.81)),
    # parents: (40 - 10) / 40
    ("kidscreen10", "parent", "general_hrqol", "4 4 2 2 4 4 4 4 4 4", (40, 75)),
    ("kidscreen10", "parent", "general_hrqol", "1 1 5 5 1 1 1 1 1 1", (10, 0)),
    ("kidscreen10", "parent", "general_hrqol", "5 5 1 1 5 5 5 5 5 5", (50, 100)),
    # -- Beach Center: means, nothing reversed; 24 / 6
    ("beach_center_fqol", "parent", "family_interaction", "4 5 3 4 4 4", (4, 4)),
    # 20 / 5
    ("beach_center_fqol", "parent", "family_interaction", "4 5 3 4 4 .", (4, 4, "prorated")),
    ("beach_center_fqol", "parent", "family_interaction", "4 5 . . . .", "4 of 6 items missing; at most 3 may be"),
    ("beach_center_fqol", "parent", "family_interaction", "1 1 1 1 1 1", (1, 1)),
    ("beach_center_fqol", "parent", "family_interaction", "5 5 5 5 5 5", (5, 5)),
    # 75 / 25, and without the last 5: 70 / 24
    ("beach_center_fqol", "parent", "total", "1 2 3 4 5 " * 5, (3, 3)),
    ("beach_center_fqol", "parent", "total", "1 2 3 4 5 " * 4 + "1 2 3 4 .", (2.92, 2.92, "prorated")),
    ("beach_center_fqol", "parent", "importance_total", "2 " * 25, (2, 2)),
    # -- FQOLS-2006: a dimension over nine domains, 25 / 9, eight of them 22 / 8; a domain 27 / 6
    ("fqols2006", "parent", "attainment", "1 2 3 4 5 1 2 3 4", (2.78, 2.78)),
    ("fqols2006", "parent", "attainment", "2 2 3 4 5 1 2 3 .", (2.75, 2.75, "prorated")),
    ("fqols2006", "parent", "attainment", "1 2 3 4 . . . . .", "5 of 9 items missing; at most 4 may be"),
    ("fqols2006", "parent", "leisure", "5 4 4 5 4 5", (4.5, 4.5)),
    ("fqols2006", "parent", "leisure", "1 1 1 1 1 1", (1, 1)),
    ("fqols2006", "parent", "leisure", "5 5 5 5 5 5", (5, 5)),
    # -- Subjective quality of life, state: each aspect stands alone; 9 is "not applicable"
    ("sqol_state", "self", "friends", "4", (4, 4)),
    ("sqol_state", "self", "friends", "1", (1, 1)),
    ("sqol_state", "self", "friends", "5", (5, 5)),
    ("sqol_state", "self", "friends", ".", "1 of 1 items missing; none may be"),
    ("sqol_state", "self", "friends", "9", "1 of 1 items missing; none may be"),
]  # fmt: skip


@pytest.mark.parametrize(("instrument", "respondent", "scale", "answers", "expected"), EXAMPLES)
def test_worked_example(
    score: Callable[..., object],
    instrument: str,
    respondent: str,
    scale: str,
    answers: str,
    expected: tuple[object, ...] | str,
) -> None:
    assert score(instrument, scale, answers, respondent) == expected


def test_every_scored_measure_and_form_has_its_examples(library: Library) -> None:
    for measure in library.scored:
        outcomes = [example[4] for example in EXAMPLES if example[0] == measure.id]
        assert sum(isinstance(outcome, tuple) for outcome in outcomes) >= 3
        assert any(isinstance(outcome, str) for outcome in outcomes)


# Measures without scales: what an answer is. (code, answers that may stand, missing codes, none of its answers)
UNSCORED = [
    ("sqol_change", "friends", [-1, 0, 1], [9], [2, 0.5]),
    ("icf", "d4", [0, 1, 2, 3, 4], [8, 9], [5, -1]),
    ("icf", "e3", [0, 1, 2, 3, 4], [8, 9], [7]),
    ("icf", "b1", [0, 1, 2, 3, 4], [8, 9], [6]),
    ("stakeholder_survey", "q8", [1, 2, 3, 4, 5], [], [0, 6]),
    ("stakeholder_survey", "c1", [1, 2, 3, 4, 5], [], [9]),
]


@pytest.mark.parametrize(("instrument", "code", "answers", "missing", "wrong"), UNSCORED)
def test_answers_of_measures_that_have_no_score(
    library: Library,
    answer_rows: Callable[..., pl.DataFrame],
    instrument: str,
    code: str,
    answers: list[float],
    missing: list[float],
    wrong: list[float],
) -> None:
    item = library[instrument].item(code)
    assert [value for value in (*answers, *missing, *wrong) if item.allows(value)] == [*answers, *missing]
    assert [value for value in (*answers, *missing) if item.is_missing_code(value)] == missing
    assert score_answers(answer_rows(instrument, {code: float(answers[0])}), library).is_empty()


FACTS = ("recall", "ages", "norms", "reliability", "important_difference")


@pytest.mark.parametrize("instrument", ["kidscreen52", "kidscreen27", "kidscreen10", "beach_center_fqol",
                                        "fqols2006", "sqol_state", "sqol_change"])  # fmt: skip
def test_a_shipped_questionnaire_states_a_fact_or_says_that_it_was_not_found(
    library: Library, instrument: str
) -> None:
    measure = library[instrument]
    stated = {
        "recall": measure.recall is not None,
        "ages": measure.ages is not None,
        "norms": bool(measure.scales) and all(scale.norms for scale in measure.scales),
        "reliability": bool(measure.scales) and all(scale.reliability for scale in measure.scales),
        "important_difference": any(scale.important_difference for scale in measure.scales),
    }
    assert [fact for fact in FACTS if stated[fact] == (fact in measure.not_found)] == []
    by_authors = all(scale.missing.by_authors for scale in measure.scales) and bool(measure.scales)
    assert by_authors != ("missing_rule" in measure.not_found)
    for item in measure.items:
        assert item.label.lv
        assert item.label.en
        assert item.options
    assert measure.citation
    assert measure.terms.lv != measure.terms.en
    for note in measure.notes:
        assert note.in_language("lv") != note.in_language("en")
