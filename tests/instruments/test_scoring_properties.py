"""What holds for any answers to any measure: order, chunks and layout don't matter; better is never worse."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from instruments import (
    Instrument,
    InstrumentError,
    Item,
    Library,
    form_of,
    load_library,
    reversed_answer,
    score_answers,
    score_rows,
    score_wide,
)

LIBRARY = load_library()
SCORED = [measure.id for measure in LIBRARY.scored]
Sheet = dict[str, float | None]
Person = tuple[str, Sheet]


def answers_to(item: Item) -> list[float]:
    """Every answer that can be ticked."""
    return [option.value for option in item.options]


@st.composite
def filled_in(draw: st.DrawFn, *, whole: bool = False) -> tuple[Instrument, list[Person]]:
    """A measure and some questionnaires: who answered, and the answer to each item, seldom none."""
    measure = LIBRARY[draw(st.sampled_from(SCORED))]
    people: list[Person] = []
    for _ in range(draw(st.integers(1, 4))):
        sheet: Sheet = {}
        for item in measure.items:
            coded = answers_to(item) if whole else [*answers_to(item), *_codes(item)]
            left_out = [] if whole or draw(st.integers(0, 7)) else [None]
            sheet[item.code] = draw(st.sampled_from([*left_out] or coded))
        people.append((draw(st.sampled_from(measure.respondents)), sheet))
    return measure, people


def _codes(item: Item) -> list[float]:
    return [code.value for code in item.missing_codes]


def long_frame(measure: Instrument, people: list[Person]) -> pl.DataFrame:
    rows = [
        (f"p{number}", measure.id, respondent, "baseline", item, answer)
        for number, (respondent, sheet) in enumerate(people)
        for item, answer in sheet.items()
    ]
    columns = dict.fromkeys(("participant_id", "instrument", "respondent", "wave", "item"), pl.String)
    return pl.DataFrame(rows, schema={**columns, "answer": pl.Float64}, orient="row")


def wide_frame(people: list[Person], respondent: str) -> pl.DataFrame:
    rows = [
        {"participant_id": f"p{number}", "wave": "baseline", **sheet}
        for number, (who, sheet) in enumerate(people)
        if who == respondent
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


@given(filled=filled_in(), seed=st.integers(0, 9))
def test_rows_and_columns_may_stand_in_any_order(filled: tuple[Instrument, list[Person]], seed: int) -> None:
    answers = long_frame(*filled)
    shuffled = answers.sample(fraction=1, shuffle=True, seed=seed).select(reversed(answers.columns))
    assert_frame_equal(score_answers(answers, LIBRARY), score_answers(shuffled, LIBRARY))


@given(filled=filled_in(), seed=st.integers(0, 9))
def test_wide_columns_may_stand_in_any_order(filled: tuple[Instrument, list[Person]], seed: int) -> None:
    measure, people = filled
    respondent = people[0][0]
    wide = wide_frame(people, respondent)
    mixed = wide.select(pl.Series(wide.columns).shuffle(seed).to_list())
    key = ["participant_id", "scale"]
    found, other = (score_rows(frame, measure, respondent).sort(key) for frame in (wide, mixed))
    assert_frame_equal(found, other)


@given(filled=filled_in())
def test_the_wide_layout_gives_the_same_scores(filled: tuple[Instrument, list[Person]]) -> None:
    measure, people = filled
    from_long = score_answers(long_frame(measure, people), LIBRARY)
    parts = [
        score_rows(wide_frame(people, respondent), measure, respondent)
        for respondent in dict.fromkeys(respondent for respondent, _ in people)
    ]
    assert_frame_equal(pl.concat(parts).sort(from_long.columns[:5]), from_long)


@given(filled=filled_in())
def test_questionnaires_score_alone_as_they_do_together(filled: tuple[Instrument, list[Person]]) -> None:
    measure, people = filled
    together = score_answers(long_frame(measure, people), LIBRARY)
    answers = long_frame(measure, people)
    alone = [score_answers(part, LIBRARY) for part in answers.partition_by("participant_id")]
    assert_frame_equal(pl.concat(alone).sort(together.columns[:5]), together)
    in_chunks = pl.concat([answers[: answers.height // 3], answers[answers.height // 3 :]], rechunk=False)
    assert in_chunks.n_chunks() == 2
    assert_frame_equal(score_answers(in_chunks, LIBRARY), together)


@given(filled=filled_in(), narrow=st.sampled_from([pl.Int8, pl.UInt8, pl.Int64, pl.Float32]))
def test_the_type_of_the_numbers_does_not_matter(
    filled: tuple[Instrument, list[Person]], narrow: type[pl.DataType]
) -> None:
    measure, people = filled
    respondent = people[0][0]
    wide = wide_frame(people, respondent)
    typed = wide.with_columns(pl.col(list(measure.items_by_code)).cast(narrow))
    assert_frame_equal(score_wide(typed, measure, respondent), score_wide(wide, measure, respondent))


@given(filled=filled_in(whole=True), place=st.integers(0, 10_000))
def test_a_better_answer_never_lowers_an_oriented_score(
    filled: tuple[Instrument, list[Person]], place: int
) -> None:
    measure, people = filled
    respondent, sheet = people[0]
    item = measure.items[place % len(measure.items)]
    boxes = sorted(answers_to(item), reverse=item.reversed)
    better = boxes[min(boxes.index(float(sheet[item.code] or 0)) + 1, len(boxes) - 1)]
    before, after = (
        score_answers(long_frame(measure, [(respondent, given)]), LIBRARY)
        for given in (sheet, {**sheet, item.code: better})
    )
    orientation = [measure.scale(scale).orientation for scale in before["scale"]]
    gained = (after["score"] - before["score"]) * pl.Series(orientation)
    assert gained.null_count() == 0
    assert (gained >= 0).all()


@given(filled=filled_in())
def test_a_score_lies_in_its_range_or_has_a_reason(filled: tuple[Instrument, list[Person]]) -> None:
    measure, people = filled
    for row in score_answers(long_frame(measure, people), LIBRARY).iter_rows(named=True):
        assert (
            row["scored"] == (row["reason"] is None) == (row["score"] is not None) == (row["raw"] is not None)
        )
        if row["scored"]:
            lowest, highest = measure.score_range(row["scale"], row["respondent"])
            assert lowest - 1e-9 <= row["score"] <= highest + 1e-9
            assert row["items"] - row["items_answered"] <= measure.scale(row["scale"]).allowed_missing
        assert row["metric"] == measure.scale(row["scale"]).metric_of(form_of(row["respondent"]))


@pytest.mark.parametrize("instrument", SCORED)
def test_reversing_twice_is_the_identity(library: Library, instrument: str) -> None:
    for item in library[instrument].items:
        boxes = pl.DataFrame({item.code: [*answers_to(item), None]}, schema={item.code: pl.Float64})
        once = boxes.select(reversed_answer(item).alias(item.code))
        mirrored = [*reversed(answers_to(item)), None]
        assert once[item.code].to_list() == (mirrored if item.reversed else boxes[item.code].to_list())
        assert_frame_equal(once.select(reversed_answer(item).alias(item.code)), boxes)


def test_a_wide_frame_may_hold_items_alone_or_other_columns_too(library: Library) -> None:
    state = library["sqol_state"]
    aspects = list(state.items_by_code)
    answers = pl.DataFrame({"friends": [4.0, 9.0]})
    alone = score_wide(answers, state, "self")
    assert alone.columns == aspects
    assert alone["friends"].struct.field("score").to_list() == [4, None]
    beside = score_wide(answers.with_columns(remark=pl.lit("x")), state, "self")
    assert beside.columns == ["remark", *aspects]


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


@pytest.mark.parametrize("wrong", [6.0, 0.0, 2.5, -1.0, 1e9, float("inf")])
def test_one_wrong_answer_spoils_its_own_scale_and_no_other(wrong: float) -> None:
    kidscreen = LIBRARY["kidscreen52"]
    answers = pl.DataFrame({code: [3.0, 3.0] for code in kidscreen.items_by_code})
    spoilt = answers.with_columns(pl.Series("aut2", [3.0, wrong]))
    scored, expected = (score_wide(frame, kidscreen, "self") for frame in (spoilt, answers))
    assert scored["autonomy"].struct.field("reason").to_list() == [
        None,
        "an answer lies outside the item's range",
    ]
    assert scored["autonomy"][0] == expected["autonomy"][0]
    assert_frame_equal(scored.drop("autonomy"), expected.drop("autonomy"))
