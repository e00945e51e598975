"""Small marts by hand, with round figures, for a programme of two evaluations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
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


def _change(instrument: str, respondent: str, scale: str, pre: float, change: float) -> dict[str, Any]:
    """A change on one scale of 60 persons with a standard error of 1 (t of 59 degrees: 2.0)."""
    verdict = "improved" if change > 2 else "worsened" if change < -2 else "inconclusive"
    return {
        **ALL,
        "wave_pre": "baseline",
        "wave_post": "endline",
        "level": "interval",
        "test": "paired_t",
        "instrument": instrument,
        "respondent": respondent,
        "scale": scale,
        "n_pre": 70,
        "n_post": 64,
        "n_pairs": 60,
        "mean_pre": pre,
        "sd_pre": 8.0,
        "mean_post": pre + change,
        "sd_post": 8.0,
        "mean_change": change,
        "ci_low": change - 2,
        "ci_high": change + 2,
        "p": 0.02,
        "p_adjusted": 0.0004 if change > 2 else 0.4,
        "g_av": change / 8,
        "verdict": verdict,
        "n_improved": 20,
        "n_unchanged": 30,
        "n_worsened": 10,
        "threshold": 5.0,
        "threshold_kind": "half_sd",
    }


def changes() -> pl.DataFrame:
    """One family scale, better; three of KIDSCREEN-52 by the children, of which one is hidden."""
    shown = [
        _change("beach_center_fqol", "parent", "total", 3.4, 2.5),
        _change("kidscreen52", "self", "physical_wellbeing", 43.21, -1.25),
        _change("kidscreen52", "self", "school_environment", 44.1, 3.6) | {"smallest_effect": 5.0},
    ]
    return hidden_below("mart.score_change", shown, _change("kidscreen52", "self", "autonomy", 40.0, 1.0))


def hidden_below(name: str, shown: Sequence[Mapping[str, Any]], last: Mapping[str, Any]) -> pl.DataFrame:
    """The rows as disclosure control leaves them, and below them one of which only the key is left."""
    key = TABLES[name].primary_key()
    hidden = {column: last[column] for column in key} | {"suppressed": True}
    return table(name.replace("mart.", "disclosure."), [*shown, hidden])


def functioning() -> pl.DataFrame:
    """Two chapters and all codes together; the second chapter's small counts are hidden."""
    same = {
        **ALL,
        "construct": "performance",
        "facilitator": False,
        "persons": 100,
        "ci_low": 0.2,
        "ci_high": 0.4,
    }
    counts = ("level", "code", "improved", "unchanged", "worsened", "mixed", "share_improved", "p_sign")
    shown = [
        ("chapter", "d1", 30, 55, 10, 5, 0.30, 0.0022),
        ("any", "any", 20, 45, 8, 27, 0.20, 0.0357),
        ("chapter", "d5", 25, None, None, 20, 0.25, None),
    ]
    rows = [{**same, **dict(zip(counts, row, strict=True))} for row in shown]
    rows[-1]["suppressed"] = True
    return table("disclosure.icf_change", rows)


def rated_changes() -> pl.DataFrame:
    """Two aspects of life, rated by 97 and by 90 persons."""
    names = (
        "item",
        "n",
        "better",
        "same",
        "worse",
        "share_better",
        "ci_low",
        "ci_high",
        "net_balance",
        "p_half",
    )
    shown = [
        ("life_as_a_whole", 97, 82, 10, 5, 82 / 97, 0.76, 0.90, 77 / 97, 0.00001),
        ("friends", 90, 40, 45, 5, 40 / 90, 0.35, 0.55, 35 / 90, 0.343),
    ]
    same = {**ALL, "instrument": "sqol_change", "not_applicable": 0}
    return table("mart.rated_change", [{**same, **dict(zip(names, row, strict=True))} for row in shown])


def employment() -> pl.DataFrame:
    """Employed before and during, and one status that is hidden."""
    employed = {
        **ALL,
        "status": "employed",
        "before": 16,
        "during": 29,
        "gained": 15,
        "lost": 2,
        "p_mcnemar": 0.0023,
    }
    return hidden_below("mart.employment_change", [employed], {**employed, "status": "part_time"})


def flow() -> pl.DataFrame:
    """Two measures at both waves; nobody sent in a list of those asked."""
    same = {**ALL, "asked": None, "scored": 64, "paired": 60, "eligible": 102}
    return table(
        "mart.participant_flow",
        [
            {**same, "instrument": measure, "respondent": respondent, "wave": wave, "answered": answered}
            for measure, respondent in (("beach_center_fqol", "parent"), ("kidscreen52", "self"))
            for wave, answered in (("baseline", 70), ("endline", 64))
        ],
    )


