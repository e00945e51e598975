"""From marts to a release: disclosure control, reports, the release itself."""

import datetime as dt
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from assets.tables import asset_key, table_metadata
from assets.workshop import Workshop
from pipeline import schemas
from pipeline.disclosure import control
from pipeline.plan import Plan
from pipeline.release.contents import released_tables
from pipeline.release.fingerprint import fingerprint
from pipeline.release.public import write_public
from pipeline.release.publish import (
    MANIFEST,
    building_folder,
    next_name,
    publish,
    start_building,
    write_json,
)
from pipeline.release.research import write_research_database
from pipeline.warehouse import Warehouse, content_hash
from reports import write_reports
from sql import macros

MART_KEYS = [asset_key(table) for table in schemas.MART]
DISCLOSED_KEYS = [asset_key(table) for table in schemas.DISCLOSURE]
# What disclosure control needs beside the marts, in the order of its parameters.
FACTS = ("meta.municipality", "core.service", "core.population_member", "core.evaluation_member")
REPORTS_KEY = dg.AssetKey(["release", "reports"])
RELEASE_KEY = dg.AssetKey(["release", "release"])


class ReleaseBlockedError(Exception):
    """A blocking check failed: nothing is released."""


def _disclosed_outputs() -> dict[str, dg.AssetOut]:
    return {
        table.replace(".", "_"): dg.AssetOut(
            key=asset_key(table),
            description=f"{schemas.row_of(schema)} After disclosure control: a hidden figure is null.",
            group_name="disclosure",
            kinds={"polars", "duckdb"},
            metadata=table_metadata(table),
            owners=["team:evaluation"],
            io_manager_key="warehouse_tables",
        )
        for table, schema in schemas.DISCLOSURE.items()
    }


@dg.multi_asset(
    outs=_disclosed_outputs(),
    ins={table.replace(".", "_"): dg.AssetIn(key=asset_key(table)) for table in (*schemas.MART, *FACTS)},
    name="disclosure_control",
    description="Hides small cells, and others with them so that nothing can be worked out by subtraction.",
)
def disclosure_control(
    workshop: dg.ResourceParam[Workshop], **frames: pl.DataFrame
) -> Iterator[dg.Output[pl.DataFrame]]:
    """Hide what could tell of a person; the marts keep every figure and get the flag `suppressed`."""
    marts = {table: frames[table.replace(".", "_")] for table in schemas.MART}
    facts = [frames[table.replace(".", "_")] for table in FACTS]
    disclosed = control(marts, workshop.plan, *facts)
    for table, flagged in disclosed.flagged.items():
        if "suppressed" in flagged.columns:
            workshop.warehouse.write(table, flagged)
    for table in schemas.DISCLOSURE:
        frame = disclosed.public[table.replace("disclosure.", "mart.")]
        yield dg.Output(frame, output_name=table.replace(".", "_"))


def _tables(warehouse: Warehouse, names: Any) -> dict[str, pl.DataFrame]:
    return {name: warehouse.read(name) for name in names}


def _commentary(folder: Path, plan: Plan) -> dict[tuple[str, str], str]:
    """The evaluator's own words, by evaluation and language."""
    found: dict[tuple[str, str], str] = {}
    for evaluation in plan.evaluations:
        for language in plan.languages:
            path = folder / f"{evaluation.id}.{language}.md"
            if path.is_file():
                found[evaluation.id, language] = path.read_text(encoding="utf-8")
    return found


@dg.asset(
    key=REPORTS_KEY,
    group_name="release",
    kinds={"pandoc", "typst", "matplotlib"},
    owners=["team:evaluation"],
    deps=[*DISCLOSED_KEYS, *MART_KEYS, asset_key("record.submission")],
    description="The evaluation reports in all languages: public after disclosure control, and restricted.",
)
def reports(workshop: dg.ResourceParam[Workshop]) -> dg.MaterializeResult[Any]:
    """Write the reports into the folder in which the release is built."""
    folder = start_building(workshop.home)
    warehouse, plan = workshop.warehouse, workshop.plan
    facts = released_tables(warehouse, plan, workshop.home)
    disclosed = {table: warehouse.read(table.replace("mart.", "disclosure.")) for table in schemas.MART}
    written = write_reports(
        folder / "reports",
        plan=plan,
        library=workshop.library,
        restricted=facts,
        public={**{name: frame for name, frame in facts.items() if name.startswith("meta.")}, **disclosed},
        release=next_name(workshop.home, plan),
        version=version("ieguvumi"),
        commentary=_commentary(workshop.home.commentary, plan),
        listener=workshop.listener,
    )
    return dg.MaterializeResult(metadata={"files": len(written), "folder": str(folder / "reports")})


@dg.asset(
    key=RELEASE_KEY,
    group_name="release",
    kinds={"duckdb"},
    owners=["team:evaluation"],
    deps=[REPORTS_KEY],
    description="The release: research database, public tables, reports, manifest; renamed into place whole.",
)
def release(workshop: dg.ResourceParam[Workshop]) -> dg.MaterializeResult[Any]:
    """Build what is still missing beside the reports, check it, and put the release in its place."""
    home, plan = workshop.home, workshop.plan
    folder, name = building_folder(home), next_name(home, plan)
    tables = released_tables(workshop.warehouse, plan, home)
    failed = tables["meta.check"].filter((pl.col("severity") == "error") & ~pl.col("passed"))
    if failed.height:
        raise ReleaseBlockedError(", ".join(failed["check"]))
    write_research_database(folder / "research.duckdb", tables, macros())
    disclosed = _tables(workshop.warehouse, schemas.DISCLOSURE)
    public = {table.replace("disclosure.", "mart."): frame for table, frame in disclosed.items()}
    write_public(folder / "public", public, name, synthetic=plan.synthetic)
    write_json(folder / "checks.json", tables["meta.check"].to_dicts())
    write_json(folder / MANIFEST, _manifest(workshop, name, tables))
    target = publish(home, name)
    return dg.MaterializeResult(metadata={"folder": str(target), "release": name})


def _manifest(workshop: Workshop, name: str, tables: dict[str, pl.DataFrame]) -> dict[str, Any]:
    """What the release was made from, and the hash of every table in it."""
    submissions = tables["meta.submission"]
    return {
        "release": name,
        "synthetic": workshop.plan.synthetic,
        "created_at": dt.datetime.fromtimestamp(time.time(), dt.UTC).isoformat(timespec="seconds"),
        "version": version("ieguvumi"),
        "fingerprint": fingerprint(workshop.home),
        "plan_hash": workshop.plan.digest(),
        "inputs": dict(zip(submissions["submission_id"], submissions["sha256"], strict=True)),
        "tables": {
            table: {"rows": frame.height, "sha256": content_hash(frame)} for table, frame in tables.items()
        },
    }
