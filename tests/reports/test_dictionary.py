"""The data dictionary of the public tables: complete, in both languages."""

from __future__ import annotations

import pytest

from pipeline.schemas import PUBLIC
from reports import dictionary_pages
from reports.language import column_meanings
from tests.reports.example_marts import context
from tests.reports.reading import text_of

PLAN = context().plan
PAGES = dictionary_pages(PLAN, "2024.1", "0.1.0")


def test_a_page_for_each_language_of_the_plan() -> None:
    assert list(PAGES) == [f"dictionary.{language}.html" for language in PLAN.languages]


@pytest.mark.parametrize("language", ["lv", "en"])
def test_every_public_table_and_column_is_explained(language: str) -> None:
    content = PAGES[f"dictionary.{language}.html"]
    page = content.decode()
    meaning = column_meanings(language).gettext
    said = " ".join(text_of(content).split())
    for table, schema in PUBLIC.items():
        assert f'id="{table.split(".")[1]}"' in page
        for name, column in schema.columns().items():
            assert f"<code>{name}</code>" in page
            assert " ".join(meaning(column.description or "").split()) in said, (table, name)


def test_the_latvian_page_is_latvian() -> None:
    page = PAGES["dictionary.lv.html"].decode()
    assert '<html lang="lv">' in page
    assert "Publisko tabulu datu vārdnīca" in page
    assert 'href="dictionary.en.html"' in page
