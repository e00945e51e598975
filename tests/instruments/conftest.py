"""Fixtures: the shipped measures, and `score`, which scores one scale from a line of answers."""

from collections.abc import Callable

import polars as pl
import pytest

from instruments import Library, load_library, score_answers

Answers = dict[str, float | None]


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="session")
def answer_rows() -> Callable[..., pl.DataFrame]:
    """A questionnaire as rows: one for each item answered or left out."""

    def rows(
        instrument: str,
        answers: Answers,
        respondent: str = "self",
        person: str = "p1",
        wave: str = "baseline",
    ) -> pl.DataFrame:
        return pl.DataFrame(
            {"item": list(answers), "answer": list(answers.values())},
            schema={"item": pl.String, "answer": pl.Float64},
        ).select(
            pl.lit(person).alias("participant_id"),
            pl.lit(instrument).alias("instrument"),
            pl.lit(respondent).alias("respondent"),
            pl.lit(wave).alias("wave"),
            "item",
            "answer",
        )

    return rows


@pytest.fixture
def score(library: Library, answer_rows: Callable[..., pl.DataFrame]) -> Callable[..., object]:
    """Score one scale from its answers in the order of its items, a point for each item left out.

    Gives (raw, score), each to two decimals, with "prorated" behind them if it was; else the reason.
    """

    def of(instrument: str, scale: str, line: str, respondent: str = "self") -> object:
        items = library[instrument].scale(scale).items
        given = [None if word == "." else float(word) for word in line.split()]
        rows = answer_rows(instrument, dict(zip(items, given, strict=True)), respondent)
        found = score_answers(rows, library).row(by_predicate=pl.col("scale") == scale, named=True)
        if not found["scored"]:
            assert found["score"] is None
            return found["reason"]
        assert found["reason"] is None
        figures = (round(found["raw"], 2), round(found["score"], 2))
        return (*figures, "prorated") if found["prorated"] else figures

    return of