def municipality_changes() -> pl.DataFrame:
    """Three municipalities on the family scale; the last has too few persons to be shown."""
    first = {
        **ALL,
        "population": "municipality",
        "grp": "0170000",
        "instrument": "beach_center_fqol",
        "respondent": "parent",
        "scale": "total",
        "wave_pre": "baseline",
        "wave_post": "endline",
        "n_pairs": 10,
        "mean_change": 0.31,
        "ci_low": 0.05,
        "ci_high": 0.57,
        "pooled_change": 0.28,
        "pooled_low": 0.1,
        "pooled_high": 0.46,
        "programme_change": 0.25,
        "tau2": 0.0,
        "icc": 0.0,
        "detectable_change": 0.4,
        "adjusted_change": 0.3,
    }
    second = {**first, "grp": "0900200", "mean_change": 0.2, "ci_low": -0.1, "ci_high": 0.5}
    return hidden_below("mart.municipality_change", [first, second], {**first, "grp": "0054010"})


def ladder() -> pl.DataFrame:
    """The ladder of the family scale: standing at the raw change, not in the case of the norm."""
    key = {**ALL, "instrument": "beach_center_fqol", "respondent": "parent", "scale": "total"}
    key |= {"wave_pre": "baseline", "wave_post": "endline"}
    steps: list[dict[str, Any]] = [
        {"rung": "raw_change", "assumption": "none", "change": 2.5, "ci_low": 0.5, "ci_high": 4.5},
        {"rung": "regression_to_mean", "assumption": "pre_mean", "change": 2.5, "ci_low": 0.5, "ci_high": 4.5}
        | {"break_even": 4.1},
        {"rung": "norm_age_trend", "assumption": "norm_trend", "reason": "not available"},
        {"rung": "attrition_worst_case", "assumption": "tipping_point", "break_even": 0.9},
    ]
    return table("mart.attribution", [{**key, **step} for step in steps])


def reliability() -> pl.DataFrame:
    """Alpha of the family scale; of one scale of KIDSCREEN nothing could be computed."""
    same = {"evaluation": "children-2019", "wave": "baseline", "n": 68, "items": 25}
    family = {
        **same,
        "instrument": "beach_center_fqol",
        "respondent": "parent",
        "scale": "total",
        "alpha": 0.91,
    }
    family |= {
        "alpha_low": 0.87,
        "alpha_high": 0.94,
        "omega": 0.92,
        "floor": 0.0,
        "ceiling": 0.02,
        "missing_share": 0.03,
    }
    child = {**same, "instrument": "kidscreen52", "respondent": "self", "scale": "autonomy"}
    return table(
        "mart.reliability", [family, {**child, "reason": "an item has the same answer from everybody"}]
    )


def survey() -> pl.DataFrame:
    """One rated item of the survey, answered by 40 members of staff."""
    shares = {1: 0.05, 2: 0.1, 3: 0.25, 4: 0.4, 5: 0.2}
    same = {
        "year": 2024,
        "role": "staff",
        "population": "all",
        "grp": "all",
        "item": "q1",
        "n": 40,
        "invited": 50,
    }
    return table(
        "mart.stakeholder_item",
        [
            {**same, "category": str(answer), "count": round(40 * share), "share": share, "suppressed": False}
            | {"ci_low": 0.0, "ci_high": 0.5}
            for answer, share in shares.items()
        ],
    )


def facts() -> dict[str, pl.DataFrame]:
    """Two submissions, a check that warned, and three municipalities of the register."""
    counts = {"rows_received": 1200, "rows_accepted": 1190, "rows_rejected": 10}
    sent = [
        {"submission_id": kind, "kind": kind, "sha256": "0" * 64, **counts}
        for kind in ("goals", "kidscreen52")
    ]
    warned: dict[str, Any] = {
        "check": "rows_are_accepted",
        "table_name": "record.submission",
        "severity": "warning",
    }
    warned |= {"passed": False, "rows": 20, "description": "No row was rejected."}
    names = {"0170000": "Liepāja", "0900200": "Tukuma novads", "0054010": "Ādažu novads"}
    places = [
        {"municipality_code": code, "name_lv": name, "kind": "novads", "planning_region": "Kurzeme"}
        | {"valid_from": dt.date(2009, 7, 1)}
        for code, name in names.items()
    ]
    return {
        "meta_submission": table("meta.submission", sent),
        "meta_check": table("meta.check", [warned]),
        "meta_municipality": table("meta.municipality", places),
    }


def plan() -> Plan:
    """The plan of the example."""
    return parse_plan(PLAN)


def tables() -> dict[str, pl.DataFrame]:
    """All tables of the example, by name."""
    return {
        "mart.goal_attainment": goals(),
        "mart.service_spend": services(),
        "mart.score_change": changes(),
        "mart.icf_change": functioning(),
        "mart.rated_change": rated_changes(),
        "mart.employment_change": employment(),
        "mart.participant_flow": flow(),
        "mart.municipality_change": municipality_changes(),
        "mart.attribution": ladder(),
        "mart.reliability": reliability(),
        "mart.stakeholder_item": survey(),
        **{name.replace("_", "."): frame for name, frame in facts().items()},
    }


def context(edition: Edition = "public", **changed: Any) -> ReportContext:
    """The example's context; `changed` replaces what it is made of."""
    made = ReportContext(plan(), load_library(), tables(), "2019.1", "0.1.0", edition)
    return replace(made, **changed)
