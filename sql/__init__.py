"""What is asked: the marts that are joins and sums, and the macros they and researchers use.

A file in `marts/` is one SELECT that gives one table of schema `mart` for all evaluations; a file in
`macros/` makes one macro. Nothing lists them: the file is found, and what it reads is read from its own text.
"""

from __future__ import annotations

from importlib.resources import files

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope


def marts() -> dict[str, str]:
    """Give the SELECT of each mart by the table's name, such as `mart.service_spend`, sorted."""
    return {f"mart.{name}": text for name, text in _texts("marts").items()}


def macros() -> list[str]:
    """Give the statements that make the macros; each replaces a macro of its name."""
    return list(_texts("macros").values())


def upstreams(text: str) -> set[str]:
    """Name the tables that a SELECT reads, such as `core.service`; its own CTEs are none of them.

    Raises sqlglot's ParseError, which names line and column, when the text is no SQL.
    """
    scopes = traverse_scope(sqlglot.parse_one(text, dialect="duckdb"))
    sources = (source for scope in scopes for source in scope.sources.values())
    return {f"{source.db}.{source.name}" for source in sources if isinstance(source, exp.Table)}


def _texts(folder: str) -> dict[str, str]:
    """Read the SQL files of a folder beside this module: text by name without `.sql`, sorted."""
    found = sorted((files("sql") / folder).iterdir(), key=lambda path: path.name)
    return {
        path.name.removesuffix(".sql"): path.read_text(encoding="utf-8")
        for path in found
        if path.name.endswith(".sql")
    }
