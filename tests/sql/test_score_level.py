"""The cross-section of one scale with a range of 20 to 80 and a norm of 50 (10)."""

from collections.abc import Callable

import polars as pl
import pytest

from pipeline.statistics import reasons

Mart = Callable[..., pl.DataFrame]
Rows = list[dict[str, object]]


def tables(scores: list[float | None], **scale: float | None) -> dict[str, Rows]:
    people = [f"p{number}" for number in range(len(scores))]
    return {
        "core.population_member": [
            {"evaluation": "e", "population": "all", "grp": "all", "participant_id": person}
            for person in people
        ],
        "core.score": [
            {
                "participant_id": person,
                "instrument": "k",
                "respondent": "self",
                "wave": "before",
                "scale": "s",
                "score": value,
                "scored": value is not None,
            }
            for person, value in zip(people, scores, strict=True)
        ],
        "meta.wave": [{"evaluation": "e", "wave": "before"}],
        "meta.scale": [
            {"instrument": "k", "respondent": "self", "scale": "s", "orientation": 1, **scale},
            {"instrument": "k", "respondent": "parent", "scale": "s", "orientation": 1, "minimum": 33.0},
        ],
    }


RANGE = {"minimum": 20.0, "maximum": 80.0}
NORM = {"norm_mean": 50.0, "norm_sd": 10.0}


def test_level_of_those_scored(mart: Mart) -> None:
    row = mart("mart.score_level", tables([20.0, 30.0, 40.0, 80.0, None], **RANGE, **NORM)).row(0, named=True)
    assert row["n"] == 4
    assert row["mean"] == 42.5
    # squares about the mean: 506.25 + 156.25 + 6.25 + 1406.25 = 2075; sqrt(2075 / 3)
    assert row["sd"] == pytest.approx(26.299556)
    assert row["median"] == 35.0
    # 40 lies at the norm less one SD, not below it
    assert (row["floor"], row["ceiling"], row["below_norm"]) == (0.25, 0.25, 0.5)
    assert row["reason"] is None


def test_float_noise_moves_nobody_off_the_floor(mart: Mart) -> None:
    row = mart("mart.score_level", tables([20.0 + 1e-13, 40.0 - 1e-13], **RANGE, **NORM)).row(0, named=True)
    assert (row["floor"], row["below_norm"]) == (0.5, 0.5)


def test_one_person_has_no_spread(mart: Mart) -> None:
    row = mart("mart.score_level", tables([33.0], **RANGE, **NORM)).row(0, named=True)
    assert (row["n"], row["mean"], row["sd"]) == (1, 33.0, None)
    assert row["reason"] == reasons.ONE_PERSON


def test_a_scale_without_range_and_norm(mart: Mart) -> None:
    row = mart("mart.score_level", tables([33.0])).row(0, named=True)
    assert (row["floor"], row["ceiling"], row["below_norm"]) == (None, None, None)
    assert row["reason"] == reasons.join_reasons(reasons.ONE_PERSON, reasons.NO_REFERENCE)
