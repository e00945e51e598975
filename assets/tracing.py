"""`ieguvumi trace`: in which file, sheet and row a row of `core` was submitted."""

from __future__ import annotations

import sys

import duckdb

from assets.querying import open_warehouse, print_frame
from pipeline.home import Settings
from pipeline.tracing import TRACEABLE, origins_query

DONE, NOT_FOUND, UNUSABLE = 0, 1, 2


def trace_and_print(settings: Settings, table: str, condition: str) -> int:
    """Print where the rows of a table came from; 1 when no row is meant, or the condition is no SQL."""
    name = table.removeprefix("core.")
    if name not in TRACEABLE:
        print(f"ieguvumi: `{table}` can't be traced; tables: {', '.join(TRACEABLE)}", file=sys.stderr)
        return UNUSABLE
    with open_warehouse(settings) as warehouse:
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
