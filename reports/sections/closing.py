"""The end of a report: a short glossary, and how to cite it."""

from __future__ import annotations

from reports.context import View
from reports.document import Section


def closing(view: View) -> list[Section]:
    """The glossary, and the citation with version and licence."""
    say, evaluation = view.words.say, view.evaluation
    cited = {
        "title": evaluation.title[view.words.language],
        "year": evaluation.reporting_year,
        "release": view.context.release,
        "version": view.context.version,
    }
    return [
        Section("glossary", "glossary", say("Glossary")),
        Section("citing", "citing", say("How to cite, version and licence"), cited),
    ]
