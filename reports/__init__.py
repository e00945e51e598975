"""What is said: reports in each language from the marts, after disclosure control.

Templates write Markdown, pandoc and Typst make pages of it. Nothing here computes a figure: every number
comes from a mart, formatted.
"""

from reports.context import Edition, RenderedReport, ReportContext
from reports.dictionary import dictionary_pages
from reports.evaluation import evaluation_report
from reports.index import Entry, release_index
from reports.release import PARTS, Part, Press, write_index, write_language, write_report
from reports.stakeholders import stakeholder_report, survey_years

__all__ = [
    "PARTS",
    "Edition",
    "Entry",
    "Part",
    "Press",
    "RenderedReport",
    "ReportContext",
    "dictionary_pages",
    "evaluation_report",
    "release_index",
    "stakeholder_report",
    "survey_years",
    "write_index",
    "write_language",
    "write_report",
]
