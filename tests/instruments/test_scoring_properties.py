"""What holds for any answers: order of rows and columns, layout, direction of a better answer."""

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from instruments import InstrumentError, Library, reversed_answer, score_answers, score_wide
from instruments.library import load_library

LIBRARY = load_library()
ITEMS = list(LIBRARY["kidscreen52"].items_by_code)
some_answers = st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, None]), min_size=52, max_size=52)
all_answers = st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0]), min_size=52, max_size=52)
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def long_frame(people: list[list[float | None]]) -> pl.DataFrame:
    rows = [
        (f"p{person}", "kidscreen52", "self", "baseline", item, answer)
        for person, answers in enumerate(people)
        for item, answer in zip(ITEMS, answers, strict=True)
    ]
    columns = dict.fromkeys(("participant_id", "instrument", "respondent", "wave", "item"), pl.String)
    return pl.DataFrame(rows, schema={**columns, "answer": pl.Float64}, orient="row")


@few
@given(people=st.lists(some_answers, min_size=1, max_size=4), seed=st.integers(0, 9))
def test_rows_and_columns_may_stand_in_any_order(people: list[list[float | None]], seed: int) -> None:
    answers = long_frame(people)
    shuffled = answers.sample(fraction=1, shuffle=True, seed=seed).select(reversed(answers.columns))
    assert_frame_equal(score_answers(answers, LIBRARY), score_answers(shuffled, LIBRARY))


@few
@given(people=st.lists(some_answers, min_size=1, max_size=4))
def test_the_wide_layout_gives_the_same_scores(people: list[list[float | None]]) -> None:
    wide = pl.DataFrame(people, schema=dict.fromkeys(reversed(ITEMS), pl.Float64), orient="row").with_columns(
        pl.int_range(pl.len()).alias("row")
    )
    reordered = wide.select("row", *[pl.col(ITEMS[51 - n]).alias(item) for n, item in enumerate(ITEMS)])
    from_wide = score_wide(reordered, LIBRARY["kidscreen52"], "self")
    from_long = score_answers(long_frame(people), LIBRARY)
    for scale in LIBRARY["kidscreen52"].scales:
        expected = from_long.filter(scale=scale.id).sort("participant_id")["score"]
        assert from_wide[scale.id].struct.field("score").to_list() == expected.to_list()


def test_a_wide_frame_may_hold_items_alone_or_other_columns_too(library: Library) -> None:
    state = library["sqol_state"]
    aspects = list(state.items_by_code)
    answers = pl.DataFrame({"friends": [4.0, 9.0]})
    alone = score_wide(answers, state, "self")
    assert alone.columns == aspects
    assert alone["friends"].struct.field("score").to_list() == [4, None]
    beside = score_wide(answers.with_columns(remark=pl.lit("x")), state, "self")
    assert beside.columns == ["remark", *aspects]


@few
@given(answers=all_answers, item=st.integers(0, 51))
def test_a_better_answer_never_lowers_a_score(answers: list[float], item: int) -> None:
    step = -1 if LIBRARY["kidscreen52"].item(ITEMS[item]).reversed else 1
    better = [
        min(5.0, max(1.0, answer + step)) if number == item else answer
        for number, answer in enumerate(answers)
    ]
    before, after = (
        score_answers(long_frame([list(given)]), LIBRARY)["score"] for given in (answers, better)
    )
    assert (after >= before).all()


@pytest.mark.parametrize("code", ["phy1", "emo3", "sel1"])
def test_reversing_twice_is_the_identity(library: Library, code: str) -> None:
    item = library["kidscreen52"].item(code)
    boxes = pl.DataFrame({code: [1.0, 2.0, 3.0, 4.0, 5.0, None]})
    once = boxes.select(reversed_answer(item).alias(code))
    assert once[code].to_list() == ([5, 4, 3, 2, 1, None] if item.reversed else boxes[code].to_list())
    assert_frame_equal(once.select(reversed_answer(item).alias(code)), boxes)


def test_persons_waves_and_respondents_are_kept_apart(answer_rows: Callable[..., pl.DataFrame]) -> None:
    low, high = ({f"aut{n}": box for n in range(1, 6)} for box in (1.0, 5.0))
    answers = pl.concat(
        [
            answer_rows("kidscreen52", low, person="a", wave="baseline"),
            answer_rows("kidscreen52", high, person="a", wave="endline"),
            answer_rows("kidscreen52", high, person="b", wave="baseline"),
            answer_rows("kidscreen52", low, person="b", wave="baseline", respondent="parent"),
        ]
    )
    autonomy = score_answers(answers, LIBRARY).filter(scale="autonomy")
    found = {
        tuple(row[:3]): row[3]
        for row in autonomy.select("participant_id", "respondent", "wave", "raw").rows()
    }
    assert found == {
        ("a", "self", "baseline"): 5,
        ("a", "self", "endline"): 25,
        ("b", "self", "baseline"): 25,
        ("b", "parent", "baseline"): 5,
    }


def test_two_answers_to_one_item_are_an_error(answer_rows: Callable[..., pl.DataFrame]) -> None:
    answers = answer_rows("kidscreen52", {"phy2": 3.0})
    with pytest.raises(InstrumentError, match="two rows hold the answer to one item"):
        score_answers(pl.concat([answers, answers]), LIBRARY)


def test_nan_counts_as_missing_and_never_comes_out(answer_rows: Callable[..., pl.DataFrame]) -> None:
    answers = answer_rows("kidscreen52", {"fin1": float("nan"), "fin2": 3.0, "fin3": 3.0})
    scores = score_answers(answers, LIBRARY)
    assert scores.filter(scale="financial_resources")["reason"].to_list() == [
        "1 of 3 items missing; none may be"
    ]
    assert not scores["score"].is_nan().any()
