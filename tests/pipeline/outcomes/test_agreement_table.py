"""Agreement of two respondents about the same persons, by hand."""

from collections.abc import Callable

import polars as pl
import pytest

from instruments import Library
from pipeline.outcomes.agreement import agreement
from pipeline.plan import Evaluation
from pipeline.schemas import MART

Frame = Callable[..., pl.DataFrame]
Plan = Callable[..., Evaluation]

CHILDREN = {"a": (10.0, 11.0), "b": (20.0, None), "c": (30.0, None), "d": (40.0, None)}
PARENTS = {"c": (33.0, None), "b": (18.0, None), "a": (12.0, None), "e": (50.0, 50.0)}


@pytest.fixture
def agree(library: Library, members_of: Frame, make_evaluation: Plan) -> Frame:
    def run(*scores: pl.DataFrame) -> pl.DataFrame:
        plan = make_evaluation({"scales": ["ease"]})
        found = agreement(pl.concat(scores), members_of("a b c d e"), plan, library)
        return MART["mart.agreement"].validate(found)

    return run


def test_persons_are_paired_whatever_the_order(agree: Frame, score_rows: Frame) -> None:
    found = agree(score_rows("ease", CHILDREN), score_rows("ease", PARENTS, respondent="parent"))
    row = found.filter(wave="before").row(0, named=True)
    assert (row["respondent_a"], row["respondent_b"], row["n"]) == ("self", "parent", 3)
    # Differences -2 2 -3: mean -1, SD sqrt(7).
    assert row["mean_difference"] == pytest.approx(-1)
    assert (row["loa_low"], row["loa_high"]) == pytest.approx((-1 - 1.96 * 7**0.5, -1 + 1.96 * 7**0.5))
    # Mean squares: persons 213.5, raters 1.5, error 3.5: ICC(A,1) = 210 / (213.5 + 3.5 + 2/3 (1.5 - 3.5)).
    assert row["icc_a1"] == pytest.approx(210 / (217 - 4 / 3))


def test_different_persons_at_a_wave_are_not_compared(agree: Frame, score_rows: Frame) -> None:
    found = agree(score_rows("ease", CHILDREN), score_rows("ease", PARENTS, respondent="parent"))
    row = found.filter(wave="after").row(0, named=True)
    assert (row["n"], row["icc_a1"], row["reason"]) == (0, None, "no persons")


def test_parent_and_proxy_each_stand_beside_the_person(agree: Frame, score_rows: Frame) -> None:
    others = [score_rows("ease", PARENTS, respondent=kind) for kind in ("parent", "proxy")]
    found = agree(score_rows("ease", CHILDREN), *others).filter(wave="before")
    assert found["respondent_b"].to_list() == ["parent", "proxy"]


def test_only_scales_of_the_plan_and_both_respondents(agree: Frame, score_rows: Frame) -> None:
    one_respondent = score_rows("ease", CHILDREN)
    another_scale = [score_rows("calm", CHILDREN), score_rows("calm", PARENTS, respondent="parent")]
    assert agree(one_respondent, *another_scale).is_empty()
