"""`ieguvumi trace`: in which file, sheet and row a row of `core` was submitted."""

from __future__ import annotations

import sys

import duckdb

from assets.querying import print_frame
from pipeline.home import HomeError, Settings
from pipeline.tracing import TRACEABLE, origins_query
from pipeline.warehouse import Warehouse

DONE, NOT_FOUND, UNUSABLE = 0, 1, 2


def trace_and_print(settings: Settings, table: str, condition: str) -> int:
    """Print where the rows of a table came from; 1 when no row is meant, or the condition is no SQL."""
    home, name = settings.home, table.removeprefix("core.")
    if name not in TRACEABLE:
        print(f"ieguvumi: `{table}` can't be traced; tables: {', '.join(TRACEABLE)}", file=sys.stderr)
        return UNUSABLE
    if not home.warehouse.is_file():
        raise HomeError(f"{home.path}: holds no data yet; `ieguvumi run {home.path}` takes the inbox in")
    with Warehouse.open(home.warehouse, settings.database_key, read_only=True) as warehouse:
        try:
            found = warehouse.query(origins_query(name, condition))
        except duckdb.Error as error:
            print(f"ieguvumi: {' '.join(str(error).split())}", file=sys.stderr)
            return NOT_FOUND
    if found.is_empty():
        print(f"ieguvumi: no row of core.{name} where {condition}", file=sys.stderr)
        return NOT_FOUND
    print_frame(found, "table")
    return DONE
