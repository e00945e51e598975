"""Four children, one questionnaire at two waves: who was asked, answered, was scored and paired."""

from collections.abc import Callable

import polars as pl
import pytest

Mart = Callable[..., pl.DataFrame]
Rows = list[dict[str, object]]
STEPS = ("eligible", "asked", "answered", "scored", "paired")


def answer(person: str, wave: str, value: float | None = 3.0, respondent: str = "self") -> dict[str, object]:
    return {
        "participant_id": person,
        "instrument": "k",
        "respondent": respondent,
        "wave": wave,
        "item": "i1",
        "answer": value,
    }


def score(person: str, wave: str, scored: bool = True, scale: str = "s") -> dict[str, object]:
    return {
        "participant_id": person,
        "instrument": "k",
        "respondent": "self",
        "wave": wave,
        "scale": scale,
        "score": 50.0 if scored else None,
        "scored": scored,
    }


@pytest.fixture
def tables() -> dict[str, Rows]:
    people = ("a", "b", "c", "d")
    return {
        "core.evaluation_member": [{"evaluation": "e", "participant_id": person} for person in people],
        "core.eligible_member": [
            {"evaluation": "e", "participant_id": person, "instrument": "k"} for person in people
        ],
        "core.population_member": [
            {"evaluation": "e", "population": population, "grp": grp, "participant_id": person}
            for person in people
            for population, grp in (("all", "all"), ("sex", "f" if person in "ab" else "m"))
        ],
        "core.response": [
            *(answer(person, "before") for person in ("a", "b", "c")),
            answer("d", "before", None),  # a form without an answer
            *(answer(person, "after") for person in ("a", "b")),
            answer("a", "another_programmes_wave"),
            answer("stranger", "before"),
        ],
        "core.score": [
            score("a", "before"),
            score("a", "after"),
            # b is scored before on one scale and after on another: scored twice, not paired
            score("b", "before"),
            score("b", "after", scored=False),
            score("b", "after", scale="s2"),
            score("c", "before", scored=False),
        ],
        "meta.evaluation": [{"evaluation": "e", "pre": "before", "post": "after"}],
        "meta.wave": [{"evaluation": "e", "wave": wave} for wave in ("before", "after")],
        "meta.instrument": [{"instrument": "k"}],
    }


def flow(frame: pl.DataFrame, wave: str, grp: str = "all") -> tuple[object, ...]:
    found = frame.filter((pl.col("wave") == wave) & (pl.col("grp") == grp) & (pl.col("respondent") == "self"))
    assert found.height == 1
    return found.select(STEPS).row(0)


def test_without_invitations_nobody_knows_who_was_asked(mart: Mart, tables: dict[str, Rows]) -> None:
    frame = mart("mart.participant_flow", tables)
    assert flow(frame, "before") == (4, None, 3, 2, 1)
    assert flow(frame, "after") == (4, None, 2, 2, 1)
    assert flow(frame, "after", "m") == (2, None, 0, 0, 0)
    assert frame.height == 2 * 3  # two waves of all, f, m


def test_only_those_count_whom_the_measure_is_meant_for(mart: Mart, tables: dict[str, Rows]) -> None:
    # c is too young and answered all the same; d is too young and did not
    tables["core.eligible_member"] = [
        {"evaluation": "e", "participant_id": person, "instrument": "k"} for person in ("a", "b")
    ]
    frame = mart("mart.participant_flow", tables)
    assert flow(frame, "before") == (3, None, 3, 2, 1)
    assert flow(frame, "after") == (3, None, 2, 2, 1)
    assert flow(frame, "after", "m") == (1, None, 0, 0, 0)


def test_invitations_say_who_was_asked(mart: Mart, tables: dict[str, Rows]) -> None:
    asked = {"invitation_for": "k", "respondent": "self", "wave": "before", "outcome": None}
    tables["core.invitation"] = [{**asked, "invited_id": person} for person in ("a", "b", "c", "d")]
    frame = mart("mart.participant_flow", tables)
    assert flow(frame, "before") == (4, 4, 3, 2, 1)
    assert flow(frame, "before", "f") == (2, 2, 2, 2, 1)
    assert flow(frame, "after") == (4, None, 2, 2, 1)


def test_an_invitation_without_wave_and_respondent_counts_for_each(
    mart: Mart, tables: dict[str, Rows]
) -> None:
    loose = {"invitation_for": "k", "respondent": "unknown", "wave": "none", "outcome": None}
    tables["core.invitation"] = [
        {**loose, "invited_id": "a"},
        {**loose, "invited_id": "a", "respondent": "self", "wave": "after"},  # once more: still one person
    ]
    frame = mart("mart.participant_flow", tables)
    assert flow(frame, "before")[1] == 1
    assert flow(frame, "after")[1] == 1
    assert flow(frame, "after", "m")[1] == 0


def test_a_respondent_who_was_asked_and_never_answered_shows(mart: Mart, tables: dict[str, Rows]) -> None:
    asked = {"invitation_for": "k", "respondent": "parent", "wave": "after", "outcome": "refused"}
    tables["core.invitation"] = [{**asked, "invited_id": "a"}]
    parents = mart("mart.participant_flow", tables).filter(
        (pl.col("respondent") == "parent") & (pl.col("grp") == "all")
    )
    assert parents.select("wave", *STEPS).rows() == [("after", 4, 1, 0, 0, 0)]
