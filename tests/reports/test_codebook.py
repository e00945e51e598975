"""The codebook: each measure's page holds what its definition says, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from instruments import load_library
from instruments.items import Direction, Kind, Metric, Missing, Status
from reports.codebook import codebook_page
from reports.index import Entry, release_index
from reports.language import words_for
from reports.release import write_codebook
from tests.reports.example_marts import context
from tests.reports.reading import text_of

LIBRARY = load_library()
CONTEXT = context()
OWN = """\
id: own
version: "3"
kind: questionnaire
level: interval
title: {lv: Sava anketa, en: A <b>form</b> of our own}
short_title: {lv: Sava, en: Own}
citation: none
terms: {lv: brīvs, en: free}
respondents: [self, parent]
ages: [8, 12]
items:
  - {code: a, label: {lv: a, en: a}, minimum: 0, maximum: 4, reversed: true}
  - {code: b, label: {lv: b, en: b}, minimum: 0, maximum: 4}
scales:
  - id: first
    label: {lv: Pirmā, en: First}
    items: [a, b]
    method: sum
    metric: z
    better_is: lower
    missing: {minimum_answered: 1, by_authors: true}
    norms:
      - {metric: sum, mean: 3.5, sd: 1.25, respondents: [self], ages: [8, 9], sex: f, status: V2, source: there}
    reliability: [{kind: retest, value: 0.815, status: V, source: here}]
    important_difference: [{value: 0.4, status: V, source: elsewhere}]
notes: [{text: A note in one language., status: D}]
"""


def page(instrument: str, language: str) -> str:
    return codebook_page(CONTEXT, LIBRARY[instrument], words_for(language)).decode()


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("instrument", list(LIBRARY))
def test_a_page_names_every_item_scale_source_and_term(instrument: str, language: str) -> None:
    measure, shown = LIBRARY[instrument], text_of(page(instrument, language).encode())
    expected = [measure.id, measure.version, measure.title.in_language(language), measure.citation]
    expected += [measure.terms.in_language(language)]
    expected += [part for item in measure.items for part in (item.code, item.label.in_language(language))]
    expected += [scale.label.in_language(language) for scale in measure.scales]
    expected += [note.in_language(language) for note in measure.notes]
    expected += [note.source for note in measure.notes]
    expected += [words_for(language).name("missing_fact", fact) for fact in measure.not_found]
    squeezed = " ".join(shown.split())
    assert [text for text in expected if " ".join(text.split()) not in squeezed] == []


def test_the_page_of_a_measure_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    html = codebook_page(CONTEXT, load_library(tmp_path)["own"], words_for("en")).decode()
    assert "A &lt;b&gt;form&lt;/b&gt; of our own" in html
    shown = " ".join(text_of(html.encode()).split())
    for text in (
        "Sum of the items as they count. Less the norm's mean, divided by its standard deviation.",
        "z-score",
        "lower",
        "At most 1 of 2 may be missing (the authors' rule).",
        "mean 3.5, SD 1.25 (self-report; ages 8–9; Female; read in a third party's copy: there)",
        "test-retest 0.82 (verified: here)",
        "0.4 (verified: elsewhere)",
        # (0 - 3.5) / 1.25 and (8 - 3.5) / 1.25
        "−2.8 to 3.6",
        "A note in one language.",
    ):
        assert text.lower() in shown.lower(), text


def test_the_scoring_is_written_out_of_the_rule() -> None:
    shown = " ".join(text_of(page("kidscreen52", "en").encode()).split())
    assert "At most 1 of 5 may be missing (the authors' rule). With one missing the authors' table" in shown
    assert "None may be missing (the authors' rule)." in shown
    assert "1 → 3, 2 → 2, 3 → 2, 4 → 1, 5 → 1" in shown
    goals = " ".join(text_of(page("goal_attainment", "en").encode()).split())
    assert "T = 50 + 10 Σwx / √((1 − ρ) Σw² + ρ (Σw)²), ρ = 0.3" in goals
    assert "50-95 %" in page("icf", "lv")


def test_latvian_pages_have_a_decimal_comma() -> None:
    shown = text_of(page("kidscreen10", "lv").encode())
    assert "Kronbaha alfa 0,82" in shown
    without_sources = re.sub(r"\d\.1\.0|2019\.1|https?://\S+|1\.\d{4,5}\)?", "", shown)
    assert re.findall(r"alfa \d\.\d", without_sources) == []


def test_every_code_of_a_measure_has_a_name() -> None:
    kinds = {
        "measure_kind": Kind,
        "metric": Metric,
        "direction": Direction,
        "status": Status,
        "missing_fact": Missing,
    }
    for language in ("lv", "en"):
        words = words_for(language)
        unnamed = [
            code for kind, codes in kinds.items() for code in get_args(codes) if not words.knows(kind, code)
        ]
        assert unnamed == []


def test_pages_are_written_once_and_linked_from_both_editions(tmp_path: Path) -> None:
    written = write_codebook(tmp_path, CONTEXT, "lv")
    assert {path.relative_to(tmp_path).as_posix() for path in written} == {
        f"codebook/{instrument}.lv.html" for instrument in LIBRARY
    }
    entry = Entry("codebook", "../codebook/icf", (("lv", "SFK"), ("en", "ICF")))
    index = release_index(CONTEXT, [entry]).decode()
    assert '<a href="../codebook/icf.en.html">ICF</a>' in index
    assert "icf.lv.pdf" not in index
