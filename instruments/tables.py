"""Conversion tables: reading the CSV beside a measure and putting its rows into the measure's data."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from instruments.errors import InstrumentError, Problem

Row = Mapping[str, str]
FindTable = Callable[[str], Iterable[str]]  # a table's file name -> the lines of the CSV


def filled_with_tables(data: Mapping[str, Any], file: str, find_table: FindTable) -> dict[str, Any]:
    """Return a measure's data with the points of its conversion tables read from their CSV files.

    data: the YAML after the shared keys were spread. file: the measure's file, for messages.
    find_table: opens a table by its file name; it may raise InstrumentError.
    """
    sources = data.get("tables") or {}
    read = {name: list(csv.DictReader(find_table(source["file"]))) for name, source in sources.items()}
    scales = [_filled_scale(scale, sources, read, file) for scale in data.get("scales") or ()]
    return {**data, "scales": scales} if scales else dict(data)


def _filled_scale(scale: Any, sources: Any, read: Mapping[str, list[dict[str, str]]], file: str) -> Any:
    """Return the scale with `points` under each of its conversions."""
    filled = dict(scale)
    for key in ("conversion", "missing_item_table"):
        filled[key] = {
            form: _filled_table(table, sources, read, f"scales.{scale.get('id')}.{key}.{form}", file)
            for form, table in (scale.get(key) or {}).items()
        }
    return filled


def _filled_table(table: Any, sources: Any, read: Any, path: str, file: str) -> Any:
    if "points" in table:
        return table
    name = table.get("table")
    if name not in sources:
        known = ", ".join(sources) or "none"
        raise _error(file, path, f"names the table {name!r}, but `tables` has {known}: add it there")
    source = sources[name]
    columns = [
        source["key"],
        source["value"],
        *filter(None, [source.get("item")]),
        *(table.get("where") or {}),
    ]
    rows = read[name]
    absent = [column for column in columns if not rows or column not in rows[0]]
    if absent:
        raise _error(
            file,
            path,
            f"{source['file']} has no column {absent[0]!r}: name the column as in the CSV's header",
        )
    chosen = [row for row in rows if all(row[k] == str(v) for k, v in (table.get("where") or {}).items())]
    try:
        return {**table, "points": _points(chosen, source)}
    except ValueError as error:
        raise _error(
            file, path, f"{source['file']} holds something that is no number ({error}): mend the CSV"
        ) from None


def _points(rows: list[dict[str, str]], source: Mapping[str, str]) -> Any:
    """Return the (key, value) pairs in the CSV's order; with an item column, by item."""
    pairs = [(float(row[source["key"]]), float(row[source["value"]])) for row in rows]
    if not source.get("item"):
        return tuple(pairs)
    by_item: dict[str, list[tuple[float, float]]] = {}
    for row, pair in zip(rows, pairs, strict=True):
        by_item.setdefault(row[source["item"]].lower(), []).append(pair)
    return by_item


def _error(file: str, path: str, message: str) -> InstrumentError:
    return InstrumentError((Problem(file, path, message),))
