"""Evidence cards: every figure is another mart's, and the verdict on missing data by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from instruments import Library
from pipeline.outcomes.evidence_card import evidence_card, missing_data
from pipeline.outcomes.municipality_change import municipality_change
from pipeline.outcomes.score_change import score_change
from pipeline.plan import Evaluation
from pipeline.schemas import MART

Frame = Callable[..., pl.DataFrame]
Plan = Callable[..., Evaluation]

PERSONS = {
    "a": (40.0, 44.0),
    "b": (42.0, 48.0),
    "c": (44.0, 52.0),
    "d": (41.0, 41.0),
    "e": (47.0, 49.0),
    "f": (45.0, 43.0),
    "h": (30.0, None),
}


def test_a_card_shows_what_the_other_marts_show(
    library: Library,
    no_reliability: pl.DataFrame,
    score_rows: Frame,
    members_of: Frame,
    make_evaluation: Plan,
) -> None:
    plan = make_evaluation({"scales": ["ease"], "role": "confirmatory"})
    members = members_of("a b c d e f h", municipality={"x": "a b c", "y": "d e f h"}, sex={"f": "a b"})
    scores = score_rows("ease", PERSONS)
    changes = score_change(scores, members, plan, library, no_reliability)
    persons = pl.DataFrame(
        {"participant_id": list(PERSONS), "sex": "f", "age_band": "8-11"},
    )
    places = municipality_change(scores, members, persons, plan, library)
    counts = {"instrument": "mood", "respondent": "self", "eligible": 9, "asked": 8}
    counts |= {"answered": 7, "scored": 7, "paired": 6}
    flow = pl.DataFrame(
        [
            {"evaluation": "trial", "population": "all", "grp": "all", "wave": wave, **counts}
            for wave in ("before", "after")
        ]
    )
    found = MART["mart.evidence_card"].validate(evidence_card(changes, places, flow))
    assert found.select("population", "grp").rows() == [
        ("all", "all"),
        ("municipality", "x"),
        ("municipality", "y"),
    ]
    whole = found.row(0, named=True)
    assert (whole["eligible"], whole["asked"], whole["n_pairs"]) == (9, 8, 6)
    assert (whole["effect"], whole["pooled_change"]) == ("g_av", None)
    for card in found.iter_rows(named=True):
        of_card = {"population": card["population"], "grp": card["grp"]}
        change = changes.filter(**of_card).row(0, named=True)
        shown = (
            "mean_change",
            "ci_low",
            "ci_high",
            "p_adjusted",
            "detectable_change",
            "n_improved",
            "verdict",
        )
        assert [card[name] for name in shown] == [change[name] for name in shown]
        assert card["effect_size"] == change["g_av"]
    own = found.filter(grp="y").row(0, named=True)
    assert own["pooled_change"] == places.filter(grp="y")["pooled_change"].item()


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        # delta* = lower limit · n_pre / lost = 2 · 20/5 = 8
        ({"ci_low": 2.0, "ci_high": 5.0, "n_pre": 20, "n_pairs": 15, "threshold": 8.0}, "robust"),
        ({"ci_low": 2.0, "ci_high": 5.0, "n_pre": 20, "n_pairs": 15, "threshold": 8.1}, "fragile"),
        ({"ci_low": -5.0, "ci_high": -2.0, "n_pre": 20, "n_pairs": 15, "threshold": 8.0}, "robust"),
        ({"ci_low": -1.0, "ci_high": 5.0, "n_pre": 20, "n_pairs": 15, "threshold": 8.0}, "undecided"),
        ({"ci_low": 2.0, "ci_high": 5.0, "n_pre": 15, "n_pairs": 15, "threshold": None}, "complete"),
        ({"ci_low": 2.0, "ci_high": 5.0, "n_pre": 20, "n_pairs": 15, "threshold": None}, "not_estimable"),
        ({"ci_low": None, "ci_high": None, "n_pre": 20, "n_pairs": 1, "threshold": 8.0}, "not_estimable"),
        ({"ci_low": None, "ci_high": None, "n_pre": 0, "n_pairs": 0, "threshold": 8.0}, "not_estimable"),
    ],
)
def test_whether_those_lost_could_overturn_it(row: dict[str, Any], verdict: str) -> None:
    assert missing_data(row) == verdict
