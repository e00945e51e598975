"""The report on one year's stakeholder survey, in one language."""

from __future__ import annotations

from pipeline.plan import Language
from reports.context import RenderedReport, ReportContext, YearView
from reports.document import Section
from reports.marks import banner, edition_mark
from reports.render import Fact, Page, render
from reports.sections.survey import survey_sections
from reports.sections.survey_years import response, themes


def survey_years(context: ReportContext) -> list[int]:
    """The years that have a survey."""
    return sorted({row["year"] for row in context.rows("mart.stakeholder_item")})


def stakeholder_report(year: int, language: Language, context: ReportContext) -> RenderedReport:
    """The report on that year's survey; it says so when nobody answered."""
    view = YearView.of(context, year, language)
    found = survey_sections(view)
    about = Section("survey_about", "about", view.words.say("About the survey"), {"empty": not found})
    beside = (response(view), *found, themes(view))
    return render(_page(view), [about, *(section for section in beside if section)], view.words)


def _page(view: YearView) -> Page:
    words, context = view.words, view.context
    title = view.survey.title.in_language(words.language) if view.survey else words.say("Stakeholder survey")
    return Page(
        title=title,
        subtitle=words.say("Survey of {year}", year=view.year),
        running=words.say("{title}. Release {release}", title=title, release=context.release),
        facts=[
            Fact(words.say("Year"), str(view.year)),
            Fact(words.say("Release"), context.release),
            Fact(words.say("Edition"), words.name("edition", context.edition)),
            Fact(words.say("Made with"), f"ieguvumi {context.version}"),
        ],
        mark=edition_mark(context, words),
        banner=banner(context, words),
    )
