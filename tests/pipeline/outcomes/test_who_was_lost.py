"""Completers beside those who were lost, the norm, and the two arms, by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from instruments import Library
from pipeline.outcomes.arm_difference import arm_difference
from pipeline.outcomes.baseline_difference import baseline_difference
from pipeline.outcomes.norm_comparison import norm_comparison
from pipeline.plan import Evaluation
from pipeline.schemas import MART

Frame = Callable[..., pl.DataFrame]
Plan = Callable[..., Evaluation]

# Completers before: 40 50 60; lost: 30 50. i was scored after only.
PERSONS = {
    "a": (40.0, 44.0),
    "b": (50.0, 52.0),
    "c": (60.0, 60.0),
    "d": (30.0, None),
    "e": (50.0, None),
    "i": (None, 55.0),
}


def participants(**columns: list[str | None]) -> pl.DataFrame:
    empty: dict[str, list[str | None]] = dict.fromkeys(
        ("sex", "age_band", "care_level", "residence"), [None] * len(PERSONS)
    )
    return pl.DataFrame({"participant_id": list(PERSONS), **empty, **columns}, strict=False).cast(pl.String)


def test_completers_and_those_lost(
    library: Library, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    persons = participants(sex=["f", "f", "m", "m", "m", "f"])
    found = baseline_difference(
        score_rows("ease", PERSONS),
        members_of("a b c d e i"),
        persons,
        make_evaluation({"scales": ["ease"]}),
        library,
    )
    MART["mart.baseline_difference"].validate(found)
    rows = {(row["characteristic"], row["value"]): row for row in found.iter_rows(named=True)}
    score = rows["baseline_score", "mean"]
    assert (score["n_completers"], score["n_others"]) == (3, 2)
    assert (score["completers"], score["others"]) == (50, 40)
    # SDs 10 and sqrt(200): 10 / sqrt((100 + 200)/2)
    assert score["difference"] == pytest.approx(10 / 150**0.5)
    # women: 2 of 3 against 0 of 2: (2/3) / sqrt((2/9 + 0)/2) = 2
    women = rows["sex", "f"]
    assert (women["completers"], women["others"]) == (pytest.approx(2 / 3), 0)
    assert women["difference"] == pytest.approx(2)


def test_nobody_lost_has_a_reason(
    library: Library, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    stayed = {person: scores for person, scores in PERSONS.items() if None not in scores}
    found = baseline_difference(
        score_rows("ease", stayed),
        members_of("a b c"),
        participants(sex=["f", "m", None, None, None, None]),
        make_evaluation({"scales": ["ease"]}),
        library,
    )
    assert set(found["difference"]) == {None}
    assert set(found["reason"]) == {"nobody was lost between the waves"}


def test_the_norm_beside_everybody_at_each_wave(
    library: Library, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    found = norm_comparison(
        score_rows("ease", PERSONS), members_of("a b c d e i"), make_evaluation({"scales": "all"}), library
    )
    MART["mart.norm_comparison"].validate(found)
    before = found.filter(wave="before").row(0, named=True)
    # 40 50 60 30 50: mean 46, SD sqrt(520/4); norm 50. t quantile .975 with 4 df 2.776445.
    assert (before["n"], before["difference"], before["df"]) == (5, -4, 4)
    assert before["ci_low"] == pytest.approx(-4 - 2.776445 * (130 / 5) ** 0.5, abs=1e-5)
    assert found.filter(wave="after")["n"].to_list() == [4]
    assert found["scale"].unique().to_list() == ["ease"]


def test_the_programme_beside_the_waiting_list(
    library: Library, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    persons = {
        "a": (40.0, 44.0),
        "b": (40.0, 46.0),
        "c": (40.0, 48.0),  # 4 6 8
        "v": (40.0, 41.0),
        "w": (40.0, 43.0),  # 1 3
    }
    members = members_of("a b c", arm={"programme": "a b c", "waiting": "v w"})
    plan = make_evaluation({"scales": ["ease"], "role": "confirmatory"}, {"scales": "all"})
    found = arm_difference(score_rows("ease", persons), members, plan, library)
    MART["mart.arm_difference"].validate(found)
    row: dict[str, Any] = found.filter(scale="ease").row(0, named=True)
    assert (row["n_programme"], row["n_waiting"], row["difference"]) == (3, 2, 4)
    # Squared errors 4/3 and 1: standard error sqrt(7/3); df (7/3)²/((16/9)/2 + 1) = 49/17.
    assert row["df"] == pytest.approx(49 / 17)
    assert row["statistic"] == pytest.approx(4 / (7 / 3) ** 0.5)
    assert (row["family"], row["p_adjusted"]) == ("trial/arm/confirmatory", row["p"])
    empty = found.filter(scale="calm").row(0, named=True)
    assert (empty["difference"], empty["reason"]) == (None, "nobody was compared in one of the arms")


def test_where_lower_is_better_the_difference_turns(
    library: Library, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    persons = {"a": (10.0, 6.0), "b": (10.0, 4.0), "v": (10.0, 10.0), "w": (10.0, 8.0)}
    members = members_of("a b", arm={"programme": "a b", "waiting": "v w"})
    found = arm_difference(
        score_rows("worry", persons), members, make_evaluation({"scales": ["worry"]}), library
    )
    # Worry fell by 5 in the programme and by 1 on the waiting list.
    assert found["difference"].to_list() == [4]


def test_without_a_waiting_list_there_is_no_comparison(
    library: Library, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    members = members_of("a b c", arm={"programme": "a b c"})
    assert arm_difference(
        score_rows("ease", PERSONS), members, make_evaluation({"scales": "all"}), library
    ).is_empty()
