from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from reports import Entry, Press, RenderedReport, evaluation_report, release_index
from reports.commentary import comments_by_heading
from reports.context import View
from reports.document import Column, Table, escape
from reports.figures import SingleBars
from reports.sections.participation import participation
from tests.reports.example_marts import changes, context
from tests.reports.reading import read, row_of, text_of


def test_the_html_stands_alone_and_says_its_language(latvian: RenderedReport) -> None:
    page = latvian.html.decode()
    assert '<html lang="lv">' in page
    assert "<main" in page
    assert 'href="#content"' in page
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)


def test_no_heading_level_is_skipped(latvian: RenderedReport) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", latvian.html.decode())]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_pdf_is_tagged_and_claims_pdf_ua(latvian: RenderedReport) -> None:
    # Typst refuses to write a document that breaks PDF/UA-1; what it wrote says which part it keeps to.
    assert latvian.pdf.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in latvian.pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in latvian.pdf


def test_every_figure_has_an_alternative_with_its_numbers(latvian: RenderedReport) -> None:
    alternatives = read(latvian.html).alternatives
    assert len(alternatives) == latvian.html.count(b"<figcaption") > 0
    assert all(alternative and len(alternative) > 40 for alternative in alternatives)
    assert any("sasniegti 78%" in (alternative or "") for alternative in alternatives)


def test_every_reference_to_a_table_leads_to_it(latvian: RenderedReport) -> None:
    page = latvian.html.decode()
    referred = re.findall(r'href="#(table-(\d+))"[^>]*>(\d+)\.\s*tabula<', page)
    assert len(referred) > 5
    assert all(number == shown and f'id="{anchor}"' in page for anchor, number, shown in referred)
    assert "numbers of figure" not in page


def test_the_flow_of_persons_is_told_with_those_lost(english: RenderedReport) -> None:
    """102 eligible; 70 and 64 answered, 64 scored at each wave, 60 at both; nobody said who was asked."""
    [alternative] = [
        text or "" for text in read(english.html).alternatives if "Boxes with arrows" in (text or "")
    ]
    assert (
        "Beach Center FQOL, parent report: 102; start 70 → 64; end 64 → 64; Scored at both waves 60"
        in alternative
    )
    svg = evaluation_flow()
    # Those who did not answer, and those whose answers give no score; nobody lost is not written.
    assert [text for text in ("−32", "−38", "−6", "−0") if f">{text}<" in svg] == ["−32", "−38", "−6"]
    assert ">Asked<" not in svg


def evaluation_flow() -> str:
    """The drawn flow of the example."""
    section = participation(View.of(context(), "children-2019", "en"))
    return str(section.values["figures"][0].svg.decode())


def test_the_same_input_gives_the_same_bytes(latvian: RenderedReport) -> None:
    again = evaluation_report("children-2019", "lv", context())
    assert again == latvian
    assert again.pdf == latvian.pdf


def test_a_figure_drawn_anew_has_the_same_bytes() -> None:
    bars = SingleBars(("Ā", "B"), (1.5, 2.0), ("1,5", "2"))
    first = bars.svg()
    SingleBars.svg.cache_clear()
    assert bars.svg() == first
    assert b"<date>" not in first


def test_no_machine_word_for_nothing_reaches_the_reader(
    latvian: RenderedReport, english: RenderedReport
) -> None:
    for report in (latvian, english):
        assert re.findall(r"\b(?:nan|NaN|None|null|inf|True|False)\b", text_of(report.html)) == []


def test_goals_and_services_are_the_published_figures(latvian: RenderedReport) -> None:
    goals = row_of(latvian.html, "Ģimenes atbalsta spēju stiprināšana")
    assert goals[1:7] == ["195", "152\xa0(78%)", "30\xa0(15%)", "13\xa0(7%)", "0", "167 (86%)"]
    social = row_of(latvian.html, "Sociālās")
    assert social[1:] == ["340\xa0178,90", "48%", "62\xa0733", "99", "5,42", "3\xa0436,15", "286,35"]


def test_a_hidden_row_shows_no_number(latvian: RenderedReport) -> None:
    assert set(row_of(latvian.html, "Autonomija")[1:]) == {"–"}
    assert set(row_of(latvian.html, "Nepilna laika darbs")[1:]) == {"–"}
    assert set(row_of(latvian.html, "Ādažu novads")[1:]) == {"–"}
    assert "–: nav rādīts, lai aizsargātu privātumu." in text_of(latvian.html)


def test_single_hidden_counts_are_hidden_and_the_rest_stays(latvian: RenderedReport) -> None:
    self_care = row_of(latvian.html, "d5 Pašaprūpe")
    assert self_care[1:6] == ["100", "25\xa0(25%)", "–", "20\xa0(20%)", "–"]


def test_what_could_not_be_computed_says_why(latvian: RenderedReport) -> None:
    assert row_of(latvian.html, "Autonomija (KIDSCREEN-52, pašvērtējums)")[3] == "…"
    assert "uz kādu jautājumu visi atbildējuši vienādi" in text_of(latvian.html)


def test_improved_is_shown_beside_worsened(english: RenderedReport) -> None:
    # improved only 20 + both 27 = 47; worsened only 8 + both 27 = 35
    said = "of 100 persons 47\xa0(47%) improved in at least one domain; 35\xa0(35%) worsened in at least one"
    assert " ".join(said.split()) in text_of(english.html)


