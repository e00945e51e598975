"""Breakdowns as the plan states them, and who is in which group."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pipeline.breakdowns import values_of
from pipeline.facts import population_members
from pipeline.plan import PlanError, parse_plan

PLAN = """
evaluations:
  - id: children-{year}
    years: [2021, 2022]
    title: {lv: Bērni, en: Children}
    waves:
      before: {from: 2019-01-01, to: 2019-01-31}
      after: {from: 2019-12-01, to: 2019-12-31}
    pre: before
    post: after
    months: 12
    reporting_year: 2019
  - id: adults
    title: {lv: Pieaugušie, en: Adults}
    waves:
      before: {from: 2019-01-01, to: 2019-01-31}
      after: {from: 2019-12-01, to: 2019-12-31}
    pre: before
    post: after
    months: 12
    reporting_year: 2019
    breakdowns: BREAKDOWNS
"""


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ("[municipality, gender]", "`gender` is no breakdown; known are municipality, region, sex,"),
        ("[sex, [sex, gender]]", "`gender` is no breakdown"),
        ("[region, sex, region_by_sex]", "a two-way breakdown is written [region, sex]"),
        ("[region, sex, age_band, [region, sex, age_band]]", "three-way ones are not made"),
        ("[sex, [sex, sex]]", "names two different ones"),
        ("[sex, [sex]]", "names two different ones"),
        ("[sex, 3]", "is no breakdown"),
        ("[municipality, region, [region, municipality]]", "says no more than `municipality`"),
        ("[sex, arm, [sex, arm]]", "`arm` stands by itself"),
        ("[sex, [region, sex]]", "needs its margins: add `region` to the list"),
        ("[sex, region, [region, sex], [sex, region]]", "`region_by_sex` stands twice"),
    ],
)
def test_a_wrong_breakdown_is_named_with_its_line_and_the_mend(stated: str, says: str) -> None:
    line = 2 + PLAN[: PLAN.index("breakdowns")].count("\n") - 1
    with pytest.raises(PlanError) as raised:
        parse_plan(PLAN.replace("BREAKDOWNS", stated))
    assert str(raised.value).startswith(f"evaluation.yaml, line {line}: evaluations > no. 3 > breakdowns")
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_order_of_a_pair_is_the_same_however_it_is_written() -> None:
    plans = [
        parse_plan(PLAN.replace("BREAKDOWNS", f"[sex, region, {pair}]"))
        for pair in ("[sex, region]", "[region, sex]")
    ]
    assert plans[0].evaluation("adults").breakdowns == ("sex", "region", ("region", "sex"))
    assert plans[0] == plans[1]


def test_a_person_is_in_a_group_of_two_values_when_both_are_known() -> None:
    plan = parse_plan(PLAN.replace("BREAKDOWNS", "[region, sex, age_band, [region, sex], [sex, age_band]]"))
    people = pl.DataFrame(
        {
            "participant_id": ["a", "b", "c"],
            "region": ["kurzeme", "kurzeme", "latgale"],
            "sex": ["f", None, "m"],
            "arm": ["programme", "programme", "waiting"],
            "age_band": [None, None, None],
            "enrolled_on": dt.date(2019, 1, 1),
            "birth_date": dt.date(1979, 1, 1),
            "birth_year": 1979,
        }
    )
    members = people.select("participant_id", evaluation=pl.lit("adults"))
    found = population_members(people, members, people, plan).filter(
        pl.col("population").str.contains("_by_")
    )
    assert found.select("population", "grp", "participant_id").rows() == [
        ("region_by_sex", "kurzeme | f", "a"),
        ("sex_by_age_band", "f | 18-64", "a"),
    ]


def test_the_values_of_a_group_are_told_by_attribute() -> None:
    assert values_of("municipality_by_age_band", "0001000 | 8-11") == {
        "municipality": "0001000",
        "age_band": "8-11",
    }
    assert values_of("sex", "f") == {"sex": "f"}
