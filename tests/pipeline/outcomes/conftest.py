"""A measure, a plan and frames small enough to compute by hand."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import pytest

from instruments import Instrument, Library
from pipeline.plan import Evaluation
from pipeline.schemas import CORE, MART

Waves = Mapping[str, tuple[float | None, ...]]
ScoreRows = Callable[..., pl.DataFrame]
MakeEvaluation = Callable[..., Evaluation]


def _scale(name: str, **more: object) -> dict[str, object]:
    plain = {
        "id": name,
        "label": {"lv": name, "en": name},
        "items": ["a", "b", "c"],
        "method": "sum",
        "metric": "sum",
        "better_is": "higher",
        "level": "interval",
        "missing": {"at_most": 0, "by_authors": True},
    }
    return plain | more


@pytest.fixture(scope="session")
def library() -> Library:
    """One measure, `mood`: three items rated 1 to 5, `c` reversed.

    Scales: `ease` (norm 50, SD 10 and nothing else published), `calm` (reliability .70 verified for self),
    `worry` (lower is better, a published important difference of 2), `rank` (ordinal, no norm).
    """
    norm = {"metric": "sum", "mean": 50, "sd": 10, "status": "V"}
    verified = {"kind": "retest", "value": 0.7, "respondents": ["self"], "status": "V"}
    remembered = {"kind": "alpha", "value": 0.9, "respondents": ["self"], "status": "M"}
    items = [
        {"code": code, "label": {"lv": code, "en": code}, "minimum": 1, "maximum": 5}
        for code in ("a", "b", "c")
    ]
    items[2]["reversed"] = True
    text = {"lv": "garastāvoklis", "en": "mood"}
    mood = Instrument.model_validate(
        {
            "id": "mood",
            "version": "1",
            "kind": "questionnaire",
            "title": text,
            "short_title": text,
            "citation": "made up for the tests",
            "level": "interval",
            "terms": text,
            "respondents": ["self", "parent"],
            "items": items,
            "scales": [
                _scale("ease", norms=[norm], reliability=[remembered]),
                _scale("calm", norms=[norm], reliability=[verified]),
                _scale("worry", better_is="lower", important_difference=[{"value": 2, "status": "V"}]),
                _scale("rank", level="ordinal"),
            ],
        }
    )
    return Library({"mood": mood})


@pytest.fixture(scope="session")
def make_evaluation() -> MakeEvaluation:
    """An evaluation with the outcomes given, as in the plan's YAML; other keys as keywords."""

    def make(*outcomes: Mapping[str, object], **more: Any) -> Evaluation:
        day = {"from": "2020-01-01", "to": "2020-01-31"}
        plain = {
            "id": "trial",
            "title": {"lv": "izmēģinājums", "en": "trial"},
            "waves": {"before": day, "after": {"after_months": 12, "window_days": 30}},
            "pre": "before",
            "post": "after",
            "months": 12,
            "reporting_year": 2020,
            "outcomes": [{"instrument": "mood", "respondent": "self", **outcome} for outcome in outcomes],
        }
        return Evaluation.model_validate(plain | more)

    return make


@pytest.fixture(scope="session")
def score_rows() -> ScoreRows:
    """Rows of core.score from {person: (score before, score after)}; None is a scale that isn't scored."""

    def rows(scale: str, persons: Waves, respondent: str = "self", instrument: str = "mood") -> pl.DataFrame:
        questionnaires = [
            (person, wave, score)
            for person, scored in persons.items()
            for wave, score in zip(("before", "after"), scored, strict=True)
        ]
        return pl.DataFrame(
            [
                {
                    "participant_id": person,
                    "instrument": instrument,
                    "respondent": respondent,
                    "wave": wave,
                    "scale": scale,
                    "raw": score,
                    "score": score,
                    "metric": "sum",
                    "items_answered": 3,
                    "items": 3,
                    "prorated": False,
                    "scored": score is not None,
                    "reason": None,
                }
                for person, wave, score in questionnaires
            ],
            schema=CORE["core.score"].create_empty().schema,
        )

    return rows


@pytest.fixture(scope="session")
def members_of() -> Callable[..., pl.DataFrame]:
    """Rows of core.population_member: everybody in `all`, and {population: {group: persons}} besides."""

    def members(persons: str, **breakdowns: Mapping[str, str]) -> pl.DataFrame:
        rows = [("trial", "all", "all", person) for person in persons.split()]
        for population, groups in breakdowns.items():
            for group, inside in groups.items():
                rows += [("trial", population, group, person) for person in inside.split()]
        schema = CORE["core.population_member"].create_empty().schema
        return pl.DataFrame(rows, schema=schema, orient="row")

    return members


@pytest.fixture(scope="session")
def no_reliability() -> pl.DataFrame:
    """Reliability of an evaluation whose answers to the items aren't known."""
    return pl.DataFrame(schema=MART["mart.reliability"].create_empty().schema)
