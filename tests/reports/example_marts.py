"""Small marts by hand, with round figures, for a programme of two evaluations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from instruments import load_library
from pipeline.plan import Plan, parse_plan
from pipeline.schemas import TABLES
from reports import Edition, ReportContext

PLAN = """
synthetic: true
evaluations:
  - id: children-2019
    title: {lv: "Bērnu izmēģinājums", en: "Children's pilot"}
    waves:
      baseline: {from: 2018-09-01, to: 2018-10-31}
      endline: {from: 2019-09-01, to: 2019-10-31}
    pre: baseline
    post: endline
    months: 12
    reporting_year: 2019
    planned_participants: 100
    outcomes:
      - {instrument: beach_center_fqol, respondent: parent, scales: [total], role: confirmatory}
      - {instrument: kidscreen52, respondent: self, scales: all, smallest_effect: 5, threshold: half_sd}
    breakdowns: [municipality, region]
    age_bands: [0-7, 8-11, 12-17]
  - id: empty-2024
    title: {lv: "Vēl nekā nav", en: "Nothing yet"}
    waves:
      start: {after_months: 0, window_days: 30}
      end: {after_months: 12, window_days: 30}
    pre: start
    post: end
    months: 12
    reporting_year: 2024
"""

ALL = {"evaluation": "children-2019", "population": "all", "grp": "all", "suppressed": False, "reason": None}


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as a frame of that table's schema; what a row doesn't say is null."""
    schema = TABLES[name]
    types = {column: part.dtype for column, part in schema.columns().items()}
    filled = [{column: row.get(column) for column in types} for row in rows]
    return schema.validate(pl.DataFrame(filled, schema=types), cast=True)


def goals() -> pl.DataFrame:
    """The pilot's goals, as the ministry published them; the intervals are made up."""
    shown = [
        ("family_support", 195, 152, 30, 13, 167.0, 85.6, 81.0, 90.0),
        ("child_functioning", 341, 141, 188, 12, 235.0, 68.9, 65.0, 73.0),
        ("total", 536, 293, 218, 25, 402.0, 75.0, 72.0, 78.0),
    ]
    names = (
        "domain",
        "goals",
        "achieved",
        "partly",
        "not_achieved",
        "degree",
        "degree_pct",
        "ci_low",
        "ci_high",
    )
    return table(
        "mart.goal_attainment",
        [{**ALL, **dict(zip(names, row, strict=True)), "open": 0, "persons": 100} for row in shown],
    )


def services() -> pl.DataFrame:
    """The pilot's spend, as the ministry published it."""
    shown = [
        ("other", "84892.40", 1354, 51, "62.6975", "1664.5569", "138.7131", 0.12),
        ("social", "340178.90", 62733, 99, "5.4227", "3436.1505", "286.3459", 0.48),
        ("total", "704953.00", 75383, 102, "9.3516", "6911.3039", "575.9420", 1.0),
        ("total_with_costs", "942561.00", 75383, 102, "12.5036", "9240.7941", "770.0662", 1.0),
    ]
    names = (
        "service_group", "eur", "units", "participants", "eur_per_unit", "eur_per_participant",
        "eur_per_participant_month", "share_eur",
    )  # fmt: skip
    groups = [{**dict(zip(names, row, strict=True)), "service": "all"} for row in shown]
    single = {**groups[1], "service": "Fizioterapeita nodarbība", "eur": "4946.00"}
    same = {**ALL, "months": 12, "person_months": 1200, "share_participants": 1.0}
    money = ("eur", "units", "eur_per_unit", "eur_per_participant", "eur_per_participant_month")
    return table(
        "mart.service_spend",
        [{**same, **row, **{name: Decimal(str(row[name])) for name in money}} for row in (*groups, single)],
    )


def plan() -> Plan:
    """The plan of the example."""
    return parse_plan(PLAN)


def context(edition: Edition = "public", **tables: pl.DataFrame) -> ReportContext:
    """The example's context; tables are named with an underscore in place of the first point."""
    shown = {"mart_goal_attainment": goals(), "mart_service_spend": services()} | tables
    return ReportContext(
        plan=plan(),
        library=load_library(),
        tables={name.replace("_", ".", 1): frame for name, frame in shown.items()},
        release="2019.1",
        version="0.1.0",
        edition=edition,
    )
