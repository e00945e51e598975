"""A plan with an evaluation and a survey every year."""

from __future__ import annotations

PLAN = """\
calendar:
  survey: {first_year: 2022, opens: 10-01, closes: 10-31}
  annual_report: 03-01
evaluations:
  - id: annual-{year}
    years: {from: 2022, to: 2023}
    title: {lv: "{year}. gads", en: "Year {year}"}
    waves:
      before: {from: "{year}-01-01", to: "{year}-01-31"}
      after: {from: "{year}-12-01", to: "{year}-12-31"}
    pre: before
    post: after
    months: 12
    reporting_year: "{year}"
"""
