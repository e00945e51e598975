"""A plan with an evaluation and a survey every year, and a file sent in."""

from __future__ import annotations

import os
from pathlib import Path

LONG_AGO = 1_600_000_000

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


def send(home: Path, name: str, content: str, *, settled_at: float = LONG_AGO) -> Path:
    """Put a file, written at a time, into the inbox."""
    path = home / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    os.utime(path, (settled_at, settled_at))
    return path
