"""What is asked: the tables that are joins and sums, and the macros they and researchers use.

A file in `marts/` is one SELECT that gives one table of schema `mart` for all evaluations, one in `core/` a table
of schema `core` with a row for every answer; a file in `macros/`
makes one macro (in `macros/research/`: for researchers, on the tables of a release); a file in `research/` is a
saved query. Nothing lists them: the file is found, and what it reads is read from its own text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from graphlib import TopologicalSorter
from importlib.resources import files

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope


def marts() -> dict[str, str]:
    """Give the SELECT of each mart by the table's name, such as `mart.service_spend`, sorted."""
    return {f"mart.{name}": text for name, text in _texts("marts").items()}


def core() -> dict[str, str]:
    """Give the SELECT of each table of `core` that is made within the database, by the table's name."""
    return {f"core.{name}": text for name, text in _texts("core").items()}


def macros() -> list[str]:
    """Give the statements that make the macros which need no table; each replaces a macro of its name."""
    return list(_texts("macros").values())


def research_macros() -> list[str]:
    """Give the statements that make the researchers' macros, each after those it calls.

    They read tables of a release, which must be there first.
    """
    texts = _texts("macros/research")
    calls = {name: {other for other in texts if _calls(text, other)} - {name} for name, text in texts.items()}
    return [texts[name] for name in TopologicalSorter(calls).static_order()]


def with_comment(macro: str) -> str:
    """Give the statement that makes a macro, and the COMMENT that says what its file's head says of it.

    So a client shows beside the macro what it answers (`duckdb_functions()`). Raises ValueError where it has none.
    """
    head = re.match(r"((?:--.*\n)+)CREATE OR REPLACE MACRO (\w+)\(.*\) AS( TABLE)?\b", macro)
    if head is None:
        raise ValueError(f"a macro's file must begin with lines of `--` that say what it gives: {macro[:60]}")
    said = " ".join(line.removeprefix("--").strip() for line in head[1].splitlines())
    comment = exp.Literal.string(said).sql("duckdb")
    return f"{macro.rstrip()};\nCOMMENT ON MACRO{head[3] or ''} {head[2]} IS {comment}"


def _calls(text: str, macro: str) -> bool:
    """Tell whether an SQL text calls a macro; what a comment says is no call."""
    return re.search(rf"\b{macro}\(", re.sub(r"--.*", "", text)) is not None


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A question that researchers ask often, in Latvian and English, and the SELECT that answers it."""

    name: str
    question_lv: str
    question_en: str
    text: str


def saved_queries() -> list[SavedQuery]:
    """Give the saved queries, sorted by name. Raises ValueError for a file without its two header lines."""
    return [_saved_query(name, text) for name, text in _texts("research").items()]


def _saved_query(name: str, text: str) -> SavedQuery:
    """Read the header: `-- lv: …` and `-- en: …`, the question that the query answers."""
    found = re.match(r"-- lv: (\S.*)\n-- en: (\S.*)\n", text)
    if found is None:
        raise ValueError(f"sql/research/{name}.sql: must begin with the lines `-- lv: …` and `-- en: …`")
    return SavedQuery(name, found[1], found[2], text)


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
