"""The library: what is shipped, a home's own measures and tables, and mistakes that are named."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from instruments import InstrumentError, load_library, score_answers

WEIGHT = """\
id: body_weight
version: "1"
kind: questionnaire
level: interval
title: {lv: Ķermeņa svars, en: Body weight}
short_title: {lv: Svars, en: Weight}
citation: none
terms: {lv: brīvs, en: free}
respondents: [assessor]
items:
  - {code: weight, label: {lv: svars, en: weight}, minimum: 50, maximum: 150}
  - {code: mood, label: {lv: garastāvoklis, en: mood}, minimum: 1, maximum: 4, reversed: true}
  - {code: sleep, label: {lv: miegs, en: sleep}, minimum: 1, maximum: 4}
scales:
  - id: weight
    label: {lv: Svars, en: Weight}
    items: [weight]
    method: single_item
    metric: sum
    better_is: higher
    missing: {at_most: 0, by_authors: false}
  - id: comfort
    label: {lv: Labsajūta, en: Comfort}
    items: [mood, sleep]
    method: sum
    metric: percent
    better_is: higher
    missing: {minimum_answered: 1, by_authors: false}
"""


def home_with(folder: Path, text: str, name: str = "body_weight.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(InstrumentError) as caught:
        load_library(home_with(folder, text))
    assert "\n" not in str(caught.value)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_measures_in_stable_order() -> None:
    assert list(load_library()) == [
        "beach_center_fqol",
        "fqols2006",
        "goal_attainment",
        "icf",
        "kidscreen10",
        "kidscreen27",
        "kidscreen52",
        "sqol_change",
        "sqol_state",
        "stakeholder_survey",
    ]


def test_a_homes_own_measure_is_scored(tmp_path: Path, answer_rows: Callable[..., pl.DataFrame]) -> None:
    library = load_library(home_with(tmp_path, WEIGHT))
    answers = answer_rows("body_weight", {"weight": 81.5, "mood": 2.0, "sleep": 4.0}, respondent="assessor")
    scores = score_answers(answers, library).rows_by_key("scale", named=True, unique=True)
    assert scores["weight"]["score"] == 81.5
    # mood reversed 5 - 2 = 3; 3 + 4 = 7; (7 - 2) / 6 of the range
    assert (scores["comfort"]["raw"], round(scores["comfort"]["score"], 2)) == (7, 83.33)


def test_a_home_without_measures_of_its_own_has_the_shipped_ones(tmp_path: Path) -> None:
    assert list(load_library(tmp_path / "instruments")) == list(load_library())


def test_a_homes_measure_stands_in_place_of_a_shipped_one(tmp_path: Path) -> None:
    library = load_library(home_with(tmp_path, WEIGHT.replace("id: body_weight", "id: sqol_state", 1)))
    assert library["sqol_state"].title.en == "Body weight"


def test_a_homes_table_replaces_a_shipped_one(
    tmp_path: Path, answer_rows: Callable[..., pl.DataFrame]
) -> None:
    name = "kidscreen10_self_raw_to_rasch_T.csv"
    shipped = (files("instruments") / "tables" / name).read_text(encoding="utf-8")
    # the row of raw sum 50: its T becomes 80
    (tmp_path / name).write_text(shipped.replace("83.8102285808,83.81", "80,80.00"), encoding="utf-8")
    best = {f"k{n}": 1.0 if n in (3, 4) else 5.0 for n in range(1, 11)}
    scores = score_answers(answer_rows("kidscreen10", best), load_library(tmp_path))
    assert scores["score"].to_list() == [80]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "better_is: higher\n    missing: {at_most",
            "missing: {at_most",
            "scales.weight.better_is: is missing: add it",
        ),
        (
            "items: [mood, sleep]",
            "items: [mood, slep]",
            "names the item slep, which the measure doesn't have",
        ),
        ("maximum: 150", "maximun: 150", "items.weight.maximun: is no known key: did you mean 'maximum'?"),
        ("minimum: 50, maximum: 150", "minimum: 150, maximum: 50", "minimum 150 isn't below maximum 50"),
        (
            "minimum: 50, maximum: 150",
            "minimum: 50",
            "items.weight: a rated item needs `minimum` and `maximum`",
        ),
        ("items: [weight]", "items: [weight, sleep]", "is a single item, but names 2 items"),
        ("kind: questionnaire", "kind: quiz", "kind: 'quiz' is none of questionnaire, rated_change"),
        ("code: sleep", "code: mood", "the item mood stands 2 times"),
        ("{at_most: 0,", "{at_most: 0, minimum_answered: 1,", "give exactly one of at_most"),
        ("metric: percent", "metric: t", "a T-value comes from a table"),
        ("citation: none", "citation: none\ncitation: twice", "the key 'citation' stands twice"),
        (
            "maximum: 150}",
            "maximum: 150, answers: feelings}",
            "the answer set 'feelings' isn't under `answer_sets`",
        ),
        (", en: Body weight}", "}", "title.en: is missing: add it"),
        (
            "respondents: [assessor]",
            "respondents: assessor",
            "respondents: 'assessor' is no list: write it in brackets",
        ),
        (
            "items: [mood, sleep]",
            "items: mood",
            "scales.comfort.items: 'mood' is no list: write it in brackets",
        ),
    ],
)
def test_mistakes_are_named_with_their_place(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in WEIGHT
    found = problems(tmp_path, WEIGHT.replace(old, new, 1))
    assert any(expected in problem for problem in found), found
    assert all(problem.startswith("body_weight.yaml:") for problem in found)


@pytest.mark.parametrize(
    ("old", "new", "line_with", "expected"),
    [
        (
            "items: [mood, sleep]",
            "items: [mood, slep]",
            "[mood, slep]",
            "scales.comfort.items: names the item slep, which the measure doesn't have: "
            "add the item or mend the code",
        ),
        (
            "kind: questionnaire",
            "kind: question",
            "kind: question",
            "kind: 'question' is none of questionnaire, rated_change, classification, goals, survey: "
            "write one of these (did you mean questionnaire?)",
        ),
        ("minimum: 50,", "minimum: fifty,", "fifty", "items.weight.minimum: 'fifty' is no number: write one, "
         "with a decimal point"),
        ("metric: percent", "metric: z", "metric: z", "scales.comfort.metric: a z needs the mean and SD of the "
         "raw score: add a norm with metric `sum` or `mean`"),
        ("metric: percent", "metric: percent\n    norm: {}", "norm: {}",
         "scales.comfort.norm: is no known key: did you mean 'norms'?"),
        (
            "    better_is: higher\n    missing: {minimum_answered",
            "    better_is: higher\n    norms: [{metric: percent, mean: 50, sd: 10, status: D}, "
            "{metric: percent, mean: 40, sd: 9, status: D}]\n    missing: {minimum_answered",
            "norms: [",
            "scales.comfort.norms.1: two norms hold for the same respondent, age and sex: restrict one of them",
        ),
        ("id: comfort", "id: weight", "id: weight", "scales.weight: the scale weight stands 2 times: keep one"),
        ("title: {lv: Ķermeņa svars, en: Body weight}", "title: {lv: Ķermeņa svars, en: Body: weight}",
         "Body: weight", "no valid YAML: "),
    ],
)  # fmt: skip
def test_a_mistake_has_file_line_path_and_mend(
    tmp_path: Path, old: str, new: str, line_with: str, expected: str
) -> None:
    text = WEIGHT.replace(old, new, 1)
    line = next(number for number, words in enumerate(text.splitlines(), start=1) if line_with in words)
    found = problems(tmp_path, text)
    assert any(problem.startswith(f"body_weight.yaml:{line}: {expected}") for problem in found), found


@pytest.mark.parametrize("text", ["id: \x07", "a: &a [*a]", "? {a: 1}\n: 2", "{" * 3000, "a: 2020-99-99", ""])
def test_whatever_stands_in_a_file_the_error_is_ours(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


def test_all_mistakes_of_a_file_are_in_the_error(tmp_path: Path) -> None:
    text = WEIGHT.replace("[mood, sleep]", "[mood, slep]").replace("maximum: 150", "maximum: 5")
    assert len(problems(tmp_path, text)) == 2


TABLE_SCALE = """\
    method: table
    metric: t
    conversion: {assessor: {table: own, where: {dimension: comfort}}}
    better_is: higher
    missing: {minimum_answered: 1, by_authors: false}
