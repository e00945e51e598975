"""The tables of a release: facts and marts of the warehouse, and what documents them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import polars as pl

from pipeline import checks, schemas
from pipeline.corrections import Correction, listed
from pipeline.plan import Plan
from pipeline.plan_changes import plan_changes
from pipeline.release.research import dictionary
from pipeline.warehouse import Warehouse
from sql import saved_queries

Frames = dict[str, pl.DataFrame]
EarlierPlans = Sequence[tuple[str, Mapping[str, Any]]]
"""Name and plan of each release of the home, the oldest first."""


def released_tables(
    warehouse: Warehouse,
    plan: Plan,
    made_from: Mapping[str, str],
    earlier: EarlierPlans,
    corrections: Sequence[Correction] = (),
) -> Frames:
    """Every table of the research database, by name. made_from: the fingerprint of the home."""
    tables = {name: warehouse.read(name) for name in schemas.CORE}
    tables |= {name: flagged(name, warehouse) for name in schemas.MART}
    tables |= documentation(warehouse, plan, made_from, earlier, corrections)
    return {name: tables[name] for name in schemas.RELEASED}


def flagged(mart: str, warehouse: Warehouse) -> pl.DataFrame:
    """A mart with every figure, `suppressed` as disclosure control set it; a row it doesn't list is hidden."""
    frame, key = warehouse.read(mart), schemas.MART[mart].primary_key()
    if "suppressed" not in frame.columns:
        return frame
    flags = warehouse.read(mart.replace("mart.", "disclosure.")).select(*key, "suppressed")
    return (
        frame.drop("suppressed")
        .join(flags, on=key, how="left")
        .select(
            pl.col("suppressed").fill_null(value=True) if name == "suppressed" else name
            for name in frame.columns
        )
    )


def documentation(
    warehouse: Warehouse,
    plan: Plan,
    made_from: Mapping[str, str],
    earlier: EarlierPlans,
    corrections: Sequence[Correction] = (),
) -> Frames:
    """The tables of schema `meta`, by name."""
    tables = {name: warehouse.read(name) for name in schemas.META if name not in schemas.MADE_AT_RELEASE}
    tables["meta.dictionary"] = dictionary(schemas.RELEASED)
    tables["meta.submission"] = submissions(warehouse.read("record.submission"))
    tables["meta.rejected_row"] = rejected_rows(warehouse.read("record.problem"))
    tables["meta.run"] = run(plan, made_from)
    tables["meta.hidden_cell"] = warehouse.read("meta.hidden_cell")
    tables["meta.saved_query"] = questions()
    tables["meta.plan_change"] = plan_changes(earlier, plan)
    tables["meta.correction"] = listed(corrections)
    tables["meta.check"] = checks.outcomes(lambda sql: count(warehouse, sql))
    return tables


def count(warehouse: Warehouse, sql: str) -> int:
    """The number that a counting query gives."""
    return int(warehouse.query(sql).item())


def submissions(recorded: pl.DataFrame) -> pl.DataFrame:
    """Table meta.submission: a hash and a kind, never a file's name or sender."""
    schema = schemas.META["meta.submission"]
    return schemas.checked(schema, recorded)


def rejected_rows(problems: pl.DataFrame) -> pl.DataFrame:
    """Table meta.rejected_row: where and why, never a value."""
    schema = schemas.META["meta.rejected_row"]
    return schemas.checked(schema, problems.filter(pl.col("severity") == "error"))


def questions() -> pl.DataFrame:
    """Table meta.saved_query: the queries of `sql/research`."""
    rows = [
        {
            "query": found.name,
            "question_lv": found.question_lv,
            "question_en": found.question_en,
            "sql": found.text,
        }
        for found in saved_queries()
    ]
    return schemas.checked(schemas.META["meta.saved_query"], pl.DataFrame(rows))


def run(plan: Plan, made_from: Mapping[str, str]) -> pl.DataFrame:
    """Table meta.run: one row that says what the release was made from."""
    total = hashlib.sha256("".join((*made_from.values(), plan.digest())).encode()).hexdigest()
    row = {
        "run_id": total[:16],
        "version": version("ieguvumi"),
        "plan_hash": plan.digest(),
        "inputs_hash": made_from["inputs"],
        "code_hash": made_from["code"],
    }
    return schemas.checked(schemas.META["meta.run"], pl.DataFrame([row]))