def test_verdicts_are_told_without_a_cause(english: RenderedReport) -> None:
    shown = text_of(english.html)
    assert (
        "a change for the better. Mean change +2.50 (95% interval 0.50; 4.50; n = 60; adjusted p <0.001)"
        in shown
    )
    assert not re.search(r"programme (?:caused|improved|led to)|because of the programme|thanks to", shown)


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("improved", "a change for the better."),
        ("worsened", "a change for the worse."),
        ("trivial_change", "a change, but a smaller one than the 0.50 that the plan calls relevant."),
        ("no_relevant_change", "no relevant change; a mean change of 0.50 or more can be ruled out."),
        ("inconclusive", "the data do not settle whether anything changed."),
        ("not_estimable", "a change cannot be estimated."),
    ],
)
def test_each_verdict_has_its_sentence(verdict: str, said: str) -> None:
    family = changes().filter(instrument="beach_center_fqol")
    frame = family.with_columns(verdict=pl.lit(verdict), smallest_effect=pl.lit(0.5))
    shown = evaluation_report("children-2019", "en", context(tables={"mart.score_change": frame}))
    assert said in text_of(shown.html)


def test_at_most_six_headlines(english: RenderedReport) -> None:
    summary = english.html.decode().split('<section id="summary"')[1].split('class="box"')[0]
    assert summary.count("<li>") == 6


def test_municipalities_stand_in_latvian_order(latvian: RenderedReport) -> None:
    names = [
        row[0]
        for row in read(latvian.html).rows
        if row and row[0] in ("Ādažu novads", "Liepāja", "Tukuma novads")
    ]
    assert names == ["Ādažu novads", "Liepāja", "Tukuma novads"]


def test_an_evaluation_without_data_is_told_as_such() -> None:
    shown = evaluation_report("empty-2024", "lv", context(tables={}))
    said = text_of(shown.html)
    assert "Rezultātu pagaidām nav." in said
    assert "Neviena anketa vēl nav aizpildīta." in said
    assert "Mērķi" not in [row[0] for row in read(shown.html).rows if row]
    assert shown.pdf.startswith(b"%PDF")


def test_only_the_evaluators_edition_says_restricted(latvian: RenderedReport) -> None:
    restricted = evaluation_report("children-2019", "lv", context("restricted"))
    mark = "Ierobežota pieejamība: nenodot tālāk"
    assert mark in text_of(restricted.html)
    assert mark not in text_of(latvian.html)


def test_the_banner_stands_only_over_synthetic_data(latvian: RenderedReport) -> None:
    real = context(plan=context().plan.model_copy(update={"synthetic": False}))
    assert "Sintētiski dati" in text_of(latvian.html)
    assert "Sintētiski dati" not in text_of(evaluation_report("children-2019", "lv", real).html)


def test_the_evaluators_words_stand_in_their_section_marked() -> None:
    goals = "# Mērķi\n\n## Sīkāk\n\nMērķi bija *augsti*. <script>alert(1)</script>\n\n"
    written = f"Sākumā.\n\n{goals}# Cits\n\nBeigas."
    shown = evaluation_report(
        "children-2019", "lv", replace(context(), commentary={("children-2019", "lv"): written})
    ).html.decode()
    section = shown.split('<section id="goals"')[1].split("<section id=")[0]
    assert "Vērtētāja piezīme" in section
    assert "<em>augsti</em>" in section
    assert "<script>" not in shown
    assert "Beigas." in shown.split('<section id="comments"')[1].split("<section id=")[0]


def test_comments_are_divided_by_their_highest_headings() -> None:
    found = comments_by_heading("before\n## A\none\n### deeper\ntwo\n## B\nthree")
    assert {name: comment.text for name, comment in found.items()} == {
        "": "before",
        "a": "one\n**deeper**\ntwo",
        "b": "three",
    }


def test_a_cell_means_just_its_text() -> None:
    table = Table("t", [Column("a|b", 3, "left"), Column("n", 2)], [["*x*", "1 | 2"]])
    assert table.markdown().splitlines() == [r"| a\|b | n |", "| :---- | ---: |", r"| \*x\* | 1 \| 2 |"]
    assert escape("2024. gads") == r"2024\. gads"


@pytest.mark.slow  # processes of their own; every run of the main job shows it too
def test_all_reports_of_a_release_are_written(tmp_path: Path) -> None:
    heard: list[str] = []
    made = context()
    press = Press(made.plan.languages)
    press.begin(made, tmp_path)
    press.begin(replace(made, edition="restricted"), tmp_path / "restricted")
    written = press.finish(heard.append)
    press.close()
    stems = ("children-2019", "empty-2024", "stakeholders-2024")
    endings = ("html", "pdf", "docx", "xlsx")
    names = {f"{stem}.{code}.{ending}" for stem in stems for code in ("lv", "en") for ending in endings}
    folders = {"restricted", "codebook", "plain"}
    assert {path.name for path in tmp_path.iterdir()} == {*names, *folders, "index.html"}
    assert {path.name for path in (tmp_path / "restricted").iterdir()} == {*names, "index.html"}
    pages = {f"{measure}.{code}.html" for measure in made.library for code in ("lv", "en")}
    assert {path.name for path in (tmp_path / "codebook").iterdir()} == pages
    evaluations = ("children-2019", "empty-2024")
    plain = {
        f"{own}.{code}.{ending}" for own in evaluations for code in ("lv", "en") for ending in ("html", "pdf")
    }
    assert {path.name for path in (tmp_path / "plain").iterdir()} == plain
    assert len(written) == 2 * (len(names) + 1) + len(pages) + len(plain)
    assert sorted(heard) == sorted(f"reports.{name}" for name in [*names, *names, *pages, *plain])


def test_the_index_links_every_report() -> None:
    page = release_index(context(), [Entry("evaluation", "x", (("lv", "A & B"), ("en", "A & B")))]).decode()
    assert 'href="x.lv.pdf"' in page
    assert 'href="x.en.html"' in page
    assert 'href="x.en.docx"' in page
    assert 'href="x.lv.xlsx"' in page
    assert "A &amp; B" in page
