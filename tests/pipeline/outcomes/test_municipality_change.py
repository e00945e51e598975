"""The municipalities' changes, by hand: with groups of one size REML is the analysis of variance."""

import math
from collections.abc import Callable

import polars as pl
import pytest

from instruments import Library
from pipeline.outcomes.municipality_change import municipality_change
from pipeline.plan import Evaluation
from pipeline.schemas import CORE, MART

Frame = Callable[..., pl.DataFrame]
Plan = Callable[..., Evaluation]

# Changes 1 3 | 5 7 | 9 11 on baselines 10 20 | 20 30 | 30 40.
PERSONS = {
    "a": (10.0, 11.0),
    "b": (20.0, 23.0),
    "c": (20.0, 25.0),
    "d": (30.0, 37.0),
    "e": (30.0, 39.0),
    "f": (40.0, 51.0),
}
MUNICIPALITIES = {"0001": "a b", "0002": "c d", "0003": "e f", "0004": "g"}


def participants(sexes: dict[str, str | None]) -> pl.DataFrame:
    schema = CORE["core.participant"].create_empty().schema
    rows = [{"participant_id": person, "sex": sex} for person, sex in sexes.items()]
    return pl.DataFrame(rows, schema=schema)


NOBODY_KNOWN = participants(dict.fromkeys("abcdefg"))


@pytest.fixture
def changes(library: Library) -> Frame:
    def run(
        scores: pl.DataFrame, members: pl.DataFrame, plan: Evaluation, people: pl.DataFrame
    ) -> pl.DataFrame:
        found = municipality_change(scores, members, people, plan, library)
        return MART["mart.municipality_change"].validate(found)

    return run


def test_own_and_pooled(changes: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan) -> None:
    members = members_of("a b c d e f g", municipality=MUNICIPALITIES)
    found = changes(score_rows("ease", PERSONS), members, make_evaluation({"scales": ["ease"]}), NOBODY_KNOWN)
    assert found["grp"].to_list() == ["0001", "0002", "0003", "0004"]
    assert found["n_pairs"].to_list() == [2, 2, 2, 0]
    first = found.row(0, named=True)
    # Means 2 6 10; mean square within 2, between 32: tau² = (32 - 2)/2 = 15, B = 15/(15 + 2/2).
    expected = {"programme_change": 6, "sigma2": 2, "tau2": 15, "icc": 15 / 17, "weight_own": 15 / 16}
    expected |= {"mean_change": 2, "pooled_change": 2 * 15 / 16 + 6 / 16}
    assert {name: first[name] for name in expected} == pytest.approx(expected)
    assert first["ci_high"] == pytest.approx(2 + 12.706205, abs=1e-5)  # t quantile .975 with 1 df, error 1
    assert first["funnel95_low"] == pytest.approx(6 - 1.959964 * 4, abs=1e-5)  # sqrt(2/2 + 15) = 4
    assert first["funnel998_high"] == pytest.approx(6 + 3.090232 * 4, abs=1e-5)


def test_the_pooled_interval_is_at_the_upper_limit_of_tau2(
    changes: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    members = members_of("a b c d e f g", municipality=MUNICIPALITIES)
    found = changes(score_rows("ease", PERSONS), members, make_evaluation({"scales": ["ease"]}), NOBODY_KNOWN)
    first = found.row(0, named=True)
    # Q(tau²) = 32/(tau² + 1) equals the 2.5 % quantile of chi² with 2 df, -2 ln(.975). With V = tau² + 1:
    # variance = 1 - 1/V + V/(3 V²).
    v = 32 / (-2 * math.log(0.975))
    assert first["tau2_high"] == pytest.approx(v - 1)
    assert first["pooled_se"] == pytest.approx(math.sqrt(1 - 2 / (3 * v)))
    assert first["pooled_high"] - first["pooled_low"] == pytest.approx(2 * 1.959964 * first["pooled_se"])


def test_case_mix(changes: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan) -> None:
    # Within each municipality the change rises by .2 a point of baseline; baseline means 15 25 35, of all 25.
    members = members_of("a b c d e f g", municipality=MUNICIPALITIES)
    plan = make_evaluation({"scales": ["ease"]})
    found = changes(score_rows("ease", PERSONS), members, plan, NOBODY_KNOWN)
    assert found["adjusted_change"].to_list() == [pytest.approx(4), pytest.approx(6), pytest.approx(8), None]
    assert found["reason"].to_list() == [None, None, None, "no pairs"]


def test_a_sex_that_is_not_known_leaves_nobody_out(
    changes: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    # All baselines are equal; f gains 4, m 2, unknown 0, in each municipality alike but for the mix.
    sexes = {"a": "f", "b": "m", "c": None, "d": "f", "e": "m", "f": None}
    gains = {"f": 4.0, "m": 2.0, None: 0.0}
    scores = score_rows("ease", {person: (50.0, 50.0 + gains[sex]) for person, sex in sexes.items()})
    members = members_of("a b c d e f", municipality={"0001": "a b c", "0002": "d e f"})
    found = changes(scores, members, make_evaluation({"scales": ["ease"]}), participants(sexes))
    assert found["adjusted_change"].to_list() == pytest.approx([2, 2])
    mixed = members_of("a b c d e f", municipality={"0001": "a d b", "0002": "e c f"})
    found = changes(scores, mixed, make_evaluation({"scales": ["ease"]}), participants(sexes))
    assert found["mean_change"].to_list() == pytest.approx([10 / 3, 2 / 3])
    assert found["adjusted_change"].to_list() == pytest.approx([2, 2])


def test_one_municipality_cannot_be_pooled(
    changes: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    members = members_of("a b c", municipality={"0001": "a b c"})
    found = changes(score_rows("ease", PERSONS), members, make_evaluation({"scales": ["ease"]}), NOBODY_KNOWN)
    row = found.row(0, named=True)
    assert (row["n_pairs"], row["mean_change"], row["pooled_change"], row["tau2"]) == (3, 3, None, None)
    assert row["reason"] == "fewer than two municipalities"


def test_nobody_paired(changes: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan) -> None:
    members = members_of("a b", municipality={"0001": "a", "0002": "b"})
    found = changes(score_rows("ease", {}), members, make_evaluation({"scales": ["ease"]}), NOBODY_KNOWN)
    assert found.select("n_pairs", "mean_change", "reason").rows() == [(0, None, "no pairs")] * 2


def test_without_the_breakdown_the_table_is_empty(
    changes: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    plan = make_evaluation({"scales": ["ease"]})
    assert changes(score_rows("ease", PERSONS), members_of("a b"), plan, NOBODY_KNOWN).is_empty()
