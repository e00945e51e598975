"""The survey's shares year on year give away no category that is hidden: tried by listing all that could be."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest

from instruments import load_library
from pipeline.disclosure import control
from pipeline.outcomes.stakeholder_change import stakeholder_change
from tests.pipeline.disclosure.programme import plan, register

YEARS = (2021, 2022)
MIN_CELL = 5


def marts(seed: int) -> dict[str, pl.DataFrame]:
    """Two years of one role's answers to one item, in one unknown mixture of categories."""
    random = np.random.default_rng(seed)
    rows = [
        {"year": year, "role": "staff", "municipality_code": f"m{random.integers(6)}", "item": "q1"}
        | {"respondent_id": f"{year}-{place}", "answer": float(random.choice(5, p=odds) + 1)}
        for year in YEARS
        for odds in [random.dirichlet(np.full(5, 0.8))]
        for place in range(int(random.integers(16, 34)))
    ]
    answers = pl.DataFrame(rows)
    return {"mart.stakeholder_item": items(answers), "mart.stakeholder_change": change_of(answers)}


def change_of(answers: pl.DataFrame) -> pl.DataFrame:
    return stakeholder_change(answers, load_library())


def items(answers: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for year in YEARS:
        own = answers.filter(pl.col("year") == year)["answer"]
        for category in range(1, 6):
            count = int((own == category).sum())
            rows.append(
                {
                    "year": year,
                    "role": "staff",
                    "population": "all",
                    "grp": "all",
                    "item": "q1",
                    "n": len(own),
                }
                | {"category": str(category), "count": count, "share": count / len(own), "suppressed": False}
                | {"reason": None}
            )
    return pl.DataFrame(rows, schema_overrides={"reason": pl.String()})


def possible(n: int, shown: list[int | None], favourable: float | None) -> list[tuple[int, ...]]:
    """Every way in which the categories can be filled that agrees with what is shown."""
    ranges = [range(n + 1) if count is None else (count,) for count in shown[:-1]]
    found = []
    for counts in itertools.product(*ranges):
        last = n - sum(counts)
        whole = (*counts, last)
        agrees = last >= 0 and shown[-1] in (None, last)
        if agrees and (favourable is None or round(favourable * n) == whole[3] + whole[4]):
            found.append(whole)
    return found


@pytest.mark.parametrize("seed", range(16))
def test_no_category_of_a_few_can_be_worked_out(seed: int) -> None:
    given = marts(seed)
    public = control(given, plan(), register({})).public
    change = public["mart.stakeholder_change"]
    for year in YEARS:
        rows = public["mart.stakeholder_item"].filter(pl.col("year") == year).sort("category")
        n, shown = rows["n"][0], rows["count"].to_list()
        now, later = change.filter(pl.col("year") == year), change.filter(pl.col("year_before") == year)
        shares = [share for share in (*now["share"], *later["share_before"]) if share is not None]
        ways = possible(n, shown, shares[0] if shares else None)
        truth = given["mart.stakeholder_item"].filter(pl.col("year") == year).sort("category")["count"]
        assert tuple(truth) in ways
        for place, count in enumerate(truth):
            if 0 < count < MIN_CELL:
                values = [way[place] for way in ways]
                assert max(values) - min(values) >= MIN_CELL, (seed, year, place)


@pytest.mark.parametrize("seed", range(12))
def test_a_comparison_of_ranks_goes_with_any_hidden_category(seed: int) -> None:
    public = control(marts(seed), plan(), register({})).public
    hidden = public["mart.stakeholder_item"]["count"].null_count() > 0
    row = public["mart.stakeholder_change"].filter(pl.col("year") == YEARS[1]).to_dicts()[0]
    tests = [row[name] for name in ("superiority", "p_mann_whitney", "odds_ratio", "p", "p_adjusted")]
    assert all(test is None for test in tests) == hidden


def test_a_small_year_hides_the_comparison_whole() -> None:
    answers = pl.DataFrame(
        [
            {"year": year, "role": "staff", "municipality_code": "m", "item": "q1"}
            | {"respondent_id": str(place), "answer": float(place % 5 + 1)}
            for year, size in ((2021, 4), (2022, 60))
            for place in range(size)
        ]
    )
    public = control({"mart.stakeholder_change": change_of(answers)}, plan(), register({})).public
    rows = public["mart.stakeholder_change"].select("share", "share_before", "change", "p").rows()
    assert rows == [(None, None, None, None)] * 2
