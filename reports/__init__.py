"""What is said: reports in each language from the marts, after disclosure control.

Templates write Markdown, pandoc and Typst make pages of it. Nothing here computes a figure: every number comes
from a mart, formatted.
"""

from reports.context import Edition, RenderedReport, ReportContext
from reports.evaluation import evaluation_report

__all__ = ["Edition", "RenderedReport", "ReportContext", "evaluation_report"]
