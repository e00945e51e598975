"""What moved between two releases, and which submissions moved it: by hand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from pipeline import schemas
from pipeline.release.moves import COMPARED, MEMBERS, moved_facts, moved_figures, submissions_behind

MART = "mart.goal_attainment"
Frames = dict[str, pl.DataFrame]


def table(name: str, *rows: dict[str, Any]) -> pl.DataFrame:
    schema = schemas.RELEASED[name].create_empty().schema
    return pl.DataFrame([{**dict.fromkeys(schema), **row} for row in rows], schema=schema)


def goal(person: str, attainment: float, submission: str) -> dict[str, Any]:
    return {"participant_id": person, "goal_id": "g1", "attainment": attainment, "submission_id": submission}


def figures(grp: str, goals: int, degree: float) -> dict[str, Any]:
    population = "all" if grp == "all" else "sex"
    key = {"evaluation": "e", "population": population, "grp": grp, "domain": "total"}
    return {**key, "goals": goals, "degree": degree}


def release(goals: list[dict[str, Any]], marts: list[dict[str, Any]], submissions: dict[str, str]) -> Frames:
    """Two women, a and b, and a man, c; goals, the mart of goals, and the kind of each submission."""
    people = {"a": "f", "b": "f", "c": "m"}
    groups = [("all", "all", person) for person in people] + [("sex", sex, p) for p, sex in people.items()]
    members = [
        {"evaluation": "e", "population": population, "grp": grp, "participant_id": person}
        for population, grp, person in groups
    ]
    frames = {name: table(name) for name in COMPARED}
    known = [{"submission_id": name, "kind": kind} for name, kind in submissions.items()]
    return frames | {
        MEMBERS: table(MEMBERS, *members),
        "core.goal": table("core.goal", *goals),
        MART: table(MART, *marts),
        "meta.submission": table("meta.submission", *known),
    }


BEFORE = release(
    [goal("a", 1.0, "s1"), goal("c", 0.0, "s1")],
    [figures("all", 2, 0.5), figures("f", 1, 1.0), figures("m", 1, 0.0)],
    {"s1": "goals"},
)


def behind(
    after: Frames, sources: tuple[str, ...] = ("core.goal",)
) -> dict[tuple[str, str], tuple[str, ...]]:
    moved = moved_figures(MART, BEFORE[MART], after[MART])
    found = submissions_behind(moved, moved_facts(BEFORE, after), sources)
    return {
        (row["grp"], row["figure"]): submissions
        for row, submissions in zip(moved.iter_rows(named=True), found, strict=True)
    }


def test_a_figure_is_moved_by_the_submission_of_a_person_of_its_group() -> None:
    after = release(
        [goal("a", 1.0, "s1"), goal("b", 0.0, "s2"), goal("c", 0.0, "s1")],
        [figures("all", 3, 1 / 3), figures("f", 2, 0.5), figures("m", 1, 0.0)],
        {"s1": "goals", "s2": "goals"},
    )
    assert behind(after) == {(grp, name): ("s2",) for grp in ("all", "f") for name in ("goals", "degree")}


def test_the_same_rows_sent_again_move_nothing() -> None:
    again = release(
        [goal("a", 1.0, "s2"), goal("c", 0.5, "s3")],
        [figures("all", 2, 0.75), figures("f", 1, 1.0 + 1e-12), figures("m", 1, 0.5)],
        {"s2": "goals", "s3": "goals"},
    )
    # c's goal stood otherwise in s1, which is replaced by s3; a's is what it was.
    assert behind(again) == {("all", "degree"): ("s1", "s3"), ("m", "degree"): ("s1", "s3")}


def test_a_figure_without_a_fact_of_its_group_is_laid_to_those_of_its_evaluation() -> None:
    after = release(
        [goal("a", 0.5, "s2"), goal("c", 0.0, "s1")],
        [figures("all", 2, 0.25), figures("f", 1, 0.5), figures("m", 1, 0.1)],
        {"s1": "goals", "s2": "goals"},
    )
    assert behind(after)["m", "degree"] == ("s1", "s2")


def test_facts_that_the_mart_does_not_come_from_move_nothing() -> None:
    after = release(
        [goal("a", 0.5, "s2"), goal("c", 0.0, "s1")],
        [figures("all", 2, 0.25), figures("f", 1, 0.5), figures("m", 1, 0.0)],
        {"s1": "goals", "s2": "goals"},
    )
    assert set(behind(after, ("core.employment",)).values()) == {()}


def test_a_participant_who_came_is_laid_to_the_submission_that_brought_them() -> None:
    after = release(
        [goal("a", 1.0, "s1"), goal("c", 0.0, "s1")],
        [figures("all", 2, 0.5), figures("f", 2, 0.9), figures("m", 1, 0.0)],
        {"s1": "goals", "s2": "participants", "s3": "goals"},
    )
    person = {"participant_id": "b", "target_group": "adults", "municipality_code": "1"}
    person["submission_id"] = "s2"
    after["core.participant"] = table("core.participant", person)
    assert set(behind(after, ("core.goal", "core.participant")).values()) == {("s2",)}


@pytest.mark.parametrize("value", [None, 0.5])
def test_a_row_that_is_gone_and_one_that_came_are_moves(value: float | None) -> None:
    one = table(MART, {**figures("all", 2, 0.5), "degree": value})
    came = moved_figures(MART, table(MART), one)
    gone = moved_figures(MART, one, table(MART))
    assert came["old"].to_list() == gone["new"].to_list() == [None] * came.height
    assert ("degree" in came["figure"].to_list()) == (value is not None)
