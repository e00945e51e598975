"""Opens a release's database with the DuckDB of this environment, and asks it everything: tables, macros, queries.

Run by `make compat` in an environment of its own for each version; needs nothing but DuckDB.
"""

from __future__ import annotations

import sys

import duckdb

MACROS = (
    "FROM paired_change('kidscreen52', 'self')",
    "FROM paired_change_by('municipality', 'kidscreen52', 'parent')",
    "FROM level_by('sex', 'kidscreen52', 'self')",
    "FROM level_series('beach_center_fqol', 'parent', DATE '2024-12-31')",
    "FROM attainment_by('municipality')",
    "FROM functioning_by('all')",
    "FROM spend_by('region')",
    "FROM rated_by('sex')",
    "FROM flow_by('municipality')",
    "SELECT municipality_on(municipality_code, DATE '2024-12-31') FROM core.participant",
    "SELECT t_quantile(9, 0.975)",
)
RELEASED = "schema_name IN ('core', 'mart', 'meta')"


def main(path: str) -> None:
    """Ask the file everything; an error, or a macro or query without rows, ends with exit code 1."""
    with duckdb.connect(path, read_only=True) as release:
        tables = release.execute(
            f"SELECT schema_name || '.' || table_name, comment FROM duckdb_tables() WHERE {RELEASED}"
        ).fetchall()
        saved = release.execute("SELECT sql FROM meta.saved_query").fetchall()
        for table, _ in tables:
            release.execute(f"SELECT * FROM {table}").fetchall()
        questions = [*MACROS, *(sql for (sql,) in saved)]
        empty = [question for question in questions if not release.execute(question).fetchall()]
        without_comment = [table for table, comment in tables if not comment]
    version = duckdb.__version__
    print(f"DuckDB {version}: {len(tables)} tables, {len(MACROS)} macros, {len(saved)} saved queries")
    for problem in (*without_comment, *empty):
        print(f"  nothing: {problem[:100]}")
    if empty or without_comment or not tables or not saved:
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
