"""Headlines by two models and without each municipality, by hand and against another program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from instruments import Library
from pipeline.outcomes.score_change import score_change
from pipeline.outcomes.sensitivity import robustness, sensitivity
from pipeline.plan import Evaluation
from pipeline.schemas import MART

Frame = Callable[..., pl.DataFrame]
Plan = Callable[..., Evaluation]

# Municipality x: changes 4 6 8, y: 0 2 -2; h is scored before only.
PERSONS = {
    "a": (40.0, 44.0),
    "b": (42.0, 48.0),
    "c": (44.0, 52.0),
    "d": (41.0, 41.0),
    "e": (47.0, 49.0),
    "f": (45.0, 43.0),
    "h": (30.0, None),
}
PLACES = {**dict.fromkeys("abc", "x"), **dict.fromkeys("defh", "y")}
EVERYBODY = " ".join(PERSONS)


@pytest.fixture
def analyse(library: Library, no_reliability: pl.DataFrame, members_of: Frame) -> Frame:
    def run(
        scores: pl.DataFrame, plan: Evaluation, places: dict[str, str | None] | None = None
    ) -> pl.DataFrame:
        members = members_of(EVERYBODY)
        persons = places or PLACES
        participants = pl.DataFrame(
            {"participant_id": list(persons), "municipality_code": list(persons.values())},
            schema={"participant_id": pl.String, "municipality_code": pl.String},
        )
        changes = score_change(scores, members, plan, library, no_reliability)
        return MART["mart.sensitivity"].validate(
            sensitivity(scores, members, participants, plan, library, changes)
        )

    return run


def row(frame: pl.DataFrame, **key: str) -> dict[str, Any]:
    return frame.filter(**key).row(0, named=True)


def test_the_paired_analysis_without_each_municipality(
    analyse: Frame, score_rows: Frame, make_evaluation: Plan
) -> None:
    found = analyse(
        score_rows("ease", PERSONS), make_evaluation({"scales": ["ease"], "role": "confirmatory"})
    )
    paired = found.filter(model="paired").sort("left_out")
    # 18/6 = 3 of all; without x: 0 2 -2; without y: 4 6 8
    assert dict(paired.select("left_out", "change").iter_rows()) == {"none": 3, "x": 0, "y": 6}
    assert paired["persons"].to_list() == [6, 3, 3]
    # without y: SD 2, standard error 2/sqrt(3), t quantile .975 with 2 df 4.302653
    half = 4.302653 * 2 / 3**0.5
    assert row(found, model="paired", left_out="y")["ci_low"] == pytest.approx(6 - half, abs=1e-5)


def test_the_mixed_model_uses_whoever_was_scored_once(
    analyse: Frame, score_rows: Frame, make_evaluation: Plan
) -> None:
    found = analyse(
        score_rows("ease", PERSONS), make_evaluation({"scales": ["ease"], "role": "confirmatory"})
    )
    mixed = row(found, model="mixed", left_out="none")
    assert (mixed["persons"], mixed["observations"]) == (7, 13)
    assert mixed["change"] is not None


def test_complete_pairs_give_both_models_the_same_change(
    analyse: Frame, score_rows: Frame, make_evaluation: Plan
) -> None:
    complete = {person: scores for person, scores in PERSONS.items() if None not in scores}
    found = analyse(
        score_rows("ease", complete), make_evaluation({"scales": ["ease"], "role": "confirmatory"})
    )
    # Balanced data: the fixed effect is the mean difference, its error that of the paired analysis.
    paired, mixed = (row(found, model=model, left_out="none") for model in ("paired", "mixed"))
    assert mixed["change"] == pytest.approx(paired["change"], abs=1e-9)
    assert mixed["se"] == pytest.approx(paired["se"], rel=1e-6)


def test_where_lower_is_better_both_models_turn(
    analyse: Frame, score_rows: Frame, make_evaluation: Plan
) -> None:
    found = analyse(
        score_rows("worry", PERSONS), make_evaluation({"scales": ["worry"], "role": "confirmatory"})
    )
    assert row(found, model="paired", left_out="none")["change"] == -3
    assert row(found, model="mixed", left_out="none")["change"] < 0


def test_how_far_the_analyses_agree(analyse: Frame, score_rows: Frame, make_evaluation: Plan) -> None:
    analyses = analyse(
        score_rows("ease", PERSONS), make_evaluation({"scales": ["ease"], "role": "confirmatory"})
    )
    found = MART["mart.robustness"].validate(robustness(analyses)).row(0, named=True)
    # Of all: 3 ± 2.570582·sqrt(14/6): from -.93 to 6.93, holds 0; without x (0 ± 4.97) it does too;
    # without y (6 ± 4.97) it lies above.
    assert (found["least_change"], found["least_without"]) == (0, "x")
    assert (found["greatest_change"], found["greatest_without"]) == (6, "y")
    assert (found["municipalities"], found["conclude_otherwise"]) == (2, 1)
    assert found["difference"] == pytest.approx(found["mixed_change"] - 3)


def test_one_municipality_cannot_be_left_out(
    analyse: Frame, score_rows: Frame, make_evaluation: Plan
) -> None:
    plan = make_evaluation({"scales": ["ease"], "role": "confirmatory"})
    analyses = analyse(score_rows("ease", PERSONS), plan, dict.fromkeys(PERSONS, None))
    assert analyses["left_out"].to_list() == ["none", "none"]
    mixed = row(analyses, model="mixed")
    assert (mixed["change"], mixed["reason"]) == (None, "fewer than two municipalities")
    found = robustness(analyses).row(0, named=True)
    assert (found["municipalities"], found["least_change"], found["models_agree"]) == (0, None, None)


@pytest.mark.parametrize(
    ("persons", "reason"),
    [
        ({"a": (40.0, 44.0)}, "fewer than two pairs"),
        ({"a": (40.0, 44.0), "d": (41.0, 45.0)}, "all differences are equal"),
        ({"a": (40.0, 40.0), "d": (41.0, 41.0)}, "all differences are zero"),
        ({"a": (40.0, None)}, "no pairs"),
    ],
)
def test_what_cannot_be_estimated_has_its_reason(
    analyse: Frame, score_rows: Frame, make_evaluation: Plan, persons: Any, reason: str
) -> None:
    found = analyse(
        score_rows("ease", persons), make_evaluation({"scales": ["ease"], "role": "confirmatory"})
    )
    assert row(found, model="paired", left_out="none")["reason"] == reason
    assert found.filter(pl.col("ci_low").is_null() & pl.col("reason").is_null()).is_empty()
    figures = found.select(pl.col(pl.Float64)).fill_null(0.0).to_numpy()
    assert np.isfinite(figures).all()
