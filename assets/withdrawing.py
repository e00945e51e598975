"""Databases computed anew without erased persons: marts, a release's research database, its restricted reports."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from assets import clock
from assets.commentary import own_words
from assets.definitions import build_definitions
from assets.history import dagster_instance
from assets.jobs import EVALUATE
from assets.publication import for_analyst
from assets.reporting import range_tags, report_keys
from assets.running import run_job
from assets.workshop import no_listener
from instruments import load_library
from pipeline import schemas
from pipeline.database import open_database
from pipeline.erasure import releases
from pipeline.erasure.persons import Persons
from pipeline.home import Home, Settings
from pipeline.plan import Plan
from pipeline.plan_changes import content_of
from pipeline.release.contents import flagged
from pipeline.release.publish import RESEARCH, RESTRICTED, open_research, read_manifest
from pipeline.release.research import write_research_database
from pipeline.warehouse import Warehouse, content_hash
from reports import Press, ReportContext
from sql import macros, research_macros

Frames = dict[str, pl.DataFrame]
COMPUTED = (*schemas.MART, *schemas.ANALYST)


def workspace(settings: Settings, folder: Path, plan: Mapping[str, Any] | None = None) -> Settings:
    """Make a home for computing in, with the plan and measures of another; give its settings.

    plan: its content, where another than the home's own one counts. Its warehouse is a file in any case.
    """
    home = settings.home
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    content = content_of(home.plan()) if plan is None else plan
    (folder / home.plan_file.name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    if home.corrections.is_file() and plan is None:
        shutil.copy(home.corrections, folder)
    if home.instruments.is_dir():
        shutil.copytree(home.instruments, folder / home.instruments.name)
    return replace(settings, home=Home(folder), dagster_home=folder / ".dagster")


def compute_marts(settings: Settings) -> str | None:
    """Compute all marts of a workspace from the facts in its warehouse; where that can't be done, empty them.

    Returns why it could not be done.
    """
    try:
        plan = settings.home.plan()
        today = clock.today(plan.calendar)
        definitions = build_definitions(settings, no_listener, today)
        with dagster_instance(settings.dagster_home) as instance:
            outcome = run_job(settings, definitions, instance, EVALUATE, range_tags(report_keys(plan, today)))
        why = None if outcome.released else outcome.error or ", ".join(outcome.failed_checks)
    except Exception as error:  # noqa: BLE001 - whatever stands in the way, the person's data must go
        why = type(error).__name__  # its words may hold a value
    if why is not None:
        with Warehouse.open(settings.home.warehouse, settings.database_key) as warehouse:
            for table in COMPUTED:
                warehouse.write(table, schemas.TABLES[table].create_empty())
    return why


def withdraw(settings: Settings, release: Path, persons: Persons, remarks: Frames, day: str) -> str | None:
    """Make a release anew without the persons: research database, restricted reports, manifest.

    remarks: the record's tables of stakeholders, from which the evaluator's edition has its themes. What is for
    everybody stays as it is. Returns why marts and reports could not be computed anew, and so are left empty.
    """
    manifest = read_manifest(release)
    building = releases.start_withdrawing(release)
    own = workspace(settings, building / ".workspace", manifest.get("plan"))
    tables = _facts_without(release, persons, settings.database_key)
    _fill(own, tables, remarks, release)
    why = compute_marts(own)
    with Warehouse.open(own.home.warehouse, settings.database_key) as warehouse:
        marts = {table: warehouse.read(table) for table in schemas.MART}
        shown = {table: flagged(table, warehouse) for table in schemas.MART}
        analyst = for_analyst(warehouse)
    released = {name: ({**tables, **shown})[name] for name in schemas.RELEASED}
    was_encrypted = settings.database_key if manifest.get("plan", {}).get("research_database") else None
    write_research_database(building / RESEARCH, released, [*macros(), *research_macros()], was_encrypted)
    if why is None:
        _print(settings, release, own.home.plan(), {**tables, **marts, **analyst}, building)
    shutil.rmtree(own.home.path)
    hashes = {name: {"rows": f.height, "sha256": content_hash(f)} for name, f in released.items()}
    note = why or "marts and restricted reports computed anew from the facts that are left"
    releases.write_manifest(building, release, hashes, len(persons.pseudonyms), day, note)
    releases.put_in_place(release, building)
    return why


def _facts_without(release: Path, persons: Persons, key: str | None) -> Frames:
    """The facts and documents of a release, without the persons' rows."""
    with open_research(release, key) as connection:
        research = Warehouse(connection)
        tables = {name: research.read(name) for name in (*schemas.CORE, *schemas.META)}
    return {name: _without(frame, persons) for name, frame in tables.items()}


def _without(frame: pl.DataFrame, persons: Persons) -> pl.DataFrame:
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    if not texts:
        return frame
    named = pl.any_horizontal(pl.col(texts).is_in(sorted(persons.pseudonyms)).fill_null(value=False))
    return frame.filter(~named)


def _fill(own: Settings, tables: Frames, remarks: Frames, release: Path) -> None:
    """Write what marts are computed from into a workspace's warehouse, and what disclosure control showed."""
    submissions = tables["meta.submission"]["submission_id"].to_list()
    with Warehouse.open(own.home.warehouse, own.database_key) as warehouse:
        for name, frame in tables.items():
            warehouse.write(name, frame)
        for name, frame in remarks.items():
            warehouse.write(name, frame.filter(pl.col("submission_id").is_in(submissions)))
        with open_database(release / "public" / "public.duckdb", read_only=True) as connection:
            public = Warehouse(connection)
            for mart in schemas.MART:
                disclosed = mart.replace("mart.", "disclosure.")
                warehouse.write(disclosed, public.read_as(mart, schemas.DISCLOSURE[disclosed]))


def _print(settings: Settings, release: Path, plan: Plan, tables: Frames, building: Path) -> None:
    """Make the evaluator's edition."""
    manifest = read_manifest(release)
    context = ReportContext(
        plan=plan,
        library=load_library(settings.home.instruments),
        tables=tables,
        release=release.name,
        version=manifest["version"],
        edition="restricted",
        draft=bool(manifest.get("draft")),
        commentary=own_words(settings.home.commentary, plan),
    )
    press = Press(plan.languages)
    try:
        press.begin(context, building / RESTRICTED)
        press.finish(no_listener)
    finally:
        press.close()
