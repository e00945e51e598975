"""Partitions: a report of the release, that is an evaluation or a year's stakeholder survey.

One definition serves all marts, so that one run can make all of them; a mart has rows in the partitions it is
about. The years of the survey go up to the current one; what a release holds doesn't hang on that: a run of all
partitions makes every year there are answers of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from pipeline.plan import Plan
from pipeline.table_parts import Part

SURVEY = "stakeholders-"
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"


def survey_key(year: int) -> str:
    """The partition of a year's survey; its report bears the same name."""
    return f"{SURVEY}{year}"


def report_keys(plan: Plan, today: dt.date) -> list[str]:
    """The partitions of a plan in their order: its evaluations, then the survey's years up to today's."""
    first = plan.first_survey_year()
    return [
        *(evaluation.id for evaluation in plan.evaluations),
        *(survey_key(year) for year in range(first, max(first, today.year) + 1)),
    ]


def survey_years(plan: Plan, today: dt.date, wanted: Iterable[int]) -> list[int]:
    """Those of some years that have a survey by the plan's calendar."""
    known = set(years_of(report_keys(plan, today)))
    return sorted(known & set(wanted))


def evaluations_of(keys: Iterable[str]) -> list[str]:
    """The evaluations among some partitions."""
    return [key for key in keys if not key.startswith(SURVEY)]


def years_of(keys: Iterable[str]) -> list[int]:
    """The survey's years among some partitions."""
    return [int(key.removeprefix(SURVEY)) for key in keys if key.startswith(SURVEY)]


def part_of(columns: Iterable[str], keys: Iterable[str]) -> Part | None:
    """The rows of a table that belong to some partitions; None: the table is of no report, so all."""
    if "evaluation" in columns:
        return Part("evaluation", evaluations_of(keys))
    return Part("year", years_of(keys)) if "year" in columns else None


def range_tags(keys: Sequence[str]) -> dict[str, str]:
    """The tags of one run for neighbouring partitions."""
    return {RANGE_START: keys[0], RANGE_END: keys[-1]}


def stretches(keys: Sequence[str], wanted: Iterable[str]) -> list[list[str]]:
    """The wanted partitions in as few runs as can be: each list holds neighbours in the order of `keys`."""
    places = sorted(keys.index(key) for key in set(wanted))
    found: list[list[str]] = []
    for before, place in zip([None, *places], places, strict=False):
        if before is None or place != before + 1:
            found.append([])
        found[-1].append(keys[place])
    return found
