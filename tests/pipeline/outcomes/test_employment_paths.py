"""Employment of a few persons at three waves: who had which status, and who went where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import pytest

from pipeline.outcomes.employment import employment_change
from pipeline.outcomes.employment_paths import employment_flow, employment_status
from pipeline.schemas import CORE, MART

WAVES = ("before", "middle", "after")
PEOPLE = {
    "a": "not_employed part_time part_time",
    "b": "not_employed not_employed unknown",  # not known at the end: the last known one stands
    "c": "part_time - not_employed",  # not asked in the middle: still at the first
    "d": "part_time part_time -",
    "e": "- part_time part_time",  # nothing is known before: not counted
}


@pytest.fixture
def arguments(
    members_of: Callable[..., pl.DataFrame], make_evaluation: Callable[..., Any]
) -> tuple[Any, ...]:
    return inputs(PEOPLE, members_of, make_evaluation)


def inputs(
    people: Mapping[str, str], members_of: Callable[..., Any], make_evaluation: Callable[..., Any]
) -> tuple[Any, ...]:
    rows = [
        (person, wave, status, "s")
        for person, line in people.items()
        for wave, status in zip(WAVES, line.split(), strict=True)
        if status != "-"
    ]
    frame = pl.DataFrame(rows, schema=CORE["core.employment"].create_empty().schema, orient="row")
    day = {"from": "2020-01-01", "to": "2020-01-31"}
    return (
        frame,
        members_of(" ".join(people), sex={"f": "a b"}),
        make_evaluation(waves=dict.fromkeys(WAVES, day)),
    )


def test_the_same_persons_at_every_wave(arguments: tuple[Any, ...]) -> None:
    found = MART["mart.employment_status"].validate(employment_status(*arguments))
    assert set(found["n"]) == {4}
    part_time = dict(found.filter(pl.col("status") == "part_time").select("wave", "persons").rows())
    assert part_time == {"before": 2, "middle": 3, "after": 2}  # c, d; a, c, d; a, d
    assert dict(found.select("wave", "time").unique().rows()) == {
        "before": "before",
        "middle": "between",
        "after": "during",
    }


def test_the_first_and_last_wave_are_before_and_during(arguments: tuple[Any, ...]) -> None:
    status = employment_status(*arguments)
    change = employment_change(*arguments).filter(pl.col("population") == "all")
    for end in ("before", "during"):
        of_end = status.filter(pl.col("time") == end).select("status", "persons")
        assert sorted(of_end.rows()) == sorted(change.select("status", end).rows())


def test_every_way_has_a_row_and_all_add_up(arguments: tuple[Any, ...]) -> None:
    found = MART["mart.employment_flow"].validate(employment_flow(*arguments))
    assert found.height == 6 * 6
    went = found.filter(pl.col("persons") > 0)
    assert sorted(went.select("before", "during", "persons").rows()) == [
        ("not_employed", "not_employed", 1),
        ("not_employed", "part_time", 1),
        ("part_time", "not_employed", 1),
        ("part_time", "part_time", 1),
    ]
    assert found["persons"].sum() == 4


def test_nobody_known_gives_no_rows(
    members_of: Callable[..., pl.DataFrame], make_evaluation: Callable[..., Any]
) -> None:
    nobody = inputs({"e": "- part_time part_time"}, members_of, make_evaluation)
    assert employment_status(*nobody).is_empty()
    assert employment_flow(*nobody).is_empty()
