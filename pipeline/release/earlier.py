"""The earlier releases of a year as disclosure control needs them: what was shown, and what each person put in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import polars as pl

from pipeline import schemas
from pipeline.database import open_database
from pipeline.disclosure import FACTS, EarlierRelease
from pipeline.home import Home
from pipeline.release.publish import open_research, read_manifest, released

RATED = "CAST(instrument AS VARCHAR) IN (SELECT instrument FROM mart.rated_change)"
"""Of the answers only those count from which no score is made."""


def earlier_folders(home: Home, year: str) -> list[Path]:
    """Return the folders of a year's releases, the oldest first; of those that hold the very same, the latest.

    year: the part of a release's name before the point.
    """
    of_year = [folder for folder in released(home) if folder.name.split(".")[0] == year]
    latest = {_content(folder): folder for folder in of_year}
    return [folder for folder in of_year if folder in latest.values()]


def _content(folder: Path) -> str:
    """The hashes of what one could take from another release, as the manifest tells; the name where it doesn't."""
    tables = read_manifest(folder).get("tables", {})
    told = {name: tables[name] for name in (*schemas.MART, *FACTS, "meta.hidden_cell") if name in tables}
    return json.dumps(told, sort_keys=True) if told else folder.name


def earlier_releases(folders: Iterable[Path], key: str | None = None) -> Iterator[EarlierRelease]:
    """Read releases one after another. key: of encrypted research databases."""
    return (read_release(folder, key) for folder in folders)


def read_release(folder: Path, key: str | None = None) -> EarlierRelease:
    """Read what a release showed, its marts with every figure, and the facts behind them."""
    with open_research(folder, key) as research:
        marts = _tables(research, list(schemas.MART))
        facts = _tables(research, list(FACTS), {"core.response": RATED})
        proof = _tables(research, ["meta.hidden_cell"]).get("meta.hidden_cell")
    with open_database(folder / "public" / "public.duckdb", read_only=True) as public:
        shown = {
            name: frame.drop(schemas.LABEL, strict=False)
            for name, frame in _tables(public, list(schemas.MART)).items()
        }
    return EarlierRelease(folder.name, marts, shown, facts, proof)


def _tables(
    connection: duckdb.DuckDBPyConnection, names: list[str], conditions: dict[str, str] | None = None
) -> dict[str, pl.DataFrame]:
    """Read the tables that the file has, with ENUMs as text; an older release may lack some."""
    present = {
        f"{schema}.{table}"
        for schema, table in connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables()"
        ).fetchall()
    }
    chosen = conditions or {}
    return {
        name: connection.execute(f"SELECT * FROM {name} WHERE {chosen.get(name, 'TRUE')}")
        .pl()
        .with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
        for name in names
        if name in present
    }
