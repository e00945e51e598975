"""Employment of a few persons at three waves: counts and tests by hand."""

import math
from collections.abc import Callable, Mapping

import polars as pl
import pytest

from pipeline.outcomes.employment import KNOWN_STATUSES, employment_change
from pipeline.plan import Evaluation
from pipeline.schemas import CORE, MART
from pipeline.statistics import reasons

Change = Callable[[Mapping[str, str]], pl.DataFrame]
WAVES = ("before", "middle", "after")


@pytest.fixture
def change(members_of: Callable[..., pl.DataFrame], make_evaluation: Callable[..., Evaluation]) -> Change:
    """Compute the mart from {person: statuses at the waves, `-` where none was sent}; check its schema."""

    def compute(statuses: Mapping[str, str]) -> pl.DataFrame:
        rows = [
            (person, wave, status, "s")
            for person, line in statuses.items()
            for wave, status in zip(WAVES, line.split(), strict=True)
            if status != "-"
        ]
        frame = pl.DataFrame(rows, schema=CORE["core.employment"].create_empty().schema, orient="row")
        day = {"from": "2020-01-01", "to": "2020-01-31"}
        evaluation = make_evaluation(waves=dict.fromkeys(WAVES, day))
        members = members_of(" ".join(statuses))
        return MART["mart.employment_change"].validate(employment_change(frame, members, evaluation))

    return compute


def row(frame: pl.DataFrame, status: str) -> dict[str, object]:
    return frame.filter(pl.col("status") == status).row(0, named=True)


@pytest.fixture
def frame(change: Change) -> pl.DataFrame:
    return change(
        {
            "a": "not_employed part_time unknown",  # the last known status stands
            "b": "part_time - part_time",
            "c": "independent_full_time - not_employed",
            "d": "not_employed in_education part_time",
            "unknown_before": "unknown part_time part_time",
            "never_again": "part_time - -",
            "only_later": "- - part_time",
        }
    )


def test_before_and_during_are_of_the_same_persons(frame: pl.DataFrame) -> None:
    counts = {name: row(frame, name) for name in (*KNOWN_STATUSES, "employed")}
    of = {
        name: (found["before"], found["during"], found["gained"], found["lost"])
        for name, found in counts.items()
    }
    assert of["part_time"] == (1, 3, 2, 0)
    assert of["not_employed"] == (2, 1, 1, 2)
    assert of["independent_full_time"] == (1, 0, 0, 1)
    assert of["in_education"] == (0, 0, 0, 0)
    assert of["employed"] == (2, 3, 2, 1)
    single = frame.filter(pl.col("status") != "employed")
    assert (single["before"].sum(), single["during"].sum()) == (4, 4)
    assert frame.height == len(KNOWN_STATUSES) + 1


def test_exact_mcnemar(frame: pl.DataFrame) -> None:
    assert row(frame, "part_time")["p_mcnemar"] == pytest.approx(0.5)  # 2 against 0: 2 / 2²
    assert row(frame, "employed")["p_mcnemar"] == 1.0  # 2 against 1
    assert row(frame, "in_education")["reason"] == reasons.NO_DISCORDANT


def test_tests_over_all_statuses_stand_at_employed(frame: pl.DataFrame) -> None:
    # Two went from not_employed to part_time, one from full time to not_employed. Differences of the margins
    # (1, -2, 1), covariance of the first two ((3, -2), (-2, 2)): 3 on 2 df. Bowker: 2²/2 + 1²/1 = 3 on 2 df.
    assert row(frame, "employed")["p_stuart_maxwell"] == pytest.approx(math.exp(-1.5))
    assert row(frame, "employed")["p_bowker"] == pytest.approx(math.exp(-1.5))
    assert row(frame, "part_time")["p_stuart_maxwell"] is None


def test_a_group_without_pairs_has_no_rows(change: Change) -> None:
    assert change({"a": "part_time - -"}).is_empty()


def test_nobody_moved(change: Change) -> None:
    found = row(change({"a": "part_time - part_time"}), "employed")
    assert (found["before"], found["during"], found["p_mcnemar"]) == (1, 1, None)
    assert found["reason"] == reasons.join_reasons(reasons.NO_DISCORDANT, reasons.FEWER_THAN_TWO_STATES)
