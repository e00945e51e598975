"""A small plan, an inbox in a test's own folder, and what came of taking it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.submissions import Intake, IntakeContext, list_received, take_in

PLAN = """
evaluations:
  - id: children-2019
    title: {lv: Bērni, en: Children}
    members: {target_group: children}
    waves:
      baseline: {from: 2018-09-01, to: 2018-10-31}
      endline: {after_months: 12, window_days: 30}
    pre: baseline
    post: endline
    months: 12
    reporting_year: 2019
  - id: adults-2024
    title: {lv: Pieaugušie, en: Adults}
    members: {target_group: adults}
    waves:
      before: {after_months: 0, window_days: 30}
      after: {after_months: 6, window_days: 30}
    pre: before
    post: after
    months: 6
    reporting_year: 2024
    goal_scale: goal_attainment_scaling
"""

PARTICIPANTS = """participant_id,target_group,municipality,enrolled_on,sex,birth_year
A1,children,Tukuma novads,2018-09-01,f,2008
A2,children,Liepāja,2018-09-15,m,2009
B1,adults,Balvu novads,2024-01-31,f,1980
"""

Contents = Mapping[str, str | bytes]


@dataclass(frozen=True)
class Inbox:
    """An inbox to put files into; calling it writes files and takes everything in."""

    folder: Path
    context: IntakeContext

    def write(self, files: Contents) -> None:
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def __call__(self, files: Contents) -> Intake:
        self.write(files)
        return take_in(list_received(self.folder), self.context)


def problems(intake: Intake, path: str) -> list[tuple[int, str, str]]:
    """Row, column and rule of every problem of a file."""
    submissions = intake.tables["record.submission"].filter(pl.col("path") == path)
    found = intake.tables["record.problem"].join(submissions, on="submission_id", how="semi")
    return list(found.select("row", "column", "rule").iter_rows())


def counts(intake: Intake, path: str) -> tuple[int, int, int]:
    """Rows received, accepted and rejected of a file."""
    row = intake.tables["record.submission"].filter(pl.col("path") == path)
    received, accepted, rejected = row.select("rows_received", "rows_accepted", "rows_rejected").row(0)
    return received, accepted, rejected
