"""Assets whose rows are each of one person, not held at once: made by ranges of persons, or within the database."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import dagster as dg

from assets.shown import output_metadata
from assets.tables import (
    Frame,
    Given,
    asset_key,
    asset_of,
    call,
    common,
    is_corrected,
    read_corrected,
    table_of,
)
from assets.workshop import Workshop
from pipeline import schemas
from pipeline.table_parts import Persons

ROWS_AT_ONCE = 2_000_000
PERSON = "participant_id"


def person_asset(
    table: str, largest: str, select: str | None = None
) -> Callable[[Callable[..., Frame]], dg.AssetsDefinition]:
    """Make an asset of a function `(given, frames …) -> frame` that makes a person's rows from that person's rows.

    largest: the table of which a range of persons has about ROWS_AT_ONCE rows. A frame without persons is whole;
    texts of a range that the warehouse keeps as ENUMs are codes. select: the SELECT that gives the same rows within
    the database; the function is then called where corrections may concern what it reads.
    """

    def make(function: Callable[..., Frame]) -> dg.AssetsDefinition:
        sources = _sources(function)

        def computed(workshop: dg.ResourceParam[Workshop]) -> dg.MaterializeResult[Any]:
            return _made(table, largest, function, sources, select, workshop)

        deps = [asset_key(source) for source in sources.values()]
        return asset_of(computed, **common(table, ["polars"]), deps=deps)

    return make


def _sources(function: Callable[..., Frame]) -> dict[str, str]:
    """The tables that a function's parameters name."""
    tables = {name: table_of(name) for name in inspect.signature(function).parameters}
    return {name: table for name, table in tables.items() if table}


def _made(
    table: str,
    largest: str,
    function: Callable[..., Frame],
    sources: Mapping[str, str],
    select: str | None,
    workshop: Workshop,
) -> dg.MaterializeResult[Any]:
    # What a correction means is known when all rows are there.
    whole = any(is_corrected(workshop, source) for source in sources.values())
    if select and not whole:
        rows = workshop.warehouse.write_selected(table, select)
        workshop.listener(table)
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})
    return _computed(table, None if whole else largest, function, sources, workshop)


def _computed(
    table: str,
    largest: str | None,
    function: Callable[..., Frame],
    sources: Mapping[str, str],
    workshop: Workshop,
) -> dg.MaterializeResult[Any]:
    """Make a table by ranges of persons; without `largest` at once."""
    given, warehouse = Given(workshop.plan, workshop.library, workshop), workshop.warehouse
    ranges = warehouse.ranges(largest, ROWS_AT_ONCE) if largest else [None]
    shown: list[Frame] = []

    def parts() -> Iterator[Frame]:
        for persons in ranges:
            frames = {name: _read(workshop, source, persons) for name, source in sources.items()}
            part = call(function, given, frames)
            shown[:] = [part] if persons is None else []
            yield part

    rows = warehouse.write_parts(table, parts())
    workshop.listener(table)
    metadata = output_metadata(table, shown[0]) if shown else {"dagster/row_count": rows}
    return dg.MaterializeResult(metadata=metadata)


def _read(workshop: Workshop, table: str, persons: Persons | None) -> Frame:
    """A table, of persons' rows only those of some persons."""
    if persons is None or PERSON not in schemas.TABLES[table].column_names():
        return read_corrected(workshop, table)
    return workshop.warehouse.read_coded(table, persons)
