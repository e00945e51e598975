"""Scores against a norm by respondent, age and sex, and scales made of scales; by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from instruments import InstrumentError, Library, load_library, score_answers, score_wide

OWN = """\
id: strengths
version: "1"
kind: questionnaire
level: interval
title: {lv: Stiprās puses, en: Strengths}
short_title: {lv: Stiprās puses, en: Strengths}
citation: none
terms: {lv: brīvs, en: free}
respondents: [self, parent]
answer_sets:
  often: {minimum: 0, maximum: 2, options: [{value: 0, label: {lv: nē, en: never}},
          {value: 1, label: {lv: dažreiz, en: sometimes}}, {value: 2, label: {lv: jā, en: always}}]}
items:
  - {code: a1, label: {lv: a1, en: a1}, answers: often}
  - {code: a2, label: {lv: a2, en: a2}, answers: often, reversed: true}
  - {code: b1, label: {lv: b1, en: b1}, answers: often}
  - {code: b2, label: {lv: b2, en: b2}, answers: often}
  - {code: b3, label: {lv: b3, en: b3}, answers: often}
scale_defaults: {better_is: higher, method: mean, metric: mean, missing: {minimum_share: 0.5, by_authors: true}}
scales:
  - {id: total, label: {lv: Kopā, en: Total}, parts: [a, b]}
  - {id: a, label: {lv: A, en: A}, items: [a1, a2]}
  - {id: b, label: {lv: B, en: B}, items: [b1, b2, b3]}
  - id: standing
    label: {lv: Vieta, en: Standing}
    items: [b1, b2, b3]
    method: sum
    metric: z
    norms:
      - {metric: sum, mean: 3, sd: 1.5, respondents: [self], status: D}
      - {metric: sum, mean: 4, sd: 1, respondents: [self], ages: [8, 11], status: D}
      - {metric: sum, mean: 5, sd: 2, respondents: [self], ages: [8, 11], sex: f, status: D}
      - {metric: sum, mean: 2, sd: 0.5, respondents: [parent], sex: m, status: D}
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "strengths.yaml").write_text(OWN, encoding="utf-8")
    return load_library(tmp_path)


def test_a_total_is_the_mean_of_its_scales_and_not_of_its_items(
    library: Library, answer_rows: Callable[..., pl.DataFrame]
) -> None:
    # a: (2 + (2 - 1)) / 2 = 1.5; b: (0 + 1 + 2) / 3 = 1; total (1.5 + 1) / 2, the mean of the items would be 1.2
    sheet: dict[str, float | None] = {"a1": 2.0, "a2": 1.0, "b1": 0.0, "b2": 1.0, "b3": 2.0}
    rows = score_answers(answer_rows("strengths", sheet), library).rows_by_key(
        "scale", named=True, unique=True
    )
    assert [rows[scale]["score"] for scale in ("a", "b", "total")] == [1.5, 1, 1.25]
    assert (rows["total"]["items_answered"], rows["total"]["items"]) == (5, 5)
    assert not rows["total"]["prorated"]


def test_a_total_with_a_scale_missing(library: Library, answer_rows: Callable[..., pl.DataFrame]) -> None:
    # b lacks two of three items; half of the scales is enough, and the total is a's alone: (2 + 2) / 2
    sheet: dict[str, float | None] = {"a1": 2.0, "a2": 0.0, "b1": 1.0}
    rows = score_answers(answer_rows("strengths", sheet), library).rows_by_key(
        "scale", named=True, unique=True
    )
    assert rows["b"]["reason"] == "2 of 3 items missing; at most 1 may be"
    assert (rows["total"]["score"], rows["total"]["prorated"], rows["total"]["items_answered"]) == (
        2,
        True,
        3,
    )
    nothing = score_answers(answer_rows("strengths", {"b1": 1.0}), library)
    assert nothing.filter(scale="total")["reason"].to_list() == ["2 of 2 scales missing; at most 1 may be"]


def test_z_takes_the_norm_closest_to_the_person(library: Library) -> None:
    people = pl.DataFrame(
        {
            "b1": [2.0] * 4,
            "b2": [2.0] * 4,
            "b3": [1.0] * 4,
            "age": [9, 9, 15, None],
            "sex": ["f", "m", "f", None],
        }
    )
    found = score_wide(people, library["strengths"], "self")["standing"].struct
    # a sum of 5: (5 - 5) / 2, (5 - 4) / 1, and (5 - 3) / 1.5 for those outside or unknown
    assert found.field("score").to_list() == pytest.approx([0, 1, 2 / 1.5, 2 / 1.5])
    assert found.field("raw").to_list() == [5, 5, 5, 5]
    without = score_wide(people.drop("age", "sex"), library["strengths"], "self")["standing"].struct
    assert without.field("score").to_list() == pytest.approx([2 / 1.5] * 4)


def test_a_person_without_a_norm_gets_the_reason(library: Library) -> None:
    people = pl.DataFrame({"b1": [2.0] * 2, "b2": [2.0] * 2, "b3": [1.0] * 2, "sex": ["m", "f"]})
    found = score_wide(people, library["strengths"], "parent")["standing"].struct
    assert found.field("score").to_list() == [6, None]
    assert found.field("reason").to_list() == [None, "no norm for this respondent, age and sex"]


def test_ranges_and_norms_of_a_z(library: Library) -> None:
    strengths = library["strengths"]
    # of 0 to 6 by the norms 3 ± 1.5, 4 ± 1, 5 ± 2
    assert strengths.score_range("standing", "self") == pytest.approx((-4, 2))
    norm = strengths.scale("standing").norm_for("self")
    assert norm is not None
    assert (norm.mean, norm.sd, norm.metric) == (0, 1, "z")
    assert strengths.score_range("total", "self") == (0, 2)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "parts: [a, b]",
            "parts: [a, c]",
            "scales.total.parts: names the scale c, which the measure doesn't have",
        ),
        ("parts: [a, b]", "parts: [a, b], method: table", "scales.total.method: a scale made of scales is"),
        ("ages: [8, 11], sex: f", "ages: [10, 12]", "scales.standing.norms.2: two norms hold for the same"),
        ("    method: sum\n", "    method: table\n", "scales.standing.metric: a z is of a sum or a mean"),
    ],
)
def test_mistakes(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in OWN
    (tmp_path / "strengths.yaml").write_text(OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InstrumentError) as caught:
        load_library(tmp_path)
    assert any(expected in str(problem) for problem in caught.value.problems), caught.value.problems
