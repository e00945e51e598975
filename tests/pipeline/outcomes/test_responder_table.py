"""How many persons changed, by each kind of threshold."""

from collections.abc import Callable

import polars as pl
import pytest

from instruments import Library
from pipeline.outcomes.responder import responder
from pipeline.outcomes.score_change import score_change
from pipeline.plan import Evaluation
from pipeline.schemas import MART

Frame = Callable[..., pl.DataFrame]
Plan = Callable[..., Evaluation]

# Changes 16, -15.1 (on both sides of reliable change, 15.18), 5 (half the norm's SD) and 4.9 (below it).
CALM = {"a": (40.0, 56.0), "b": (60.0, 44.9), "c": (50.0, 55.0), "d": (50.0, 54.9)}


@pytest.fixture
def alphas(no_reliability: pl.DataFrame) -> pl.DataFrame:
    row = {"evaluation": "trial", "wave": "before", "instrument": "mood", "respondent": "self"}
    rows = [{**row, "scale": scale, "n": 4, "items": 3, "alpha": 0.9} for scale in ("calm", "ease")]
    return pl.DataFrame(rows, schema=no_reliability.schema)


def test_every_available_kind_has_its_row(
    library: Library, alphas: pl.DataFrame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    plan = make_evaluation({"scales": ["calm"]})
    found = responder(score_rows("calm", CALM), members_of("a b c d"), plan, library, alphas)
    MART["mart.responder"].validate(found)
    counts = found.select("threshold_kind", "n_improved", "n_unchanged", "n_worsened").rows()
    # Where a reliability is verified, alpha of this sample is not shown; no difference is published.
    assert counts == [("half_sd", 2, 1, 1), ("rci", 1, 3, 0)]
    # R: prop.test(2, 4, correct = FALSE)$conf.int is 0.1500390 0.8499610
    half_sd = found.row(0, named=True)
    assert half_sd["share_improved"] == 0.5
    assert (half_sd["ci_low"], half_sd["ci_high"]) == pytest.approx((0.1500390, 0.8499610), abs=1e-6)


def test_alpha_of_the_sample_stands_in_where_none_is_verified(
    library: Library, alphas: pl.DataFrame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    plan = make_evaluation({"scales": ["ease"]})
    found = responder(score_rows("ease", CALM), members_of("a b c d"), plan, library, alphas)
    assert found["threshold_kind"].to_list() == ["half_sd", "rci_sample"]


def test_groups_without_pairs_have_no_row(
    library: Library, alphas: pl.DataFrame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    members = members_of("a b c d", sex={"f": "a b c d", "m": "nobody"})
    plan = make_evaluation({"scales": ["ease"]})
    found = responder(score_rows("ease", CALM), members, plan, library, alphas)
    assert set(found["grp"]) == {"all", "f"}


def test_the_table_of_changes_shows_one_of_these_rows(
    library: Library, alphas: pl.DataFrame, score_rows: Frame, members_of: Frame, make_evaluation: Plan
) -> None:
    scores = pl.concat([score_rows(scale, CALM) for scale in ("calm", "ease", "worry", "rank")])
    plan, members = make_evaluation({"scales": "all"}), members_of("a b c d", sex={"f": "a b", "m": "c d"})
    changes = score_change(scores, members, plan, library, alphas)
    key = MART["mart.responder"].primary_key()
    shared = [*key, "threshold", "n_improved", "n_unchanged", "n_worsened"]
    matching = changes.join(responder(scores, members, plan, library, alphas), on=shared, how="semi")
    assert matching.height == changes.height == 12
