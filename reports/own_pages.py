"""The pages of one municipality on one evaluation, in one language: what it may be sent, and may show."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.plan import Language
from reports.collation import latvian_key
from reports.context import RenderedPage, ReportContext, View
from reports.document import Section
from reports.marks import banner, edition_mark
from reports.render import Fact, Page, render_page
from reports.sections.own_short import about, short
from reports.sections.own_tables import (
    change_table,
    employment_table,
    goals_table,
    rated_table,
    services_table,
)
from reports.sections.own_view import POPULATION, Municipalities, OwnView

FOLDER = "municipalities"
_TABLES = ("mart.service_spend", "mart.goal_attainment", "mart.score_change", "mart.rated_change")


def municipality_codes(context: ReportContext, evaluation_id: str) -> list[str]:
    """The municipalities that an evaluation has figures of, in the Latvian order of their names."""
    wanted = {"evaluation": evaluation_id, "population": POPULATION}
    codes = {row["grp"] for table in _TABLES for row in context.rows(table, **wanted)}
    names = context.municipality_names
    return sorted(codes, key=lambda code: latvian_key(names.get(code, code)))


def municipality_pages(
    evaluation_id: str, language: Language, context: ReportContext
) -> Iterator[tuple[str, RenderedPage]]:
    """Code and pages (HTML and PDF) of each municipality of an evaluation.

    Raises PlanError when the plan has no evaluation of that id.
    """
    municipalities = Municipalities(View.of(context, evaluation_id, language))
    for code in municipality_codes(context, evaluation_id):
        own = OwnView(municipalities, code)
        yield code, render_page(_page(own), _sections(own), own.view.words)


def _sections(own: OwnView) -> list[Section]:
    """The sections of the pages; one without data is left out."""
    tables = (services_table, goals_table, change_table, rated_table, employment_table)
    found = [short(own), *(table(own) for table in tables), about(own)]
    return [section for section in found if section is not None]


def _page(own: OwnView) -> Page:
    view, words = own.view, own.view.words
    title = view.evaluation.title[words.language]
    return Page(
        title=own.name,
        subtitle=title,
        running=words.say("{title}. Release {release}", title=title, release=view.context.release),
        facts=[
            Fact(words.say("Reporting year"), str(view.evaluation.reporting_year)),
            Fact(words.say("Release"), view.context.release),
            Fact(words.say("Edition"), words.name("edition", view.context.edition)),
        ],
        mark=edition_mark(view.context, words),
        banner=banner(view.context, words),
        contents=False,
    )
