"""The marts with what is hidden marked, and without it; and the proof of each hidden cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from pipeline.disclosure.rules import RULES
from pipeline.disclosure.system import UNBOUNDED, System, Target
from pipeline.schemas.codes import HIDDEN_REASON

PROOF_SCHEMA = {
    "table_name": pl.String(),
    "row_key": pl.String(),
    "column_name": pl.String(),
    "rule": pl.String(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
}
DIGITS = 4
"""Linear programmes find an end to about a millionth: further digits would differ from run to run."""
HIDDEN_CELL = ("table_name", "row_key", "column_name")
Marts = Mapping[str, pl.DataFrame]


def flagged(marts: Marts, hidden: Iterable[Target]) -> dict[str, pl.DataFrame]:
    """Return the marts with every figure, `suppressed` set on the rows that are hidden whole."""
    rows = _rows_by_table(hidden)
    return {
        table: frame.with_columns(_mask(frame, rows.get(table, set())).alias("suppressed"))
        if "suppressed" in frame.columns
        else frame
        for table, frame in marts.items()
    }


def public(marts: Marts, hidden: Iterable[Target]) -> dict[str, pl.DataFrame]:
    """Return the marts (already flagged) with every hidden figure null and its reason given."""
    targets: dict[str, list[Target]] = {}
    for target in hidden:
        targets.setdefault(target.table, []).append(target)
    return {table: _without(frame, table, targets.get(table, [])) for table, frame in marts.items()}


def _without(frame: pl.DataFrame, table: str, targets: list[Target]) -> pl.DataFrame:
    if not targets:
        return frame
    places: dict[str, set[int]] = {}
    for target in targets:
        for column in _columns_of(table, target.column):
            places.setdefault(column, set()).add(target.row)
    shown = frame.with_columns(
        pl.when(_mask(frame, rows)).then(None).otherwise(pl.col(column)).alias(column)
        for column, rows in places.items()
        if column in frame.columns
    )
    if "reason" not in frame.columns:
        return shown
    touched = _mask(frame, {target.row for target in targets})
    return shown.with_columns(
        pl.when(touched).then(pl.lit(HIDDEN_REASON)).otherwise("reason").alias("reason")
    )


def _columns_of(table: str, column: str | None) -> tuple[str, ...]:
    """The columns that go with a hidden row or count."""
    rules = RULES[table]
    return rules.figures if column is None else (column, *rules.with_count.get(column, ()))


def _rows_by_table(hidden: Iterable[Target]) -> dict[str, set[int]]:
    rows: dict[str, set[int]] = {}
    for target in hidden:
        if target.column is None:
            rows.setdefault(target.table, set()).add(target.row)
    return rows


def _mask(frame: pl.DataFrame, rows: set[int]) -> pl.Series:
    mask = np.zeros(frame.height, dtype=np.bool_)
    mask[list(rows)] = True
    return pl.Series(mask)


def proof(
    marts: Marts, systems: list[System], keys: Mapping[str, list[str]], earlier: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return a row for each hidden cell: table, key, column, rule, and the feasible interval found.

    lower, upper: null for figures that no sum bounds (a mean or what comes from it); the interval found is
    part of the true one, which may be wider. earlier: the latest release's proof, whose rules and intervals stand
    where nothing changed since.
    """
    known: dict[tuple[str, str, str], tuple[str, float | None, float | None]] = {}
    if earlier is not None:
        rows = earlier.select("table_name", "row_key", "column_name", "rule", "lower", "upper").iter_rows()
        known = {(table, key, column): (rule, low, high) for table, key, column, rule, low, high in rows}
    texts = {table: _key_texts(frame, keys[table]) for table, frame in marts.items() if table in keys}
    found = []
    for system in systems:
        for place, cell in enumerate(system.cells):
            rule = None if cell.unit is None else system.units[cell.unit].rule
            if rule is None or cell.unit is None:
                continue
            low, high = _interval(system, place)
            for target in cell.targets or system.units[cell.unit].targets:
                column = target.column or RULES[target.table].figures[0]
                where = (target.table, texts[target.table][target.row], column)
                told = known.get(where, (rule, None, None)) if system.settled else (rule, low, high)
                found.append((*where, *told))
    frame = pl.DataFrame(found, schema=PROOF_SCHEMA, orient="row")
    return frame.unique(HIDDEN_CELL, keep="last").sort(HIDDEN_CELL)


def _interval(system: System, place: int) -> tuple[float | None, float | None]:
    cell = system.cells[place]
    bounded = (cell.width > 0 or cell.side > 0 or cell.upper < UNBOUNDED) and system.low.size
    return (_rounded(system.low[place]), _rounded(system.high[place])) if bounded else (None, None)


def _rounded(end: float) -> float:
    """An end of an interval as the programmes find it every time; never minus zero."""
    return round(float(end), DIGITS) + 0.0


def _key_texts(frame: pl.DataFrame, key: list[str]) -> list[str]:
    """The key of each row as text: column=value, joined."""
    present = [name for name in key if name in frame.columns]
    parts = [pl.format(f"{name}={{}}", pl.col(name).cast(pl.String)) for name in present]
    return (
        frame.select(pl.concat_str(parts, separator=", ", ignore_nulls=True)).to_series().to_list()
        if parts
        else []
    )
