"""The report on one evaluation in one language."""

from __future__ import annotations

from dataclasses import replace

from pipeline.plan import Language
from reports.commentary import Comment, comments_by_heading
from reports.context import RenderedReport, ReportContext, View
from reports.document import Section
from reports.marks import banner, edition_mark
from reports.render import Fact, Page, render
from reports.sections.attribution import attribution
from reports.sections.closing import closing
from reports.sections.employment import employment
from reports.sections.evidence import evidence
from reports.sections.functioning import functioning
from reports.sections.goals import goals
from reports.sections.methods import methods
from reports.sections.municipalities import municipalities
from reports.sections.outcome_cost import outcome_cost
from reports.sections.participation import participation
from reports.sections.programme_cost import programme_cost
from reports.sections.quality import quality
from reports.sections.rated_change import rated_change
from reports.sections.scores import score_sections
from reports.sections.services import services
from reports.sections.spending import spending
from reports.sections.summary import summary
from reports.sections.two_way import two_way


def evaluation_report(evaluation_id: str, language: Language, context: ReportContext) -> RenderedReport:
    """The report on that evaluation. Raises PlanError when the plan has none of that id."""
    view = View.of(context, evaluation_id, language)
    return render(page(view), commented(view, sections(view)), view.words)


def sections(view: View) -> list[Section]:
    """The sections in their order; one without data is left out."""
    measured = [goals(view), functioning(view), *score_sections(view), rated_change(view), employment(view)]
    found = [
        summary(view),
        participation(view),
        *measured,
        services(view),
        spending(view),
        outcome_cost(view),
        municipalities(view),
        two_way(view),
        attribution(view),
        evidence(view),
        programme_cost(view),
        methods(view),
        quality(view),
        *closing(view),
    ]
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
        mark=edition_mark(context, words),
        banner=banner(context, words),
    )


def commented(view: View, found: list[Section]) -> list[Section]:
    """The sections with the evaluator's own words put in by heading; words that fit none stand first."""
    written = view.context.commentary.get((view.evaluation.id, view.words.language), "")
    comments = comments_by_heading(written)
    placed = [replace(section, commentary=_taken(comments, section)) for section in found]
    rest = "\n\n".join(_with_heading(comment) for comment in comments.values() if comment.text)
    if not rest:
        return placed
    heading = view.words.say("The evaluator's comments")
    return [*placed[:1], Section("comments", "comments", heading, commentary=rest), *placed[1:]]


def _taken(comments: dict[str, Comment], section: Section) -> str:
    names = (section.anchor, section.heading.casefold())
    taken = [comments.pop(name) for name in names if name in comments]
    return "\n\n".join(comment.text for comment in taken)


def _with_heading(comment: Comment) -> str:
    return f"**{comment.heading}**\n\n{comment.text}" if comment.heading else comment.text
