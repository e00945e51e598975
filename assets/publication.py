"""From marts to a release: disclosure control, reports, the release itself."""

import datetime as dt
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

import dagster as dg
import polars as pl

from assets import groups
from assets.commentary import own_words
from assets.links import report_links
from assets.shown import markdown
from assets.tables import asset_key, table_metadata
from assets.workshop import Workshop
from pipeline import schemas
from pipeline.disclosure import FACTS, MONEY_FACTS, control
from pipeline.plan_changes import content_of
from pipeline.release.bill_of_materials import write_bill
from pipeline.release.contents import documentation, released_tables
from pipeline.release.earlier import earlier_folders, earlier_releases
from pipeline.release.public import write_public
from pipeline.release.publish import (
    MANIFEST,
    RESEARCH,
    building_folder,
    next_name,
    publish,
    write_json,
)
from pipeline.release.research import write_research_database
from pipeline.release.seal import seal
from pipeline.warehouse import Warehouse, content_hash
from reports import PARTS, Edition, Part, ReportContext, dictionary_pages
from sql import macros, research_macros, with_comment

MART_KEYS = [asset_key(table) for table in schemas.MART]
ANALYST_KEYS = [asset_key(table) for table in schemas.ANALYST]
PERSONS, THEMES = schemas.ANALYST
DISCLOSED_KEYS = [asset_key(table) for table in schemas.DISCLOSURE]
# What disclosure control needs beside the marts in every run; the other facts, where the year has earlier releases.
NEEDED = ("meta.municipality", *MONEY_FACTS)
SURVEY_REPORTS_KEY = dg.AssetKey(["release", "survey_reports"])
REPORTS_KEY = dg.AssetKey(["release", "reports"])
DATABASES_KEY = dg.AssetKey(["release", "databases"])
RELEASE_KEY = dg.AssetKey(["release", "release"])


class ReleaseBlockedError(Exception):
    """A blocking check failed: nothing is released."""


def _disclosed_outputs() -> dict[str, dg.AssetOut]:
    return {
        table.replace(".", "_"): dg.AssetOut(
            key=asset_key(table),
            description=f"{schemas.row_of(schema)} After disclosure control: a hidden figure is null.",
            group_name=groups.DISCLOSURE,
            kinds={"polars", "duckdb"},
            metadata=table_metadata(table),
            owners=["team:evaluation"],
            io_manager_key="warehouse_tables",
        )
        for table, schema in schemas.DISCLOSURE.items()
    }


def _shown_from() -> dict[str, set[dg.AssetKey]]:
    """The graph shows each table after its own mart, though one step hides cells of all of them together.

    What only the evaluator's edition shows must be there before this step, which begins that edition.
    """
    money = dict.fromkeys(("service", "cost", "budget"), MONEY_FACTS)
    beside = {**money, "stakeholder": (THEMES,), "score_change": (PERSONS,)}
    return {
        table.replace(".", "_"): {
            asset_key(table.replace("disclosure.", "mart.")),
            asset_key("meta.municipality"),
            *(asset_key(used) for word, facts in beside.items() if word in table for used in facts),
        }
        for table in schemas.DISCLOSURE
    }


@dg.multi_asset(
    outs=_disclosed_outputs(),
    ins={table.replace(".", "_"): dg.AssetIn(key=asset_key(table)) for table in (*schemas.MART, *NEEDED)},
    deps=ANALYST_KEYS,
    internal_asset_deps=_shown_from(),
    name="disclosure_control",
    description="Hides small cells, and others with them so that nothing can be worked out by subtraction.",
)
def disclosure_control(
    workshop: dg.ResourceParam[Workshop], **frames: pl.DataFrame
) -> Iterator[dg.Output[pl.DataFrame]]:
    """Hide what could tell of a person; the marts keep every figure, and get their flags in the release.

    The evaluator's edition shows every figure anyway: it is begun before, and made meanwhile.
    """
    # By key, so that which of two equal cells is hidden does not hang on the order of rows.
    marts = {
        table: frames[table.replace(".", "_")].sort(schema.primary_key())
        for table, schema in schemas.MART.items()
    }
    municipalities, facts = frames["meta_municipality"], {t: frames[t.replace(".", "_")] for t in NEEDED[1:]}
    year = next_name(workshop.home, workshop.plan).split(".")[0]
    before = earlier_folders(workshop.home, year)
    if before:
        facts = {table: workshop.warehouse.read(table) for table in FACTS}
        rated = marts["mart.rated_change"]["instrument"].unique().to_list()
        facts["core.response"] = facts["core.response"].filter(pl.col("instrument").is_in(rated))
    documents = _documents(workshop)
    _begin_reports(workshop, "restricted", {**documents, **for_analyst(workshop.warehouse), **marts})
    earlier = earlier_releases(before, workshop.settings.database_key)
    disclosed = control(marts, workshop.plan, municipalities, facts, earlier)
    _begin_reports(workshop, "public", {**documents, **disclosed.public})
    workshop.warehouse.write("meta.hidden_cell", disclosed.proof)
    for table in schemas.DISCLOSURE:
        frame = disclosed.public[table.replace("disclosure.", "mart.")]
        yield dg.Output(frame, output_name=table.replace(".", "_"))


