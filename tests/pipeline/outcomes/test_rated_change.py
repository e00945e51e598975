"""Rated changes of eleven persons in one aspect of life."""

from collections.abc import Callable

import polars as pl
import pytest

from instruments import Library, load_library
from pipeline.outcomes.rated_change import rated_change
from pipeline.plan import Evaluation
from pipeline.schemas import CORE, MART
from pipeline.statistics import reasons

Change = Callable[[pl.DataFrame], pl.DataFrame]
PERSONS = "a b c d e f g h i j k"


@pytest.fixture(scope="module")
def measures() -> Library:
    return load_library()


@pytest.fixture
def change(
    members_of: Callable[..., pl.DataFrame], make_evaluation: Callable[..., Evaluation], measures: Library
) -> Change:
    """Compute the mart and check it against its schema."""

    def compute(rows: pl.DataFrame) -> pl.DataFrame:
        frame = rated_change(rows, members_of(PERSONS), make_evaluation(), measures)
        return MART["mart.rated_change"].validate(frame)

    return compute


def answers(
    *values: float, wave: str = "after", respondent: str = "self", item: str = "housing"
) -> pl.DataFrame:
    rows = [
        (person, "sqol_change", respondent, wave, None, item, value, "s")
        for person, value in zip(PERSONS.split(), values, strict=False)
    ]
    return pl.DataFrame(rows, schema=CORE["core.response"].create_empty().schema, orient="row")


def test_one_aspect(change: Change) -> None:
    row = change(answers(1, 1, 1, 1, 1, 1, 0, 0, -1, -1, 9)).row(0, named=True)
    assert (row["instrument"], row["item"]) == ("sqol_change", "housing")
    assert (row["n"], row["better"], row["same"], row["worse"], row["not_applicable"]) == (10, 6, 2, 2, 1)
    assert row["share_better"] == 0.6
    assert row["net_balance"] == pytest.approx(0.4)
    # 6 of 8: 2 * (1 + 8 + 28) / 256; 6 of 10: 2 * (210 + 120 + 45 + 10 + 1) / 1024
    assert row["p_sign"] == pytest.approx(0.2890625)
    assert row["p_half"] == pytest.approx(0.75390625)
    assert row["reason"] is None


def test_only_the_post_wave_counts(change: Change) -> None:
    assert change(answers(1, 1, wave="before")).is_empty()
    assert change(answers()).is_empty()


def test_nobody_to_whom_it_applies(change: Change) -> None:
    row = change(answers(9, 9)).row(0, named=True)
    assert (row["n"], row["not_applicable"], row["share_better"], row["p_half"]) == (0, 2, None, None)
    assert row["reason"] == reasons.NO_PERSONS


def test_a_person_counts_once_and_speaks_for_themself(change: Change) -> None:
    both = pl.concat([answers(-1, -1, respondent="proxy"), answers(1)])
    row = change(both).row(0, named=True)
    assert (row["n"], row["better"], row["worse"]) == (2, 1, 1)
