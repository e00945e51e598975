"""`ieguvumi query`: SQL on the latest release, read-only."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import duckdb
import polars as pl

from pipeline.formulas import harmless
from pipeline.home import HomeError, Settings
from pipeline.release.publish import open_research
from pipeline.warehouse import Warehouse

FORMATS = ("table", "csv", "json", "parquet")


def _open_latest(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The latest release's research database, read-only. Raises HomeError where there is none."""
    home = settings.home
    release = home.latest_release()
    if release is None:
        raise HomeError(f"{home.path}: has no release yet; `ieguvumi run {home.path}` makes one")
    return open_research(release, settings.database_key)


def open_warehouse(settings: Settings) -> AbstractContextManager[Warehouse]:
    """The warehouse, read-only. Raises HomeError where nothing was run yet."""
    home = settings.home
    if not settings.warehouse.is_there():
        raise HomeError(f"{home.path}: holds no data yet; `ieguvumi run {home.path}` takes the inbox in")
    return Warehouse.open(settings.warehouse, read_only=True)


def latest_rows(settings: Settings, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """The rows that a query on the latest release gives."""
    with _open_latest(settings) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


def query_and_print(settings: Settings, sql: str, format_: str) -> int:
    """Print what the query gives; an error in the SQL is one line and exit code 1."""
    if format_ not in FORMATS:
        print(f"ieguvumi: unknown format `{format_}`; give one of {', '.join(FORMATS)}", file=sys.stderr)
        return 2
    with _open_latest(settings) as connection:
        try:
            frame = connection.execute(sql).pl()
        except duckdb.Error as error:
            print(f"ieguvumi: {' '.join(str(error).split())}", file=sys.stderr)
            return 1
    print_frame(frame, format_)
    return 0


def print_frame(frame: pl.DataFrame, format_: str) -> None:
    """Print a frame in one of FORMATS; in CSV no text is left that a spreadsheet takes for a formula."""
    if format_ == "csv":
        print(harmless(frame).write_csv(), end="")
    elif format_ == "json":
        print(frame.write_json())
    elif format_ == "parquet":
        frame.write_parquet(sys.stdout.buffer)
    else:
        with pl.Config(
            tbl_rows=-1, tbl_cols=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True,
            tbl_width_chars=-1, fmt_str_lengths=100,
        ):  # fmt: skip
            print(frame)
