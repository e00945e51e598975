"""The data dictionary of the public tables: a page a language, made from the schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypedDict

from pipeline import schemas
from pipeline.plan import Plan
from pipeline.table_statements import column_type
from reports.language import Words, column_meanings, words_for
from reports.marks import synthetic_banner
from reports.render import fill_page


class _Column(TypedDict):
    """What the page says of a column."""

    name: str
    type: str
    unit: str
    meaning: str
    key: bool


def dictionary_pages(plan: Plan, release: str, version: str) -> dict[str, bytes]:
    """The pages by file name, `dictionary.lv.html`: every public table and column, its meaning, unit and key."""
    return {
        f"dictionary.{language}.html": _page(words_for(language), plan, release, version)
        for language in plan.languages
    }


def _page(words: Words, plan: Plan, release: str, version: str) -> bytes:
    return fill_page(
        "dictionary.html.jinja",
        say=words.say,
        language=words.language,
        languages=plan.languages,
        tables=list(_tables(words)),
        banner=synthetic_banner(plan, words),
        min_cell=plan.disclosure.min_cell,
        release=release,
        version=version,
    )


def _tables(words: Words) -> Iterator[Mapping[str, object]]:
    """Name, title and columns of each table, in the order of the folder's files."""
    for table in (*sorted(schemas.MART), *schemas.NAMES):
        kind, name = table.split(".")
        title = words.name(kind, name)
        yield {
            "name": name,
            "title": title[:1].upper() + title[1:],
            "columns": list(_columns(schemas.PUBLIC[table], words)),
        }


def _columns(schema: schemas.Schema, words: Words) -> Iterator[_Column]:
    meaning = column_meanings(words.language).gettext
    key = schema.primary_key()
    for name, column in schema.columns().items():
        unit = (column.metadata or {}).get("unit") or ""
        yield {
            "name": name,
            "type": column_type(column),
            "unit": meaning(unit) if unit else "",
            "meaning": meaning(column.description) if column.description else "",
            "key": name in key,
        }
