"""ICF qualifiers of a few persons, written `person code before>after`: outcomes and tests by hand."""

from collections.abc import Callable

import polars as pl
import pytest

from pipeline.outcomes.icf import icf_change
from pipeline.plan import Evaluation
from pipeline.schemas import CORE, MART
from pipeline.statistics import reasons

Change = Callable[..., pl.DataFrame]
OUTCOMES = ("improved", "unchanged", "worsened", "mixed")


def ratings(*lines: str, facilitator: bool = False, construct: str = "performance") -> pl.DataFrame:
    rows = []
    for line in lines:
        person, code, moved = line.split()
        for wave, qualifier in zip(("before", "after"), moved.split(">"), strict=True):
            rows.append((person, wave, code, construct, facilitator, int(qualifier), None, "s"))
    return pl.DataFrame(rows, schema=CORE["core.icf_rating"].create_empty().schema, orient="row")


@pytest.fixture
def change(members_of: Callable[..., pl.DataFrame], make_evaluation: Callable[..., Evaluation]) -> Change:
    """Compute the mart and check it against its schema."""

    def compute(rows: pl.DataFrame, persons: str = "a b c d e f") -> pl.DataFrame:
        return MART["mart.icf_change"].validate(icf_change(rows, members_of(persons), make_evaluation()))

    return compute


def outcomes(frame: pl.DataFrame, code: str) -> tuple[int, ...]:
    """Improved, unchanged, worsened, mixed."""
    found = frame.filter(pl.col("code") == code)
    assert found.height == 1
    return found.select(OUTCOMES).row(0)


def test_a_lower_qualifier_is_better(change: Change) -> None:
    frame = change(ratings("a d450 3>2", "b d450 2>2", "c d450 0>4"))
    assert outcomes(frame, "d450") == (1, 1, 1, 0)


def test_a_higher_facilitator_is_better_and_tabled_apart(change: Change) -> None:
    rows = pl.concat([ratings("a e310 1>3", facilitator=True), ratings("a e310 1>3")])
    frame = change(rows).filter(pl.col("code") == "e310")
    assert frame.select("facilitator", *OUTCOMES).rows() == [(False, 0, 0, 1, 0), (True, 1, 0, 0, 0)]


def test_not_specified_and_not_applicable_are_missing(change: Change) -> None:
    frame = change(ratings("a d450 8>0", "b d450 3>9", "c d450 3>3"))
    assert outcomes(frame, "d450") == (0, 1, 0, 0)


def test_performance_and_capacity_are_tabled_apart(change: Change) -> None:
    rows = pl.concat([ratings("a d450 3>2"), ratings("a d450 2>3", construct="capacity")])
    frame = change(rows).filter(pl.col("level") == "any")
    assert frame.select("construct", *OUTCOMES).rows() == [
        ("capacity", 0, 0, 1, 0),
        ("performance", 1, 0, 0, 0),
    ]


def test_a_chapter_follows_the_majority_of_its_codes(change: Change) -> None:
    frame = change(
        ratings(
            *("a d410 3>2", "a d450 3>2", "a d455 1>3"),  # two better, one worse
            *("b d410 3>2", "b d450 2>3"),  # as many
            *("c d410 1>1", "c d450 1>1"),
            *("d d410 1>2", "d d510 4>0"),  # d5 is another chapter
        )
    )
    assert outcomes(frame, "d4") == (1, 1, 1, 1)
    assert outcomes(frame, "d5") == (1, 0, 0, 0)


def test_a_rating_of_the_chapter_itself_is_taken_as_it_is(change: Change) -> None:
    frame = change(ratings("a d4 2>3", "a d410 3>2", "a d450 3>2"))
    assert outcomes(frame, "d4") == (0, 0, 1, 0)
    assert frame.filter((pl.col("level") == "code") & (pl.col("code") == "d4")).is_empty()


def test_over_all_improved_means_worsened_in_none(change: Change) -> None:
    frame = change(
        ratings(
            *("a d450 3>2", "a d510 1>1"),  # improved only
            *("b d450 3>2", "b d510 1>2"),  # both
            *("c d450 3>0", "c d510 1>2"),  # both, whatever the sizes
            *("d d450 1>2", "d d510 1>1"),  # worsened only
            *("e d450 1>1", "e d510 1>1"),  # neither
        )
    )
    assert outcomes(frame, "any") == (1, 1, 1, 2)


def test_tests_of_one_code(change: Change) -> None:
    rows = ratings(*(f"{person} d450 3>2" for person in "abcdef"))
    code, chapter = (
        change(rows).filter(pl.col("level") == level).row(0, named=True) for level in ("code", "chapter")
    )
    assert code["share_improved"] == 1.0
    assert code["p_sign"] == pytest.approx(2 / 2**6)
    # All differences tie: W+ = 0, mean 10.5, variance 22.75 - (6³ - 6)/48 = 18.375, z = 10 / 4.286607,
    # Python's math.erfc(z / sqrt(2)) = .01965616
    assert code["p_wilcoxon"] == pytest.approx(0.01965616, abs=1e-8)
    # Six left state 3 for state 2: 6² / 6 = 6 on one degree of freedom, by either test
    assert code["p_stuart_maxwell"] == pytest.approx(0.01430588, abs=1e-8)
    assert code["p_bowker"] == pytest.approx(0.01430588, abs=1e-8)
    assert code["reason"] is None
    assert chapter["p_sign"] == code["p_sign"]
    assert chapter["p_wilcoxon"] is chapter["p_stuart_maxwell"] is chapter["p_bowker"] is None


def test_nobody_changed(change: Change) -> None:
    row = change(ratings("a d450 3>3", "b d450 2>2")).filter(pl.col("level") == "code").row(0, named=True)
    assert (row["p_sign"], row["p_wilcoxon"], row["p_stuart_maxwell"], row["p_bowker"]) == (None,) * 4
    assert row["reason"] == reasons.NO_DISCORDANT


def test_one_wave_is_no_change(change: Change) -> None:
    assert change(ratings("a d450 3>2").filter(pl.col("wave") == "before")).is_empty()
    assert change(ratings()).is_empty()