SURVEY_TABLES = (
    *(table for table, schema in schemas.MART.items() if "year" in schema.column_names()),
    "meta.municipality",
)


@dg.asset(
    key=SURVEY_REPORTS_KEY,
    group_name=groups.RELEASE,
    kinds={"pandoc", "typst", "matplotlib"},
    owners=["team:evaluation"],
    ins={table.replace(".", "_"): dg.AssetIn(key=asset_key(table)) for table in SURVEY_TABLES},
    deps=[asset_key(THEMES)],
    op_tags={"dagster/priority": "1"},
    description="The evaluator's edition of the survey's reports: begun as soon as its tables are there.",
)
def survey_reports(workshop: dg.ResourceParam[Workshop], **frames: pl.DataFrame) -> dg.MaterializeResult[Any]:
    """Begin them: they need nothing of the evaluations, which are computed meanwhile."""
    tables = {table: frames[table.replace(".", "_")] for table in SURVEY_TABLES}
    _begin_reports(workshop, "restricted", {THEMES: workshop.warehouse.read(THEMES), **tables}, ["surveys"])
    years = frames["mart_stakeholder_item"]["year"].unique().sort().to_list()
    return dg.MaterializeResult(metadata={"years": ", ".join(map(str, years)) or "none"})


def _documents(workshop: Workshop) -> dict[str, pl.DataFrame]:
    """What documents the tables: schema `meta`."""
    return documentation(
        workshop.warehouse, workshop.plan, workshop.made_from, workshop.earlier_plans, workshop.corrections
    )


def _begin_reports(
    workshop: Workshop, edition: Edition, tables: Mapping[str, pl.DataFrame], parts: Sequence[Part] = PARTS
) -> None:
    """Begin the reports of an edition, those of them that no earlier step of this run has begun."""
    home, plan = workshop.home, workshop.plan
    # What the reports may know: the edition's marts, and what documents them; nothing of a person.
    context = ReportContext(
        plan=plan,
        library=workshop.library,
        tables=tables,
        release=next_name(home, plan),
        version=version("ieguvumi"),
        edition=edition,
        draft=workshop.settings.draft,
        commentary=own_words(home.commentary, plan),
    )
    folder = workshop.reports / "restricted" if edition == "restricted" else workshop.reports
    workshop.press.begin(context, folder, parts)


def for_analyst(warehouse: Warehouse) -> dict[str, pl.DataFrame]:
    """What the evaluator's edition alone shows."""
    return {table: warehouse.read(table) for table in schemas.ANALYST}


def _disclosed(warehouse: Warehouse) -> dict[str, pl.DataFrame]:
    """The marts after disclosure control, by their name in the release."""
    return {table: warehouse.read(table.replace("mart.", "disclosure.")) for table in schemas.MART}


