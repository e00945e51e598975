"""The report as a Word document: real styles, captions that count, alternatives, its own page."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from reports import RenderedReport

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def part(report: RenderedReport, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(report.docx)) as archive:
        return ElementTree.fromstring(archive.read(name))  # noqa: S314 - made by this test


def paragraphs(report: RenderedReport, style: str) -> list[str]:
    """The texts of the paragraphs of a style."""
    found = []
    for paragraph in part(report, "word/document.xml").iter(f"{WORD}p"):
        used = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        if used is not None and used.get(f"{WORD}val") == style:
            found.append("".join(text.text or "" for text in paragraph.iter(f"{WORD}t")))
    return found


def test_title_and_headings_have_words_own_styles(latvian: RenderedReport) -> None:
    assert paragraphs(latvian, "Title") == ["Bērnu izmēģinājums"]
    headings = paragraphs(latvian, "Heading1")
    assert headings[0] == "Kopsavilkums"
    assert "Mērķi" in headings
    styles = part(latvian, "word/styles.xml")
    defined = {style.get(f"{WORD}styleId") for style in styles.iter(f"{WORD}style")}
    used = {
        str(style.get(f"{WORD}val")) for style in part(latvian, "word/document.xml").iter(f"{WORD}pStyle")
    }
    assert used <= defined


def test_the_contents_list_the_headings(latvian: RenderedReport) -> None:
    assert paragraphs(latvian, "TOC1") == paragraphs(latvian, "Heading1")


def test_captions_count_themselves(english: RenderedReport) -> None:
    for style, sequence, word in (("TableCaption", "Table", "Table"), ("ImageCaption", "Figure", "Figure")):
        captions = paragraphs(english, style)
        numbers = [int(re.match(rf"{word} (\d+)\.", caption)[1]) for caption in captions]  # type: ignore[index]
        assert numbers == list(range(1, len(captions) + 1))
        fields = [
            field
            for field in part(english, "word/document.xml").iter(f"{WORD}fldSimple")
            if f" SEQ {sequence} " in str(field.get(f"{WORD}instr"))
        ]
        assert len(fields) == len(captions) > 0


def test_figures_refer_to_their_tables_by_fields(english: RenderedReport) -> None:
    document = part(english, "word/document.xml")
    referred = [
        str(field.get(f"{WORD}instr")).split()[1]
        for field in document.iter(f"{WORD}fldSimple")
        if " REF " in str(field.get(f"{WORD}instr"))
    ]
    bookmarks = [str(start.get(f"{WORD}name")) for start in document.iter(f"{WORD}bookmarkStart")]
    assert set(referred) <= set(bookmarks)
    assert len(bookmarks) == len(set(bookmarks))
    identifiers = [start.get(f"{WORD}id") for start in document.iter(f"{WORD}bookmarkStart")]
    assert len(identifiers) == len(set(identifiers))
    # The bookmark holds the word and the number of the caption, no full stop.
    captions = [caption for caption in document.iter(f"{WORD}p") if "_Ref_table_2" in words_marked(caption)]
    assert [words_marked(caption)["_Ref_table_2"] for caption in captions] == ["Table 2"]
    [goals] = [text for text in paragraphs(english, "ImageCaption") if "Share of goals" in text]
    assert goals.endswith("Share of goals by attainment (numbers: Table 2)")
    [table] = [text for text in paragraphs(english, "TableCaption") if text.startswith("Table 2.")]
    assert table == "Table 2. Goals by domain and how far they were attained"


def words_marked(paragraph: ElementTree.Element) -> dict[str, str]:
    """The words within each bookmark of a paragraph."""
    found: dict[str, str] = {}
    inside: str | None = None
    for child in paragraph:
        if child.tag == f"{WORD}bookmarkStart":
            inside = str(child.get(f"{WORD}name"))
            found[inside] = ""
        elif child.tag == f"{WORD}bookmarkEnd":
            inside = None
        elif inside is not None:
            found[inside] += "".join(text.text or "" for text in child.iter(f"{WORD}t"))
    return found


def test_every_picture_has_an_alternative_and_is_no_svg(latvian: RenderedReport) -> None:
    described = [drawn.get("descr") for drawn in part(latvian, "word/document.xml").iter(f"{DRAWING}docPr")]
    assert len(described) == latvian.html.count(b"<figcaption") > 0
    assert all(text and len(text) > 40 for text in described)
    with zipfile.ZipFile(io.BytesIO(latvian.docx)) as archive:
        media = [name for name in archive.namelist() if name.startswith("word/media/")]
        assert media
        assert all(archive.read(name).startswith(b"\x89PNG") for name in media)


def test_marks_and_notes_have_styles_of_their_own(latvian: RenderedReport) -> None:
    assert paragraphs(latvian, "Banner")[0].startswith("Sintētiski dati")
    assert "–: nav rādīts, lai aizsargātu privātumu." in paragraphs(latvian, "Note")
    assert paragraphs(latvian, "Mark") == []


def test_the_page_is_a4_with_title_and_number(latvian: RenderedReport) -> None:
    [size] = part(latvian, "word/document.xml").iter(f"{WORD}pgSz")
    assert (size.get(f"{WORD}w"), size.get(f"{WORD}h")) == ("11906", "16838")
    with zipfile.ZipFile(io.BytesIO(latvian.docx)) as archive:
        assert b" PAGE " in archive.read("word/ownfooter.xml")
        assert b" TITLE " in archive.read("word/ownheader.xml")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it(latvian: RenderedReport, tmp_path: Path) -> None:
    (tmp_path / "report.docx").write_bytes(latvian.docx)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "report.docx")], check=True, capture_output=True, timeout=120)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", "-layout", str(tmp_path / "report.pdf"), "-"],
            check=True,
            capture_output=True,
            text=True,
        )
        assert "Kopsavilkums" in text.stdout
        assert "1. tabula." in text.stdout
