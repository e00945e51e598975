"""The plain-language version of an evaluation's report: short sentences, a message a line, large type, pictures."""

from __future__ import annotations

from pipeline.plan import Language
from reports.context import RenderedPage, ReportContext, View
from reports.marks import banner, edition_mark
from reports.render import Fact, Page, render_page
from reports.sections.plain import plain_sections

FOLDER = "plain"


def plain_report(evaluation_id: str, language: Language, context: ReportContext) -> RenderedPage:
    """The version as HTML and PDF. Raises PlanError when the plan has no evaluation of that id."""
    view = View.of(context, evaluation_id, language)
    return render_page(_page(view), plain_sections(view), view.words)


def _page(view: View) -> Page:
    words = view.words
    return Page(
        title=view.evaluation.title[words.language],
        subtitle=words.say("In plain language"),
        running=words.say("In plain language"),
        facts=[Fact(words.say("Reporting year"), str(view.evaluation.reporting_year))],
        mark=edition_mark(view.context, words),
        banner=banner(view.context, words),
        contents=False,
        large=True,
    )