tables:
  own: {file: own.csv, key: raw, value: T, status: M}
"""
WITH_TABLE = WEIGHT[: WEIGHT.index("    method: sum")] + TABLE_SCALE
ROWS = [f"comfort,{raw},{30 + 5 * raw}" for raw in range(2, 9)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row for row in ROWS if "comfort,5," not in row], "has no row for the raw sum 5"),
        ([*ROWS, "comfort,9,75"], "has a row for the raw sum 9, which the items can't make"),
        ([*ROWS[:2], ROWS[3], ROWS[2], *ROWS[4:]], "isn't in the order of the raw sum"),
        ([*ROWS, "comfort,8,71"], "has the raw sum 8 more than once"),
        ([*ROWS[:-1], "comfort,8,12"], "has a score that doesn't rise with the raw sum"),
        ([*ROWS[:-1], "comfort,8,x"], "own.csv, line 8, column T: 'x' is no number: mend the CSV"),
    ],
)
def test_a_faulty_conversion_table_is_named(tmp_path: Path, rows: list[str], expected: str) -> None:
    (tmp_path / "own.csv").write_text("\n".join(["dimension,raw,T", *rows]), encoding="utf-8")
    found = problems(tmp_path, WITH_TABLE)
    assert any(expected in problem for problem in found), found


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path, WITH_TABLE) == [
        f"body_weight.yaml:{WITH_TABLE.count(chr(10))}: tables.own.file: "
        "the table own.csv is neither shipped nor beside the measure: "
        "add the CSV or mend the name"
    ]


def test_a_file_that_is_no_measure_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path, "- just\n- a list\n") == [
        "body_weight.yaml:1: a measure is a mapping that begins with `id:`"
    ]
