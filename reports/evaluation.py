"""The report on one evaluation in one language."""

from __future__ import annotations

from dataclasses import replace

from pipeline.plan import Language
from reports.commentary import comments_by_heading
from reports.context import RenderedReport, ReportContext, View
from reports.document import Section
from reports.render import Fact, Page, render
from reports.sections.goals import goals
from reports.sections.services import services


def evaluation_report(evaluation_id: str, language: Language, context: ReportContext) -> RenderedReport:
    """The report on that evaluation. Raises PlanError when the plan has none of that id."""
    view = View.of(context, evaluation_id, language)
    return render(page(view), commented(view, sections(view)), view.words)


def sections(view: View) -> list[Section]:
    """The sections in their order; one without data is left out."""
    found = [goals(view), services(view)]
    return [section for section in found if section is not None]


def page(view: View) -> Page:
    """The title block, the running head, and the marks that the edition and the data need."""
    words, context, evaluation = view.words, view.context, view.evaluation
    return Page(
        title=evaluation.title[words.language],
        subtitle=words.say("Evaluation report"),
        running=words.say(
            "{title}. Release {release}", title=evaluation.title[words.language], release=context.release
        ),
        facts=[
            Fact(words.say("Reporting year"), str(evaluation.reporting_year)),
            Fact(words.say("Release"), context.release),
            Fact(words.say("Edition"), words.name("edition", context.edition)),
            Fact(words.say("Made with"), f"ieguvumi {context.version}"),
        ],
        mark=words.say("Restricted: not to be passed on") if context.edition == "restricted" else "",
        banner=words.say(
            "Synthetic data: everybody in this report is made up. Nothing in it is about real people."
        )
        if context.plan.synthetic
        else "",
    )


def commented(view: View, found: list[Section]) -> list[Section]:
    """The sections with the evaluator's own words put in by heading; words that fit none stand first."""
    written = view.context.commentary.get((view.evaluation.id, view.words.language), "")
    comments = comments_by_heading(written)
    placed = [replace(section, commentary=_taken(comments, section)) for section in found]
    rest = "\n\n".join(text for text in comments.values() if text)
    if not rest:
        return placed
    heading = view.words.say("The evaluator's comments")
    return [*placed[:1], Section("comments", "comments", heading, commentary=rest), *placed[1:]]


def _taken(comments: dict[str, str], section: Section) -> str:
    by_anchor, by_heading = comments.pop(section.anchor, ""), comments.pop(section.heading.casefold(), "")
    return "\n\n".join(text for text in (by_anchor, by_heading) if text)
