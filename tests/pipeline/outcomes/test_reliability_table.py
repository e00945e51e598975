"""Reliability of the scales and quality of their items, by hand."""

from collections.abc import Callable, Mapping

import polars as pl
import pytest

from instruments import Library
from pipeline.outcomes.reliability import item_quality, reliability
from pipeline.plan import Evaluation
from pipeline.schemas import CORE, MART

Frame = Callable[..., pl.DataFrame]
Plan = Callable[..., Evaluation]

# As printed; c is reversed: 1 3 2 4 of p to s. u answered one item of three, stranger is no member.
ANSWERS = {
    "p": {"a": 1, "b": 2, "c": 5},
    "q": {"a": 2, "b": 1, "c": 3},
    "r": {"a": 3, "b": 4, "c": 4},
    "s": {"a": 4, "b": 3, "c": 2},
    "u": {"a": 5},
    "stranger": {"a": 1, "b": 5, "c": 3},
}


def response_rows(answers: Mapping[str, Mapping[str, float | None]], wave: str = "before") -> pl.DataFrame:
    whose = {"instrument": "mood", "respondent": "self", "wave": wave, "submission_id": "s1"}
    rows = [
        {**whose, "participant_id": person, "item": item, "answer": answer}
        for person, given in answers.items()
        for item, answer in given.items()
    ]
    return pl.DataFrame(rows, schema=CORE["core.response"].create_empty().schema)


@pytest.fixture
def scale_row(library: Library, score_rows: Frame, members_of: Frame, make_evaluation: Plan) -> Frame:
    def run(answers: Mapping[str, Mapping[str, float]]) -> pl.DataFrame:
        scores = score_rows("ease", {"p": (3.0, None), "q": (15.0, None), "r": (9.0, 3.0), "s": (3.0, None)})
        members, plan = members_of("p q r s u"), make_evaluation({"scales": ["ease"]})
        found = reliability(response_rows(answers), scores, members, plan, library)
        return MART["mart.reliability"].validate(found)

    return run


def test_alpha_is_of_reversed_items_and_complete_cases(scale_row: Frame) -> None:
    row = scale_row(ANSWERS).row(0, named=True)
    assert (row["wave"], row["n"], row["items"]) == ("before", 4, 3)
    # Each item has the variance 5/3, their sums 4 6 9 11 have 29/3: alpha = 3/2 (1 - 15/29).
    assert row["alpha"] == pytest.approx(21 / 29)
    assert row["missing_share"] == pytest.approx(2 / 15)


def test_floor_and_ceiling_are_of_the_scores_at_that_wave(scale_row: Frame) -> None:
    # Three items from 1 to 5: the sum runs from 3 to 15.
    row = scale_row(ANSWERS).row(0, named=True)
    assert (row["floor"], row["ceiling"]) == (0.5, 0.25)


def test_waves_without_an_answer_have_no_row(scale_row: Frame) -> None:
    assert scale_row(ANSWERS)["wave"].to_list() == ["before"]
    assert scale_row({}).is_empty()


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"p": {"a": 1.0, "b": 2.0, "c": 3.0}}, "fewer than two persons"),
        ({"p": {"a": 1.0, "b": 2.0}, "q": {"a": 1.0, "b": 2.0}}, "fewer than two persons"),
        ({"p": {"a": 1.0, "b": 2.0, "c": 3.0}, "q": {"a": 2.0, "b": 1.0, "c": 3.0}}, "all scores are equal"),
    ],
)
def test_what_cannot_be_estimated_has_its_reason(
    scale_row: Frame, answers: dict[str, dict[str, float]], reason: str
) -> None:
    row = scale_row(answers).row(0, named=True)
    assert (row["alpha"], row["omega"], row["reason"]) == (None, None, reason)


def test_items(library: Library, members_of: Frame, make_evaluation: Plan) -> None:
    members, plan = members_of("p q r s u"), make_evaluation({"scales": ["ease"]})
    found = item_quality(response_rows(ANSWERS), members, plan, library)
    MART["mart.item_quality"].validate(found)
    assert found.select("item", "n").rows() == [("a", 5), ("b", 4), ("c", 4)]
    assert found["missing_share"].to_list() == pytest.approx([0, 0.2, 0.2])
    # a is 1 2 3 4, the others' sum 3 4 6 7: 7 / sqrt(5 · 10).
    assert found["item_rest"].to_list()[0] == pytest.approx(7 / 50**0.5)


def test_order_of_rows_does_not_matter(library: Library, members_of: Frame, make_evaluation: Plan) -> None:
    members, plan = members_of("p q r s u"), make_evaluation({"scales": ["ease"]})
    rows = response_rows(ANSWERS)
    shuffled = item_quality(rows.sample(fraction=1, shuffle=True, seed=1), members, plan, library)
    assert shuffled.equals(item_quality(rows, members, plan, library))
