"""Figures derived anew from a release's databases, from the anchors that a page gives its numbers."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qsl

import duckdb
import polars as pl

ANCHORED = re.compile(r'<span data-cell="([^"]*)">(.*?)</span>', re.DOTALL)
CELL = re.compile(r"[a-z]+\.[a-z_]+\?[^\s#(),]*#[a-z_0-9]*")
AGGREGATE = re.compile(rf"(count|sum)\(({CELL.pattern})( [<>] [\d.]+)?\)")
FORMULA = re.compile(r"(fulfilled|in_ten|nan|e|[\d\s.+*/()<>,-])+")

Parts = tuple[str, dict[str, str], str]


def anchored(html: str) -> list[tuple[str, str]]:
    """The source and the text of every number that has an anchor, in the page's order."""
    return [(unescape(source), unescape(text)) for source, text in ANCHORED.findall(html)]


def parts(anchor: str) -> Parts:
    """Table, wanted values and column of an anchor."""
    table, rest = anchor.split("?", 1)
    query, column = rest.rsplit("#", 1)
    return table, dict(parse_qsl(query, keep_blank_values=True)), column


def written(text: str, language: str) -> Decimal:
    """The number that a text shows, without signs that are no part of it."""
    bare = text.replace("\N{NO-BREAK SPACE}", "").replace("−", "-").strip("<+%")
    return Decimal(bare.replace(",", ".") if language == "lv" else bare.replace(",", ""))


class Derivation:
    """Figures by their source; `databases` by the schema that is read in each, or by a table's whole name."""

    def __init__(self, databases: Mapping[str, duckdb.DuckDBPyConnection]) -> None:
        self.databases = databases

    def values(self, sources: Iterable[str]) -> dict[str, float]:
        """The value of each source. Raises LookupError when an anchor doesn't mean just one row."""
        known = set(sources)
        aggregates = {match[0]: match for source in known for match in AGGREGATE.finditer(source)}
        found = {text: self._aggregate(match) for text, match in aggregates.items()}
        cells = self._cells({cell for source in known for cell in CELL.findall(AGGREGATE.sub("", source))})
        return {source: _evaluated(source, found, cells) for source in known}

    def _database(self, table: str) -> duckdb.DuckDBPyConnection:
        return self.databases[table.split(".")[0]]

    def _aggregate(self, match: re.Match[str]) -> float:
        table, wanted, column = parts(match[2])
        condition, values = _condition(wanted)
        if match[3]:
            condition += f" AND {column}{match[3]}"
        asked = f"sum({column})" if match[1] == "sum" else "count(*)"
        answer = self._database(table).execute(f"SELECT {asked} FROM {table} WHERE {condition}", values)
        return float(answer.fetchall()[0][0])

    def _cells(self, anchors: set[str]) -> dict[str, float]:
        """The value of each anchor, asked for table by table and column by column."""
        asked: dict[tuple[str, tuple[str, ...], str], list[tuple[str, dict[str, str]]]] = defaultdict(list)
        for anchor in anchors:
            table, wanted, column = parts(anchor)
            asked[table, tuple(wanted), column].append((anchor, wanted))
        found: dict[str, float] = {}
        for (table, key, column), wanted_cells in asked.items():
            wanted_frame = pl.DataFrame(
                [{"anchor": anchor, **wanted} for anchor, wanted in wanted_cells], infer_schema_length=None
            )
            same = " AND ".join(f"CAST(t.{name} AS VARCHAR) = w.{name}" for name in key)
            database = self._database(table)
            database.register("wanted_frame", wanted_frame)
            rows = database.execute(
                f"SELECT w.anchor, t.{column} FROM wanted_frame AS w JOIN {table} AS t ON {same}"
            ).fetchall()
            if sorted(row[0] for row in rows) != sorted(anchor for anchor, _ in wanted_cells):
                raise LookupError(f"{table}: an anchor of {column} does not mean just one row")
            found |= {anchor: float("nan") if value is None else float(value) for anchor, value in rows}
        return found


def _condition(wanted: Mapping[str, str]) -> tuple[str, list[str]]:
    """The WHERE of the wanted values, an empty one meaning null, and its parameters."""
    terms = [f"CAST({name} AS VARCHAR) = ?" if value else f"{name} IS NULL" for name, value in wanted.items()]
    return " AND ".join(terms) or "TRUE", [value for value in wanted.values() if value]


def _evaluated(source: str, aggregates: Mapping[str, float], cells: Mapping[str, float]) -> float:
    formula = AGGREGATE.sub(lambda match: repr(aggregates[match[0]]), source)
    formula = CELL.sub(lambda match: repr(cells[match[0]]), formula)
    if not FORMULA.fullmatch(formula):
        raise ValueError(f"not a formula: {formula}")
    names = {"fulfilled": _fulfilled, "in_ten": _in_ten, "nan": math.nan}
    return float(eval(formula, {"__builtins__": {}}, names))  # noqa: S307 - figures and our own functions only


def _fulfilled(*cells: object) -> int:
    """How many conditions hold; a cell without one counts as it stands there."""
    return sum(cell is not False for cell in cells)


def _in_ten(place: float, *parts: float) -> int:
    """Ten shared by the largest remainders."""
    exact = [10 * part / sum(parts) for part in parts]
    whole = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda part: (whole[part] - exact[part], part))
    return whole[int(place)] + (int(place) in by_remainder[: 10 - sum(whole)])
