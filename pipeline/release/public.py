"""The public part: aggregates after disclosure control, as CSV, Parquet, one database and a data package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import dataframely as dy
import polars as pl

from pipeline import schemas
from pipeline.formulas import harmless
from pipeline.release.research import write_database

FRICTIONLESS_TYPES: dict[type[pl.DataType] | pl.DataType, str] = {
    pl.String(): "string",
    pl.Int64(): "integer",
    pl.Float64(): "number",
    pl.Boolean(): "boolean",
    pl.Date(): "date",
}


def write_public(folder: Path, disclosed: Mapping[str, pl.DataFrame], name: str, *, synthetic: bool) -> None:
    """Write the marts after disclosure control into `folder`.

    disclosed: frames by mart (`mart.score_change` …), hidden figures null; name: the release.
    """
    folder.mkdir(parents=True)
    definitions = {table: schemas.DISCLOSURE[table.replace("mart.", "disclosure.")] for table in schemas.MART}
    for table, schema in definitions.items():
        stem = table.split(".")[1]
        frame = disclosed[table].sort(schema.primary_key())
        harmless(frame).write_csv(folder / f"{stem}.csv", include_bom=True)
        frame.write_parquet(folder / f"{stem}.parquet")
    write_database(folder / "public.duckdb", definitions, disclosed)
    package = data_package(definitions, name, synthetic=synthetic)
    (folder / "datapackage.json").write_text(
        json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


def data_package(
    definitions: Mapping[str, schemas.Schema], name: str, *, synthetic: bool
) -> dict[str, object]:
    """The Frictionless description of the CSV files."""
    warning = " Synthetic data: describes nobody." if synthetic else ""
    return {
        "name": f"ieguvumi-{name}",
        "title": f"Outcomes of the individual budget, release {name}",
        "description": f"Aggregates after disclosure control; a hidden figure is empty.{warning}",
        "resources": [_resource(table, schema) for table, schema in definitions.items()],
    }


def _resource(table: str, schema: schemas.Schema) -> dict[str, object]:
    stem = table.split(".")[1]
    return {
        "name": stem,
        "path": f"{stem}.csv",
        "format": "csv",
        "encoding": "utf-8",
        "description": schemas.row_of(schema),
        "schema": {
            "fields": [_field(name, column) for name, column in schema.columns().items()],
            "primaryKey": schema.primary_key(),
            "missingValues": [""],
        },
    }


def _field(name: str, column: dy.Column) -> dict[str, str]:
    dtype = column.dtype
    kind = "number" if isinstance(dtype, pl.Decimal) else FRICTIONLESS_TYPES[dtype]
    return {"name": name, "type": kind, "description": column.description or ""}
