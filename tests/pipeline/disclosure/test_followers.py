"""Marts made from others' figures show nothing that those hide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from pipeline.disclosure import Disclosed, control
from pipeline.schemas import MART
from tests.pipeline.disclosure.programme import plan, register

KEY = {
    "evaluation": "trial",
    "wave_pre": "before",
    "wave_post": "after",
    "population": "all",
    "grp": "all",
    "instrument": "measure",
    "respondent": "self",
    "scale": "total",
    "suppressed": False,
}
FIGURES = {"mean_change": 4.0, "ci_low": 2.0, "ci_high": 6.0, "p_adjusted": 0.01, "verdict": "improved"}
CHANGE: dict[str, Any] = KEY | FIGURES | {"level": "interval", "n_pre": 40, "n_post": 40, "n_pairs": 30}


def mart(name: str, *rows: Mapping[str, Any]) -> pl.DataFrame:
    """Rows as a frame of that mart; what a row doesn't say is null."""
    types = {column: part.dtype for column, part in MART[name].columns().items()}
    return pl.DataFrame([{column: row.get(column) for column in types} for row in rows], schema=types)


def marts(**change: Any) -> dict[str, pl.DataFrame]:
    """A programme of two municipalities with all the marts that follow a change."""
    whole = CHANGE | change
    places = [whole | {"population": "municipality", "grp": place, "n_pairs": 15} for place in ("m1", "m2")]
    level = KEY | {"wave": "before", "n": whole["n_pre"], "mean": 40.0, "sd": 9.0}
    analysis = KEY | {"persons": 30, "observations": 60, "change": 4.0, "ci_low": 2.0, "ci_high": 6.0}
    baseline = KEY | {"n_completers": 30, "n_others": whole["n_pre"] - 30, "completers": 40.0, "others": 38.0}
    arms = KEY | {"n_programme": 30, "n_waiting": 20, "difference": 3.0, "change_waiting": 1.0}
    waiting = whole | {"population": "arm", "grp": "waiting", "n_pairs": change.get("waiting", 20)}
    return {
        "mart.score_change": mart("mart.score_change", whole, *places, waiting),
        "mart.score_level": mart("mart.score_level", level),
        "mart.municipality_change": mart("mart.municipality_change"),
        "mart.participant_flow": mart("mart.participant_flow"),
        "mart.sensitivity": mart(
            "mart.sensitivity",
            *(
                analysis | {"model": model, "left_out": left_out}
                for model in ("mixed", "paired")
                for left_out in ("m1", "none")
            ),
        ),
        "mart.robustness": mart(
            "mart.robustness",
            KEY
            | {"paired_change": 4.0, "mixed_change": 4.1, "difference": 0.1, "models_agree": True}
            | {"municipalities": 2, "least_change": 3.0, "least_without": "m1", "greatest_change": 5.0}
            | {"greatest_without": "m2", "conclude_otherwise": 0},
        ),
        "mart.baseline_difference": mart(
            "mart.baseline_difference",
            baseline | {"characteristic": "baseline_score", "value": "mean", "difference": 0.2},
            baseline | {"characteristic": "sex", "value": "f", "difference": 0.1},
        ),
        "mart.norm_comparison": mart("mart.norm_comparison", level | {"difference": -10.0, "p": 0.001}),
        "mart.arm_difference": mart("mart.arm_difference", arms),
        "mart.evidence_card": mart(
            "mart.evidence_card", *(row | {"effect": "g_av", "effect_size": 0.4} for row in (whole, *places))
        ),
    }


def disclosed(**change: Any) -> Disclosed:
    return control(marts(**change), plan(), register({"m1": "r1", "m2": "r1"}))


def test_what_leaves_a_municipality_out_never_reaches_the_public() -> None:
    found = disclosed()
    public = found.public["mart.sensitivity"]
    assert public["left_out"].to_list() == ["none", "none"]
    assert public["change"].to_list() == [4.0, 4.0]
    robustness = found.public["mart.robustness"].row(0, named=True)
    extremes = ("least_change", "least_without", "greatest_change", "greatest_without")
    assert [robustness[name] for name in extremes] == [None] * 4
    assert (robustness["mixed_change"], robustness["conclude_otherwise"]) == (4.1, 0)


def test_what_those_lost_were_never_reaches_the_public() -> None:
    public = disclosed().public["mart.baseline_difference"]
    assert public.select("characteristic", "others").rows() == [("baseline_score", 38.0)]


@pytest.mark.parametrize("wave", ["n_pre", "n_post"])
def test_a_model_that_knows_a_few_more_persons_is_hidden(wave: str) -> None:
    found = disclosed(**{wave: 33})
    shown = dict(found.public["mart.sensitivity"].select("model", "change").iter_rows())
    assert shown["mixed"] is None
    robustness = found.public["mart.robustness"].row(0, named=True)
    assert [robustness[name] for name in ("mixed_change", "difference", "models_agree")] == [None] * 3


def test_a_few_lost_are_hidden() -> None:
    [row] = disclosed(n_pre=33).public["mart.baseline_difference"].rows(named=True)
    assert (row["others"], row["difference"]) == (None, None)


def test_a_small_programme_hides_all_that_follows_it() -> None:
    found = disclosed(n_pairs=4)
    for name, column in (
        ("mart.sensitivity", "change"),
        ("mart.robustness", "conclude_otherwise"),
        ("mart.baseline_difference", "others"),
        ("mart.arm_difference", "difference"),
    ):
        assert set(found.public[name][column]) == {None}, name
        assert set(found.flagged[name]["suppressed"]) == {True}, name


def test_a_small_waiting_list_hides_the_comparison() -> None:
    found = disclosed(waiting=3).public["mart.arm_difference"].row(0, named=True)
    assert (found["difference"], found["change_waiting"]) == (None, None)


def test_the_norm_follows_the_level() -> None:
    assert disclosed().public["mart.norm_comparison"]["difference"].to_list() == [-10.0]
    # Three more than the pairs were scored before: their mean is a subtraction away, so the level goes.
    assert disclosed(n_pre=33).public["mart.norm_comparison"]["difference"].to_list() == [None]


def test_a_card_shows_what_the_change_shows() -> None:
    found = disclosed(n_pairs=4)
    assert found.public["mart.evidence_card"].filter(population="all")["mean_change"].to_list() == [None]
    assert found.public["mart.evidence_card"].filter(population="all")["missing_data"].to_list() == [None]
    changes = (
        found.public["mart.score_change"].filter(pl.col("population") != "arm").sort("population", "grp")
    )
    cards = found.public["mart.evidence_card"].sort("population", "grp")
    for column in ("mean_change", "ci_low", "p_adjusted", "n_improved", "verdict", "suppressed"):
        assert cards[column].to_list() == changes[column].to_list(), column
