"""The plain-language version: what can be said in a line, and nothing that is hidden."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures import Tens, in_ten
from reports.plain import plain_report
from tests.reports.example_marts import context, tables
from tests.reports.reading import read, text_of


@pytest.mark.parametrize(
    ("counts", "tens"),
    [
        ((293, 218, 25), (6, 4, 0)),  # 5.47, 4.07, 0.47: the first of equal remainders
        ((1, 1, 1), (4, 3, 3)),
        ((19, 1), (10, 0)),  # 9.5 and 0.5
        ((0, 0, 7), (0, 0, 10)),
    ],
)
def test_shares_of_ten_by_hand(counts: tuple[int, ...], tens: tuple[int, ...]) -> None:
    assert in_ten(counts) == tens


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=3).filter(any))
def test_ten_are_shared_and_none_is_off_by_one(counts: list[int]) -> None:
    tens = in_ten(tuple(counts))
    assert sum(tens) == 10
    assert all(abs(ten - 10 * count / sum(counts)) < 1 for ten, count in zip(tens, counts, strict=True))


def test_nothing_cannot_be_shared() -> None:
    with pytest.raises(ValueError, match="nothing to share"):
        in_ten((0, 0))


def test_lines_say_what_the_figures_say() -> None:
    text = text_of(plain_report("children-2019", "en", context()).html)
    for line in (
        "102 persons received services.",
        "about 6 were achieved,",
        "about 4 were achieved in part,",
        "fewer than 1 were not achieved.",
        "On average it got better.",
        "about 8 of 10 people say it is better.",  # 82 of 97
        "Before, 16 persons worked.",
        "For one person it was about 576 euro a month.",
    ):
        assert line in text


def test_what_is_hidden_has_no_line() -> None:
    hidden = {
        name: frame.clear() if name != "mart.goal_attainment" else frame for name, frame in tables().items()
    }
    goals = hidden["mart.goal_attainment"]
    no_levels = [pl.lit(None, goals.schema[level]).alias(level) for level in ("achieved", "partly")]
    hidden["mart.goal_attainment"] = goals.with_columns(*no_levels, suppressed=pl.lit(value=True))
    text = text_of(plain_report("children-2019", "en", context(tables=hidden)).html)
    assert "What did people achieve?" not in text
    assert "What did it cost?" not in text
    assert "What do we not know?" in text


def test_the_latvian_version_says_the_same_in_latvian() -> None:
    text = text_of(plain_report("children-2019", "lv", context()).html)
    assert "aptuveni 6 – sasniegti," in text
    assert "Pirms tam strādāja 16 cilvēki." in text
    assert "goals" not in text


def test_each_picture_says_its_numbers() -> None:
    page = read(plain_report("children-2019", "en", context()).html)
    assert any("8 / 10" in (alternative or "") for alternative in page.alternatives)
    tens = Tens(("a",), ((6, 4, 0),), ("x", "y", "z"))
    assert tens.svg() == Tens(("a",), ((6, 4, 0),), ("x", "y", "z")).svg()
