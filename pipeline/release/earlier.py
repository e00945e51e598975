"""The earlier releases of a year as disclosure control needs them: what was shown, and what each person put in."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from pipeline import schemas
from pipeline.database import open_database
from pipeline.disclosure import FACTS, EarlierRelease
from pipeline.home import Home
from pipeline.release.publish import open_research, released

RATED = "CAST(instrument AS VARCHAR) IN (SELECT instrument FROM mart.rated_change)"
"""Of the answers only those count from which no score is made."""


def earlier_releases(home: Home, year: str, key: str | None = None) -> list[EarlierRelease]:
    """Read the releases of a year, the oldest first.

    year: the part of a release's name before the point. key: of encrypted research databases.
    """
    return [read_release(folder, key) for folder in released(home) if folder.name.split(".")[0] == year]


def read_release(folder: Path, key: str | None = None) -> EarlierRelease:
    """Read what a release showed, its marts with every figure, and the facts behind them."""
    with open_research(folder, key) as research:
        marts = _tables(research, list(schemas.MART))
        facts = _tables(research, list(FACTS), {"core.response": RATED})
        proof = _tables(research, ["meta.hidden_cell"]).get("meta.hidden_cell")
    with open_database(folder / "public" / "public.duckdb", read_only=True) as public:
        return EarlierRelease(folder.name, marts, _tables(public, list(schemas.MART)), facts, proof)


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