@dg.asset(
    key=DATABASES_KEY,
    group_name=groups.RELEASE,
    kinds={"duckdb"},
    owners=["team:evaluation"],
    deps=[*DISCLOSED_KEYS, *MART_KEYS, asset_key("record.submission")],
    description="The research database (restricted, pseudonymised) and the public tables.",
)
def databases(workshop: dg.ResourceParam[Workshop]) -> dg.MaterializeResult[Any]:
    """Check the tables a last time and write them into the folder in which the release is built."""
    home, plan = workshop.home, workshop.plan
    folder = workshop.building
    tables = released_tables(
        workshop.warehouse, plan, workshop.made_from, workshop.earlier_plans, workshop.corrections
    )
    failed = tables["meta.check"].filter((pl.col("severity") == "error") & ~pl.col("passed"))
    if failed.height:
        raise ReleaseBlockedError(", ".join(failed["check"]))
    key = workshop.settings.research_key(plan)
    written_macros = [with_comment(macro) for macro in (*macros(), *research_macros())]
    write_research_database(folder / RESEARCH, tables, written_macros, key)
    name = next_name(home, plan)
    names = {table: tables[table] for table in schemas.NAMES}
    write_public(folder / "public", _disclosed(workshop.warehouse), names, name, synthetic=plan.synthetic)
    for page, content in dictionary_pages(plan, name, version("ieguvumi")).items():
        (folder / "public" / page).write_bytes(content)
    write_bill(folder)
    write_json(folder / "checks.json", tables["meta.check"].to_dicts())
    write_json(folder / MANIFEST, _manifest(workshop, name, tables))
    rows = pl.DataFrame({"table": list(tables), "rows": [frame.height for frame in tables.values()]})
    return dg.MaterializeResult(
        metadata={
            "tables": len(tables),
            "rows": dg.MetadataValue.md(markdown(rows)),
            "hidden_cells": tables["meta.hidden_cell"].height,
            "research_database": dg.MetadataValue.path(home.releases / name / "research.duckdb"),
        }
    )


def _begin_from_warehouse(workshop: Workshop) -> None:
    """Begin both editions from what the warehouse holds: the reports alone were asked for."""
    warehouse = workshop.warehouse
    documents = _documents(workshop)
    marts = {table: warehouse.read(table) for table in schemas.MART}
    _begin_reports(workshop, "restricted", {**documents, **for_analyst(warehouse), **marts})
    _begin_reports(workshop, "public", {**documents, **_disclosed(warehouse)})


@dg.asset(
    key=REPORTS_KEY,
    group_name=groups.RELEASE,
    kinds={"pandoc", "typst", "matplotlib"},
    owners=["team:evaluation"],
    deps=[SURVEY_REPORTS_KEY, DATABASES_KEY],
    description="The evaluation reports in all languages: public after disclosure control, and restricted.",
)
def reports(workshop: dg.ResourceParam[Workshop]) -> dg.MaterializeResult[Any]:
    """Wait for the reports, which are made beside the run since disclosure control."""
    if not workshop.press.has_begun():
        _begin_from_warehouse(workshop)
    written = workshop.press.finish(workshop.listener)
    target = workshop.home.releases / next_name(workshop.home, workshop.plan)
    return dg.MaterializeResult(
        metadata=report_links(written, workshop.building, target, workshop.settings.pages)
    )


@dg.asset(
    key=RELEASE_KEY,
    group_name=groups.RELEASE,
    kinds={"duckdb"},
    owners=["team:evaluation"],
    deps=[REPORTS_KEY, DATABASES_KEY],
    description="The release, renamed into place whole: a reader sees the old one or the new one.",
)
def release(
    context: dg.AssetExecutionContext, workshop: dg.ResourceParam[Workshop]
) -> dg.MaterializeResult[Any]:
    """Put the finished release in its place."""
    name = next_name(workshop.home, workshop.plan)
    seal(building_folder(workshop.home), workshop.home.latest_release())
    target = publish(workshop.home, name)
    workshop.warehouse.tidy(context.log.warning)
    return dg.MaterializeResult(
        metadata={
            "release": name,
            "folder": dg.MetadataValue.path(target),
            "reports": dg.MetadataValue.url(f"{workshop.settings.pages}/{name}/reports/index.html"),
        }
    )


def _manifest(workshop: Workshop, name: str, tables: dict[str, pl.DataFrame]) -> dict[str, Any]:
    """What the release was made from, and the hash of every table in it."""
    submissions = tables["meta.submission"]
    return {
        "release": name,
        "synthetic": workshop.plan.synthetic,
        "draft": workshop.settings.draft,
        "created_at": dt.datetime.fromtimestamp(time.time(), dt.UTC).isoformat(timespec="seconds"),
        "version": version("ieguvumi"),
        "fingerprint": workshop.made_from,
        "plan_hash": workshop.plan.digest(),
        "plan": content_of(workshop.plan),
        "inputs": dict(zip(submissions["submission_id"], submissions["sha256"], strict=True)),
        "tables": {
            table: {"rows": frame.height, "sha256": content_hash(frame)} for table, frame in tables.items()
        },
    }
