"""The public part: aggregates after disclosure control, as CSV, Parquet, one database and a data package.

Beside the marts stand the tables of names that say what their codes mean; they hold nothing of a person. The groups
of a mart have a column with their name as well: a spreadsheet takes a municipality's code for a number and drops
its zeros.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import dataframely as dy
import polars as pl

from pipeline import schemas
from pipeline.breakdowns import AND
from pipeline.formulas import harmless
from pipeline.release.research import write_database

FRICTIONLESS_TYPES: dict[type[pl.DataType] | pl.DataType, str] = {
    pl.String(): "string",
    pl.Int64(): "integer",
    pl.Float64(): "number",
    pl.Boolean(): "boolean",
    pl.Date(): "date",
}


def write_public(
    folder: Path,
    disclosed: Mapping[str, pl.DataFrame],
    names: Mapping[str, pl.DataFrame],
    release: str,
    *,
    synthetic: bool,
) -> None:
    """Write the marts after disclosure control into `folder`, with the tables that name their codes.

    disclosed: frames by mart (`mart.score_change` …), hidden figures null; names: the frames of `schemas.NAMES`.
    """
    folder.mkdir(parents=True)
    called = dict(names["meta.municipality"].select("municipality_code", "name_lv").iter_rows())
    frames = {table: with_label(disclosed[table], called) for table in schemas.MART} | dict(names)
    ordered = {
        table: frames[table].select(schema.column_names()).sort(schema.primary_key())
        for table, schema in schemas.PUBLIC.items()
    }
    for table, frame in ordered.items():
        harmless(frame).write_csv(folder / f"{file_stem(table)}.csv", include_bom=True)
        frame.write_parquet(folder / f"{file_stem(table)}.parquet")
    write_database(folder / "public.duckdb", schemas.PUBLIC, ordered)
    (folder / "datapackage.json").write_text(
        json.dumps(data_package(release, synthetic=synthetic), ensure_ascii=False, indent=2) + "\n",
        encoding="utf-8",
    )


def file_stem(table: str) -> str:
    """The name of a public table's files without their endings."""
    return table.split(".")[1]


def with_label(mart: pl.DataFrame, municipalities: Mapping[str, str]) -> pl.DataFrame:
    """Put the name of each group beside it, where a mart has groups.

    municipalities: official names by code. Of a two-way group (`0001000 | f`) the municipality is named, the rest
    stays; the value of another breakdown is its own name.
    """
    if "grp" not in mart.columns:
        return mart
    code = pl.col("grp").str.split(AND).list.first()
    named = code.replace(municipalities) + pl.col("grp").str.slice(code.str.len_chars())
    of_municipality = pl.col("population").str.contains("^municipality($|_by_)")
    return mart.with_columns(
        pl.when(of_municipality).then(named).otherwise(pl.col("grp")).alias(schemas.LABEL)
    )


def data_package(release: str, *, synthetic: bool) -> dict[str, object]:
    """The Frictionless description of the CSV files."""
    warning = " Synthetic data: describes nobody." if synthetic else ""
    return {
        "name": f"ieguvumi-{release}",
        "title": f"Outcomes of the individual budget, release {release}",
        "description": f"Aggregates after disclosure control; a hidden figure is empty.{warning}",
        "resources": [_resource(table, schema) for table, schema in schemas.PUBLIC.items()],
    }


def _resource(table: str, schema: schemas.Schema) -> dict[str, object]:
    stem = file_stem(table)
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


def _field(name: str, column: dy.Column) -> dict[str, object]:
    dtype = column.dtype
    metadata = column.metadata or {}
    kind = "number" if isinstance(dtype, pl.Decimal) else FRICTIONLESS_TYPES[dtype]
    field: dict[str, object] = {"name": name, "type": kind, "description": column.description or ""}
    if metadata.get("unit"):
        field["unit"] = metadata["unit"]
    return field
