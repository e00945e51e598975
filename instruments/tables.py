"""Conversion tables: reading the CSV beside a measure and putting its rows into the measure's data."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Lines = Sequence[str]
FindTable = Callable[[str], Lines | None]  # a table's file name -> the lines of the CSV, if there is one
_LINE = "#line"  # no column has this name: the line of the CSV that a row stands in
Row = dict[str, str]


class TableError(ValueError):
    """A conversion table can't be read; `path` is where the measure's file names it."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


def filled_with_tables(data: Mapping[str, Any], find_table: FindTable) -> dict[str, Any]:
    """Return a measure's data with the points of its conversion tables read from their CSV files.

    data: the YAML after the shared keys were spread. find_table: opens a table by its file name.
    Raises TableError; AttributeError, KeyError or TypeError when the data haven't the shape of a measure.
    """
    sources = data.get("tables") or {}
    read = {name: _rows(name, source["file"], find_table) for name, source in sources.items()}
    scales = [_filled_scale(scale, sources, read) for scale in data.get("scales") or ()]
    return {**data, "scales": scales} if scales else dict(data)


def _rows(name: str, file: str, find_table: FindTable) -> list[Row]:
    """Return the rows of a CSV, each with the line it stands in."""
    lines = find_table(file)
    if lines is None:
        message = f"the table {file} is neither shipped nor beside the measure: add the CSV or mend the name"
        raise TableError(f"tables.{name}.file", message)
    reader = csv.DictReader(lines)
    return [{**row, _LINE: str(reader.line_num)} for row in reader]


def _filled_scale(scale: Any, sources: Any, read: Mapping[str, list[Row]]) -> Any:
    """Return the scale with `points` under each of its conversions."""
    filled = dict(scale)
    for key in ("conversion", "missing_item_table"):
        filled[key] = {
            form: _filled_table(table, sources, read, f"scales.{scale.get('id')}.{key}.{form}")
            for form, table in (scale.get(key) or {}).items()
        }
    return filled


def _filled_table(table: Any, sources: Any, read: Mapping[str, list[Row]], path: str) -> Any:
    if "points" in table:
        return table
    name = table.get("table")
    if name not in sources:
        known = ", ".join(sources) or "none"
        raise TableError(path, f"names the table {name!r}, but `tables` has {known}: add it there")
    source, where = sources[name], table.get("where") or {}
    file, rows = source["file"], read[name]
    columns = [source["key"], source["value"], *filter(None, [source.get("item")]), *where]
    absent = [column for column in columns if not rows or column not in rows[0]]
    if absent:
        message = f"{file} has no column {absent[0]!r}: name the column as in the CSV's header"
        raise TableError(f"tables.{name}", message)
    chosen = [row for row in rows if all(row[column] == str(value) for column, value in where.items())]
    return {**table, "points": _points(chosen, source, path)}


def _points(rows: Sequence[Row], source: Mapping[str, str], path: str) -> Any:
    """Return the (key, value) pairs in the CSV's order; with an item column, by item."""
    pairs = [
        (_number(row, source["key"], source, path), _number(row, source["value"], source, path))
        for row in rows
    ]
    if not source.get("item"):
        return tuple(pairs)
    by_item: dict[str, list[tuple[float, float]]] = {}
    for row, pair in zip(rows, pairs, strict=True):
        by_item.setdefault(row[source["item"]].lower(), []).append(pair)
    return by_item


def _number(row: Row, column: str, source: Mapping[str, str], path: str) -> float:
    try:
        return float(row[column])
    except (TypeError, ValueError):
        place = f"{source['file']}, line {row[_LINE]}, column {column}"
        message = f"{place}: {row[column]!r} is no number: mend the CSV (numbers with a decimal point)"
        raise TableError(path, message) from None
